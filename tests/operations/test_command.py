"""`inclusiv size`: the charter's formula on the command line."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from app.command_line import BAD_INPUT, OK
from app.errors import InvalidInput
from app.operations.command import size


def test_the_example_of_the_charter() -> None:
    answer = size("1000000", "50", "5", "30")
    assert answer["computed_hours"] == "833.33"
    assert answer["retained_hours_suggestion"] == "833"
    assert answer["minimum_effort_rate"] == "5"
    assert answer["below_minimum"] is False
    assert "833,33" in answer["sentence"]
    assert "art. 4.3" in answer["source"]


def test_french_and_plain_numbers_are_the_same() -> None:
    french = size("1 234 567,80 €", "62,5 %", "7,25 %", "28,50 €")
    assert french == size("1234567.80", "62.5", "7.25", "28.5")
    assert french["amount"] == "1234567.8"
    assert french["hourly_cost"] == "28.5"


def test_a_rate_below_the_minimum_is_said() -> None:
    answer = size("1000000", "50", "4.99", "30")
    assert answer["below_minimum"] is True
    assert "inférieur au minimum" in answer["sentence"]


@pytest.mark.parametrize(
    ("given_values", "field"),
    [
        (("beaucoup", "50", "5", "30"), "amount"),
        (("1000000", "moitié", "5", "30"), "labour_share"),
        (("1000000", "50", "-5", "30"), "effort_rate"),
        (("1000000", "50", "5", "0"), "hourly_cost"),
        (("0", "50", "5", "30"), "amount"),
        (("1000000", "101", "5", "30"), "labour_share"),
    ],
)
def test_a_bad_number_names_its_argument(given_values: tuple[str, str, str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        size(*given_values)
    assert refused.value.field == field
    assert refused.value.todo


@settings(max_examples=60, deadline=None)
@given(
    amount=st.integers(1, 10**11),
    labour=st.integers(1, 100),
    effort=st.integers(1, 1000),
    cost=st.integers(1, 10**5),
)
def test_the_figures_are_those_of_the_exact_fraction(amount: int, labour: int, effort: int, cost: int) -> None:
    answer = size(f"{amount // 100}.{amount % 100:02d}", str(labour), f"{effort / 10:.1f}", f"{cost / 100:.2f}")
    exact = Fraction(amount) * labour * effort / 1000 / 100 / cost
    assert abs(Fraction(answer["computed_hours"]) - exact) <= Fraction(1, 200)
    assert abs(int(answer["retained_hours_suggestion"]) - exact) <= Fraction(1, 2)
    assert answer["below_minimum"] is (effort < 50)


def test_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    good = ["--labour-share", "50", "--effort-rate", "5", "--hourly-cost", "30"]
    assert main(["size", "--amount", "1000000", *good, "--json"]) == OK
    assert '"computed_hours": "833.33"' in capsys.readouterr().out
    assert main(["size", "--amount", "abc", *good]) == BAD_INPUT
    told = capsys.readouterr()
    assert told.out == ""
    assert "n’est pas un montant" in told.err


def test_no_database_is_loaded() -> None:
    code = (
        "import sys; from app.operations.command import size; size('1', '50', '5', '30');"
        "print([name for name in ('sqlalchemy', 'sqlmodel', 'sqlcipher3', 'PySide6') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
