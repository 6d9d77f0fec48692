"""From a company's file to saved hours: what is ready, what is asked, one transaction, and the way back."""

from __future__ import annotations

import datetime as dt

import pytest

from app.clock import FrozenClock
from app.errors import InvalidInput, Locked
from app.hours.imports.judging import judge
from app.hours.imports.service import ImportsService
from app.hours.imports.values import Decisions, Review, RowState
from app.hours.service import HoursService
from app.models.choices import StatementSource, StatementState
from app.store.checks import check_all
from app.store.history import history_of
from app.store.notebook import Notebook
from tests.factories import Site, add_person, site_with_people
from tests.hours.imports.conftest import MakeFile

OCTOBER, SEPTEMBER = "2026-10", "2026-09"
FILE = [
    ("MARTIN", "Julie", "10/2026", "151,67"),
    ("DESCHAMPS", "Benoit", "10/2026", "140"),
    ("Aïssatou", "DIALLO", "10/2026", "7h30"),
]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def worked(hours: HoursService, site: Site, month: str = OCTOBER) -> dict[str, int]:
    grid = hours.open_month(site.company, month)
    return {row.last_name: row.worked for row in grid.rows if row.worked is not None}


def states(review: Review) -> list[tuple[str, str, str]]:
    return [(row.written_name, row.state.value, row.reason) for row in review.rows]


def test_a_file_without_a_doubt_is_saved_in_one_act(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile, notebook: Notebook
) -> None:
    opened = make(FILE)
    assert service.company_of(opened) == site.company
    prepared = service.prepare(opened, site.company)
    review = judge(prepared, Decisions())
    assert [row.state for row in review.rows] == [RowState.READY] * 3
    assert plain(review.summary) == "3 prêtes · 0 à décider"
    assert (review.total, review.months) == (15_167 + 14_000 + 750, (OCTOBER,))
    assert worked(hours, site) == {}, "nothing is written before « Enregistrer »"

    saved = service.save(prepared, Decisions(), shown=review)
    assert saved.lines == 3
    assert worked(hours, site) == {"MARTIN": 15_167, "DESCHAMPS": 14_000, "DIALLO": 750}
    month = hours.open_month(site.company, OCTOBER)
    assert month.state is StatementState.RECEIVED
    (line,) = service.list_imports(site.company)
    assert (line.file_name, line.lines, line.total, line.months) == ("releve.csv", 3, review.total, (OCTOBER,))
    assert history_of(notebook, "timesheet_import", saved.import_id)
    assert check_all(notebook) == []


def test_the_same_file_does_nothing_and_says_so(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile, clock: FrozenClock
) -> None:
    service.save(service.prepare(make(FILE), site.company), Decisions())
    hours.set_hours(site.company, OCTOBER, site.contracts[0], site.lot, 10_000)  # corrected by hand since
    clock.move(dt.timedelta(minutes=1))
    again = service.prepare(make(FILE, name="copie.csv"), site.company)
    review = judge(again, Decisions())
    assert review.already is not None
    assert service.already_sentence(review.already) == "Déjà importé il y a 1\u00a0min, rien à faire."
    assert review.writes == ()
    assert worked(hours, site)["MARTIN"] == 10_000
    with pytest.raises(InvalidInput, match="aucune heure"):
        service.save(again, Decisions())
    clock.move(dt.timedelta(days=20))
    assert service.already_sentence(review.already) == "Déjà importé le 22/11, rien à faire."


def test_a_changed_file_shows_only_its_differences(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile
) -> None:
    service.save(service.prepare(make(FILE), site.company), Decisions())
    changed = [FILE[0], ("DESCHAMPS", "Benoit", "10/2026", "104"), ("KEITA", "Ibrahim", "10/2026", "35")]
    prepared = service.prepare(make(changed), site.company)
    review = judge(prepared, Decisions())
    assert [(row.last_name, row.before, row.hours) for row in review.rows if row.state is RowState.READY] == [
        ("DESCHAMPS", 14_000, 10_400),
        ("KEITA", None, 3_500),
    ]
    assert review.count(RowState.UNCHANGED) == 1
    assert any("DIALLO" in notice for notice in review.notices), "someone of the first file has gone: said, kept"
    service.save(prepared, Decisions())
    assert worked(hours, site) == {"MARTIN": 15_167, "DESCHAMPS": 10_400, "DIALLO": 750, "KÉÏTA": 3_500}


