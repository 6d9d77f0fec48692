"""The same window as the visits'."""

from __future__ import annotations

from tests.ui.visits.conftest import desk

__all__ = ["desk"]
