"""What the cards say: one decision between two values, one change refused by the network (PRODUCT.md §3.6)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from app.rules.french import NBSP, NNBSP, format_date, format_month, format_time, of, quoted
from app.rules.record_words import GROUPS, field_label, record_called, shortened
from app.sync.state import Decision, HeldCard, HeldReason, MonthPaper, ReviewCard, ReviewKind, Version

Part = tuple[str, bool]
"""Some words of a text, and whether the other version has others in their place."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the two versions as it is read. ``parts`` are those of a long text, its difference marked; empty when it
    is short, or nearly all of it differs.
    """

    who: str
    value: str
    """Fields decided together that have each its name stand on a line each."""
    at: str
    parts: tuple[Part, ...] = ()

    @property
    def short(self) -> str:
        """The value on one line, its first words when it is long."""
        return _short(self.value)


@dataclass(frozen=True, slots=True)
class ReviewWords:
    """One card as it is read. ``keep_both`` is empty when it is not offered, ``question`` when the title says it."""

    record: str
    """« Fiche de Julie MARTIN »: hidden in discretion."""
    label: str
    """« Téléphone »."""
    question: str
    mine: Choice
    theirs: Choice
    keep_mine: str
    keep_theirs: str
    keep_both: str
    before: str
    meanwhile: str
    beside: str = ""
    """What goes with the fields asked, and nobody disputes."""
    rows: tuple[tuple[str, str, str], ...] = ()
    """Fields decided together that have each its name: (name, mine, theirs)."""

    @property
    def heading(self) -> str:
        """« Fiche de Julie MARTIN — Téléphone »."""
        return _heading(self.record, self.label)


def _short(text: str) -> str:
    return shortened(f"{NNBSP}; ".join(text.split("\n")), LONG)


def _heading(record: str, label: str) -> str:
    return f"{record} — {label}"


def review_words(card: ReviewCard) -> ReviewWords:
    """The card in sentences (PRODUCT.md §3.6)."""
    record, label = record_called(card.kind, card.title), asked_label(card)
    mine, theirs = _choice(card, card.mine, card.theirs), _choice(card, card.theirs, card.mine)
    if card.what is ReviewKind.DELETED_AND_CHANGED:
        return ReviewWords(
            record,
            label,
            f"L’un a mis cette fiche à la corbeille, l’autre l’a modifiée. La garder{NNBSP}?",
            mine,
            theirs,
            _kept_or_thrown(card.mine),
            _kept_or_thrown(card.theirs),
            "",
            "",
            "En attendant, la fiche reste.",
        )
    question, keep_mine, keep_theirs = _paper_question(card) or _question(card)
    before = f"Avant{NBSP}: {_short(card.before)}" if card.before else ""
    return ReviewWords(
        record,
        label,
        question,
        mine,
        theirs,
        keep_mine,
        keep_theirs,
        "Garder les deux" if card.can_keep_both else "",
        before,
        _meanwhile(card, mine, theirs),
        f"Dans les deux cas{NBSP}: {_short(card.beside)}." if card.beside else "",
        _rows(card) if card.group and not GROUPS[card.group].plain else (),
    )


def _rows(card: ReviewCard) -> tuple[tuple[str, str, str], ...]:
    return tuple((field_label(card.kind, one.field), one.mine.words, one.theirs.words) for one in card.fields)


def _meanwhile(card: ReviewCard, mine: Choice, theirs: Choice) -> str:
    if card.shown is Decision.BOTH:
        return f"En attendant, la fiche mêle les deux{NBSP}: {quoted(_short(card.standing))}."
    shown = mine if card.shown is Decision.MINE else theirs
    if shown.value == _NOTHING:
        return "En attendant, ce champ reste vide."
    if "\n" in shown.value and card.group:
        version = card.mine if card.shown is Decision.MINE else card.theirs
        whose = (
            "la vôtre" if version.mine else f"celle {of(version.author_name)}" if version.author_name else "la sienne"
        )
        return f"En attendant, {whose} compte."
    return f"En attendant, c’est {quoted(shown.short)} qui compte."


def _question(card: ReviewCard) -> tuple[str, str, str]:
    own, one, ranks = ("le mien", "le sien"), "celui", ("le premier", "le second")
    asked = ["Cette fiche a été créée deux fois, chacun de son côté."] if card.twice else []
    if card.group:
        asked.append(f"Deux versions, chacune entière. Laquelle est la bonne{NNBSP}?")
        own, one, ranks = ("ma version", "sa version"), "la version", ("la première version", "la seconde version")
    if not card.mine.mine:
        authors = (card.mine.author_name, card.theirs.author_name)
        own = (
            f"{one} {of(authors[0])}" if authors[0] else ranks[0],
            f"{one} {of(authors[1])}" if authors[1] else ranks[1],
        )
    return " ".join(asked), f"Garder {own[0]}", f"Garder {own[1]}"


def _paper_question(card: ReviewCard) -> tuple[str, str, str] | None:
    """Hours are asked from the paper (SYNC.md §3); a figure that somebody emptied is not on it."""
    if not card.month or any(version.value is None for version in (card.mine, card.theirs)):
        return None
    apart = f"Deux relevés différents pour {format_month(card.month).split(' ')[0]}"
    asked = f"Lequel est sur le papier{NNBSP}?"
    if card.group:
        return f"{apart}. {asked}", *_question(card)[1:]
    values = [version.words for version in (card.mine, card.theirs)]
    keep_mine, keep_theirs = (f"{value} est sur le papier" for value in values)
    return f"{apart}{NBSP}: {values[0]} et {values[1]}. {asked}", keep_mine, keep_theirs


def paper_sentence(paper: MonthPaper) -> str:
    """Where the answer may be read: « Le fichier « novembre.xlsx », enregistré le 03/12/2026, donne 140 h. »."""
    day = format_date(paper.at.astimezone().date())
    if not paper.sha256:
        gives = f"donne {paper.figure}" if paper.figure else "porte sur ce mois"
        return f"Le fichier {quoted(paper.name)}, enregistré le {day}, {gives}."
    if paper.issued:
        return "Le relevé de ce mois, tel qu’il a été attesté, est dans le carnet."
    return f"Le document {quoted(paper.name)}, joint au relevé le {day}, est dans le carnet."


def paper_awaited(paper: MonthPaper) -> str:
    """The same while the content is not here."""
    what = "Le relevé attesté de ce mois" if paper.issued else f"Le document {quoted(paper.name)}"
    return f"{what} n’est pas encore arrivé sur cet ordinateur. Il viendra avec une prochaine synchronisation."


def review_heading(card: ReviewCard, hide: Callable[[str], str] = str) -> str:
    """« Fiche de Julie MARTIN — Téléphone »; ``hide`` masks the record, not the field."""
    return _heading(hide(record_called(card.kind, card.title)), asked_label(card))


def asked_label(card: ReviewCard) -> str:
    """What is asked about: « Téléphone », « Adresse », « Corbeille »."""
    if card.group:
        return GROUPS[card.group].label
    return field_label(card.kind, card.field) if card.field else "Corbeille"


def _choice(card: ReviewCard, version: Version, other: Version) -> Choice:
    author = version.author_name or "Une autre personne"
    who = "Vous avez noté" if version.mine else author
    if not version.mine and version.organisation:
        who = f"{author} ({version.organisation})"
    at = ""
    if version.at is not None:
        local = version.at.astimezone()
        at = f"le {format_date(local.date())} à {format_time(local)}"
    if card.what is ReviewKind.DELETED_AND_CHANGED:
        return Choice(who, "à la corbeille" if _is_deletion(version) else "fiche modifiée", at)
    words = version.words
    if _is_nothing(version.value):
        return Choice(who, _NOTHING, at)
    long = isinstance(version.value, str) and isinstance(other.value, str) and max(len(words), len(other.words)) > LONG
    return Choice(who, words, at, marked(words, other.words) if long else ())


def _is_nothing(value: object) -> bool:
    return all(_is_nothing(one) for one in value) if isinstance(value, tuple) else value is None or value == ""


_NOTHING = "rien"
LONG = 120
"""Characters above which only the difference of two texts is worth reading."""
_AROUND = 6
"""Words kept before and after a difference."""


def marked(text: str, other: str) -> tuple[Part, ...]:
    """``text`` in parts, those that differ from ``other`` marked; long passages that both have are shortened by « … ».

    Nothing that differs is ever left out. Empty when less than a third is in both: marks would only tire the eye.
    """
    words, others = (re.findall(r"\S+\s*", one.strip()) for one in (text, other))
    matcher = difflib.SequenceMatcher(None, [one.strip() for one in words], [one.strip() for one in others], False)
    blocks = [(tag == "equal", words[first:last]) for tag, first, last, _, _ in matcher.get_opcodes() if last > first]
    if 3 * sum(len(run) for alike, run in blocks if alike) < len(words):
        return ()
    parts: list[Part] = []
    for place, (alike, run) in enumerate(blocks):
        if alike and len(blocks) > 1 and len(run) > 3 * _AROUND:
            begin = run[:_AROUND] if place else []
            end = run[-_AROUND:] if place < len(blocks) - 1 else []
            run = [*begin, "… " if end else "…", *end]
        parts.append(("".join(run), not alike))
    return tuple(parts)


def _is_deletion(version: Version) -> bool:
    return version.value is not None


def _kept_or_thrown(version: Version) -> str:
    return "Mettre à la corbeille" if _is_deletion(version) else "Garder la fiche"


def decided_sentence(card: ReviewCard) -> str:
    """« Fiche de Julie MARTIN — Téléphone : les deux gardés le 22/11/2026. »"""
    words = review_words(card)
    mine, theirs = words.mine.short, words.theirs.short
    kept = {
        "mine": mine,
        "theirs": theirs,
        "both": f"{mine} et {theirs}",
    }[card.decided.value if card.decided else "mine"]
    day = f" le {format_date(card.decided_at.astimezone().date())}" if card.decided_at else ""
    return f"{words.heading}{NBSP}: {kept}, choisi{day}."


# --- what was refused ----------------------------------------------------------------------------

_REASONS: dict[HeldReason, tuple[str, str]] = {
    HeldReason.NOT_YOURS: (
        "cette fiche relève maintenant d’une autre organisation.",
        "Demandez à la coordination de reprendre votre saisie, gardée ci-dessous.",
    ),
    HeldReason.READ_ONLY: (
        "votre compte permet de lire cette fiche, pas de la modifier.",
        "Demandez à la coordination de faire cette modification, ou de changer vos droits puis envoyez de nouveau.",
    ),
    HeldReason.PARENT_MISSING: (
        "la fiche dont elle dépend n’est pas encore au réseau.",
        "Elle sera acceptée dès que l’autre le sera. Vous pouvez l’envoyer de nouveau.",
    ),
    HeldReason.UNKNOWN: (
        "le réseau n’a pas encore reçu la fiche qu’elle modifie.",
        "Elle sera acceptée dès que la fiche y sera. Vous pouvez l’envoyer de nouveau.",
    ),
    HeldReason.INVALID: (
        "une valeur n’est pas acceptée par le réseau.",
        "Ouvrez la fiche, corrigez la valeur, puis envoyez de nouveau.",
    ),
    HeldReason.UNREADABLE: (
        "le réseau n’a pas su la lire.",
        "Mettez le programme à jour, puis envoyez de nouveau. Si le refus revient, transmettez-le à la coordination.",
    ),
    HeldReason.GONE: (
        "cette fiche a été effacée pour de bon, à la demande de la personne ou de la coordination.",
        "Rien à faire\u00a0: fermez cette ligne.",
    ),
    HeldReason.SET_APART: (
        "l’accès de ce carnet avait été retiré quand elle est arrivée.",
        "La coordination l’a reçue à part\u00a0: demandez-lui de la reprendre.",
    ),
    HeldReason.OTHER: (
        "le réseau n’a pas pu la prendre.",
        "Envoyez de nouveau. Si le refus revient, transmettez-le à la coordination.",
    ),
}


def held_heading(card: HeldCard) -> str:
    """« Visite VIS-2026-NO-0042 »."""
    return record_called(card.kind, card.title)


def held_sentence(card: HeldCard) -> str:
    """Why it was refused, what is safe, what to do."""
    why, todo = _REASONS[card.reason]
    if card.reason is HeldReason.INVALID and card.field:
        why = f"la valeur de {quoted(field_label(card.kind, card.field))} n’est pas acceptée par le réseau."
    return f"Le réseau n’a pas pris cette saisie\u00a0: {why} Elle est gardée ici. {todo}"


def held_values(card: HeldCard) -> tuple[str, ...]:
    """« Téléphone : 06 39 98 00 01 », one line a field."""
    return tuple(f"{field_label(card.kind, name)}{NBSP}: {words}" for name, words in card.values)
