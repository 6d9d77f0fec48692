"""Alembic's environment: always on the connection that the program gives, batch mode, no own transaction."""

from __future__ import annotations

from alembic import context

from app.models.registry import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=False,
)
context.run_migrations()
