"""From a record to a PDF, for a recipient. What is final is kept sealed and always printed again identical."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.beneficiaries.service import BeneficiariesService
from app.changes import Changes
from app.documents import attestation, clause, follow_up, offers, personal, reminder, sizing, statement, visit
from app.documents.heading import COPY_LABELS, Desk
from app.documents.issuing import Issued, Issuing, attestation_name, clause_name, refuse_pending
from app.errors import InvalidInput
from app.hours.service import HoursService
from app.models.attachments import Attachment
from app.models.choices import AttachmentKind, AttestationKind, DocumentKind, Recipient, StatementState, VisitState
from app.models.documents import IssuedDocument
from app.privacy.service import PrivacyService
from app.reports import rendering
from app.reports.content import DocumentContent, ReminderContent, digest
from app.reports.documents import follow_up_sheet, hours_sizing, monthly_statement, visit_report
from app.rules.file_names import file_name, plain
from app.rules.french import NBSP, format_date, format_hours_unit, format_month, join_words, plural, quoted
from app.rules.numbering import is_paper_code, parse_paper_code
from app.store.attachments import AttachmentFiles
from app.store.attestations import (
    AttestableContract,
    IssuedAttestation,
    attestable_contracts,
    contract_named,
    find_attestation,
    issued_attestations,
    lot_named,
)
from app.store.companies import company_with_siret
from app.store.hours import company_name, find_statement_by_code
from app.store.notebook import Notebook
from app.store.offers import find_offer, people_at_work
from app.store.paper import find_by_number, issued_sha256, visit_state
from app.store.unit import not_found, writing

KINDS = (
    "visit",
    "followup",
    "statement",
    "sizing",
    "attestation",
    "clause-attestation",
    "reminder",
    *personal.KINDS,
    "offers",
)
"""What can be asked for, as the command line and the window name it."""

SHEETS = ("plain", "site", "site-plain")
"""Ways to print follow-up sheets from the window: in plain words, everyone of an operation, both."""
_TABLES = {"visit": "visit", "followup": "beneficiary", "sizing": "hours_sizing"}
_RECIPIENTS = {
    "visit": (Recipient.COMPANY, Recipient.BUYER, Recipient.FILE),
    "followup": (Recipient.PERSON, Recipient.FILE),
    "statement": (Recipient.COMPANY, Recipient.FILE),
    "sizing": (Recipient.BUYER, Recipient.COMPANY, Recipient.FILE),
    "attestation": attestation.RECIPIENTS,
    "clause-attestation": clause.RECIPIENTS,
    "reminder": (Recipient.COMPANY, Recipient.FILE),
    **personal.RECIPIENTS,
    "offers": (Recipient.FILE,),
    "plain": (Recipient.PERSON,),
    "site": (Recipient.PERSON, Recipient.FILE),
    "site-plain": (Recipient.PERSON,),
}


@dataclass(frozen=True, slots=True)
class ReminderEmail:
    """A reminder to be pasted in an e-mail. ``changes``: the paper code given to the statement, if it had none."""

    company: str
    text: str
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A PDF ready to be shown, printed or saved. ``changes`` says what making it wrote, if anything."""

    kind: str
    record_id: str
    recipient: Recipient
    title: str
    """« Compte rendu de visite VIS-2026-NO-0042 »."""
    file_name: str
    data: bytes
    changes: Changes = field(default_factory=Changes)
    note: str = ""
    """What the screen says of it: why it is a draft, what changed since it was issued."""
    draft: bool = False
    """Whether every page says « BROUILLON »: nothing was issued."""
    issuable: bool = False
    """Whether « Émettre » may make it final: an attestation not issued yet, or whose hours changed since."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Attestations issued together: a file for each, named, and one PDF to print them all."""

    files: tuple[tuple[str, bytes], ...]
    printed: MadeDocument
    changes: Changes


