"""The open offers, as sent to the prescribers: whom to call is the facilitator, never the company directly."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from app.beneficiaries.nomenclatures import Nomenclatures
from app.documents.heading import Desk, header, referent, stamp
from app.models.choices import DocumentKind, EmploymentType, OfferState, Recipient
from app.paths import resources
from app.reports.person_content import OpenOffer, OpenOffersContent
from app.store.offers import list_offers


def content(desk: Desk, ids: Sequence[str] | None = None) -> OpenOffersContent:
    """The open offers of the notebook, or those of ``ids`` that are open."""
    notebook = desk.notebook
    trades = Nomenclatures(resources() / "reference" / "tables")
    with notebook.read() as connection:
        rows = list_offers(connection, notebook.organisation_id, state=OfferState.OPEN, ids=ids)
    return OpenOffersContent(
        stamp=dataclasses.replace(stamp(desk, DocumentKind.OPEN_OFFERS, "", Recipient.FILE), copy_label=""),
        organisation=header(desk),
        on=notebook.clock.today(),
        offers=tuple(
            OpenOffer(
                one.number,
                one.title,
                trades.trade_label(one.trade_code) if one.trade_code else "",
                one.company_name,
                one.operation_name,
                one.place,
                one.posts,
                one.left,
                EmploymentType(one.contract_type).label if one.contract_type else "",
                one.start_on,
                one.end_on,
                one.weekly_hours,
                one.apply_before,
                one.description,
                referent(desk, one.created_by),
            )
            for one in rows
        ),
    )


def render(desk: Desk, ids: Sequence[str] | None = None) -> tuple[bytes, dt.date]:
    """The PDF and its day."""
    from app.reports.documents import open_offers

    made = content(desk, ids)
    return open_offers.render(made), made.on
