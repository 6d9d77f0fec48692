"""The server's database: typed copies of every synchronised table, and what the exchange keeps beside them.

The **entries** (``sync_entry``) are the truth of the exchange: one line per record and scope, with the record's
values as they travel, who wrote each field last, and the sequence stamped last. A record that left a scope, or was
erased, keeps there a line without contents (``live`` 0). The **typed tables** carry the names and columns of the
models, for the network's own reporting tools; they are written with the entries in one transaction and can be made
again from them. They have no foreign key: parents are checked by the merge, ``check`` proves it, and one bad record
must stop nothing.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from app.models.registry import metadata
from app.rules.derived import derived_fields

own = MetaData()

BYTES = Text().with_variant(Text(collation="C"), "postgresql")
"""Text compared byte by byte on both databases: cursors and indexes go in this order."""
BIG = BigInteger().with_variant(Integer(), "sqlite")

space = Table(
    "sync_space",
    own,
    Column("id", Integer, primary_key=True),  # always 1: a database holds one network
    Column("network", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("wire", Text, nullable=False),
    Column("boots", BigInteger, nullable=False),
    Column("lease_days", Integer, nullable=False),
)
epoch = Table(
    "sync_epoch",
    own,
    Column("ordinal", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
tag = Table(
    "sync_tag",
    own,
    Column("seq", BIG, primary_key=True),
    Column("tag", Text, nullable=False),
)
entry = Table(
    "sync_entry",
    own,
    # The id first: PostgreSQL would read all of a table to find five hundred ids of it, having no statistics yet.
    Column("id", BYTES, primary_key=True),
    Column("tbl", BYTES, primary_key=True),
    Column("scope", BYTES, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("live", Integer, nullable=False),
    Column("hash", BigInteger, nullable=False),
    Column("clocks", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_sync_entry_scope", "scope", "seq", "tbl", "id"),
    sqlite_with_rowid=False,  # a record is found and written in one tree, not in an index and then a table
)
tally = Table(
    "sync_tally",
    own,
    Column("scope", BYTES, primary_key=True),
    Column("tbl", BYTES, primary_key=True),
    Column("rows", BigInteger, nullable=False),
    Column("total", Text, nullable=False),  # 16 hexadecimal digits: a sum modulo 2^64
)
account = Table(
    "sync_account",
    own,
    Column("name", BYTES, primary_key=True),
    Column("facilitator", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("disabled_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("blocked_until", DateTime(timezone=True)),
)
device = Table(
    "sync_device",
    own,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", BYTES, nullable=False, unique=True),
    Column("account", BYTES, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("platform", Text, nullable=False, default=""),
    Column("program", Text, nullable=False, default=""),
    Column("schema", Integer, nullable=False, default=0),
    Column("key", Text, nullable=False),
    Column("refresh", Text, nullable=False),
    Column("former_refresh", Text, nullable=False, default=""),
    Column("rolling", Text, nullable=False),
    Column("former_rolling", Text, nullable=False, default=""),
    Column("last_n", BigInteger, nullable=False, default=0),
    Column("last_sha256", Text, nullable=False, default=""),
    Column("offset_us", BigInteger, nullable=False, default=0),
    Column("pulled", BigInteger, nullable=False, default=0),
    Column("unsent", Integer, nullable=False, default=0),
    Column("enrolled_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("forked_from", Text, nullable=False, default=""),
    Column("restored", Integer, nullable=False, default=0),
    Column("revoked_at", DateTime(timezone=True)),
    Column("takes_work", Integer, nullable=False, default=0),
)
access = Table(
    "sync_access",
    own,
    Column("token", BYTES, primary_key=True),
    Column("device", Integer, nullable=False, index=True),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)
receipt = Table(
    "sync_receipt",
    own,
    Column("device", Integer, primary_key=True, autoincrement=False),
    Column("n", BIG, primary_key=True, autoincrement=False),
    Column("account", BYTES, nullable=False),
    Column("sha256", BYTES, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_sync_receipt_content", "account", "sha256"),
)
held = Table(
    "sync_held",
    own,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("device", Integer, nullable=False, index=True),
    Column("n", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("tbl", BYTES, nullable=False),
    Column("record_id", BYTES, nullable=False),
    Column("code", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("scope", BYTES, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("offset_us", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("waits_tbl", BYTES, nullable=False, default=""),
    Column("waits_id", BYTES, nullable=False, default=""),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("settled_at", DateTime(timezone=True)),
    Index("ix_sync_held_waits", "waits_tbl", "waits_id"),
    Index("ix_sync_held_record", "tbl", "record_id"),
)
erased = Table(
    "sync_erased",
    own,
    Column("tbl", BYTES, primary_key=True),
    Column("record_id", BYTES, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("whole", Integer, nullable=False),  # 1: nothing is left; 0: anonymised, figures stay
    Column("device", Integer, nullable=False),  # which ordered it: its own edits go on
    Column("at", DateTime(timezone=True), nullable=False),
)
blob = Table(
    "sync_file",
    own,
    Column("scope", BYTES, primary_key=True),
    Column("sha256", BYTES, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("complete", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
incident = Table(
    "sync_incident",
    own,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("device", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


_LOOKED_UP = {
    "attachment": ("sha256", "owner_id"),
    "issued_document": ("record_id",),
    "conflict": ("record_id",),
    "person_move": ("record_id",),
}
"""Columns that the server looks for besides those that name a parent."""


@cache
def typed() -> MetaData:
    """The synchronised tables as the server has them: 64-bit whole numbers (money in cents), no foreign key.

    Without the columns that others decide (``rules.derived``): they serve the sorting of lists on a laptop.
    Indexed by the columns that name a parent, which is what the merge looks for; reporting tools add their own.
    """
    made = MetaData()
    for table in metadata().sorted_tables:
        left_out = derived_fields(table.name)
        copy = Table(
            table.name,
            made,
            *(
                Column(
                    column.name,
                    BigInteger() if type(column.type) is Integer else column.type,
                    primary_key=column.primary_key,
                    nullable=column.nullable,
                )
                for column in table.columns
                if column.name not in left_out
            ),
        )
        parents = {column.name for column in table.columns if column.foreign_keys}
        for name in sorted(parents | set(_LOOKED_UP.get(table.name, ()))):
            Index(f"ix_{table.name}_{name}", copy.c[name])
    return made
