"""Two files of one person made one: who absorbed whom, where each record came from, who is known to be somebody else.

The order in which laptops say so never matters (``rules.merging``): ``Beneficiary.absorbed_into_id`` is the only
decision, what follows is computed from it and from ``PersonMove``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from app.models.base import Record


class PersonMerge(Record, table=True):
    """One merge, to be taken back during thirty days; id given by (absorbed, kept)."""

    kept_id: str = Field(foreign_key="beneficiary.id", index=True)
    absorbed_id: str = Field(foreign_key="beneficiary.id", index=True)
    merged_at: dt.datetime
    merged_by: str = ""
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Fields of the kept file that the merge changed, as they were; dates as ISO texts."""
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The same fields, as the merge wrote them."""
    undone_at: dt.datetime | None = None


class PersonMove(Record, table=True):
    """The file a record was written in before any merge; id given by (kind, record). It never changes."""

    record_kind: str
    record_id: str = Field(index=True)
    origin_id: str = Field(foreign_key="beneficiary.id", index=True)


class DistinctPair(Record, table=True):
    """« Ce sont deux personnes »: not asked again. Id given by both ids, the smaller first."""

    __table_args__ = (Index("ix_distinct_pair_both", "first_id", "second_id", "deleted_at"),)
    first_id: str = Field(foreign_key="beneficiary.id")
    second_id: str = Field(foreign_key="beneficiary.id")