def recipients_of(kind: str) -> tuple[Recipient, ...]:
    """For whom a kind of document can be made, the usual one first."""
    return _RECIPIENTS[kind]


class DocumentsService:
    """Makes documents over the open notebook; on the store thread."""

    def __init__(
        self, notebook: Notebook, files: AttachmentFiles, hours: HoursService, people: BeneficiariesService
    ) -> None:
        self._desk = Desk(notebook, files)
        self._notebook = notebook
        self._hours = hours
        self._people = people
        self._issuing = Issuing(self._desk, hours)
        self._personal = personal.PersonalPapers(self._desk, people, PrivacyService(notebook, files))

    def make(self, kind: str, record: str, recipient: str) -> tuple[bytes, str]:
        """The PDF of a record named by its id or its number, and a file name that speaks.

        An attestation is issued when it was not yet, or when its hours changed since. Raises ``InvalidInput`` for a
        recipient that this document is not made for or hours that cannot be certified, ``NotFound``.
        """
        chosen = self._recipient(kind, recipient)
        record_id = self.resolve(kind, record)
        made = self.document(kind, record_id, chosen)
        if made.issuable:
            self.issue(kind, record_id)
            made = self.document(kind, record_id, chosen)
        elif made.draft:
            self.issue(kind, record_id)  # raises, and says what is missing
        return made.data, made.file_name

    def document(
        self, kind: str, record_id: str, recipient: str, *, filled: bool | None = None, rectified: bool = False
    ) -> MadeDocument:
        """The document of a record. ``filled`` asks for the blank or the filled statement.

        An attested statement is printed as it was attested; ``rectified`` asks for it with its rectifications.
        """
        chosen = self._recipient(kind, recipient)
        if kind in personal.KINDS:
            return self._paper(kind, record_id, chosen)
        if kind == "offers":
            return self._offers(record_id)
        if kind == "plain":
            return self.follow_up_sheets([record_id], chosen, plain=True)
        if kind in SHEETS:
            return self.site_sheets(record_id, chosen, plain=kind == "site-plain")
        if kind == "attestation":
            return self._attestation(record_id, chosen)
        if kind == "clause-attestation":
            return self._clause(record_id, chosen)
        if kind == "reminder":
            company, month = self._place_of(record_id)
            return self.reminders(month, [company], chosen)
        if kind == "visit":
            return self._visit(record_id, chosen)
        if kind == "followup":
            shown = follow_up.content(self._desk, self._people, record_id, chosen)
            return MadeDocument(
                kind,
                record_id,
                chosen,
                f"Fiche de suivi – {shown.person_name}",
                _file_name(shown.person_name, "fiche-de-suivi", chosen),
                follow_up_sheet.render(shown),
            )
        if kind == "statement":
            return self._statement(record_id, chosen, filled, rectified)
        sized = sizing.content(self._desk, record_id, chosen)
        return MadeDocument(
            kind,
            record_id,
            chosen,
            f"Calcul des heures {sized.stamp.number}",
            _file_name(sized.stamp.number, sized.operation, chosen),
            hours_sizing.render(sized),
        )

    def follow_up_sheets(self, beneficiary_ids: Sequence[str], recipient: str, *, plain: bool = False) -> MadeDocument:
        """The sheets of several people in one PDF to print; ``plain``: in plain words, for the people themselves.

        Raises ``InvalidInput`` without anybody.
        """
        chosen = self._recipient("followup", Recipient.PERSON if plain else recipient)
        if not beneficiary_ids:
            raise InvalidInput("Personne n’est en contrat ici aujourd’hui.", todo="Choisir une personne de la liste.")
        if plain:
            data, first = self._personal.plain_sheets(beneficiary_ids)
            several = len(beneficiary_ids) > 1
            title = f"{len(beneficiary_ids)} fiches de suivi faciles à lire" if several else f"Ma fiche – {first}"
            head = str(len(beneficiary_ids)) if several else first
            name = _file_name(head, "fiche-facile-a-lire", chosen)
            return MadeDocument("followup", "" if several else beneficiary_ids[0], chosen, title, name, data)
        contents = [follow_up.content(self._desk, self._people, one, chosen) for one in beneficiary_ids]
        return MadeDocument(
            "followup",
            "",
            chosen,
            f"{len(contents)} fiches de suivi",
            _file_name("fiches-de-suivi", str(len(contents)), chosen),
            follow_up_sheet.render_many(contents),
        )

    def resolve(self, kind: str, record: str) -> str:
        """The id of a record named by its id, its number or its paper code. Raises ``NotFound``."""
        if kind not in KINDS:
            raise InvalidInput(
                f"{quoted(kind)} n’est pas un document du carnet.", todo=f"Choisir parmi : {', '.join(KINDS)}."
            )
        wanted = record.strip()
        if kind == "statement":
            return self._resolve_statement(wanted)
        if kind in ("attestation", "clause-attestation"):
            return self._resolve_attestation(kind, wanted)
        if kind == "reminder":
            return self._resolve_reminder(wanted)
        if kind in personal.KINDS:
            return self._personal.resolve(kind, wanted)
        if kind == "offers":
            return wanted
        found = find_by_number(self._notebook, _TABLES[kind], wanted)
        if found is None:
            raise not_found()
        return found

    def people_on_site(self, operation_id: str) -> list[str]:
        """Ids of the people at work on an operation today: those whose sheets are printed for it."""
        today = self._notebook.clock.today()
        with self._notebook.read() as connection:
            return people_at_work(connection, self._notebook.organisation_id, today, operation_id=operation_id)

    def site_sheets(self, operation_id: str, recipient: str, *, plain: bool = False) -> MadeDocument:
        """The sheets of everyone at work on an operation today, in one PDF to print."""
        return self.follow_up_sheets(self.people_on_site(operation_id), recipient, plain=plain)

    def held_json(self, person: str) -> dict[str, Any]:
        """Everything held on a person (id or file number) as one JSON value: the twin of the access report."""
        return self._personal.held_json(self._personal.resolve("access-report", person))

    # --- each kind ---------------------------------------------------------------------------

    def _paper(self, kind: str, record_id: str, recipient: Recipient) -> MadeDocument:
        """A document about one person; ``OFFER/PERSON`` names the post a candidate is presented for."""
        offer_id, _, person_id = record_id.rpartition("/")
        offer = None
        if offer_id:
            with self._notebook.read() as connection:
                offer = find_offer(connection, self._notebook.organisation_id, offer_id)
        made = self._personal.paper(kind, person_id, recipient, offer)
        name = _file_name(made.head, made.tail, recipient)
        return MadeDocument(kind, record_id, recipient, made.title, name, made.render())

    def _offers(self, ids: str) -> MadeDocument:
        """The open offers (all, or those whose ids are given, separated by commas), to send to the prescribers."""
        data, day = offers.render(self._desk, [one for one in ids.split(",") if one and one != "open"] or None)
        name = _file_name(f"{day:%Y-%m-%d}", "offres-ouvertes", None)
        return MadeDocument("offers", ids, Recipient.FILE, f"Offres ouvertes au {format_date(day)}", name, data)

    def _visit(self, visit_id: str, recipient: Recipient) -> MadeDocument:
        known = visit_state(self._notebook, visit_id)
        if known is None:
            raise not_found()
        state, number = known
        title = f"Compte rendu de visite {number}".rstrip()
        name = _file_name(number or "visite", COPY_LABELS[recipient].removeprefix("exemplaire "), None)
        final = state == VisitState.FINAL
        kept = self._kept(visit_id, recipient) if final else None
        if kept is not None:
            return MadeDocument("visit", visit_id, recipient, title, name, kept)
        shown = visit.content(self._desk, visit_id, recipient, self._people)
        data = visit_report.render(shown)
        changes = Changes()
        if final:
            changes = self._keep(
                DocumentKind.VISIT_REPORT, number, "visit", visit_id, recipient, data, digest(shown), name
            )
        return MadeDocument("visit", visit_id, recipient, title, name, data, changes)

    def _statement(
        self, record_id: str, recipient: Recipient, filled: bool | None, rectified: bool = False
    ) -> MadeDocument:
        company_id, month = self._place_of(record_id)
        changes = Changes()
        if not self._hours.open_month(company_id, month).paper_code:
            _, outcome = self._hours.give_paper_code(company_id, month)
            changes = outcome.changes
        grid = self._hours.open_month(company_id, month)
        title = f"Relevé {grid.paper_code} – {grid.company_name}"
        if grid.state is StatementState.ATTESTED and filled is not False and not rectified:
            kept = self._kept(grid.statement_id, recipient)
            if kept is None:  # attested elsewhere: kept from its first print on
                kept, more = self._issuing.keep_statement(company_id, month, recipient)
                changes |= more
            name = _file_name(f"{month}_{grid.company_name}_releve", "", recipient)
            note = "Tel qu’il a été attesté."
            return MadeDocument("statement", record_id, recipient, title, name, kept, changes, note)
        shown = statement.content(
            self._desk,
            self._hours,
            company_id,
            month,
            recipient,
            filled=True if rectified else filled,
            rectified=rectified,
        )
        word = "rectifie" if rectified else "vierge" if not shown.filled else ""
        return MadeDocument(
            "statement",
            record_id,
            recipient,
            title,
            _file_name(f"{month}_{shown.company}_releve", word, recipient),
            monthly_statement.render(shown),
            changes,
        )

    def _place_of(self, record_id: str) -> tuple[str, str]:
        """(company, month) of a statement's id, or of ``COMPANY_ID/2026-11``. Raises ``NotFound``."""
        place = statement.place_of(self._desk, record_id) or _place(record_id)
        if place is None:
            raise not_found()
        return place

    def _resolve_statement(self, wanted: str) -> str:
        if is_paper_code(wanted):
            code = str(parse_paper_code(wanted))
            with self._notebook.read() as connection:
                found = find_statement_by_code(connection, code)
            if found is not None:
                return found.id
        if statement.place_of(self._desk, wanted) is None and _place(wanted) is None:
            raise not_found()
        return wanted

    # --- reminders ---------------------------------------------------------------------------

    def reminders(self, month: str, company_ids: Sequence[str], recipient: str = Recipient.COMPANY) -> MadeDocument:
        """The letters to companies whose statement has not come, each with its blank statement, in one PDF to print.

        Nothing is logged: ``HoursService.remind`` does it once the letters leave. Raises ``InvalidInput`` when a
        statement came, or nobody is to be reminded.
        """
        chosen = self._recipient("reminder", recipient)
        waiting = {one.id for one in self._hours.missing_statements(month)}
        if not company_ids or not set(company_ids) <= waiting:
            raise InvalidInput(
                "Aucun relevé n’est attendu de cette entreprise." if company_ids else "Aucune entreprise à relancer.",
                "Rien n’a été produit.",
                "Choisir parmi les relevés manquants.",
            )
        changes = Changes()
        contents: list[DocumentContent] = []
        for company in company_ids:
            if not self._hours.open_month(company, month).paper_code:
                changes |= self._hours.give_paper_code(company, month)[1].changes
            contents.append(reminder.content(self._desk, self._hours, company, month, chosen))
            contents.append(statement.content(self._desk, self._hours, company, month, chosen, filled=False))
        only = contents[0] if len(company_ids) == 1 else None
        who = only.company if isinstance(only, ReminderContent) else str(len(company_ids))
        title = f"Relance – {who}, {format_month(month)}" if only else f"{who} relances, {format_month(month)}"
        return MadeDocument(
            "reminder",
            f"{company_ids[0]}/{month}",
            chosen,
            title,
            file_name([month, "relances" if not only else "relance", plain(who)], "pdf"),
            rendering.render_many(contents),
            changes,
        )

    def reminder_email(self, month: str, company_id: str) -> ReminderEmail:
        """The text of an e-mail to a company whose statement has not come, without the name of a beneficiary.

        Nothing is logged. Raises ``InvalidInput`` when its statement came.
        """
        if company_id not in {one.id for one in self._hours.missing_statements(month)}:
            raise InvalidInput(
                "Aucun relevé n’est attendu de cette entreprise.",
                "Rien n’a été produit.",
                "Choisir parmi les relevés manquants.",
            )
        changes = Changes()
        if not self._hours.open_month(company_id, month).paper_code:
            changes = self._hours.give_paper_code(company_id, month)[1].changes
        shown = reminder.content(self._desk, self._hours, company_id, month, Recipient.COMPANY)
        return ReminderEmail(shown.company, reminder.email(shown), changes)

    def _resolve_reminder(self, wanted: str) -> str:
        """A statement (id, paper code, ``COMPANY_ID/2026-11``), or a company (SIRET or id) for the month to collect."""
        company, _, month = wanted.partition("/")
        with self._notebook.read() as connection:
            found = company_with_siret(connection, "".join(company.split()))
            if not found and company_name(connection, company) is not None:
                found = company
        if found:
            return f"{found}/{month or self._hours.month_to_collect()}"
        return self._resolve_statement(wanted)

    # --- attestations ------------------------------------------------------------------------

    def issue(self, kind: str, record_id: str) -> Issued:
        """Issue the attestation of a contract (``attestation``) or of a lot's clause (``clause-attestation``).

        ``record_id`` may be an attestation already issued: a new one then replaces it. Raises ``InvalidInput``.
        """
        known = self._issued(record_id)
        if kind == "attestation":
            return self._issuing.contract(known.contract_id or "" if known else record_id)
        return self._issuing.lot(known.lot_id or "" if known else record_id)

    def attest_month(self, company_id: str, month: str) -> Changes:
        """« Attester le mois »: locked for good, its filled statement kept to be printed again identical."""
        return self._issuing.month(company_id, month)

    def attestable(self, *, company_id: str = "", lot_id: str = "") -> tuple[AttestableContract, ...]:
        """The contracts of a company or a lot that have hours, with what was attested of each."""
        with self._notebook.read() as connection:
            found = attestable_contracts(
                connection, self._notebook.organisation_id, company_id=company_id, lot_id=lot_id
            )
        return tuple(found)

    def issue_batch(self, contract_ids: Sequence[str], recipient: str = Recipient.PERSON) -> Batch:
        """Issue the attestations of several contracts: a named file for each and one PDF to print (PRODUCT.md R3).

        Every contract is checked before the first is issued. Raises ``InvalidInput`` naming what waits.
        """
        chosen = self._recipient("attestation", recipient)
        for contract in contract_ids:
            refuse_pending(attestation.certified(self._desk, contract).pending)
        issued = [self._issuing.contract(one) for one in contract_ids]
        if not issued:
            raise InvalidInput("Aucun contrat n’est choisi.", "Rien n’a été émis.", "Choisir au moins un contrat.")
        changes = Changes()
        files: dict[str, bytes] = {}
        for one in issued:
            changes |= one.changes
            data = self._kept(one.record.id, chosen) or b""
            name = one.names[chosen]
            stem, count = name.removesuffix(".pdf"), 2
            while name in files:  # two people of one name and initial
                name, count = f"{stem}-{count}.pdf", count + 1
            files[name] = data
        title = plural(len(issued), "attestation")
        printed = MadeDocument(
            "attestation",
            "",
            chosen,
            title,
            file_name([f"{self._notebook.clock.today():%Y-%m}", "attestations", str(len(issued))], "pdf"),
            rendering.render_many([one.contents[chosen] for one in issued]),
            changes,
        )
        return Batch(tuple(files.items()), printed, changes)

    def _issued(self, record_id: str) -> IssuedAttestation | None:
        with self._notebook.read() as connection:
            return find_attestation(connection, record_id, self._notebook.organisation_id)

    def _attestation(self, record_id: str, recipient: Recipient) -> MadeDocument:
        issued = self._issued(record_id)
        known = attestation.certified(self._desk, issued.contract_id or "" if issued else record_id)
        who = f"{known.facts.first_name} {known.facts.last_name}"
        asked_by_number = issued is not None
        if issued is None:
            with self._notebook.read() as connection:
                issued = next(iter(issued_attestations(connection, contract_id=record_id)), None)
        if issued is not None:
            changed = known.total != issued.total_hours
            note = _since(issued, known.total) if changed else ""
            made = self._issued_copy("attestation", record_id, issued, recipient, f"Attestation – {who}", note)
            if made is not None:
                name = attestation_name(known, f"{issued.issued_on:%Y-%m}", recipient)
                return dataclasses.replace(made, file_name=name, issuable=changed and not asked_by_number)
        shown = attestation.content(self._desk, known, recipient)
        note = f"Brouillon{NBSP}: émise, elle prend son numéro et les relevés de ses mois sont verrouillés."
        if known.pending:
            note = f"Brouillon{NBSP}: à valider d’abord, {join_words([format_month(one) for one in known.pending])}."
        elif known.total <= 0:
            note = f"Brouillon{NBSP}: aucune heure validée pour ce contrat."
        return MadeDocument(
            "attestation",
            record_id,
            recipient,
            f"Attestation – {who}",
            attestation_name(known, f"{self._notebook.clock.today():%Y-%m}", recipient),
            rendering.render(shown),
            note=note,
            draft=True,
            issuable=not known.pending and known.total > 0,
        )

    def _clause(self, record_id: str, recipient: Recipient) -> MadeDocument:
        issued = self._issued(record_id)
        lot_id = issued.lot_id or "" if issued else record_id
        known = clause.certified(self._desk, lot_id)
        label = known.stands[0].label
        asked_by_number = issued is not None
        if issued is None:
            with self._notebook.read() as connection:
                issued = next(iter(issued_attestations(connection, lot_id=lot_id)), None)
        if issued is not None:
            changed = (known.done, known.due) != (issued.total_hours, issued.due_hours)
            note = _since(issued, known.done) if changed else ""
            title = f"Attestation de clause – {label}"
            made = self._issued_copy("clause-attestation", record_id, issued, recipient, title, note)
            if made is not None:
                name = clause_name(known, f"{issued.issued_on:%Y-%m}", recipient)
                return dataclasses.replace(made, file_name=name, issuable=changed and not asked_by_number)
        shown = clause.content(self._desk, known, recipient)
        ready = bool(known.living) and not known.waiting
        note = f"Brouillon{NBSP}: la clause du lot sera dite {quoted('attestation émise')}."
        if not known.living:
            note = f"Brouillon{NBSP}: la clause de ce lot est annulée."
        elif known.waiting:
            note = f"Brouillon{NBSP}: {format_hours_unit(known.waiting)} reçues attendent d’être validées."
        return MadeDocument(
            "clause-attestation",
            record_id,
            recipient,
            f"Attestation de clause – {label}",
            clause_name(known, f"{self._notebook.clock.today():%Y-%m}", recipient),
            rendering.render(shown),
            note=note,
            draft=True,
            issuable=ready,
        )

    def _issued_copy(
        self, kind: str, record_id: str, issued: IssuedAttestation, recipient: Recipient, title: str, note: str
    ) -> MadeDocument | None:
        kept = self._kept(issued.id, recipient)
        if kept is None:
            return None  # a recipient added since: made again as a draft
        title = title.replace(" – ", f" {issued.number} – ", 1)
        return MadeDocument(kind, record_id, recipient, title, "", kept, note=note)

    def _resolve_attestation(self, kind: str, wanted: str) -> str:
        """An attestation (number or id), else what it is made of.

        For a person: the id of a contract of work, or the file number or id of a beneficiary (their latest contract).
        For a clause: the id of a lot or of a commitment, or ``MARKET/LOT`` (``2026-T001/3``).
        """
        organisation = self._notebook.organisation_id
        wanted_kind = AttestationKind.CONTRACT if kind == "attestation" else AttestationKind.CLAUSE
        with self._notebook.read() as connection:
            issued = find_attestation(connection, wanted, organisation)
            if issued is not None and issued.kind is wanted_kind:
                return issued.id
            if kind == "attestation":
                found = contract_named(connection, wanted, organisation)
            else:
                found = lot_named(connection, wanted)
        if found is None:
            raise not_found()
        return found

    # --- keeping -----------------------------------------------------------------------------

    def _kept(self, record_id: str, recipient: Recipient) -> bytes | None:
        sha256 = issued_sha256(self._notebook, record_id, recipient)
        return self._desk.files.get(sha256) if sha256 else None

    def _keep(
        self,
        kind: DocumentKind,
        number: str,
        record_kind: str,
        record_id: str,
        recipient: Recipient,
        data: bytes,
        seal: str,
        name: str,
    ) -> Changes:
        """Keep the bytes first, then say that they were issued: a kill in between loses nothing."""
        sha256 = self._desk.files.put(data)
        with writing(self._notebook, f"document {number}") as unit:
            attachment = unit.insert(
                Attachment,
                {
                    "owner_kind": record_kind,
                    "owner_id": record_id,
                    "kind": AttachmentKind.DOCUMENT,
                    "name": name,
                    "media_type": "application/pdf",
                    "size": len(data),
                    "sha256": sha256,
                },
            )
            unit.insert(
                IssuedDocument,
                {
                    "kind": kind,
                    "number": number,
                    "record_kind": record_kind,
                    "record_id": record_id,
                    "recipient": recipient,
                    "issued_at": self._notebook.clock.now(),
                    "issued_by": self._notebook.actor_id,
                    "content_sha256": seal,
                    "pages": data.count(b"/Type /Page\n") or data.count(b"/Type /Page "),
                    "attachment_id": attachment,
                },
            )
            return unit.outcome.changes

    @staticmethod
    def _recipient(kind: str, recipient: str) -> Recipient:
        if kind not in _RECIPIENTS:
            raise InvalidInput(
                f"{quoted(kind)} n’est pas un document du carnet.", todo=f"Choisir parmi : {', '.join(KINDS)}."
            )
        allowed = _RECIPIENTS[kind]
        chosen = next((one for one in allowed if one.value == recipient), None)
        if chosen is None:
            raise InvalidInput(
                "Ce document n’est pas fait pour ce destinataire.",
                "Rien n’a été produit.",
                f"Choisir parmi : {', '.join(one.value for one in allowed)}.",
            )
        return chosen


def _since(issued: IssuedAttestation, total: int) -> str:
    """What changed since an attestation was issued."""
    return (
        f"Émise le {format_date(issued.issued_on)} pour {format_hours_unit(issued.total_hours)}. "
        f"Depuis, les heures sont de {format_hours_unit(total)}{NBSP}: une nouvelle attestation la remplacerait."
    )


def _place(text: str) -> tuple[str, str] | None:
    """``COMPANY_ID/2026-11``: a statement that nobody has begun has no id yet."""
    company, _, month = text.partition("/")
    return (company, month) if re.fullmatch(r"\d{4}-\d{2}", month) else None


def _file_name(first: str, second: str, recipient: Recipient | None) -> str:
    parts = [first, second]
    if recipient is not None:
        parts.append(COPY_LABELS[recipient].removeprefix("exemplaire ").removeprefix("de la "))
    return file_name(parts, "pdf")
