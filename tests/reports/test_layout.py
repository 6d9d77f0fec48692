"""Where blocks fall: nothing lost, nothing over the edge, headings and totals never alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.layout import Block, PageBreak, Space, Stack, paginate
from app.reports.table import Cell, Row, Table, head
from app.reports.text import CELL, Text

WIDTH = 400.0


class Piece(Space):
    """A block that cannot be cut, with a name."""

    def __init__(self, name: int, height: float) -> None:
        super().__init__(height)
        self.name = name


@settings(max_examples=150, deadline=None)
@given(st.lists(st.floats(1, 300), max_size=40), st.floats(300, 500), st.floats(300, 600))
def test_blocks_keep_their_order_and_stay_on_the_page(heights: list[float], first: float, following: float) -> None:
    blocks = [Piece(number, height) for number, height in enumerate(heights)]
    pages = paginate(blocks, WIDTH, first, following)
    names = [placed.block.name for page in pages for placed in page]  # type: ignore[attr-defined]
    assert names == list(range(len(heights)))
    for number, page in enumerate(pages):
        limit = following if number else first
        bottom = 0.0
        for placed in page:
            assert placed.top >= bottom - 0.02
            bottom = placed.top + placed.height
            assert bottom <= limit + 0.02
    assert all(pages) or not heights


def test_a_block_higher_than_a_page_is_refused() -> None:
    with pytest.raises(ValueError):
        paginate([Piece(1, 700)], WIDTH, 500, 600)


def test_a_block_too_high_for_the_first_page_goes_to_the_second() -> None:
    pages = paginate([Piece(1, 550)], WIDTH, 500, 600)
    assert [len(page) for page in pages] == [0, 1]


def test_a_page_break_begins_a_page_once() -> None:
    pages = paginate([Piece(1, 10), PageBreak(), PageBreak(), Piece(2, 10)], WIDTH, 500, 600)
    assert [len(page) for page in pages] == [1, 1]


@pytest.mark.parametrize("room", range(0, 200, 7))
def test_a_heading_never_ends_a_page(room: int) -> None:
    def heading(block: Block) -> bool:
        return isinstance(block, Piece) and block.name == 0

    chapter = Stack([Piece(0, 20), Text("mot " * 400)], stick=1)
    pages = paginate([Piece(9, 400 - room), chapter], WIDTH, 400, 400)
    for page in pages:
        last = page[-1].block
        assert not heading(last)
        if isinstance(last, Stack):
            assert not heading(last._blocks[-1])


def rows_of(part: Block) -> list[str]:
    assert isinstance(part, Table)
    return [str(row.cells[0].content) for row in part._rows]


def table(count: int, *, total: bool = True, height: float = 20) -> Table:
    rows = [Row((Cell(f"ligne {n}"), Cell("x")), minimum=height) for n in range(count)]
    if total:
        rows.append(Row((Cell("total"), Cell("x")), minimum=height, stays=True))
    return Table((1, 1), rows, heads=[head("a", "b")])


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 60), st.floats(60, 400), st.floats(150, 600))
def test_a_total_is_never_alone_and_headers_are_repeated(count: int, first: float, following: float) -> None:
    pages = paginate([table(count)], WIDTH, first, following)
    parts = [rows_of(placed.block) for page in pages for placed in page]
    assert [row for part in parts for row in part] == [f"ligne {n}" for n in range(count)] + ["total"]
    assert all(part != ["total"] for part in parts)
    for page in pages:
        for placed in page:
            assert isinstance(placed.block, Table)
            assert len(placed.block._heads) == 1


def test_a_row_moves_whole_to_the_next_page() -> None:
    tall = Row((Cell("mot " * 150), Cell("x")))
    block = Table((1, 1), [tall], heads=[head("a", "b")])
    pages = paginate([Piece(1, 300), block], WIDTH, 400, 400)
    assert [len(page) for page in pages] == [1, 1]
    assert pages[1][0].block is block


def test_only_a_row_higher_than_a_page_is_cut_and_nothing_is_lost() -> None:
    words = " ".join(f"m{n}" for n in range(3000))
    block = Table((1, 3), [Row((Cell("42.1"), Cell(Text(words, CELL))))], heads=[head("a", "b")])
    pages = paginate([block], WIDTH, 500, 600)
    assert len(pages) > 2
    read: list[str] = []
    for page in pages:
        part = page[0].block
        assert isinstance(part, Table)
        cell = part._blocks_of(part._rows[0])[1][0]
        assert isinstance(cell, Text)
        read += ["".join(piece for piece, _ in line.pieces) for line in cell._broken(cell._measured)]
    assert " ".join(read) == words
