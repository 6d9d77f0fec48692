"""``inclusiv sync``, ``conflicts`` and ``verify``: the exchange from a command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.models.wire import to_wire
from app.rules.french import plural
from app.rules.record_words import noun
from app.sync import card_words, sentences
from app.sync.service import SyncService
from app.sync.state import Decision, NetworkFigures, Problem, ReviewCard, SyncReport, Verification, Version


def as_json(report: SyncReport) -> dict[str, Any]:
    """What ``sync --json`` prints. ``state`` is ``complete``, or the value of ``Problem`` that stopped the session."""
    return {
        "pushed": report.pushed,
        "pulled": report.pulled,
        "conflicts": report.conflicts,
        "held": report.held,
        "photos": report.photos,
        "state": "complete" if report.complete else report.problem.value,
        "unsent": report.state.unsent,
    }


def sentence(report: SyncReport) -> str:
    """The same in French."""
    parts = [
        plural(report.pushed, "fiche envoyée", "fiches envoyées"),
        plural(report.pulled, "fiche reçue", "fiches reçues"),
    ]
    if report.photos:
        parts.append(plural(report.photos, "photo ou document", "photos et documents"))
    if report.conflicts:
        parts.append(f"{plural(report.conflicts, 'fiche')} à relire")
    if report.held:
        parts.append(plural(report.held, "fiche refusée par le serveur", "fiches refusées par le serveur"))
    counted = ", ".join(parts)
    if report.complete:
        return f"Synchronisation terminée\u00a0: {counted}."
    return f"{PROBLEMS[report.problem]} ({counted}\u202f; le reste est gardé ici.)"


PROBLEMS = {
    Problem.OFFLINE: "Hors connexion.",
    Problem.PORTAL: "Le réseau répond, mais ce n’est pas le serveur (page d’accueil Wi-Fi\u202f?).",
    Problem.UNPROVEN: "Ce qui répond n’a pas prouvé être le serveur (certificat)\u00a0: rien ne lui a été envoyé.",
    Problem.UNREACHABLE: "Connecté, le serveur ne répond pas.",
    Problem.SIGN_IN: "Le mot de passe du serveur est nécessaire (variable INCLUSIV_SYNC_PASSWORD, ou une ligne).",
    Problem.TOO_OLD: "Le programme doit être mis à jour pour recevoir\u202f; l’envoi est fait.",
    Problem.TOO_NEW: "Le serveur doit être mis à jour.",
    Problem.REVOKED: "Ce carnet a été retiré du réseau\u00a0: sa clé est effacée.",
    Problem.DISK_FULL_HERE: "Le disque est plein.",
    Problem.DISK_FULL_THERE: "Le serveur n’a plus de place.",
    Problem.NOT_SECURE: "L’adresse doit commencer par https://.",
    Problem.NOT_ENROLLED: "Ce carnet n’est relié à aucun serveur (ajouter --enrol).",
    Problem.DEMONSTRATION: "Un carnet de démonstration n’échange avec aucun serveur.",
    Problem.CANCELLED: "Interrompu.",
    Problem.LOCKED: "Le carnet est verrouillé.",
}


def figures_as_json(figures: NetworkFigures) -> dict[str, Any]:
    """What ``figures --json`` prints: hours in hundredths; ``fewer_than_five`` or ``withheld`` for people not said."""
    return {
        "year": figures.year,
        "at": to_wire(figures.at),
        "organisations": [asdict(one) for one in figures.organisations],
        "network": asdict(figures.network),
    }


def figures_lines(figures: NetworkFigures) -> list[str]:
    """The same in French, a line an organisation."""
    found = []
    for one in (*figures.organisations, figures.network):
        name, *cells = sentences.figures_cells(one)
        told = zip(sentences.FIGURES_TITLES[1:], cells, strict=True)
        found.append(f"{name}\u00a0: " + ", ".join(f"{title.lower()} {cell}" for title, cell in told))
    return [*found, sentences.figures_note(figures)]


def card_as_json(card: ReviewCard) -> dict[str, Any]:
    """One decision for ``conflicts list --json``. ``fields`` are all that it answers, ``field`` the first of them;
    ``mine`` and ``theirs`` are then lists, in their order. ``shown`` is ``both`` when some of each shows.
    """
    return {
        "id": card.card_id,
        "table": card.kind,
        "record": card.record_id,
        "title": card.title,
        "field": card.field or "deleted_at",
        "fields": [one.field for one in card.fields],
        "mine": _as_json(card.mine),
        "theirs": _as_json(card.theirs),
        "mine_by": card.mine.author_name,
        "theirs_by": card.theirs.author_name,
        "before": card.before,
        "shown": card.shown.value,
        "can_keep_both": card.can_keep_both,
    }


def _as_json(version: Version) -> Any:
    value = version.value
    return [to_wire(one) for one in value] if isinstance(value, tuple) else to_wire(value)


def card_sentence(card: ReviewCard) -> str:
    """One decision as a line."""
    words = card_words.review_words(card)
    return f"{card.card_id}  {words.heading}\u00a0: {words.mine.short} / {words.theirs.short}"


def decide(service: SyncService, card_id: str, decision: Decision) -> None:
    """Take one decision. Raises as ``keep_mine``."""
    keep = {Decision.MINE: service.keep_mine, Decision.THEIRS: service.keep_theirs, Decision.BOTH: service.keep_both}
    keep[decision](card_id)


def verification_as_json(found: Verification) -> dict[str, Any]:
    """What ``verify --json`` prints."""
    return {
        "equal": found.equal,
        "state": "complete" if found.problem is Problem.NONE else found.problem.value,
        "unsent": found.unsent,
        "mended": found.mended,
        "photos_missing_here": found.photos_missing_here,
        "photos_missing_there": found.photos_missing_there,
        "tables": [
            {"scope": one.scope, "table": one.kind, "here": one.here, "there": one.there, "equal": one.equal}
            for one in found.tables
        ],
    }


def verification_lines(found: Verification) -> list[str]:
    """The same in French."""
    if found.problem is not Problem.NONE:
        return [PROBLEMS[found.problem]]
    lines = [
        f"{noun(one.kind).many}\u00a0: {one.here} ici, {one.there} sur le serveur, "
        f"{'identiques' if one.equal else 'DIFFÉRENTS'}"
        for one in found.tables
    ]
    lines.append(
        "Le carnet et le serveur contiennent la même chose."
        if found.equal
        else "Le carnet et le serveur diffèrent\u00a0: prévenez la coordination."
    )
    return lines
