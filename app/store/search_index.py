"""The full-text index over people, companies, operations and visits, kept by triggers.

``search_doc`` holds one line per record, kept by triggers on the tables (so that nothing that writes can
forget it); ``search_fts`` indexes it. Deleted records leave the index. The expressions below say which words find
which record; names written together (« de schamps » → ``deschamps``) and every even ending of a phone number
are words too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DDL = """
CREATE TABLE IF NOT EXISTS search_doc (
  docid INTEGER PRIMARY KEY, kind TEXT NOT NULL, record_id TEXT NOT NULL, title TEXT NOT NULL,
  subtitle TEXT NOT NULL, words TEXT NOT NULL, weight TEXT NOT NULL DEFAULT '');
CREATE UNIQUE INDEX IF NOT EXISTS ux_search_doc_record ON search_doc (kind, record_id);
CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(
  title, words, content='search_doc', content_rowid='docid', prefix='1 2 3 4',
  tokenize="unicode61 remove_diacritics 2");
"""


@dataclass(frozen=True, slots=True)
class _Indexed:
    title: str
    subtitle: str
    words: str
    weight: str = "''"
    only: str = "true"
    """Which records are indexed, besides those in the bin."""
    parents: tuple[tuple[str, str], ...] = ()
    """(table, foreign key here): when the parent changes, the documents of its children are made again."""


def _joined(expression: str) -> str:
    """« SAINT-ANGE O’BRIEN » → « SAINTANGE OBRIEN »."""
    for character in ("'-'", "''''", "'’'"):
        expression = f"replace({expression}, {character}, '')"
    return expression


def _glued(expression: str) -> str:
    """« de SCHAMPS » → « deSCHAMPS »."""
    return f"replace({_joined(expression)}, ' ', '')"


_LETTERS = {
    "œŒ": "oe", "æÆ": "ae", "øØ": "o", "łŁ": "l", "đĐ": "d", "ðÐ": "d", "ı": "i", "þÞ": "th", "ßẞ": "ss",
}  # fmt: skip
"""Letters that the index keeps and ``rules.french.fold`` writes otherwise: « Sœren » is found by « soeren »."""


def _folded(expression: str) -> str:
    """The words once more, in plain letters, only for those that hold such a letter."""
    plain = expression
    for letters, written in _LETTERS.items():
        for one in letters:
            plain = f"replace({plain}, '{one}', '{written}')"
    return f"(CASE WHEN {plain} <> {expression} THEN ' ' || {plain} ELSE '' END)"


def _phone(name: str) -> str:
    digits = f"replace(replace(replace({name}, ' ', ''), '.', ''), '+33', '0')"
    endings = " || ' ' || ".join(f"substr({digits}, {start})" for start in (1, 3, 5, 7, 9))
    return f"({endings})"


_ABSORBED = (
    "coalesce((SELECT group_concat(A.file_number || ' ' || ltrim(substr(A.file_number, -4), '0') || ' ' || A.last_name "
    "|| ' ' || A.birth_name, ' ') FROM beneficiary A WHERE A.absorbed_into_id = R.id OR A.absorbed_into_id IN "
    "(SELECT id FROM beneficiary WHERE absorbed_into_id = R.id)), '')"
)
"""Numbers and names of the files that a person's file absorbed, to the second merge: they still find the person."""

_TABLES: dict[str, _Indexed] = {
    "beneficiary": _Indexed(
        title="R.last_name || ' ' || R.first_name",
        subtitle="trim(R.file_number || ' · ' || R.town, ' ·')",
        words="R.birth_name || ' ' || R.file_number || ' ' || R.town || ' ' || "
        + _joined("R.last_name || ' ' || R.first_name")
        + " || ' ' || "
        + _glued("R.last_name")
        + " || ' ' || "
        + _glued("R.last_name || R.first_name")
        + " || ' ' || "
        + _glued("R.first_name")
        + " || ' ' || "
        + _phone("R.phone")
        + " || ' ' || coalesce(strftime('%d%m%Y', R.birth_date), '') || ' ' "
        + "|| substr(R.file_number, -4) || ' ' || ltrim(substr(R.file_number, -4), '0') || ' ' || "
        + _ABSORBED
        + " || "
        + _folded("(R.last_name || ' ' || R.first_name || ' ' || R.birth_name)"),
        only="R.anonymised_on IS NULL",
    ),
    "company": _Indexed(
        title="R.name",
        subtitle="trim(R.town || ' · ' || R.siret, ' ·')",
        words=_joined("R.name")
        + " || ' ' || "
        + _glued("R.name")
        + " || ' ' || R.siret || ' ' || R.town || ' ' || "
        + _phone("R.phone"),
    ),
    "operation": _Indexed(
        title="R.name",
        subtitle="coalesce((SELECT name FROM buyer WHERE id = R.buyer_id), '')",
        words="R.reference || ' ' || R.town || ' ' || coalesce((SELECT name FROM buyer WHERE id = R.buyer_id), '')",
        parents=(("buyer", "buyer_id"),),
    ),
    "visit": _Indexed(
        title="R.number",
        subtitle="coalesce((SELECT name FROM company WHERE id = R.company_id), '') || ' · ' || "
        "strftime('%d/%m/%Y', R.planned_on)",
        words="coalesce((SELECT name FROM company WHERE id = R.company_id), '') || ' ' || "
        "coalesce((SELECT name FROM operation WHERE id = R.operation_id), '') || ' ' || R.summary "
        "|| ' ' || R.free_note "
        "|| ' ' || ltrim(substr(R.number, -4), '0') || ' ' || strftime('%d%m%Y', R.planned_on) || ' ' || "
        "coalesce((SELECT group_concat(text || ' ' || detail, ' ') FROM observation "
        "WHERE visit_id = R.id AND deleted_at IS NULL), '')",
        weight="R.planned_on",
        parents=(("company", "company_id"), ("operation", "operation_id")),
    ),
    "issued_document": _Indexed(
        title="R.number",
        subtitle="strftime('%d/%m/%Y', R.issued_at)",
        words="''",
        weight="R.issued_at",
    ),
}


