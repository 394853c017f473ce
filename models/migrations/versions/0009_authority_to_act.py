"""Authority to act for a customer, and its withdrawal (CIR-05)."""

import sqlalchemy as sa
from alembic import op

import models.base
from models.migrations.guards import create_guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_AS = ("advocate", "solicitor", "adviser", "family", "member")
_BY = (
    "signed_consent",
    "letter_of_authority",
    "in_person",
    "power_of_attorney",
    "court_order",
    "parent",
    "for_a_constituent",
)
_SCOPES = ("all", "matter", "request")


def upgrade() -> None:
    op.create_table(
        "authorities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("representative_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("acts_as", sa.Enum(*_AS, name="actsas", native_enum=False, length=40), nullable=False),
        sa.Column("given_by", sa.Enum(*_BY, name="givenby", native_enum=False, length=40), nullable=False),
        sa.Column("scope", sa.Enum(*_SCOPES, name="scope", native_enum=False, length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(words)) > 0", name=op.f("ck_authorities_words_given")),
        sa.CheckConstraint("length(trim(recorded_by)) > 0", name=op.f("ck_authorities_recorded_by_given")),
        sa.CheckConstraint(
            "(representative_id IS NULL) = (length(trim(name)) > 0)", name=op.f("ck_authorities_somebody_acts")
        ),
        sa.CheckConstraint(
            "representative_id IS NULL OR representative_id <> customer_id", name=op.f("ck_authorities_two_people")
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_authorities_dates_run_forward")),
        sa.CheckConstraint("(scope = 'matter') = (issue_id IS NOT NULL)", name=op.f("ck_authorities_matter_named")),
        sa.CheckConstraint("(scope = 'request') = (request_id IS NOT NULL)", name=op.f("ck_authorities_request_named")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_authorities_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_authorities_customer_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_authorities_issue_id")),
        sa.ForeignKeyConstraint(["representative_id"], ["customers.id"], name=op.f("fk_authorities_representative_id")),
        sa.ForeignKeyConstraint(["request_id"], ["information_requests.id"], name=op.f("fk_authorities_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorities")),
    )
    op.create_index(op.f("ix_authorities_customer_id"), "authorities", ["customer_id"], unique=False)
    op.create_index(op.f("ix_authorities_representative_id"), "authorities", ["representative_id"], unique=False)
    op.create_table(
        "authority_withdrawals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(words)) > 0", name=op.f("ck_authority_withdrawals_words_given")),
        sa.CheckConstraint("length(trim(recorded_by)) > 0", name=op.f("ck_authority_withdrawals_recorded_by_given")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authorities.id"], name=op.f("fk_authority_withdrawals_authority_id")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_authority_withdrawals_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_withdrawals")),
        sa.UniqueConstraint("authority_id", name=op.f("uq_authority_withdrawals_authority_id")),
    )
    create_guards(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("a council's record is not taken back")
