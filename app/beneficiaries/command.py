"""``inclusiv find``: records of every kind by words, the best first, with people whose name is only close."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.beneficiaries.values import PersonHit
from app.rules.french import person_name_list
from app.store.search import SearchHit


def answers(hits: Iterable[SearchHit], people: Iterable[PersonHit]) -> list[dict[str, Any]]:
    """What is printed: ``kind``, ``id``, ``title``, ``subtitle`` and ``reason`` (why, when a name is only close).

    ``hits`` hold all the words, in the order of the palette; ``people`` are exact finds and close ones, the likeliest
    first. A person about whom the question is worth asking comes before everything else.
    """
    people = list(people)
    reasons = {one.id: one.reason for one in people}
    found = [
        {"kind": one.kind, "id": one.record_id, "title": one.title, "subtitle": one.subtitle,
         "reason": reasons.get(one.record_id, "")}
        for one in hits
    ]  # fmt: skip
    known = {one["id"] for one in found}
    close = [
        {"kind": "beneficiary", "id": one.id, "title": person_name_list(one.last_name, one.first_name),
         "subtitle": " · ".join(part for part in (one.file_number, one.town) if part), "reason": one.reason}
        for one in people
        if one.id not in known
    ]  # fmt: skip
    asked = {one.id for one in people if one.ask}
    everything = found + close
    return [one for one in everything if one["id"] in asked] + [one for one in everything if one["id"] not in asked]
