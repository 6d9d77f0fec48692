"""What holds of a site visit: its lines of summary, the age of its points, who must sign (PRODUCT.md V2, V7, §4.1).

Pure functions. Hours are integer hundredths of an hour.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.errors import InvalidInput
from app.models.choices import PointState, PresenceStatus, SignerRole
from app.rules.commitments import Position
from app.rules.french import NBSP, NNBSP, fold, format_hours_unit, format_long_date, plural

ACTION_SECTION = "action"
"""Section of the phrases that propose an action rather than a finding."""

ON_SITE = (PresenceStatus.PRESENT, PresenceStatus.LATE)
"""Who is there, hence may sign (PRODUCT.md V7: only people present sign)."""

MAX_TEXT = 2000
"""Longest text of a finding, an action or a reason, in characters."""
_QUOTED_AT_MOST = 3


def age_of_point(visits: int) -> str:
    """« ouvert depuis 2 visites »: how many signed visits, the one that raised it included."""
    return f"ouvert depuis {plural(max(1, visits), 'visite')}"


def may_sign(presence: str) -> bool:
    """Whether somebody with this presence may sign."""
    return presence in ON_SITE


def check_text(text: str, what: str, *, field: str = "text") -> str:
    """The text without spaces around; ``what`` names it (« Le constat »).

    Raises ``InvalidInput`` when it is empty or too long.
    """
    plain = " ".join(text.split(" ")).strip()
    if not plain:
        raise InvalidInput(f"{what} est vide.", todo="Écrire quelques mots.", field=field)
    if len(plain) > MAX_TEXT:
        raise InvalidInput(
            f"{what} est trop long{NBSP}: {plural(len(plain), 'caractère')}.",
            "Votre texte est conservé dans le champ.",
            f"Le ramener à {plural(MAX_TEXT, 'caractère')}.",
            field=field,
        )
    return plain


@dataclass(frozen=True, slots=True)
class SignatureGiven:
    """One signature or refusal, as far as the rules care."""

    role: str
    refused: bool


def missing_signatures(given: Iterable[SignatureGiven]) -> tuple[str, ...]:
    """French sentences: what still lacks before the report can be final (§4.1 line 11); empty when nothing does.

    The facilitator signs; the company signs, or refuses with its reason.
    """
    known = list(given)
    lacking: list[str] = []
    if not any(one.role == SignerRole.COMPANY for one in known):
        lacking.append("Il manque la signature de l’entreprise, ou son refus.")
    if not any(one.role == SignerRole.FACILITATOR and not one.refused for one in known):
        lacking.append("Il manque votre signature.")
    return tuple(lacking)


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """What « L’essentiel » is made from. No name of a beneficiary enters it: the buyer reads it."""

    positions: Sequence[tuple[Position, str]] = ()
    """Position of each commitment with its projection's sentence."""
    expected: int = 0
    present: int = 0
    beneficiaries: int = 0
    met: int = 0
    all_well: int = 0
    findings: Sequence[str] = ()
    """Texts of the findings to follow, in their order."""
    other_findings: int = 0
    points: Sequence[str] = ()
    """States of the earlier points (``PointState`` values)."""
    actions: Sequence[str] = ()
    next_visit_on: dt.date | None = None


def summary_lines(facts: SummaryFacts) -> tuple[str, ...]:
    """« L’essentiel », 3 to 5 lines: position of hours, people, alerts, points, decisions (§4.1 line 2)."""
    lines = [_hours_line(facts.positions), _people_line(facts), _findings_line(facts)]
    if facts.points:
        lines.append(_points_line(facts.points))
    if facts.actions or facts.next_visit_on:
        lines.append(_decisions_line(facts))
    return tuple(line for line in lines if line)


def _hours_line(positions: Sequence[tuple[Position, str]]) -> str:
    if not positions:
        return "Aucun engagement d’heures n’est enregistré pour cette entreprise sur ce lot."
    parts: list[str] = []
    for stand, sentence in positions[:1]:
        parts.append(
            f"{format_hours_unit(stand.validated)} validées sur {format_hours_unit(stand.due)} dues ({stand.rate})."
        )
        if stand.received:
            parts.append(f"{format_hours_unit(stand.received)} reçues restent à valider.")
        if sentence:
            parts.append(sentence)
    if len(positions) > 1:
        others = ", ".join(
            f"{format_hours_unit(stand.validated)} sur {format_hours_unit(stand.due)}" for stand, _ in positions[1:]
        )
        parts.append(f"Autres engagements du lot{NBSP}: {others}.")
    return " ".join(parts)


