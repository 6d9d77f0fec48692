"""Every code: what would be wrong goes to review, what is only to be known is told, nothing is guessed."""

from __future__ import annotations

import json

import pytest

from app.hours.timesheets.reading import to_json
from tests.hours.timesheets.files import codes, lines, read_rows, reasons

HEAD = [["Entreprise : BATI SAS"], ["Nom", "Prénom", "Mois", "Heures"]]
JULIE = ["MARTIN", "Julie"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([*JULIE, "01/2024", -5], "negative_hours"),
        ([*JULIE, "01/2024", "-5,5"], "negative_hours"),
        ([*JULIE, "01/2024", "(7)"], "negative_hours"),
        ([*JULIE, "01/2024", "1.234"], "hours_odd_format"),
        ([*JULIE, "01/2024", "7h5"], "hours_odd_format"),
        ([*JULIE, "01/2024", "7:75"], "hours_odd_format"),
        ([*JULIE, "01/2024", 745], "hours_impossible"),
        ([*JULIE, "01/2024", "1 516,70"], "hours_impossible"),
        ([*JULIE, "02/2024", 700], "hours_impossible"),
        ([*JULIE, "01/2024", 350], "hours_unlikely"),
        ([*JULIE, "01/2024", "beaucoup"], "hours_unreadable"),
        ([*JULIE, "01/2024", "12 jours"], "hours_unreadable"),
        ([*JULIE, "01/2024", "=A1*7"], "formula_like_text"),
        (["=cmd|'/c calc'!A1", "Julie", "01/2024", 5], "formula_like_text"),
        (["@MARTIN", "Julie", "01/2024", 5], "formula_like_text"),
        (["H" * 200, "Julie", "01/2024", 5], "text_too_long"),
        (["", "", "01/2024", 5], "name_missing"),
        (["-", "", "01/2024", 5], "name_missing"),
        ([*JULIE, "12/2027", 5], "month_in_future"),
        ([*JULIE, "décembre 2026", 5], "month_in_future"),
        ([*JULIE, "13/2024", 5], "month_invalid"),
        ([*JULIE, "03/04", 5], "month_invalid"),
        ([*JULIE, "T1 2024", 5], "month_invalid"),
        ([*JULIE, "31/02/2024", 5], "month_invalid"),
        ([*JULIE, "", 5], "month_invalid"),
        ([*JULIE, "janvier", 5], "month_without_year"),
    ],
)
def test_a_row_that_would_be_wrong_is_asked(row: list[object], reason: str):
    good = ["DUPONT", "Paul", "01/2024", 10]
    reading = read_rows([*HEAD, good, row, ["LE GOFF", "Anne", "01/2024", 11]])
    assert lines(reading) == [("DUPONT", "Paul", "2024-01", "10.00"), ("LE GOFF", "Anne", "2024-01", "11.00")]
    assert reasons(reading) == [(4, reason)]
    assert reading.review[0].message
    assert reading.status == "warnings"


@pytest.mark.parametrize(
    "nothing", [0, "0", "0,00", "", "-", "–", "néant", "Néant", "CP", "absent", "Congés payés", "00:00", "/"]
)
def test_nothing_makes_no_line(nothing: object):
    reading = read_rows([*HEAD, [*JULIE, "01/2024", nothing], ["DUPONT", "Paul", "01/2024", 10]])
    assert lines(reading) == [("DUPONT", "Paul", "2024-01", "10.00")]
    assert reading.status == "ok"


@pytest.mark.parametrize(
    "label",
    [
        "TOTAL",
        "Total général",
        "Sous-total MARTIN",
        "Cumul depuis janvier",
        "Objectif",
        "Reste à réaliser",
        "Total S05",
    ],
)
def test_totals_cumuls_and_targets_are_never_lines(label: str):
    reading = read_rows([*HEAD, [*JULIE, "01/2024", 10], [label, "", "", 10]])
    assert lines(reading) == [("MARTIN", "Julie", "2024-01", "10.00")]
    assert reading.review == ()


