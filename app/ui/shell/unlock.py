"""E1: the screen that opens the notebook, at start and after a lock. Only what the first paint needs is imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.ui import texts
from app.ui.kit.buttons import button
from app.ui.kit.labels import label
from app.ui.kit.passphrase_field import PassphraseField
from app.ui.shell.unlock_viewmodel import UnlockViewModel
from app.ui.theme.appearance import appearance

if TYPE_CHECKING:
    from app.errors import LeaseOver
    from app.ui.account.lease import LeasePage

_NO_FOCUS = 0
"""``Qt.FocusPolicy.NoFocus`` (see ``labels.PLAIN_TEXT``)."""


class CenteredPage(QFrame):
    """A column in the middle of the window, that scrolls when the text is large. ``body`` receives the widgets."""

    def __init__(self, parent: QWidget | None = None, *, width: int = 440) -> None:
        super().__init__(parent)
        self.setObjectName("lockCover")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setProperty("focusPolicy", _NO_FOCUS)
        inner = QWidget()
        inner.setObjectName("column")
        middle = QVBoxLayout(inner)
        middle.setContentsMargins(24, 24, 24, 24)
        middle.addStretch(2)
        self.column = QFrame(inner)
        self.column.setProperty("role", "card")
        self.body = QVBoxLayout(self.column)
        self.body.setContentsMargins(32, 32, 32, 32)
        self.body.setSpacing(16)
        middle.addLayout(_between_stretches(self.column))
        middle.addStretch(3)
        self._area.setWidget(inner)
        outer.addWidget(self._area)
        self._width = width
        appearance().changed.connect(self._measure)
        self._measure()

    def set_width(self, width: int) -> None:
        """Another width of the column, in pixels at 100 %."""
        self._width = width
        self._measure()

    def _measure(self) -> None:
        wanted = appearance().px(self._width)
        room = self.width() - 72 if self.isVisible() else wanted
        self.column.setFixedWidth(max(min(wanted, room), 320))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()


def _at_left(widget: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.addWidget(widget)
    line.addStretch(1)
    return line


def _between_stretches(widget: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.addStretch(1)
    line.addWidget(widget)
    line.addStretch(1)
    return line


class UnlockPage(CenteredPage):
    """Passphrase and, behind a link, the recovery sheet. ``quit_asked`` from « Quitter ».

    ``age`` is the base age line; ``notebook`` its name. The lock cover shows neither (``cover``): three lines
    on privacy, no name.
    """

    quit_asked = Signal()

    def __init__(
        self,
        model: UnlockViewModel,
        *,
        notebook: str = "",
        age: str = "",
        cover: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = model
        self._cover = cover
        heading = label(texts.PRODUCT, "title", self.column)
        self.body.addWidget(heading)
        lines: Sequence[str] = texts.PRIVACY if cover else ((notebook,) if notebook else ())
        for one in lines:
            self.body.addWidget(label(one, "secondary", self.column, wrap=True))
        self.pages = QStackedWidget(self.column)
        self.pages.addWidget(self._build_passphrase(age))
        self.body.addWidget(self.pages)
        self._recovery: QWidget | None = None
        self.lease: LeasePage | None = None
        """Shown once the right key was given to a notebook that asks for its network."""
        model.refused.connect(self._refused)
        model.lease_over.connect(self._ask_network)
        model.busy_changed.connect(self._busy)
        model.waiting_changed.connect(self._waiting)
        model.opened.connect(self.wipe)

    def _build_passphrase(self, age: str) -> QWidget:
        page = QWidget(self.column)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.passphrase = PassphraseField("Mot de passe", page)
        self.passphrase.entered.connect(self._unlock)
        column.addWidget(self.passphrase)
        self.open_button = button("Déverrouiller", "primary", parent=page)
        self.open_button.clicked.connect(self._unlock)
        column.addWidget(self.open_button)
        self.forgotten = button("Mot de passe oublié", "link", parent=page)
        self.forgotten.clicked.connect(self.show_recovery)
        leave = button("Quitter", "link", parent=page)
        leave.clicked.connect(self.quit_asked)
        line = _at_left(self.forgotten)
        line.addWidget(leave)
        column.addLayout(line)
        self.age = label(age, "small", page, wrap=True)
        self.age.setVisible(bool(age) and not self._cover)
        column.addWidget(self.age)
        column.addStretch(1)
        return page

    def _build_recovery(self) -> QWidget:
        page = QWidget(self.column)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label("Ouvrir avec la fiche de secours", "subtitle", page, wrap=True))
        column.addWidget(
            label(
                "Le code est imprimé sur la fiche remise à la création du carnet. Vos données sont intactes\u00a0: "
                "vous choisissez seulement un nouveau mot de passe.",
                "secondary",
                page,
                wrap=True,
            )
        )
        code_label = label("Code de la fiche de secours", "label", page)
        self.code = QLineEdit(page)
        self.code.setAccessibleName("Code de la fiche de secours")
        self.code.setPlaceholderText("Sept groupes de cinq signes")
        code_label.setBuddy(self.code)
        self.code_error = label("", "error", page, wrap=True)
        self.code_error.hide()
        column.addWidget(code_label)
        column.addWidget(self.code)
        column.addWidget(self.code_error)
        self.new = PassphraseField("Nouveau mot de passe", page)
        self.again = PassphraseField("Nouveau mot de passe, une seconde fois", page, hints=False)
        self.new.edited.connect(lambda: self.new.set_hint(self.model.strength(self.new.text())[1]))
        self.again.entered.connect(self._recover)
        column.addWidget(self.new)
        column.addWidget(self.again)
        self.recover_button = button("Ouvrir avec la fiche", "primary", parent=page)
        self.recover_button.clicked.connect(self._recover)
        column.addWidget(self.recover_button)
        back = button("Revenir au mot de passe", "link", parent=page)
        back.clicked.connect(self.show_passphrase)
        column.addLayout(_at_left(back))
        column.addStretch(1)
        return page

    def show_recovery(self) -> None:
        """Show the entry of the recovery code."""
        if self._recovery is None:
            self._recovery = self._build_recovery()
            self.pages.addWidget(self._recovery)
        self.pages.setCurrentWidget(self._recovery)
        self.code.setFocus()

    def _ask_network(self, problem: LeaseOver) -> None:
        from app.ui.account.lease import LeasePage

        if self.lease is None:
            self.lease = LeasePage(self.model, self._area.ensureWidgetVisible, self.column)
            self.lease.left.connect(self.show_passphrase)
            self.lease.quit_asked.connect(self.quit_asked)
            self.pages.addWidget(self.lease)
        self.passphrase.clear()
        self.pages.setCurrentWidget(self.lease)
        self.lease.ask(problem)

    def show_passphrase(self) -> None:
        """Back to the passphrase."""
        self.pages.setCurrentIndex(0)
        self.passphrase.setFocus()

    def prepare(self) -> None:
        """Ready for a new unlock: empty, with the right label, the focus in the field."""
        self.wipe()
        self.pages.setCurrentIndex(0)
        self.passphrase.set_title("Code PIN ou mot de passe" if self.model.pin_is_enough else "Mot de passe")
        self.passphrase.setFocus()

    def wipe(self) -> None:
        """Forget what was typed."""
        self.passphrase.clear()
        self.passphrase.set_error("")
        if self._recovery is not None:
            self.code.clear()
            self.new.clear()
            self.again.clear()
        if self.lease is not None:
            self.lease.wipe()

    def set_age(self, age: str) -> None:
        """The base age line, once known."""
        self.age.setText(age)
        self.age.setVisible(bool(age) and not self._cover)

    def _unlock(self) -> None:
        self.passphrase.set_error("")
        self.model.unlock(self.passphrase.text())

    def _recover(self) -> None:
        self.code_error.hide()
        self.new.set_error("")
        self.again.set_error("")
        self.model.recover(self.code.text(), self.new.text(), self.again.text())

    def _refused(self, sentence: str, field: str) -> None:
        if self.lease is not None and self.pages.currentWidget() is self.lease:
            self.lease.show_refusal(sentence)
            return
        if self._recovery is not None and self.pages.currentWidget() is self._recovery:
            if field in ("new", "again"):
                target = self.new if field == "new" else self.again
                target.set_error(sentence)
                target.setFocus()
            else:
                self.code_error.setText(sentence)
                self.code_error.show()
                self.code.setAccessibleDescription(sentence)
                self.code.setFocus()
            return
        self.passphrase.set_error(sentence)
        self.passphrase.edit.selectAll()
        self.passphrase.setFocus()

    def _busy(self, busy: bool) -> None:
        self.open_button.setEnabled(not busy)
        self.open_button.setText("Ouverture…" if busy else "Déverrouiller")
        if self._recovery is not None:
            self.recover_button.setEnabled(not busy)

    def _waiting(self, seconds: int) -> None:
        self.open_button.setEnabled(seconds == 0 and not self.model.busy)
        self.open_button.setText(f"Prochain essai dans {seconds}\u00a0s" if seconds else "Déverrouiller")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measure()
        QTimer.singleShot(0, self, lambda: self.passphrase.setFocus())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        from PySide6.QtCore import Qt

        if event.key() == Qt.Key.Key_Escape and self.pages.currentIndex() > 0:
            if self.lease is not None and self.pages.currentWidget() is self.lease:
                self.lease.leave()
            else:
                self.show_passphrase()
            return
        super().keyPressEvent(event)
