"""Search is blind to accents, case, hyphens and word order, and never forgets a record."""

from __future__ import annotations

import datetime as dt

import pytest

from app.models.beneficiaries import Beneficiary
from app.models.operations import Buyer, Company, Operation
from app.rules.french import sort_key
from app.store import beneficiaries as people
from app.store.notebook import Notebook
from app.store.search import find, match_expression
from app.store.search_index import is_current, remake
from app.store.unit import writing
from tests.factories import site_with_people


def _person(notebook: Notebook, last: str, first: str, **fields: object) -> str:
    with writing(notebook) as unit:
        return unit.insert(
            Beneficiary,
            {"last_name": last, "first_name": first, "sort_name": sort_key(f"{last} {first}"), **fields},
        )


@pytest.mark.parametrize(
    "terms",
    [
        ["deschamps"],
        ["benoit", "deschamps"],
        ["deschamps", "b"],
        ["de", "schamps"],
        ["b", "desch"],
        ["5678"],
        ["0612345678"],
        ["061234"],
        ["42"],
        ["0042"],
        ["12031988"],
        ["evry", "benoit"],
    ],
)
def test_a_person_is_found_by_whatever_one_remembers(notebook: Notebook, terms: list[str]) -> None:
    _person(notebook, "AUTRE", "Personne", phone="07 00 00 00 00", file_number="B-2026-NO-0041")
    wanted = _person(
        notebook,
        "DESCHAMPS",
        "Benoît",
        phone="06 12 34 56 78",
        file_number="B-2026-NO-0042",
        town="Évry",
        birth_date=dt.date(1988, 3, 12),
    )
    assert [hit.record_id for hit in find(notebook, terms)] == [wanted]


@pytest.mark.parametrize("terms", [["saint", "ange"], ["saintange"], ["o", "brien"], ["obrien"]])
def test_compound_names_are_found_apart_or_together(notebook: Notebook, terms: list[str]) -> None:
    wanted = _person(notebook, "SAINT-ANGE O’BRIEN", "Zoé")
    assert [hit.record_id for hit in find(notebook, terms)] == [wanted]


def test_a_changed_or_deleted_record_is_found_under_its_new_name_only(notebook: Notebook) -> None:
    person = _person(notebook, "MARTIN", "Julie")
    with writing(notebook) as unit:
        unit.update(Beneficiary, person, {"last_name": "DURAND"})
    assert find(notebook, ["martin"]) == []
    assert find(notebook, ["durand"])[0].title == "DURAND Julie"
    with writing(notebook) as unit:
        unit.delete(Beneficiary, person)
    assert find(notebook, ["durand"]) == []


def test_an_operation_is_found_by_its_buyer_even_renamed(notebook: Notebook) -> None:
    site = site_with_people(notebook, 0)
    with writing(notebook) as unit:
        unit.update(Buyer, site.buyer, {"name": "Bailleur du Val"})
    assert [(hit.kind, hit.record_id) for hit in find(notebook, ["bailleur"])] == [("operation", site.operation)]


def test_one_kind_can_be_asked_alone(notebook: Notebook) -> None:
    _person(notebook, "BATI", "Luc")
    with writing(notebook) as unit:
        company = unit.insert(Company, {"name": "Bâti-Sud 91"})
    assert [hit.record_id for hit in find(notebook, ["bati"], kind="company")] == [company]
    assert len(find(notebook, ["bati"])) == 2


def test_what_looks_like_a_query_language_is_only_text(notebook: Notebook) -> None:
    _person(notebook, "MARTIN", "Julie")
    for hostile in ('"', "mart*", "NEAR", "a:b", "(", "-", "OR"):
        find(notebook, [hostile])
    assert find(notebook, []) == []


def test_a_bulk_load_makes_the_index_whole(notebook: Notebook) -> None:
    site = site_with_people(notebook, 1)
    with notebook.bulk() as raw:
        raw.execute("UPDATE operation SET name = 'Gymnase Colette'")
        raw.execute("UPDATE beneficiary SET last_name = 'PETIT'")
    assert [hit.record_id for hit in find(notebook, ["colette"])] == [site.operation]
    assert find(notebook, ["simone"]) == []
    assert [hit.record_id for hit in find(notebook, ["petit"])] == site.beneficiaries
    with writing(notebook) as unit:
        unit.update(Operation, site.operation, {"name": "Piscine"})
    assert find(notebook, ["colette"]) == []


def test_who_begins_with_the_word_comes_first(notebook: Notebook) -> None:
    with writing(notebook) as unit:
        for rank in range(10):
            unit.insert(Company, {"name": f"Plâtres Martel {rank}"})
    wanted = _person(notebook, "MARTIN", "Julie")
    assert find(notebook, ["mart"])[0].record_id == wanted
    assert find(notebook, ["julie", "mart"])[0].record_id == wanted
    assert len(find(notebook, ["mart"])) == 8


@pytest.mark.parametrize("terms", [["soeren"], ["lukasik", "m"], ["muhammad"], ["mohammed"], ["moha"]])
def test_letters_and_spellings_of_elsewhere_are_found_in_plain_letters(notebook: Notebook, terms: list[str]) -> None:
    found = {
        _person(notebook, "O’BRIEN", "Sœren"): {"soeren"},
        _person(notebook, "ŁUKASIK", "Michał"): {"lukasik"},
        _person(notebook, "BENALI", "Mohamed"): {"muhammad", "mohammed", "moha"},
    }
    assert [hit.record_id for hit in find(notebook, terms)] == [one for one, said in found.items() if terms[0] in said]


def test_an_index_made_by_another_program_is_made_again(notebook: Notebook) -> None:
    person = _person(notebook, "MARTIN", "Julie")
    notebook.raw.execute("DROP TABLE search_fts")
    notebook.raw.execute("CREATE VIRTUAL TABLE search_fts USING fts5(title, words, content='search_doc')")
    assert not is_current(notebook.raw)
    remake(notebook.raw)
    assert is_current(notebook.raw)
    assert [hit.record_id for hit in find(notebook, ["martin"])] == [person]


def test_the_words_are_looked_up_first_whatever_the_notebook_holds(notebook: Notebook) -> None:
    """Begun by the records, SQLite judged the words once for each of them: 52 s for 310 people of one name."""
    site_with_people(notebook)
    notebook.raw.execute("PRAGMA optimize")  # as at each closing: SQLite then believes that there are few
    with writing(notebook) as unit:
        crowd = [
            {"id": f"crowd-{n}", "last_name": "MARCHAND", "first_name": f"Alix{n}", "sort_name": f"marchand alix{n}"}
            for n in range(310)
        ]
        unit.insert_many(Beneficiary, crowd)
    read: list[str] = []
    notebook.raw.set_trace_callback(read.append)
    with notebook.read() as connection:
        match = match_expression(["marchand", "alix30"])
        found = people.found_ids(
            connection, notebook.organisation_id, dt.date(2026, 11, 22), words=["marchand", "alix30"], match=match
        )
    find(notebook, ["marchand", "alix30"], kind="beneficiary")
    notebook.raw.set_trace_callback(None)
    assert len(found) == 11
    searches = [one for one in read if "search_fts MATCH" in one]
    assert len(searches) >= 2
    for one in searches:
        plan = [line[3] for line in notebook.raw.execute(f"EXPLAIN QUERY PLAN {one}")]
        tables = [line for line in plan if line.startswith(("SCAN", "SEARCH"))]
        assert tables[0].startswith("SCAN f VIRTUAL TABLE"), plan
