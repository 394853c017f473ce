"""Prints, by which like letters are found; indexes for what one message asks of a long log.

Prints are made of words by the classifiers, which no migration knows: of contacts that are there already the program
makes them after this (`evenhand upgrade`, `bot.triage.backlog`), and `print_backlog` says how far it is.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.guards import create_guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BACKLOG = """INSERT INTO print_backlog (id, last_contact, done_to)
 SELECT 1, max(id), 0 FROM contacts HAVING max(id) IS NOT NULL"""


def upgrade() -> None:
    op.create_table(
        "prints",
        sa.Column("print", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contact_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_prints_contact_id")),
        sa.PrimaryKeyConstraint("print", "day", "contact_id", name=op.f("pk_prints")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "print_backlog",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_contact", sa.Integer(), nullable=False),
        sa.Column("done_to", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_print_backlog_is_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_backlog")),
    )
    op.execute(_BACKLOG)
    # How a matter stands is read of all its contacts, the final answers first of all.
    op.drop_index(op.f("ix_contacts_issue_id"), table_name="contacts")
    op.create_index(
        op.f("ix_contacts_issue_id_contacts_final_answer_contacts_at"), "contacts", ["issue_id", "final_answer", "at"]
    )
    # Of a common surname the names are looked through, without the records.
    op.drop_index(op.f("ix_customers_surname"), table_name="customers")
    op.create_index(op.f("ix_customers_surname_customers_name"), "customers", ["surname", "name"], unique=False)
    op.add_column("contact_points", sa.Column("domain", sa.Text(), server_default="", nullable=False))
    place = "instr(value, '@')" if op.get_bind().dialect.name == "sqlite" else "strpos(value, '@')"
    op.execute(f"UPDATE contact_points SET domain = substr(value, {place} + 1) WHERE kind = 'email'")
    op.create_index(op.f("ix_contact_points_domain"), "contact_points", ["domain"], unique=False)
    create_guards(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("a council's record is not taken back")
