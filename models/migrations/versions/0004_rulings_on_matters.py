"""What people rule on matters (named, moved, merged, finally answered), and on whose contact it is."""

import sqlalchemy as sa
from alembic import op

import models.base
from models.migrations.guards import create_guards

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ACTS = ("rename", "move", "merge", "unmerge", "final_answer", "not_final_answer")
_MATCHES = ("certain", "suggested", "unknown", "nobody")


def upgrade() -> None:
    # As SQL: SQLite adds a column with its foreign key in one statement only.
    op.execute(
        "ALTER TABLE issues ADD COLUMN merged_into_id INTEGER CONSTRAINT fk_issues_merged_into_id REFERENCES issues (id)"
    )
    op.create_index(op.f("ix_issues_merged_into_id"), "issues", ["merged_into_id"], unique=False)
    op.create_table(
        "matter_rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.Enum(*_ACTS, name="matteract", native_enum=False, length=40), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.CheckConstraint("act = 'rename' OR length(trim(reason)) > 0", name=op.f("ck_matter_rulings_has_reason")),
        sa.CheckConstraint('length(trim("by")) > 0', name=op.f("ck_matter_rulings_by_somebody")),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_matter_rulings_issue_id")),
        sa.ForeignKeyConstraint(["other_id"], ["issues.id"], name=op.f("fk_matter_rulings_other_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_matter_rulings_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_rulings")),
    )
    for column in ("issue_id", "other_id", "contact_id"):
        op.create_index(op.f(f"ix_matter_rulings_{column}"), "matter_rulings", [column], unique=False)
    op.create_table(
        "identity_rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("match_before", sa.Enum(*_MATCHES, name="match", native_enum=False, length=40), nullable=False),
        sa.Column("reasons_before", sa.JSON(), nullable=False),
        sa.Column("issue_before", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_identity_rulings_has_reason")),
        sa.CheckConstraint('length(trim("by")) > 0', name=op.f("ck_identity_rulings_by_somebody")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_identity_rulings_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_identity_rulings_customer_id")),
        sa.ForeignKeyConstraint(["before_id"], ["customers.id"], name=op.f("fk_identity_rulings_before_id")),
        sa.ForeignKeyConstraint(["issue_before"], ["issues.id"], name=op.f("fk_identity_rulings_issue_before")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_rulings")),
    )
    for column in ("contact_id", "customer_id"):
        op.create_index(op.f(f"ix_identity_rulings_{column}"), "identity_rulings", [column], unique=False)
    create_guards(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("a council's record is not taken back")
