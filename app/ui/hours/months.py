"""The companies of a month: which month, which filter, what is searched, and the counts of each state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.changes import Changes
from app.hours.values import CompaniesPage, CompanyLine, StatementCounts
from app.models.choices import StatementState
from app.rules.calendar import shift_month
from app.rules.french import format_month
from app.ui.bridge.changes import Bus
from app.ui.bridge.tasks import Runner
from app.ui.kit.table import Answer, PageRequest

RELOAD_ON = frozenset({"monthly_statement", "employment_contract", "company", "clause_period", "reminder"})
"""Kinds whose changes may move a company of the list."""


@dataclass(frozen=True, slots=True)
class StateFilter:
    """A filter of the list with the states it keeps (none: all)."""

    key: str
    text: str
    states: tuple[StatementState, ...]


FILTERS = (
    StateFilter("all", "Toutes", ()),
    StateFilter("missing", "Relevés manquants", (StatementState.EXPECTED,)),
    StateFilter("received", "Reçus", (StatementState.RECEIVED,)),
    StateFilter("to_check", "À vérifier", (StatementState.TO_CHECK,)),
    StateFilter("settled", "Validés", (StatementState.VALIDATED, StatementState.ATTESTED)),
)


class MonthsService(Protocol):
    """What the list asks of the service."""

    def month_to_collect(self) -> str: ...

    def companies_with_month(
        self, month: str = "", *, states: Sequence[StatementState] = (), limit: int = 50, offset: int = 0
    ) -> CompaniesPage: ...

    def count_statements(self, month: str = "") -> StatementCounts: ...

    def find_companies(self, text: str, month: str = "", limit: int = 8) -> tuple[CompanyLine, ...]: ...


class MonthsViewModel(QObject):
    """``refreshed`` says to ask the pages again, ``counted`` that the counts changed, ``chosen(id)`` that one opens."""

    refreshed = Signal()
    counted = Signal()
    chosen = Signal(str)

    def __init__(self, service: MonthsService, run: Runner, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._run = run
        self._month = service.month_to_collect()
        self._filter = FILTERS[0]
        self._text = ""
        self._counts: dict[StatementState, int] = {}
        self._counted = ""
        bus.published.connect(self._changed)

    @property
    def month(self) -> str:
        """The month shown."""
        return self._month

    @property
    def month_title(self) -> str:
        """« novembre 2026 »."""
        return format_month(self._month)

    @property
    def filter_key(self) -> str:
        """Key of the filter in force."""
        return self._filter.key

    @property
    def text(self) -> str:
        """What is searched."""
        return self._text

    @property
    def missing(self) -> int:
        """« Relevés manquants » of the month."""
        return self._counts.get(StatementState.EXPECTED, 0)

    def filter_text(self, one: StateFilter) -> str:
        """« Relevés manquants (5) »."""
        if one.states:
            count = sum(self._counts.get(state, 0) for state in one.states)
        else:
            count = sum(self._counts.values())
        return f"{one.text} ({count})"

    @property
    def shows_missing(self) -> bool:
        """Whether the list is the radar of missing statements."""
        return self._filter.key == "missing"

    def shift(self, step: int) -> None:
        """Another month."""
        self.show_month(shift_month(self._month, step))

    def show_month(self, month: str) -> None:
        """Show this month."""
        if month != self._month:
            self._month = month
            self.refreshed.emit()

    def show_filter(self, key: str) -> None:
        """Keep only the companies of a filter."""
        self._filter = next(one for one in FILTERS if one.key == key)
        self.refreshed.emit()

    def show_collected(self, key: str) -> None:
        """The month to collect, through a filter."""
        self._month = self._service.month_to_collect()
        self._filter = next(one for one in FILTERS if one.key == key)

    def search(self, text: str) -> None:
        """Show the companies found by name; an empty text shows the month again."""
        if text.strip() != self._text:
            self._text = text.strip()
            self.refreshed.emit()

    def choose(self, text: str) -> None:
        """Open the best match of a text typed in full, even if the list has not caught up."""
        month = self._month

        def found(lines: tuple[CompanyLine, ...]) -> None:
            if lines:
                self.chosen.emit(lines[0].id)

        if text.strip():
            self._run.run(lambda: self._service.find_companies(text, month, 1), done=found, owner=self)

    def fetch(self, request: PageRequest, answer: Answer) -> None:
        """Pages for the list (``kit.table.PagedTable``)."""
        month, states, text = self._month, self._filter.states, self._text
        if text:
            self._run.run(
                lambda: self._service.find_companies(text, month, 50),
                done=lambda lines: answer(request, lines, len(lines)),
                owner=self,
            )
            return

        def paged(page: CompaniesPage) -> None:
            shown = request.offset + len(page.lines)
            answer(request, page.lines, shown + 1 if page.more else shown)

        self._run.run(
            lambda: self._service.companies_with_month(
                month, states=states, limit=request.limit, offset=request.offset
            ),
            done=paged,
            owner=self,
        )
        if self._counted != month:
            self._counted = month
            self._run.run(lambda: self._service.count_statements(month), done=self._count, owner=self)

    def _count(self, counts: StatementCounts) -> None:
        if counts.month == self._month:
            self._counts = dict(counts.counts)
            self.counted.emit()

    def _changed(self, changes: Changes) -> None:
        if changes.touches(RELOAD_ON):
            self._counted = ""
            self.refreshed.emit()
