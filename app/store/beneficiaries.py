"""Reading people: the list, a search, and all that the page of one person shows.

Everything takes an open connection and answers read-only rows. Every query is bounded by a page, an index, or
one person. Hours are integer hundredths. Names never reach a log from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
)

from app.models.base import Record, table_of
from app.models.beneficiaries import (
    Beneficiary,
    ClausePeriod,
    EligibilityCheck,
    EmploymentContract,
    FollowUpNote,
    TrainingRecord,
)
from app.models.choices import Recipient, StatementState, VisitState
from app.models.documents import Attestation, IssuedDocument
from app.models.hours import HourLine, MonthlyStatement
from app.models.network import Facilitator, Network, Organisation
from app.models.operations import Commitment, Company, Contract, Lot, Operation
from app.models.visits import Action, Attendance, Observation, Visit
from app.store.merges import holder_of
from app.store.search import IN_INDEX, ids_held

_person, _contract, _period = table_of(Beneficiary), table_of(EmploymentContract), table_of(ClausePeriod)
_check, _note, _training = table_of(EligibilityCheck), table_of(FollowUpNote), table_of(TrainingRecord)
_company, _lot, _market, _operation = table_of(Company), table_of(Lot), table_of(Contract), table_of(Operation)
_line, _statement, _facilitator = table_of(HourLine), table_of(MonthlyStatement), table_of(Facilitator)
_visit, _attendance, _observation = table_of(Visit), table_of(Attendance), table_of(Observation)
_action, _issued, _organisation = table_of(Action), table_of(IssuedDocument), table_of(Organisation)
_commitment, _attestation = table_of(Commitment), table_of(Attestation)

Row: TypeAlias = RowMapping
"""A record as read: names to values, never written to."""
Reader: TypeAlias = Connection
"""What ``Notebook.read()`` gives."""

ORDERS = {"name": _person.c.sort_name, "file_number": _person.c.file_number}
"""What the list may be ordered by; each has its index."""
DEPENDENTS: tuple[type[Record], ...] = (
    EligibilityCheck,
    EmploymentContract,
    ClausePeriod,
    FollowUpNote,
    TrainingRecord,
    Action,
)
"""What belongs to a person and follows them to the bin."""


# --- the list ----------------------------------------------------------------------------

# The plus keeps SQLite in the index of the list, or of the dates: it looks for the ids in a set made once, instead of
# reading each record by its id and sorting them (measured on 35 000 people: 5 ms against 67 ms).
_LISTED_ID: ColumnElement[str] = literal_column("+beneficiary.id")
_DATED_ID: ColumnElement[str] = literal_column("+employment_contract.beneficiary_id")


def _running(day: dt.date) -> Any:
    c = _contract.c
    return and_(c.deleted_at.is_(None), c.start_on <= day, or_(c.end_on.is_(None), c.end_on >= day))


def _ending(day: dt.date, until: dt.date) -> Any:
    c = _contract.c
    return and_(c.deleted_at.is_(None), c.end_on >= day, c.end_on <= until)


def _alive(organisation_id: str, *, archived: bool) -> list[Any]:
    p = _person.c
    return [
        p.organisation_id == organisation_id,
        p.deleted_at.is_(None),
        p.archived_on.is_not(None) if archived else p.archived_on.is_(None),
    ]


def _chosen(
    organisation_id: str, day: dt.date, *, contract: str, ends_before: dt.date | None, archived: bool, match: str
) -> list[Any]:
    where = _alive(organisation_id, archived=archived)
    at_work = exists().where(_contract.c.beneficiary_id == _person.c.id, _running(day))
    if contract == "running":
        where.append(at_work)
    elif contract == "none":
        where.append(~at_work)
    if ends_before is not None:
        until = ends_before - dt.timedelta(days=1)
        where.append(_LISTED_ID.in_(select(_contract.c.beneficiary_id).where(_ending(day, until))))
    if match:
        where.append(_LISTED_ID.in_(ids_held("beneficiary", match)))
    return where


def list_ids(
    connection: Connection,
    organisation_id: str,
    day: dt.date,
    *,
    contract: str = "",
    ends_before: dt.date | None = None,
    archived: bool = False,
    match: str = "",
    order_by: str = "name",
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> list[str]:
    """Ids of a page of the organisation's people, in order.

    ``contract``: ``running`` (one runs on ``day``), ``none``, or empty; ``ends_before``: one ends from ``day`` to the
    eve of it; ``match``: an expression of the search index (``store.search.match_expression``).
    """
    where = _chosen(organisation_id, day, contract=contract, ends_before=ends_before, archived=archived, match=match)
    key = ORDERS.get(order_by, _person.c.sort_name)
    query = (
        select(_person.c.id)
        .where(*where)
        .order_by(key.desc() if descending else key, _person.c.id.desc() if descending else _person.c.id)
        .limit(limit)
        .offset(offset)
    )
    return list(connection.execute(query).scalars())


def count_people(
    connection: Connection,
    organisation_id: str,
    day: dt.date,
    *,
    contract: str = "",
    ends_before: dt.date | None = None,
    archived: bool = False,
    match: str = "",
) -> int:
    """How many people :func:`list_ids` would give without a limit.

    Without words, people at work or whose contract ends are counted from the contracts of these days, and
    people without contract by difference: nobody else's record is read.
    """
    if not match and contract == "none":
        everybody = count_people(connection, organisation_id, day, archived=archived)
        return everybody - count_people(connection, organisation_id, day, contract="running", archived=archived)
    if not match and not archived and (contract == "running" or ends_before is not None):
        span = _running(day) if ends_before is None else _ending(day, ends_before - dt.timedelta(days=1))
        others = select(_person.c.id).where(~and_(*_alive(organisation_id, archived=False)))
        query = select(func.count(_DATED_ID.distinct())).select_from(_contract).where(span, _DATED_ID.not_in(others))
    else:
        where = _chosen(
            organisation_id, day, contract=contract, ends_before=ends_before, archived=archived, match=match
        )
        query = select(func.count()).select_from(_person).where(*where)
    return int(connection.execute(query).scalar_one())


FOUND_MOST = 300
"""Most people that a search lists: beyond, one letter more says it better than pages."""

_FIND_LISTED = text(
    f"""SELECT b.id FROM (SELECT d.record_id FROM {IN_INDEX}
         WHERE search_fts MATCH :match AND d.kind = 'beneficiary' LIMIT :limit) found
       CROSS JOIN beneficiary b ON b.id = found.record_id
       WHERE b.organisation_id = :organisation AND b.deleted_at IS NULL AND (b.archived_on IS NOT NULL) = :archived"""
)


def found_ids(
    connection: Connection,
    organisation_id: str,
    day: dt.date,
    *,
    words: Sequence[str],
    match: str,
    contract: str = "",
    ends_before: dt.date | None = None,
    archived: bool = False,
    order_by: str = "name",
    descending: bool = False,
) -> list[str]:
    """People who hold the words, in the order of the list, at most ``FOUND_MOST``: those whose family name begins with
    the only word typed, read in the index of the list; then the others, from the search index.

    ``match``: the expression of ``words``. The cost does not grow with the notebook: both readings are bounded.
    """
    where = _chosen(organisation_id, day, contract=contract, ends_before=ends_before, archived=archived, match="")
    key = ORDERS.get(order_by, _person.c.sort_name)
    ids: list[str] = []
    if len(words) == 1 and not words[0][:1].isdigit():
        last = words[0] + "\U0010ffff"
        begun = (
            select(_person.c.id)
            .where(*where, _person.c.sort_name >= words[0], _person.c.sort_name < last)
            .order_by(_person.c.sort_name, _person.c.id)
            .limit(FOUND_MOST)
        )
        ids = list(connection.execute(begun).scalars())
    alone = len(words) == 1 and len(words[0]) == 1 and not words[0].isdigit()
    if len(ids) < FOUND_MOST and not alone:
        chosen = {"match": match, "organisation": organisation_id, "archived": archived, "limit": FOUND_MOST}
        others = set(connection.execute(_FIND_LISTED, chosen).scalars()) - set(ids)
        if contract or ends_before is not None:
            others = set(
                connection.execute(select(_person.c.id).where(*where, _person.c.id.in_(others))).scalars()
            )  # fmt: skip
        ids += sorted(others)[: FOUND_MOST - len(ids)]
    if len(ids) < 2:
        return ids
    ordered = select(_person.c.id).where(_person.c.id.in_(ids)).order_by(
        key.desc() if descending else key, _person.c.id.desc() if descending else _person.c.id
    )  # fmt: skip
    return list(connection.execute(ordered).scalars())


def identities_of_ids(connection: Connection, organisation_id: str, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    """(id, last name, first name, birth name, birth date, phone) of people of the organisation, for a comparison."""
    p = _person.c
    query = select(p.id, p.last_name, p.first_name, p.birth_name, p.birth_date, p.phone).where(
        p.id.in_(list(ids)), p.organisation_id == organisation_id, p.deleted_at.is_(None)
    )
    return [tuple(row) for row in connection.execute(query)]


def people_by_ids(connection: Connection, organisation_id: str, ids: Sequence[str]) -> list[RowMapping]:
    """The people of these ids in the organisation, in the order asked; those deleted or elsewhere are left out."""
    if not ids:
        return []
    rows = connection.execute(
        select(_person).where(
            _person.c.id.in_(list(ids)),
            _person.c.organisation_id == organisation_id,
            _person.c.deleted_at.is_(None),
        )
    ).mappings()
    known = {row["id"]: row for row in rows}
    return [known[one] for one in ids if one in known]


def contract_shown(connection: Connection, ids: Sequence[str], day: dt.date) -> Mapping[str, RowMapping]:
    """For each person the contract that runs on ``day`` (the latest begun), else the latest, with its company."""
    if not ids:
        return {}
    c = _contract.c
    rows = connection.execute(
        select(c.beneficiary_id, c.start_on, c.end_on, _company.c.name.label("company_name"))
        .join_from(_contract, _company, _company.c.id == c.company_id)
        .where(c.beneficiary_id.in_(list(ids)), c.deleted_at.is_(None))
        .order_by(c.start_on, c.id)
    ).mappings()
    shown: dict[str, RowMapping] = {}
    for row in rows:
        known = shown.get(row["beneficiary_id"])
        if known is None or runs_on(row, day) or not runs_on(known, day):
            shown[row["beneficiary_id"]] = row
    return shown


def runs_on(contract: Mapping[Any, Any], day: dt.date) -> bool:
    """Whether a contract's dates hold ``day``."""
    return contract["start_on"] <= day and (contract["end_on"] is None or day <= contract["end_on"])


