"""The blank hours sheet to send to a company: what comes back is read without a question (PRODUCT.md E8)."""

from __future__ import annotations

from app.exchange.sheets import Column, Kind, Sheet, Value
from app.rules.french import capitalise_first, format_month
from app.store import hours
from app.store.notebook import Notebook
from app.store.unit import not_found

_COLUMNS = (Column("Entreprise"), Column("Nom"), Column("Prénom"), Column("Mois"), Column("Heures", Kind.HOURS))
"""No column of training: the reader of companies' files leaves such hours out, and nothing typed may be lost."""


def template_sheet(notebook: Notebook, month: str, company_id: str = "") -> Sheet:
    """A line for each person under contract with the company in the month, hours to be filled in.

    Somebody with several contracts has one line. Without ``company_id``: the headings alone. Raises ``NotFound``.
    """
    rows: dict[str, tuple[Value, ...]] = {}
    shown = capitalise_first(format_month(month))
    if company_id:
        with notebook.read() as connection:
            name = hours.company_name(connection, company_id)
            if name is None:
                raise not_found()
            for one in hours.active_contracts(connection, notebook.organisation_id, company_id, month):
                rows.setdefault(one.beneficiary_id, (name, one.last_name, one.first_name, shown, None))
    return Sheet(f"Heures {month}", _COLUMNS, tuple(rows.values()))
