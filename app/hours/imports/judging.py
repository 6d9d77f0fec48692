"""Judge what was read against what the notebook knows: pure, so that the screen answers each decision at once.

Each amount of the file ends in one state: ready, to decide (with who may be meant), refused (with why and what to do),
unchanged, or ignored. What would be wrong is never ready (issue 3, points 3 and 4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.errors import InvalidInput
from app.hours.imports import words
from app.hours.imports.values import (
    Decisions,
    Facts,
    PersonChoice,
    Prepared,
    Review,
    ReviewRow,
    RowState,
    Write,
    nobody,
    person_key,
)
from app.hours.timesheets.gathering import OLDEST_MONTH
from app.models.choices import StatementState
from app.rules.calendar import is_active_in, is_month
from app.rules.french import person_name_list
from app.rules.hours import MONTH_MAXIMUM, parse_hours
from app.store.imports import WorkRow

_AS_IT_IS = frozenset({"duplicate_row", "hours_unlikely", "total_mismatch", "hours_odd_format", "homonyms"})
"""Doubts of the reading that the user may answer « C’est exact » when hours and month are written."""
_NAMELESS = frozenset({"name_missing", "formula_like_text", "text_too_long", "siret_invalid"})
"""Doubts of the reading about whom; the amount itself may be right."""
_NOBODY = _NAMELESS - {"siret_invalid"}
_ABOUT_MONTH = frozenset({"month_in_future", "month_invalid", "month_without_year", "week_across_months"})


@dataclass(slots=True)
class _Piece:
    id: str
    key: str
    last: str
    first: str
    company: str
    siret: str
    month: str
    hours: int | None
    text: str
    row: int
    sheet: str
    code: str = ""
    message: str = ""
    rest: int = 0


def judge(prepared: Prepared, decisions: Decisions) -> Review:
    """The review of a file, with what was decided so far. Pure."""
    return _Judge(prepared, decisions).run()


class _Judge:
    def __init__(self, prepared: Prepared, decisions: Decisions) -> None:
        self._prepared = prepared
        self._facts: Facts = prepared.facts
        self._decided = decisions
        self._people = self._facts.people()
        self._own = prepared.company_id
        self._ids = {row.beneficiary_id: row for row in self._facts.contracts}

    def run(self) -> Review:
        rows = [self._judged(piece) for piece in self._pieces()]
        rows = self._together(rows)
        order = {state: at for at, state in enumerate(RowState)}
        rows.sort(key=lambda row: order[row.state])
        writes = tuple(self._writes(rows))
        printed = dict(self._prepared.reading.printed)
        return Review(
            tuple(rows),
            writes,
            self._notices(rows),
            self._facts.already,
            self._totals(rows),
            printed,
            self._declared(rows, printed),
        )

    # --- what the file says ---

    def _pieces(self) -> list[_Piece]:
        reading = self._prepared.reading
        refs: dict[tuple[str, str], set[str]] = defaultdict(set)
        named = [(one.last_name, one.first_name, one.ref) for one in reading.lines]
        named += [(one.last_name, one.first_name, one.ref) for one in reading.review]
        for last, first, ref in named:
            if ref:
                refs[last, first].add(ref)

        def key(last: str, first: str, ref: str) -> str:
            return person_key(last, first, ref if len(refs.get((last, first), ())) > 1 else "")

        pieces = [
            _Piece(
                f"l{at}", key(one.last_name, one.first_name, one.ref), one.last_name, one.first_name, one.company,
                one.siret, one.month, one.hundredths, "", one.row, one.sheet,
            )
            for at, one in enumerate(reading.lines)
        ]  # fmt: skip
        for at, item in enumerate(reading.review):
            # a row that names nobody well is a question by itself: one answer must not serve the others
            who = nobody(at) if item.reason in _NOBODY else key(item.last_name, item.first_name, item.ref)
            pieces.append(
                _Piece(
                    f"r{at}", who, item.last_name, item.first_name,
                    item.company, item.siret, item.month, _hours_of(item.hours), item.hours, item.row, item.sheet,
                    item.reason, item.message, item.rest,
                )
            )  # fmt: skip
        return pieces

    # --- one amount ---

    def _judged(self, piece: _Piece) -> ReviewRow:
        corrected = self._decided.hours.get(piece.id)
        hours = piece.hours if corrected is None else corrected + piece.rest
        month = self._decided.months.get(piece.id, piece.month)
        row = ReviewRow(
            piece.id, piece.key, piece.row, piece.sheet, piece.last, piece.first, piece.company,
            month, hours, piece.text, RowState.DECIDE,
        )  # fmt: skip
        if piece.id in self._decided.ignored:
            return row._replace(state=RowState.IGNORED)
        asked = self._unsure(piece, row, corrected is not None)
        if asked is not None:
            return asked
        return self._someone(piece, row)

    def _unsure(self, piece: _Piece, row: ReviewRow, corrected: bool) -> ReviewRow | None:
        """The row when the reading itself is to be decided; ``None`` when month and hours are settled."""
        said = row._replace(reason=piece.code, sentence=words.of_reading(piece.code, piece.message))
        if not _is_past(row.month, self._facts.this_month):
            return said._replace(ask="month", todo=words.todo(piece.code or "month_invalid"))
        if row.hours is None or not 0 < row.hours <= MONTH_MAXIMUM:
            return said._replace(ask="hours", todo=words.todo(piece.code or "hours_unreadable"))
        settled = corrected or not piece.code or piece.code in _NAMELESS or piece.code in _ABOUT_MONTH
        if settled or piece.id in self._decided.accepted:
            return None
        if piece.code in _AS_IT_IS:
            return said._replace(ask="row", todo=words.todo(piece.code), can_accept=True)
        return said._replace(ask="hours", todo=words.todo(piece.code))

    def _someone(self, piece: _Piece, row: ReviewRow) -> ReviewRow:
        if piece.id in self._decided.contracts:
            chosen = next((one for one in self._facts.contracts if one.id == self._decided.contracts[piece.id]), None)
            if chosen is not None:
                return self._placed(row, chosen)
        person = self._decided.people.get(piece.key) or self._facts.aliases.get(piece.key, "")
        if person and person in self._people:
            return self._contract(piece, row, person)
        if piece.code in _NOBODY:
            return self._ask_who(row, piece.code, words.of_reading(piece.code, piece.message), ())
        match = self._facts.directory.match(piece.last, piece.first)
        if match.id:
            return self._contract(piece, row, match.id)
        choices = [self._choice(guess.id, row.month) for guess in match.guesses]
        choices.sort(key=lambda one: not one.contract_id)  # whoever is at work that month first
        return self._ask_who(row, match.doubt, words.of_doubt(match.doubt, row.month), tuple(choices))

    def _ask_who(self, row: ReviewRow, reason: str, sentence: str, choices: tuple[PersonChoice, ...]) -> ReviewRow:
        return row._replace(
            reason=reason,
            sentence=sentence,
            todo=words.todo(reason),
            ask="person",
            choices=choices,
            can_accept=bool(choices),
        )

    def _choice(self, person: str, month: str) -> PersonChoice:
        contracts = self._active(person, month) or self._people[person]
        contract = contracts[-1]
        return PersonChoice(
            person,
            contract.id if is_active_in(month, contract.start_on, contract.end_on) else "",
            contract.last_name,
            contract.first_name,
            words.contract(contract, self._company_name(contract)),
        )

    def _company_name(self, contract: WorkRow) -> str:
        found = self._facts.companies.get(contract.company_id)
        return "" if found is None or contract.company_id == self._own else found.name

    def _active(self, person: str, month: str) -> list[WorkRow]:
        return [one for one in self._people[person] if is_active_in(month, one.start_on, one.end_on)]

    def _contract(self, piece: _Piece, row: ReviewRow, person: str) -> ReviewRow:
        """The contract that gets the hours of somebody known."""
        active = self._active(person, row.month)
        employer = self._facts.named.get((piece.company, piece.siret), "")
        lent = [one for one in active if employer in (one.employer_id, one.company_id)]
        if employer and active and not lent:
            return self._ask_contract(row, person, active, "other_employer", words.other_employer(piece.company))
        active = lent if employer else active
        own = [one for one in active if self._own in (one.company_id, one.employer_id)]
        fitting = own or active
        if len(fitting) == 1:
            return self._placed(row, fitting[0])
        if fitting:
            return self._ask_contract(row, person, fitting, "several_contracts", words.several(len(fitting), row.month))
        known = list(reversed(self._people[person]))
        return self._ask_contract(row, person, known, "no_contract", words.no_contract(row.month))

    def _ask_contract(
        self, row: ReviewRow, person: str, contracts: Sequence[WorkRow], reason: str, sentence: str
    ) -> ReviewRow:
        name = self._name(person)
        return row._replace(
            beneficiary_id=person,
            person=name,
            reason=reason,
            sentence=sentence,
            todo=words.todo(reason),
            ask="contract",
            choices=tuple(
                PersonChoice(person, one.id, *name, words.contract(one, self._company_name(one))) for one in contracts
            ),
            can_accept=len(contracts) == 1,
        )

    def _name(self, person: str) -> tuple[str, str]:
        known = self._ids[person]
        return known.last_name, known.first_name

    def _placed(self, row: ReviewRow, contract: WorkRow) -> ReviewRow:
        return row._replace(
            state=RowState.READY,
            beneficiary_id=contract.beneficiary_id,
            person=self._name(contract.beneficiary_id),
            file_number=contract.file_number,
            contract_id=contract.id,
            lot_id=contract.lot_id,
            user_company_id=contract.company_id,
        )

    # --- all amounts of one contract and month ---

    def _together(self, rows: Sequence[ReviewRow]) -> list[ReviewRow]:
        groups: dict[tuple[str, str], list[ReviewRow]] = defaultdict(list)
        for row in rows:
            if row.state is RowState.READY:
                groups[row.contract_id, row.month].append(row)
        settled: dict[str, ReviewRow] = {}
        for group in groups.values():
            for row in self._checked(group):
                settled[row.id] = row
        return [settled.get(row.id, row) for row in rows]

    def _checked(self, group: Sequence[ReviewRow]) -> list[ReviewRow]:
        first = group[0]
        state = self._facts.states.get((first.user_company_id, first.month), StatementState.EXPECTED)
        there = self._facts.worked.get((first.contract_id, first.month), {})
        elsewhere = any(lot != first.lot_id for lot in there)
        before = sum(there.values()) if there else None
        already = self._facts.already
        if len(group) > 1 and not all(row.id in self._decided.accepted for row in group):
            return self._twice(group)
        total = sum(row.hours or 0 for row in group)
        if already is not None and (first.contract_id, first.month) in already.done:
            return [row._replace(state=RowState.UNCHANGED, before=before) for row in group]
        if before == total:
            return [row._replace(state=RowState.UNCHANGED, before=before) for row in group]
        reason = ""
        if state in (StatementState.VALIDATED, StatementState.ATTESTED):
            reason = f"statement_{state.value}"
        elif elsewhere:
            reason = "hours_shared"
        elif total > MONTH_MAXIMUM:
            reason = "hours_impossible"
        if not reason:
            return list(group) if before is None else [row._replace(before=before) for row in group]
        return [
            row._replace(state=RowState.REFUSED, reason=reason, before=before,
                sentence=words.refused(reason, row.month, before), todo=words.todo(reason),
            )
            for row in group
        ]  # fmt: skip

    def _twice(self, group: Sequence[ReviewRow]) -> list[ReviewRow]:
        """Several rows of the file lead to one person and month: none is sure, but one spelled exactly as known."""
        person = self._ids[group[0].beneficiary_id]
        exact = person_key(person.last_name, person.first_name)
        spelled = [row for row in group if row.key == exact]
        kept = spelled[0].id if len(spelled) == 1 and len({row.key for row in group}) > 1 else ""
        asked = [
            row
            if row.id == kept
            else row._replace(state=RowState.DECIDE, reason="same_person_twice", ask="row",
                sentence=words.twice(row.month), todo=words.todo("same_person_twice"), can_accept=True,
            )
            for row in group
        ]  # fmt: skip
        if not kept:
            return asked
        rest = [row for row in asked if row.id != kept]
        return [*self._checked([spelled[0]]), *rest]

    # --- what comes out ---

    def _writes(self, rows: Sequence[ReviewRow]) -> list[Write]:
        sums: dict[tuple[str, str, str, str], int] = {}
        for row in rows:
            if row.state is RowState.READY:
                place = (row.user_company_id, row.month, row.contract_id, row.lot_id)
                sums[place] = sums.get(place, 0) + (row.hours or 0)
        return [Write(*place, hours) for place, hours in sums.items()]

    def _totals(self, rows: Sequence[ReviewRow]) -> Mapping[str, int]:
        totals: dict[str, int] = {}
        for row in rows:
            if row.state in (RowState.READY, RowState.UNCHANGED):
                totals[row.month] = totals.get(row.month, 0) + (row.hours or 0)
        return dict(sorted(totals.items()))

    def _declared(self, rows: Sequence[ReviewRow], printed: Mapping[str, int]) -> Mapping[tuple[str, str], int]:
        """The printed totals to be compared in the grid: not when a row of the month is left aside or of another."""
        users: dict[str, set[str]] = {}
        for row in rows:
            sure = row.state in (RowState.READY, RowState.UNCHANGED)
            users.setdefault(row.month, set()).add(row.user_company_id if sure else "")
        return {
            (next(iter(users[month])), month): hours
            for month, hours in printed.items()
            if len(users.get(month, ())) == 1 and "" not in users[month]
        }

    def _elsewhere(self, rows: Sequence[ReviewRow]) -> list[str]:
        """Hours that go to the statement of another company than the one of the file: said before they are written."""
        counts: dict[str, int] = {}
        for row in rows:
            if row.state is RowState.READY and row.user_company_id != self._own:
                counts[row.user_company_id] = counts.get(row.user_company_id, 0) + 1
        known = self._facts.companies
        return [words.elsewhere(count, known[one].name if one in known else "") for one, count in counts.items()]

    def _notices(self, rows: Sequence[ReviewRow]) -> tuple[str, ...]:
        said = [*self._elsewhere(rows), *(warned.message for warned in self._prepared.reading.warnings)]
        months = {row.month for row in rows}
        seen = {(row.contract_id, row.month) for row in rows if row.contract_id}
        asked = {row.key for row in rows if row.state is RowState.DECIDE and not row.contract_id}
        if self._facts.already is None and not asked:
            gone = sorted(
                {
                    (one.last_name, one.first_name, month)
                    for contract, month in self._facts.earlier
                    if month in months and (contract, month) not in seen
                    for one in self._facts.contracts
                    if one.id == contract
                }
            )
            said.extend(words.absent(person_name_list(last, first), month) for last, first, month in gone)
        return tuple(dict.fromkeys(said))


def _hours_of(text: str) -> int | None:
    """The hours of a row to review, when they can be read as they stand."""
    try:
        return parse_hours(text) if text else None
    except InvalidInput:
        return None


def _is_past(month: str, this_month: str) -> bool:
    return is_month(month) and OLDEST_MONTH <= month <= this_month
