"""Cut lines of text into columns where a white gutter runs down the page (fixed-width text, PDF without rules)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_GAP = re.compile(r"\s{2,}")


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
        for at, one in enumerate(line):
            if one != " ":
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
    # a word that crosses a gutter is not cut: it belongs where it begins
    cells = [""] * (len(cuts) + 1)
    for match in re.finditer(r"\S+(?: \S+)*", line):
        start = match.start()
        inner = [cut for cut in cuts if start < cut < match.end() and line[cut] == " "]
        for begin, end in zip([start, *inner], [*inner, match.end()], strict=True):
            piece = line[begin:end].strip()
            column = sum(1 for cut in cuts if cut <= begin)
            cells[column] = f"{cells[column]} {piece}".strip()
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
