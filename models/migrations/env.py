"""Alembic's way in. The connection is handed over by `models.migrations.upgrade`."""

from alembic import context

from models.records import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