def test_an_import_is_taken_back_in_one_act_after_a_restart(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile, notebook: Notebook, clock: FrozenClock
) -> None:
    hours.set_hours(site.company, OCTOBER, site.contracts[1], site.lot, 12_300)
    saved = service.save(service.prepare(make(FILE), site.company), Decisions())
    hours.set_hours(site.company, OCTOBER, site.contracts[2], site.lot, 800)  # corrected since: stays
    clock.move(dt.timedelta(days=29))
    later = ImportsService(notebook)
    answer = later.cancel(saved.import_id)
    assert (answer.lines, answer.kept) == (2, 1)
    assert worked(hours, site) == {"DESCHAMPS": 12_300, "DIALLO": 800}
    assert later.list_imports()[0].undone_on == dt.date(2026, 12, 21)
    with pytest.raises(InvalidInput, match="déjà annulé"):
        later.cancel(saved.import_id)
    later.redo(answer.outcome.undo)
    assert worked(hours, site) == {"MARTIN": 15_167, "DESCHAMPS": 14_000, "DIALLO": 800}
    assert judge(later.prepare(make(FILE), site.company), Decisions()).already is not None


def test_a_month_begun_by_the_import_is_expected_again(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile, clock: FrozenClock
) -> None:
    saved = service.save(service.prepare(make(FILE), site.company), Decisions())
    service.cancel(saved.import_id)
    assert hours.open_month(site.company, OCTOBER).state is StatementState.EXPECTED
    again = judge(service.prepare(make(FILE), site.company), Decisions())
    assert again.already is None
    assert again.count(RowState.READY) == 3
    kept = service.save(service.prepare(make(FILE), site.company), Decisions())
    clock.move(dt.timedelta(days=31))
    with pytest.raises(InvalidInput, match="30"):
        service.cancel(kept.import_id)


def test_names_are_asked_then_remembered_for_the_company(
    service: ImportsService, site: Site, make: MakeFile, notebook: Notebook
) -> None:
    rows = [("J.", "MARTIN", "10/2026", "35"), ("J.", "MARTIN", "09/2026", "70"), ("DUPONT", "Luc", "10/2026", "1")]
    prepared = service.prepare(make(rows), site.company)
    review = judge(prepared, Decisions())
    (initial, unknown) = review.questions
    assert (len(initial), initial[0].reason) == (2, "name_initial")
    assert initial[0].choices[0].name == "MARTIN Julie"
    assert (unknown[0].reason, unknown[0].choices) == ("name_unknown", ())
    decisions = Decisions().with_person(initial[0].key, initial[0].choices[0].beneficiary_id)
    decided = judge(prepared, decisions.with_ignored([unknown[0].id]))
    assert states(decided) == [
        ("J. MARTIN", "ready", ""),
        ("J. MARTIN", "ready", ""),
        ("DUPONT Luc", "ignored", ""),
    ]
    service.remember_alias(site.company, initial[0].key, initial[0].written_name, site.beneficiaries[0])
    assert judge(service.prepare(make(rows), site.company), Decisions()).count(RowState.READY) == 2
    other = site_with_people(notebook, 1, rank=2, company_name="Couverture Nord")
    there = judge(service.prepare(make(rows), other.company), Decisions())
    assert there.count(RowState.READY) == 0, "an alias is of one company"


def test_a_confirmed_layout_is_applied_without_a_question(
    service: ImportsService, site: Site, make: MakeFile, notebook: Notebook
) -> None:
    from app.hours.timesheets.layout import with_role
    from app.hours.timesheets.vocabulary import Role

    heading = ("Nom", "Prénom", "Mois", "Heures", "Heures payées")
    rows = [("MARTIN", "Julie", "10/2026", "35", "36")]
    first = service.prepare(make(rows, heading=heading), site.company)
    assert (first.layout_known, judge(first, Decisions()).total) == (False, 3_500)
    turned = with_role(with_role(first.layout, 0, 3, Role.IGNORED), 0, 4, Role.HOURS)
    corrected = service.prepare(first.opened, site.company, layout=turned)
    assert judge(corrected, Decisions()).total == 3_600
    service.remember_layout(corrected)
    next_month = make([("MARTIN", "Julie", "11/2026", "10", "11")], heading=heading)
    second = service.prepare(next_month, site.company)
    assert (second.layout_known, judge(second, Decisions()).total) == (True, 1_100)
    row = notebook.raw.execute("SELECT organisation_id, data FROM timesheet_layout").fetchone()
    assert row[0] == "", "the network knows it"
    assert "MARTIN" not in row[1]