def _people_line(facts: SummaryFacts) -> str:
    if facts.beneficiaries:
        met = f"{plural(facts.met, 'bénéficiaire vu', 'bénéficiaires vus')} sur {facts.beneficiaries}"
    else:
        met = "Aucun bénéficiaire attendu ce jour"
    there = f"{plural(facts.present, 'personne présente', 'personnes présentes')} sur {facts.expected}"
    well = f"{NNBSP}; rien à signaler pour {facts.all_well}" if facts.all_well else ""
    return f"{met}, {there}{well}."


def _findings_line(facts: SummaryFacts) -> str:
    count = len(facts.findings) + facts.other_findings
    if not count:
        return "Aucun constat particulier."
    if not facts.findings:
        return f"{plural(count, 'constat')}, aucun à suivre."
    shown = f"{NNBSP}; ".join(text.rstrip(" .") for text in facts.findings[:_QUOTED_AT_MOST])
    rest = len(facts.findings) - _QUOTED_AT_MOST
    more = f"{NNBSP}; et {plural(rest, 'autre')}" if rest > 0 else ""
    followed = "à suivre" if count == len(facts.findings) else f"dont {len(facts.findings)} à suivre"
    return f"{plural(count, 'constat')} {followed}{NBSP}: {shown}{more}."


def _points_line(states: Sequence[str]) -> str:
    closed = sum(state == PointState.CLOSED for state in states)
    dropped = sum(state == PointState.DROPPED for state in states)
    still = len(states) - closed - dropped
    parts: list[str] = []
    if closed:
        parts.append(plural(closed, "levé"))
    if still:
        parts.append(f"{still}{NBSP}toujours {'ouverts' if still > 1 else 'ouvert'}")
    if dropped:
        parts.append(f"{dropped}{NBSP}sans objet")
    return f"Points des visites précédentes{NBSP}: {', '.join(parts)}."


def _decisions_line(facts: SummaryFacts) -> str:
    parts: list[str] = []
    if facts.actions:
        shown = f"{NNBSP}; ".join(text.rstrip(" .") for text in facts.actions[:_QUOTED_AT_MOST])
        rest = len(facts.actions) - _QUOTED_AT_MOST
        more = f"{NNBSP}; et {plural(rest, 'autre')}" if rest > 0 else ""
        parts.append(f"{plural(len(facts.actions), 'action décidée', 'actions décidées')}{NBSP}: {shown}{more}.")
    if facts.next_visit_on:
        parts.append(f"Prochaine visite le {format_long_date(facts.next_visit_on)}.")
    return " ".join(parts)


# --- the library of phrases --------------------------------------------------------------

_SMALL_WORDS = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "et", "la", "le", "les", "l", "un", "une"})


def phrase_match(typed: str, phrase: str) -> int:
    """How well a phrase of the library answers what is being typed: 0 not at all, higher is better.

    Accents, case and order of the words do not matter. A phrase is proposed when each typed word begins one of its
    words (« tut abs »), or when all its own words were typed with more besides (« tuteur absent depuis 2 sem »).
    """
    words = [word for word in fold(typed).split() if word not in _SMALL_WORDS]
    own = [word for word in fold(phrase).split() if word not in _SMALL_WORDS]
    if not words or not own:
        return 0
    begun = sum(any(one.startswith(word) for one in own) for word in words)
    said = sum(any(one == word for word in words) for one in own)
    if begun == len(words):
        return 100 * begun - len(own)
    if said == len(own):
        return 50 * said
    return 0


def beyond_phrase(typed: str, phrase: str) -> str:
    """What was typed and the phrase does not say: « depuis 2 sem ». Nothing typed is lost when a phrase is accepted."""
    own = set(fold(phrase).split())
    rest = [word for word in typed.split() if not set(fold(word).split()) <= own]
    kept = " ".join(rest)
    begun = fold(kept).split()
    # what was only the beginning of the phrase's own words (« tut abs ») adds nothing
    return "" if all(any(one.startswith(word) for one in own) for word in begun) else kept
