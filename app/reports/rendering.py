"""One door to the documents: the PDF, or the number of its pages, from any content.

Import it when a document is wanted, not before: it loads ReportLab and the typeface (half a second).
"""

from __future__ import annotations

from collections.abc import Sequence

from app.reports import page
from app.reports.content import (
    AttestationContent,
    ClauseAttestationContent,
    DocumentContent,
    FollowUpSheetContent,
    HoursSizingContent,
    MonthlyStatementContent,
    ReminderContent,
    VerificationContent,
    VisitReportContent,
)
from app.reports.documents import (
    attestation,
    clause_attestation,
    follow_up_sheet,
    hours_sizing,
    monthly_statement,
    recovery_sheet,
    reminder,
    verification_sheet,
    visit_report,
)


def part(content: DocumentContent) -> page.Part:
    """Frame and blocks of a content.

    Raises ``WrongRecipient`` when a dossier part is given to anybody but the file.
    """
    if isinstance(content, VisitReportContent):
        return visit_report.part(content)
    if isinstance(content, FollowUpSheetContent):
        return follow_up_sheet.part(content)
    if isinstance(content, MonthlyStatementContent):
        return monthly_statement.part(content)
    if isinstance(content, HoursSizingContent):
        return hours_sizing.part(content)
    if isinstance(content, AttestationContent):
        return attestation.part(content)
    if isinstance(content, ClauseAttestationContent):
        return clause_attestation.part(content)
    if isinstance(content, ReminderContent):
        return reminder.part(content)
    if isinstance(content, VerificationContent):
        return verification_sheet.part(content)
    return recovery_sheet.part(content)


def render(content: DocumentContent) -> bytes:
    """The PDF; the same content gives the same bytes. Raises as ``part``."""
    return page.build([part(content)])


def render_many(contents: Sequence[DocumentContent]) -> bytes:
    """Several documents in one PDF to print, each beginning on its own page and numbered on its own.

    Raises ``ValueError`` when there is none, and as ``part``.
    """
    return page.build([part(content) for content in contents])


def page_count(content: DocumentContent) -> int:
    """Number of pages of the PDF, without drawing it: a miniature announces the right count."""
    return page.page_count(part(content))
