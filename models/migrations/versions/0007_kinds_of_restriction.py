"""Every kind of restriction, and its terms in words: what was decided before stays as it was, to the byte."""

import sqlalchemy as sa
from alembic import op

from models.migrations.guards import create_guards

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BEFORE = "id, decision_id, customer_id, measure, starts_on, ends_on, review_on"
_KINDS = (
    "email_block",
    "single_point_of_contact",
    "telephone_refusal",
    "no_further_correspondence",
    "written_only",
    "generic_inbox",
    "file_without_reply",
    "limited_calls",
    "limited_letters",
    "limited_premises",
    "discretionary_services",
    "external_body",
)
_NEED_TERMS = (
    "generic_inbox",
    "limited_calls",
    "limited_letters",
    "limited_premises",
    "discretionary_services",
    "external_body",
)


def _in(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


_KNOWN = f"measure IN ({_in(_KINDS)})"
_TERMS = f"measure NOT IN ({_in(_NEED_TERMS)}) OR length(trim(terms)) > 0"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        _widen()
    else:
        _rebuild(connection)
    create_guards(connection)


def _widen() -> None:
    op.add_column("decided_measures", sa.Column("terms", sa.Text(), server_default="", nullable=False))
    op.drop_constraint(op.f("ck_decided_measures_measure"), "decided_measures", type_="check")
    op.create_check_constraint(op.f("ck_decided_measures_measure"), "decided_measures", _KNOWN)
    op.create_check_constraint(op.f("ck_decided_measures_terms_where_needed"), "decided_measures", _TERMS)


def _rebuild(connection: sa.Connection) -> None:
    """SQLite changes no CHECK. The restrictions' foreign keys are counted as broken by the drop and as whole again by
    the rows that come back, all in the one transaction of the upgrade: one that stayed broken would refuse its commit.
    The table's triggers go with it, and `create_guards` makes them anew."""
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE decided_before AS SELECT {_BEFORE} FROM main.decided_measures")
    op.drop_table("decided_measures")
    _create()
    connection.exec_driver_sql(
        f"INSERT INTO main.decided_measures ({_BEFORE}) SELECT {_BEFORE} FROM temp.decided_before ORDER BY id"
    )
    connection.exec_driver_sql("DROP TABLE temp.decided_before")


def _create() -> None:
    op.create_table(
        "decided_measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.Enum(*_KINDS, name="measure", native_enum=False, length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("terms", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(_KNOWN, name=op.f("ck_decided_measures_measure")),
        sa.CheckConstraint(_TERMS, name=op.f("ck_decided_measures_terms_where_needed")),
        sa.CheckConstraint(
            "review_on > starts_on AND review_on <= ends_on", name=op.f("ck_decided_measures_review_within")
        ),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_decided_measures_dates_run_forward")),
        sa.ForeignKeyConstraint(
            ["decision_id", "customer_id"],
            ["decisions.id", "decisions.customer_id"],
            name=op.f("fk_decided_measures_decision_id_customer_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decided_measures")),
        sa.UniqueConstraint(
            "decision_id",
            "customer_id",
            "measure",
            "starts_on",
            "ends_on",
            name=op.f("uq_decided_measures_decision_id_customer_id_measure_starts_on_ends_on"),
        ),
        sa.UniqueConstraint("decision_id", "measure", name=op.f("uq_decided_measures_decision_id_measure")),
    )


def downgrade() -> None:
    raise NotImplementedError("a council's record is not taken back")
