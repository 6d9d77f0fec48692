"""What the screens of offers and of the directory show, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.models.choices import Choice, CompanyKind, Modality, OfferState
from app.store.offers import IntroductionRow, OfferRow, StructureRow


class OfferFilter(Choice):
    """Saved filters of the list."""

    OPEN = "open", "Ouvertes"
    FILLED = "filled", "Pourvues"
    WITHDRAWN = "withdrawn", "Retirées"
    ALL = "all", "Toutes"


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A line of the list, with the words of its trade."""

    offer: OfferRow
    trade: str


@dataclass(frozen=True, slots=True)
class OfferSheet:
    """One offer and the candidates presented."""

    offer: OfferRow
    trade: str
    introductions: tuple[IntroductionRow, ...]
    writable: bool


@dataclass(frozen=True, slots=True)
class StructureLine:
    """A line of the directory; ``activity``: words of its NAF code."""

    structure: StructureRow
    activity: str
    can: str
    """What it can do under the charter (art. 4.3): « sous-traitance », « mise à disposition »…"""


CAN: Mapping[str, tuple[Modality, ...]] = {
    CompanyKind.EI: (Modality.SUBCONTRACTING, Modality.CO_CONTRACTING),
    CompanyKind.ACI: (Modality.SUBCONTRACTING,),
    CompanyKind.ETTI: (Modality.ETTI,),
    CompanyKind.AI: (Modality.AI,),
    CompanyKind.GEIQ: (Modality.GEIQ,),
    CompanyKind.EA: (Modality.SUBCONTRACTING, Modality.CO_CONTRACTING),
    CompanyKind.ESAT: (Modality.SUBCONTRACTING,),
}
"""Ways to fulfil hours by kind of structure (charter art. 4.3; DOMAIN.md §4.1)."""

STATES = {one.value: one.label for one in OfferState}
