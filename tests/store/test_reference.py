"""The shipped reference data load, are dated, and stay silent for the exchange."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from app.paths import resources
from app.store.notebook import Notebook
from app.store.outbox import count_unsent
from app.store.reference import label_of, list_reference, load_reference, read_entries

ENTRIES = read_entries(resources() / "reference" / "charters")


@pytest.fixture
def loaded(notebook: Notebook) -> Notebook:
    load_reference(notebook, ENTRIES)
    return notebook


def test_loading_twice_changes_nothing(loaded: Notebook) -> None:
    assert not load_reference(loaded, ENTRIES).changes


def test_what_is_shipped_is_not_to_be_sent(notebook: Notebook) -> None:
    before = count_unsent(notebook)
    load_reference(notebook, ENTRIES)
    assert count_unsent(notebook) == before


def test_both_networks_and_their_organisations_are_there(loaded: Notebook) -> None:
    with loaded.read() as connection:
        counts: dict[str, int] = dict(
            connection.execute(
                text(
                    "SELECT n.code, count(o.id) FROM network n JOIN organisation o ON o.network_id = n.id"
                    " WHERE n.code <> 'demo' GROUP BY n.code"
                )
            ).all()
        )
    assert counts["inclusiv_essonne"] == 5
    assert counts["gpsea"] == 1


def test_the_charter_of_essonne_and_its_targets(loaded: Notebook) -> None:
    with loaded.read() as connection:
        targets = connection.execute(
            text(
                "SELECT t.unit, t.baseline, t.target FROM charter_target t JOIN charter c ON c.id = t.charter_id"
                " JOIN network n ON n.id = c.network_id WHERE n.code = 'inclusiv_essonne'"
            )
        ).all()
        rate = connection.execute(
            text(
                "SELECT c.minimum_effort_rate FROM charter c JOIN network n ON n.id = c.network_id"
                " WHERE n.code = 'inclusiv_essonne'"
            )
        ).scalar_one()
    assert ("hours", 100_000_000, 200_000_000) in targets
    assert ("persons", 213_500, 350_000) in targets
    assert ("months", 200, 300) in targets
    assert rate == 500, "5 %, in hundredths of a percent (art. 4.3)"


def test_the_publics_of_article_4_1_are_seven(loaded: Notebook) -> None:
    publics = list_reference(loaded, "public", network_code="inclusiv_essonne", on=dt.date(2019, 1, 1))
    of_charter = [entry for entry in publics if "art. 4.1" in entry.source]
    assert len(of_charter) == 7
    assert of_charter[1].label == "Bénéficiaires des minima sociaux"


def test_a_network_does_not_see_the_data_of_another(loaded: Notebook) -> None:
    labels = {entry.network_code for entry in list_reference(loaded, "public", network_code="gpsea")}
    assert "inclusiv_essonne" not in labels


def test_an_unknown_code_is_shown_as_it_is(loaded: Notebook) -> None:
    assert label_of(loaded, "public", "inconnu") == "inconnu"
