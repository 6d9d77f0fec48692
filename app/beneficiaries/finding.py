"""Finding people by what one remembers, and « Est-ce la même personne ? » (PRODUCT.md B1, B2, F2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from app.beneficiaries.records import Records
from app.beneficiaries.values import PersonHit, TypedPerson
from app.errors import InvalidInput
from app.rules import numbering
from app.rules.duplicates import CLOSE, Identity, Likeness, likely_same
from app.rules.french import capitalise_first
from app.rules.likely_people import beginnings_query, identities_of, index_queries
from app.rules.names import name_similarity
from app.rules.search_text import person_query, query_terms
from app.store import beneficiaries as people
from app.store import search

_READINGS = 4
WORTH_SHOWING = 60
"""Below, somebody who only shares a date or a few letters is not shown."""
_GATHERED = 120
"""Most records compared for one question: each index query is bounded."""


class Finding(Records):
    """Who is meant by a line typed, and who may be the same person."""

    def find(self, text: str, limit: int = 8) -> tuple[PersonHit, ...]:
        """People found by name, birth date, telephone or file number; then those whose name is only close.

        Accent-blind, any word order (PRODUCT.md F2, AC 22).
        """
        return self.understand(text, limit).hits

    def understand(self, text: str, limit: int = 8) -> TypedPerson:
        """What one line means, « Benoit Dechamps 12031988 », and who it may be: exact finds, then close ones."""
        self._require_sight("consulter les bénéficiaires")
        query = person_query(text, self._today)
        names = [one for one in query.words if not any(letter.isdigit() for letter in one)]
        identities = identities_of(names, query.birth_date)
        identity = identities[0] if identities else Identity("", "", birth_date=query.birth_date)
        birth = (f"{query.birth_date:%d%m}{query.birth_date.year:04d}",) if query.birth_date else ()
        terms = (*query_terms(" ".join(query.words)), *birth) if birth else query_terms(text)
        found: list[str] = []
        if terms:
            found = [hit.record_id for hit in search.find(self._notebook, terms, kind="beneficiary", limit=2 * limit)]
        with self._notebook.read() as connection:
            exact = self._by_number(connection, text) + found
            close = self._close(connection, identities) if len(names) > 1 or query.birth_date else []
            likeness = dict(close)
            asked = sorted((one for one in close if one[1].ask), key=lambda one: -one[1].score)
            near = sorted((one for one in close if not one[1].ask), key=lambda one: -one[1].score)
            order = [one for one, _ in asked] + exact
            if not order:
                order = [one for one, _ in near if likeness[one].score >= WORTH_SHOWING]
            if not order and len(names) == len(query.words) == 1 and len(names[0]) > 2:
                order = self._sounding(connection, names[0])
            rows = people.people_by_ids(connection, self._notebook.organisation_id, list(dict.fromkeys(order))[:limit])
            hits = self._hits(connection, rows, likeness, set(exact))
        return TypedPerson(
            _written_name(identity.last_name), _written_name(identity.first_name), query.birth_date, hits
        )

    def candidates(
        self,
        last_name: str,
        first_name: str,
        birth_date: dt.date | None = None,
        *,
        birth_name: str = "",
        phone: str = "",
        limit: int = 5,
    ) -> tuple[PersonHit, ...]:
        """People about whom « Est-ce la même personne ? » is worth asking, the likeliest first (PRODUCT.md B1, B2)."""
        identity = Identity(last_name, first_name, birth_name, birth_date, _digits(phone))
        with self._notebook.read() as connection:
            found = [one for one in self._close(connection, (identity,)) if one[1].ask]
            found.sort(key=lambda one: (-one[1].score, one[0]))
            ids = [one for one, _ in found[:limit]]
            rows = people.people_by_ids(connection, self._notebook.organisation_id, ids)
            return self._hits(connection, rows, dict(found), set())

    def _sounding(self, connection: people.Reader, word: str) -> list[str]:
        """People one of whose names is a slip or a sound away from the only word typed, the nearest first."""
        gathered = people.ids_matching(connection, beginnings_query(word), _GATHERED)
        scored: list[tuple[int, str]] = []
        for person_id, *parts in people.identities_of_ids(connection, self._notebook.organisation_id, gathered):
            names = [one for part in parts[:3] for one in (part, *part.split())]
            scored.append((max(name_similarity(word, one) for one in names if one), person_id))
        return [person_id for score, person_id in sorted(scored, key=lambda one: (-one[0], one[1])) if score >= CLOSE]

    def _by_number(self, connection: people.Reader, text: str) -> list[str]:
        try:
            number = numbering.parse_number(text, numbering.Series.BENEFICIARY)
        except InvalidInput:
            return []
        return people.ids_by_number(connection, self._notebook.organisation_id, str(number))

    def _close(self, connection: people.Reader, identities: Sequence[Identity]) -> list[tuple[str, Likeness]]:
        """People gathered from the index for these readings of a name, each with its best likeness."""
        ids: dict[str, None] = {}
        for identity in identities[:_READINGS]:
            for query in index_queries(identity):
                ids.update(dict.fromkeys(people.ids_matching(connection, query, _GATHERED)))
        found: list[tuple[str, Likeness]] = []
        gathered = list(ids)[: 3 * _GATHERED]
        rows = people.identities_of_ids(connection, self._notebook.organisation_id, gathered)
        for person_id, last, first, birth_name, birth, phone in rows:
            known = Identity(last, first, birth_name, birth, _digits(phone))
            found.append((person_id, max((_likeness(one, known) for one in identities[:_READINGS]), key=_best)))
        return found

    def _hits(
        self,
        connection: people.Reader,
        rows: Sequence[people.Row],
        likeness: Mapping[str, Likeness],
        exact: set[str],
    ) -> tuple[PersonHit, ...]:
        shown = people.contract_shown(connection, [row["id"] for row in rows], self._today)
        hits: list[PersonHit] = []
        for row in rows:
            like = likeness.get(row["id"])
            contract = shown.get(row["id"])
            hits.append(
                PersonHit(
                    row["id"],
                    row["file_number"],
                    row["last_name"],
                    row["first_name"],
                    row["birth_name"],
                    row["birth_date"],
                    row["town"],
                    row["phone"],
                    contract["company_name"] if contract else "",
                    row["archived_on"] is not None,
                    like.reason if like is not None and (like.ask or row["id"] not in exact) else "",
                    like is not None and like.ask,
                )
            )
        return tuple(hits)


def _likeness(typed: Identity, known: Identity) -> Likeness:
    """How alike, whichever name was typed first: a line of words says nothing of their order."""
    found = likely_same(typed, known)
    if found.ask and "inversés" in found.reason:
        turned = Identity(typed.first_name, typed.last_name, birth_date=typed.birth_date)
        return max(found, likely_same(turned, known), key=_best)
    return found


def _best(likeness: Likeness) -> tuple[bool, int, bool]:
    return likeness.ask, likeness.score, "inversés" not in likeness.reason


def _digits(phone: str) -> str:
    return "".join(one for one in phone if one.isdigit())


def _written_name(name: str) -> str:
    """« benoît » → « Benoît »; what holds a capital stays as typed."""
    if not name or any(one.isupper() for one in name):
        return name
    return "-".join(capitalise_first(part) for part in name.split("-"))
