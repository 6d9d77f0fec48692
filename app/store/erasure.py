"""Erasing people for good: their own fields, their names wherever they were typed, every trace of the former values.

What counts stays (sex, age band, qualification, town, publics, contracts, hours, dates), so that no figure moves.
What goes: the person's own fields, the free texts about them, their names in what others wrote (visits, reasons,
captions, names of files), the documents issued with their name and the photos taken of them; and in the bookkeeping the
values before and after (history, marks to be sent, sealed batches, conflicts), the drafts, the search index.

An erasure is a set of ordinary, captured writes, so that it travels as any edit does; the ``RetentionDecision`` that
goes with it tells the others to erase their own traces (SYNC.md §7.17). ``finish`` gives the freed pages back and folds
the journal in: until it has run once, the notebook remembers that it must.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Connection, Date, DateTime, String, TypeDecorator, or_, select, text

from app.models.base import kind_of, table_of
from app.models.beneficiaries import Beneficiary
from app.models.choices import ConflictChoice, RetentionChoice
from app.models.privacy import RetentionDecision
from app.models.registry import models
from app.rules.eligibility import age_band_on
from app.rules.erasure import (
    ANONYMISED_NAME,
    EMPTIED_WHOLE,
    FREE_TEXTS,
    OWN_FIELDS,
    REMOVED,
    UNNAMED,
    Names,
    asks_a_figure,
)
from app.rules.french import sort_key
from app.store import file_exchange
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.store.search_index import rebuild
from app.store.unit import Unit

PENDING = "erasure_pending"
"""Control of the notebook: an erasure was written and its traces not yet swept."""


@dataclass(slots=True)
class Erased:
    """What an erasure did."""

    people: int = 0
    records: int = 0


def erase_people(unit: Unit, ids: Iterable[str], day: dt.date, *, reason: str = "", months: int = 0) -> Erased:
    """Erase these people inside an open unit; those erased already are passed over.

    Raises nothing by itself: rights and reasons are the service's. Call :func:`finish` once committed.
    """
    connection = unit.connection
    done = Erased()
    people = _targets(connection, ids)
    if not people:
        return done
    done.people = len(people)
    names = _known_names(connection)
    contacts = {row["id"]: row["last_contact_on"] for row in people}
    related = _related(connection, names)
    _freeze_ages(connection)
    contents = _remove_files(connection, related)
    _empty_own(connection, day)
    _settle_conflicts(connection, related["conflict"])
    _scrub_related(connection, related, names)
    everybody = Names(one for known in names.values() for one in known)
    _scrub_everywhere(connection, everybody)
    _forget_values(connection, related, everybody, contents)
    decided = set(
        connection.exec_driver_sql(
            "SELECT beneficiary_id FROM retention_decision WHERE decision = ? AND deleted_at IS NULL",
            (RetentionChoice.ANONYMISED.value,),
        ).scalars()
    )
    for one in names.keys() - decided:
        unit.insert(
            RetentionDecision,
            {
                "beneficiary_id": one,
                "decision": RetentionChoice.ANONYMISED,
                "decided_on": day,
                "last_contact_on": contacts[one],
                "months": months,
                "reason": reason,
            },
        )
    connection.exec_driver_sql(
        "INSERT INTO _erased SELECT id, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM _erasing WHERE true "
        "ON CONFLICT DO NOTHING"
    )
    unit.touch("beneficiary", names)
    done.records = sum(len(rows) for rows in related.values())
    connection.exec_driver_sql(
        "INSERT INTO _ctl VALUES (?, '1') ON CONFLICT (name) DO UPDATE SET value = '1'", (PENDING,)
    )
    connection.exec_driver_sql("DROP TABLE _erasing")
    return done


def finish(notebook: Notebook, files: AttachmentFiles) -> None:
    """After the commit: remove the sealed files, make the index again, give the freed pages back, fold the journal in.

    Harmless when repeated. Nothing of what was erased is left in the file afterwards.
    """
    raw = notebook.raw
    file_exchange.remove_left(raw, files.remove)
    raw.execute("BEGIN IMMEDIATE")
    try:
        rebuild(raw)
        raw.execute("COMMIT")
    except BaseException:
        raw.execute("ROLLBACK")
        raise
    raw.execute("VACUUM")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.execute("DELETE FROM _ctl WHERE name = ?", (PENDING,))


def is_pending(notebook: Notebook) -> bool:
    """Whether an erasure was cut before its end: :func:`finish` is to be called."""
    return notebook.get_control(PENDING) == "1"


def erased_here(notebook: Notebook) -> set[str]:
    """The people that this notebook erased."""
    return {one for (one,) in notebook.raw.execute("SELECT id FROM _erased")}


def to_repeat(notebook: Notebook, ledger: Iterable[str]) -> list[str]:
    """People whose erasure was decided (ledger, decision received) and whose traces stand here: a restored copy, or
    a decision that came with the exchange. The notebook itself remembers whom it erased (``_erased``).
    """
    with notebook.read() as connection:
        decided = set(
            connection.execute(
                text(
                    "SELECT r.beneficiary_id FROM retention_decision r WHERE r.decision = :made "
                    "AND r.deleted_at IS NULL AND r.beneficiary_id NOT IN (SELECT id FROM _erased)"
                ),
                {"made": RetentionChoice.ANONYMISED.value},
            ).scalars()
        )
        kept = list(dict.fromkeys(ledger))
        for start in range(0, len(kept), 500):
            some = kept[start : start + 500]
            holders = ", ".join("?" for _ in some)
            decided |= set(
                connection.exec_driver_sql(
                    f"SELECT id FROM beneficiary WHERE id IN ({holders}) AND id NOT IN (SELECT id FROM _erased)",
                    tuple(some),
                ).scalars()
            )
    return sorted(decided)


# --- whom and what -------------------------------------------------------------------------


def _targets(connection: Connection, ids: Iterable[str]) -> Sequence[Any]:
    """The people to erase, with the files merged into theirs, kept in the temporary table ``_erasing``."""
    connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS _erasing (id TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.exec_driver_sql("DELETE FROM _erasing")
    given = [(one,) for one in dict.fromkeys(ids)]
    if given:
        connection.exec_driver_sql("INSERT INTO _erasing VALUES (?)", given)
    if "absorbed_into_id" in table_of(Beneficiary).c:
        connection.exec_driver_sql(
            """WITH RECURSIVE merged (id) AS (SELECT id FROM _erasing
               UNION SELECT b.id FROM beneficiary b JOIN merged m ON b.absorbed_into_id = m.id)
               INSERT INTO _erasing SELECT id FROM merged WHERE true ON CONFLICT DO NOTHING"""
        )
    connection.exec_driver_sql(
        "DELETE FROM _erasing WHERE id NOT IN (SELECT id FROM beneficiary) OR id IN (SELECT id FROM _erased)"
    )
    person = table_of(Beneficiary).c
    found = connection.execute(
        select(person.id, person.last_contact_on).where(text("beneficiary.id IN (SELECT id FROM _erasing)"))
    )
    return list(found.mappings())


def _known_names(connection: Connection) -> dict[str, list[tuple[str, str, str]]]:
    """The names each person has, and those the history still tells (an erasure received has emptied the record)."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    rows = connection.exec_driver_sql(
        "SELECT id, last_name, first_name, birth_name FROM beneficiary WHERE id IN (SELECT id FROM _erasing)"
    )
    present = {row[0]: (row[1], row[2], row[3]) for row in rows}
    former: dict[str, dict[str, set[str]]] = {}
    for record, name, before, after in connection.exec_driver_sql(
        "SELECT id, field, before, after FROM _history WHERE tbl = 'beneficiary' AND id IN (SELECT id FROM _erasing) "
        "AND field IN ('last_name', 'first_name', 'birth_name')"
    ):
        former.setdefault(record, {}).setdefault(name, set()).update(one for one in (before, after) if one)
    for record, (last, first, birth) in present.items():
        told = former.get(record, {})
        lasts = {last, *told.get("last_name", ()), *told.get("birth_name", ())} - {ANONYMISED_NAME, ""}
        firsts = {first, *told.get("first_name", ())} - {""}
        found[record] = [(one, other, birth) for one in lasts or {""} for other in firsts or {""}]
    return found


