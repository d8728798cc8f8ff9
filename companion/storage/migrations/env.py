"""Alembic's entry: runs the migrations on the engine that `companion.storage.migration` hands over."""

from alembic import context
from sqlmodel import SQLModel

import companion.records  # noqa: F401 - fills the metadata

with context.config.attributes["engine"].connect() as connection:
    # Batch mode: SQLite changes a table by making it anew.
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