def test_a_settled_month_is_never_overwritten(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile
) -> None:
    everyone = [(last, first, "10/2026", "100") for last, first in (("MARTIN", "Julie"), ("DESCHAMPS", "Benoît"))]
    saved = service.save(service.prepare(make(everyone), site.company), Decisions())
    grid = hours.open_month(site.company, OCTOBER)
    for row in grid.unanswered:
        hours.set_hours(site.company, OCTOBER, row.contract_id, row.lot_id, 0)
    assert hours.validate_month(site.company, OCTOBER).state is StatementState.VALIDATED
    changed = [("MARTIN", "Julie", "10/2026", "100"), ("DESCHAMPS", "Benoît", "10/2026", "101")]
    prepared = service.prepare(make(changed), site.company)
    review = judge(prepared, Decisions())
    assert states(review) == [
        ("DESCHAMPS Benoît", "refused", "statement_validated"),
        ("MARTIN Julie", "unchanged", ""),
    ]
    refused = review.rows[0]
    assert "validé" in refused.sentence
    assert "Rouvrir" in refused.todo
    with pytest.raises(InvalidInput):
        service.save(prepared, Decisions())
    with pytest.raises(Locked):
        service.cancel(saved.import_id)
    assert worked(hours, site)["DESCHAMPS"] == 10_000


def test_hours_and_months_are_corrected_in_place(service: ImportsService, site: Site, make: MakeFile) -> None:
    rows = [
        ("MARTIN", "Julie", "10/2026", "15O,5"),
        ("DESCHAMPS", "Benoît", "octobre", "70"),
        ("DIALLO", "Aïssatou", "10/2026", "-12"),
        ("KÉÏTA", "Ibrahim", "10/2026", "320"),
        ("LEFÈVRE", "Éloïse", "12/2026", "35"),
    ]
    prepared = service.prepare(make(rows), site.company)
    review = judge(prepared, Decisions())
    by_name = {row.last_name: row for row in review.rows}
    assert {name: row.ask for name, row in by_name.items()} == {
        "MARTIN": "hours", "DESCHAMPS": "month", "DIALLO": "hours", "KÉÏTA": "row", "LEFÈVRE": "month",
    }  # fmt: skip
    assert all(row.state is RowState.DECIDE and row.sentence and row.todo for row in review.rows)
    decisions = (
        Decisions()
        .with_hours(by_name["MARTIN"].id, 15_050)
        .with_month(by_name["DESCHAMPS"].id, OCTOBER)
        .with_ignored([by_name["DIALLO"].id])
        .with_accepted([by_name["KÉÏTA"].id])
        .with_month(by_name["LEFÈVRE"].id, SEPTEMBER)
    )
    decided = judge(prepared, decisions)
    assert plain(decided.summary) == "4 prêtes · 0 à décider · 1 ignorée"
    assert decided.total == 15_050 + 7_000 + 32_000 + 3_500


def test_two_rows_for_one_person_are_asked_never_added(service: ImportsService, site: Site, make: MakeFile) -> None:
    rows = [
        ("MARTIN", "Julie", "10/2026", "35"),
        ("Martin", "JULIE", "09/2026", "7"),
        ("JULIE", "Martin", "10/2026", "8"),
    ]
    prepared = service.prepare(make(rows), site.company)
    review = judge(prepared, Decisions())
    asked = [row for row in review.rows if row.state is RowState.DECIDE]
    assert [(row.reason, row.hours) for row in asked] == [("same_person_twice", 800)]
    both = judge(prepared, Decisions().with_accepted([row.id for row in review.rows if row.month == OCTOBER]))
    assert both.count(RowState.DECIDE) == 0
    assert both.totals[OCTOBER] == 4_300


def test_contracts_decide_where_the_hours_go(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile, notebook: Notebook
) -> None:
    from app.models.beneficiaries import EmploymentContract
    from app.store.unit import writing

    with writing(notebook, "second contrat") as unit:
        row = dict(unit.row(EmploymentContract, site.contracts[0]))
        second = unit.insert(EmploymentContract, {**row, "id": "c2", "start_on": dt.date(2026, 10, 15)}, "c2")
        unit.update(EmploymentContract, site.contracts[1], {"end_on": dt.date(2026, 9, 30)})
    review = judge(service.prepare(make(FILE), site.company), Decisions())
    several, outside = review.questions
    assert (several[0].reason, len(several[0].choices)) == ("several_contracts", 2)
    assert (outside[0].reason, outside[0].can_accept) == ("no_contract", True)
    decisions = (
        Decisions()
        .with_contract([several[0].id], second)
        .with_contract([outside[0].id], outside[0].choices[0].contract_id)
    )
    prepared = service.prepare(make(FILE), site.company)
    service.save(prepared, decisions)
    held = {row.contract_id: row.worked for row in hours.open_month(site.company, OCTOBER).rows}
    assert [held.get(one) for one in (second, *site.contracts[:2])] == [15_167, None, 14_000]


