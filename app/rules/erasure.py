"""Taking the names of erased people out of what others wrote (SYNC.md §7.17). Pure.

Fields that are the person's own are emptied whole; then come the texts where a name may have been typed: the summary of
a visit, a reason, a caption, the name of a file. Accents, case, hyphens and the order of the names do not
hide a name. Words are compared whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from app.models.wire import field_of
from app.rules.french import fold

REMOVED = "…"
"""What stands where a name was."""
ANONYMISED_NAME = "Personne anonymisée"
"""Shown instead of the name of an erased person."""
_SHORT = 4
"""A shorter name alone (« An », « Li ») is taken for one only when it begins with a capital."""
_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ`-][^\W\d_]+)*")

Words = tuple[str, ...]
OWN_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "beneficiary": {
        "file_number": "",
        "last_name": ANONYMISED_NAME,
        "first_name": "",
        "birth_name": "",
        "birth_date": None,
        "address": "",
        "phone": "",
        "email": "",
        "prescriber_name": "",
        "caseworker_name": "",
        "caseworker_phone": "",
        "objectives": "",
        "next_appointment_at": None,
        "next_appointment_place": "",
    },
    "eligibility_check": {"derogation_reason": "", "derogation_author": ""},
    "employment_contract": {"tutor_name": ""},
    "training_record": {"organiser": "", "outcome": ""},
    "follow_up_note": {"text": "", "next_step": "", "next_step_on": None},
    "attendance": {"last_name": ANONYMISED_NAME, "first_name": ""},
    "introduction": {"presentation": "", "prescriber_name": ""},
    "contact_attempt": {"note": ""},
}
"""What is emptied in the rows that belong to the person, whatever they hold."""
EMPTIED_WHOLE = frozenset({"name_alias", "person_merge"})
"""Tables about a person of which nothing counts: every text of theirs is emptied."""
FREE_TEXTS = frozenset(
    {
        *("summary", "free_note", "correction_reason", "text", "detail", "note", "next_step", "caption", "name"),
        *("refusal_reason", "difference_reason", "accepted_reason", "reason", "label", "outcome", "organiser"),
        *("presentation", "title", "written", "comment"),
    }
)
"""Columns where one of the names alone is looked for, in the rows about the person."""
UNNAMED = frozenset(
    {"id", "organisation_id", "created_by", "sort_name", "sha256", "content_sha256", "media_type", "siret", "strokes"}
)
"""Columns that hold no name."""
_PLAIN = frozenset(
    {
        *("organisation_id", "created_by", "month", "kind", "state", "modality", "type", "decision"),
        *("age_band", "qualification", "trade_code", "milestone_scheme", "absence_code"),
        *("record_kind", "record_id", "owner_kind", "owner_id", "merged_by", "seen_by"),
        *("scheme", "category_code", "proof_code", "milestone_code", "employment", "means"),
        *("prescriber_code", "answer", "meeting", "presence", "section"),
    }
)
"""Texts that are choices or links: some of them count, and none of them may be empty."""
_CHOSEN = frozenset({("contact_attempt", "outcome")})
"""Likewise, where the same name is a free text elsewhere."""


def tells(kind: str, name: str) -> bool:
    """Whether a field may tell who somebody is: all of a person's own record, the texts and data of the others."""
    field = field_of(kind, name)
    if kind == "beneficiary" or field is None:
        return kind == "beneficiary"
    chosen = field.parent or name in _PLAIN or (kind, name) in _CHOSEN
    return field.type in ("text", "data") and not chosen


def asks_a_figure(kind: str, name: str) -> bool:
    """Whether a choice between two values of a field is one of hours, of days or of amounts: an erasure leaves it."""
    return name != "deleted_at" and field_of(kind, name) is not None and not tells(kind, name)


class Names:
    """The names of some people, to be found in texts. Built once for many texts."""

    def __init__(self, people: Iterable[tuple[str, str, str]] = ()) -> None:
        """``people``: (family name, first name, birth name)."""
        self._pairs: set[Words] = set()
        self._alone: set[Words] = set()
        for last, first, birth in people:
            given = tuple(fold(first).split())
            for name in (last, birth):
                family = tuple(fold(name).split())
                if not family:
                    continue
                self._alone.add(family)
                if given:
                    self._pairs |= {(*family, *given), (*given, *family)}
            if given:
                self._alone.add(given)
        self._longest_pair = max((len(one) for one in self._pairs), default=0)
        self._longest = max([self._longest_pair, *(len(one) for one in self._alone)], default=0)
        self._heads = {one[0] for one in self._pairs}

    def __bool__(self) -> bool:
        return bool(self._alone)

    def scrub(self, text: str, *, alone: bool = False) -> str:
        """The text without these names: both names side by side in any order; ``alone``: either of them by itself too.

        A text without them is returned unchanged.
        """
        if not text or not self._alone:
            return text
        pieces = [
            (piece, match.start() + at, match.start() + at + len(word))
            for match in _TOKEN.finditer(text)
            for piece, word, at in _pieces(match.group())
        ]
        if not alone and self._heads.isdisjoint(piece for piece, _, _ in pieces):
            return text
        kept: list[str] = []
        done = at = 0
        while at < len(pieces):
            size = self._size(text, pieces, at, alone)
            if not size:
                at += 1
                continue
            start, end = pieces[at][1], pieces[at + size - 1][2]
            kept += [text[done:start], REMOVED]
            done = end
            at += size
        return "".join([*kept, text[done:]]) if kept else text

    def scrub_value(self, value: Any, *, alone: bool = False) -> Any:
        """:meth:`scrub` of every text inside a JSON value, keys included."""
        if isinstance(value, str):
            return self.scrub(value, alone=alone)
        if isinstance(value, list):
            return [self.scrub_value(one, alone=alone) for one in value]
        if isinstance(value, dict):
            return {self.scrub(key, alone=alone): self.scrub_value(one, alone=alone) for key, one in value.items()}
        return value

    def _size(self, text: str, pieces: list[tuple[str, int, int]], at: int, alone: bool) -> int:
        longest = self._longest if alone else self._longest_pair
        for size in range(min(longest, len(pieces) - at), 0, -1):
            run = tuple(piece for piece, _, _ in pieces[at : at + size])
            if run in self._pairs and self._is_close(text, pieces, at, size):
                return size
            if alone and run in self._alone:
                capital = text[pieces[at][1]].isupper()
                if capital or sum(map(len, run)) >= _SHORT:
                    return size
        return 0

    @staticmethod
    def _is_close(text: str, pieces: list[tuple[str, int, int]], at: int, size: int) -> bool:
        """Whether only spaces, commas and hyphens stand between the words (an underscore in the name of a file too)."""
        between = (
            text[one[2] : other[1]]
            for one, other in zip(pieces[at : at + size - 1], pieces[at + 1 : at + size], strict=True)
        )
        return all(not gap.strip(" \u00a0\u202f\t\n,-_'’.") for gap in between)


def _pieces(word: str) -> list[tuple[str, str, int]]:
    """A typed word cut at its hyphens and apostrophes: (folded, as typed, place)."""
    found = []
    for part in re.finditer(r"[^'’ʼ`-]+", word):
        found.append((_first(part.group()), part.group(), part.start()))
    return found


@lru_cache(maxsize=50_000)
def _first(part: str) -> str:
    """The part folded: a notebook says the same few thousand words over and over."""
    return next(iter(fold(part).split()), "")
