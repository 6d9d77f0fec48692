"""The printable calculation of hours: the four factors kept, so that an auditor can redo it (charter art. 4.3)."""

from __future__ import annotations

from decimal import Decimal

from app.documents.heading import Desk, header, stamp
from app.models.choices import DocumentKind, Recipient
from app.reports.content import HoursSizingContent, SizingVariant
from app.rules.sizing import size_hours
from app.store.commitments import lot_label
from app.store.paper import charter_with_formula, sizing_of
from app.store.unit import not_found


def content(desk: Desk, sizing_id: str, recipient: Recipient) -> HoursSizingContent:
    """What the calculation shows. Raises ``NotFound``."""
    row = sizing_of(desk.notebook, sizing_id)
    if row is None:
        raise not_found()
    return HoursSizingContent(
        stamp=stamp(desk, DocumentKind.HOURS_SIZING, row.number, recipient, at=row.created_at),
        organisation=header(desk, row.organisation_id),
        operation=row.operation,
        buyer=row.buyer,
        lot=lot_label(row.lot_number or "", row.lot_name or ""),
        sized_on=row.sized_on,
        amount_cents=row.amount_cents,
        labour_share=row.labour_share,
        effort_rate=row.effort_rate,
        hourly_cost_cents=row.hourly_cost_cents,
        minimum_effort_rate=row.minimum_effort_rate,
        computed_hours=row.computed_hours,
        retained_hours=row.retained_hours,
        retained_reason=row.retained_reason,
        charter_name=charter_with_formula(desk.notebook) or "Charte Inclusiv’Essonne 2018-2020",
        variants=_variants(row.amount_cents, row.labour_share, row.effort_rate, row.hourly_cost_cents),
    )


def _variants(
    amount_cents: int, labour_share: int, effort_rate: int, hourly_cost_cents: int
) -> tuple[SizingVariant, ...]:
    rates = [rate for rate in (500, 600, 700, 800, 1000) if rate != effort_rate]
    return tuple(
        SizingVariant(
            rate,
            size_hours(
                amount_cents, Decimal(labour_share) / 100, Decimal(rate) / 100, hourly_cost_cents
            ).computed_hours,
        )
        for rate in rates
    )
