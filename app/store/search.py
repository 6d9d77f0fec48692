"""Full-text search over people, companies, operations and visits: accent-blind, any word order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.store.notebook import Notebook


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One record found. ``kind`` is the table's name; ``title`` and ``subtitle`` are shown as they are."""

    kind: str
    record_id: str
    title: str
    subtitle: str


_FIND = text(
    """SELECT d.kind, d.record_id, d.title, d.subtitle FROM search_fts f JOIN search_doc d ON d.docid = f.rowid
       WHERE search_fts MATCH :match ORDER BY bm25(search_fts, 8.0, 1.0), d.weight DESC LIMIT :limit"""
)
_FIND_KIND = text(
    """SELECT d.kind, d.record_id, d.title, d.subtitle FROM search_fts f JOIN search_doc d ON d.docid = f.rowid
       WHERE search_fts MATCH :match AND d.kind = :kind
       ORDER BY bm25(search_fts, 8.0, 1.0), d.weight DESC LIMIT :limit"""
)


def match_expression(terms: Sequence[str]) -> str:
    """The FTS5 expression for folded terms: all of them in any order, or all written together.

    One letter alone begins a word of the title (nearly every record holds a word that begins with it), one digit
    alone is a whole word (« 7 », the file number): what a first key press finds stays small at any volume.
    """
    words = [term.replace('"', "") for term in terms if term.replace('"', "")]
    if not words:
        return ""
    if len(words) == 1 and len(words[0]) == 1:
        return f'"{words[0]}"' if words[0].isdigit() else f'title : "{words[0]}"*'
    apart = " AND ".join(f'"{word}"*' for word in words)
    return f'({apart}) OR "{"".join(words)}"*' if len(words) > 1 else apart


def find(notebook: Notebook, terms: Sequence[str], *, kind: str = "", limit: int = 8) -> list[SearchHit]:
    """Records that hold all ``terms`` (folded words, e.g. ``rules.search_text.query_terms``), best first."""
    match = match_expression(terms)
    if not match:
        return []
    with notebook.read() as connection:
        if kind:
            rows = connection.execute(_FIND_KIND, {"match": match, "limit": limit, "kind": kind})
        else:
            rows = connection.execute(_FIND, {"match": match, "limit": limit})
        return [SearchHit(*row) for row in rows]
