"""The phrases that every notebook is born with."""

from __future__ import annotations

from app.paths import resources
from app.store.notebook import Notebook
from app.store.phrases import load_phrases, read_phrases
from app.store.unit import Outcome


def seed_phrases(notebook: Notebook) -> Outcome:
    """Bring the shipped phrases into the notebook, at its creation and after an update. Idempotent; nothing to send."""
    return load_phrases(notebook, read_phrases(resources() / "reference" / "phrases.json"))
