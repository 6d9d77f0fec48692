"""The columns that every synchronised record has (models/base.py), as the migrations write them.

Frozen: a change of these columns is a migration of its own, and this list stays what the migrations up to it made.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime


def record_columns() -> tuple[sa.Column[Any], ...]:
    """New columns for one table."""
    return (
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("organisation_id", AutoString(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", AutoString(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
    )
