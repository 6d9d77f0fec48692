"""What « Vérifier » found, as a sheet to print."""

from __future__ import annotations

from app.documents.heading import Desk, header, stamp, user_name
from app.models.choices import DocumentKind, Recipient
from app.reports.content import VerificationContent
from app.reports.documents import verification_sheet
from app.sync import sentences
from app.sync.state import Verification


def verification_pdf(desk: Desk, found: Verification) -> bytes:
    """The sheet as PDF bytes; it holds counts and no name."""
    prefix = desk.notebook.get_control("prefix") or "XX"
    return verification_sheet.render(
        VerificationContent(
            stamp=stamp(desk, DocumentKind.VERIFICATION, f"VERIF-{prefix}", Recipient.FILE, at=found.at),
            organisation=header(desk),
            notebook_name=f"Carnet de {user_name(desk)}",
            sentence=sentences.verification_sentence(found),
            lines=sentences.verification_lines(found),
        )
    )
