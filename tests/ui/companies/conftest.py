"""The same desk as for operations."""

from tests.ui.operations.conftest import desk, notebook, window

__all__ = ["desk", "notebook", "window"]