def test_a_total_without_its_word_is_known_by_its_sum():
    rows = [*HEAD, [*JULIE, "01/2024", 10], ["DUPONT", "Paul", "01/2024", 5]]
    assert read_rows([*rows, ["", "", "", 15]]).status == "ok"
    assert reasons(read_rows([*rows, ["", "", "", 16]])) == [(5, "name_missing")]


def test_somebody_may_be_called_total():
    reading = read_rows([*HEAD, ["TOTAL", "Michel", "01/2024", 10], ["TOTAL", "", "", 10]])
    assert lines(reading) == [("TOTAL", "Michel", "2024-01", "10.00")]


def test_duplicates():
    same = read_rows([*HEAD, [*JULIE, "01/2024", 10], [*JULIE, "01/2024", 10]])
    assert lines(same) == [("MARTIN", "Julie", "2024-01", "10.00")]
    assert reasons(same) == [(4, "duplicate_row")]
    different = read_rows([*HEAD, [*JULIE, "01/2024", 10], ["martin", "JULIE", "01/2024", 12]])
    assert lines(different) == []
    assert reasons(different) == [(3, "duplicate_row"), (4, "duplicate_row")]


def test_a_stray_space_has_one_reading_and_is_told():
    reading = read_rows([*HEAD, [*JULIE, "01/2024", "1 51,67"]])
    assert lines(reading) == [("MARTIN", "Julie", "2024-01", "151.67")]
    assert [(one.code, one.row) for one in reading.warnings] == [("hours_odd_format", 3)]


def test_long_months_are_told():
    reading = read_rows([*HEAD, [*JULIE, "01/2024", 230]])
    assert lines(reading) == [("MARTIN", "Julie", "2024-01", "230.00")]
    assert codes(reading) == ["hours_unlikely"]


def test_a_total_that_is_not_the_sum_is_told():
    rows = [*HEAD, [*JULIE, "01/2024", 100], ["DUPONT", "Paul", "01/2024", 50]]
    assert codes(read_rows([*rows, ["TOTAL", "", "", 150]])) == []
    wrong = read_rows([*rows, ["TOTAL", "", "", 160]])
    assert [(one.code, one.row) for one in wrong.warnings] == [("total_mismatch", 5)]
    assert len(wrong.lines) == 2


def test_a_row_of_days_whose_total_is_not_its_sum_is_asked():
    days = [["Mois :", "mars 2024"], ["Nom", "Prénom", *range(1, 8), "Total"]]
    reading = read_rows([*days, [*JULIE, *[7] * 7, 56], ["DUPONT", "Paul", *[7] * 7, 49]])
    assert lines(reading) == [("DUPONT", "Paul", "2024-03", "49.00")]
    assert reasons(reading) == [(3, "total_mismatch")]


def test_one_bad_day_makes_the_month_asked():
    rows = [
        ["Salarié", "Date", "Heures"],
        ["MARTIN Julie", "04/03/2024", "7"],
        ["MARTIN Julie", "05/03/2024", "sept"],
        ["MARTIN Julie", "06/03/2024", "25"],
        ["DUPONT Paul", "05/03/2024", "7"],
    ]
    reading = read_rows(rows)
    assert lines(reading) == [("DUPONT", "Paul", "2024-03", "7.00")]
    assert reasons(reading) == [(3, "hours_unreadable"), (4, "hours_impossible")]
    assert reading.review[0].rest == 700


def test_overtime_beside_hours_is_asked_only_where_there_is_some():
    reading = read_rows(
        [
            ["Nom", "Prénom", "Mois", "Heures", "Heures supp"],
            [*JULIE, "01/2024", 140, 0],
            ["DUPONT", "Paul", "01/2024", 140, 4],
        ]
    )
    assert lines(reading) == [("MARTIN", "Julie", "2024-01", "140.00")]
    assert reasons(reading) == [(3, "hours_odd_format")]


def test_two_months_said_are_asked():
    reading = read_rows([["Mois :", "février 2024"], ["Nom", "Prénom", "Heures"], [*JULIE, 5]], "Mars 2024")
    assert reasons(reading) == [(3, "month_invalid")]


