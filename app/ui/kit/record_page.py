"""The page of one record: its name and state, what can be done with it, then its parts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.ui.kit.cards import Pill
from app.ui.kit.controls import button
from app.ui.kit.flow import Flow
from app.ui.kit.form import Form
from app.ui.kit.labels import label


class RecordPage(QWidget):
    """Head and form. The line under the name and the acts scroll with the page: at 200 % they would leave no room.

    Sections are added to ``form``; ``head`` is the first one.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record_id = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(16)
        self.title = label("", "title", self, wrap=True)
        line.addWidget(self.title, 1)
        self.state = Pill("", "info", "circle-dot", self)
        self.state.hide()
        line.addWidget(self.state, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(line)
        self.form = Form(self, width=960)
        self.head = self.form.section("head")
        self.subtitle = label("", "secondary", self, wrap=True)
        self.head.body.addWidget(self.subtitle)
        self._acts = Flow(self)
        self.head.body.addWidget(self._acts)
        column.addWidget(self.form, 1)

    def add_act(self, text: str, kind: str, icon: str, act: Callable[[], object] | None) -> QPushButton:
        """A button of the head; hidden without an act."""
        made = button(text, kind, icon, self._acts)
        self._acts.add(made)
        if act is None:
            made.hide()
        else:
            made.clicked.connect(lambda _on=False: act())
        return made

    def show_head(self, record_id: str, title: str, *parts: str) -> None:
        """Say what is shown; another record than before begins at its top. Empty ``parts`` are left out."""
        if record_id != self._record_id:
            self._record_id = record_id
            self.form.verticalScrollBar().setValue(0)
        self.title.setText(title)
        self.subtitle.setText(" · ".join(part for part in parts if part))

    def show_state(self, text: str, role: str, icon: str) -> None:
        """The state of the record, beside its name."""
        self.state.set(text, role, icon)
        self.state.show()