_FIND_IN_INDEX = text(
    f"""SELECT d.record_id FROM {IN_INDEX}
       WHERE search_fts MATCH :match AND d.kind = 'beneficiary' LIMIT :limit"""
)


def ids_matching(connection: Connection, match: str, limit: int) -> list[str]:
    """Ids of people for one expression of the search index, unordered, at most ``limit``."""
    return list(connection.execute(_FIND_IN_INDEX, {"match": match, "limit": limit}).scalars())


# --- one person --------------------------------------------------------------------------


def find_person(connection: Connection, person_id: str) -> RowMapping | None:
    """The record with its organisation's name and its facilitator's, or ``None`` (deleted: not found)."""
    return connection.execute(
        select(
            _person,
            func.coalesce(_organisation.c.name, "").label("organisation_name"),
            func.trim(
                func.coalesce(_facilitator.c.first_name, "") + " " + func.coalesce(_facilitator.c.last_name, "")
            ).label("facilitator_name"),
        )
        .join_from(_person, _organisation, _organisation.c.id == _person.c.organisation_id, isouter=True)
        .join(_facilitator, _facilitator.c.id == _person.c.facilitator_id, isouter=True)
        .where(_person.c.id == person_id, _person.c.deleted_at.is_(None))
    ).mappings().first()  # fmt: skip


