"""Cut lines of text into columns where a white gutter runs down the page (fixed-width text, PDF without rules)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_GAP = re.compile(r"\s{2,}")
_GROUP = re.compile(r"\S+(?: \S+)*")


def split_by_gaps(lines: Sequence[str]) -> list[list[str]]:
    """Cells of lines aligned with spaces: a gutter is a place blank in nearly every table line.

    Lines that have no gap of two spaces are sentences: one cell.
    """
    expanded = [line.expandtabs(8).rstrip()[:2_000] for line in lines]
    tabular = [line for line in expanded if len(_GAP.split(line.strip())) >= 3]
    if len(tabular) < 2:
        return [_GAP.split(line.strip()) if line.strip() else [] for line in expanded]
    width = max(len(line) for line in tabular)
    filled = [0] * (width + 1)
    for line in tabular:
        for match in _GROUP.finditer(line):
            for at in range(match.start(), match.end()):
                filled[at] += 1
    cuts = gutters([count > len(tabular) // 50 for count in filled], least=1)
    rows: list[list[str]] = []
    for line in expanded:
        pieces = _GAP.split(line.strip()) if line.strip() else []
        if len(pieces) < 2:
            rows.append(pieces)
        else:
            rows.append(_cut(line, cuts))
    return rows


def _cut(line: str, cuts: Sequence[int]) -> list[str]:
    # words one space apart are never cut: « VAN DEN BROECK » stays whole, where it begins
    cells = [""] * (len(cuts) + 1)
    for match in _GROUP.finditer(line):
        column = sum(1 for cut in cuts if cut <= match.start())
        cells[column] = f"{cells[column]} {match[0]}".strip()
    return cells


def gutters(filled: Sequence[bool], least: int) -> list[int]:
    """Middles of the blank runs of at least ``least`` between two filled runs."""
    cuts: list[int] = []
    start = -1
    seen = False
    for at, one in enumerate(filled):
        if one:
            if seen and start >= 0 and at - start >= least:
                cuts.append((start + at) // 2)
            start, seen = -1, True
        elif start < 0:
            start = at
    return cuts
