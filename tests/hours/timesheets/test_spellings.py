"""Five hundred ways in which French companies write hours and months: read right, or asked; never read wrong (AC 20).

Spellings stand between « | »; spaces around them do not count, those inside do (· is a
        no-break space, ‧ a narrow one).
"""

from __future__ import annotations

import pytest

from app.hours.timesheets.values import Moment, hours_of_text, hundredths, moment_of_text

HOURS: dict[int, str] = {
    15167: """151,67 | 151.67 | 151,67 h | 151,67h | 151.67h | 151.67 h | 151,67 H | 151,67 heures | 151,67 Heures
        | 151,67 hrs | 151.6667 | 151,66666667 | +151,67 | 151h40 | 151 h 40 | 151H40 | 151 H 40
        | 151:40 | 151 : 40 | 151:40:00 | 151h40min | 151 h 40 min | 151h 40 | 151 h40 | 151h40mn | 151 h 40 mn
        | 151 heures 40 | 151 heures 40 minutes | 151h40' | 151·h·40 | 151‧h‧40 | 151,67·h | 151,67‧h | 0151,67
        | 151,67 h. | 9100 min | 9100 minutes """,
    15100: """151 | 151,0 | 151,00 | 151.00 | 151 h | 151h | 151H | 151 heures | 151h00 | 151 h 00 | 151:00 | 151,
        | 151. | 151h00min | 0151 | 151,000000 """,
    14000: """140 | 140,0 | 140,00 | 140.0 | 140h | 140 h | 140 H | 140h00 | 140 h 00 | 140:00
        | 140:00:00 | 140 heures
        | 140 hrs | 140,00 h | 140.00h | 140 h 00 min | 140·h | 140‧h | +140 | 8400 min """,
    14050: """140,5 | 140.5 | 140,50 | 140.50 | 140,5 h | 140,5h | 140h30 | 140 h 30 | 140H30 | 140:30 | 140 h 30 min
        | 140h30mn | 140 heures 30 | 140 heures 30 minutes | 140.5 h | 140,5·h | 140‧h‧30 """,
    750: """7,5 | 7.5 | 7,50 | 7.50 | 7h30 | 7 h 30 | 7H30 | 7:30 | 07:30 | 07h30 | 07 h 30 | 7:30:00 | 7 h 30 min
        | 7h30min | 7h30mn | 7 h 30 mn | 7h 30 | 7 h30 | 7 heures 30 | 7,5 h | 7,5h | 7.5h | 7,5 heures | 450 min
        | 450 minutes | 450min | 450 mn | 7h30' | 7 h 30' | 7·h·30 | 07,50 """,
    725: "7,25 | 7.25 | 7h15 | 7 h 15 | 7:15 | 07:15 | 7,25 h | 7H15 | 7 h 15 min | 435 min ",
    775: "7,75 | 7.75 | 7h45 | 7 h 45 | 7:45 | 07h45 | 7,75h | 465 min | 7 heures 45 minutes",
    700: "7 | 7,0 | 7.0 | 7,00 | 7h | 7 h | 7H | 7h00 | 7:00 | 07:00 | 7 heures | 420 min | 07 | 7 h 00 min | 7.00 h",
    50: "0,5 | 0.5 | ,5 | .5 | 0,50 | 0h30 | 0 h 30 | 0:30 | 00:30 | 30 min | 30min | 30 mn | 30 minutes | 00h30",
    25: "0,25 | ,25 | 0.25 | 0h15 | 0:15 | 15 min | 15 mn | 0 h 15 min",
    100: "1 | 1,0 | 1h | 1 h | 1 heure | 1h00 | 1:00 | 60 min | 1,00 | 01:00 | 1.0 h",
    250: "2,5 | 2.5 | 2h30 | 2 h 30 | 2:30 | 02:30 | 150 min | 2 h 30 min | 2,50 h | 2 heures 30 minutes",
    3500: "35 | 35,0 | 35,00 | 35h | 35 h | 35 heures | 35h00 | 35:00 | 35 h 00 | 2100 min | 35.0",
    7000: "70 | 70,00 | 70h | 70 h 00 | 70:00 | 70,0 h | 70 heures | 4200 min",
    7015: "70,15 | 70.15 | 70h09 | 70:09 | 70 h 09",
    7025: "70,25 | 70h15 | 70:15 | 70 H 15 min",
    10417: "104,17 | 104.17 | 104h10 | 104:10 | 104,166667",
    12134: "121,34 | 121.34 | 121,34h",
    16901: "169,01 | 169.0067",
    153450: """1534,5 | 1534.5 | 1 534,5 | 1 534,50 | 1·534,50 | 1‧534,50 | 1.534,50 |
        1,534.50 | 1 534,50 h | 1534h30 |
        1534:30 | 1 534 h 30""",
    123456700: "1 234 567 | 1.234.567 | 1,234,567 | 1·234·567 | 1234567",
}  # fmt: skip
"""Hundredths of an hour → how it is written."""

