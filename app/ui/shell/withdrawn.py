"""The network withdrew this notebook: what happened, what is safe, what to do; and nothing of what it held."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.sync.sentences import problem_told
from app.sync.state import Problem
from app.ui.kit.controls import button
from app.ui.kit.labels import label
from app.ui.shell.unlock import CenteredPage


class WithdrawnPage(CenteredPage):
    """``quit_asked`` from its only button."""

    quit_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=520)
        told = problem_told(Problem.REVOKED)
        self.body.addWidget(label("Accès retiré par le réseau", "title", self.column, wrap=True))
        for part in (told.happened, told.safe, told.todo) if told else ():
            self.body.addWidget(label(part, "", self.column, wrap=True))
        self.quit_button = button("Quitter", "primary", parent=self.column)
        self.quit_button.clicked.connect(lambda _on=False: self.quit_asked.emit())
        self.body.addWidget(self.quit_button)
