"""Running the migrations in process. The versions are known without importing Alembic (start-up time)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

HEAD = "0007"
"""Version of the schema that this program reads and writes."""

KNOWN = ("", "0001", "0003", "0004", "0005", "0006", "0007")
"""Versions this program can open (the empty one is a file just made); any other is newer."""


def upgrade(connection: Connection) -> None:
    """Bring the schema to ``HEAD`` inside the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
