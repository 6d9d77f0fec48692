"""Every shape of statement: header wherever it stands, months, days, weeks, persons and employers anywhere."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.hours.timesheets.files import codes, lines, read, read_rows, reasons, sheet

D = dt.date
JULIE = ("MARTIN", "Julie")
PAUL = ("DUPONT", "Paul")


def test_a_heading_far_below_a_logo():
    reading = read_rows(
        [
            *[[""]] * 3,
            ["", "", "LOGO"],
            ["Chantier : Les Peupliers"],
            ["Entreprise :", "", "BATI SAS"],
            ["Période du", "01/03/2024", "au", "31/03/2024"],
            [],
            ["", "N°", "Nom et Prénom du salarié", "Type contrat", "Nombre d'heures d'insertion réalisées", "Cumul"],
            ["", 1, "MARTIN, Julie", "CDD", 151.67, 300],
            ["", 2, "DUPONT, Paul", "CDD", 15, 30],
            ["", "", "TOTAL", "", 166.67, 330],
        ]
    )
    assert lines(reading) == [(*JULIE, "2024-03", "151.67"), (*PAUL, "2024-03", "15.00")]
    assert [line.row for line in reading.lines] == [10, 11]
    assert reading.lines[0].company == "BATI SAS"
    assert reading.status == "ok"


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["Mois", "MARTIN Julie", "DUPONT Paul"],
            ["janv-24", "151,67", "70"],
            ["févr-24", "140", "-"],
            ["Total", "291,67", "70"],
        ],
        [
            ["NOM", "MARTIN", "DUPONT"],
            ["Prénom", "Julie", "Paul"],
            ["Janvier 2024", 151.67, 70],
            ["Février 2024", 140, 0],
        ],
        [
            ["Salarié", "MARTIN Julie", "DUPONT Paul", "Total"],
            [D(2024, 1, 1), 151.67, 70, 221.67],
            [D(2024, 2, 1), 140, 0, 140],
        ],
    ],
)
def test_persons_in_columns(rows: list[list[object]]):
    reading = read_rows([["Entreprise : BATI SAS"], [], *rows])
    assert lines(reading) == [
        (*JULIE, "2024-01", "151.67"),
        (*JULIE, "2024-02", "140.00"),
        (*PAUL, "2024-01", "70.00"),
    ]
    assert {line.company for line in reading.lines} == {"BATI SAS"}
    january = next(at for at, row in enumerate(rows) if 151.67 in row or "151,67" in row)
    assert reading.lines[0].row == january + 3


@pytest.mark.parametrize("numbers", [True, False])
def test_days_down_and_persons_across(numbers: bool):
    days = [[day if numbers else D(2024, 3, day), 7, 3.5] for day in range(1, 11)]
    reading = read_rows([["Mois : mars 2024"], ["Jour", "MARTIN Julie", "DUPONT Paul"], *days, ["Total", 70, 35]])
    assert lines(reading) == [(*JULIE, "2024-03", "70.00"), (*PAUL, "2024-03", "35.00")]


def test_one_sheet_per_person_by_its_label_or_its_name():
    months = [["Année : 2024"], ["Mois", "Heures"], ["Janvier", 151.67], ["Février", 140]]
    labelled = read(
        sheet([["Salarié : MARTIN Julie"], *months], "Fiche 1"),
        sheet([["Nom", "DUPONT"], ["Prénom", "Paul"], *months], "Fiche 2"),
    )
    assert lines(labelled) == [
        (*JULIE, "2024-01", "151.67"),
        (*JULIE, "2024-02", "140.00"),
        (*PAUL, "2024-01", "151.67"),
        (*PAUL, "2024-02", "140.00"),
    ]
    days = [
        ["FEUILLE D'HEURES"],
        ["Mois", "Mars 2024"],
        ["Jour", "Matin", "Après-midi", "Total"],
        [1, 4, 3, 7],
        [2, 4, 3.5, 7.5],
        ["Total", "", "", 14.5],
    ]
    named = read(sheet(days, "MARTIN Julie"), sheet(days, "DUPONT Paul"))
    assert lines(named) == [(*JULIE, "2024-03", "14.50"), (*PAUL, "2024-03", "14.50")]


def test_months_over_two_heading_rows():
    under = read_rows(
        [
            ["Nom", "Prénom", "Janvier 2024", "", "Février 2024", ""],
            ["", "", "Heures", "Absences", "Heures", "Absences"],
            [*JULIE, 151.67, 7, 140, 0],
            [*PAUL, 70, "", 60, 3],
        ],
        merged=((0, 2, 0, 3), (0, 4, 0, 5)),
    )
    assert [hours for *_, hours in lines(under)] == ["151.67", "140.00", "70.00", "60.00"]
    above = read_rows(
        [
            ["", "", "janv-24", "", "févr-24", ""],
            ["Nom", "Prénom", "Prévu", "Réalisé", "Prévu", "Réalisé"],
            [*JULIE, 151, 5, 151, 6],
            ["TOTAL", "", 151, 5, 151, 6],
        ]
    )
    assert lines(above) == [(*JULIE, "2024-01", "5.00"), (*JULIE, "2024-02", "6.00")]
    parts = read_rows(
        [
            ["", "", "Janvier 2024", "", "Février 2024", ""],
            ["Nom", "Prénom", "Heures normales", "Heures supp", "Heures normales", "Heures supp"],
            [*JULIE, 151.67, 7, 140, 0],
        ]
    )
    assert lines(parts) == [(*JULIE, "2024-01", "158.67"), (*JULIE, "2024-02", "140.00")]
    years = read_rows(
        [["", "", "2024", "", "2025"], ["Nom", "Prénom", "Novembre", "Décembre", "Janvier"], [*JULIE, 1, 2, 3]]
    )
    assert [month for _, _, month, _ in lines(years)] == ["2024-11", "2024-12", "2025-01"]


def test_a_year_said_once_serves_months_without_one():
    said = read_rows([["SUIVI DES HEURES 2024"], ["Nom", "Prénom", "Janvier", "Février", "Total"], [*JULIE, 5, 7, 12]])
    assert lines(said) == [(*JULIE, "2024-01", "5.00"), (*JULIE, "2024-02", "7.00")]
    silent = read_rows([["SUIVI DES HEURES"], ["Nom", "Prénom", "Janvier", "Février"], [*JULIE, 5, 7]])
    assert lines(silent) == []
    assert reasons(silent) == [(3, "month_without_year")] * 2
    split = read_rows([["Nom", "Prénom", "Mois", "Année", "Heures"], [*JULIE, "Mars", 2024, 5], [*JULIE, 4, 2024, 6]])
    assert [month for _, _, month, _ in lines(split)] == ["2024-03", "2024-04"]


@pytest.mark.parametrize("names", [["MARTIN", "Julie"], ["MARTIN Julie"]])
def test_no_heading_at_all(names: list[str]):
    other = ["LE GOFF", "Anne"] if len(names) == 2 else ["LE GOFF Anne"]
    reading = read_rows([[*names, "01/2024", "151,67"], [*other, "02/2024", "70,5"]])
    assert lines(reading) == [(*JULIE, "2024-01", "151.67"), ("LE GOFF", "Anne", "2024-02", "70.50")]


def test_an_unnamed_first_column():
    reading = read_rows([["", "janv-24", "févr-24", "Total"], ["MARTIN Julie", 1, 2, 3], ["DUPONT Paul", 4, 5, 9]])
    assert lines(reading) == [
        (*JULIE, "2024-01", "1.00"),
        (*JULIE, "2024-02", "2.00"),
        (*PAUL, "2024-01", "4.00"),
        (*PAUL, "2024-02", "5.00"),
    ]
    unknown = read_rows([["mars 2024"], ["Ressource", "Poste", "Nb H"], ["MARTIN Julie", "Maçon", "12h30"]])
    assert lines(unknown) == [(*JULIE, "2024-03", "12.50")]


@pytest.mark.parametrize("colon", ["", " :"])
def test_a_form_of_labels_and_values(colon: str):
    rows = [
        ["Entreprise", "BATI SAS"],
        ["Nom", "MARTIN"],
        ["Prénom", "Julie"],
        ["Mois", "01/2024"],
        ["Nombre d'heures", "151,67"],
    ]
    reading = read_rows([[f"{label}{colon}", value] for label, value in rows])
    assert lines(reading) == [(*JULIE, "2024-01", "151.67")]
    assert reading.lines[0].company == "BATI SAS"


def test_blocks_of_months_employers_and_persons():
    months = read_rows(
        [
            ["Nom", "Prénom", "Heures"],
            ["Janvier 2024"],
            [*JULIE, 100],
            ["Février 2024"],
            [*JULIE, 50],
            ["TOTAL", "", 150],
        ]
    )
    assert lines(months) == [(*JULIE, "2024-01", "100.00"), (*JULIE, "2024-02", "50.00")]
    for first, second in [("Employeur : BATI SAS", "ETTI : INTERIM SUD"), ("BATI ESSONNE SAS", "INTÉRIM PASSERELLE")]:
        employers = read_rows(
            [
                ["Relevé janvier 2024"],
                ["Nom", "Prénom", "Heures"],
                [first],
                [*JULIE, 100],
                ["Sous-total", "", 100],
                [second],
                [*PAUL, 50],
                ["Sous-total", "", 50],
                ["TOTAL", "", 150],
            ]
        )
        assert [(line.company, line.last_name) for line in employers.lines] == [
            (first.split(" : ")[-1], "MARTIN"),
            (second.split(" : ")[-1], "DUPONT"),
        ]
    persons = read_rows(
        [
            ["Salarié : MARTIN Julie"],
            ["Date", "Heures"],
            [D(2024, 3, 1), 7],
            [D(2024, 3, 4), 7],
            ["Total", 14],
            ["Salarié : DUPONT Paul"],
            ["Date", "Heures"],
            [D(2024, 3, 1), 3],
            ["Total", 3],
        ]
    )
    assert lines(persons) == [(*JULIE, "2024-03", "14.00"), (*PAUL, "2024-03", "3.00")]


def test_tables_side_by_side_keep_their_people_apart():
    reading = read_rows(
        [
            ["Janvier 2024", "", "", "Février 2024", "", ""],
            ["Nom", "Prénom", "Heures", "Nom", "Prénom", "Heures"],
            [*JULIE, 1, *PAUL, 2],
            [*PAUL, 3, "", "", ""],
            ["TOTAL", "", 4, "TOTAL", "", 2],
        ],
        merged=((0, 0, 0, 2), (0, 3, 0, 5)),
    )
    assert sorted(lines(reading)) == [
        (*PAUL, "2024-01", "3.00"),
        (*PAUL, "2024-02", "2.00"),
        (*JULIE, "2024-01", "1.00"),
    ]
    uneven = read_rows(
        [
            ["Mois : mars 2024"],
            ["Salarié", "Heures", "", "Salarié", "Heures"],
            ["MARTIN Julie", 1, "", "LE GOFF Anne", 2],
            ["TOTAL", 1, "", "DUPONT Paul", 3],
        ]
    )
    assert sorted(last for last, *_ in lines(uneven)) == ["DUPONT", "LE GOFF", "MARTIN"]


def test_employers_by_column_by_sheet_and_by_block():
    column = read_rows(
        [
            ["Entreprise", "ETTI", "Nom", "Prénom", "Mois", "Heures"],
            ["BATI SAS", "", *JULIE, "01/2024", 1],
            ["BATI SAS", "INTERIM SUD", *PAUL, "01/2024", 2],
        ]
    )
    assert [line.company for line in column.lines] == ["BATI SAS", "INTERIM SUD"]
    table = [["Mois : mars 2024"], ["Nom", "Prénom", "Heures"], [*JULIE, 5]]
    sheets = read(sheet(table, "BATI SAS"), sheet(table, "INTERIM SUD"))
    assert [line.company for line in sheets.lines] == ["BATI SAS", "INTERIM SUD"]
    block = read_rows(
        [
            ["Entreprise : BATI SAS"],
            ["Mois : mars 2024"],
            ["Nom", "Prénom", "Heures"],
            [*JULIE, 5],
            ["Total", "", 5],
            [],
            ["Intérimaires - INTERIM SUD"],
            ["Nom", "Prénom", "Heures"],
            [*PAUL, 6],
            ["Total général", "", 11],
        ]
    )
    assert [line.company for line in block.lines] == ["BATI SAS", "INTERIM SUD"]
    user = read_rows(
        [
            ["TEMPO INTÉRIM – relevés"],
            ["Entreprise utilisatrice : SOLS DU NORD"],
            ["Mois : mars 2024"],
            ["Nom", "Prénom", "Heures"],
            [*JULIE, 5],
        ]
    )
    assert user.lines[0].company == "TEMPO INTÉRIM"


def test_names_written_once_for_a_group_of_rows():
    daily = read_rows(
        [
            ["Salarié", "Date", "Heures"],
            ["MARTIN Julie", D(2024, 3, 1), 7],
            ["", D(2024, 3, 4), 7],
            ["", D(2024, 3, 5), 7],
            ["DUPONT Paul", D(2024, 3, 1), 3],
            ["", D(2024, 3, 4), 4],
        ]
    )
    assert lines(daily) == [(*JULIE, "2024-03", "21.00"), (*PAUL, "2024-03", "7.00")]
    monthly = [
        ["Salarié", "Mois", "Heures"],
        ["MARTIN Julie", "01/2024", 7],
        ["", "01/2024", 8],
        ["DUPONT Paul", "01/2024", 3],
        ["LE GOFF Anne", "01/2024", 4],
        ["ZED Al", "01/2024", 4],
    ]
    assert reasons(read_rows(monthly)) == [(3, "name_missing")]


def test_days_in_columns_with_codes_and_half_days():
    days = [
        ["Mars 2024"],
        ["Salarié", "V 1", "S 2", "D 3", "L 4", "M 5", "M 6", "J 7", "V 8", "Total", "dont formation"],
    ]
    coded = read_rows([*days, ["MARTIN Julie", 7, "", "", "7h30", "CP", "AM", 7, "F", 21.5, 7]])
    assert lines(coded) == [(*JULIE, "2024-03", "21.50")]
    # an « X » nobody explains counts for nothing only because the row's own total says so
    told = read_rows([*days, ["MARTIN Julie", 7, "", "", 7, "X", "", 7, 7, 28, ""]])
    assert lines(told) == [(*JULIE, "2024-03", "28.00")]
    silent = read_rows([["Mars 2024"], [*days[1][:-2]], ["MARTIN Julie", 7, "", "", 7, "X", "", 7, 7]])
    assert reasons(silent) == [(3, "hours_unreadable")]
    halves = read_rows(
        [
            ["Mars 2024"],
            ["Salarié", "1", "", "2", "", "3", "", "4", "", "5", "", "Total"],
            ["", *["M", "AM"] * 5, ""],
            ["MARTIN Julie", *[4, 3] * 5, 35],
        ]
    )
    assert lines(halves) == [(*JULIE, "2024-03", "35.00")]
    dates = read_rows(
        [["Nom", *[D(2024, 3, day) for day in range(1, 8)], "Total"], ["MARTIN Julie", 7, 7, 7, 0, 0, 7, 7, 35]]
    )
    assert lines(dates) == [(*JULIE, "2024-03", "35.00")]
    beyond = read_rows([["Février 2024"], ["Salarié", *range(1, 32)], ["MARTIN Julie", *[""] * 29, 7, ""]])
    assert reasons(beyond) == [(3, "month_invalid")]


def test_weeks_in_rows_and_columns():
    titled = read_rows(
        [["Mois : février 2024"], ["Nom", "Prénom", "S06", "S07", "S08", "Total"], [*JULIE, 35, 30, 28, 93]]
    )
    assert lines(titled) == [(*JULIE, "2024-02", "93.00")]
    year = read_rows([["Année 2024"], ["Nom", "Prénom", "S05", "S06", "S07"], [*JULIE, 35, 30, 28]])
    assert lines(year) == [(*JULIE, "2024-02", "58.00")]
    assert reasons(year) == [(3, "week_across_months")]
    rows = read_rows(
        [
            ["Intérimaire", "Semaine du", "au", "Heures"],
            ["MARTIN Julie", "29/01/2024", "04/02/2024", "35"],
            ["MARTIN Julie", "05/02/2024", "11/02/2024", "35"],
        ]
    )
    assert lines(rows) == [(*JULIE, "2024-02", "35.00")]
    assert reasons(rows) == [(2, "week_across_months")]
    paid = read_rows(
        [
            ["Intérimaire", "Semaine du", "au", "Mois de paie", "Heures"],
            ["MARTIN Julie", "29/01/2024", "04/02/2024", "01/2024", "35"],
        ]
    )
    assert lines(paid) == [(*JULIE, "2024-01", "35.00")]
    assert codes(paid) == ["week_across_months"]


def test_fortnights_and_sites_are_added_up():
    fortnights = read_rows(
        [
            ["Nom", "Prénom", "Période", "Heures"],
            [*JULIE, "du 01/03/2024 au 15/03/2024", 70],
            [*JULIE, "du 16/03/2024 au 31/03/2024", 80],
        ]
    )
    assert lines(fortnights) == [(*JULIE, "2024-03", "150.00")]
    sites = read_rows(
        [["Nom", "Prénom", "Mois", "Chantier", "Heures"], [*JULIE, "01/2024", "A", 70], [*JULIE, "01/2024", "B", 70]]
    )
    assert lines(sites) == [(*JULIE, "2024-01", "140.00")]
    across = read_rows(
        [["Mois : mars 2024"], ["Nom", "Prénom", "Chantier A", "Chantier B", "Total"], [*JULIE, 5, 6, 11]]
    )
    assert lines(across) == [(*JULIE, "2024-03", "11.00")]


def test_minutes_are_added_before_rounding():
    thirds = read_rows(
        [["Salarié", "Date", "Heures"], *[["MARTIN Julie", D(2024, 3, day), "0h20"] for day in (1, 4, 5)]]
    )
    assert lines(thirds) == [(*JULIE, "2024-03", "1.00")]
    half = read_rows([["Nom", "Prénom", "Mois", "Heures"], [*JULIE, "01/2024", "151,665"], [*PAUL, "01/2024", 0.125]])
    assert [hours for *_, hours in lines(half)] in (["151.67", "0.13"], ["0.13"])


@pytest.mark.parametrize(
    ("headings", "cells", "hours"),
    [
        (["Heures payées", "Heures travaillées", "Cumul"], [151.67, 140, 900], "140.00"),
        (["Heures prévues", "Heures réalisées"], [151.67, 140], "140.00"),
        (["Objectif (h)", "Nb heures", "Taux horaire", "Montant"], [1820, 140, 12.5, 1750], "140.00"),
        (["H. normales", "H. supp 25 %", "Total heures"], [35, 4, 39], "39.00"),
        (["Matin", "Après-midi"], [4, 3], "7.00"),
        (["Nb heures", "Dont H. supp."], [140, 4], "140.00"),
        (["Heures", "Heures de formation", "Heures d'absence"], [140, 7, 3], "140.00"),
        (["Durée hebdo", "Heures du mois", "Reste à faire"], [35, 140, 60], "140.00"),
        (["Total"], [140], "140.00"),
        (["Volume horaire"], ["140 h"], "140.00"),
        (["Qté", "Prix unitaire", "Total €"], [140, 20, 2800], "140.00"),
    ],
)
def test_which_column_is_counted(headings: list[str], cells: list[object], hours: str):
    reading = read_rows([["Nom", "Prénom", "Mois", *headings], [*JULIE, "01/2024", *cells], [*PAUL, "01/2024", *cells]])
    assert lines(reading) == [(*JULIE, "2024-01", hours), (*PAUL, "2024-01", hours)]


def test_a_recap_sheet_does_not_count_twice():
    month = sheet([["Nom", "Prénom", "Heures"], [*JULIE, 5]], "Mars 2024")
    recap = sheet([["Nom", "Prénom", "Mars 2024"], [*JULIE, 5]], "Récapitulatif")
    reading = read(month, recap)
    assert lines(reading) == [(*JULIE, "2024-03", "5.00")]
    assert "Récapitulatif" in reading.layout_sentence
    assert lines(read(recap)) == [(*JULIE, "2024-03", "5.00")]


def test_hidden_rows_are_left_out_and_said():
    reading = read_rows(
        [["Nom", "Prénom", "Mois", "Heures"], [*JULIE, "01/2024", 6], [*PAUL, "01/2024", 8]], hidden_rows=frozenset({2})
    )
    assert lines(reading) == [(*JULIE, "2024-01", "6.00")]
    assert "1 ligne masquée" in reading.layout_sentence.replace("\u00a0", " ")


def test_what_the_caller_knows_serves_only_where_the_file_is_silent():
    silent = [["Nom", "Prénom", "Heures"], [*JULIE, 5]]
    assert lines(read(sheet(silent), month="2024-05", company="X")) == [(*JULIE, "2024-05", "5.00")]
    assert read(sheet(silent), month="2024-05", company="X").lines[0].company == "X"
    said = [["Entreprise : BATI SAS"], ["Mois : mars 2024"], *silent]
    reading = read(sheet(said), month="2024-05", company="X")
    assert lines(reading) == [(*JULIE, "2024-03", "5.00")]
    assert reading.lines[0].company == "BATI SAS"
    year = [["Mois : mai"], *silent]
    assert lines(read(sheet(year), month="2024-05")) == [(*JULIE, "2024-05", "5.00")]
    assert reasons(read(sheet(year), month="2024-06")) == [(3, "month_without_year")]


def test_somebody_named_by_a_title_above_each_table():
    rows = [
        ["BATI SAS"],
        ["MARTIN Julie"],
        ["Mois", "Heures"],
        ["janv-24", 5],
        ["Total", 5],
        [],
        ["Fiche de DUPONT Paul"],
    ]
    reading = read_rows([*rows, ["Mois", "Heures"], ["janv-24", 7]])
    assert lines(reading) == [(*JULIE, "2024-01", "5.00"), (*PAUL, "2024-01", "7.00")]
    assert {line.company for line in reading.lines} == {"BATI SAS"}


def test_a_period_over_several_cells():
    reading = read_rows([["Du", D(2024, 3, 1), "au", D(2024, 3, 31)], [], ["Nom", "Prénom", "Heures"], [*JULIE, 5]])
    assert lines(reading) == [(*JULIE, "2024-03", "5.00")]
    printed = read_rows([["Édité le", D(2024, 4, 5)], ["Nom", "Prénom", "Heures"], [*JULIE, 5]])
    assert reasons(printed) == [(3, "month_invalid")]


def test_blocks_of_weeks_are_added_up_and_a_week_over_two_months_is_asked():
    def block(title: str, hours: int) -> list[list[object]]:
        return [[title], ["Nom", "Prénom", "Heures"], [*JULIE, hours], ["Total", "", hours], []]

    weeks = [*block("Semaine 10 du 04/03/2024 au 10/03/2024", 35), *block("Semaine 11 du 11/03/2024 au 17/03/2024", 30)]
    assert lines(read_rows(weeks)) == [(*JULIE, "2024-03", "65.00")]
    across = read_rows([*block("Semaine 9 du 26/02/2024 au 03/03/2024", 35), *weeks[5:]])
    assert lines(across) == [(*JULIE, "2024-03", "30.00")]
    assert reasons(across) == [(3, "week_across_months")]


def test_the_days_of_a_week_in_columns():
    days = ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi"]
    title = ["Semaine du 04/03/2024 au 10/03/2024"]
    assert lines(read_rows([title, ["Nom", "Prénom", *days], [*JULIE, 7, 7, 7, 7, 7]])) == [
        (*JULIE, "2024-03", "35.00")
    ]
    dated = [
        ["Salarié", "Semaine du", "au", *days, "Total"],
        ["MARTIN Julie", D(2024, 3, 4), D(2024, 3, 10), 7, 7, 7, 7, 7, 35],
        ["MARTIN Julie", D(2024, 3, 11), D(2024, 3, 17), 7, 7, "", 7, 7, 28],
    ]
    assert lines(read_rows(dated)) == [(*JULIE, "2024-03", "63.00")]


def test_the_year_written_once_and_the_month_on_each_row():
    rows = [
        ["Salarié", "Année", "Mois", "Heures"],
        ["MARTIN Julie", 2024, "Janvier", 5],
        ["", "", "Février", 6],
        ["", "", "Mars", 7],
        ["DUPONT Paul", 2024, "Janvier", 5],
        ["", "", "Février", 8],
    ]
    assert [hours for *_, hours in lines(read_rows(rows))] == ["5.00", "6.00", "7.00", "5.00", "8.00"]


@pytest.mark.parametrize("months", [list("JFMAMJJASOND"), list(range(1, 13))])
def test_the_twelve_months_of_a_year_by_initials_or_numbers(months: list[object]):
    table = [["Nom", *months, "Total"], ["MARTIN Julie", *range(1, 13), 78]]
    found = lines(read_rows([["Année 2024"], *table]))
    assert found == [(*JULIE, f"2024-{month:02d}", f"{month}.00") for month in range(1, 13)]
    assert lines(read_rows(table)) == []


def test_a_heading_of_days_is_found_again_below():
    def block(month: str, hours: int) -> list[list[object]]:
        return [[month], ["Nom", *range(1, 8), "Total"], ["MARTIN Julie", *[hours] * 7, 7 * hours], []]

    assert lines(read_rows([*block("Janvier 2024", 1), *block("Février 2024", 2)])) == [
        (*JULIE, "2024-01", "7.00"),
        (*JULIE, "2024-02", "14.00"),
    ]
    # days of 1 h, 2 h, 3 h… are figures, not a heading
    assert lines(read_rows([["Mars 2024"], ["Nom", *range(1, 8)], ["MARTIN Julie", *range(1, 8)]])) == [
        (*JULIE, "2024-03", "28.00")
    ]
