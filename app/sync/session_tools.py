"""What a session is given, where it may be cut, how it may end, what it did."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.changes import Changes
from app.store.notebook import Notebook
from app.sync.api import Api
from app.sync.membership import Tokens
from app.sync.state import Problem, Progress

POINTS = (
    "session begins",
    "hello answered",
    "batches known",
    "sealed",
    "batch to send",
    "receipt received",
    "receipt settled",
    "page asked",
    "page received",
    "page kept",
    "pages complete",
    "being applied",
    "applied",
    "digests compared",
    "file to exchange",
    "session ends",
)
"""Where a session may be cut, in its order."""


def no_hook(_point: str) -> None:
    """Nothing is done at the points."""


class StopHere(Exception):
    """The session ends here, for a reason to tell."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class ToErase(Exception):
    """The server withdrew this notebook, and its signature proves it."""


@dataclass
class Tools:
    """What a session needs from outside."""

    api: Api
    tokens: Tokens
    store: Callable[[Callable[[Notebook], Any]], Any]
    """Does a piece of work with the open notebook on the store thread, and answers its result."""
    password: Callable[[], str | None] = lambda: None
    """The user's password when it can be had without asking the person now."""
    wait: Callable[[float], None] = lambda _: None
    store_rest: Callable[[], float] = lambda: math.inf
    """Seconds since somebody last asked something of the store thread, 0 while somebody waits."""
    draw: Callable[[], float] = random.random
    leave: Callable[[Any], None] = lambda _session: None
    """Sends, before an erasure that wants the work, the contents that the server lacks; given the session."""
    hook: Callable[[str], None] = no_hook
    progress: Callable[[Progress], None] = lambda _: None
    cancelled: Callable[[], bool] = lambda: False


@dataclass
class Done:
    """What a session did so far."""

    pushed: int = 0
    pulled: int = 0
    merged: int = 0
    photos: int = 0
    changes: Changes = field(default_factory=Changes)
    upgrade: bool = False
    """The server sends no more to this version of the program, but takes what it sends."""
    offset: float = 0.0
