"""From a record to a PDF, for a recipient. What is final is kept sealed and always printed again identical."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.beneficiaries.service import BeneficiariesService
from app.changes import Changes
from app.documents import follow_up, sizing, statement, visit
from app.documents.heading import COPY_LABELS, Desk
from app.errors import InvalidInput
from app.hours.service import HoursService
from app.models.attachments import Attachment
from app.models.choices import AttachmentKind, DocumentKind, Recipient, VisitState
from app.models.documents import IssuedDocument
from app.reports.content import digest
from app.reports.documents import follow_up_sheet, hours_sizing, monthly_statement, visit_report
from app.rules.file_names import file_name
from app.rules.french import quoted
from app.rules.numbering import is_paper_code, parse_paper_code
from app.store.attachments import AttachmentFiles
from app.store.hours import find_statement_by_code
from app.store.notebook import Notebook
from app.store.paper import find_by_number, issued_sha256, visit_state
from app.store.unit import not_found, writing

KINDS = ("visit", "followup", "statement", "sizing")
"""What can be asked for, as the command line and the window name it."""

_TABLES = {"visit": "visit", "followup": "beneficiary", "sizing": "hours_sizing"}
_RECIPIENTS = {
    "visit": (Recipient.COMPANY, Recipient.BUYER, Recipient.FILE),
    "followup": (Recipient.PERSON, Recipient.FILE),
    "statement": (Recipient.COMPANY, Recipient.FILE),
    "sizing": (Recipient.BUYER, Recipient.COMPANY, Recipient.FILE),
}


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

    def make(self, kind: str, record: str, recipient: str) -> tuple[bytes, str]:
        """The PDF of a record named by its id or its number, and a file name that speaks.

        Raises ``InvalidInput`` for a recipient that this document is not made for, ``NotFound``.
        """
        made = self.document(kind, self.resolve(kind, record), recipient)
        return made.data, made.file_name

    def document(self, kind: str, record_id: str, recipient: str, *, filled: bool | None = None) -> MadeDocument:
        """The document of a record. ``filled`` asks for the blank or the filled statement."""
        chosen = self._recipient(kind, recipient)
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
            return self._statement(record_id, chosen, filled)
        sized = sizing.content(self._desk, record_id, chosen)
        return MadeDocument(
            kind,
            record_id,
            chosen,
            f"Calcul des heures {sized.stamp.number}",
            _file_name(sized.stamp.number, sized.operation, chosen),
            hours_sizing.render(sized),
        )

    def follow_up_sheets(self, beneficiary_ids: Sequence[str], recipient: str) -> MadeDocument:
        """The sheets of several people in one PDF to print."""
        chosen = self._recipient("followup", recipient)
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
        found = find_by_number(self._notebook, _TABLES[kind], wanted)
        if found is None:
            raise not_found()
        return found

    # --- each kind ---------------------------------------------------------------------------

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

    def _statement(self, record_id: str, recipient: Recipient, filled: bool | None) -> MadeDocument:
        place = statement.place_of(self._desk, record_id) or _place(record_id)
        if place is None:
            raise not_found()
        company_id, month = place
        changes = Changes()
        if not self._hours.open_month(company_id, month).paper_code:
            _, outcome = self._hours.give_paper_code(company_id, month)
            changes = outcome.changes
        shown = statement.content(self._desk, self._hours, company_id, month, recipient, filled=filled)
        return MadeDocument(
            "statement",
            record_id,
            recipient,
            f"Relevé {shown.paper_code} – {shown.company}",
            _file_name(f"{month}_{shown.company}_releve", "vierge" if not shown.filled else "", recipient),
            monthly_statement.render(shown),
            changes,
        )

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
        if kind not in KINDS:
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


def _place(text: str) -> tuple[str, str] | None:
    """``COMPANY_ID/2026-11``: a statement that nobody has begun has no id yet."""
    company, _, month = text.partition("/")
    return (company, month) if re.fullmatch(r"\d{4}-\d{2}", month) else None


def _file_name(first: str, second: str, recipient: Recipient | None) -> str:
    parts = [first, second]
    if recipient is not None:
        parts.append(COPY_LABELS[recipient].removeprefix("exemplaire ").removeprefix("de la "))
    return file_name(parts, "pdf")
