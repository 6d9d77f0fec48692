"""The layout as a value: said in one sentence, corrected by the user, recognised the next month."""

from __future__ import annotations

import json

from app.hours.timesheets.layout import recalled, remembered, with_company, with_month, with_role
from app.hours.timesheets.reading import apply_layout
from app.hours.timesheets.understanding import understand
from app.hours.timesheets.vocabulary import Role
from tests.hours.timesheets.files import TODAY, lines, read, sheet

HEAD = ["Nom", "Prénom", "Heures payées", "Heures d'atelier"]


def _sheets(month: str = "janvier 2024", *, head: list[str] = HEAD, people: int = 2):
    names = [["MARTIN", "Julie"], ["DUPONT", "Paul"], ["LE GOFF", "Anne"]][:people]
    return [sheet([[f"Mois : {month}"], head, *[[*name, 10 + at, 20 + at] for at, name in enumerate(names)]], month)]


def test_one_sentence_says_what_was_understood():
    reading = read(*_sheets())
    assert reading.layout_sentence == (
        "Classeur Excel\u00a0: un tableau dans la feuille «\u00a0janvier 2024\u00a0», une ligne par personne, "
        "nom et prénom dans deux colonnes, heures dans la colonne «\u00a0Heures d'atelier\u00a0», janvier 2024."
    )


def test_a_column_is_corrected_and_the_file_read_again():
    sheets = _sheets()
    layout = understand(sheets)
    corrected = with_role(with_role(layout, 0, 3, Role.IGNORED), 0, 2, Role.HOURS)
    assert lines(apply_layout(sheets, corrected, today=TODAY)) == [
        ("MARTIN", "Julie", "2024-01", "10.00"),
        ("DUPONT", "Paul", "2024-01", "11.00"),
    ]
    both = with_role(layout, 0, 2, Role.HOURS)
    assert [hours for *_, hours in lines(apply_layout(sheets, both, today=TODAY))] == ["30.00", "32.00"]
    swapped = with_role(with_role(layout, 0, 0, Role.FIRST_NAME), 0, 1, Role.LAST_NAME)
    assert lines(apply_layout(sheets, swapped, today=TODAY))[0][:2] == ("Julie", "MARTIN")
    assert [column.role for column in layout.tables[0].columns][:2] == [Role.LAST_NAME, Role.FIRST_NAME]


def test_a_correction_serves_every_block_of_the_same_headings():
    months = [
        sheet([[f"Mois : {month}"], HEAD, ["MARTIN", "Julie", 10, 20]], month)
        for month in ("janvier 2024", "mars 2024")
    ]
    corrected = with_role(with_role(understand(months), 0, 3, Role.IGNORED), 0, 2, Role.HOURS)
    assert [hours for *_, hours in lines(apply_layout(months, corrected, today=TODAY))] == ["10.00", "10.00"]


def test_a_month_and_an_employer_given_by_the_user():
    sheets = [sheet([HEAD, ["MARTIN", "Julie", 10, 20]])]
    layout = with_company(with_month(understand(sheets), "2024-05"), "BATI SAS")
    reading = apply_layout(sheets, layout, today=TODAY)
    assert lines(reading) == [("MARTIN", "Julie", "2024-05", "20.00")]
    assert reading.lines[0].company == "BATI SAS"


def test_the_fingerprint_lasts_from_month_to_month():
    january, february = understand(_sheets()), understand(_sheets("février 2024", people=3))
    assert january.fingerprint == february.fingerprint
    assert january.fingerprint != understand(_sheets(head=[*HEAD[:3], "Heures réalisées"])).fingerprint

    def year(*months: str):
        return understand(
            [sheet([["Salarié", *months, "Total"], ["MARTIN Julie", *[5] * len(months), 5 * len(months)]])]
        )

    assert year("janv-24", "févr-24").fingerprint == year("janv-24", "févr-24", "mars-24", "avr-24").fingerprint


def test_a_confirmed_layout_is_applied_the_next_month():
    corrected = with_role(with_role(understand(_sheets()), 0, 3, Role.IGNORED), 0, 2, Role.HOURS)
    memory = json.loads(json.dumps(remembered(corrected)))
    assert "MARTIN" not in json.dumps(memory)
    sheets = _sheets("février 2024", people=3)
    layout = understand(sheets)
    assert memory["fingerprint"] == layout.fingerprint
    assert [hours for *_, hours in lines(apply_layout(sheets, recalled(layout, memory), today=TODAY))] == [
        "10.00",
        "11.00",
        "12.00",
    ]


def test_a_strange_memory_changes_nothing():
    layout = understand(_sheets())
    for memory in (
        {},
        {"version": 2},
        {"version": 1, "tables": 3},
        {"version": 1, "tables": {layout.tables[0].signature: "x"}},
    ):
        assert recalled(layout, memory) == layout
