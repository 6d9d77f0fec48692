"""The sentence under a line, with its answer: correct in one click, or « C’est normal » with the reason."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.rules.french import NBSP
from app.ui.hours.viewmodel import Note
from app.ui.kit.controls import button
from app.ui.kit.icons import icon_label, set_icon
from app.ui.kit.labels import label
from app.ui.theme.appearance import appearance

_ICONS = {"error": ("circle-alert", "error"), "doubt": ("triangle-alert", "warning"), "control": ("sigma", "warning")}
ACCEPT_KEYS = "Alt+C"


class NoteLine(QWidget):
    """Shown in the second line of a row. ``accepted(reason)``, ``fixed`` once answered; ``done`` when Esc gives up."""

    accepted = Signal(str)
    fixed = Signal()
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(False)
        line = QHBoxLayout(self)
        line.setContentsMargins(appearance().px(12), 2, appearance().px(12), 4)
        line.setSpacing(8)
        self._icon = icon_label("triangle-alert", "warning", self)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self.sentence = label("", "", self, wrap=True)
        line.addWidget(self.sentence, 1)
        self.fix = button("", parent=self)
        self.fix.clicked.connect(lambda _on=False: self.fixed.emit())
        line.addWidget(self.fix)
        self.normal = button("C’est normal…", parent=self)
        self.normal.setToolTip(f"Garder ces heures et dire pourquoi ({ACCEPT_KEYS})")
        self.normal.clicked.connect(lambda _on=False: self.ask_reason())
        line.addWidget(self.normal)
        self.reason = QLineEdit(self)
        self.reason.setAccessibleName("C’est normal, motif")
        self.reason.setPlaceholderText(f"C’est normal{NBSP}: motif, puis Entrée")
        self.reason.setMaxLength(200)
        self.reason.setMinimumWidth(appearance().px(280))
        self.reason.installEventFilter(self)
        self.reason.hide()
        line.addWidget(self.reason, 1)
        self._note: Note | None = None

    def show_note(self, note: Note, who: str) -> None:
        """Say ``note`` of the line of ``who``."""
        if note != self._note:
            self._note = note
            self.reason.hide()
        name, role = _ICONS[note.kind]
        set_icon(self._icon, name, role)
        self.sentence.setText(note.sentence)
        self.fix.setText(note.fix)
        self.fix.setAccessibleName(f"{note.fix} pour {who}")
        self.fix.setVisible(bool(note.fix))
        self.normal.setVisible(note.may_accept and self.reason.isHidden())
        self.normal.setAccessibleName(f"C’est normal pour {who}, dire pourquoi")

    def ask_reason(self) -> None:
        """Show the line where the reason is typed."""
        if self._note is None or not self._note.may_accept:
            return
        self.normal.hide()
        self.reason.clear()
        self.reason.show()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def asking(self) -> bool:
        """Whether the reason is being typed."""
        return not self.reason.isHidden()

    def give_up(self) -> None:
        """The reason stays unsaid."""
        self.reason.hide()
        self.normal.setVisible(self._note is not None and self._note.may_accept)
        self.done.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.reason or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            said = self.reason.text().strip()
            if said:
                self.accepted.emit(said)
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
            return True
        return False
