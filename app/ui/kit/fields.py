"""Fields: a label above, « facultatif » said in words, an error in French beneath, saved when left.

There is no Save button: ``committed(value)`` is emitted once the field is left (or Enter) with another
value than before, already read (a date, hundredths of an hour, cents…). What cannot be read is marked
under the field at once and not emitted; the text stays as typed. ``set_value`` never emits.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.errors import InclusivError, InvalidInput
from app.rules import french
from app.rules.free_text import refuse_nir
from app.ui import texts
from app.ui.kit.controls import CheckBox, ComboBox, TextArea, button
from app.ui.kit.labels import label, set_role
from app.ui.kit.wording import second_thought

AUTOSAVE_MS = 1000
"""Text is saved every second while typing (PRODUCT.md §3.8)."""


@dataclass(frozen=True, slots=True)
class Help:
    """Shown by F1 on the field: three lines at most, an example, and why it is asked (PRODUCT.md G1)."""

    text: str
    example: str = ""
    why: str = ""


class Field(QWidget):
    """Base of every field. ``key`` is the name in the draft, as in ``InclusivError.field``.

    ``required``: ``True`` says « obligatoire », ``False`` says « facultatif », ``None`` says nothing.
    """

    committed = Signal(object)
    """The new value, once the field is left."""
    edited = Signal()
    """Something was typed; nothing is committed yet."""

    def __init__(
        self,
        key: str,
        title: str,
        *,
        required: bool | None = None,
        help: Help | None = None,  # noqa: A002 - the word of the trade
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.key = key
        self.title = title
        self.help = help
        self._value: Any = None
        self._dirty = False
        self._own: deque[Any] = deque(maxlen=8)
        self.setObjectName(f"field-{key}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        self.label = QLabel(title, self)
        self.label.setProperty("role", "label")
        head.addWidget(self.label)
        if required is not None:
            head.addWidget(label(texts.REQUIRED if required else texts.OPTIONAL, "small", self))
        self._elsewhere = label(texts.MODIFIED_ELSEWHERE, "warning", self)
        self._elsewhere.hide()
        head.addWidget(self._elsewhere)
        head.addStretch(1)
        column.addLayout(head)
        self._column = column
        self._hint = label(hint, "small", self, wrap=True)
        self._hint.setVisible(bool(hint))
        self._error = label("", "error", self, wrap=True)
        self._error.hide()
        self._thought: QLabel | None = None
        """Made with the first sentence it says: few fields ever need it."""

    def _set_control(self, control: QWidget, row: QWidget | None = None) -> None:
        self.control = control
        self._column.addWidget(row or control)
        self._column.addWidget(self._hint)
        self._column.addWidget(self._error)
        self.label.setBuddy(control)
        self.setFocusProxy(control)
        self._name()
        control.installEventFilter(self)

    # --- value ----------------------------------------------------------------------------

    def value(self) -> Any:
        """The last value set or committed."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show ``value``. A field being edited is never overwritten: it is marked « modifié ailleurs »."""
        if self.is_editing():
            if value != self._value and value not in self._own:
                self._elsewhere.show()
            return
        self._value = value
        self._dirty = False
        self._elsewhere.hide()
        self._show_value(value)
        self.set_error("")

    def is_editing(self) -> bool:
        """Whether something typed has not been committed."""
        return self._dirty

    def revert(self) -> None:
        """Back to the value before typing."""
        self._dirty = False
        self._elsewhere.hide()
        self.set_error("")
        self._show_value(self._value)

    def commit(self) -> bool:
        """Read what is typed and emit ``committed`` when it changed. False when it cannot be read."""
        if not self._dirty:
            return not self.has_error()
        try:
            value = self._read()
        except InclusivError as problem:
            self.set_error(" ".join(part for part in (problem.happened, problem.todo) if part))
            return False
        self._dirty = False
        self._elsewhere.hide()
        self.set_error("")
        self._show_value(value)
        self._keep(value)
        return True

    def _keep(self, value: Any) -> None:
        if value != self._value:
            self._value = value
            self._own.append(value)  # comes back later from the store: not someone else's change
            self.committed.emit(value)

    # --- error and name -------------------------------------------------------------------

    def set_error(self, sentence: str) -> None:
        """Mark the field wrong, with a sentence beneath; an empty sentence clears the mark."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        set_role(self.control, "true" if sentence else "false", "invalid")
        self._name()

    def has_error(self) -> bool:
        """Whether it is marked wrong."""
        return bool(self._error.text())

    def error(self) -> str:
        """The sentence beneath, or an empty string."""
        return self._error.text()

    def set_hint(self, sentence: str) -> None:
        """A quiet sentence beneath (plausibility, unit, what was understood)."""
        self._hint.setText(sentence)
        self._hint.setVisible(bool(sentence))

    def thought(self) -> str:
        """What is asked about the words typed, « Est-ce nécessaire ? », or an empty string. It never blocks."""
        return self._thought.text() if self._thought is not None else ""

    def _think_twice(self, text: str) -> None:
        sentence = second_thought(text)
        if sentence != self.thought():
            if self._thought is None:
                self._thought = label("", "warning", self, wrap=True)
                self._column.addWidget(self._thought)
            self._thought.setText(sentence)
            self._thought.setVisible(bool(sentence))
            self._name()

    def set_read_only(self, on: bool) -> None:
        """Show without letting change; the text can still be selected and copied."""
        self.control.setEnabled(not on)

    def _name(self) -> None:
        self.control.setAccessibleName(self.title.replace("&", ""))
        parts = [self._hint.text(), self._error.text(), self.thought()]
        if self.help:
            parts.append("F1 pour l’aide")
        self.control.setAccessibleDescription(". ".join(part for part in parts if part))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() == QEvent.Type.KeyPress and self._dirty:
            self.revert()
            return True
        return False

    # --- for each kind --------------------------------------------------------------------

    def _show_value(self, value: Any) -> None:
        raise NotImplementedError

    def _read(self) -> Any:
        """The typed value; raises :class:`InclusivError`."""
        raise NotImplementedError

    def _touched(self) -> None:
        self._dirty = True
        if self.has_error():
            self.set_error("")
        self.edited.emit()


class TextField(Field):
    """One line of text, trimmed, without NIR. ``placeholder`` never replaces the label.

    ``free``: a sentence about somebody may be typed here, its sensitive words are asked about.
    """

    def __init__(
        self,
        key: str,
        title: str,
        *,
        placeholder: str = "",
        max_length: int = 500,
        autosave: bool = False,
        free: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(key, title, **options)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(placeholder)
        self.edit.setMaxLength(max_length)
        self._build()
        self.edit.textEdited.connect(self._touched)
        self.edit.editingFinished.connect(self.commit)
        if free:
            self.edit.textChanged.connect(self._think_twice)
        self._timer: QTimer | None = None
        if autosave:
            self._timer = QTimer(self)
            self._timer.setSingleShot(True)
            self._timer.setInterval(AUTOSAVE_MS)
            self._timer.timeout.connect(self._save_while_typing)
            self.edit.textEdited.connect(self._wait)

    def _build(self) -> None:
        self._set_control(self.edit)

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.start()

    def set_read_only(self, on: bool) -> None:
        self.edit.setReadOnly(on)

    def _save_while_typing(self) -> None:
        if not self._dirty:
            return
        try:
            value = self._read()
        except InclusivError:
            return  # said when the field is left
        self._keep(value)

    def _show_value(self, value: Any) -> None:
        text = self.format(value)
        if self.edit.text() != text:
            self.edit.setText(text)
            self.edit.setCursorPosition(0)

    def _read(self) -> Any:
        text = self.edit.text().strip()
        return self.parse(text)

    def format(self, value: Any) -> str:
        """The text that shows ``value``."""
        return "" if value is None else str(value)

    def parse(self, text: str) -> Any:
        """The value of a trimmed text; raises :class:`InclusivError`. An empty text may give ``None``."""
        refuse_nir(text, field=self.key)
        return text


class ReadField(TextField):
    """A line read by two functions: ``read(text)`` gives the value or raises, ``show(value)`` the text.

    An empty line is ``None`` (``empty`` to give something else).
    """

    def __init__(
        self,
        key: str,
        title: str,
        *,
        read: Callable[[str], Any],
        show: Callable[[Any], str],
        empty: Any = None,
        align_right: bool = False,
        **options: Any,
    ) -> None:
        self._reader = read
        self._shower = show
        self._empty = empty
        super().__init__(key, title, **options)
        if align_right:
            self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)

    def format(self, value: Any) -> str:
        return "" if value is None or value == self._empty else self._shower(value)

    def parse(self, text: str) -> Any:
        return self._reader(text) if text else self._empty


class MultilineField(Field):
    """Several lines; saved every second while typing, and when left. Tab leaves the field.

    A NIR is refused with the reason; sensitive words are asked about beneath, and kept.
    """

    def __init__(
        self, key: str, title: str, *, lines: int = 3, placeholder: str = "", autosave: bool = True, **options: Any
    ) -> None:
        super().__init__(key, title, **options)
        self.edit = TextArea(lines)
        self.edit.setPlaceholderText(placeholder)
        self._loading = False
        self._set_control(self.edit)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AUTOSAVE_MS)
        self._timer.timeout.connect(self._save_while_typing)
        self._autosave = autosave
        self.edit.textChanged.connect(self._typed)
        self.edit.left.connect(self.commit)

    def set_read_only(self, on: bool) -> None:
        self.edit.setReadOnly(on)

    def _typed(self) -> None:
        self._think_twice(self.edit.toPlainText())
        if self._loading:
            return
        self._touched()
        if self._autosave and not self._timer.isActive():
            self._timer.start()

    def _save_while_typing(self) -> None:
        try:
            value = self._read()
        except InclusivError:
            return  # said when the field is left
        if self._dirty:
            self._keep(value)

    def _show_value(self, value: Any) -> None:
        text = value or ""
        if self.edit.toPlainText() != text:
            self._loading = True
            self.edit.setPlainText(text)
            self._loading = False

    def _read(self) -> Any:
        text = self.edit.toPlainText().strip()
        refuse_nir(text, field=self.key)
        return text


class DateField(TextField):
    """A date typed as one likes (« 12031988 », « 12 mars 88 », « demain »), shown 12/03/1988; value ``dt.date``.

    ``today`` is asked each time (pass ``clock.today``). ``past`` refuses the future (births).
    """

    def __init__(
        self,
        key: str,
        title: str,
        *,
        today: Callable[[], dt.date],
        past: bool = False,
        calendar: bool = True,
        **options: Any,
    ) -> None:
        self._today = today
        self._past = past
        self._with_calendar = calendar
        options.setdefault("placeholder", "jj/mm/aaaa")
        super().__init__(key, title, max_length=40, **options)

    def _build(self) -> None:
        self.edit.setMinimumWidth(120)
        if not self._with_calendar:
            self._set_control(self.edit)
            return
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.edit, 1)
        opener = button("Calendrier", "quiet", "calendar-days", row)
        opener.setAccessibleName(f"Calendrier, {self.title.replace('&', '')}")
        opener.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the field itself reads any date: one stop for Tab
        opener.clicked.connect(self._open_calendar)
        self._opener = opener
        line.addWidget(opener)
        self._set_control(self.edit, row)

    def set_read_only(self, on: bool) -> None:
        super().set_read_only(on)
        if self._with_calendar:
            self._opener.setVisible(not on)

    def format(self, value: Any) -> str:
        return french.format_date(value) if value else ""

    def parse(self, text: str) -> dt.date | None:
        return french.parse_date(text, self._today(), past=self._past, field=self.key) if text else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not self.edit.isReadOnly():
            step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
            if step and self._value and not self._dirty:
                self._choose(self._value + dt.timedelta(days=step))
                return True
        return super().eventFilter(watched, event)

    def _choose(self, day: dt.date) -> None:
        self.edit.setText(self.format(day))
        self._touched()
        self.commit()

    def _open_calendar(self) -> None:
        from app.ui.kit.calendar import CalendarPopup

        popup = CalendarPopup(self._value or self._today(), self, today=self._today())
        popup.chosen.connect(self._choose)
        popup.open_under(self.edit)


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


def _decimal(text: str, field: str, example: str) -> int:
    """Hundredths of a French number: ``12 345,5`` → ``1234550``."""
    plain = text.replace(french.NBSP, "").replace(french.NNBSP, "").replace(" ", "").replace(",", ".")
    plain = plain.removesuffix("€").removesuffix("%").removesuffix("h")
    whole, _, part = plain.partition(".")
    sign = -1 if whole.startswith("-") else 1
    whole = whole.removeprefix("-")
    if not (whole or part) or not (whole or "0").isdecimal() or (part and not part.isdecimal()) or len(part) > 2:
        raise InvalidInput(
            f"{french.quoted(text)} n’est pas un nombre que le carnet sait lire.",
            todo=f"Écrire par exemple {example}.",
            field=field,
        )
    return sign * (int(whole or 0) * 100 + int((part + "00")[:2]))


class HoursField(TextField):
    """Hours in integer hundredths: « 151,67 », « 7h30 », « 7:30 ». ``read`` comes from ``app.rules.hours``."""

    def __init__(self, key: str, title: str, *, read: Callable[[str], int] | None = None, **options: Any) -> None:
        self._reader = read
        super().__init__(key, title, max_length=20, **options)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)

    def format(self, value: Any) -> str:
        return "" if value is None else french.format_hours(value)

    def parse(self, text: str) -> int | None:
        if not text:
            return None
        if self._reader:
            return self._reader(text)
        clock = text.lower().replace("h", ":").replace(" ", "")
        if ":" in clock:
            hours, _, minutes = clock.partition(":")
            if hours.isdecimal() and (not minutes or (minutes.isdecimal() and int(minutes) < 60)):
                return int(hours) * 100 + (int(minutes or 0) * 100 + 30) // 60
        return _decimal(text, self.key, "151,67 ou 7h30")


class NumberField(TextField):
    """A whole number between ``low`` and ``high``."""

    def __init__(self, key: str, title: str, *, low: int = 0, high: int = 1_000_000_000, **options: Any) -> None:
        self._low, self._high = low, high
        super().__init__(key, title, max_length=20, **options)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)

    def format(self, value: Any) -> str:
        return "" if value is None else french.format_integer(value)

    def parse(self, text: str) -> int | None:
        if not text:
            return None
        hundredths = _decimal(text, self.key, "12")
        if hundredths % 100 or not self._low <= hundredths // 100 <= self._high:
            low, high = french.format_integer(self._low), french.format_integer(self._high)
            raise InvalidInput(
                f"{french.quoted(text)} ne convient pas ici.",
                todo=f"Écrire un nombre entier entre {low} et {high}.",
                field=self.key,
            )
        return hundredths // 100


class MoneyField(TextField):
    """Euros, value in integer cents: « 1 250 000 » or « 12,50 »; shown « 1 250 000,00 € »."""

    def __init__(self, key: str, title: str, **options: Any) -> None:
        super().__init__(key, title, max_length=30, **options)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)

    def format(self, value: Any) -> str:
        return "" if value is None else french.format_money(value)

    def parse(self, text: str) -> int | None:
        return _decimal(text, self.key, "1 250 000 ou 12,50") if text else None


class PercentField(TextField):
    """A percentage in integer hundredths of a percent: « 5 » → 500, « 7,25 % » → 725."""

    def __init__(self, key: str, title: str, **options: Any) -> None:
        super().__init__(key, title, max_length=10, **options)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)

    def format(self, value: Any) -> str:
        if value is None:
            return ""
        whole, part = divmod(value, 100)
        text = f"{whole},{part:02d}".rstrip("0").rstrip(",") if part else str(whole)
        return f"{text}{french.NBSP}%"

    def parse(self, text: str) -> int | None:
        if not text:
            return None
        value = _decimal(text, self.key, "5 ou 7,25")
        if not 0 <= value <= 10_000:
            raise InvalidInput(
                f"{french.quoted(text)} n’est pas un pourcentage.", todo="Écrire entre 0 et 100.", field=self.key
            )
        return value


class PhoneField(TextField):
    """A phone number, shown by pairs; value: the digits as typed when French, else the text."""

    def __init__(self, key: str, title: str, **options: Any) -> None:
        super().__init__(key, title, max_length=30, **options)
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)

    def format(self, value: Any) -> str:
        return french.format_phone(value) if value else ""

    def parse(self, text: str) -> str:
        digits = _digits(french.format_phone(text))
        french_number = len(digits) == 10 and digits.startswith("0")
        return digits if french_number else text


class SiretField(TextField):
    """A SIRET by groups; value: fourteen digits. ``check`` (from ``app.rules.identifiers``) raises when wrong."""

    def __init__(self, key: str, title: str, *, check: Callable[[str], Any] | None = None, **options: Any) -> None:
        self._check = check
        super().__init__(key, title, max_length=24, **options)
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)

    def format(self, value: Any) -> str:
        return french.format_siret(value) if value else ""

    def parse(self, text: str) -> str:
        digits = "".join(text.replace(french.NBSP, " ").replace(french.NNBSP, " ").split())
        if not digits:
            return ""
        if self._check:
            self._check(digits)
        elif len(digits) != 14 or not digits.isdecimal():
            raise InvalidInput(
                f"Un SIRET compte 14 chiffres{french.NBSP}: ici {french.plural(len(_digits(digits)), 'chiffre')}.",
                todo="Vérifier le numéro sur un devis ou une facture.",
                field=self.key,
            )
        return digits


Pairs = type[enum.Enum] | Iterable[tuple[Any, str]]


class ChoiceField(Field):
    """One value of a closed list: a ``Choice`` class of ``app.models.choices``, or (value, label) pairs.

    ``none`` is the label of « no value » (empty: not offered). The value is committed as soon as chosen.
    """

    def __init__(self, key: str, title: str, choices: Pairs = (), *, none: str = "", **options: Any) -> None:
        super().__init__(key, title, **options)
        self._none = none
        self.combo = ComboBox()
        self._set_control(self.combo)
        self.set_choices(choices)
        self.combo.activated.connect(self._chosen)

    def set_choices(self, choices: Pairs) -> None:
        """Offer other values; the present one is kept when it is among them."""
        pairs = (
            [(one, str(getattr(one, "label", one.value))) for one in choices] if isinstance(choices, type) else choices
        )
        self.combo.clear()
        if self._none:
            self.combo.addItem(self._none, None)
        for value, shown in pairs:
            self.combo.addItem(shown, _Held(value))
        self._show_value(self._value)

    def _show_value(self, value: Any) -> None:
        for at in range(self.combo.count()):
            held = self.combo.itemData(at)
            if (held.value if isinstance(held, _Held) else held) == value:
                self.combo.setCurrentIndex(at)
                return
        self.combo.setCurrentIndex(-1)
        self.combo.setPlaceholderText(texts.NOTHING_CHOSEN)

    def _chosen(self, _at: int) -> None:
        self._touched()
        self.commit()

    def _read(self) -> Any:
        held = self.combo.currentData()
        return held.value if isinstance(held, _Held) else held


class _Held:
    """Keeps an enumeration member whole: Qt would turn a ``str`` enumeration into a plain text."""

    def __init__(self, value: Any) -> None:
        self.value = value


class CheckField(Field):
    """A yes or no; the label is beside the box. Committed as soon as changed."""

    def __init__(self, key: str, title: str, **options: Any) -> None:
        super().__init__(key, title, **options)
        self.label.hide()
        self.box = CheckBox(title)
        self._set_control(self.box)
        self.box.clicked.connect(self._changed)

    def _show_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))

    def _changed(self) -> None:
        self._touched()
        self.commit()

    def _read(self) -> Any:
        return self.box.isChecked()
