"""Text as typed: cleaned, never lost, broken where French allows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.fonts import PRINTABLE
from app.reports.text import BODY, CELL, Style, Text, clean, one_line

ANY = st.text(max_size=120)
FRENCH = st.text("abcdéèœÀ’-/.,:;!?«» \u00a0\u202f\n1234567890", max_size=200)


def lines_of(text: str, width: float, style: Style = BODY) -> list[str]:
    block = Text(text, style)
    return ["".join(piece for piece, _ in line.pieces) for line in block._broken(width)]


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_cleaned_text_can_always_be_drawn(text: str) -> None:
    cleaned = clean(text)
    assert all(sign == "\n" or ord(sign) in PRINTABLE for sign in cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Bât. <b>A</b> & C > 2", "Bât. <b>A</b> & C > 2"),
        ("e\u0301cole", "école"),
        ("oﬃce", "oﬃce"),
        ("a\x00b\x07c\tд", "abc д"),
        ("bravo 👍", "bravo □"),
        ("👩\u200d🔧 et 🏗️", "□ et □"),
        ("名前", "□"),
        ("un\r\ndeux\rtrois\u2028quatre", "un\ndeux\ntrois\nquatre"),
        ("gauche\u202edroite", "gauchedroite"),
        ("Attention : « oui » ; 12 h", "Attention\u00a0: «\u00a0oui\u00a0»\u00a0; 12\u00a0h"),
    ],
)
def test_what_the_typeface_lacks_is_replaced_visibly(typed: str, printed: str) -> None:
    assert clean(typed) == printed


@settings(max_examples=150, deadline=None)
@given(FRENCH, st.sampled_from([30.0, 80.0, 200.0, 496.0]))
def test_breaking_loses_no_letter_and_exceeds_no_width(text: str, width: float) -> None:
    lines = lines_of(text, width)
    assert "".join("".join(lines).split(" ")) == "".join(clean(text).replace("\n", "").split(" "))
    for line in lines:
        assert BODY.face.width(line, BODY.size) <= width + 0.1


@pytest.mark.parametrize(
    "tied", ["12\u00a0345,50\u00a0€", "«\u00a0oui\u00a0»", "22\u00a0novembre", "1\u202f284\u00a0h"]
)
def test_no_line_breaks_at_a_no_break_space(tied: str) -> None:
    tied = clean(tied)
    for lead in range(1, 40):
        lines = lines_of("x" * lead + " " + tied, 130)
        assert any(tied in line for line in lines)


def test_an_endless_word_wraps_at_its_hyphens_first() -> None:
    assert lines_of("anticonstitutionnellement-vingt-deux-mille-six", 130, CELL)[0].endswith("-")
    assert len(lines_of("m" * 400, 130)) > 20


def test_a_text_is_cut_between_lines_never_leaving_one_alone() -> None:
    block = Text("mot " * 300, BODY)
    total = round(block.height(200) / BODY.leading)
    for fitting in range(total + 1):
        parts = block.split(200, fitting * BODY.leading, 600)
        if fitting < 2:
            assert parts is None
            continue
        if fitting >= total:
            continue
        assert parts is not None
        first, rest = (round(part.height(200) / BODY.leading) for part in parts)
        assert first + rest == total
        assert first >= 2
        assert rest >= 2


def test_a_cut_line_ends_with_an_ellipsis() -> None:
    cut = one_line("Communauté d’agglomération de nulle part", BODY.face, 10, 90)
    assert cut.endswith("…")
    assert BODY.face.width(cut, 10) <= 90


def test_nothing_is_printed_below_nine_points() -> None:
    with pytest.raises(ValueError):
        Style(size=8.5)
