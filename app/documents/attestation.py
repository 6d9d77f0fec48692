"""The attestation of a contract, from its validated hours: what each recipient may read of it (PRODUCT.md §4.4, R5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from app.documents.heading import Desk, header, stamp, user_name
from app.models.choices import DocumentKind, EmploymentType, HourKind, Modality, Recipient, Sex
from app.reports.content import (
    AttestationContent,
    AttestedMonth,
    AttestedRectification,
    AttestedShare,
)
from app.rules.calendar import first_day
from app.rules.french import format_long_date, format_month, initials, person_name_letter
from app.store.attestations import ContractFacts, HoursToAttest, IssuedAttestation, contract_facts, hours_to_attest
from app.store.commitments import lot_label
from app.store.hours import lots_by_ids
from app.store.paper import letterhead
from app.store.statements import agreements_of
from app.store.unit import not_found

RECIPIENTS = (Recipient.PERSON, Recipient.COMPANY, Recipient.BUYER, Recipient.FILE)
"""For whom an attestation is made, the usual one first."""
_CIVILITY = {Sex.FEMALE: "Madame", Sex.MALE: "Monsieur"}
_BORN = {Sex.FEMALE: "née", Sex.MALE: "né"}
_KNOW_THE_PERSON = (Recipient.PERSON, Recipient.FILE)
"""Recipients who read birth date, town and reasons."""


@dataclass(frozen=True, slots=True)
class Certified:
    """A contract with its lines of hours, ready to be put on paper."""

    facts: ContractFacts
    lines: tuple[HoursToAttest, ...]

    @property
    def settled(self) -> tuple[HoursToAttest, ...]:
        """Lines of validated or attested statements: those that may be certified."""
        return tuple(one for one in self.lines if one.settled)

    @property
    def total(self) -> int:
        """Worked hours that may be certified, in hundredths."""
        return sum(one.hours for one in self.settled if one.kind is HourKind.WORKED)

    @property
    def pending(self) -> tuple[str, ...]:
        """Months with hours typed in a statement that is not validated."""
        return tuple(dict.fromkeys(one.month for one in self.lines if not one.settled and one.hours))


def certified(desk: Desk, contract_id: str) -> Certified:
    """What may be certified of a contract of the user's organisation. Raises ``NotFound``."""
    with desk.notebook.read() as connection:
        facts = contract_facts(connection, contract_id, desk.notebook.organisation_id)
        if facts is None:
            raise not_found()
        return Certified(facts, tuple(hours_to_attest(connection, contract_id)))


def content(
    desk: Desk,
    known: Certified,
    recipient: Recipient,
    *,
    number: str = "",
    at: dt.datetime | None = None,
    replaced: IssuedAttestation | None = None,
) -> AttestationContent:
    """What an attestation says to a recipient; a draft while it has no ``number``."""
    facts = known.facts
    named = recipient in _KNOW_THE_PERSON
    letter = letterhead(desk.notebook, facts.organisation_id)
    shares, agreement = _shares(desk, known)
    contract = ", ".join((EmploymentType(facts.type).label, Modality(facts.modality).label.lower()))
    return AttestationContent(
        stamp=stamp(desk, DocumentKind.ATTESTATION, number, recipient, at=at, draft=not number),
        organisation=header(desk, facts.organisation_id),
        signer=user_name(desk),
        person=_person(facts, recipient),
        birth_date=facts.birth_date if named else None,
        born=_BORN.get(Sex(facts.sex), "né(e)"),
        town=facts.town if named else "",
        employer=facts.employer,
        company=facts.company,
        company_siret=facts.company_siret,
        operation=facts.operation,
        lot=lot_label(facts.lot_number, facts.lot_name),
        buyer=facts.buyer,
        contract_reference=facts.contract_reference,
        contract_label=contract,
        job_title=facts.job_title,
        start_on=facts.start_on,
        end_on=facts.end_on,
        months=_months(known.settled),
        rectifications=_rectifications(known.settled, with_reason=named),
        shares=shares,
        agreement=agreement,
        statements=tuple(
            dict.fromkeys(one.paper_code or format_month(one.month) for one in known.settled if not one.rectified_on)
        ),
        pending=tuple(first_day(one) for one in known.pending) if not number else (),
        replaces=f"{replaced.number} du {format_long_date(replaced.issued_on)}" if replaced else "",
        place=letter.town if letter else "",
    )


def _person(facts: ContractFacts, recipient: Recipient) -> str:
    if recipient is Recipient.BUYER:
        return initials(facts.last_name, facts.first_name)
    civility = _CIVILITY.get(Sex(facts.sex), "")
    return f"{civility} {person_name_letter(facts.last_name, facts.first_name)}".strip()


def _months(lines: Sequence[HoursToAttest]) -> tuple[AttestedMonth, ...]:
    sums: dict[str, list[int]] = {}
    for one in lines:
        sums.setdefault(one.month, [0, 0])[one.kind is HourKind.TRAINING] += one.hours
    return tuple(
        AttestedMonth(first_day(month), worked, training)
        for month, (worked, training) in sums.items()
        if worked or training
    )


def _rectifications(lines: Sequence[HoursToAttest], *, with_reason: bool) -> tuple[AttestedRectification, ...]:
    return tuple(
        AttestedRectification(first_day(one.month), one.hours, one.rectified_on, one.reason if with_reason else "")
        for one in lines
        if one.rectified_on is not None and one.kind is HourKind.WORKED
    )


def _shares(desk: Desk, known: Certified) -> tuple[tuple[AttestedShare, ...], str]:
    """Hours by lot when they count on several, and the agreement under which they do."""
    sums: dict[str, int] = {}
    for one in known.settled:
        if one.kind is HourKind.WORKED:
            sums[one.lot_id] = sums.get(one.lot_id, 0) + one.hours
    sums = {lot: hours for lot, hours in sums.items() if hours}
    if len(sums) < 2:
        return (), ""
    with desk.notebook.read() as connection:
        lots = lots_by_ids(connection, sums)
        agreements = agreements_of(connection, [known.facts.id])
    own = known.facts.lot_id
    order = sorted(sums, key=lambda lot: (lot != own, lots[lot].short_label if lot in lots else lot))
    shares = tuple(AttestedShare(lots[lot].label if lot in lots else "", sums[lot]) for lot in order)
    used = next((one for one in agreements if one.covers(sums)), None)
    words = f"Convention de globalisation {used.reference} du {format_long_date(used.signed_on)}" if used else ""
    return shares, words
