"""The library of phrases: shipped ones, the structure's own, the most used first (PRODUCT.md V4)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from app.clock import natural_id
from app.models.base import table_of
from app.models.privacy import HiddenPhrase
from app.models.visits import Phrase
from app.rules.french import fold
from app.rules.visits import phrase_match
from app.store.notebook import Notebook
from app.store.unit import Outcome, Unit, writing

_phrase, _hidden = table_of(Phrase), table_of(HiddenPhrase)


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """One phrase. ``section``: an ``ObservationSection``, or ``action``."""

    phrase_id: str
    section: str
    text: str
    uses: int
    to_follow: bool
    is_own: bool
    """Added by the structure, not shipped."""


@dataclass(frozen=True, slots=True)
class ShippedPhrase:
    """One line of ``resources/reference/phrases.json``."""

    code: str
    section: str
    text: str
    to_follow: bool


def read_phrases(path: Path) -> list[ShippedPhrase]:
    """The phrases shipped with the program, in their order."""
    items = json.loads(path.read_text(encoding="utf-8"))
    return [ShippedPhrase(one["code"], one["section"], one["text"], one["to_follow"]) for one in items]


def phrase_id(code: str) -> str:
    """The id of a shipped phrase: the same on every laptop."""
    return natural_id("phrase", code)


def load_phrases(notebook: Notebook, shipped: Iterable[ShippedPhrase]) -> Outcome:
    """Bring the shipped phrases into the notebook; what the user hid or used stays so. Nothing of it is to be sent."""
    with writing(notebook, "bibliothèque de phrases", captured=False) as unit:
        for rank, one in enumerate(shipped):
            fields = {"section": one.section, "text": one.text, "to_follow": one.to_follow, "position": rank}
            if unit.find(Phrase, phrase_id(one.code)) is None:
                unit.insert(Phrase, {"organisation_id": "", **fields}, phrase_id(one.code))
            else:
                unit.update(Phrase, phrase_id(one.code), fields)
        return unit.outcome


def most_used(connection: Connection, organisation_id: str, *, limit: int = 5) -> dict[str, list[PhraseRow]]:
    """The most used phrases of each section, for its chips; never more than ``limit`` a section."""
    found: dict[str, list[PhraseRow]] = {}
    for row in _library(connection, organisation_id):
        chips = found.setdefault(row.section, [])
        if len(chips) < limit:
            chips.append(row)
    return found


def propose(
    connection: Connection, organisation_id: str, typed: str, *, section: str = "", limit: int = 6
) -> list[PhraseRow]:
    """Phrases that answer what is being typed, best first; those of ``section`` before the others when it is given.

    Action phrases are proposed for the section ``action`` only.
    """
    scored: list[tuple[bool, int, int, PhraseRow]] = []
    for rank, row in enumerate(_library(connection, organisation_id)):
        if (row.section == "action") != (section == "action"):
            continue
        score = phrase_match(typed, row.text)
        if score:
            scored.append((bool(section) and row.section != section, -score, rank, row))
    return [row for *_, row in sorted(scored, key=lambda one: one[:3])[:limit]]


def same_phrase(connection: Connection, organisation_id: str, section: str, text: str) -> PhraseRow | None:
    """The phrase of the section that says the same, accents and case aside."""
    wanted = fold(text)
    rows = _library(connection, organisation_id)
    return next((row for row in rows if row.section == section and fold(row.text) == wanted), None)


def count_use(unit: Unit, chosen: str, by: int = 1) -> None:
    """One more use of a phrase, inside an open unit."""
    row = unit.find(Phrase, chosen)
    if row is not None:
        unit.update(Phrase, chosen, {"uses": max(0, row["uses"] + by)})


def _library(connection: Connection, organisation_id: str) -> list[PhraseRow]:
    """All phrases the structure sees: a library of some hundreds, not of thousands."""
    p, h = _phrase.c, _hidden.c
    rows = connection.execute(
        select(p.id, p.section, p.text, p.uses, p.to_follow, p.organisation_id)
        .where(
            p.organisation_id.in_(["", organisation_id]),
            p.deleted_at.is_(None),
            ~p.hidden,
            p.id.not_in(select(h.phrase_id).where(h.organisation_id == organisation_id, h.deleted_at.is_(None))),
        )
        .order_by(p.uses.desc(), p.position, p.id)
    )
    return [
        PhraseRow(row.id, row.section, row.text, row.uses, row.to_follow, bool(row.organisation_id)) for row in rows
    ]
