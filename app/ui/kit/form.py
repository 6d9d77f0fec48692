"""A form: fields in named sections on one page, with anchors; saved field by field, no button.

form = Form()
section = form.section("identity", "Identité")
section.add_row(TextField("last_name", "Nom", required=True), TextField("first_name", "Prénom", required=True))
section.add(DateField("birth_date", "Date de naissance", today=clock.today, past=True))
form.committed.connect(viewmodel.save_field)      # (key, value)
form.load({"last_name": "MARTIN", …})             # from the view-model, never emits
form.show_error(problem)                          # puts an InclusivError under its field
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.errors import InclusivError
from app.ui.kit.controls import button
from app.ui.kit.fields import Field
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label, rule
from app.ui.theme.appearance import appearance


class FieldRow(QWidget):
    """Fields side by side when there is room for them, one under the other otherwise."""

    def __init__(
        self, widgets: Iterable[QWidget], stretches: Iterable[int] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._widgets = list(widgets)
        self._stretches = list(stretches) or [1] * len(self._widgets)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        self._stacked: bool | None = None
        self._arrange(stacked=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole = sum(self._stretches)
        share = max(
            appearance().px(160),
            *(
                -(-one.minimumSizeHint().width() // stretch)
                for one, stretch in zip(self._widgets, self._stretches, strict=True)
            ),
        )  # nobody may be given less than its words need
        self._arrange(stacked=self.width() < share * whole + 16 * (len(self._widgets) - 1))

    def minimumSizeHint(self) -> Any:
        hint = super().minimumSizeHint()
        hint.setWidth(max((one.minimumSizeHint().width() for one in self._widgets), default=0))
        return hint

    def _arrange(self, *, stacked: bool) -> None:
        if stacked == self._stacked:
            return
        self._stacked = stacked
        for at, one in enumerate(self._widgets):
            self._grid.removeWidget(one)
            self._grid.setColumnStretch(at, 0 if stacked else self._stretches[at])
            if stacked:
                self._grid.addWidget(one, at, 0, Qt.AlignmentFlag.AlignTop)
            else:
                self._grid.addWidget(one, 0, at, Qt.AlignmentFlag.AlignTop)
        if stacked:
            self._grid.setColumnStretch(0, 1)


class Section(QWidget):
    """A titled part of a form; an anchor can lead to it."""

    def __init__(self, form: Form, key: str, title: str) -> None:
        super().__init__(form.column)
        self.key = key
        self.title = title
        self._form = form
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 8)
        self.body.setSpacing(12)
        if title:
            head = QHBoxLayout()
            head.setSpacing(8)
            head.addWidget(label(title, "subtitle", self))
            head.addStretch(1)
            self.head = head
            """Put a button of the section here."""
            self.body.addLayout(head)

    def add(self, widget: QWidget) -> QWidget:
        """One field (or any widget) on its own line."""
        self.body.addWidget(widget)
        self._form.adopt(widget)
        return widget

    def add_row(self, *widgets: QWidget, stretches: Iterable[int] = ()) -> FieldRow:
        """Several side by side; ``stretches`` gives their relative widths."""
        row = FieldRow(widgets, stretches, self)
        self.body.addWidget(row)
        for one in widgets:
            self._form.adopt(one)
        return row


class Form(QScrollArea):
    """A scrolling page of sections. ``committed(key, value)`` for each field left with another value."""

    committed = Signal(str, object)
    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, width: int = 720) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fields: dict[str, Field] = {}
        self.sections: dict[str, Section] = {}
        self.column = QWidget()
        self.column.setObjectName("column")
        self._width = width
        self._layout = QVBoxLayout(self.column)
        self._layout.setContentsMargins(4, 4, 16, 24)
        self._layout.setSpacing(16)
        self._layout.addStretch(1)
        self.column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setWidget(self.column)
        look = appearance()
        look.changed.connect(self._measure)
        self._measure()

    def section(self, key: str, title: str = "") -> Section:
        """A new section at the end."""
        made = Section(self, key, title)
        if self.sections:
            self._layout.insertWidget(self._layout.count() - 1, rule(self.column))
        self._layout.insertWidget(self._layout.count() - 1, made)
        self.sections[key] = made
        return made

    def adopt(self, widget: QWidget) -> None:
        """Bind a field (or the fields inside ``widget``) to this form."""
        found = [widget] if isinstance(widget, Field) else widget.findChildren(Field)
        for field in found:
            if field.key in self.fields:
                continue
            self.fields[field.key] = field
            field.committed.connect(lambda value, key=field.key: self.committed.emit(key, value))
            field.edited.connect(lambda key=field.key: self.edited.emit(key))

    def load(self, values: Mapping[str, Any]) -> None:
        """Show values; fields being edited keep what is typed and say « modifié ailleurs »."""
        for key, value in values.items():
            if key in self.fields:
                self.fields[key].set_value(value)

    def values(self) -> dict[str, Any]:
        """Present value of each field."""
        return {key: field.value() for key, field in self.fields.items()}

    def commit_all(self) -> bool:
        """Commit what is typed (before locking, leaving, validating). False when a field cannot be read."""
        good = True
        for field in self.fields.values():
            good = field.commit() and good
        return good

    def show_error(self, problem: InclusivError) -> bool:
        """Put an error under its field and bring it into view; false when no field bears its name."""
        field = self.fields.get(problem.field)
        if field is None:
            return False
        field.set_error(" ".join(part for part in (problem.happened, problem.todo) if part))
        self.ensureWidgetVisible(field)
        return True

    def set_read_only(self, on: bool) -> None:
        """Show without letting change."""
        for field in self.fields.values():
            field.set_read_only(on)

    def focus_first(self) -> None:
        """Give the focus to the first field."""
        for field in self.fields.values():
            if field.isVisibleTo(self) and field.isEnabled():
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def go_to(self, key: str) -> None:
        """Scroll to a section and give the focus to its first field."""
        section = self.sections[key]
        QTimer.singleShot(0, section, lambda: self._scroll_to(section))
        for field in section.findChildren(Field):
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            return

    def anchors(self, parent: QWidget | None = None) -> Flow:
        """A link for each titled section, on as many lines as the width asks for."""
        line = Flow(parent, spacing=16)
        line.setObjectName("anchors")
        for key, section in self.sections.items():
            if not section.title:
                continue
            link = button(section.title, "link", parent=line)
            link.clicked.connect(lambda _on=False, key=key: self.go_to(key))
            line.add(link)
        return line

    def _scroll_to(self, section: Section) -> None:
        self.verticalScrollBar().setValue(section.mapTo(self.column, QPoint(0, 0)).y())

    def _measure(self) -> None:
        self.column.setMaximumWidth(appearance().px(self._width))
