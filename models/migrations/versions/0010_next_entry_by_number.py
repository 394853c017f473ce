"""The guard that an entry of the history follows the one before it, by two look-ups instead of a reading of them all."""

from alembic import op

from models.migrations.guards import create_guards

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_GUARD = "guard_audit_entries_next"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER IF EXISTS {_GUARD} ON audit_entries")
        op.execute(f"DROP FUNCTION IF EXISTS {_GUARD}()")
    else:
        op.execute(f"DROP TRIGGER IF EXISTS {_GUARD}")
    create_guards(connection)
