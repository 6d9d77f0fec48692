"""What every synchronised record has, and the registry of the tables.

A table class does not validate when it is built (a property of SQLModel): entry goes
through a draft and ``app.rules``. Rows never leave the store; frozen values do.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, ClassVar

from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


class Record(SQLModel):
    """Columns common to every synchronised record.

    * ``id``: UUID text made by the client, or given by nature (SYNC.md §2);
    * ``organisation_id``: the owner, hence the scope; empty for what the whole network shares;
    * ``created_at``, ``updated_at``: aware UTC; ``created_by``: facilitator's id;
    * ``deleted_at``: deletion is a field; nothing is physically deleted.
    """

    shared: ClassVar[bool] = False
    """Whether the whole network sees the rows (companies, buyers, operations); else the organisation only."""

    id: str = Field(primary_key=True)
    organisation_id: str = ""
    created_at: dt.datetime
    created_by: str = ""
    updated_at: dt.datetime
    deleted_at: dt.datetime | None = None

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return _WORD.sub("_", cls.__name__).lower()


def kind_of(model: type[Record]) -> str:
    """Name of the table, which is also the kind in ``Changes``."""
    return str(model.__tablename__)


def table_of(model: type[SQLModel]) -> Any:
    """The table of a table class, for SQLAlchemy's expressions."""
    return model.__table__  # type: ignore[attr-defined]


def column(model: type[SQLModel], name: str) -> Any:
    """The column ``name`` of a table class, typed for SQLAlchemy's expressions."""
    return table_of(model).c[name]


def synchronised_models() -> list[type[Record]]:
    """Every synchronised table class, parents before children.

    Importing this module alone is not enough: see ``app.models.registry``.
    """
    order = {table.name: rank for rank, table in enumerate(SQLModel.metadata.sorted_tables)}
    found: list[type[Record]] = []
    pending: list[type[Record]] = [Record]
    while pending:
        for child in pending.pop().__subclasses__():
            pending.append(child)
            if hasattr(child, "__table__"):
                found.append(child)
    return sorted(found, key=lambda model: order[kind_of(model)])
