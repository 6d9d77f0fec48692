"""Triggers that note every written field, generated from the models (SYNC.md §2).

Whatever writes (services, imports, bulk SQL), each changed field of a synchronised table leaves, in
the transaction of the write itself:

* in ``_dirty``: (table, id, field, value before the first unsent change, base sequence, time): what is to be sent;
  a new row leaves one line with an empty field name;
* in ``_history``: (table, id, field, before, after, who, when): what people read.

A physical DELETE is refused: deletion is the field ``deleted_at``. Capture is switched off inside the
transaction of « apply » (received rows) and of the bulk load of a demonstration, through ``_ctl``.
"""

from __future__ import annotations

from typing import Any

from app.models.base import Record, kind_of, table_of
from app.rules.derived import derived_fields

BOOKKEEPING = """
CREATE TABLE IF NOT EXISTS _ctl (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _row (
  tbl TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, scope TEXT NOT NULL DEFAULT '', hash TEXT,
  PRIMARY KEY (tbl, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_row_stale ON _row (tbl, id) WHERE seq = -1;
CREATE INDEX IF NOT EXISTS ix_row_gone ON _row (tbl, id) WHERE scope = '';
CREATE INDEX IF NOT EXISTS ix_row_awaited ON _row (tbl, id) WHERE scope = '?';
CREATE TABLE IF NOT EXISTS _dirty (
  tbl TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, old, base INTEGER NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (tbl, id, field)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _history (
  n INTEGER PRIMARY KEY, tbl TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, before, after,
  author TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ix_history_record ON _history (tbl, id, n);
CREATE TABLE IF NOT EXISTS _draft (
  place TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _access (
  n INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, act TEXT NOT NULL,
  author TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ix_access_record ON _access (kind, id, n);
CREATE TABLE IF NOT EXISTS _erased (id TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _batch (
  k INTEGER PRIMARY KEY, device TEXT NOT NULL, n INTEGER NOT NULL, body BLOB NOT NULL, sha TEXT NOT NULL,
  records INTEGER NOT NULL, sealed_at TEXT NOT NULL, answered_at TEXT, receipt TEXT);
CREATE TABLE IF NOT EXISTS _shadow (
  tbl TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, value, base INTEGER NOT NULL,
  PRIMARY KEY (tbl, id, field)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _inbox (k INTEGER PRIMARY KEY, last_n INTEGER NOT NULL, page BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS _cursor (
  scope TEXT PRIMARY KEY, applied TEXT NOT NULL DEFAULT '', received TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _digest (
  scope TEXT NOT NULL, tbl TEXT NOT NULL, count INTEGER NOT NULL, sum TEXT NOT NULL,
  PRIMARY KEY (scope, tbl)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _held (
  id TEXT PRIMARY KEY, tbl TEXT NOT NULL, record TEXT NOT NULL, code TEXT NOT NULL, body TEXT NOT NULL,
  at TEXT NOT NULL, state TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _file (
  sha256 TEXT PRIMARY KEY, there INTEGER NOT NULL, part BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _journal (
  k INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, counts TEXT NOT NULL, problem TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _journal_act (
  k INTEGER NOT NULL, author TEXT NOT NULL, verb TEXT NOT NULL, tbl TEXT NOT NULL, count INTEGER NOT NULL,
  records TEXT NOT NULL, PRIMARY KEY (k, author, verb, tbl)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _file_left (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _file_owed (id TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (id, sha256)) WITHOUT ROWID;
INSERT OR IGNORE INTO _ctl VALUES ('capture', 'on'), ('author', '');
"""

# ``updated_at`` is local knowledge: sent, it would make every two edits of a row a conflict.
_NOT_SENT = frozenset({"id", "updated_at"})
_NOT_HISTORY = frozenset({"created_at", "created_by"})
_ON = "(SELECT value FROM _ctl WHERE name = 'capture') = 'on'"
_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
_BASE = "coalesce((SELECT seq FROM _row WHERE tbl = '{tbl}' AND id = NEW.id), 0)"


def sent_fields(model: type[Record]) -> list[str]:
    """The columns of a table that travel: neither the id, nor what is local, nor what others decide."""
    apart = _NOT_SENT | derived_fields(kind_of(model))
    return [column.name for column in table_of(model).columns if column.name not in apart]


def triggers_of(model: type[Record]) -> dict[str, str]:
    """The capture triggers of one table: name → SQL text."""
    tbl = kind_of(model)
    base = _BASE.format(tbl=tbl)
    fields = sent_fields(model)
    dirty = "\n  UNION ALL ".join(
        f'SELECT \'{tbl}\', NEW.id, \'{name}\', OLD."{name}", {base}, {_NOW} WHERE OLD."{name}" IS NOT NEW."{name}"'
        for name in fields
    )
    history = "\n  UNION ALL ".join(
        f"SELECT '{tbl}', NEW.id, '{name}', OLD.\"{name}\", NEW.\"{name}\", "
        f'(SELECT value FROM _ctl WHERE name = \'author\'), {_NOW} WHERE OLD."{name}" IS NOT NEW."{name}"'
        for name in fields
        if name not in _NOT_HISTORY
    )
    return {
        f"capture_{tbl}_insert": f"""CREATE TRIGGER capture_{tbl}_insert AFTER INSERT ON "{tbl}" WHEN {_ON} BEGIN
  INSERT INTO _dirty SELECT '{tbl}', NEW.id, '', NULL, {base}, {_NOW} WHERE true
  ON CONFLICT (tbl, id, field) DO UPDATE SET at = excluded.at;
  INSERT INTO _history (tbl, id, field, before, after, author, at)
  SELECT '{tbl}', NEW.id, '', NULL, NULL, (SELECT value FROM _ctl WHERE name = 'author'), {_NOW};
END""",
        f"capture_{tbl}_update": f"""CREATE TRIGGER capture_{tbl}_update AFTER UPDATE ON "{tbl}" WHEN {_ON} BEGIN
  INSERT INTO _dirty SELECT * FROM (
  {dirty}
  ) WHERE true ON CONFLICT (tbl, id, field) DO UPDATE SET at = excluded.at;
  INSERT INTO _history (tbl, id, field, before, after, author, at)
  {history};
END""",
        f"capture_{tbl}_id": f"""CREATE TRIGGER capture_{tbl}_id BEFORE UPDATE OF id ON "{tbl}"
WHEN {_ON} AND OLD.id IS NOT NEW.id BEGIN
  SELECT RAISE(ABORT, 'an id never changes');
END""",
        f"capture_{tbl}_delete": f"""CREATE TRIGGER capture_{tbl}_delete BEFORE DELETE ON "{tbl}" WHEN {_ON} BEGIN
  SELECT RAISE(ABORT, 'deletion is a field: set deleted_at');
END""",
    }


def install(raw: Any, wanted: dict[str, str], prefix: str) -> int:
    """Make the installed triggers whose name starts with ``prefix`` equal to ``wanted``; how many were replaced.

    ``raw`` is a driver connection inside a transaction. Called at each start: a trigger
    whose text differs from the generated one is replaced.
    """
    installed = dict(
        raw.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE ? ESCAPE '\\'",
            (prefix.replace("_", "\\_") + "%",),
        ).fetchall()
    )
    replaced = 0
    for name in installed.keys() - wanted.keys():
        raw.execute(f'DROP TRIGGER "{name}"')
        replaced += 1
    for name, sql in wanted.items():
        if installed.get(name) != sql:
            raw.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            raw.execute(sql)
            replaced += 1
    return replaced
