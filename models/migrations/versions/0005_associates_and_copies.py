"""What officers rule on two customers who seem to act together; and which mail is a further copy of another."""

import sqlalchemy as sa
from alembic import op

import models.base
from models.migrations.guards import create_guards

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OUTCOMES = ("confirm", "reject")


def upgrade() -> None:
    op.create_table(
        "associate_rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome", sa.Enum(*_OUTCOMES, name="associateoutcome", native_enum=False, length=40), nullable=False
        ),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.CheckConstraint("customer_id <> other_id", name=op.f("ck_associate_rulings_two_people")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_associate_rulings_has_reason")),
        sa.CheckConstraint('length(trim("by")) > 0', name=op.f("ck_associate_rulings_by_somebody")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_associate_rulings_customer_id")),
        sa.ForeignKeyConstraint(["other_id"], ["customers.id"], name=op.f("fk_associate_rulings_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_associate_rulings")),
    )
    for column in ("customer_id", "other_id"):
        op.create_index(op.f(f"ix_associate_rulings_{column}"), "associate_rulings", [column], unique=False)
    op.create_table(
        "copies",
        sa.Column("contact_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("contact_id <> first_id", name=op.f("ck_copies_of_another")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_copies_contact_id")),
        sa.ForeignKeyConstraint(["first_id"], ["contacts.id"], name=op.f("fk_copies_first_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_copies")),
    )
    op.create_index(op.f("ix_copies_first_id"), "copies", ["first_id"], unique=False)
    create_guards(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("a council's record is not taken back")