NOTHING = """0 | 0,00 | 0.00 | 0 h | 0h | 0h00 | 0:00 | 00:00 | - | – | — | néant | Néant
        | NEANT | néant. | n/a | N/A | nc
    | NC | aucune | aucune heure | 0 heure | absent | absente | ABS | congés | congés payés |
        CP | RTT | maladie | arrêt
    | arrêt maladie | AM | AT | férié | repos | sorti | fin de contrat | / | . """
"""No hours at all."""

ASKED = """1.234 | 1,234 | 151,670 | 151,667 | 140,500 | 121,336 | 169,005 | 12.345 | 7h5
        | 7:5 | 7h60 | 7:60 | 151h67 | 151:67 | 7h75 | 15O,67 | 151,6o | l51,67
    | 151,67 € | 151,67 EUR | 20 j | 3 jours | 1 mois | 2 semaines | 50 % | 100% | 1/2 | 7 1/2 | 3/4 | 7+7 | 7x20
    | 20 x 7 | 7 h ou 8 | 7-8 | 7 à 8 | 140 env | env. 140 | ~140 | 140? | 140 ? | >140 | < 140 | 140* | 7,5,5
    | 1,5.5 | 7..5 | 7,,5 | 1E2 | 1e2 | 1,5E+02 | #N/A | #REF! | #VALEUR! | ##### | cf. annexe | voir paie | idem
    | oui | P | X | présent | 1 jour | cent quarante | =140 | =B3+7 | @SUM(1) | +A1 | 12 h 61 | 25:75 | -7 | - 7
    | (7) | −7,5 | 7- | 151h40h | h30 | 1O | O | 140 h (dont 7) | 140 / 151 | 140 sur 151 | 12:30:75 | 7h30-8h
    | 14 0 0 | 1 51 | 151 67 | 1.51.67 | 0x12 | ½ | 7½ | 二 """
"""A person is asked: a second reading, a slip, another unit, a formula, a negative, a word."""

