"""The invented job offers: some open, some filled, candidates presented with every kind of answer."""

from __future__ import annotations

import datetime as dt

from app.demonstration.loading import Loader
from app.demonstration.year import ORGANISATION, PREFIX, Year
from app.models.choices import EmploymentType, IntroductionAnswer, OfferState
from app.models.offers import Introduction, JobOffer
from app.rules.numbering import Series

_ANSWERS = (
    IntroductionAnswer.WAITING,
    IntroductionAnswer.INTERVIEW,
    IntroductionAnswer.DECLINED,
    IntroductionAnswer.HIRED,
)
_WORDS = (
    "Ponctuel, à l’aise en équipe, souhaite apprendre le métier. Deux chantiers déjà réalisés.",
    "Motivée par le second œuvre, se déplace en transports en commun, disponible dès la fin du contrat en cours.",
    "A travaillé en extérieur toute l’année. Cherche un contrat plus long.",
)
_DESCRIPTIONS = (
    "Approvisionnement du poste, préparation des supports, nettoyage. Formation au poste assurée par le tuteur.",
    "Chantier accessible en bus. Équipements de protection fournis. Horaires de journée.",
    "Aucune expérience demandée. Visite du chantier possible avant l’embauche.",
)
OPEN, FILLED = 5, 2


class Offers:
    """Builds offers and introductions into a loader."""

    def __init__(self, year: Year, loader: Loader) -> None:
        self._year = year
        self._loader = loader

    def build(self) -> None:
        """Queue everything: offers of the first companies, candidates of the user's own organisation."""
        year = self._year
        sites = year.sites[: OPEN + FILLED]
        candidates = [person for site in year.sites[OPEN + FILLED : OPEN + FILLED + 6] for person in site.people[:2]]
        for rank, site in enumerate(sites):
            filled = rank >= OPEN
            start = year.today + dt.timedelta(days=12 + 5 * rank) if not filled else year.today - dt.timedelta(days=20)
            offer = self._loader.add(
                JobOffer,
                id=year.new_id(),
                number=year.number(Series.OFFER, PREFIX, year.today.year),
                company_id=site.company,
                lot_id=site.lot,
                title=site.job_title,
                trade_code=site.trade,
                posts=1 + rank % 3 if not filled else 1,
                weekly_hours=3500,
                contract_type=EmploymentType.CDD if rank % 2 else EmploymentType.CTT,
                start_on=start,
                end_on=start + dt.timedelta(days=180),
                apply_before=start - dt.timedelta(days=7),
                place=site.operation_name,
                description=_DESCRIPTIONS[rank % len(_DESCRIPTIONS)],
                state=OfferState.FILLED if filled else OfferState.OPEN,
                published_on=year.today - dt.timedelta(days=10 + 3 * rank),
                closed_on=year.today - dt.timedelta(days=25) if filled else None,
            )
            for place in range(rank % 3 + 1):
                answer = IntroductionAnswer.HIRED if filled and not place else _ANSWERS[(rank + place) % 3]
                person = candidates[(rank * 3 + place) % len(candidates)][0]
                waiting = answer is IntroductionAnswer.WAITING
                self._loader.add(
                    Introduction,
                    id=year.new_id(),
                    organisation_id=ORGANISATION,
                    offer_id=offer,
                    beneficiary_id=person,
                    prescriber_code="mission_locale" if place else "france_travail",
                    prescriber_name="Camille ROBIN",
                    presented_on=year.today - dt.timedelta(days=6 + place),
                    answer=answer,
                    answered_on=None if waiting else year.today - dt.timedelta(days=2),
                    presentation=_WORDS[(rank + place) % len(_WORDS)],
                )
