"""Issuing an attestation: its number, its copies kept sealed, its statements locked, its clause closed (PRODUCT.md H6).

Everything is one act: the bytes are kept first, then one transaction says that they were issued. Nothing undoes it: a
later attestation replaces it, and says so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from app.changes import Changes
from app.documents import attestation, clause, statement
from app.documents.heading import Desk
from app.errors import InvalidInput
from app.hours.service import HoursService
from app.models.attachments import Attachment
from app.models.choices import (
    AttachmentKind,
    AttestationKind,
    DocumentKind,
    Recipient,
    StatementState,
)
from app.models.choices import ClauseState as State
from app.models.documents import Attestation, IssuedDocument
from app.models.hours import MonthlyStatement
from app.models.operations import Commitment
from app.reports.content import AttestationContent, ClauseAttestationContent, digest
from app.reports.documents import monthly_statement
from app.reports.rendering import page_count, render
from app.rules import access
from app.rules.file_names import file_name, person_piece, plain
from app.rules.french import NBSP, format_hours_unit, format_month, join_words
from app.rules.numbering import Series, make_number
from app.store.attestations import IssuedAttestation, issued_attestations
from app.store.hours import find_statement
from app.store.network import actor_of
from app.store.unit import Unit, writing

STATEMENT_COPIES = (Recipient.COMPANY, Recipient.FILE)
"""Copies of an attested statement that are kept."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One PDF to keep, with what its row will say."""

    kind: DocumentKind
    number: str
    record_kind: str
    recipient: Recipient
    name: str
    data: bytes
    seal: str
    pages: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """An attestation just issued, with its contents by recipient so that a batch is printed as one file."""

    record: IssuedAttestation
    contents: dict[Recipient, AttestationContent | ClauseAttestationContent]
    names: dict[Recipient, str]
    changes: Changes


def attestation_name(known: attestation.Certified, day: str, recipient: Recipient) -> str:
    """``2026-11_BATI-SUD_MARTIN-J_attestation.pdf``; other copies than the person's say for whom."""
    who = person_piece(known.facts.last_name, known.facts.first_name)
    return file_name([day, plain(known.facts.company).upper(), who, f"attestation{_for(recipient)}"], "pdf")


def clause_name(known: clause.CertifiedLot, day: str, recipient: Recipient) -> str:
    """``2026-11_ECOLE-SIMONE-VEIL_LOT-3_attestation-de-clause.pdf``."""
    first = known.stands[0]
    lot = plain(f"lot-{first.lot_number}" if first.lot_number else first.lot_name).upper()
    return file_name([day, plain(first.operation_name).upper(), lot, f"attestation-de-clause{_for(recipient)}"], "pdf")


def _for(recipient: Recipient) -> str:
    return {Recipient.COMPANY: "_entreprise", Recipient.BUYER: "_donneur-d-ordre", Recipient.FILE: "_dossier"}.get(
        recipient, ""
    )


