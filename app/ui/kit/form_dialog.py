"""A dialog of fields and one act: few fields, Enter acts, a refusal goes under the field it names."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.errors import InclusivError
from app.ui import texts
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import Field
from app.ui.kit.form import FieldRow
from app.ui.kit.scroll import FittedColumn
from app.ui.theme.appearance import appearance

_BESIDE = 72
"""What a dialog has left and right of its page, scroll bar included, in pixels."""


class _Page(QScrollArea):
    """Asks for the height of its fields; scrolls when the screen has less."""

    def __init__(self, page: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.page = page
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)

    def sizeHint(self) -> QSize:
        hint = self.page.sizeHint()
        width = max(hint.width(), self.window().minimumWidth() - _BESIDE)
        height = self.page.heightForWidth(width) if self.page.hasHeightForWidth() else hint.height()
        return QSize(hint.width() + 12, height + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.page.minimumSizeHint().width() + 12, appearance().px(120))


class FormDialog(Dialog):
    """Fields and one act. Refusals go under the field they name."""

    def __init__(self, parent: QWidget | None, title: str, act: str, *, width: int = 600) -> None:
        super().__init__(parent, title, width=width)
        self.fields: dict[str, Field] = {}
        self._act = act
        page = FittedColumn()
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(2, 2, 10, 2)
        self.column.setSpacing(12)
        self._page = _Page(page, self)
        page.installEventFilter(self)
        self.body.addWidget(self._page)

    def put(self, *row: Field) -> None:
        """Add a row of fields."""
        self.fields.update({field.key: field for field in row})
        self.column.addWidget(row[0] if len(row) == 1 else FieldRow(row))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._grow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page.page and event.type() == QEvent.Type.LayoutRequest:
            self._page.updateGeometry()
            self._grow()  # a sentence came under a field
        return super().eventFilter(watched, event)

    def _grow(self) -> None:
        """As high as its fields, within the screen (Qt stops at two thirds of it)."""
        layout = self.layout()
        if layout is not None:
            layout.activate()  # or its parts would tell the heights of before
        wanted = min(self.sizeHint().height(), self.maximumHeight())
        if self.isVisible() and wanted > self.height():
            self.resize(self.width(), wanted)

    def finish(self, first: QWidget) -> None:
        """Add the buttons; Enter acts."""
        self.column.addStretch(1)
        self.add_button(texts.CANCEL)
        self.accept_button = self.add_button(self._act, "primary", self._accept_all)
        self.accept_button.setDefault(True)
        first.setFocus()

    def value(self, key: str) -> Any:
        """Value of a field."""
        return self.fields[key].value()

    def text(self, key: str) -> str:
        """Value of a line of text."""
        return str(self.value(key) or "")

    def show_error(self, problem: InclusivError) -> None:
        """Put a refusal under its field."""
        field = self.fields.get(problem.field) or next(iter(self.fields.values()))
        field.set_error(" ".join(part for part in (problem.happened, problem.todo) if part))
        field.setFocus()
        self.bring(field)

    def bring(self, part: QWidget) -> None:
        """The whole of a part of the page in sight, once what was just said has its place."""
        QTimer.singleShot(0, part, lambda: self._page.ensureWidgetVisible(part, 0, 8))

    def _accept_all(self) -> None:
        readable = [field.commit() for field in self.fields.values()]  # every field says what is wrong with it
        if all(readable):
            self.give()

    def give(self) -> None:
        """Emit the draft; the caller closes the dialog once it is kept."""
        raise NotImplementedError
