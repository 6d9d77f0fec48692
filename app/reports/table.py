"""Tables that keep their rows whole, repeat their headers and never leave a total alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from app.reports.layout import SLACK, Block
from app.reports.pen import HAIRLINE, Pen
from app.reports.text import CELL, HEAD, Style, Text


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """A cell over ``span`` columns; ``content`` is a text or any block."""

    content: str | Block
    style: Style = CELL
    span: int = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A row at least ``minimum`` points high. ``stays`` with the row above: a total, a remark."""

    cells: tuple[Cell, ...]
    minimum: float = 0
    stays: bool = False
    strong_top: bool = False
    """A thicker rule above: a total."""


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """Paddings and rules of a table."""

    pad_x: float = 4
    pad_y: float = 2.4
    verticals: bool = False
    outline: bool = False
    plain: bool = False
    """No rule at all."""
    middle: bool = False
    """Cells centred in the height of their row (boxes to write in)."""


class Table(Block):
    """Rows of cells. ``shares`` are shares of the width; ``heads`` are repeated on each page."""

    def __init__(
        self,
        shares: Sequence[float],
        rows: Sequence[Row],
        *,
        heads: Sequence[Row] = (),
        look: Look = Look(),
        before: float = 0,
        after: float = 0,
    ) -> None:
        super().__init__(before, after)
        self._shares = [share / sum(shares) for share in shares]
        self._heads = list(heads)
        self._rows = list(rows)
        self._look = look
        self._blocks: dict[int, list[tuple[Block, int, int]]] = {}
        """By id of row: block, first column, span."""
        self._heights: dict[tuple[int, float], float] = {}

    # --- measuring ---------------------------------------------------------------------------

    def height(self, width: float) -> float:
        return sum(self._row_height(row, width) for row in (*self._heads, *self._rows))

    def split(self, width: float, available: float, full: float) -> tuple[Block, Block] | None:
        used = heads = sum(self._row_height(row, width) for row in self._heads)
        count = 0
        for row in self._rows:
            height = self._row_height(row, width)
            if used + height > available + SLACK:
                break
            used += height
            count += 1
        cut = count
        while 0 < cut < len(self._rows) and self._rows[cut].stays:
            cut -= 1
        if cut > 0:
            return self._part(self._rows[:cut]), self._part(self._rows[cut:])
        row = self._rows[0]
        if count == 0 and heads + self._row_height(row, width) > full:
            return self._split_row(row, width, available - heads, full - heads)
        if count:
            # everything stays together yet fits nowhere together: the total is alone rather than lost
            together = heads + sum(self._row_height(one, width) for one in self._rows[: count + 1])
            if together > full:
                return self._part(self._rows[:count]), self._part(self._rows[count:])
        return None

    def _split_row(self, row: Row, width: float, available: float, full: float) -> tuple[Block, Block] | None:
        """A row higher than a page (a very long note): its cells are cut at the same height."""
        room = available - 2 * self._look.pad_y
        heads: list[Cell] = []
        tails: list[Cell] = []
        for (block, first, span), cell in zip(self._blocks_of(row), row.cells, strict=True):
            own = self._cell_width(first, span, width)
            if block.height(own) <= room:
                heads.append(Cell(block, cell.style, span))
                tails.append(Cell("", cell.style, span))
                continue
            parts = block.split(own, room, full)
            if parts is None:
                return None
            heads.append(Cell(parts[0], cell.style, span))
            tails.append(Cell(parts[1], cell.style, span))
        first_row = dataclasses.replace(row, cells=tuple(heads), minimum=0)
        second_row = dataclasses.replace(row, cells=tuple(tails), minimum=0, strong_top=False)
        return self._part([first_row]), self._part([second_row, *self._rows[1:]])

    def _part(self, rows: Sequence[Row]) -> Table:
        return Table(self._shares, rows, heads=self._heads, look=self._look, before=self.before, after=self.after)

    def _blocks_of(self, row: Row) -> list[tuple[Block, int, int]]:
        blocks = self._blocks.get(id(row))
        if blocks is None:
            blocks = []
            column = 0
            for cell in row.cells:
                content = cell.content
                block = Text(content, cell.style) if isinstance(content, str) else content
                blocks.append((block, column, cell.span))
                column += cell.span
            self._blocks[id(row)] = blocks
        return blocks

    def _cell_width(self, first: int, span: int, width: float) -> float:
        return sum(self._shares[first : first + span]) * width - 2 * self._look.pad_x

    def _row_height(self, row: Row, width: float) -> float:
        key = (id(row), width)
        height = self._heights.get(key)
        if height is None:
            content = max(
                (block.height(self._cell_width(first, span, width)) for block, first, span in self._blocks_of(row)),
                default=0.0,
            )
            height = self._heights[key] = max(row.minimum, content + 2 * self._look.pad_y)
        return height

    # --- drawing -----------------------------------------------------------------------------

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        look = self._look
        start = top
        with pen.element("Table"):
            for number, row in enumerate((*self._heads, *self._rows)):
                height = self._row_height(row, width)
                head = number < len(self._heads)
                if row.strong_top:
                    with pen.artifact():
                        pen.line((x, top), (x + width, top), 1.2)
                with pen.element("TR"):
                    for block, first, span in self._blocks_of(row):
                        own = self._cell_width(first, span, width)
                        left = x + sum(self._shares[:first]) * width + look.pad_x
                        down = look.pad_y
                        if look.middle:
                            down = max(down, (height - block.height(own)) / 2)
                        with pen.element("TH" if head else "TD"):
                            block.draw(pen, left, top + down, own)
                top += height
                if look.plain:
                    continue
                with pen.artifact():
                    pen.line((x, top), (x + width, top), 1 if head else HAIRLINE)
        if look.outline or look.verticals:
            with pen.artifact():
                self._draw_verticals(pen, x, start, width)

    def _draw_verticals(self, pen: Pen, x: float, top: float, width: float) -> None:
        bottom = top + self.height(width)
        if self._look.outline:
            pen.box(x, top, width, bottom - top, 0.8, 0)
        if not self._look.verticals:
            return
        for row in (*self._heads, *self._rows):
            height = self._row_height(row, width)
            for _, first, _ in self._blocks_of(row)[1:]:
                at = x + sum(self._shares[:first]) * width
                pen.line((at, top), (at, top + height))
            top += height


def head(*labels: str | Cell) -> Row:
    """A header row."""
    return Row(tuple(label if isinstance(label, Cell) else Cell(label, HEAD) for label in labels))