Related = dict[str, dict[str, set[str]]]
"""Table → record id → people it is about."""


def _related(connection: Connection, people: Iterable[str]) -> Related:
    """Every record about these people: theirs, those of their contracts, the visits where they were met.

    Found by the foreign keys of the tables, so that a table made later is not forgotten.
    """
    found: Related = {"beneficiary": {one: {one} for one in people}}

    def add(kind: str, query: str) -> None:
        rows = found.setdefault(kind, {})
        for record, person in connection.exec_driver_sql(query):
            rows.setdefault(record, set()).add(person)

    keys = _foreign_keys()
    for kind, name, parent in keys:
        if parent == "beneficiary":
            add(kind, f'SELECT id, "{name}" FROM "{kind}" WHERE "{name}" IN (SELECT id FROM _erasing)')
    for kind, name, parent in keys:
        if parent == "employment_contract" and kind != "attendance":
            add(
                kind,
                f'SELECT t.id, c.beneficiary_id FROM "{kind}" t JOIN employment_contract c ON c.id = t."{name}" '
                "WHERE c.beneficiary_id IN (SELECT id FROM _erasing)",
            )
    met = "SELECT DISTINCT visit_id, beneficiary_id FROM attendance WHERE beneficiary_id IN (SELECT id FROM _erasing)"
    add("visit", met)
    for kind, name, parent in keys:
        if parent == "visit" and kind != "attendance":
            add(kind, f'SELECT t.id, m.beneficiary_id FROM "{kind}" t JOIN ({met}) m ON m.visit_id = t."{name}"')
    paid = (
        "SELECT DISTINCT h.statement_id, c.beneficiary_id FROM hour_line h JOIN employment_contract c "
        "ON c.id = h.contract_id WHERE c.beneficiary_id IN (SELECT id FROM _erasing)"
    )
    add("monthly_statement", paid)
    owners = " UNION ALL ".join(
        (
            f"SELECT 'visit' AS kind, visit_id AS owner, beneficiary_id AS person FROM ({met})",
            f"SELECT 'monthly_statement', statement_id, beneficiary_id FROM ({paid})",
            "SELECT 'beneficiary', id, id FROM _erasing",
            "SELECT 'employment_contract', id, beneficiary_id FROM employment_contract "
            "WHERE beneficiary_id IN (SELECT id FROM _erasing)",
        )
    )
    add("attachment", f"SELECT a.id, o.person FROM attachment a JOIN ({owners}) o ON o.owner = a.owner_id")
    add("issued_document", f"SELECT d.id, o.person FROM issued_document d JOIN ({owners}) o ON o.owner = d.record_id")
    disputed: dict[str, set[str]] = {}
    for record, kind, about in connection.exec_driver_sql("SELECT id, kind, record_id FROM conflict"):
        if about in found.get(kind, {}):
            disputed[record] = found[kind][about]
    found["conflict"] = disputed
    return found


