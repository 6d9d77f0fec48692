"""Any grid of words companies write: understood or not, the reading answers, and never with an absurd line."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from app.hours.timesheets.layout import recalled, remembered, with_role
from app.hours.timesheets.reading import apply_layout, to_json
from app.hours.timesheets.understanding import understand
from app.hours.timesheets.vocabulary import Role
from tests.hours.timesheets.files import TODAY, sheet

WORDS = st.sampled_from(
    [
        "Nom",
        "Prénom",
        "Salarié",
        "NOM Prénom",
        "Heures",
        "Heures réalisées",
        "Total",
        "TOTAL",
        "Sous-total",
        "Cumul",
        "Mois",
        "Mois :",
        "Période",
        "Date",
        "Semaine",
        "Du",
        "Au",
        "Année",
        "Année 2024",
        "Entreprise",
        "Employeur",
        "Entreprise : BATI SAS",
        "SIRET",
        "99910001900010",
        "99910001900011",
        "Matricule",
        "1042",
        "S05",
        "S06",
        "janv-24",
        "févr-24",
        "Janvier 2024",
        "mars 2024",
        "janvier",
        "01/2024",
        "13/2024",
        "05/02/2024",
        "du 01/03/2024 au 15/03/2024",
        "MARTIN",
        "Julie",
        "MARTIN Julie",
        "Paul DUPONT",
        "de SOUSA João",
        "DUPONT, Paul",
        "151,67",
        "151h40",
        "7,5",
        "7h30",
        "1.234",
        "-5",
        "CP",
        "X",
        "-",
        "néant",
        "=A1",
        "@x",
        "0",
        "Lundi",
        "Mardi",
        "Mercredi",
        "Jeudi",
        "Vendredi",
        "Heures supp",
        "Heures normales",
        "Matin",
        "Après-midi",
        "dont formation",
        "Date de naissance",
        "Observations",
        "1",
        "2",
        "3",
        "Chantier A",
        "Objectif",
        "J",
        "F",
        "M",
        "A",
        "#REF!",
        "x",
    ]
)
CELLS = st.one_of(
    st.just(""),
    WORDS,
    st.integers(-5, 40),
    st.floats(-10, 900, allow_nan=False),
    st.dates(dt.date(2023, 12, 1), dt.date(2027, 2, 1)),
    st.builds(lambda minutes: dt.timedelta(minutes=minutes), st.integers(0, 20_000)),
)
GRIDS = st.lists(st.lists(CELLS, max_size=9), min_size=1, max_size=12)
RANGES = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 6), st.integers(0, 4), st.integers(0, 4)).map(
        lambda four: (four[0], four[1], four[0] + four[2], four[1] + four[3])
    ),
    max_size=3,
).map(tuple)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(GRIDS, RANGES, WORDS), min_size=1, max_size=2), st.data())
def test_the_reading_always_answers(grids, data):
    sheets = [sheet(rows, str(name), merged=merged) for rows, merged, name in grids]
    layout = understand(sheets)
    reading = apply_layout(sheets, layout, today=TODAY, kind="xlsx")
    answer = to_json(reading)
    assert answer["status"] in ("ok", "warnings", "error")
    for line in reading.lines:
        assert 0 < line.hundredths <= 31_000
        assert "2000-01" <= line.month <= "2026-11"
        assert line.last_name or line.first_name
        assert not line.last_name.startswith(("=", "@"))
    people = [
        (one.company.casefold(), one.last_name.casefold(), one.first_name.casefold(), one.month, one.ref)
        for one in reading.lines
    ]
    assert len(people) == len(set(people))
    assert recalled(layout, remembered(layout)) == layout
    if layout.tables:
        table = data.draw(st.integers(0, len(layout.tables) - 1))
        columns = layout.tables[table].columns
        if columns:
            column = data.draw(st.sampled_from(columns)).index
            apply_layout(sheets, with_role(layout, table, column, data.draw(st.sampled_from(list(Role)))), today=TODAY)
