"""The people: merges, milestones, exits, eligibility."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

from app.store.migrations.columns import record_columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(name: str, *, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=default)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=nullable)


def _person(table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["beneficiary.id"], name=op.f(f"fk_{table}_{name}_beneficiary"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{columns[0]}"), table, list(columns), unique=False)


def upgrade() -> None:
    op.add_column("beneficiary", _text("absorbed_into_id", default=""))
    _index("beneficiary", "absorbed_into_id")
    op.add_column("clause_period", _text("milestone_scheme", default=""))
    op.create_index(
        "ix_clause_period_ended",
        "clause_period",
        ["end_on", "organisation_id", "deleted_at", "beneficiary_id", "milestone_scheme"],
        unique=False,
    )
    op.create_table(
        "person_merge",
        *record_columns(),
        _text("kept_id"),
        _text("absorbed_id"),
        _instant("merged_at"),
        _text("merged_by"),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        _instant("undone_at", nullable=True),
        _person("person_merge", "kept_id"),
        _person("person_merge", "absorbed_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
    )
    _index("person_merge", "kept_id")
    _index("person_merge", "absorbed_id")
    op.create_table(
        "person_move",
        *record_columns(),
        _text("record_kind"),
        _text("record_id"),
        _text("origin_id"),
        _person("person_move", "origin_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_move")),
    )
    _index("person_move", "record_id")
    _index("person_move", "origin_id")
    op.create_table(
        "distinct_pair",
        *record_columns(),
        _text("first_id"),
        _text("second_id"),
        _person("distinct_pair", "first_id"),
        _person("distinct_pair", "second_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distinct_pair")),
    )
    op.create_index("ix_distinct_pair_both", "distinct_pair", ["first_id", "second_id", "deleted_at"], unique=False)
    for table, columns in (
        (
            "situation",
            (
                _text("state"),
                sa.Column("answered_on", sa.Date(), nullable=False),
                _text("employment"),
                sa.Column("start_on", sa.Date(), nullable=True),
                sa.Column("end_on", sa.Date(), nullable=True),
                sa.Column("part_time", sa.Boolean(), nullable=False),
            ),
        ),
        (
            "contact_attempt",
            (
                sa.Column("attempted_on", sa.Date(), nullable=False),
                _text("means"),
                _text("outcome"),
                _text("note"),
            ),
        ),
    ):
        op.create_table(
            table,
            *record_columns(),
            _text("beneficiary_id"),
            _text("period_id"),
            _text("milestone_code"),
            *columns,
            _person(table, "beneficiary_id"),
            sa.ForeignKeyConstraint(
                ["period_id"], ["clause_period.id"], name=op.f(f"fk_{table}_period_id_clause_period")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        _index(table, "beneficiary_id")
        _index(table, "period_id")
