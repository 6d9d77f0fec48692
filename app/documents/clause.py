"""The attestation of the clause of a lot: figures of its commitments, no name (PRODUCT.md §4.4, DOMAIN.md §5.4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.documents.heading import Desk, header, stamp, user_name
from app.models.choices import ClauseState, CompanyRole, DocumentKind, ObjectiveKind, Recipient
from app.reports.content import ClauseAttestationContent, ClauseLine
from app.rules.calendar import last_day
from app.rules.french import format_long_date
from app.store.attestations import IssuedAttestation, LotHours, hours_on_lot
from app.store.commitments import CommitmentStand, stands
from app.store.paper import letterhead
from app.store.unit import not_found

RECIPIENTS = (Recipient.BUYER, Recipient.COMPANY, Recipient.FILE)
"""For whom it is made, the usual one first."""


@dataclass(frozen=True, slots=True)
class CertifiedLot:
    """The commitments of a lot and who fulfilled them."""

    lot_id: str
    stands: tuple[CommitmentStand, ...]
    hours: LotHours

    @property
    def living(self) -> tuple[CommitmentStand, ...]:
        """Commitments whose clause was not cancelled."""
        return tuple(one for one in self.stands if one.clause_state != ClauseState.CANCELLED)

    @property
    def main(self) -> tuple[CommitmentStand, ...]:
        """The objectives of the contract, else whatever stands: what is owed and done once (DOMAIN.md §14.2)."""
        retained = tuple(one for one in self.living if one.objective_kind == ObjectiveKind.RETAINED)
        return retained or self.living

    @property
    def due(self) -> int:
        """Hours owed, in hundredths."""
        return sum(one.position.due for one in self.main)

    @property
    def done(self) -> int:
        """Hours validated, in hundredths."""
        return sum(one.position.validated for one in self.main)

    @property
    def waiting(self) -> int:
        """Hours received and not validated."""
        return sum(one.position.received for one in self.main)


def certified(desk: Desk, lot_id: str) -> CertifiedLot:
    """What may be certified of a lot. Raises ``NotFound`` when it has no commitment."""
    with desk.notebook.read() as connection:
        known = stands(connection, lot_ids=[lot_id])
        if not known:
            raise not_found()
        return CertifiedLot(lot_id, tuple(known), hours_on_lot(connection, lot_id))


def content(
    desk: Desk,
    known: CertifiedLot,
    recipient: Recipient,
    *,
    number: str = "",
    at: dt.datetime | None = None,
    replaced: IssuedAttestation | None = None,
) -> ClauseAttestationContent:
    """What it says; a draft while it has no ``number``."""
    first = known.stands[0]
    letter = letterhead(desk.notebook, desk.notebook.organisation_id)
    today = desk.notebook.clock.today()
    starts = [one.start_on for one in known.stands if one.start_on]
    ends = [one.end_on for one in known.stands if one.end_on]
    return ClauseAttestationContent(
        stamp=stamp(desk, DocumentKind.CLAUSE_ATTESTATION, number, recipient, at=at, draft=not number),
        organisation=header(desk),
        signer=user_name(desk),
        operation=first.operation_name,
        lot=first.lot_label,
        buyer=first.buyer_name,
        contract_reference=first.contract_reference,
        start_on=min(starts, default=None),
        end_on=max(ends, default=None),
        lines=tuple(_line(one, issued=bool(number)) for one in known.stands),
        people=known.hours.people,
        until=min(today, last_day(known.hours.latest_month)) if known.hours.latest_month else today,
        remarks=("Des heures reçues ne sont pas encore validées : elles ne sont pas comptées.",)
        if known.waiting and not number
        else (),
        replaces=f"{replaced.number} du {format_long_date(replaced.issued_on)}" if replaced else "",
        place=letter.town if letter else "",
    )


def _line(one: CommitmentStand, *, issued: bool) -> ClauseLine:
    cancelled = one.clause_state == ClauseState.CANCELLED
    state = ClauseState.ATTESTED if issued and not cancelled else ClauseState(one.clause_state)
    return ClauseLine(
        company=one.company_name,
        role=CompanyRole(one.role).label,
        objective=ObjectiveKind(one.objective_kind).label,
        due=0 if cancelled else one.position.due,
        done=one.position.validated,
        state=state.label,
    )
