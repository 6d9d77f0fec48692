"""One decision for every field of every table that may be asked, over an invented notebook; printed to be read.

``python -m tests.sync.every_question`` prints each card as a person reads it.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.clock import natural_id
from app.models.base import Record
from app.models.clashes import TOGETHER, asked_fields, group_of
from app.models.registry import model_of
from app.models.sync import Conflict
from app.models.wire import WireField, default_of, field_of, fields_of, from_wire, models_by_kind
from app.paths import resources
from app.rules.record_words import CODES, choices_of, is_long_text, linked_kind
from app.rules.shipped import read_entries
from app.store.notebook import Notebook
from app.store.reference import load_reference
from app.store.unit import writing
from app.sync import card_words, conflicts
from app.sync.state import ReviewCard
from tests.factories import fresh_notebook, siret, site_with_people

NADIA, KARIM = natural_id("facilitator", "nadia"), natural_id("facilitator", "every_question", "karim")
WRITTEN = dt.datetime(2026, 11, 19, 13, 5, tzinfo=dt.UTC)

_TEXTS: dict[str, tuple[str, str]] = {
    "siret": (siret(90), siret(91)),
    "phone": ("0639980011", "0639980022"),
    "caseworker_phone": ("0639980011", "0639980022"),
    "email": ("accueil@exemple.fr", "chantier@exemple.fr"),
    "postcode": ("91000", "91100"),
    "town": ("Évry-Courcouronnes", "Corbeil-Essonnes"),
    "planned_time": ("09:00", "14:30"),
    "absence_code": ("AJ", "CP"),
    "month": ("2026-11", "2026-10"),
    "trade_code": ("F1703", "F1606"),
    "activity_code": ("4399C", "4120B"),
    "cpv_code": ("45210000", "45262500"),
    "district_code": ("QN09101M", "QN09102M"),
    "last_name": ("MARTIN", "MARTINEZ"),
    "first_name": ("Julie", "Julia"),
    "number": ("3", "3 bis"),
    "contract_type": ("cdd", "ctt"),
}
_LONG = (
    "Julie est venue avec son justificatif de domicile. Elle souhaite passer le permis B avant l’été et demande un "
    "rythme de quatre jours par semaine. Son tuteur est satisfait de son travail sur le chantier depuis la rentrée. "
    "Prochain point prévu le mois prochain avec la référente.",
    "Julie est venue avec son justificatif de domicile. Elle souhaite passer le permis C avant l’été et demande un "
    "rythme de quatre jours par semaine. Son tuteur est satisfait de son travail sur le chantier depuis la rentrée. "
    "Prochain point prévu en janvier avec la référente.",
)
_STROKES = ([[[0, 0, 500, 0], [10, 10, 500, 16]]], [[[0, 0, 500, 0]], [[5, 5, 400, 20]]])


def two_values(notebook: Notebook, kind: str, field: WireField) -> tuple[Any, Any]:
    """Two wire values that people may have written in a field."""
    name = field.name
    listed = choices_of(kind, name)
    linked = linked_kind(kind, name)
    if name == "deleted_at":
        return None, "2026-11-20T08:30:00.000000Z"
    if listed is not None:
        values = [one.value for one in listed if one.value]
        return values[0], values[-1]
    if linked:
        found = [one for (one,) in notebook.raw.execute(f'SELECT id FROM "{linked}" ORDER BY id LIMIT 2')]
        if not found:
            return "", ""
        return (found[0], found[-1]) if len(found) > 1 or field.required else (found[0], None)
    if name in CODES:
        query = 'SELECT DISTINCT code FROM reference_entry WHERE "table" = ? ORDER BY code LIMIT 2'
        first, second = (one for (one,) in notebook.raw.execute(query, (CODES[name],)))
        return first, second
    if field.type == "number":
        return (12, 20) if name in ("statement_due_day", "posts") else (1250, 140_000)
    if field.type == "truth":
        return True, False
    if field.type == "day":
        return "2026-11-02", None if not field.required else "2026-12-01"
    if field.type == "moment":
        return "2026-12-04T09:00:00.000000Z", "2026-12-07T13:30:00.000000Z"
    if field.type == "data":
        return _STROKES
    if is_long_text(name):
        return _LONG
    return _TEXTS.get(name, ("Base vie, rue des Acacias", "Base vie, rue des Érables"))


def furnish(notebook: Notebook) -> None:
    """At least one record of every table, parents first; Karim, a colleague of another organisation."""
    load_reference(notebook, read_entries(resources() / "reference" / "charters"))
    site_with_people(notebook, 3)
    other = notebook.raw.execute(
        "SELECT id FROM organisation WHERE id <> ? ORDER BY id", (notebook.organisation_id,)
    ).fetchone()[0]
    with writing(notebook, "tout") as unit:
        names = {"last_name": "BENALI", "first_name": "Karim", "organisation_id": other}
        unit.insert(model_of("facilitator"), names, KARIM)
        unit.insert(model_of("company"), {"organisation_id": "", "name": "Maçonnerie du Val"}, "company-two")
        for kind, model in models_by_kind().items():
            if kind == "conflict" or unit.connection.exec_driver_sql(f'SELECT 1 FROM "{kind}"').first():
                continue
            unit.insert(model, _sample(notebook, kind, model))


def _sample(notebook: Notebook, kind: str, model: type[Record]) -> dict[str, Any]:
    values: dict[str, Any] = {"organisation_id": "" if model.shared else notebook.organisation_id}
    for field in fields_of(kind):
        if field.name in ("id", "organisation_id", "created_at", "created_by", "deleted_at"):
            continue
        wanted = field.required or bool(field.parent) or field.name in ("label", "name", "number", "title")
        optional = not field.required and field.parent in ("rectification", "observation", "attestation")
        if wanted and not optional:
            values[field.name] = from_wire(field.type, two_values(notebook, kind, field)[0])
        elif field.required:
            values[field.name] = default_of(kind, field.name)
    for told in {"owner_kind", "record_kind"} & values.keys():
        visit = notebook.raw.execute("SELECT id FROM visit").fetchone()
        values |= {told: "visit", told.replace("kind", "id"): visit[0]} if visit else {}
    return values


def ask_everything(notebook: Notebook, *, together: bool = False) -> None:
    """A clash of each field that may be asked, some written by two others, or made twice.

    Each is a question of its own, since those that go together have not the same two authors; unless ``together``.
    """
    with writing(notebook, "questions") as unit:
        for rank, (kind, name) in enumerate(all_asked()):
            group = group_of(kind, name)
            nadia = together if group else rank % 3 > 0
            field = field_of(kind, name)
            assert field is not None
            record = notebook.raw.execute(
                f'SELECT id FROM "{kind}" WHERE deleted_at IS NULL ORDER BY id LIMIT 1'
            ).fetchone()[0]
            shown, other = two_values(notebook, kind, field)
            unit.insert(
                Conflict,
                {
                    "kind": kind,
                    "record_id": record,
                    "field": name,
                    "before": "null" if rank % 2 else json.dumps(shown),
                    "shown": json.dumps(shown),
                    "shown_by": NADIA if nadia else f"somebody-{rank}" if group else "",
                    "shown_at": WRITTEN,
                    "other": json.dumps(other),
                    "other_by": KARIM,
                    "other_at": WRITTEN + dt.timedelta(hours=19),
                    "created_at": WRITTEN + dt.timedelta(seconds=rank),
                },
                f"question-{rank:03}",
            )


def all_asked() -> Iterator[tuple[str, str]]:
    """(table, field) of every question there may be."""
    for kind in models_by_kind():
        for name in asked_fields(kind):
            yield kind, name


def all_together() -> Iterator[tuple[str, tuple[str, ...]]]:
    """(table, fields) of every question that is about several fields."""
    for kind, groups in TOGETHER.items():
        for group in groups:
            yield kind, group.fields


def said(card: ReviewCard) -> str:
    """Everything that the card shows, one line each."""
    words = card_words.review_words(card)
    lines = [words.heading, words.question]
    for one in (words.mine, words.theirs):
        value = "".join(f"‹{text.rstrip()}› " if differs else text for text, differs in one.parts) or one.value
        lines.append(f"{one.who} : {value} — {one.at}")
    lines += [" / ".join(one for one in (words.keep_mine, words.keep_theirs, words.keep_both) if one)]
    lines += [words.beside, words.before, words.meanwhile]
    return "\n".join(line for line in lines if line)


def main() -> int:
    """Print every card: one for each field, then those of the fields that go together."""
    for together in (False, True):
        with tempfile.TemporaryDirectory() as place, fresh_notebook(Path(place) / "carnet") as notebook:
            furnish(notebook)
            ask_everything(notebook, together=together)
            for card in conflicts.open_cards(notebook):
                if card.group or not together:
                    asked = " ".join(one.field for one in card.fields)
                    sys.stdout.write(f"({card.kind}: {asked})\n{said(card)}\n\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
