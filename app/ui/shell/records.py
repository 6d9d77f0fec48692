"""A list of records and the sheet of one of them: what their view-models share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from app.changes import Changes
from app.errors import InclusivError, NotFound
from app.store.unit import Outcome, Undo
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.kit.table import Answer, PageRequest
from app.ui.shell.acts import Acts
from app.ui.shell.undo import UndoStack

SheetT = TypeVar("SheetT")


class Page(Protocol):
    """One page of a list and how many lines there are in all."""

    @property
    def lines(self) -> Sequence[Any]: ...
    @property
    def total(self) -> int: ...


class Reader(Protocol):
    """The service that a list is read from; ``kept`` is what the filter of now asks for."""

    def page(self, typed: str, kept: Any, /, *, order_by: str, descending: bool, limit: int, offset: int) -> Page: ...
    def lines(self, ids: Sequence[str], /) -> Sequence[Any]: ...
    def take_back(self, undo: Undo, /) -> Outcome: ...


class RecordsViewModel(QObject, Generic[SheetT]):
    """``refreshed``: ask the pages of the list again. ``lines_changed(ids, lines)``: fresh lines of the list.

    ``sheet_changed``: :attr:`sheet` is another one or has changed. ``gone``: the record shown is no longer there.
    """

    refreshed = Signal()
    lines_changed = Signal(object, object)
    sheet_changed = Signal()
    gone = Signal()

    kind: ClassVar[str]
    """Kind of the records listed."""
    sheet_kinds: ClassVar[frozenset[str]]
    """Kinds whose changes may change the sheet shown."""

    def __init__(
        self,
        reader: Reader,
        filters: Sequence[tuple[str, str, Any]],
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
        parent: QObject | None = None,
    ) -> None:
        """``filters``: key, words, and what the reader is asked to keep; the list begins with the first."""
        super().__init__(parent)
        self._reader = reader
        self._filters = {key: kept for key, _, kept in filters}
        self._run = run
        self._messages = messages
        self._acts = Acts(run, messages, undo, reader.take_back, self)
        self.text = ""
        self.filter_key = filters[0][0]
        self.sheet: SheetT | None = None
        self._shown_id = ""
        self._listed = False
        bus.published.connect(self._changed)

    # --- to be said by each --------------------------------------------------------------

    def _read(self, record_id: str) -> Any:
        """What the sheet of a record needs (store)."""
        raise NotImplementedError

    def _take(self, read: Any) -> SheetT:
        """Keep what was read; answers the sheet."""
        sheet: SheetT = read
        return sheet

    # --- the list ------------------------------------------------------------------------

    def fetch(self, request: PageRequest, answer: Answer) -> None:
        """Answer a page of the list, filtered and ordered by the store."""
        self._listed = True
        typed, kept = self.text, self._filters[self.filter_key]
        self._run.run(
            lambda: self._reader.page(
                typed,
                kept,
                order_by=request.order_by,
                descending=request.descending,
                limit=request.limit,
                offset=request.offset,
            ),
            done=lambda page: answer(request, page.lines, page.total),
            owner=self,
        )

    def search(self, text: str) -> None:
        """Keep the records whose words begin like ``text``."""
        self.text = text
        self.refreshed.emit()

    def show_filter(self, key: str) -> None:
        """Keep the records of a filter."""
        self.filter_key = key
        self.refreshed.emit()

    # --- one record ----------------------------------------------------------------------

    def open(self, record_id: str) -> None:
        """Read a record and show it."""
        if record_id != self._shown_id:
            self.sheet = None
            self._shown_id = record_id
        self._run.run(lambda: self._read(record_id), lambda read: self._show(record_id, read), self._lost, owner=self)

    def close_sheet(self) -> None:
        """Nothing is shown any more."""
        self._shown_id = ""
        self.sheet = None

    def _show(self, record_id: str, read: Any) -> None:
        if record_id == self._shown_id:
            self.sheet = self._take(read)
            self.sheet_changed.emit()

    def _lost(self, problem: InclusivError) -> None:
        if not isinstance(problem, NotFound) or self.sheet is None:
            self._messages.error(problem)
        self.close_sheet()  # it was just put in the bin, here or elsewhere
        self.gone.emit()

    def _changed(self, changes: Changes) -> None:
        if self._shown_id and changes.touches(self.sheet_kinds):
            self.open(self._shown_id)
        ids = tuple(changes.ids(self.kind))
        if self._listed and ids:
            self._run.run(
                lambda: self._reader.lines(ids), lambda lines: self.lines_changed.emit(ids, lines), owner=self
            )

    def say(self, text: str) -> None:
        """Say something in the message bar."""
        self._messages.say(text)