def test_hours_shared_over_lots_are_left_to_the_grid(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile, notebook: Notebook
) -> None:
    from app.models.hours import HourLine
    from app.store.hours import line_id
    from app.store.unit import writing

    other = site_with_people(notebook, 0, rank=2, company_name="Autre", operation_name="Crèche")
    hours.set_hours(site.company, OCTOBER, site.contracts[0], site.lot, 9_000)
    with writing(notebook, "part") as unit:
        row = dict(unit.row(HourLine, line_id(site.contracts[0], site.lot, OCTOBER, "worked")))
        share = line_id(site.contracts[0], other.lot, OCTOBER, "worked")
        unit.insert(HourLine, {**row, "id": share, "lot_id": other.lot, "hours": 5_000}, share)
    assert states(judge(service.prepare(make(FILE[:1]), site.company), Decisions())) == [
        ("MARTIN Julie", "refused", "hours_shared")
    ]
    same = [("MARTIN", "Julie", "10/2026", "140")]
    assert states(judge(service.prepare(make(same), site.company), Decisions())) == [("MARTIN Julie", "unchanged", "")]


def test_what_was_shown_is_what_is_written_or_nothing(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile
) -> None:
    prepared = service.prepare(make(FILE), site.company)
    shown = judge(prepared, Decisions())
    hours.set_hours(site.company, OCTOBER, site.contracts[0], site.lot, 15_167)
    with pytest.raises(InvalidInput, match="a changé"):
        service.save(prepared, Decisions(), shown=shown)
    assert worked(hours, site) == {"MARTIN": 15_167}


def test_left_rows_come_back_with_the_same_file(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile
) -> None:
    rows = [*FILE, ("MARTINE", "Julie", "09/2026", "12")]
    service.save(service.prepare(make(rows), site.company), Decisions())
    hours.set_hours(site.company, OCTOBER, site.contracts[0], site.lot, 1_000)
    prepared = service.prepare(make(rows), site.company)
    review = judge(prepared, Decisions())
    assert review.already is not None
    assert plain(service.already_sentence(review.already)).endswith("1 ligne laissée de côté.")
    assert review.count(RowState.UNCHANGED) == 3
    (question,) = review.questions
    decisions = Decisions().with_person(question[0].key, site.beneficiaries[0])
    service.save(prepared, decisions)
    assert worked(hours, site)["MARTIN"] == 1_000
    assert worked(hours, site, SEPTEMBER) == {"MARTIN": 1_200}


def test_a_contractor_and_its_agency_in_one_file(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile, notebook: Notebook
) -> None:
    from app.models.beneficiaries import EmploymentContract
    from app.store.unit import writing

    agency = site_with_people(notebook, 0, rank=3, company_name="Intérim Passerelle")
    with writing(notebook, "mission") as unit:
        unit.update(EmploymentContract, site.contracts[1], {"employer_id": agency.company})
        unit.update(EmploymentContract, site.contracts[2], {"employer_id": agency.company})
    heading = ("Nom", "Prénom", "Mois", "Heures", "Employeur")
    rows = [
        (*FILE[0], "Bâti-Sud 91"),
        (*FILE[1], "INTERIM PASSERELLE"),
        ("KÉÏTA", "Ibrahim", "10/2026", "12", "Intérim Passerelle"),
    ]
    prepared = service.prepare(make(rows, heading=heading), site.company)
    review = judge(prepared, Decisions())
    assert {row.last_name: (row.state.value, row.reason) for row in review.rows} == {
        "MARTIN": ("ready", ""),
        "DESCHAMPS": ("ready", ""),
        "KÉÏTA": ("decide", "other_employer"),
    }
    service.save(prepared, Decisions())
    assert set(worked(hours, site)) == {"MARTIN", "DESCHAMPS"}, "the user company owes the hours"
    own = judge(service.prepare(make([FILE[2]]), agency.company), Decisions())
    assert own.count(RowState.READY) == 1, "the agency's own file"
    assert any("relevé de Bâti-Sud 91" in one for one in own.notices), "where its hours go is said"


