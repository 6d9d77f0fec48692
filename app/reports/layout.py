"""Blocks and pages: what may be cut, what stays together, where each block falls.

A document is a list of blocks. ``paginate`` decides the pages before anything is drawn, so that the number
of pages is known on the first one, and a test can look at the places without reading a PDF.
Points everywhere; y grows downwards from the top of the page's body.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.reports.pen import Pen

SLACK = 0.01
"""Rounding allowed when comparing heights."""


class Block:
    """Something with a height. By default it is never cut."""

    def __init__(self, before: float = 0, after: float = 0) -> None:
        self.before = before
        """Room above, dropped at the top of a page; two neighbours share the larger of their rooms."""
        self.after = after

    def height(self, width: float) -> float:
        """Height in points when ``width`` is given."""
        raise NotImplementedError

    def split(self, width: float, available: float, full: float) -> tuple[Block, Block] | None:
        """The part that fits in ``available`` and the rest, or ``None``: better on the next page whole.

        ``full`` is the height of an empty page.
        """
        return None

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        """Draw at this place; ``width`` is the one given to ``height``."""
        raise NotImplementedError


class Space(Block):
    """Empty room."""

    def __init__(self, height: float) -> None:
        super().__init__()
        self._height = height

    def height(self, width: float) -> float:
        return self._height

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        """Nothing to draw."""


class PageBreak(Space):
    """What follows begins a page."""

    def __init__(self) -> None:
        super().__init__(0)


class Stack(Block):
    """Blocks under each other.

    The first ``stick`` blocks (a heading) never end a page: something of what follows stays with them.
    ``whole`` stacks are cut only when higher than a page. ``role`` groups them in the structure tree,
    ``bookmark`` makes an entry in the reader's table of contents.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        *,
        stick: int = 0,
        whole: bool = False,
        role: str = "Sect",
        bookmark: str = "",
        before: float = 0,
        after: float = 0,
    ) -> None:
        super().__init__(before, after)
        self._blocks = list(blocks)
        self._stick = stick
        self._whole = whole
        self._role = role
        self._bookmark = bookmark

    def height(self, width: float) -> float:
        total = 0.0
        previous: Block | None = None
        for block in self._blocks:
            total += _gap(previous, block) + block.height(width)
            previous = block
        return total

    def split(self, width: float, available: float, full: float) -> tuple[Block, Block] | None:
        if self._whole and self.height(width) <= full:
            return None
        used = 0.0
        previous: Block | None = None
        for number, block in enumerate(self._blocks):
            gap = _gap(previous, block)
            height = block.height(width)
            if used + gap + height <= available + SLACK:
                used += gap + height
                previous = block
                continue
            parts = block.split(width, available - used - gap, full) if number >= self._stick else None
            if parts:
                return self._cut([*self._blocks[:number], parts[0]], [parts[1], *self._blocks[number + 1 :]])
            if number <= self._stick:
                return None
            return self._cut(self._blocks[:number], self._blocks[number:])
        return None

    def _cut(self, head: list[Block], tail: list[Block]) -> tuple[Block, Block]:
        first = Stack(head, stick=self._stick, role=self._role, bookmark=self._bookmark, before=self.before)
        return first, Stack(tail, role=self._role, after=self.after)

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        if self._bookmark:
            pen.bookmark(self._bookmark, top, 0)
        with pen.element(self._role):
            previous: Block | None = None
            for block in self._blocks:
                top += _gap(previous, block)
                block.draw(pen, x, top, width)
                top += block.height(width)
                previous = block


class Columns(Block):
    """Blocks side by side; ``widths`` are shares of the width without the gaps.

    Never cut, unless higher than a page: then the blocks go under each other.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        widths: Sequence[float],
        *,
        gap: float = 14,
        before: float = 0,
        after: float = 0,
    ) -> None:
        super().__init__(before, after)
        self._blocks = list(blocks)
        self._shares = [share / sum(widths) for share in widths]
        self._space = gap

    def height(self, width: float) -> float:
        return max(block.height(own) for block, own in zip(self._blocks, self._widths(width), strict=True))

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        for block, own in zip(self._blocks, self._widths(width), strict=True):
            block.draw(pen, x, top, own)
            x += own + self._space

    def split(self, width: float, available: float, full: float) -> tuple[Block, Block] | None:
        if self.height(width) <= full:
            return None
        return Stack(self._blocks, before=self.before, after=self.after).split(width, available, full)

    def _widths(self, width: float) -> list[float]:
        room = width - self._space * (len(self._blocks) - 1)
        return [room * share for share in self._shares]


@dataclasses.dataclass(frozen=True, slots=True)
class Placed:
    """A block with its place in the body of its page."""

    block: Block
    top: float
    height: float


def paginate(blocks: Sequence[Block], width: float, first: float, following: float) -> list[list[Placed]]:
    """The pages, at least one. ``first`` and ``following`` are the heights of the bodies of pages.

    Raises ``ValueError`` for a block that can neither be cut nor fit on an empty page: a fault of the document.
    """
    pages: list[list[Placed]] = [[]]
    queue = deque(blocks)
    y = 0.0
    limit = first
    previous: Block | None = None

    def new_page() -> None:
        nonlocal y, limit, previous
        pages.append([])
        y, limit, previous = 0.0, following, None

    while queue:
        block = queue.popleft()
        if isinstance(block, PageBreak):
            if pages[-1]:
                new_page()
            continue
        top = y + _gap(previous, block)
        height = block.height(width)
        if top + height <= limit + SLACK:
            pages[-1].append(Placed(block, top, height))
            y, previous = top + height, block
            continue
        parts = block.split(width, limit - top, following)
        if parts:
            head, tail = parts
            pages[-1].append(Placed(head, top, head.height(width)))
            queue.appendleft(tail)
            new_page()
        elif pages[-1] or limit < following:
            queue.appendleft(block)
            new_page()
        else:
            raise ValueError(f"{type(block).__name__} of {height:.0f} points fits on no page")
    if len(pages) > 1 and not pages[-1]:
        pages.pop()
    return pages


def _gap(previous: Block | None, block: Block) -> float:
    return max(previous.after, block.before) if previous else 0.0
