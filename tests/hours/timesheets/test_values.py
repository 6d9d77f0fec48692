"""French spellings of amounts, months, days and weeks as cells hold them: read right, or asked, never wrong.

Amounts are in hundredths of an hour; ``None`` with an empty code means « nothing »; a code alone is asked.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours.timesheets.building import CellBuilder
from app.hours.timesheets.cells import Cell
from app.hours.timesheets.values import (
    HUNDREDTH,
    Moment,
    day_hours_of,
    decimal_text,
    hours_of,
    hours_of_text,
    hundredths,
    moment_of,
    moment_of_text,
    months_said,
    week_of_text,
    years_said,
)

NB = "\u00a0"
THIN = "\u202f"

READ: dict[int, str] = {
    15167: "151,67|151.67|151h40|151 h 40|151H40|151:40|151:40:00|151h40min|151 h 40 min|151 heures 40|"
    "151,67h|151,67 h|"
    f"151,67 heures|0151,67|151{NB}h{NB}40|151,67{NB}h|151{THIN}h{THIN}40|151,67 H|151,67 hrs|"
    f"151,67h.|+151,67| 151,67 ",
    15100: "151|151,0|151,00|151.00|151h|151 h|151h00|151:00|151 heures|151 H|0151|151,|151 hrs",
    700: "7|7,0|7,00|7.0|7h|7 h|7h00|07h00|07:00|7:00|7 heures|07:00:00|7h00min|420 min|420 mn|420 minutes",
    750: "7,5|7,50|7.5|7.50|7h30|7 h 30|07:30|7:30|7H30|7 heures 30|7h30min|7 h 30 mn|450 min|7h30m|07h30|7,500000",
    725: "7,25|7.25|7h15|7 h 15|7:15|07:15:00|435 min|7 heures 15 minutes",
    775: "7,75|7.75|7h45|7:45|7 h 45|465 minutes",
    50: "0,5|0,50|0.5|,5|.5|0h30|00:30|0:30|30 min|30 minutes|00h30",
    100: "1|1,0|1h|1 h|1:00|60 min|1 heure|01:00",
    33: "0h20|20 min|0:20|00h20",
    67: "0h40|40 min|0:40",
    123450: f"1 234,5|1{NB}234,50|1{THIN}234,5|1234,5|1.234,50|1,234.50|1 234.5",
    14000: "140|140,00|140h|140 h|140 heures|140h00|140:00|140,0h",
    3500: "35|35,00|35h|35 h 00|35:00|35 heures",
    18: "0,175|0.175|0,18",
}  # fmt: skip
ASKED: dict[str, str] = {
    "hours_odd_format": "1.234|12.345|1,234|151,670|05/03/2024|151.670 h|7h5|7:5|7h75|7:60|1/2|"
    "7 5|7;5|150 ?|150?|~150|≈150|7+3|1.2.3|1,2,3|"
    "7:30:75|151,67*|12-14|7,5/7|1 2 3|..5|7..5|7,,5|8h-16h|7'30|1.5.|*12",
    "hours_unreadable": "7O|O7|l5|7,5 j|3 jours|75 %|75%|12 €|12€|1e2|1,5e2|"
    "env. 150 h environ ou plus|sept|beaucoup|oui|"
    "X|P|présent|OK|1 semaine|#REF!|#N/A|#VALEUR!|7h30 dont 2h|temps plein|cf. bulletin|voir paie|12 km|"
    "150 heures environ|7 ou 8|entre 7 et 8|NaN|inf|½ journée|dix",
    "formula_like_text": "=A1|=7*20|=SUM(A1:A9)|@SUM(A1)|+A1|-A1|=1+1",
    "negative_hours": "-7|-7,5|−7|–7|- 7|-7h30|(7)|(7,5)|7-|7,50-|-0,01|-151,67 h",
}
NOTHING = (
    "0|0,0|0,00|0.00|00:00|0h|0h00|0 h|-|–|—|−|--|/|.|..|_|néant|Néant|NÉANT|neant|aucune|zéro|ras|RAS|sans objet|"
    "CP|RTT|AM|AT|absent|Absente|abs|ABS|congés|Congés payés|congé|maladie|arrêt|Arrêt maladie|arrêt de travail|férié|"
    "repos|formation|absent tout le mois|n/a|nc|N.C.|fin de contrat|WE|intempéries|congé sans solde|non travaillé|0,000"
)
STRAY: dict[int, str] = {15167: "1 51,67|15 1,67|151, 67|151 ,67|1 51,6 7|1 5 1,67", 750: "7 ,5|7, 5"}


@pytest.mark.parametrize(("text", "value"), [(t, v) for v, texts in READ.items() for t in texts.split("|")])
def test_spellings_that_have_one_reading(text: str, value: int):
    amount = _of_cell(text)
    assert (amount.code, hundredths(amount.units or 0)) == ("", value)


@pytest.mark.parametrize(("text", "code"), [(t, c) for c, texts in ASKED.items() for t in texts.split("|")])
def test_spellings_that_are_asked(text: str, code: str):
    assert _of_cell(text).code == code


@pytest.mark.parametrize("text", NOTHING.split("|"))
def test_spellings_of_nothing(text: str):
    assert hours_of_text(text) == (None, "")


@pytest.mark.parametrize(("text", "value"), [(t, v) for v, texts in STRAY.items() for t in texts.split("|")])
def test_stray_spaces_are_read_and_told(text: str, value: int):
    amount = hours_of_text(text)
    assert (amount.code, hundredths(amount.units or 0)) == ("hours_odd_format", value)


def _of_cell(text: str):
    return hours_of(CellBuilder().text(text))


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (None, None, ""),
        (Cell(number=151.67), 15167, ""),
        (Cell(number=151.66666666666666), 15167, ""),
        (Cell(number=0.1 + 0.2), 30, ""),
        (Cell(number=0.0), None, ""),
        (Cell(number=-7.0), -700, "negative_hours"),
        (Cell(number=1e300), None, "hours_unreadable"),
        (Cell(seconds=546_000), 15167, ""),
        (Cell(seconds=0), None, ""),
        (Cell(seconds=-60), -2, "negative_hours"),
        (Cell(date=dt.date(2024, 5, 7)), None, "hours_unreadable"),
        (Cell(error=True), None, "hours_unreadable"),
        (Cell(formula=True), None, "formula_without_value"),
    ],
)
def test_cells_of_other_kinds(cell: Cell | None, value: int | None, code: str):
    amount = hours_of(cell)
    assert amount.code == code
    assert (None if amount.units is None else hundredths(amount.units)) == value


def test_letters_of_a_day_grid():
    for letter in ("F", "JF", "M", "C", "RC"):
        assert day_hours_of(Cell(letter), frozenset()) == (None, "")
    assert day_hours_of(Cell("X"), frozenset()).code == "hours_unreadable"
    assert day_hours_of(Cell("ZZ"), frozenset({"zz"})) == (None, "")


MONTHS: dict[tuple[int | None, int], str] = {
    (2024, 1): "janv-24|janv.-24|janv 24|janvier 2024|Janvier 2024|JANVIER 2024|janvier-2024|janv. 2024|"
    "01/2024|1/2024|01-2024|"
    "01.2024|2024-01|2024/01|01/24|202401|012024|Mois : janvier 2024|Mois de janvier 2024|"
    "Période : 01/2024|jan-24|jan 2024|"
    "janvier 24|Heures janvier 2024|janvier 2024 (h)|du 01/01/2024 au 31/01/2024",
    (2024, 2): "févr-24|fév-24|fev-24|fevr. 24|février 2024|Fevrier 2024|FÉVRIER 2024|02/2024|2/24|2024-2|févr. 2024|"
    "février 2024 (du 01/02/2024 au 29/02/2024)|paie de février 2024",
    (2023, 8): "août-23|aout 2023|AOÛT 2023|août 2023|08/2023|8/2023|aou 2023",
    (2025, 12): "déc-25|dec.25|décembre 2025|12/2025|12/25|Décembre 25|2025-12",
    (2024, 3): "mars-24|mars 2024|mar-24|03/2024|Mars 24|mar 2024",
    (2024, 5): "mai-24|mai 2024|MAI 2024|05/2024",
    (2024, 6): "juin-24|juin 2024|06/24|jun 2024",
    (2024, 7): "juil-24|juil. 2024|juillet 2024|07/2024",
    (2024, 9): "sept-24|sept. 2024|septembre 2024|sep 2024|09/2024",
    (2024, 10): "oct-24|octobre 2024|10/2024",
    (2024, 11): "nov-24|novembre 2024|nov. 24|11/2024",
    (2024, 4): "avr-24|avril 2024|04/2024",
    (None, 1): "janvier|Janvier|janv.|JANVIER",
    (None, 8): "août|aout",
    (None, 5): "mai|Mai",
}  # fmt: skip
DAYS: dict[tuple[int | None, int, int], str] = {
    (
        2024,
        2,
        5,
    ): "05/02/2024|5/2/2024|05-02-2024|05.02.2024|5 février 2024|lundi 5 février 2024|lun. 05/02/2024|2024-02-05|"
    "2024-02-05 00:00:00|05/02/24|5 févr. 2024",
    (None, 2, 5): "5 février|lundi 5 février",
    (2024, 3, 1): "1er mars 2024|01/03/2024|mar 1 mars 2024",
    (None, 1, 24): "24/01|24-01",
}
NO_MONTH = "13/2024|00/2024|03/04|01/02|31/02/2024|30/02/2024|32/01/2024|15/13/2024"
NEITHER = (
    "Total|MARTIN Julie|CDD|T1 2024|151,67|7|31|2024|trimestre 1|mars à juin 2024|M. Mars|marsouin|junior|S05|12345678|"
)


@pytest.mark.parametrize(("text", "month"), [(t, m) for m, texts in MONTHS.items() for t in texts.split("|")])
def test_months(text: str, month: tuple[int | None, int]):
    assert moment_of_text(text) == Moment(*month)


@pytest.mark.parametrize(("text", "day"), [(t, d) for d, texts in DAYS.items() for t in texts.split("|")])
def test_days(text: str, day: tuple[int | None, int, int]):
    assert moment_of_text(text) == Moment(*day)


@pytest.mark.parametrize("text", NO_MONTH.split("|"))
def test_months_that_do_not_exist_or_have_two_readings(text: str):
    moment = moment_of_text(text)
    assert moment is not None
    assert moment.code == "month_invalid"


@pytest.mark.parametrize("text", NEITHER.split("|"))
def test_what_is_no_month(text: str):
    assert moment_of_text(text) is None


def test_months_of_cells():
    assert moment_of(Cell(date=dt.date(2024, 1, 31))) == Moment(2024, 1, 31)
    assert moment_of(Cell(number=202401.0)) == Moment(2024, 1)
    assert moment_of(Cell(number=151.67)) is None
    assert moment_of(None) is None


def test_months_and_years_in_sentences():
    assert months_said("Relevé d'heures – janvier 2024") == {(2024, 1)}
    assert months_said("Relevé du 01/03/2024 au 31/03/2024") == {(2024, 3)}
    assert months_said("Certifié exact, le 06/03/2024") == frozenset()
    assert months_said("8, rue du 8 mai 1945") == frozenset()
    assert months_said("de janvier à mars 2024") == {(None, 1), (2024, 3)}
    assert years_said("Suivi des heures 2024") == {2024}
    assert years_said("Marché 2023-T-0417") == frozenset()
    assert years_said("Édité le 05/04/2024") == frozenset()


def test_weeks():
    assert week_of_text("S05") == (5, None)
    assert week_of_text("Semaine 12") == (12, None)
    assert week_of_text("sem. 5-2024") == (5, 2024)
    assert week_of_text("2024-W05") == (5, 2024)
    for text in ("S54", "S0", "Sophie", "5", "S"):
        assert week_of_text(text) is None


@given(st.integers(0, 74_400), st.sampled_from([",", "."]), st.booleans())
def test_every_hundredth_comes_back(value: int, mark: str, unit: bool):
    text = f"{value // 100}{mark}{value % 100:02d}" + (" h" if unit else "")
    amount = hours_of_text(text)
    assert hundredths(amount.units or 0) == value
    assert decimal_text(amount.units or 0) == f"{value // 100}.{value % 100:02d}"


@given(st.lists(st.integers(1, 24 * 60), min_size=1, max_size=31))
def test_minutes_add_up_before_rounding(minutes: list[int]):
    total = sum(hours_of_text(f"{one // 60}h{one % 60:02d}").units or 0 for one in minutes)
    assert hundredths(total) == (sum(minutes) * 100 * 2 + 60) // 120
    assert total * 60 == sum(minutes) * 100 * HUNDREDTH


@given(st.text(max_size=80))
def test_no_text_ever_breaks_the_readers(text: str):
    for reader in (hours_of_text, moment_of_text, months_said, years_said, week_of_text):
        reader(text)


@given(st.text(alphabet="0123456789 .,:hH'-", min_size=1, max_size=9))
def test_what_is_read_is_what_the_digits_say(text: str):
    """Never wrong: the figures of what is read are those that were written."""
    amount = hours_of(CellBuilder().text(text))
    if amount.units is None or amount.code == "negative_hours":
        return
    digits = "".join(one for one in text if one.isdigit()).strip("0")
    clock = ":" in text or "h" in text.lower()
    if not clock:
        value = f"{amount.units / HUNDREDTH / 100:.9f}".replace(".", "").strip("0")
        assert value.startswith(digits[: len(value)])
