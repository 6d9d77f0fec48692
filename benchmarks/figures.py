"""A figure: what was measured, the floor it is divided by, and whether its target holds."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ``value`` and ``floor`` in the same ``unit`` (``ms`` or ``MB``)."""

    measure: str
    """Name of the measure it belongs to, as typed on the command line."""
    what: str
    value: float
    floor: float
    against: str
    """What the floor is, in two words."""
    target: float | None = None
    """Most that ``ratio`` may be; ``None`` for a figure that is only told."""
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "held" if self.ratio <= self.target else "ABOVE"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": round(self.ratio, 4), "verdict": self.verdict}


def milliseconds(work: Callable[[], object]) -> float:
    """Time of one call."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], rank: int) -> float:
    """The ``rank``-th percentile (1 to 99), by the nearest rank: the smallest value that so many do not exceed."""
    return sorted(values)[math.ceil(len(values) * rank / 100) - 1]


_HEADS = ("measure", "what", "value", "floor", "against", "ratio", "target", "verdict")


def table(figures: Sequence[Figure]) -> str:
    """The figures in columns of plain text."""
    rows = [_HEADS, *(_row(one) for one in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    numbers = {"value", "floor", "ratio", "target"}
    lines = [
        "  ".join(
            cell.rjust(width) if head in numbers else cell.ljust(width)
            for head, cell, width in zip(_HEADS, row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _row(one: Figure) -> tuple[str, ...]:
    return (
        one.measure,
        one.what,
        f"{one.value:.1f} {one.unit}",
        f"{one.floor:.1f} {one.unit}",
        one.against,
        f"{one.ratio:.2f}",
        "" if one.target is None else f"≤ {one.target:g}",
        one.verdict,
    )
