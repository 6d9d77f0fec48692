"""Full-text search over people, companies, operations and visits: accent-blind, any word order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, literal_column, select, text

from app.rules.transliteration import spellings_begun
from app.store.notebook import Notebook


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One record found. ``kind`` is the table's name; ``title`` and ``subtitle`` are shown as they are."""

    kind: str
    record_id: str
    title: str
    subtitle: str


IN_INDEX = "search_fts f CROSS JOIN search_doc d ON d.docid = f.rowid"
"""Where the index is read: the words first, whatever SQLite believes of its tables (``CROSS JOIN`` keeps the order).

Begun by the records, it judges the expression once for each of them: 52 s for 310 people of one name.
"""


def ids_held(kind: str, match: str) -> Any:
    """Ids of the records of a ``kind`` that hold an expression, for an ``IN``."""
    held: Any = select(literal_column("d.record_id")).select_from(text(IN_INDEX))
    return held.where(
        text("search_fts MATCH :match AND d.kind = :kind").bindparams(
            bindparam("match", match, unique=True), bindparam("kind", kind, unique=True)
        )
    )


# The latest written first, which the index gives without ranking: a first key press may match half the records.
_FIND = text(
    f"""SELECT d.kind, d.record_id, d.title, d.subtitle FROM {IN_INDEX}
       WHERE search_fts MATCH :match ORDER BY f.rowid DESC LIMIT :limit"""
)
_FIND_KIND = text(
    f"""SELECT d.kind, d.record_id, d.title, d.subtitle FROM {IN_INDEX}
       WHERE search_fts MATCH :match AND d.kind = :kind ORDER BY f.rowid DESC LIMIT :limit"""
)


def match_expression(terms: Sequence[str]) -> str:
    """The FTS5 expression for folded terms: all of them in any order, or all written together.

    One letter alone begins a word of the title (nearly every record holds a word that begins with it), one digit
    alone is a whole word (« 7 », the file number): what a first key press finds stays small at any volume. A name
    is found under its other spellings (« Mohamed », « Muhammad »).
    """
    words = _words(terms)
    if not words:
        return ""
    if len(words) == 1 and len(words[0]) == 1:
        return f'"{words[0]}"' if words[0].isdigit() else f'title : "{words[0]}"*'  # raw text
    apart = " AND ".join(_begun(word) for word in words)
    return f'({apart}) OR "{"".join(words)}"*' if len(words) > 1 else apart


def head_expression(terms: Sequence[str]) -> str:
    """The FTS5 expression for records whose title *begins* with one of the terms and that hold all the others."""
    words = _words(terms)
    found = []
    for rank, word in enumerate(words):
        others = [_begun(other) for at, other in enumerate(words) if at != rank]
        found.append(" AND ".join([f'(title : ^"{word}"*)', *others]))  # raw text
    return " OR ".join(f"({one})" for one in found)


def _words(terms: Sequence[str]) -> list[str]:
    return [plain for term in terms if (plain := term.replace('"', ""))]


def _begun(word: str) -> str:
    known = [f'"{one}"*' for one in (word, *spellings_begun(word))]
    return known[0] if len(known) == 1 else f"({' OR '.join(known)})"


def find(notebook: Notebook, terms: Sequence[str], *, kind: str = "", limit: int = 8) -> list[SearchHit]:
    """Records that hold all ``terms`` (folded words, e.g. ``rules.search_text.query_terms``), best first.

    Those whose title begins with a term come first, then those whose title holds them, then the others: « mart » is
    MARTIN Julie before « Plâtres Martel ».
    """
    match = match_expression(terms)
    if not match:
        return []
    query, chosen = (_FIND_KIND, {"kind": kind}) if kind else (_FIND, {})
    with notebook.read() as connection:
        hits: dict[str, SearchHit] = {}
        # a number is in no title but its own, and every person has a telephone: looked up in the words alone
        numbers = all(term[:1].isdigit() for term in terms)
        wider = (match,) if numbers else (head_expression(terms), f"title : ({match})", match)  # raw text
        for expression in wider:
            for row in connection.execute(query, {**chosen, "match": expression, "limit": limit}):
                hits.setdefault(row.record_id, SearchHit(*row))
            if len(hits) >= limit:
                break
        return list(hits.values())[:limit]
