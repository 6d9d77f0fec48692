"""How much of the store's thread a first reception takes, from how long nobody has asked anything of it.

A person at work asks something every second or so and must not wait for more than a small part of the time since the
last thing asked; while nobody is there, nothing is to be spared.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""Seconds without anybody after which nobody is thought to be there."""
SHARE = 0.04
"""Of the time since somebody last asked something: how long a slice writes. Its commit takes about as long again."""
SHORTEST, LONGEST = 0.0005, 0.1
"""Seconds within which a slice writes, whatever the rest."""
FEW, MANY = 5, 100
"""Records written before looking again whether somebody waits: while somebody is there, and while nobody is."""
FEW_ASKED = 200
"""Records of a page asked while somebody is there: the interpreter does nothing else while it reads one."""
FOLD_EVERY = 2.0
"""Seconds of slices before the journal is folded into the file."""
BREATH = 0.002
"""Seconds left to others after each slice or page while somebody is there."""


def slice_seconds(rest: float) -> float:
    """How long a slice may write."""
    return min(max(rest * SHARE, SHORTEST), LONGEST)


def piece(rest: float) -> int:
    """How many records are written before looking again."""
    return MANY if alone(rest) else FEW


def page_rows(rest: float, most: int) -> int:
    """How many records to ask in a page that may hold ``most``."""
    return most if alone(rest) else min(FEW_ASKED, most)


def breath(rest: float) -> float:
    """Seconds to leave to others."""
    return 0.0 if alone(rest) else BREATH


def alone(rest: float) -> bool:
    """Whether nobody is thought to be there."""
    return rest >= PATIENCE


@contextmanager
def undisturbed() -> Iterator[None]:
    """What the program is made of is not searched for garbage meanwhile: it stops every thread for 50 ms or more."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
