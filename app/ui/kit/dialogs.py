"""Our own dialogs: French sentences, named buttons, opened without blocking. Never Qt's ready-made boxes.

question = Question(self, "Retirer cette ligne", "La ligne part à la corbeille pour 30 jours.",
                    [Choice("remove", "Retirer la ligne", "danger"), Choice("keep", "Garder", "primary")])
question.answered.connect(self._answer)           # key of the button, "" for Esc
question.open()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDir, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.ui.kit.controls import button
from app.ui.kit.labels import label
from app.ui.theme.appearance import appearance


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: what it says, and its kind (``primary``, ``danger`` or nothing)."""

    key: str
    text: str
    kind: str = ""


_MARGIN = 32
"""Pixels of the screen left around the largest dialog."""
_AROUND = 24
"""Pixels of the dialog left around what it holds."""


class Dialog(QDialog):
    """A modal page: ``body`` is its column, ``buttons`` its last line. Esc closes, Enter never surprises."""

    def __init__(self, parent: QWidget | None, title: str, *, width: int = 480) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._width = width
        outer = QVBoxLayout(self)
        outer.setContentsMargins(_AROUND, _AROUND, _AROUND, _AROUND)
        outer.setSpacing(16)
        self.heading = label(title, "subtitle", self, wrap=True)
        outer.addWidget(self.heading)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        outer.addLayout(self.body, 1)  # what room is left is the body's: the title stays at its place
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        outer.addLayout(self.buttons)
        self.setMinimumWidth(min(appearance().px(width), self.screen().availableGeometry().width() - _MARGIN))

    def add_button(self, text: str, kind: str = "", act: Callable[[], None] | None = None) -> QPushButton:
        """A button of the last line, after those already there; closes the dialog unless ``act`` is given."""
        made = button(text, kind, parent=self)
        made.clicked.connect(lambda _on=False: act() if act else self.reject())
        self.buttons.addWidget(made)
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, and no other."""
        focused = self.focusWidget()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and isinstance(focused, QPushButton):
            focused.click()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """As high as its sentences are at the width it has."""
        hint, layout = super().sizeHint(), self.layout()
        width = min(max(hint.width(), self.minimumWidth()), self.screen().availableGeometry().width() - _MARGIN)
        needed = layout.totalHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else 0
        return QSize(width, max(hint.height(), needed))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        screen = self.screen().availableGeometry()
        self.setMaximumSize(screen.width() - _MARGIN, screen.height() - _MARGIN)
        self._fit_buttons()

    def _fit_buttons(self) -> None:
        """Buttons that are longer than the line stand one under the other, those of the line first."""
        room = self.width() - 2 * _AROUND
        if self.buttons.sizeHint().width() > room:
            self.buttons.setDirection(QHBoxLayout.Direction.TopToBottom)


class Question(Dialog):
    """A sentence and two or three named answers. ``answered(key)``; an empty key when closed by Esc."""

    answered = Signal(str)

    def __init__(self, parent: QWidget | None, title: str, text: str, choices: Sequence[Choice]) -> None:
        super().__init__(parent, title)
        self._key = ""
        self.body.addWidget(label(text, "", self, wrap=True))
        self.body.addStretch(1)  # what room is left goes under the sentence, not around the title
        self.choices: dict[str, QPushButton] = {}
        for one in choices:
            made = self.add_button(one.text, one.kind, partial(self._choose, one.key))
            self.choices[one.key] = made
            if one.kind == "primary":
                made.setFocus()
        self.finished.connect(lambda _result: self.answered.emit(self._key))

    def _choose(self, key: str) -> None:
        self._key = key
        self.accept()


_LABELS = {
    QFileDialog.DialogLabel.LookIn: "Dossier\u00a0:",
    QFileDialog.DialogLabel.FileName: "Nom du fichier\u00a0:",
    QFileDialog.DialogLabel.FileType: "Type de fichier\u00a0:",
    QFileDialog.DialogLabel.Reject: "Annuler",
}


def open_files(
    parent: QWidget | None,
    title: str,
    filters: Sequence[str],
    chosen: Callable[[list[Path]], None],
    *,
    many: bool = False,
    folder: Path | None = None,
) -> QFileDialog:
    """Ask for one or several files; ``filters`` like « Photos (*.jpg *.png) ». ``chosen`` is called once accepted."""
    dialog = _file_dialog(parent, title, filters, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles if many else QFileDialog.FileMode.ExistingFile)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Ouvrir")
    dialog.filesSelected.connect(lambda names: chosen([Path(one) for one in names]))
    dialog.open()
    return dialog


def save_file(
    parent: QWidget | None,
    title: str,
    filters: Sequence[str],
    name: str,
    chosen: Callable[[Path], None],
    *,
    folder: Path | None = None,
) -> QFileDialog:
    """Ask where to write; ``name`` is proposed. ``chosen`` is called once accepted."""
    dialog = _file_dialog(parent, title, filters, folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Enregistrer")
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda one: chosen(Path(one)))
    dialog.open()
    return dialog


def choose_folder(
    parent: QWidget | None, title: str, chosen: Callable[[Path], None], *, folder: Path | None = None
) -> QFileDialog:
    """Ask for a folder to write several files in. ``chosen`` is called once accepted."""
    dialog = _file_dialog(parent, title, [], folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Ranger ici")
    dialog.fileSelected.connect(lambda one: chosen(Path(one)))
    dialog.open()
    return dialog


def _file_dialog(parent: QWidget | None, title: str, filters: Sequence[str], folder: Path | None) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilters(list(filters))
    for place, text in _LABELS.items():
        dialog.setLabelText(place, text.replace(" :", "\u00a0:"))
    if folder is None and dialog.directory() == QDir.current():
        folder = _documents()  # nothing was chosen yet: not where the program happens to have been started
    if folder is not None:
        dialog.setDirectory(str(folder))
    return dialog


def _documents() -> Path:
    """Where the user keeps documents, else their own folder."""
    found = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return found if found.is_dir() else Path(QDir.homePath())