MONTHS: dict[tuple[int | None, int], str] = {
    (2026, 1): """janvier 2026 | Janvier 2026 | JANVIER 2026 | janv 2026 | janv. 2026 | jan 2026 | janv-26 | janv.-26
        | jan-26 | JANV 26 | 01/2026 | 1/2026 | 01-2026 | 01.2026 | 2026-01 | 2026/01 | 202601 | 012026 | janvier 26
        | mois de janvier 2026 | janvier·2026 """,
    (2026, 2): """février 2026 | fevrier 2026 | FÉVRIER 2026 | FEVRIER 2026 | févr. 2026 | févr-26 | fev
        2026 | fév. 26 |
        fevr-26 | 02/2026 | 2026-02""",
    (2026, 3): "mars 2026 | MARS 2026 | mars-26 | Mars 26 | mar-26 | 03/2026 | 3/2026 | 2026-03 | 03-2026",
    (2026, 4): "avril 2026 | AVRIL 2026 | avr 2026 | avr. 2026 | avr-26 | avr.-26 | 04/2026 | 2026-04",
    (2026, 5): "mai 2026 | MAI 2026 | mai-26 | Mai 26 | 05/2026 | 5/2026 | 2026-05",
    (2026, 6): "juin 2026 | JUIN 2026 | juin-26 | 06/2026 | 2026-06 | juin 26",
    (2026, 7): "juillet 2026 | juil 2026 | juil. 2026 | juil-26 | juil.-26 | JUILLET 26 | 07/2026 | 2026-07",
    (2026, 8): "août 2026 | aout 2026 | AOÛT 2026 | AOUT 2026 | août-26 | aout-26 | 08/2026 | 2026-08",
    (2026, 9): """septembre 2026 | sept 2026 | sept. 2026 | sept-26 | sept.-26 | SEPTEMBRE 26 | 09/2026 |
        9/2026 | 2026-09""",
    (2026, 10): """octobre 2026 | oct 2026 | oct. 2026 | oct-26 | oct.-26 | OCTOBRE 2026 | 10/2026 | 10-2026
        | 2026-10 |
        202610 | 102026 | période octobre 2026 | paie octobre 2026""",
    (2026, 11): "novembre 2026 | nov 2026 | nov. 2026 | nov-26 | NOV-26 | 11/2026 | 2026-11 | heures novembre 2026",
    (2026, 12): """décembre 2026 | decembre 2026 | DÉCEMBRE 2026 | DECEMBRE 2026 | déc 2026 | déc. 2026 |
        dec-26 | déc.-26 |
        12/2026 | 2026-12""",
    (2024, 2): "février 2024 | févr-24 | 02/2024 | fév. 2024 | 2024-02 | févr. 24",
    (None, 1): "janvier | janv | janv. | JANVIER | Jan",
    (None, 8): "août | aout | AOÛT | Aout",
    (None, 10): "octobre | oct | oct. | OCTOBRE | Mois octobre",
    (None, 12): "décembre | déc. | DEC | dec",
}  # fmt: skip
"""(year or None when it is not said, month) → how it is written. Without a year the month is asked."""

NO_MONTH = """13/2026 | 00/2026 | 0/2026 | 2026-13 | 2026-00 | 32/01/2026 | 31/02/2026 |
        30/02/2026 | 31/04/2026 | 03/04
    | 1989-12 | 12/1889 | 202613 | 132026 | Brumaire 2026 | mois prochain | trimestre 1 2026 | T1 2026 | semaine 12
    | 2026 | octobre-novembre 2026 | oct/nov 2026 | MARTIN | avril Julie | mai ou juin 2026 | ? 2026 """


def spellings(text: str) -> list[str]:
    return [one.strip().replace("·", "\u00a0").replace("‧", "\u202f") for one in text.split("|") if one.strip()]


READ = [(spelling, value) for value, text in HOURS.items() for spelling in spellings(text)]
DATED = [(spelling, month) for month, text in MONTHS.items() for spelling in spellings(text)]


def test_there_are_five_hundred_of_them() -> None:
    everything = [one for one, _ in READ] + spellings(NOTHING) + spellings(ASKED)
    everything += [one for one, _ in DATED] + spellings(NO_MONTH)
    assert len(set(everything)) >= 500, len(set(everything))


@pytest.mark.parametrize(("text", "value"), READ)
def test_hours_are_read_right(text: str, value: int) -> None:
    amount = hours_of_text(text)
    assert amount.units is not None, amount.code
    assert (hundredths(amount.units), amount.code) == (value, "")


@pytest.mark.parametrize("text", spellings(NOTHING))
def test_no_hours_is_nothing(text: str) -> None:
    assert hours_of_text(text) == (None, "")


@pytest.mark.parametrize("text", spellings(ASKED))
def test_what_has_two_readings_or_none_is_asked(text: str) -> None:
    assert hours_of_text(text).code != "", "it would have been taken for a figure, or for nothing"


@pytest.mark.parametrize(("text", "month"), DATED)
def test_months_are_read_right(text: str, month: tuple[int | None, int]) -> None:
    moment = moment_of_text(text)
    assert isinstance(moment, Moment)
    assert (moment.year, moment.month, moment.day, moment.code) == (*month, None, "")


@pytest.mark.parametrize("text", spellings(NO_MONTH))
def test_what_is_no_month_is_none(text: str) -> None:
    moment = moment_of_text(text)
    assert moment is None or moment.code == "month_invalid" or moment.year is None, moment