def checks_of(connection: Connection, person_id: str) -> list[RowMapping]:
    """Publics verified, the latest first, with the name of who saw the proof."""
    query = (
        select(
            _check,
            func.trim(
                func.coalesce(_facilitator.c.first_name, "") + " " + func.coalesce(_facilitator.c.last_name, "")
            ).label("seen_by_name"),
        )
        .join_from(_check, _facilitator, _facilitator.c.id == _check.c.seen_by, isouter=True)
        .where(_check.c.beneficiary_id == person_id, _check.c.deleted_at.is_(None))
        .order_by(_check.c.seen_on.desc(), _check.c.id)
    )
    return list(connection.execute(query).mappings())


def periods_of(connection: Connection, person_id: str) -> list[RowMapping]:
    """Clause periods, the latest first."""
    query = _of(_period, person_id).order_by(_period.c.start_on.desc(), _period.c.id)
    return list(connection.execute(query).mappings())


def contracts_of(connection: Connection, person_id: str) -> list[RowMapping]:
    """Employment contracts with the names of company, employer, lot and operation, the latest first."""
    employer = _company.alias()
    query = (
        select(
            _contract,
            _company.c.name.label("company_name"),
            employer.c.name.label("employer_name"),
            _lot.c.number.label("lot_number"),
            _lot.c.name.label("lot_name"),
            _operation.c.id.label("operation_id"),
            _operation.c.name.label("operation_name"),
        )
        .join_from(_contract, _company, _company.c.id == _contract.c.company_id)
        .join(employer, employer.c.id == _contract.c.employer_id)
        .join(_lot, _lot.c.id == _contract.c.lot_id)
        .join(_market, _market.c.id == _lot.c.contract_id)
        .join(_operation, _operation.c.id == _market.c.operation_id)
        .where(_contract.c.beneficiary_id == person_id, _contract.c.deleted_at.is_(None))
        .order_by(_contract.c.start_on.desc(), _contract.c.id)
    )
    return list(connection.execute(query).mappings())