class Issuing:
    """Issues attestations and attested statements over the open notebook; on the store thread."""

    def __init__(self, desk: Desk, hours: HoursService) -> None:
        self._desk = desk
        self._notebook = desk.notebook
        self._hours = hours

    # --- attestations ------------------------------------------------------------------------

    def contract(self, contract_id: str) -> Issued:
        """Issue the attestation of a contract: its statements become « Attesté », its copies are kept.

        Raises ``InvalidInput`` when hours wait for validation or none is validated, ``NotAllowed``, ``NotFound``.
        """
        self._require()
        known = attestation.certified(self._desk, contract_id)
        refuse_pending(known.pending)
        if not known.settled or known.total <= 0:
            raise InvalidInput(
                "Aucune heure validée pour ce contrat.",
                "Rien n’a été émis.",
                "Valider d’abord les relevés de ses mois.",
            )
        with self._notebook.read() as connection:
            earlier = issued_attestations(connection, contract_id=contract_id)
        statements = list(dict.fromkeys(one.statement_id for one in known.settled))
        self._give_codes(statements)
        known = attestation.certified(self._desk, contract_id)
        number, now = self._number(), self._notebook.clock.now()
        contents: dict[Recipient, AttestationContent | ClauseAttestationContent] = {
            one: attestation.content(
                self._desk, known, one, number=number, at=now, replaced=earlier[0] if earlier else None
            )
            for one in attestation.RECIPIENTS
        }
        day = f"{now.astimezone():%Y-%m}"
        names = {one: attestation_name(known, day, one) for one in attestation.RECIPIENTS}
        record = IssuedAttestation(
            self._notebook.clock.new_id(),
            AttestationKind.CONTRACT,
            number,
            contract_id,
            None,
            self._notebook.clock.today(),
            known.total,
            None,
            earlier[0].id if earlier else None,
        )
        return self._issue(record, contents, names, statements, touched=("employment_contract", [contract_id]))

    def lot(self, lot_id: str) -> Issued:
        """Issue the attestation of the clause of a lot: its commitments become « Attestation émise ».

        Raises ``InvalidInput`` when hours wait for validation or every clause is cancelled, ``NotAllowed``.
        """
        self._require()
        known = clause.certified(self._desk, lot_id)
        if not known.living:
            raise InvalidInput("La clause de ce lot est annulée.", "Rien n’a été émis.", "Rouvrir un engagement.")
        if known.waiting:
            raise InvalidInput(
                f"{format_hours_unit(known.waiting)} reçues attendent d’être validées.",
                "Rien n’a été émis.",
                "Valider les relevés de ce lot, puis émettre l’attestation.",
            )
        with self._notebook.read() as connection:
            earlier = issued_attestations(connection, lot_id=lot_id)
        number, now = self._number(), self._notebook.clock.now()
        contents: dict[Recipient, AttestationContent | ClauseAttestationContent] = {
            one: clause.content(self._desk, known, one, number=number, at=now, replaced=earlier[0] if earlier else None)
            for one in clause.RECIPIENTS
        }
        names = {one: clause_name(known, f"{now.astimezone():%Y-%m}", one) for one in clause.RECIPIENTS}
        record = IssuedAttestation(
            self._notebook.clock.new_id(),
            AttestationKind.CLAUSE,
            number,
            None,
            lot_id,
            self._notebook.clock.today(),
            known.done,
            known.due,
            earlier[0].id if earlier else None,
        )
        commitments = [one.commitment_id for one in known.living]
        return self._issue(record, contents, names, list(known.hours.statement_ids), commitments, ("lot", [lot_id]))

    # --- statements --------------------------------------------------------------------------

    def month(self, company_id: str, month: str) -> Changes:
        """Attest a validated month: its filled statement is kept, to be printed again identical."""
        outcome = self._hours.attest_month(company_id, month)
        copies = self._kept(self._statement_copies(company_id, month))
        with writing(self._notebook, "relevé attesté") as unit:
            self._write_copies(unit, copies, outcome.record_id)
            return outcome.changes | unit.outcome.changes

    def keep_statement(self, company_id: str, month: str, recipient: Recipient) -> tuple[bytes, Changes]:
        """Keep the copy of an attested statement that this notebook has not got; answers its bytes."""
        copies = [one for one in self._statement_copies(company_id, month) if one.recipient is recipient]
        copies = self._kept(copies)
        record_id = self._hours.open_month(company_id, month).statement_id
        with writing(self._notebook, "relevé attesté") as unit:
            self._write_copies(unit, copies, record_id)
            return copies[0].data, unit.outcome.changes

    # --- inside ------------------------------------------------------------------------------

    def _require(self) -> None:
        allowed = access.can_attest_statement(actor_of(self._notebook), self._notebook.organisation_id)
        access.require(allowed, "émettre une attestation")

    def _number(self) -> str:
        year, prefix = self._notebook.clock.today().year, self._notebook.get_control("prefix", "NO")
        counter = self._notebook.next_number(f"{Series.ATTESTATION}/{year}/{prefix}")
        return make_number(Series.ATTESTATION, year, prefix, counter)

    def _give_codes(self, statements: Sequence[str]) -> None:
        """Every statement that an attestation names has a code to be named by."""
        for one in statements:
            with self._notebook.read() as connection:
                row = find_statement(connection, one)
            if row is not None and not row.paper_code:
                self._hours.give_paper_code(row.company_id, row.month)

    def _issue(
        self,
        record: IssuedAttestation,
        contents: dict[Recipient, AttestationContent | ClauseAttestationContent],
        names: dict[Recipient, str],
        statements: Sequence[str],
        commitments: Sequence[str] = (),
        touched: tuple[str, Sequence[str]] = ("", ()),
    ) -> Issued:
        kind = DocumentKind.ATTESTATION if record.kind is AttestationKind.CONTRACT else DocumentKind.CLAUSE_ATTESTATION
        copies = [
            Copy(
                kind,
                record.number,
                "attestation",
                recipient,
                names[recipient],
                render(shown),
                digest(shown),
                page_count(shown),
            )
            for recipient, shown in contents.items()
        ]
        copies = self._kept(copies)
        newly = self._newly_attested(statements)
        papers = [(one, self._kept(self._statement_copies(*place))) for one, place in newly.items()]
        with writing(self._notebook, f"attestation {record.number}") as unit:
            unit.insert(
                Attestation,
                {
                    "kind": record.kind,
                    "number": record.number,
                    "contract_id": record.contract_id,
                    "lot_id": record.lot_id,
                    "issued_on": record.issued_on,
                    "total_hours": record.total_hours,
                    "due_hours": record.due_hours,
                    "replaces_id": record.replaces_id,
                },
                record.id,
            )
            self._write_copies(unit, copies, record.id)
            for statement_id, kept in papers:
                unit.update(MonthlyStatement, statement_id, {"state": StatementState.ATTESTED})
                self._write_copies(unit, kept, statement_id)
            for one in commitments:
                unit.update(Commitment, one, {"clause_state": State.ATTESTED})
            if touched[0]:
                unit.touch(touched[0], touched[1])
            return Issued(record, contents, names, unit.outcome.changes)

    def _newly_attested(self, statements: Sequence[str]) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        with self._notebook.read() as connection:
            for one in statements:
                row = find_statement(connection, one)
                if row is not None and row.state is StatementState.VALIDATED:
                    found[one] = (row.company_id, row.month)
        return found

    def _statement_copies(self, company_id: str, month: str) -> list[Copy]:
        """The filled statement as it is attested, for the company and for the file."""
        if not self._hours.open_month(company_id, month).paper_code:
            self._hours.give_paper_code(company_id, month)
        copies: list[Copy] = []
        for recipient in STATEMENT_COPIES:
            shown = statement.content(self._desk, self._hours, company_id, month, recipient, filled=True)
            shown = dataclasses.replace(shown, state=StatementState.ATTESTED)
            copies.append(
                Copy(
                    DocumentKind.MONTHLY_STATEMENT,
                    shown.paper_code,
                    "monthly_statement",
                    recipient,
                    file_name([month, plain(shown.company), "releve-atteste"], "pdf"),
                    monthly_statement.render(shown),
                    digest(shown),
                    page_count(shown),
                )
            )
        return copies

    def _kept(self, copies: Sequence[Copy]) -> list[Copy]:
        """Keep the bytes first: a kill before the transaction loses nothing and issues nothing."""
        return [dataclasses.replace(one, sha256=self._desk.files.put(one.data)) for one in copies]

    def _write_copies(self, unit: Unit, copies: Sequence[Copy], record_id: str) -> None:
        for one in copies:
            kept = unit.insert(
                Attachment,
                {
                    "owner_kind": one.record_kind,
                    "owner_id": record_id,
                    "kind": AttachmentKind.DOCUMENT,
                    "name": one.name,
                    "media_type": "application/pdf",
                    "size": len(one.data),
                    "sha256": one.sha256,
                },
            )
            unit.insert(
                IssuedDocument,
                {
                    "kind": one.kind,
                    "number": one.number,
                    "record_kind": one.record_kind,
                    "record_id": record_id,
                    "recipient": one.recipient,
                    "issued_at": self._notebook.clock.now(),
                    "issued_by": self._notebook.actor_id,
                    "content_sha256": one.seal,
                    "pages": one.pages,
                    "attachment_id": kept,
                },
            )


def refuse_pending(months: Sequence[str]) -> None:
    """Refuse to certify while hours typed wait for validation. Raises ``InvalidInput``."""
    if months:
        names = join_words([format_month(one) for one in months])
        raise InvalidInput(
            f"Des heures de ce contrat ne sont pas validées{NBSP}: {names}.",
            "Rien n’a été émis.",
            "Valider ces relevés, puis émettre l’attestation.",
        )
