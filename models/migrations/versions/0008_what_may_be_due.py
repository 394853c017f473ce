"""An index of the few contacts that came from somebody restricted and were not moved: what is due is asked so often."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bound = sa.text("restricted_by IS NOT NULL")
    op.create_index(
        op.f("ix_contacts_of_the_restricted"),
        "contacts",
        ["diverted", "restricted_by"],
        sqlite_where=bound,
        postgresql_where=bound,
    )


def downgrade() -> None:
    raise NotImplementedError("a council's record is not taken back")