def _foreign_keys() -> list[tuple[str, str, str]]:
    """(table, column, table it points at) of every synchronised table."""
    return [
        (kind_of(model), column.name, key.column.table.name)
        for model in models()
        for column in table_of(model).columns
        for key in column.foreign_keys
    ]


# --- what counts is kept, what names is emptied ------------------------------------------------


def _freeze_ages(connection: Connection) -> None:
    """The age band of a period that had none is computed while the birth date is still there."""
    table = table_of(Beneficiary)
    rows = connection.execute(
        text(
            """SELECT p.id, p.start_on, b.birth_date FROM clause_period p JOIN beneficiary b ON b.id = p.beneficiary_id
               WHERE b.id IN (SELECT id FROM _erasing) AND p.age_band = 'unknown' AND b.birth_date IS NOT NULL"""
        ).columns(start_on=table.c.birth_date.type, birth_date=table.c.birth_date.type)
    ).all()
    for period, start, birth in rows:
        connection.exec_driver_sql(
            "UPDATE clause_period SET age_band = ? WHERE id = ?", (age_band_on(birth, start).value, period)
        )


def _remove_files(connection: Connection, related: Related) -> set[str]:
    """Documents issued about the person and photos of a finding about them lose their content: see ``finish``.

    Answers those (SHA-256) that no record names any more.
    """
    connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS _leaving (id TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.exec_driver_sql("DELETE FROM _leaving")
    documents = [(one,) for one in related.get("issued_document", {})]
    if documents:
        connection.exec_driver_sql("INSERT INTO _leaving VALUES (?)", documents)
        connection.exec_driver_sql(
            """DELETE FROM _leaving WHERE id NOT IN (SELECT id FROM issued_document WHERE attachment_id IS NOT NULL)"""
        )
    gone = connection.exec_driver_sql(
        """SELECT a.id, a.sha256 FROM attachment a WHERE a.sha256 <> '' AND (
             a.id IN (SELECT attachment_id FROM issued_document WHERE id IN (SELECT id FROM _leaving))
             OR a.observation_id IN (SELECT id FROM observation WHERE beneficiary_id IN (SELECT id FROM _erasing))
             OR (a.owner_kind = 'beneficiary' AND a.owner_id IN (SELECT id FROM _erasing)))"""
    ).all()
    now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
    for attachment, _sha256 in gone:
        connection.exec_driver_sql(
            f"UPDATE attachment SET sha256 = '', name = '', caption = '', size = 0, "
            f"deleted_at = coalesce(deleted_at, {now}) WHERE id = ?",
            (attachment,),
        )
    connection.exec_driver_sql("DROP TABLE _leaving")
    contents = {sha256 for _, sha256 in gone}
    file_exchange.note_left(connection.exec_driver_sql, contents)
    named = set(connection.exec_driver_sql("SELECT DISTINCT sha256 FROM attachment").scalars())
    return contents - named


def _empty_own(connection: Connection, day: dt.date) -> None:
    known = {kind_of(model): table_of(model) for model in models()}
    keys = [(kind, name) for kind, name, parent in _foreign_keys() if parent == "beneficiary"]
    for kind, name in [("beneficiary", "id"), *keys]:
        emptied = dict(OWN_FIELDS.get(kind, {}))
        if kind in EMPTIED_WHOLE:
            emptied |= {one.name: {} if isinstance(one.type, JSON) else "" for one in _texts(known[kind])}
        if not emptied:
            continue
        if kind == "beneficiary":
            emptied |= {"sort_name": sort_key(ANONYMISED_NAME), "anonymised_on": day}
        table = known[kind]
        values = {key: value for key, value in emptied.items() if key in table.c}
        connection.execute(
            table.update().where(text(f'"{kind}"."{name}" IN (SELECT id FROM _erasing)')).values(**values)
        )
    connection.exec_driver_sql(
        "UPDATE beneficiary SET archived_on = coalesce(archived_on, ?) WHERE id IN (SELECT id FROM _erasing)",
        (day.isoformat(),),
    )


def _settle_conflicts(connection: Connection, ids: Iterable[str]) -> None:
    """Values kept beside a record about the people go, and nobody is asked to choose between them any more.

    Hours and dates stay: which of two figures is on the paper is still to be said.
    """
    about = {row[0]: (row[1], row[2]) for row in connection.exec_driver_sql("SELECT id, kind, field FROM conflict")}
    rows = [(ConflictChoice.SHOWN.value, one) for one in ids if not asks_a_figure(*about[one])]
    if rows:
        connection.exec_driver_sql(
            "UPDATE conflict SET before = 'null', shown = 'null', other = 'null', "
            "decision = CASE decision WHEN '' THEN ? ELSE decision END WHERE id = ?",
            rows,
        )


def _plain_type(column: Any) -> Any:
    """The type a column has in the file, under what SQLModel wraps it in."""
    kind = column.type
    return kind.impl if isinstance(kind, TypeDecorator) else kind


def _texts(table: Any) -> list[Any]:
    """The columns of a table where a name may stand."""
    return [
        one
        for one in table.columns
        if isinstance(_plain_type(one), String | JSON) and one.name not in UNNAMED and not one.foreign_keys
    ]


def _scrub_related(connection: Connection, related: Related, names: Mapping[str, list[tuple[str, str, str]]]) -> None:
    """Take the names out of the records about the people: either name alone where a free text stands."""
    known = {kind_of(model): model for model in models()}
    for kind, rows in related.items():
        if kind == "beneficiary" or kind not in known:
            continue
        table = table_of(known[kind])
        columns = _texts(table)
        if not columns or not rows:
            continue
        for record in _rows(connection, table, columns, rows):
            of_record = Names(one for person in rows[record["id"]] for one in names[person])
            _write(connection, table, record, columns, of_record, alone=True)


def _rows(connection: Connection, table: Any, columns: Sequence[Any], ids: Iterable[str]) -> Iterable[Any]:
    wanted = list(ids)
    for start in range(0, len(wanted), 500):
        yield from (
            connection.execute(
                table.select()
                .with_only_columns(table.c.id, *columns)
                .where(table.c.id.in_(wanted[start : start + 500]))
            )
            .mappings()
            .all()
        )


def _write(
    connection: Connection, table: Any, record: Mapping[Any, Any], columns: Sequence[Any], names: Names, *, alone: bool
) -> None:
    changed: dict[str, Any] = {}
    for column in columns:
        value = record[column.name]
        if isinstance(column.type, JSON):
            scrubbed = names.scrub_value(value, alone=alone)
        else:
            scrubbed = names.scrub(value or "", alone=alone and column.name in FREE_TEXTS)
        if scrubbed != (value if isinstance(column.type, JSON) else value or ""):
            changed[column.name] = scrubbed
    if "signer_name" in changed:
        changed |= {"signer_name": ANONYMISED_NAME, "strokes": []}
    if changed:
        connection.execute(table.update().where(table.c.id == record["id"]).values(**changed))


def _scrub_everywhere(connection: Connection, names: Names) -> None:
    """Both names side by side, in any text of the notebook: somebody may have named a person anywhere."""
    for model in models():
        table = table_of(model)
        for column in _texts(table):
            marks = "% %", "%\\_%", "%-%" if column.name in FREE_TEXTS else "% %"
            spaced = or_(*(column.cast(String).like(mark, escape="\\") for mark in marks))
            rows = connection.execute(table.select().with_only_columns(table.c.id, column).where(spaced)).mappings()
            for record in rows.all():
                _write(connection, table, record, [column], names, alone=False)


# --- the traces of the former values -----------------------------------------------------------


def _forget_values(connection: Connection, related: Related, everybody: Names, contents: set[str]) -> None:
    """History and marks keep who, when and which field; the values of the records about the people go."""
    connection.exec_driver_sql(
        "CREATE TEMP TABLE IF NOT EXISTS _about (tbl TEXT, id TEXT, PRIMARY KEY (tbl, id)) WITHOUT ROWID"
    )
    connection.exec_driver_sql("DELETE FROM _about")
    pairs = [(kind, record) for kind, rows in related.items() for record in rows]
    connection.exec_driver_sql("INSERT INTO _about VALUES (?, ?)", pairs)
    telling = FREE_TEXTS.union(*(names for kind, names in OWN_FIELDS.items() if kind != "beneficiary"))
    fields = ", ".join(f"'{one}'" for one in sorted(telling))
    about = "(tbl, id) IN (SELECT tbl, id FROM _about)"
    named = f"({about} AND (field IN ({fields}) OR tbl = 'beneficiary'))"
    connection.exec_driver_sql(f"UPDATE _history SET before = NULL, after = NULL WHERE {named} AND field <> ''")
    _forget_former(connection, named)
    for kind, record, name in connection.exec_driver_sql(f"SELECT tbl, id, field FROM _shadow WHERE {named}").all():
        # What would show again, were the change refused, is what stands now: emptied.
        connection.exec_driver_sql(
            f'UPDATE _shadow SET value = (SELECT "{name}" FROM "{kind}" WHERE id = ?2) '
            "WHERE tbl = ?1 AND id = ?2 AND field = ?3",
            (kind, record, name),
        )
    connection.exec_driver_sql("DROP TABLE _about")
    for table, column, left in _ELSEWHERE:
        key = "n" if table == "_history" else "tbl, id, field" if column in ("old", "value") else "id"
        rows = connection.exec_driver_sql(
            f"SELECT {column}, {key} FROM {table} WHERE typeof({column}) = 'text' AND {column} GLOB '*[ _-]*'"
        ).all()
        match = " AND ".join(f"{one} = ?" for one in key.split(", "))
        wrong = [
            (_nobodys(*row[1::2]) if table == "_dirty" else everybody.scrub(row[0]) if left else None, *row[1:])
            for row in rows
            if _names(everybody, row[0])
        ]
        if wrong:
            connection.exec_driver_sql(f"UPDATE {table} SET {column} = ? WHERE {match}", wrong)
    _forget_typing(connection, everybody, related)
    _redact_batches(connection, everybody, related, contents)
    _redact_held(connection, everybody, related, contents)


_ELSEWHERE = (
    ("_history", "before", False),
    ("_history", "after", False),
    ("_dirty", "old", True),
    ("_shadow", "value", True),
    ("_held", "body", True),
)
"""Where others' records may still name an erased person: table, column, whether the rest of the text stays."""


def _names(everybody: Names, value: str) -> bool:
    return everybody.scrub(value) != value


def _nobodys(kind: str, field_name: str) -> Any:
    """A former value that is nobody's and no present one's, ``None`` for a figure: an edit taken back would not be
    sent, so that a name left out of a text must not stand in its mark as the text itself does."""
    column = _columns().get((kind, field_name))
    if column is None:
        return None
    column_type = _plain_type(column)
    if isinstance(column_type, DateTime):
        return "1900-01-01 00:00:00.000000"
    if isinstance(column_type, Date):
        return "1900-01-01"
    if isinstance(column_type, JSON):
        return json.dumps(REMOVED)
    return REMOVED if isinstance(column_type, String) else None


def _forget_former(connection: Connection, named: str) -> None:
    """Marks keep no former value of the people's own."""
    for kind, field_name in connection.exec_driver_sql(f"SELECT DISTINCT tbl, field FROM _dirty WHERE {named}").all():
        former = _nobodys(kind, field_name)
        if former is None:
            continue
        connection.exec_driver_sql(
            f"UPDATE _dirty SET old = ? WHERE {named} AND tbl = ? AND field = ?", (former, kind, field_name)
        )


def _columns() -> dict[tuple[str, str], Any]:
    return {(kind_of(model), one.name): one for model in models() for one in table_of(model).columns}


def _forget_typing(connection: Connection, names: Names, related: Related) -> None:
    """Drafts typed about these people, or that name one."""
    about = {record for kind in ("beneficiary", "visit") for record in related.get(kind, {})}
    gone = [
        (place,)
        for place, title, typed in connection.exec_driver_sql("SELECT place, title, text FROM _draft").all()
        if not about.isdisjoint(place.split("/")) or names.scrub(f"{title} {typed}", alone=True) != f"{title} {typed}"
    ]
    if gone:
        connection.exec_driver_sql("DELETE FROM _draft WHERE place = ?", gone)


def _redact_batches(connection: Connection, names: Names, related: Related, contents: set[str]) -> None:
    """Sealed batches lose what tells of the people: their operations stay, so that every other change still goes.

    One that was answered keeps the hash by which the server knows it: with another it would look like a copy's.
    """
    for key, body, answered in connection.exec_driver_sql(
        "SELECT rowid, body, answered_at IS NOT NULL FROM _batch"
    ).all():
        try:
            content = json.loads(body)
        except (ValueError, UnicodeDecodeError):
            continue
        operations = content.get("operations") if isinstance(content, dict) else None
        if sum(_redact(one, names, related, contents) for one in operations or []):
            kept = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
            connection.exec_driver_sql("UPDATE _batch SET body = ? WHERE rowid = ?", (kept, key))
            if not answered:
                seal = hashlib.sha256(kept).hexdigest()
                connection.exec_driver_sql("UPDATE _batch SET sha = ? WHERE rowid = ?", (seal, key))


def _redact_held(connection: Connection, names: Names, related: Related, contents: set[str]) -> None:
    """So do the changes set aside: hours and dates refused once may still be offered again."""
    for key, body in connection.exec_driver_sql("SELECT id, body FROM _held").all():
        operation = json.loads(body)
        if _redact(operation, names, related, contents):
            kept = json.dumps(operation, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            connection.exec_driver_sql("UPDATE _held SET body = ? WHERE id = ?", (kept, key))


def _redact(operation: dict[str, Any], names: Names, related: Related, contents: set[str]) -> bool:
    """Take out of one operation what an erasure takes out of its record, the contents that leave too; whether anything
    was."""
    kind, fields = operation.get("table", ""), operation.get("fields", {})
    about = operation.get("id", "") in related.get(kind, {})
    photo = kind == "attachment" and fields.get("owner_kind") == "beneficiary"
    touched = False
    for name, value in list(fields.items()):
        if kind == "attachment" and name == "sha256" and (value[0] if isinstance(value, list) else value) in contents:
            fields[name] = _emptied(kind, name, value)
        elif about and photo and name in ("name", "caption"):
            fields[name] = ""
        elif about and value and (name in OWN_FIELDS.get(kind, {}) or _is_emptied_whole(kind, name)):
            fields[name] = _emptied(kind, name, value)
        else:
            fields[name] = names.scrub_value(value, alone=about and name in FREE_TEXTS)
        touched = touched or fields[name] != value
    return touched


def _is_emptied_whole(kind: str, name: str) -> bool:
    return kind in EMPTIED_WHOLE and any(
        one.name == name for model in models() if kind_of(model) == kind for one in _texts(table_of(model))
    )


def _emptied(kind: str, name: str, value: Any) -> Any:
    """The value of an emptied field on the wire: alone in an insert, ``[value, base, at, former]`` in an update."""
    edited = isinstance(value, list) and len(value) == 4
    blank = OWN_FIELDS.get(kind, {}).get(name, {} if isinstance(value[0] if edited else value, dict) else "")
    if edited:
        return [blank, value[1], value[2], None]
    return blank
