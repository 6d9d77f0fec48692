"""The recovery sheet, printed when the notebook is made: a code for a sealed envelope (PRODUCT.md K3)."""

from __future__ import annotations

from collections.abc import Sequence

from app.documents.heading import Desk, header, stamp, user_name
from app.models.choices import DocumentKind, Recipient
from app.reports.content import RecoverySheetContent
from app.reports.documents import recovery_sheet


def recovery_pdf(desk: Desk, code_groups: Sequence[str], *, computer: str, replaces_previous: bool = False) -> bytes:
    """The sheet as PDF bytes. The code is in no log, no file and no record: it lives on this paper only."""
    prefix = desk.notebook.get_control("prefix") or "XX"
    return recovery_sheet.render(
        RecoverySheetContent(
            stamp=stamp(desk, DocumentKind.RECOVERY_SHEET, f"SECOURS-{prefix}", Recipient.FILE),
            organisation=header(desk),
            notebook_name=f"Carnet de {user_name(desk)}",
            facilitator=user_name(desk),
            code_groups=tuple(code_groups),
            computer=computer,
            replaces_previous=replaces_previous,
        )
    )
