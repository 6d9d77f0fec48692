"""The usual words about personal data (PRODUCT.md §4.0, DOMAIN.md §8); an organisation may edit them.

Sources: RGPD articles 13 and 15-21; CNIL « accompagnement social » (délibération 2021-028: active base two
years after the last contact). The legal basis is the organisation's own choice, made with its DPO.
"""

from __future__ import annotations

from app.rules import french

_PURPOSE = "le suivi de l’exécution de la clause sociale d’insertion"


def short_notice(organisation: str, contact: str = "") -> str:
    """Two lines, for every document but the person's sheet."""
    whom = contact or organisation
    return (
        f"Données traitées par {organisation} pour {_PURPOSE}. Elles ne servent à aucun autre usage. "
        f"Accès, rectification, effacement, opposition : {whom}. Réclamation possible auprès de la CNIL (cnil.fr)."
    )


def long_notice(organisation: str, legal_basis: str = "", contact: str = "") -> tuple[tuple[str, str], ...]:
    """The full information, as headed paragraphs, written to the person."""
    basis = legal_basis or f"{organisation} vous l’indique sur simple demande"
    whom = contact or organisation
    return (
        ("Qui utilise vos données", f"{organisation}, responsable du traitement."),
        ("Pourquoi", f"Pour {_PURPOSE} : vos contrats, vos heures, vos rendez-vous et votre parcours."),
        ("Base légale", f"{french.capitalise_first(basis.rstrip('.'))}."),
        (
            "Qui les reçoit",
            "Votre référent et son équipe ; l’entreprise et le donneur d’ordre, pour vos contrats et vos heures "
            "seulement. La raison de votre éligibilité ne leur est jamais transmise.",
        ),
        (
            "Combien de temps",
            "Deux ans après le dernier contact, puis archivage si une obligation l’impose, sinon effacement.",
        ),
        (
            "Vos droits",
            "Vous pouvez voir vos données, les faire corriger ou effacer, limiter leur usage ou vous y opposer. "
            f"Écrivez à : {whom}. Vous pouvez aussi saisir la CNIL : cnil.fr, "
            "3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07.",
        ),
    )
