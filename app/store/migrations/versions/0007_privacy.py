"""Offers, introductions, directory, retention and access."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

from app.store.migrations.columns import record_columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("beneficiary", schema=None) as batch_op:
        batch_op.add_column(sa.Column("anonymised_on", sa.Date(), nullable=True))
        batch_op.create_index(
            "ix_beneficiary_last_met",
            ["anonymised_on", "last_contact_on", "organisation_id", "created_at", "id"],
            unique=False,
        )
    op.create_table(
        "job_offer",
        *record_columns(),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("company_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lot_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("trade_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("weekly_hours", sa.Integer(), nullable=True),
        sa.Column("contract_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("apply_before", sa.Date(), nullable=True),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contact_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_job_offer_company_id_company")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_job_offer_contact_id_contact")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_job_offer_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_offer")),
    )
    with op.batch_alter_table("job_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_offer_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_offer_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_offer_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_offer_state"), ["state"], unique=False)

    op.create_table(
        "insertion_structure",
        *record_columns(),
        sa.Column("siret", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sort_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("activity_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("abilities", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("postcode", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("town", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insertion_structure")),
    )
    with op.batch_alter_table("insertion_structure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_insertion_structure_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_insertion_structure_siret"), ["siret"], unique=False)
        batch_op.create_index(batch_op.f("ix_insertion_structure_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "hidden_phrase",
        *record_columns(),
        sa.Column("phrase_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["phrase_id"], ["phrase.id"], name=op.f("fk_hidden_phrase_phrase_id_phrase")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hidden_phrase")),
    )
    with op.batch_alter_table("hidden_phrase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hidden_phrase_phrase_id"), ["phrase_id"], unique=False)

    op.create_table(
        "introduction",
        *record_columns(),
        sa.Column("offer_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("prescriber_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("prescriber_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("presented_on", sa.Date(), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("presentation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_introduction_beneficiary_id_beneficiary")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["job_offer.id"], name=op.f("fk_introduction_offer_id_job_offer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
    )
    with op.batch_alter_table("introduction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_introduction_beneficiary_id"), ["beneficiary_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_introduction_offer_id"), ["offer_id"], unique=False)

    op.create_table(
        "retention_decision",
        *record_columns(),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_retention_decision_beneficiary_id_beneficiary")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_decision")),
    )
    with op.batch_alter_table("retention_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retention_decision_beneficiary_id"), ["beneficiary_id"], unique=False)
