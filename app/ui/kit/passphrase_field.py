"""A passphrase with « Afficher », and the hints that spare a wrong try: Verr. Maj, Verr. Num, keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.ui.kit.buttons import button
from app.ui.kit.labels import label, set_role

_SECRET_TEXT = 0x2 | 0x4 | 0x40
"""``ImhSensitiveData | ImhNoAutoUppercase | ImhNoPredictiveText`` (see ``labels.PLAIN_TEXT``)."""


def keyboard_name(locale: QLocale) -> str:
    """« clavier AZERTY », « clavier QWERTZ », « clavier QWERTY », or nothing when the system does not tell."""
    language, country = locale.language(), locale.territory()
    if language == QLocale.Language.C:
        return ""
    if language == QLocale.Language.French and country in (QLocale.Country.France, QLocale.Country.Belgium):
        return "clavier AZERTY"
    if language == QLocale.Language.German or country == QLocale.Country.Switzerland:
        return "clavier QWERTZ"
    return "clavier QWERTY"


class PassphraseField(QWidget):
    """``entered`` on Enter, ``edited`` at each letter. The text never leaves by the clipboard while hidden."""

    entered = Signal()
    edited = Signal()

    def __init__(self, title: str, parent: QWidget | None = None, *, hints: bool = True) -> None:
        super().__init__(parent)
        self._caps = False
        self._num_off = False
        self._with_hints = hints
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.label = QLabel(title, self)
        self.label.setProperty("role", "label")
        column.addWidget(self.label)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.edit = QLineEdit(self)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setMaxLength(1024)
        self.edit.setAccessibleName(title)
        self.edit.setProperty("inputMethodHints", _SECRET_TEXT)
        self.edit.textEdited.connect(self._edited)
        self.edit.returnPressed.connect(self.entered)
        self.edit.installEventFilter(self)
        self.label.setBuddy(self.edit)
        line.addWidget(self.edit, 1)
        self.eye = button("Afficher", "quiet", parent=self)
        self.eye.setCheckable(True)
        self.eye.setAccessibleName(f"Afficher ce qui est saisi, {title}")
        self.eye.toggled.connect(self._show)
        line.addWidget(self.eye)
        column.addLayout(line)
        self.hint = label("", "small", self, wrap=True)
        self.hint.hide()
        column.addWidget(self.hint)
        self.error = label("", "error", self, wrap=True)
        self.error.hide()
        column.addWidget(self.error)
        self.setFocusProxy(self.edit)
        self._painted = False

    def set_name(self, title: str) -> None:
        """Ask for something else under the same field."""
        self.label.setText(title)
        self.edit.setAccessibleName(title)
        self.eye.setAccessibleName(f"Afficher ce qui est saisi, {title}")

    def text(self) -> str:
        """What was typed."""
        return self.edit.text()

    def clear(self) -> None:
        """Wipe it."""
        self.edit.clear()
        self.eye.setChecked(False)

    def set_title(self, title: str) -> None:
        """Change the label."""
        self.label.setText(title)
        self.edit.setAccessibleName(title)

    def set_error(self, sentence: str) -> None:
        """Mark it wrong; an empty sentence clears."""
        if sentence and self._caps:
            sentence = f"{sentence} Verr. Maj est activé."
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        set_role(self.edit, "true" if sentence else "false", "invalid")
        self.edit.setAccessibleDescription(sentence)

    def set_hint(self, sentence: str) -> None:
        """A quiet sentence beneath."""
        self.hint.setText(sentence)
        self.hint.setVisible(bool(sentence))

    def _edited(self) -> None:
        if self.error.text():
            self.set_error("")
        self.edited.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:  # pictures and hints come after the first paint
            self._painted = True
            QTimer.singleShot(0, self, self._complete)

    def _complete(self) -> None:
        self._icon()
        if self._with_hints and self.edit.hasFocus():
            self._tell()

    def _icon(self) -> None:
        from app.ui.kit.icons import set_icon

        set_icon(self.eye, "eye-off" if self.eye.isChecked() else "eye")

    def _show(self, on: bool) -> None:
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self.eye.setText("Masquer" if on else "Afficher")
        self._icon()
        self.edit.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._with_hints:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                self._read_locks(event)
            elif event.type() == QEvent.Type.FocusIn and self._painted:
                self._tell()
        return False

    def _read_locks(self, event: QKeyEvent) -> None:
        from PySide6.QtCore import Qt

        text = event.text()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        keypad = bool(event.modifiers() & Qt.KeyboardModifier.KeypadModifier)
        if len(text) == 1 and text.isalpha():
            self._caps = text.isupper() != shift if text.lower() != text.upper() else self._caps
        if event.key() == Qt.Key.Key_CapsLock:
            self._caps = not self._caps
        if keypad:
            self._num_off = event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Clear, Qt.Key.Key_Insert)
        if event.key() == Qt.Key.Key_NumLock:
            self._num_off = False
        self._tell()

    def _tell(self) -> None:
        parts = []
        if self._caps:
            parts.append("Verr. Maj est activé")
        if self._num_off:
            parts.append("Verr. Num est désactivé")
        keyboard = keyboard_name(QGuiApplication.inputMethod().locale())
        if keyboard:
            parts.append(keyboard if parts else keyboard[0].upper() + keyboard[1:])
        self.set_hint(" · ".join(parts))
        set_role(self.hint, "warning" if self._caps or self._num_off else "small")