def test_american_dates_are_asked():
    reading = read_rows(
        [["Date", "Salarié", "Heures"], ["02/15/2024", "MARTIN Julie", 7], ["02/05/2024", "MARTIN Julie", 7]]
    )
    assert [reason for _, reason in reasons(reading)] == ["month_invalid", "month_invalid"]


def test_possible_same_person_stays_apart_and_is_told():
    reading = read_rows([*HEAD, ["LEFÈVRE", "Chloé", "01/2024", 1], ["LEFEVRE", "Chloé", "02/2024", 1]])
    assert len(reading.lines) == 2
    assert codes(reading) == ["possible_same_person"]
    inverted = read_rows([*HEAD, ["MARTIN", "Julie", "01/2024", 1], ["JULIE", "Martin", "02/2024", 1]])
    assert codes(inverted) == ["possible_same_person"]
    initial = read_rows([*HEAD, ["MARTIN", "J.", "01/2024", 1], ["MARTIN", "Julie", "02/2024", 1]])
    assert codes(initial) == ["possible_same_person"]
    side_by_side = read_rows(
        [*HEAD, ["KÉÏTA", "Sékou", "01/2024", 1], ["KEITA", "Sekou", "01/2024", 1], ["KEITA", "Sekou", "02/2024", 1]]
    )
    assert len(side_by_side.lines) == 3
    assert codes(side_by_side) == []


@pytest.mark.parametrize("heading", ["Matricule", "Date de naissance"])
def test_homonyms_told_apart_are_never_merged(heading: str):
    one, other = ("1042", "1057") if heading == "Matricule" else ("01/05/1990", "02/06/1999")
    reading = read_rows(
        [[heading, "Nom", "Prénom", "Mois", "Heures"], [one, *JULIE, "01/2024", 5], [other, *JULIE, "01/2024", 7]]
    )
    assert [(line.ref, line.hundredths) for line in reading.lines] == [(one, 500), (other, 700)]
    assert codes(reading) == ["homonyms"]
    assert [line["ref"] for line in to_json(reading)["lines"]] == [one, other]


def test_row_numbers_are_no_references():
    rows = [["N° salarié", "Nom", "Prénom", "Mois", "Heures"]]
    rows += [[str(at + 1), *JULIE, f"0{at + 1}/2024", "5"] for at in range(4)]
    assert codes(read_rows(rows)) == []


def test_a_wrong_siret_is_told():
    named = read_rows(
        [
            ["Employeur", "SIRET", "Nom", "Prénom", "Mois", "Heures"],
            ["BATI SAS", "99910001900011", *JULIE, "01/2024", 1],
        ]
    )
    assert [(one.code, one.row) for one in named.warnings] == [("siret_invalid", 2)]
    assert named.lines[0].company == "BATI SAS"
    alone = read_rows([["SIRET", "Nom", "Prénom", "Mois", "Heures"], ["99910001900011", *JULIE, "01/2024", 1]])
    assert reasons(alone) == [(2, "siret_invalid")]
    good = read_rows(
        [["Employeur", "SIRET", "Nom", "Prénom", "Mois", "Heures"], ["BATI SAS", 99910001900010, *JULIE, "01/2024", 1]]
    )
    assert codes(good) == []


def test_the_json_has_the_shape_of_the_issue():
    reading = read_rows([*HEAD, [*JULIE, "01/2024", "1 51,67"], ["DUPONT", "Paul", "janvier", "7"]])
    answer = json.loads(json.dumps(to_json(reading)))
    assert answer["lines"] == [
        {
            "company": "BATI SAS",
            "last_name": "MARTIN",
            "first_name": "Julie",
            "month": "2024-01",
            "hours": "151.67",
            "row": 3,
        }
    ]
    assert answer["review"] == [
        {
            "company": "BATI SAS",
            "last_name": "DUPONT",
            "first_name": "Paul",
            "month": "janvier",
            "hours": "7",
            "row": 4,
            "reason": "month_without_year",
        }
    ]
    assert set(answer) == {"status", "layout", "lines", "review", "warnings"}
    assert answer["warnings"][0].keys() == {"code", "message", "row"}
    empty = to_json(read_rows([["rien"]]))
    assert empty["status"] == "error"
    assert empty["error"]["code"] == "no_table_found"
