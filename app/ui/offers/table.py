"""The columns of the offers and of the directory."""

from __future__ import annotations

from app.models.choices import CompanyKind, OfferState
from app.offers.values import OfferLine, StructureLine
from app.rules.french import format_date, format_phone
from app.ui.kit.table import Column

_KINDS = {one.value: one.label.partition("(")[2].rstrip(")") or one.label for one in CompanyKind}
_STATES = {one.value: one.label for one in OfferState}
_TONES = {OfferState.OPEN: "info", OfferState.FILLED: "success", OfferState.WITHDRAWN: "text_secondary"}
_ICONS = {OfferState.OPEN: "circle-dot", OfferState.FILLED: "circle-check", OfferState.WITHDRAWN: "circle-x"}


def _posts(line: OfferLine) -> str:
    offer = line.offer
    return f"{offer.left} sur {offer.posts}"


OFFERS: tuple[Column[OfferLine], ...] = (
    Column("title", "Poste", lambda row: row.offer.title, 220, bold=True, tooltip=lambda row: row.trade),
    Column("company", "Entreprise", lambda row: row.offer.company_name, 0),
    Column("operation", "Opération", lambda row: row.offer.operation_name, 200),
    Column("left", "À pourvoir", _posts, 100, "right", sort=lambda row: row.offer.left),
    Column(
        "presented", "Candidats", lambda row: str(row.offer.presented or ""), 90, "right",
        sort=lambda row: row.offer.presented,
    ),
    Column(
        "before", "Avant le", lambda row: format_date(row.offer.apply_before), 110,
        sort=lambda row: str(row.offer.apply_before or "9"),
    ),
    Column(
        "state",
        "État",
        lambda row: _STATES.get(row.offer.state, ""),
        110,
        tone=lambda row: _TONES.get(OfferState(row.offer.state), "text"),
        icon=lambda row: _ICONS.get(OfferState(row.offer.state), ""),
    ),
)  # fmt: skip

STRUCTURES: tuple[Column[StructureLine], ...] = (
    Column("name", "Structure", lambda row: row.structure.name, 230, bold=True, tooltip=lambda row: row.structure.name),
    Column("kind", "Type", lambda row: _KINDS.get(row.structure.kind, ""), 90),
    Column(
        "abilities",
        "Ce qu’elle sait faire",
        lambda row: row.structure.abilities or row.activity,
        0,
        tooltip=lambda row: row.structure.abilities or row.activity,
    ),
    Column("town", "Commune", lambda row: row.structure.town, 150),
    Column("phone", "Téléphone", lambda row: format_phone(row.structure.phone), 120),
)