def hours_of(connection: Connection, contract_ids: Sequence[str]) -> list[tuple[str, str, int, bool]]:
    """(contract, month, hours, validated) of the lines typed: worked and training together."""
    if not contract_ids:
        return []
    settled = _statement.c.state.in_([StatementState.VALIDATED, StatementState.ATTESTED])
    query = (
        select(_line.c.contract_id, _line.c.month, func.sum(_line.c.hours), func.min(settled))
        .join_from(_line, _statement, _statement.c.id == _line.c.statement_id)
        .where(_line.c.contract_id.in_(list(contract_ids)), _line.c.hours.is_not(None), _line.c.deleted_at.is_(None))
        .group_by(_line.c.contract_id, _line.c.month)
    )
    return [(row[0], row[1], int(row[2]), bool(row[3])) for row in connection.execute(query)]


def has_hours(connection: Connection, person_id: str) -> bool:
    """Whether hours were typed for one of the person's contracts."""
    query = (
        select(_line.c.id)
        .join_from(_contract, _line, _line.c.contract_id == _contract.c.id)
        .where(_contract.c.beneficiary_id == person_id, _line.c.hours > 0, _line.c.deleted_at.is_(None))
        .limit(1)
    )
    return connection.execute(query).first() is not None


def contract_has_hours(connection: Connection, contract_id: str) -> bool:
    """Whether hours were typed for this contract."""
    query = (
        select(_line.c.id)
        .where(_line.c.contract_id == contract_id, _line.c.hours > 0, _line.c.deleted_at.is_(None))
        .limit(1)
    )
    return connection.execute(query).first() is not None


def months_with_hours(connection: Connection, contract_id: str) -> tuple[str, str] | None:
    """First and latest month with hours of a contract, or ``None``."""
    row = connection.execute(
        select(func.min(_line.c.month), func.max(_line.c.month)).where(
            _line.c.contract_id == contract_id, _line.c.hours > 0, _line.c.deleted_at.is_(None)
        )
    ).one()
    return (row[0], row[1]) if row[0] else None


def notes_of(connection: Connection, person_id: str) -> list[RowMapping]:
    """Follow-up notes, the latest first, with their author's name."""
    query = (
        select(
            _note,
            func.trim(
                func.coalesce(_facilitator.c.first_name, "") + " " + func.coalesce(_facilitator.c.last_name, "")
            ).label("author"),
        )
        .join_from(_note, _facilitator, _facilitator.c.id == _note.c.created_by, isouter=True)
        .where(_note.c.beneficiary_id == person_id, _note.c.deleted_at.is_(None))
        .order_by(_note.c.noted_on.desc(), _note.c.created_at.desc(), _note.c.id)
    )
    return list(connection.execute(query).mappings())


