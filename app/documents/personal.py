"""Documents about one person: the sheet in plain words, the end of a contract, an introduction, the right of access.

Each takes the very values of the screens. What a recipient may not read is not asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.beneficiaries.service import BeneficiariesService
from app.beneficiaries.values import BeneficiarySheet, ContractLine
from app.documents import follow_up
from app.documents.heading import Desk, header, letter_name, referent, stamp
from app.errors import InvalidInput
from app.models.choices import DocumentKind, EmploymentType, Recipient, SignerRole
from app.privacy.service import PrivacyService, sentence_of_rule
from app.privacy.values import ACTS, Held
from app.reports.content import ActionLine, SignatureBlock, TrainingLine
from app.reports.person_content import (
    AccessReportContent,
    ContractSummaryContent,
    Experience,
    HeldChapter,
    HeldRecord,
    IntroductionContent,
    MonthDone,
    OfferFacts,
)
from app.rules.calendar import first_day
from app.rules.french import capitalise_first
from app.rules.record_words import KINDS as NOUNS
from app.rules.record_words import field_label, noun, shown_value
from app.store.held import names_of
from app.store.offers import OfferRow, presentation_of
from app.store.people_papers import hours_by_month, person_named, person_of_contract
from app.store.unit import not_found

KINDS = ("summary", "introduction", "access-report")
RECIPIENTS = {
    "summary": (Recipient.PERSON, Recipient.COMPANY, Recipient.FILE),
    "introduction": (Recipient.COMPANY, Recipient.FILE),
    "access-report": (Recipient.PERSON,),
}
TITLES = {
    "summary": "Bilan de fin de contrat",
    "introduction": "Présentation",
    "access-report": "Droit d’accès",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a person before it is named and drawn. ``render`` draws it."""

    record_id: str
    title: str
    head: str
    """What the name of the file begins with."""
    tail: str
    render: Callable[[], bytes]
    content: Any


