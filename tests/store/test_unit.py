"""A unit writes record, history and mark to be sent together, and knows how to take itself back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.changes import Changes
from app.clock import FrozenClock
from app.errors import InvalidInput, NotFound
from app.models.beneficiaries import Beneficiary
from app.models.operations import Buyer
from app.models.visits import Phrase
from app.store.drafts import find_draft, keep_draft
from app.store.history import history_of, recent_history
from app.store.notebook import Notebook
from app.store.outbox import count_unsent
from app.store.unit import Undo, revert, writing
from tests.factories import NOW, fresh_notebook, site_with_people


def _buyer(notebook: Notebook, **fields: object) -> tuple[str, Undo]:
    with writing(notebook, "création") as unit:
        record = unit.insert(Buyer, {"name": "Ville d’Exemple", **fields})
        return record, unit.outcome.undo


def _fields(notebook: Notebook, record_id: str) -> dict[str, object]:
    with notebook.read() as connection:
        row = connection.execute(text("SELECT * FROM buyer WHERE id = :id"), {"id": record_id}).mappings().one()
        return {name: value for name, value in row.items() if name != "updated_at"}


def test_a_write_says_what_changed(notebook: Notebook) -> None:
    record, _ = _buyer(notebook)
    with writing(notebook, "téléphone") as unit:
        unit.update(Buyer, record, {"phone": "01 60 00 00 00"})
        assert unit.outcome.changes == Changes.of("buyer", record)


def test_writing_the_same_value_changes_nothing(notebook: Notebook) -> None:
    record, _ = _buyer(notebook, phone="01")
    with writing(notebook) as unit:
        assert not unit.update(Buyer, record, {"phone": "01"})
        assert not unit.outcome.changes
        assert not unit.outcome.undo


def test_every_written_field_is_marked_with_its_former_value(notebook: Notebook) -> None:
    record, _ = _buyer(notebook, phone="01")
    notebook.raw.execute("DELETE FROM _dirty")
    with writing(notebook) as unit:
        unit.update(Buyer, record, {"phone": "02", "email": "a@exemple.fr"})
    with writing(notebook) as unit:
        unit.update(Buyer, record, {"phone": "03"})
    marks = notebook.raw.execute("SELECT field, old FROM _dirty WHERE id = ? ORDER BY field", (record,)).fetchall()
    assert marks == [("email", ""), ("phone", "01")], "the value before the first unsent change is kept"


def test_bulk_sql_is_captured_too(notebook: Notebook) -> None:
    record, _ = _buyer(notebook)
    notebook.raw.execute("DELETE FROM _dirty")
    notebook.raw.execute("UPDATE buyer SET town = 'Évry'")
    assert notebook.raw.execute("SELECT tbl, id, field FROM _dirty").fetchall() == [("buyer", record, "town")]


def test_nothing_is_physically_deleted(notebook: Notebook) -> None:
    record, _ = _buyer(notebook)
    with pytest.raises(Exception, match="deletion is a field"):
        notebook.raw.execute("DELETE FROM buyer WHERE id = ?", (record,))
    with writing(notebook) as unit:
        unit.delete(Buyer, record)
    assert _fields(notebook, record)["deleted_at"] is not None


def test_an_id_never_changes(notebook: Notebook) -> None:
    _buyer(notebook)
    with pytest.raises(Exception, match="an id never changes"):
        notebook.raw.execute("UPDATE buyer SET id = 'x'")


def test_history_says_who_what_before_after(notebook: Notebook) -> None:
    record, _ = _buyer(notebook, phone="01")
    with writing(notebook) as unit:
        unit.update(Buyer, record, {"phone": "02"})
    latest, creation = history_of(notebook, "buyer", record)
    assert (latest.field, latest.before, latest.after, latest.author_name) == ("phone", "01", "02", "N. DIALLO")
    assert creation.field == ""
    assert recent_history(notebook, 1) == [latest]


def test_a_failure_in_the_middle_writes_nothing(notebook: Notebook) -> None:
    before = count_unsent(notebook)
    with pytest.raises(RuntimeError), writing(notebook) as unit:
        unit.insert(Buyer, {"name": "Perdu"})
        raise RuntimeError
    assert count_unsent(notebook) == before
    assert notebook.raw.execute("SELECT count(*) FROM buyer").fetchone() == (0,)


def test_undo_then_redo(notebook: Notebook) -> None:
    record, _ = _buyer(notebook, phone="01")
    first = _fields(notebook, record)
    with writing(notebook, "téléphone") as unit:
        unit.update(Buyer, record, {"phone": "02"})
        undo = unit.outcome.undo
    second = _fields(notebook, record)
    redo = revert(notebook, undo)
    assert _fields(notebook, record) == first
    assert redo.undo.label == "téléphone"
    revert(notebook, redo.undo)
    assert _fields(notebook, record) == second


def test_undoing_a_creation_puts_it_in_the_bin_and_redo_brings_it_back(notebook: Notebook) -> None:
    record, undo = _buyer(notebook)
    redo = revert(notebook, undo)
    assert _fields(notebook, record)["deleted_at"] is not None
    revert(notebook, redo.undo)
    assert _fields(notebook, record)["deleted_at"] is None


@given(edits=st.lists(st.tuples(st.sampled_from(["phone", "town", "email"]), st.text(max_size=5)), max_size=8))
def test_any_series_of_edits_in_one_act_is_undone_at_once(
    edits: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with fresh_notebook(tmp_path_factory.mktemp("undo")) as notebook:
        record, _ = _buyer(notebook, phone="0", town="1", email="2")
        before = _fields(notebook, record)
        with writing(notebook) as unit:
            for field, value in edits:
                unit.update(Buyer, record, {field: value})
            undo = unit.outcome.undo
        revert(notebook, undo)
        assert _fields(notebook, record) == before


def test_a_natural_record_made_twice_is_one_record(notebook: Notebook) -> None:
    with writing(notebook) as unit:
        unit.put(Buyer, "same", {"name": "A"})
    with writing(notebook) as unit:
        unit.put(Buyer, "same", {"name": "B"})
    assert notebook.raw.execute("SELECT id, name FROM buyer").fetchall() == [("same", "B")]


def test_a_missing_record_is_said_in_french(notebook: Notebook) -> None:
    with pytest.raises(NotFound, match="introuvable"), writing(notebook) as unit:
        unit.update(Buyer, "nobody", {"phone": "1"})


def test_times_come_back_aware(notebook: Notebook) -> None:
    site = site_with_people(notebook, 1)
    with notebook.read() as connection:
        table = Beneficiary.__table__  # type: ignore[attr-defined]
        row = connection.execute(table.select().where(table.c.id == site.beneficiaries[0])).mappings().one()
    assert row["created_at"] == notebook.clock.now()
    assert row["created_at"].utcoffset() == dt.timedelta(0)
    assert row["birth_date"] == dt.date(1988, 3, 12)


def test_what_every_program_ships_is_neither_sent_nor_in_history(notebook: Notebook) -> None:
    before = count_unsent(notebook)
    with writing(notebook, captured=False) as unit:
        record = unit.insert(Buyer, {"name": "Livré"})
    assert count_unsent(notebook) == before
    assert history_of(notebook, "buyer", record) == []
    with writing(notebook) as unit:
        unit.update(Buyer, record, {"phone": "1"})
    assert count_unsent(notebook) == before + 1, "capture is on again"


def test_no_writer_can_keep_a_social_security_number(notebook: Notebook) -> None:
    """Whatever writes goes through one rule: insert, update, many at once; the text being typed is kept without it."""
    number = "2 99 02 91 999 999"
    person = {"last_name": "MARTIN", "first_name": "Julie"}
    with pytest.raises(InvalidInput) as refused, writing(notebook) as unit:
        unit.insert(Beneficiary, {**person, "objectives": f"Carte {number}"})
    assert refused.value.field == "objectives"
    with writing(notebook) as unit:
        made = unit.insert(Beneficiary, person)
    with pytest.raises(InvalidInput), writing(notebook) as unit:
        unit.update(Beneficiary, made, {"address": number})
    with pytest.raises(InvalidInput), writing(notebook) as unit:
        unit.insert_many(Phrase, [{"id": "p", "section": "hours", "text": number, "hidden": False}])
    keep_draft(notebook, "visit/1/finding", "Constat", f"Il donne son numéro, {number}, pour le dossier")
    kept = find_draft(notebook, "visit/1/finding")
    assert kept is not None
    assert kept.text == "Il donne son numéro, [numéro retiré], pour le dossier"


def test_all_that_one_act_deletes_has_the_same_moment(tmp_path: Path) -> None:
    """By it a visit is taken from the bin with its parts: time goes on between two writes of one act."""

    class Going(FrozenClock):
        def now(self) -> dt.datetime:
            self.move(dt.timedelta(microseconds=1))
            return super().now()

    with fresh_notebook(tmp_path / "carnet", Going(NOW)) as notebook:
        with writing(notebook, "création") as unit:
            made = [unit.insert(Buyer, {"name": f"Ville {rank}"}) for rank in range(2)]
        with writing(notebook, "suppression") as unit:
            for one in made:
                unit.delete(Buyer, one)
            assert len({unit.row(Buyer, one)["deleted_at"] for one in made}) == 1