def actions_of(connection: Connection, person_id: str) -> list[RowMapping]:
    """Actions about the person (open first, by date), with the number of the visit that decided them."""
    query = (
        select(_action, func.coalesce(_visit.c.number, "").label("visit_number"))
        .join_from(_action, _visit, _visit.c.id == _action.c.visit_id, isouter=True)
        .where(
            _action.c.beneficiary_id == person_id,
            _action.c.deleted_at.is_(None),
            or_(_action.c.visit_id.is_(None), _visit.c.deleted_at.is_(None)),
        )
        .order_by(_action.c.state != "open", _action.c.due_on.is_(None), _action.c.due_on, _action.c.id)
    )
    return list(connection.execute(query).mappings())


def trainings_of(connection: Connection, person_id: str) -> list[RowMapping]:
    """Trainings, the latest first."""
    query = _of(_training, person_id).order_by(_training.c.start_on.desc(), _training.c.id)
    return list(connection.execute(query).mappings())


def visits_of(connection: Connection, person_id: str, limit: int = 100) -> list[RowMapping]:
    """Visits that expected the person, the latest first: number, date, company, meeting, « RAS »."""
    query = (
        select(
            _visit.c.id,
            _visit.c.number,
            _visit.c.state,
            _visit.c.kind,
            _visit.c.planned_on,
            _company.c.name.label("company_name"),
            _attendance.c.meeting,
            _attendance.c.all_well,
        )
        .join_from(_attendance, _visit, _visit.c.id == _attendance.c.visit_id)
        .join(_company, _company.c.id == _visit.c.company_id)
        .where(
            _attendance.c.beneficiary_id == person_id,
            _attendance.c.deleted_at.is_(None),
            _visit.c.deleted_at.is_(None),
            _visit.c.started_at.is_not(None),
        )
        .order_by(_visit.c.planned_on.desc(), _visit.c.number.desc())
        .limit(limit)
    )
    return list(connection.execute(query).mappings())


def findings_about(connection: Connection, person_id: str, visit_ids: Iterable[str]) -> dict[str, list[str]]:
    """Texts of the findings about the person, by visit."""
    wanted = list(visit_ids)
    if not wanted:
        return {}
    rows = connection.execute(
        select(_observation.c.visit_id, _observation.c.text)
        .where(
            _observation.c.beneficiary_id == person_id,
            _observation.c.visit_id.in_(wanted),
            _observation.c.deleted_at.is_(None),
        )
        .order_by(_observation.c.number)
    )
    found: dict[str, list[str]] = {}
    for visit_id, words in rows:
        found.setdefault(visit_id, []).append(words)
    return found


def issued_for(connection: Connection, person_id: str, held: Iterable[str] = ()) -> list[RowMapping]:
    """Documents issued about the person (under the files ``held`` too), the latest first.

    Of the copies of an attestation, the person's stands for all.
    """
    attested = (
        select(_attestation.c.id)
        .join_from(_attestation, _contract, _contract.c.id == _attestation.c.contract_id)
        .where(_contract.c.beneficiary_id == person_id, _attestation.c.deleted_at.is_(None))
    )
    query = (
        select(_issued)
        .where(
            or_(
                _issued.c.record_id.in_([person_id, *held]),
                and_(_issued.c.record_id.in_(attested), _issued.c.recipient == Recipient.PERSON),
            ),
            _issued.c.deleted_at.is_(None),
        )
        .order_by(_issued.c.issued_at.desc(), _issued.c.id)
    )
    return list(connection.execute(query).mappings())


def dependents_of(connection: Connection, model: type[Record], person_id: str) -> list[str]:
    """Ids of what belongs to the person in one table (see ``DEPENDENTS``). Actions decided on visits stay theirs."""
    table = table_of(model)
    query = select(table.c.id).where(table.c.beneficiary_id == person_id, table.c.deleted_at.is_(None))
    if model is Action:
        query = query.where(table.c.visit_id.is_(None))
    return list(connection.execute(query).scalars())


