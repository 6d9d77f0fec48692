"""Exports: any list and the month as XLSX or CSV, for whoever may take names out (``rules.access``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import InvalidInput
from app.exchange.delimited import to_csv
from app.exchange.lists import list_sheet
from app.exchange.month import month_sheet
from app.exchange.sheets import Sheet
from app.exchange.template import template_sheet
from app.exchange.workbook import to_xlsx
from app.rules import access
from app.rules.calendar import is_month
from app.rules.file_names import file_name
from app.rules.french import NBSP, quoted
from app.store.exports import LISTS
from app.store.hours import company_name
from app.store.network import actor_of, find_owner
from app.store.notebook import Notebook

MONTH = "month"
KINDS = (*LISTS, MONTH)
"""What can be exported, as the command line and the window name it."""
FORMATS = ("xlsx", "csv")
_NAMED = ("beneficiaries", MONTH)
"""Exports that bear names of beneficiaries."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file ready to be written. ``rows`` counts the lines under the header."""

    name: str
    data: bytes
    rows: int


class ExchangeService:
    """Makes exports over the open notebook; on the store thread."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def export(
        self,
        kind: str,
        file_format: str = "xlsx",
        *,
        ids: Sequence[str] | None = None,
        company_id: str = "",
        month: str = "",
    ) -> Exported:
        """A list or a month as a file. ``ids`` keeps what the screen shows, in its order.

        The month without ``company_id`` holds every company; as a workbook, the state of its statements too.
        Raises ``InvalidInput`` (kind, format or month), ``NotAllowed`` (names), ``NotFound`` (company).
        """
        if kind not in KINDS or file_format not in FORMATS:
            raise InvalidInput(
                f"{quoted(kind if kind not in KINDS else file_format)} ne s’exporte pas.",
                "Rien n’a été écrit.",
                f"Choisir parmi{NBSP}: {', '.join(KINDS)}, en {' ou '.join(FORMATS)}.",
            )
        actor = actor_of(self._notebook)
        if kind in _NAMED:
            allowed = access.can_export_names(actor, self._notebook.organisation_id)
            access.require(allowed, "exporter des noms de bénéficiaires")
        if month and not is_month(month):
            raise InvalidInput("Ce mois n’existe pas.", todo="Écrire par exemple 2026-11.", field="month")
        sheets = self._sheets(kind, ids, company_id, month)
        if file_format == "csv":
            data = to_csv(sheets[0])
        else:
            owner = find_owner(self._notebook)
            author = owner.organisation_name if owner else ""
            data = to_xlsx(sheets, author=author, made_at=self._notebook.clock.now())
        return Exported(self._name(kind, company_id, month, file_format), data, len(sheets[0].rows))

    def template(self, month: str, company_id: str = "") -> Exported:
        """The workbook that a company fills in and sends back, with the people it has under contract in the month.

        Raises ``InvalidInput`` (month), ``NotAllowed`` (names), ``NotFound`` (company).
        """
        if not is_month(month):
            raise InvalidInput("Ce mois n’existe pas.", todo="Écrire par exemple 2026-11.", field="month")
        allowed = access.can_export_names(actor_of(self._notebook), self._notebook.organisation_id)
        access.require(allowed, "exporter des noms de bénéficiaires")
        sheet = template_sheet(self._notebook, month, company_id)
        owner = find_owner(self._notebook)
        data = to_xlsx([sheet], author=owner.organisation_name if owner else "", made_at=self._notebook.clock.now())
        return Exported(self._name("template", company_id, month, "xlsx"), data, len(sheet.rows))

    def _sheets(self, kind: str, ids: Sequence[str] | None, company_id: str, month: str) -> list[Sheet]:
        if kind != MONTH:
            return [list_sheet(self._notebook, kind, ids=ids, month=month if kind == "statements" else "")]
        if not month:
            raise InvalidInput("Le mois manque.", todo="Écrire par exemple 2026-11.", field="month")
        made = [month_sheet(self._notebook, month, company_id)]
        if not company_id:
            made.append(list_sheet(self._notebook, "statements", month=month))
        return made

    def _name(self, kind: str, company_id: str, month: str, file_format: str) -> str:
        words = {
            "operations": "operations",
            "companies": "entreprises",
            "beneficiaries": "beneficiaires",
            "statements": "releves",
            "visits": "visites",
            "offers": "offres",
            MONTH: "heures",
            "template": "heures-a-remplir",
        }
        parts = [month or f"{self._notebook.clock.today():%Y-%m-%d}"]
        if company_id:
            with self._notebook.read() as connection:
                parts.append(company_name(connection, company_id) or "")
        return file_name([*parts, words[kind]], file_format)
