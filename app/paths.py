"""Where things lie: shipped resources (frozen or not) and the user's folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP_NAME = "InclusivTerrain"
NOTEBOOK_FILE = "notebook.db"
"""Name of the encrypted file in a data folder."""
ERASED_FILE = "erased.txt"
"""Ids of the people erased in this folder, so that a safety copy put back in its place is erased again."""
DEMONSTRATION_MARK = "DEMONSTRATION"
"""File that marks the folder of a demonstration, so that it is told before any key is asked."""
UNFINISHED_MARK = "DEMONSTRATION.making"
"""File that stands beside a demonstration being made, with its notebook's id: what a kill leaves is made again."""

WITHDRAWN_MARK = "WITHDRAWN"
"""File that stands while a notebook withdrawn by its network is being erased: what a kill leaves is erased after it."""


def resources() -> Path:
    """The folder of shipped data: beside ``app/`` in a checkout, inside the bundle when frozen."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parent.parent
    return root / "resources"


def default_data_dir() -> Path:
    """The folder of the user's notebook; ``INCLUSIV_DATA_DIR`` overrides it."""
    override = os.environ.get("INCLUSIV_DATA_DIR")
    if override:
        return Path(override)
    from platformdirs import user_data_path

    return user_data_path(APP_NAME, appauthor=False)


def demo_data_dir() -> Path:
    """The folder of the demonstration notebook: never the user's own."""
    return default_data_dir().with_name(default_data_dir().name + "-demo")