def triggers() -> dict[str, str]:
    """The triggers that keep the index: name → SQL text."""
    made: dict[str, str] = {
        "search_doc_insert": "CREATE TRIGGER search_doc_insert AFTER INSERT ON search_doc BEGIN\n"
        "  INSERT INTO search_fts (rowid, title, words) VALUES (NEW.docid, NEW.title, NEW.words);\nEND",
        "search_doc_delete": "CREATE TRIGGER search_doc_delete AFTER DELETE ON search_doc BEGIN\n"
        "  INSERT INTO search_fts (search_fts, rowid, title, words) "
        "VALUES ('delete', OLD.docid, OLD.title, OLD.words);\nEND",
    }
    for tbl, doc in _TABLES.items():
        body = f"""  DELETE FROM search_doc WHERE kind = '{tbl}' AND record_id = NEW.id;
  {_select(tbl, doc, "R.id = NEW.id")};"""
        made[f"search_{tbl}_insert"] = f'CREATE TRIGGER search_{tbl}_insert AFTER INSERT ON "{tbl}" BEGIN\n{body}\nEND'
        made[f"search_{tbl}_update"] = f'CREATE TRIGGER search_{tbl}_update AFTER UPDATE ON "{tbl}" BEGIN\n{body}\nEND'
        made[f"search_{tbl}_delete"] = (
            f'CREATE TRIGGER search_{tbl}_delete AFTER DELETE ON "{tbl}" BEGIN\n'
            f"  DELETE FROM search_doc WHERE kind = '{tbl}' AND record_id = OLD.id;\nEND"
        )
        for parent, key in doc.parents:
            made[f"search_{tbl}_of_{parent}"] = (
                f'CREATE TRIGGER search_{tbl}_of_{parent} AFTER UPDATE OF name ON "{parent}" BEGIN\n'
                f"  DELETE FROM search_doc WHERE kind = '{tbl}' AND record_id IN "
                f'(SELECT id FROM "{tbl}" WHERE {key} = NEW.id);\n'
                f"  {_select(tbl, doc, f'R.{key} = NEW.id')};\nEND"
            )
    for event, condition in (
        ("INSERT", "NEW.absorbed_into_id > ''"),
        ("UPDATE", "NEW.absorbed_into_id > '' OR OLD.absorbed_into_id > ''"),
    ):
        files = ["NEW.absorbed_into_id", "(SELECT absorbed_into_id FROM beneficiary WHERE id = NEW.absorbed_into_id)"]
        files += ["OLD.absorbed_into_id"] if event == "UPDATE" else []
        held = f"IN ({', '.join(files)})"
        made[f"search_beneficiary_of_absorbed_{event.lower()}"] = (
            f"CREATE TRIGGER search_beneficiary_of_absorbed_{event.lower()} AFTER {event} ON beneficiary "
            f"WHEN {condition} BEGIN\n"
            f"  DELETE FROM search_doc WHERE kind = 'beneficiary' AND record_id {held};\n"
            f"  {_select('beneficiary', _TABLES['beneficiary'], f'R.id {held}')};\nEND"
        )
    for event in ("INSERT", "UPDATE"):
        made[f"search_visit_of_observation_{event.lower()}"] = (
            f"CREATE TRIGGER search_visit_of_observation_{event.lower()} AFTER {event} ON observation BEGIN\n"
            "  DELETE FROM search_doc WHERE kind = 'visit' AND record_id = NEW.visit_id;\n"
            f"  {_select('visit', _TABLES['visit'], 'R.id = NEW.visit_id')};\nEND"
        )
    return made


def _select(tbl: str, doc: _Indexed, where: str) -> str:
    return (
        f"INSERT INTO search_doc (kind, record_id, title, subtitle, words, weight) "
        f"SELECT '{tbl}', R.id, {doc.title}, {doc.subtitle}, {doc.words}, {doc.weight} FROM \"{tbl}\" R "
        f"WHERE {where} AND R.deleted_at IS NULL AND {doc.only}"
    )


def is_current(raw: Any) -> bool:
    """Whether the index of the file is made as this program makes it; else ``DDL`` and ``rebuild`` make it again."""
    row = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'search_fts'").fetchone()
    return row is not None and str(row[0]).replace("IF NOT EXISTS ", "") in DDL.replace("IF NOT EXISTS ", "")


def remake(raw: Any) -> None:
    """Make the index itself again, and fill it: the file was written by a program that indexed otherwise."""
    raw.execute("DROP TABLE IF EXISTS search_fts")
    for statement in DDL.split(";\n"):
        if statement.strip():
            raw.execute(statement)
    rebuild(raw)


def rebuild(raw: Any) -> None:
    """Make the whole index again from the tables (after a bulk load with the triggers dropped, or a repair)."""
    raw.execute("INSERT INTO search_fts (search_fts) VALUES ('delete-all')")
    raw.execute("DROP TRIGGER IF EXISTS search_doc_insert")
    raw.execute("DROP TRIGGER IF EXISTS search_doc_delete")
    raw.execute("DELETE FROM search_doc")
    for tbl, doc in _TABLES.items():
        raw.execute(_select(tbl, doc, "true"))
    raw.execute("INSERT INTO search_fts (search_fts) VALUES ('rebuild')")
    for name in ("search_doc_insert", "search_doc_delete"):
        raw.execute(triggers()[name])
