"""``inclusiv export``: a list or a month in a file; ``inclusiv hours template``: the sheet that a company fills in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app import durable
from app.errors import InvalidInput, NotFound
from app.exchange.service import FORMATS, MONTH, ExchangeService
from app.rules.french import parse_month, quoted
from app.store.companies import company_with_siret
from app.store.hours import company_name
from app.store.notebook import Notebook


def run_export(
    service: ExchangeService, notebook: Notebook, kind: str, out: Path, company: str, month: str
) -> dict[str, Any]:
    """Write the export; answers its path, rows and size. ``company`` is a SIRET or an id, ``month`` in any spelling.

    Raises ``InvalidInput`` (suffix, month), ``NotFound`` (company), ``NotAllowed``.
    """
    suffix = out.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise InvalidInput(
            f"{quoted(out.name)} n’est ni un classeur ni un fichier CSV.",
            "Rien n’a été écrit.",
            "Nommer le fichier en .xlsx ou en .csv.",
        )
    chosen = parse_month(month, notebook.clock.today()) if month else ""
    if kind == MONTH and not chosen:
        raise InvalidInput("Le mois manque.", "Rien n’a été écrit.", "Écrire par exemple --month 2026-11.")
    made = service.export(kind, suffix, company_id=_company(notebook, company), month=chosen)
    durable.write(out, made.data)
    return {"path": str(out), "rows": made.rows, "size": len(made.data)}


def run_template(service: ExchangeService, notebook: Notebook, out: Path, company: str, month: str) -> dict[str, Any]:
    """Write the blank hours sheet of a company; answers its path, people and size.

    Raises ``InvalidInput`` (suffix, month), ``NotFound`` (company), ``NotAllowed``.
    """
    if out.suffix.lower() != ".xlsx":
        raise InvalidInput(f"{quoted(out.name)} n’est pas un classeur.", "Rien n’a été écrit.", "Le nommer en .xlsx.")
    made = service.template(parse_month(month, notebook.clock.today()), _company(notebook, company))
    durable.write(out, made.data)
    return {"path": str(out), "people": made.rows, "size": len(made.data)}


def _company(notebook: Notebook, text: str) -> str:
    if not text:
        return ""
    with notebook.read() as connection:
        found = company_with_siret(connection, "".join(text.split()))
        if found:
            return found
        if company_name(connection, text) is None:
            raise NotFound(
                f"Aucune entreprise ne porte {quoted(text)}.",
                "Rien n’a été écrit.",
                "Vérifier le SIRET ou l’identifiant.",
            )
    return text