def test_homonyms_told_apart_by_their_number_are_asked_once(
    service: ImportsService, site: Site, make: MakeFile, notebook: Notebook
) -> None:
    from app.store.unit import writing

    with writing(notebook, "homonyme") as unit:
        twin = add_person(notebook, unit, site, "MARTIN", "Julie", 20, dt.date(2026, 3, 2), None)
    heading = ("Matricule", "Nom", "Prénom", "Mois", "Heures")
    rows = [("A7", "MARTIN", "Julie", "10/2026", "35"), ("B9", "MARTIN", "Julie", "10/2026", "70")]
    prepared = service.prepare(make(rows, heading=heading), site.company)
    review = judge(prepared, Decisions())
    assert [row.reason for row in review.rows] == ["homonyms", "homonyms"]
    first, second = review.rows
    assert first.key != second.key
    service.remember_alias(site.company, first.key, "MARTIN Julie", site.beneficiaries[0])
    service.remember_alias(site.company, second.key, "MARTIN Julie", twin)
    known = judge(service.prepare(make(rows, heading=heading), site.company), Decisions())
    assert {(row.hours, row.beneficiary_id) for row in known.rows} == {(3_500, site.beneficiaries[0]), (7_000, twin)}


def test_source_is_the_file(service: ImportsService, site: Site, make: MakeFile, notebook: Notebook) -> None:
    service.save(service.prepare(make(FILE), site.company), Decisions())
    assert notebook.raw.execute("SELECT source FROM monthly_statement").fetchone()[0] == StatementSource.FILE


def test_the_printed_total_is_kept_to_be_compared(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile
) -> None:
    total = ("TOTAL", "", "", "299,17")
    saved = service.save(service.prepare(make([*FILE, total]), site.company), Decisions())
    month = hours.open_month(site.company, OCTOBER)
    assert (month.declared_total, month.total, month.control.agrees) == (29_917, 29_917, True)
    service.cancel(saved.import_id)
    assert hours.open_month(site.company, OCTOBER).declared_total is None
    assert hours.open_month(site.company, OCTOBER).state is StatementState.EXPECTED

    left = judge(service.prepare(make([*FILE, ("MARTINE", "Julie", "10/2026", "1"), total]), site.company), Decisions())
    assert left.printed == {OCTOBER: 29_917}
    assert left.declared == {}, "a row of the month is still to be decided"
    months = [FILE[0], ("DESCHAMPS", "Benoît", "09/2026", "1"), ("TOTAL", "", "", "152,67")]
    assert judge(service.prepare(make(months), site.company), Decisions()).printed == {}, "one total over two months"


def test_a_file_of_many_rows_is_saved_and_taken_back_whole(
    service: ImportsService, hours: HoursService, site: Site, make: MakeFile, notebook: Notebook
) -> None:
    months = [f"{month:02d}/2026" for month in range(3, 12)]
    names = [("MARTIN", "Julie"), ("DESCHAMPS", "Benoît"), ("DIALLO", "Aïssatou"), ("LEFÈVRE", "Éloïse")]
    rows = [(*name, month, f"{at + 1},5") for at, name in enumerate(names) for month in months]
    saved = service.save(service.prepare(make(rows), site.company), Decisions())
    assert saved.lines == 36
    assert sum(hours.open_month(site.company, f"2026-{month:02d}").total for month in range(3, 12)) == 9 * 1_200
    assert service.cancel(saved.import_id).lines == 36
    again = service.save(service.prepare(make(rows), site.company), Decisions())
    assert again.lines == 36, "lines taken back come back"
    assert check_all(notebook) == []


def test_rows_that_name_nobody_are_each_a_question(
    service: ImportsService, site: Site, make: MakeFile, notebook: Notebook
) -> None:
    rows = [*FILE, ("", "", "10/2026", "35"), ("", "", "10/2026", "70"), ("=CMD()", "x", "10/2026", "7")]
    prepared = service.prepare(make(rows), site.company)
    review = judge(prepared, Decisions())
    assert [len(group) for group in review.questions] == [1, 1, 1]
    first, second, formula = (group[0] for group in review.questions)
    decided = judge(prepared, Decisions().with_person(first.key, site.beneficiaries[4]))
    assert decided.count(RowState.READY) == 4
    assert decided.count(RowState.DECIDE) == 2, "one answer serves one row"
    for one in (first, second, formula):
        service.remember_alias(site.company, one.key, one.written_name, site.beneficiaries[1])
    assert notebook.raw.execute("SELECT count(*) FROM name_alias").fetchone()[0] == 0
