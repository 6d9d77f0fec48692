"""What the notebook holds of the paper that hours were typed from: the company's files saved as hours, the documents of
its statement. A file itself is not kept, only what it wrote; a document is (``store.attachments``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, func, or_, select, type_coerce

from app.models.attachments import Attachment
from app.models.base import table_of
from app.models.choices import Recipient
from app.models.documents import IssuedDocument
from app.models.hours import HourLine, MonthlyStatement
from app.models.imports import TimesheetImport
from app.store.notebook import Notebook

_attachment, _issued, _import = table_of(Attachment), table_of(IssuedDocument), table_of(TimesheetImport)
_line, _statement = table_of(HourLine), table_of(MonthlyStatement)


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file of the company saved as hours of the month, and not taken back. ``figure``: the hundredths that it gave
    for the line, or the total printed on it for the statement; ``None`` when it gave none.
    """

    file_name: str
    company_id: str
    saved_at: dt.datetime
    figure: int | None


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document of the statement. ``issued``: made here when the month was attested, the organisation's own copy."""

    name: str
    media_type: str
    sha256: str
    added_at: dt.datetime
    issued: bool


def papers_of(notebook: Notebook, kind: str, record_id: str) -> tuple[list[SavedFile], list[KeptDocument]]:
    """The papers of the month of an ``hour_line`` or a ``monthly_statement``, the latest first."""
    with notebook.read() as connection:
        statement = _statement_of(connection, kind, record_id)
        if statement is None:
            return [], []
        return _files(connection, statement, record_id), _documents(connection, statement.id)


def _statement_of(connection: Connection, kind: str, record_id: str) -> Any:
    wanted: Any = record_id
    if kind == "hour_line":
        wanted = select(_line.c.statement_id).where(_line.c.id == record_id).scalar_subquery()
    return connection.execute(select(_statement).where(_statement.c.id == wanted)).first()


def _files(connection: Connection, statement: Any, record_id: str) -> list[SavedFile]:
    c = _import.c
    # an agency's file fills in lines of the company where its people work
    about = or_(c.company_id == statement.company_id, func.instr(type_coerce(c.written, String), f'"{record_id}"') > 0)
    rows = connection.execute(
        select(c.file_name, c.company_id, c.created_at, c.written)
        .where(c.organisation_id == statement.organisation_id, c.deleted_at.is_(None), c.undone_on.is_(None))
        .where(c.months.contains(statement.month), about)
        .order_by(c.created_at.desc(), c.id)
    )
    return [SavedFile(row.file_name, row.company_id, row.created_at, _figure(row.written, record_id)) for row in rows]


def _figure(written: Mapping[str, Any], record_id: str) -> int | None:
    """As ``hours.imports.taking_back`` keeps it: lines [id, contract, month, hours…], statements [id, …, declared]."""
    for line in written.get("lines", ()):
        if line[0] == record_id:
            return int(line[3])
    for one in written.get("statements", ()):
        if one[0] == record_id and len(one) > 3 and one[3] is not None:
            return int(one[3])
    return None


def _documents(connection: Connection, statement_id: str) -> list[KeptDocument]:
    c = _attachment.c
    rows = connection.execute(
        select(c.name, c.media_type, c.sha256, c.created_at, _issued.c.id.label("issued"))
        .select_from(_attachment.outerjoin(_issued, _issued.c.attachment_id == c.id))
        .where(c.owner_kind == "monthly_statement", c.owner_id == statement_id, c.deleted_at.is_(None), c.sha256 != "")
        .where(or_(_issued.c.id.is_(None), _issued.c.recipient == Recipient.FILE))  # the company's copy says no more
        .order_by(c.created_at.desc(), c.id)
    )
    return [KeptDocument(row.name, row.media_type, row.sha256, row.created_at, bool(row.issued)) for row in rows]
