"""What the palette understands: commands, records, and a verb before an object. Pure, without widgets."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.rules.french import fold
from app.ui.shell.actions import ACTIONS, BY_ID, Action, first_key, matches
from app.ui.shell.navigation import Location

MOST = 8
"""Never more results than this (PRODUCT.md §3.9)."""

PLACE_OF_KIND = {
    "beneficiary": "beneficiaries",
    "company": "companies",
    "operation": "operations",
    "lot": "operations",
    "visit": "visits",
    "statement": "hours",
}
"""Where a record of each kind is opened, unless its hit says otherwise."""

_VERBS = {
    "print": ("imprimer", "impression", "pdf"),
    "hours": ("heures", "heure", "saisir"),
    "visit": ("visite", "visiter"),
}
_SHORTEST_VERB = 3


class Group(enum.Enum):
    """Label of each group of results."""

    RECENT = "Récents"
    RECORDS = "Fiches"
    COMMANDS = "Commandes"


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found. ``kind`` is a table name (``"beneficiary"``…); ``location`` overrides where it opens."""

    kind: str
    id: str
    title: str
    subtitle: str = ""
    icon: str = ""
    location: Location | None = None

    def where(self) -> Location | None:
        """Where it opens, or ``None`` when no place shows this kind."""
        if self.location is not None:
            return self.location
        place = PLACE_OF_KIND.get(self.kind)
        return Location(place, (self.id,)) if place else None


Search = Callable[[str, Callable[[Sequence[Hit]], None]], None]
"""``search(text, answer)``: answers now or later, on the window's thread."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette: a command, a record, or a command given a record."""

    group: Group
    action: str = ""
    hit: Hit | None = None

    @property
    def title(self) -> str:
        """What is written."""
        if self.hit is None:
            return BY_ID[self.action].label
        if self.action:
            return f"{BY_ID[self.action].label}\u00a0: {self.hit.title}"
        return self.hit.title

    @property
    def subtitle(self) -> str:
        """Quieter words after the title."""
        return self.hit.subtitle if self.hit else ""

    @property
    def icon(self) -> str:
        """Name of its icon."""
        return (BY_ID[self.action].icon if self.action else "") or (self.hit.icon if self.hit else "")

    @property
    def keys(self) -> str:
        """Keys of the command, as read."""
        return first_key(self.action) if self.action and self.hit is None else ""

    @property
    def said(self) -> str:
        """What the screen reader says."""
        parts = (self.group.value, self.title, self.subtitle, self.keys)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Query:
    """A typed text, understood: words for the commands, text for the search, and perhaps a verb."""

    text: str
    words: tuple[str, ...]
    search: str
    verb: str = ""
    commands: bool = True
    records: bool = True
    kinds: tuple[str, ...] = ()


def understand(text: str, verb: str = "") -> Query:
    """Read what was typed. ``verb`` is given when the palette was opened for one action (Ctrl+H).

    ``>`` limits to commands, ``#`` to operations; « ? » shows the key sheet; otherwise a first word that begins a verb,
    followed by something, is that verb applied to the records found.
    """
    stripped = text.strip()
    words = tuple(fold(stripped).split())
    if verb:
        return Query(stripped, words, stripped, verb, commands=False, kinds=BY_ID[verb].target)
    if stripped.startswith(">"):
        return Query(stripped, words, "", records=False)
    if stripped.startswith("#"):
        return Query(stripped, words, stripped[1:].strip(), commands=False, kinds=("operation", "lot"))
    if stripped == "?":
        return Query(stripped, ("touches",), "", records=False)
    if len(words) > 1 and len(words[0]) >= _SHORTEST_VERB:
        for action_id, names in _VERBS.items():
            if any(name.startswith(words[0]) for name in names):
                rest = stripped.split(maxsplit=1)[1] if " " in stripped else ""
                return Query(stripped, words, rest, action_id, kinds=BY_ID[action_id].target)
    return Query(stripped, words, stripped)


def arrange(
    query: Query,
    hits: Iterable[Hit],
    recents: Sequence[Entry] = (),
    available: Callable[[Action], bool] = lambda _action: True,
) -> list[Entry]:
    """At most eight lines, by group: recent ones first, then records, then commands."""
    commands = [one for one in ACTIONS if one.palette and available(one)]
    if not query.text and not query.verb:
        recent = [Entry(Group.RECENT, one.action, one.hit) for one in recents][:5]
        usual = [Entry(Group.COMMANDS, one.id) for one in commands if one.keys]
        taken = {one.action for one in recent if one.hit is None}
        return (recent + [one for one in usual if one.action not in taken])[:MOST]
    found = list(hits) if query.records else []
    if query.kinds:
        found = [one for one in found if one.kind in query.kinds]
    known = {(one.hit.kind, one.hit.id): at for at, one in enumerate(recents) if one.hit is not None}
    found.sort(key=lambda one: known.get((one.kind, one.id), len(known)))
    records = [Entry(Group.RECORDS, query.verb, one) for one in found]
    matching = [Entry(Group.COMMANDS, one.id) for one in commands if matches(one, list(query.words))]
    if not query.commands or not query.words:
        matching = []
    if query.verb and records:
        matching = []
    kept = max(MOST - len(matching), MOST - 3)
    records = records[:kept]
    matching = matching[: MOST - len(records)]
    exact = [one for one in matching if _begins(one.title, query.words)]
    return (matching + records) if exact and not query.verb else (records + matching)


def _begins(title: str, words: Sequence[str]) -> bool:
    typed = " ".join(words)
    return len(typed) >= _SHORTEST_VERB and fold(title).startswith(typed)


class Recents:
    """What was opened last, the latest first; of this session only, so that nothing personal is written."""

    def __init__(self, most: int = 12) -> None:
        self._most = most
        self._entries: list[Entry] = []

    def note(self, entry: Entry) -> None:
        """Put ``entry`` first."""
        same = (entry.action, entry.hit.kind if entry.hit else "", entry.hit.id if entry.hit else "")
        self._entries = [
            one
            for one in self._entries
            if (one.action, one.hit.kind if one.hit else "", one.hit.id if one.hit else "") != same
        ]
        self._entries.insert(0, entry)
        del self._entries[self._most :]

    def entries(self) -> list[Entry]:
        """The latest first."""
        return list(self._entries)