def lines_to_bin(connection: Connection, contract_ids: Sequence[str]) -> list[str]:
    """Empty hour lines of contracts that go to the bin."""
    if not contract_ids:
        return []
    query = select(_line.c.id).where(_line.c.contract_id.in_(list(contract_ids)), _line.c.deleted_at.is_(None))
    return list(connection.execute(query).scalars())


def _of(table: Any, person_id: str) -> Select[Any]:
    return select(table).where(table.c.beneficiary_id == person_id, table.c.deleted_at.is_(None))


# --- what forms offer --------------------------------------------------------------------


def facilitators(connection: Connection, organisation_id: str) -> list[RowMapping]:
    """Facilitators of the organisation, by name."""
    query = (
        select(_facilitator)
        .where(_facilitator.c.organisation_id == organisation_id, _facilitator.c.deleted_at.is_(None))
        .order_by(_facilitator.c.last_name, _facilitator.c.first_name)
    )
    return list(connection.execute(query).mappings())


def companies_by_ids(connection: Connection, ids: Sequence[str]) -> list[RowMapping]:
    """Companies in the order asked."""
    if not ids:
        return []
    rows = connection.execute(
        select(_company).where(_company.c.id.in_(list(ids)), _company.c.deleted_at.is_(None))
    ).mappings()
    known = {row["id"]: row for row in rows}
    return [known[one] for one in ids if one in known]


def companies_with_commitments(connection: Connection, limit: int) -> list[RowMapping]:
    """Companies that owe hours, the latest commitments first: what a contract form proposes before typing."""
    latest = (
        select(_commitment.c.company_id, func.max(_commitment.c.created_at).label("at"))
        .where(_commitment.c.deleted_at.is_(None))
        .group_by(_commitment.c.company_id)
        .order_by(func.max(_commitment.c.created_at).desc())
        .limit(limit)
        .subquery()
    )
    query = (
        select(_company)
        .join(latest, latest.c.company_id == _company.c.id)
        .where(_company.c.deleted_at.is_(None))
        .order_by(_company.c.sort_name)
    )
    return list(connection.execute(query).mappings())


def lot_exists(connection: Connection, lot_id: str) -> bool:
    """Whether the lot is there."""
    query = select(_lot.c.id).where(_lot.c.id == lot_id, _lot.c.deleted_at.is_(None))
    return connection.execute(query).first() is not None


def usual_scheme(connection: Connection, organisation_id: str) -> str:
    """The scheme of the organisation's latest verified public, or an empty text."""
    query = (
        select(_check.c.scheme)
        .where(_check.c.organisation_id == organisation_id, _check.c.deleted_at.is_(None))
        .order_by(_check.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or ""


def final_visits(rows: Iterable[RowMapping]) -> list[RowMapping]:
    """Visits whose report is signed."""
    return [row for row in rows if row["state"] == VisitState.FINAL]


def network_code(connection: Connection, organisation_id: str) -> str:
    """Code of the network an organisation belongs to, or an empty text."""
    network = table_of(Network)
    query = (
        select(network.c.code)
        .join(_organisation, _organisation.c.network_id == network.c.id)
        .where(_organisation.c.id == organisation_id)
    )
    return connection.execute(query).scalar() or ""


def number_taken(connection: Connection, number: str) -> bool:
    """Whether a file number is already given."""
    query = select(_person.c.id).where(_person.c.file_number == number).limit(1)
    return connection.execute(query).first() is not None


def find_record(connection: Connection, model: type[Record], record_id: str) -> RowMapping | None:
    """A record of a table, or ``None`` when it is not there or in the bin."""
    table = table_of(model)
    return connection.execute(
        select(table).where(table.c.id == record_id, table.c.deleted_at.is_(None))
    ).mappings().first()  # fmt: skip


def ids_by_number(connection: Connection, organisation_id: str, number: str) -> list[str]:
    """Ids of the people with this file number; an absorbed file answers with the one that holds its person."""
    query = select(_person.c.id).where(
        _person.c.file_number == number,
        _person.c.organisation_id == organisation_id,
        or_(_person.c.deleted_at.is_(None), _person.c.absorbed_into_id > ""),
    )
    found = list(connection.execute(query).scalars())
    return list(dict.fromkeys(holder_of(connection, one) for one in found))
