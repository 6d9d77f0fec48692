"""Twenty more statements as companies send them, each made here: read exactly, or asked, never read wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.hours.timesheets.files import lines, read, read_data, read_rows, reasons, sheet, xlsx

D = dt.date
JULIE, PAUL, AWA, ALI = ("MARTIN", "Julie"), ("DUPONT", "Paul"), ("DIALLO", "Awa"), ("KONE", "Ali")


def month(name: tuple[str, str], hours: str, when: str = "2026-10") -> tuple[str, str, str, str]:
    return (*name, when, hours)


def test_a_logo_an_address_and_dates_of_contracts_around_the_heading():
    rows = [
        ["", "", ""],
        ["ACME BTP SAS"],
        ["12 rue des Lilas 91000 EVRY"],
        ["Tél : 01 60 00 00 00"],
        ["RELEVÉ DES HEURES D’INSERTION - OCTOBRE 2026"],
        [],
        ["Nom", "Prénom", "N° contrat", "Date début", "Date fin", "Heures réalisées", "Observations"],
        [*JULIE, "C-12", D(2026, 3, 2), D(2027, 3, 31), 151.67, "RAS"],
        [*PAUL, "C-13", D(2026, 3, 2), "", 140, ""],
        ["", "", "", "", "Total", 291.67],
    ]
    reading = read_rows(rows)
    assert lines(reading) == [month(JULIE, "151.67"), month(PAUL, "140.00")]
    assert {line.company for line in reading.lines} == {"ACME BTP SAS"}


def test_totals_in_the_middle_of_the_table():
    reading = read_rows(
        [
            ["Mois : octobre 2026"],
            ["Équipe", "Nom et prénom", "Heures"],
            ["A", "MARTIN Julie", 100],
            ["A", "DUPONT Paul", 50],
            ["Total équipe A", "", 150],
            ["B", "DIALLO Awa", 20],
            ["B", "KONE Ali", 30],
            ["Total équipe B", "", 50],
            ["TOTAL GÉNÉRAL", "", 200],
        ]
    )
    assert lines(reading) == [month(JULIE, "100.00"), month(PAUL, "50.00"), month(AWA, "20.00"), month(ALI, "30.00")]
    assert reading.status == "ok"


@pytest.mark.parametrize("days", [(D(2026, 9, 1), D(2026, 10, 1)), (D(2026, 9, 30), D(2026, 10, 31))])
def test_months_written_as_their_first_or_last_day(days: tuple[dt.date, dt.date]):
    across = read_rows([["Nom", "Prénom", *days], [*JULIE, 10, 20], [*PAUL, 30, 40]])
    assert lines(across) == [
        month(JULIE, "10.00", "2026-09"),
        month(JULIE, "20.00"),
        month(PAUL, "30.00", "2026-09"),
        month(PAUL, "40.00"),
    ]
    down = read_rows([["Nom", "Prénom", "Mois", "Heures"], [*JULIE, days[0], 10], [*PAUL, days[1], 40]])
    assert lines(down) == [month(JULIE, "10.00", "2026-09"), month(PAUL, "40.00")]


def test_the_first_name_before_the_last():
    reading = read_rows(
        [["Prénom", "Nom", "Mois", "Heures"], [*JULIE[::-1], "10/2026", 10], [*PAUL[::-1], "10/2026", 20]]
    )
    assert lines(reading) == [month(JULIE, "10.00"), month(PAUL, "20.00")]


@pytest.mark.parametrize("corner", ["", "Semaine"])
@pytest.mark.parametrize("total", [True, False])
def test_persons_across_and_weeks_down(corner: str, total: bool):
    weeks: list[list[Any]] = [["Semaine 41", 35, 30], ["Semaine 42", 35, 28], ["Semaine 43", 30, 30]]
    rows: list[list[Any]] = [[corner, "MARTIN Julie", "DUPONT Paul"], *weeks, ["Total", 100, 88]]
    if total:
        rows = [[*row, "Total" if at == 0 else sum(row[1:])] for at, row in enumerate(rows)]
    assert lines(read_rows([["Octobre 2026"], *rows])) == [month(JULIE, "100.00"), month(PAUL, "88.00")]


def test_persons_across_with_their_numbers_and_names_on_three_rows():
    reading = read_rows(
        [
            ["Année 2026"],
            ["Matricule", 101, 102],
            ["Nom", "MARTIN", "DUPONT"],
            ["Prénom", "Julie", "Paul"],
            ["janvier", 10, 20],
            ["février", 11, 21],
            ["Total", 21, 41],
        ]
    )
    assert lines(reading) == [
        month(JULIE, "10.00", "2026-01"),
        month(JULIE, "11.00", "2026-02"),
        month(PAUL, "20.00", "2026-01"),
        month(PAUL, "21.00", "2026-02"),
    ]


def test_one_sheet_per_person_named_by_a_first_name():
    def page(name: tuple[str, str], hours: list[float]) -> list[list[object]]:
        days = [[D(2026, 10, 1 + at), "08:00", "16:00", one] for at, one in enumerate(hours)]
        head: list[list[object]] = [["Nom", name[0]], ["Prénom", name[1]], ["Mois", "Octobre 2026"], []]
        return [*head, ["Date", "Début", "Fin", "Heures"], *days, ["Total", "", "", sum(hours)]]

    reading = read(sheet(page(JULIE, [7, 7.5]), "Julie"), sheet(page(PAUL, [7]), "Paul"))
    assert lines(reading) == [month(JULIE, "14.50"), month(PAUL, "7.00")]


def test_weekly_lines_over_two_months_are_asked_unless_the_pay_month_is_said():
    weeks = [
        ["MARTIN Julie", 40, D(2026, 9, 28), D(2026, 10, 4), 35],
        ["MARTIN Julie", 41, D(2026, 10, 5), D(2026, 10, 11), 35],
    ]
    reading = read_rows([["Salarié", "Semaine", "Du", "Au", "Heures"], *weeks])
    assert lines(reading) == [month(JULIE, "35.00")]
    assert reasons(reading) == [(2, "week_across_months")]


@pytest.mark.parametrize("mac", [False, True])
def test_durations_above_a_day_and_a_hidden_column(mac: bool):
    book = openpyxl.Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    page = book.worksheets[0]
    page.append(["Nom", "Prénom", "Mois", "Heures prévues", "Heures", "Heures"])
    for name, hours in (
        (JULIE, dt.timedelta(hours=151, minutes=40)),
        (PAUL, dt.timedelta(hours=24)),
        (AWA, dt.timedelta(hours=23.5)),
    ):
        page.append([*name, D(2026, 10, 1), 151, hours, 999])
    for row in range(2, 5):
        page.cell(row, 3).number_format = "mmm-yy"
        page.cell(row, 5).number_format = "[h]:mm"
    page.column_dimensions["F"].hidden = True
    reading = read_data(xlsx(book), "releve.xlsx")
    assert lines(reading) == [month(JULIE, "151.67"), month(PAUL, "24.00"), month(AWA, "23.50")]


def test_a_payroll_page_with_merged_headings_renamed_xls():
    page = (
        '<html><head><meta charset="iso-8859-1"></head><body><h1>État des heures</h1><table>'
        "<tr><th colspan=4>Société ACME SAS - Octobre 2026</th></tr>"
        "<tr><th rowspan=2>Salarié</th><th colspan=2>Heures</th><th rowspan=2>Total</th></tr>"
        "<tr><th>Normales</th><th>Supp.</th></tr>"
        "<tr><td>MARTIN Julie</td><td>140,00</td><td>5,50</td><td>145,50</td></tr>"
        "<tr><td>DUPONT Paul</td><td>100,00</td><td>&nbsp;</td><td>100,00</td></tr>"
        "<tr><td>Total</td><td>240</td><td>5,5</td><td>245,5</td></tr></table></body></html>"
    )
    reading = read_data(page.encode("latin-1"), "releve.xls")
    assert lines(reading) == [month(JULIE, "145.50"), month(PAUL, "100.00")]
    assert {line.company for line in reading.lines} == {"ACME SAS"}


_TEXT = (
    "Entreprise :;ACME SAS\r\nMois :;octobre 2026\r\n\r\nNOM;Prénom;Heures travaillées\r\n"
    "MARTIN;Julie;151,67\r\nDUPONT;Paul;1\u00a0234,5\r\n"
)


@pytest.mark.parametrize(
    "data",
    [
        _TEXT.encode("utf-16"),
        _TEXT.encode("utf-16-be"),
        _TEXT.encode("utf-8-sig"),
        _TEXT.encode("cp1252"),
        _TEXT.replace(";", "\t").encode("cp1252"),
        b"sep=;\r\n" + _TEXT.encode("cp1252"),
    ],
)
def test_a_text_file_in_any_encoding(data: bytes):
    reading = read_data(data, "releve.txt")
    assert lines(reading) == [month(JULIE, "151.67")]
    assert [(item.reason, item.hours) for item in reading.review] == [("hours_impossible", "1234.50")]
    assert reading.lines[0].company == "ACME SAS"


def test_separators_and_lines_inside_quotes():
    text = (
        '"Nom";"Prénom";"Mois";"Heures";"Note"\n"MARTIN";"Julie";"10/2026";"151,67";"congé; puis arrêt"\n'
        '"DUPONT";"Paul";"10/2026";"70";"ligne 1\nligne 2; 3"\n'
    )
    assert lines(read_data(text.encode("utf-8-sig"))) == [month(JULIE, "151.67"), month(PAUL, "70.00")]
    comma = 'Nom,Prénom,Mois,Heures\nMARTIN,Julie,10/2026,"151,67"\nDUPONT,Paul,10/2026,"70,5"\n'
    assert lines(read_data(comma.encode())) == [month(JULIE, "151.67"), month(PAUL, "70.50")]


def test_birth_names_and_titles_stay_out_of_the_name():
    names = ["MARTIN (née DUPONT) Julie", "LOPEZ épouse GARCIA Ana", "BERNARD née PETIT Lucie", "Mme KONE Ali"]
    reading = read_rows([["Nom et prénom", "Mois", "Heures"], *[[name, "10/2026", 10] for name in names]])
    assert [line.last_name for line in reading.lines] == ["MARTIN", "LOPEZ", "BERNARD", "KONE"]
    assert [line.first_name for line in reading.lines] == ["Julie", "Ana", "Lucie", "Ali"]


def test_several_companies_written_once_and_closed_by_their_totals():
    reading = read_rows(
        [
            ["Relevé octobre 2026"],
            ["Entreprise", "Nom", "Prénom", "Heures"],
            ["ACME SAS", *JULIE, 10],
            ["", *PAUL, 20],
            ["Total ACME SAS", "", "", 30],
            ["INTERIM SUD", *AWA, 5],
            ["Total INTERIM SUD", "", "", 5],
        ]
    )
    assert [(line.company, line.last_name) for line in reading.lines] == [
        ("ACME SAS", "MARTIN"),
        ("ACME SAS", "DUPONT"),
        ("INTERIM SUD", "DIALLO"),
    ]
    blank = read_rows(
        [["Octobre 2026"], ["Agence", "Nom", "Prénom", "Heures"], ["INTERIM SUD", *JULIE, 1], ["", *PAUL, 2]]
    )
    assert [line.company for line in blank.lines] == ["INTERIM SUD", ""], "blank may mean the company itself"


def test_years_over_months_and_months_with_their_unit():
    years = read_rows(
        [
            ["", "", 2025, "", "", 2026, ""],
            ["Nom", "Prénom", "oct.", "nov.", "déc.", "janv.", "févr."],
            [*JULIE, 1, 2, 3, 4, 5],
        ],
        merged=((0, 2, 0, 4), (0, 5, 0, 6)),
    )
    assert [when for *_, when, _ in lines(years)] == ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02"]
    units = read_rows([["Nom", "Prénom", "Janv. 2026 (h)", "Févr. 2026 (h)"], [*JULIE, 1, 2], [*PAUL, 3, 4]])
    assert [hours for *_, hours in lines(units)] == ["1.00", "2.00", "3.00", "4.00"]


def test_arrivals_and_departures_are_not_hours_worked():
    reading = read_rows(
        [
            ["Salarié", "Date", "Arrivée", "Départ", "Pause", "Durée"],
            ["MARTIN Julie", D(2026, 10, 1), "08:00", "16:30", "01:00", "07:30"],
            ["MARTIN Julie", D(2026, 10, 2), "08:00", "16:30", "01:00", "07:30"],
            ["DUPONT Paul", D(2026, 10, 1), "08:00", "12:00", "00:00", "04:00"],
        ]
    )
    assert lines(reading) == [month(JULIE, "15.00"), month(PAUL, "4.00")]


def test_training_and_bad_weather_are_not_worked():
    reading = read_rows(
        [
            ["Mois", "oct-26"],
            ["Nom", "Prénom", "Heures travaillées", "Heures formation", "Intempéries", "Total heures"],
            [*JULIE, 100, 7, 3, 110],
            [*PAUL, 100, 0, 0, 100],
        ]
    )
    assert lines(reading) == [month(JULIE, "100.00"), month(PAUL, "100.00")]
