"""Rulings on single findings, kept as labelled examples; and thresholds that a person set."""

import sqlalchemy as sa
from alembic import op

import models.base
from models.migrations.guards import create_guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What was ruled on flags before this version is an example too, as far as the flag knows its finding.
_FROM_FLAGS = """INSERT INTO finding_rulings (finding_id, outcome, "by", at, right_label, reason, ruling_id)
 SELECT f.finding_id, r.outcome, r."by", r.at, '', r.reason, r.id FROM rulings r JOIN flags f ON f.id = r.flag_id
 WHERE f.finding_id IS NOT NULL AND r.outcome IN ('agree', 'overrule') ORDER BY r.id"""


def upgrade() -> None:
    op.create_table(
        "finding_rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("agree", "overrule", "attest", name="outcome", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("right_label", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ruling_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("outcome IN ('agree', 'overrule')", name=op.f("ck_finding_rulings_outcome")),
        sa.CheckConstraint(
            "outcome <> 'overrule' OR length(trim(reason)) > 0", name=op.f("ck_finding_rulings_overrule_has_reason")
        ),
        sa.CheckConstraint('length(trim("by")) > 0', name=op.f("ck_finding_rulings_by_somebody")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_finding_rulings_finding_id")),
        sa.ForeignKeyConstraint(["ruling_id"], ["rulings.id"], name=op.f("fk_finding_rulings_ruling_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_rulings")),
    )
    op.create_index(op.f("ix_finding_rulings_finding_id"), "finding_rulings", ["finding_id"], unique=False)
    op.create_table(
        "set_thresholds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("at_least", sa.Double(), nullable=False),
        sa.Column("before", sa.Double(), nullable=False),
        sa.Column("ruled_hidden", sa.Integer(), nullable=False),
        sa.Column("upheld_hidden", sa.Integer(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at_least >= 0 AND at_least <= 1", name=op.f("ck_set_thresholds_is_a_score")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_set_thresholds_has_reason")),
        sa.CheckConstraint('length(trim("by")) > 0', name=op.f("ck_set_thresholds_by_somebody")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_thresholds")),
    )
    op.execute(_FROM_FLAGS)
    create_guards(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("a council's record is not taken back")