class PersonalPapers:
    """Makes the documents of ``KINDS``, and the plain follow-up sheet."""

    def __init__(self, desk: Desk, people: BeneficiariesService, privacy: PrivacyService) -> None:
        self._desk = desk
        self._people = people
        self._privacy = privacy

    def resolve(self, kind: str, record: str) -> str:
        """The id of what is asked: a person by id or file number, or one of their contracts for its summary.

        Raises ``NotFound``.
        """
        wanted = record.strip()
        with self._desk.notebook.read() as connection:
            if kind == "summary" and person_of_contract(connection, wanted):
                return wanted
            found = person_named(connection, wanted)
        if not found:
            raise not_found()
        return found

    def paper(self, kind: str, record_id: str, recipient: Recipient, offer: OfferRow | None = None) -> Paper:
        """The document. ``offer``: the post a candidate is presented for. Raises ``NotFound``, ``NotAllowed``."""
        if kind == "summary":
            return self._summary(record_id, recipient)
        if kind == "introduction":
            return self._introduction(record_id, recipient, offer)
        return self._access_report(record_id)

    # --- plain follow-up sheet ---------------------------------------------------------------

    def plain_sheets(self, ids: Sequence[str]) -> tuple[bytes, str]:
        """The follow-up sheets of these people in plain words, in one PDF; and the name of the first person."""
        from app.reports.documents import plain_sheet

        contents = [follow_up.content(self._desk, self._people, one, Recipient.PERSON) for one in ids]
        return plain_sheet.render_many(contents), contents[0].person_name

    # --- end of contract ----------------------------------------------------------------------

    def _summary(self, record_id: str, recipient: Recipient) -> Paper:
        from app.reports.documents import contract_summary

        notebook = self._desk.notebook
        with notebook.read() as connection:
            person_id = person_of_contract(connection, record_id) or record_id
        sheet = self._people.get(person_id)
        contract = _contract_of(sheet, record_id)
        with notebook.read() as connection:
            months = hours_by_month(connection, contract.id)
        name = letter_name(sheet.last_name, sheet.first_name)
        private = recipient is not Recipient.COMPANY
        content = ContractSummaryContent(
            stamp=stamp(
                self._desk,
                DocumentKind.CONTRACT_SUMMARY,
                sheet.file_number if private else "",
                recipient,
                draft=False,
            ),
            organisation=header(self._desk),
            person_name=name,
            company=contract.company_name,
            job_title=contract.job_title,
            contract_label=_label(contract),
            start_on=contract.start_on,
            end_on=contract.end_on,
            referent=referent(self._desk, sheet.facilitator_id),
            employer=contract.employer_name if contract.employer_id != contract.company_id else "",
            operation=f"{contract.operation_name}, {contract.lot_label}",
            tutor=contract.tutor_name,
            planned_hours=contract.planned_hours,
            months=tuple(MonthDone(first_day(one.month), one.worked, one.training, one.validated) for one in months),
            trainings=tuple(_training(one) for one in sheet.trainings if _during(one.start_on, contract)),
            next_steps=tuple(
                ActionLine(one.text, one.owner_name, one.due_on) for one in sheet.actions if one.open and private
            ),
            signatures=(
                SignatureBlock(name, SignerRole.BENEFICIARY),
                SignatureBlock("", SignerRole.COMPANY, contract.company_name),
            ),
        )
        return Paper(
            person_id,
            f"Bilan de fin de contrat – {name}",
            name,
            f"bilan-{contract.company_name}",
            lambda: contract_summary.render(content),
            content,
        )

    # --- introduction -------------------------------------------------------------------------

    def _introduction(self, person_id: str, recipient: Recipient, offer: OfferRow | None) -> Paper:
        from app.reports.documents import introduction

        sheet = self._people.get(person_id)
        name = letter_name(sheet.last_name, sheet.first_name)
        latest = sheet.contracts[0] if sheet.contracts else None
        content = IntroductionContent(
            stamp=stamp(self._desk, DocumentKind.INTRODUCTION, "", recipient),
            organisation=header(self._desk),
            person_name=name,
            referent=referent(self._desk, sheet.facilitator_id),
            job_title=(offer.title if offer else "") or (latest.job_title if latest else ""),
            presentation=self._presentation(person_id, offer),
            available_on=_available(sheet, self._desk.notebook.clock.today()),
            experiences=tuple(
                Experience(one.job_title, self._people.trade_label(one.trade_code), one.start_on, one.end_on, one.hours)
                for one in sheet.contracts
            ),
            trainings=tuple(_training(one) for one in sheet.trainings),
            offer=_offer_facts(offer) if offer else None,
        )
        return Paper(
            person_id,
            f"Présentation – {name}",
            name,
            "presentation",
            lambda: introduction.render(content),
            content,
        )

    def _presentation(self, person_id: str, offer: OfferRow | None) -> str:
        with self._desk.notebook.read() as connection:
            return presentation_of(connection, person_id, offer.offer_id if offer else "")

    # --- right of access ----------------------------------------------------------------------

    def _access_report(self, person_id: str) -> Paper:
        from app.reports.documents import access_report

        held = self._privacy.held(person_id)
        record = held.records["beneficiary"][0]
        name = letter_name(str(record.get("last_name", "")), str(record.get("first_name", "")))
        content = AccessReportContent(
            stamp=stamp(self._desk, DocumentKind.ACCESS_REPORT, held.file_number, Recipient.PERSON),
            organisation=header(self._desk),
            person_name=name,
            referent=referent(self._desk, str(record.get("facilitator_id", ""))),
            chapters=self._chapters(held),
            consultations=tuple(
                (one.at.astimezone(), one.author_name, ACTS.get(one.act, one.act)) for one in held.consultations
            ),
            changes=tuple(
                (
                    _moment(one["at"]),
                    str(one["author"]),
                    field_label("beneficiary", str(one["field"])) if one["field"] else "Création de la fiche",
                    _told(str(one["field"]), one["before"]),
                    _told(str(one["field"]), one["after"]),
                )
                for one in held.history
                if one["field"] not in _QUIET
            ),
            purge_on=held.purge_on,
            retention=sentence_of_rule(self._privacy.rule()),
        )
        return Paper(
            person_id,
            f"Données personnelles – {name}",
            name,
            "donnees-personnelles",
            lambda: access_report.render(content),
            content,
        )

    def held_json(self, person_id: str) -> dict[str, Any]:
        """Everything held on a person as one JSON value: the rows as stored, and the words of tables and fields."""
        held = self._privacy.held(person_id)
        return {
            "person": held.records["beneficiary"][0],
            "records": {kind: rows for kind, rows in held.records.items() if kind != "beneficiary"},
            "changes": held.history,
            "consultations": [
                {"at": one.at.isoformat(), "by": one.author_name, "act": ACTS.get(one.act, one.act)}
                for one in held.consultations
            ],
            "retention": {
                "rule": sentence_of_rule(self._privacy.rule()),
                "until": held.purge_on.isoformat() if held.purge_on else None,
            },
            "labels": {
                kind: {
                    "title": capitalise_first(noun(kind).many),
                    "fields": {name: field_label(kind, name) for row in rows for name in row if name not in _QUIET},
                }
                for kind, rows in held.records.items()
            },
        }

    def _chapters(self, held: Held) -> tuple[HeldChapter, ...]:
        order = [kind for kind in _ORDER if kind in held.records]
        order += [kind for kind in held.records if kind not in order]
        names = self._names(held)
        return tuple(
            HeldChapter(
                "Votre fiche" if kind == "beneficiary" else capitalise_first(noun(kind).many),
                (_months(held.records[kind], names),)
                if kind == "hour_line"
                else tuple(
                    HeldRecord(_title(kind, rank, len(held.records[kind])), _facts(kind, row, names))
                    for rank, row in enumerate(held.records[kind], 1)
                ),
            )
            for kind in order
        )

    def _names(self, held: Held) -> dict[str, str]:
        """Names of what the rows point at: companies, lots, visits, people of the network, words of codes."""
        with self._desk.notebook.read() as connection:
            names = names_of(connection, held.records)
        codes = {str(row.get("trade_code", "")) for row in held.records.get("employment_contract", [])}
        return names | {code: self._people.trade_label(code) for code in codes if code}


