"""A notebook that has not joined its network for longer than the network allows asks for it, right where it opens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.errors import ExchangeFailed, InclusivError, LeaseOver
from app.sync.state import Problem
from app.ui.kit.controls import button
from app.ui.kit.labels import label, set_role
from app.ui.kit.passphrase_field import PassphraseField
from app.ui.shell.unlock_viewmodel import UnlockViewModel

WAITED_MS = 10 * 60 * 1000
"""The right key was given and waits: it is forgotten after as long as the window locks by itself, in milliseconds."""
_JOIN = "Rejoindre le réseau et ouvrir"


class LeasePage(QWidget):
    """What happened, what is safe, what to do; the network first, the recovery sheet behind a link.

    ``left`` once the key is forgotten and the passphrase is to be asked again. The network is tried at once with what
    is kept of it; its password is asked only when the server wants it.
    """

    left = Signal()
    quit_asked = Signal()

    def __init__(
        self,
        model: UnlockViewModel,
        reveal: Callable[[QWidget], object] = lambda _widget: None,
        parent: QWidget | None = None,
    ) -> None:
        """``reveal`` brings a part of the page into sight, where the text is large."""
        super().__init__(parent)
        self.model = model
        self._reveal = reveal
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label("Le réseau est demandé avant d’ouvrir", "subtitle", self, wrap=True))
        self.happened = label("", "", self, wrap=True)
        self.safe = label("", "", self, wrap=True)
        self.todo = label("", "", self, wrap=True)
        for one in (self.happened, self.safe, self.todo):
            column.addWidget(one)
        self.answer = label("", "error", self, wrap=True)
        column.addWidget(self.answer)
        self.password = PassphraseField("Mot de passe du réseau", self)
        self.password.entered.connect(self.join)
        column.addWidget(self.password)
        self.join_button = button(_JOIN, "primary", parent=self)
        self.join_button.clicked.connect(lambda _on=False: self.join())
        column.addWidget(self.join_button)
        self.sheet = self._build_sheet()
        column.addWidget(self.sheet)
        self.sheet_link = button("Sans réseau\u00a0: la fiche de secours", "link", parent=self)
        self.sheet_link.clicked.connect(lambda _on=False: self.show_sheet())
        back = button("Revenir au mot de passe", "link", parent=self)
        back.clicked.connect(lambda _on=False: self.leave())
        leave = button("Quitter", "link", parent=self)
        leave.clicked.connect(lambda _on=False: self.quit_asked.emit())
        for links in ((self.sheet_link,), (back, leave)):
            line = QHBoxLayout()
            for link in links:
                line.addWidget(link)
            line.addStretch(1)
            column.addLayout(line)
        column.addStretch(1)
        self._patience = QTimer(self, interval=WAITED_MS, singleShot=True)
        self._patience.timeout.connect(self.leave)
        model.not_joined.connect(self._not_joined)
        model.busy_changed.connect(self._busy)

    def _build_sheet(self) -> QWidget:
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        title = label("Code de la fiche de secours", "label", made)
        self.code = QLineEdit(made)
        self.code.setAccessibleName("Code de la fiche de secours")
        self.code.setPlaceholderText("Sept groupes de cinq signes")
        self.code.returnPressed.connect(self.enter_by_sheet)
        title.setBuddy(self.code)
        self.code_error = label("", "error", made, wrap=True)
        self.code_error.hide()
        self.sheet_button = button("Ouvrir cette fois avec la fiche", parent=made)
        self.sheet_button.clicked.connect(lambda _on=False: self.enter_by_sheet())
        for one in (title, self.code, self.code_error, self.sheet_button):
            column.addWidget(one)
        return made

    # --- what is asked -----------------------------------------------------------------------

    def ask(self, problem: LeaseOver) -> None:
        """Tell why, and try the network at once."""
        for shown, part in ((self.happened, problem.happened), (self.safe, problem.safe), (self.todo, problem.todo)):
            shown.setText(part)
        self.wipe()
        self.join_button.setFocus()
        self._patience.start()
        self.model.join()

    def join(self) -> None:
        """Try the network, with the password when it is asked for."""
        self.answer.hide()
        self.password.set_error("")
        if self.password.isVisibleTo(self) and not self.password.text():
            self.password.set_error("Saisissez votre mot de passe du réseau.")
            self.password.setFocus()
            return
        self._patience.start()
        self.model.join(self.password.text())

    def show_sheet(self) -> None:
        """Unfold the entry of the recovery code."""
        self.sheet.show()
        self.sheet_link.hide()
        self.code.setFocus()
        self._bring(self.sheet)

    def enter_by_sheet(self) -> None:
        """Open by the recovery code."""
        self.code_error.hide()
        self.model.enter_by_sheet(self.code.text())

    def leave(self) -> None:
        """Wait no longer."""
        if self.model.busy:
            return
        self.model.step_back()
        self.left.emit()

    def wipe(self) -> None:
        """Forget what was typed; as at first."""
        self.password.clear()
        self.password.set_error("")
        self.password.hide()
        self.answer.hide()
        self.code.clear()
        self.code_error.hide()
        self.sheet.hide()
        self.sheet_link.show()

    def minimumSizeHint(self) -> QSize:
        # that of wrapped labels is for a narrower page, and would leave a blank under them
        hint = super().minimumSizeHint()
        return QSize(hint.width(), self.heightForWidth(max(self.width(), hint.width())))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._patience.stop()

    # --- what is heard -----------------------------------------------------------------------

    def show_refusal(self, sentence: str) -> None:
        """The recovery code did not open."""
        self.code_error.setText(sentence)
        self.code_error.show()
        self.code.setAccessibleDescription(sentence)
        self.code.setFocus()
        self._bring(self.sheet)

    def _not_joined(self, problem: InclusivError) -> None:
        asked = isinstance(problem, ExchangeFailed) and problem.problem == Problem.SIGN_IN.value
        if asked or problem.field == "password":
            if self.password.isVisibleTo(self):
                self.password.set_error(problem.sentence)
            else:
                self._answer(problem, "secondary")
            self.password.show()
            self.password.setFocus()
            self._bring(self.password)
            return
        self._answer(problem, "error")
        self.join_button.setFocus()

    def _answer(self, problem: InclusivError, role: str) -> None:
        """Under the three parts of the lease: what is safe stands there already."""
        set_role(self.answer, role)
        self.answer.setText(" ".join(part for part in (problem.happened, problem.todo) if part))
        self.answer.show()
        self._bring(self.join_button)

    def _bring(self, part: QWidget) -> None:
        QTimer.singleShot(0, part, lambda: self._reveal(part))  # once it has its place

    def _busy(self, busy: bool) -> None:
        self.join_button.setEnabled(not busy)
        self.sheet_button.setEnabled(not busy)
        self.join_button.setText("Connexion au réseau…" if busy else _JOIN)