_ORDER = (
    *("beneficiary", "clause_period", "employment_contract", "hour_line", "eligibility_check", "training_record"),
    *("follow_up_note", "action", "visit", "attendance", "observation", "situation", "contact_attempt"),
    *("introduction", "issued_document", "attachment", "retention_decision"),
)
_QUIET = frozenset({"id", "created_at", "created_by", "sort_name", "sha256", "deleted_at", "content_sha256"})
"""Bookkeeping: in the JSON, not on paper."""


def _facts(kind: str, row: dict[str, Any], names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    shown = []
    for name, value in row.items():
        if name in _QUIET or name == "beneficiary_id" or value in (None, "", [], {}, False):
            continue
        told = names.get(str(value)) if name.endswith(("_id", "_by", "_code", "scheme")) else None
        if told is None and name.endswith("_id"):
            continue  # a link without a name tells nobody anything
        words = told if told is not None else shown_value(kind, name, _typed(name, value))
        shown.append((field_label(kind, name), words))
    return tuple(shown)


def _months(rows: list[dict[str, Any]], names: dict[str, str]) -> HeldRecord:
    """Hours in one line a month."""
    lines = []
    for row in sorted(rows, key=lambda one: (one["month"], one["kind"])):
        parts = [shown_value("hour_line", name, row[name]) for name in ("hours", "kind") if name in row]
        parts.append(names.get(str(row.get("statement_id", "")), "").rpartition(",")[0])
        parts += [
            f"{field_label('hour_line', name).lower()}\u00a0: {shown_value('hour_line', name, row[name])}"
            for name in ("absence_code", "declared_hours", "difference_reason", "accepted_reason")
            if row.get(name) not in (None, "")
        ]
        month = capitalise_first(shown_value("hour_line", "month", row["month"]))
        lines.append((month, ", ".join(part for part in parts if part)))
    return HeldRecord("", tuple(lines))


def _told(field: str, value: Any) -> str:
    """A value of the history in words, empty for a creation."""
    return shown_value("beneficiary", field, _typed(field, value)) if field else ""


def _typed(name: str, value: Any) -> Any:
    """Dates and moments come as ISO texts out of the rows."""
    if isinstance(value, str) and (name.endswith(("_on", "_until")) or name == "birth_date"):
        return dt.date.fromisoformat(value[:10])
    if isinstance(value, str) and name.endswith("_at"):
        return _moment(value)
    return value


def _moment(text: str) -> dt.datetime:
    at = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone()


def _title(kind: str, rank: int, count: int) -> str:
    return "" if count == 1 else f"{capitalise_first(NOUNS[kind].one if kind in NOUNS else noun(kind).one)} {rank}"


def _contract_of(sheet: BeneficiarySheet, record_id: str) -> ContractLine:
    """The contract asked for, else the latest one ended, else the one that runs."""
    chosen = next((one for one in sheet.contracts if one.id == record_id), None)
    if chosen is None:
        ended = [one for one in sheet.contracts if one.end_on is not None and not one.running]
        chosen = max(ended, key=lambda one: one.end_on or dt.date.min) if ended else next(iter(sheet.contracts), None)
    if chosen is None:
        raise InvalidInput("Cette personne n’a pas encore de contrat.", todo="Ajouter d’abord un contrat de travail.")
    return chosen


def _during(day: dt.date | None, contract: ContractLine) -> bool:
    return day is not None and contract.start_on <= day and (contract.end_on is None or day <= contract.end_on)


def _available(sheet: BeneficiarySheet, today: dt.date) -> dt.date | None:
    current = sheet.current_contract
    if current is None or current.end_on is None or current.end_on <= today:
        return None
    return current.end_on + dt.timedelta(days=1)


def _offer_facts(offer: OfferRow) -> OfferFacts:
    kind = EmploymentType(offer.contract_type).label if offer.contract_type else ""
    return OfferFacts(
        offer.number, offer.title, offer.company_name, offer.place, offer.start_on, offer.end_on, kind,
        offer.weekly_hours,
    )  # fmt: skip


def _label(one: ContractLine) -> str:
    return f"{one.type_label}, {one.modality_label[:1].lower()}{one.modality_label[1:]}"


def _training(one: Any) -> TrainingLine:
    outcome = f"{one.outcome[:1].lower()}{one.outcome[1:]}"
    return TrainingLine(one.label, one.organiser, one.start_on, one.end_on, one.hours, outcome)
