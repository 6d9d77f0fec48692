"""Whatever a notebook takes out, or shows no more, stands elsewhere first: stories found by reading each deletion."""

from __future__ import annotations

import pytest

from app.errors import NotFound
from app.sync import protocol as wire
from app.sync.state import JournalKind
from server import erasure
from server.store.schema import add_up
from tests.sync.conftest import Three, edit, equal, note, person
from tests.sync.test_faults import transfer
from tests.sync.world import SOUTH, Laptop

pytestmark = pytest.mark.expected_logs


def test_a_change_that_cannot_be_sent_again_stays_set_aside(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    transfer(three.karim, someone)
    three.karim.sync()
    edit(three.nadia, someone, phone="06 de Nadia")
    note(three.nadia, someone, "écrit avant de le savoir")
    three.nadia.sync()
    cards = three.nadia.service.held()
    assert len(cards) == 2
    for card in cards:
        with pytest.raises(NotFound) as told:
            three.nadia.service.send_again(card.held_id)
        assert "n’est plus dans ce carnet" in told.value.happened
    assert three.nadia.service.held() == cards
    equal(three)


def test_a_record_too_large_for_any_batch_begins_no_new_history(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    three.world.limit(wire.Limits(batch_bytes=2_000))
    note(three.nadia, someone, "x" * 5_000)
    assert three.nadia.sync().complete
    line = note(three.nadia, someone)
    assert three.nadia.sync().complete
    assert len(three.nadia.service.held()) == 1
    assert JournalKind.RESTORED not in [entry.kind for entry in three.nadia.service.journal()]
    equal(three)
    assert three.karim.has("follow_up_note", line)


def test_what_a_damaged_server_lost_is_offered_to_it_again(three: Three) -> None:
    someone = person(three.nadia)
    line = note(three.nadia, someone, "tout ce qu’il en reste")
    three.all_sync()
    with three.world.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sync_entry WHERE tbl = 'follow_up_note'")
        connection.exec_driver_sql("DELETE FROM follow_up_note")
        add_up(connection)
    for _ in range(2):
        for one in (three.nadia, three.karim):
            one.sync()
            assert one.value("follow_up_note", line, "text") == "tout ce qu’il en reste"
    assert "tout ce qu’il en reste" in three.world.texts()
    for one in three.world.laptops:
        assert one.service.verify().equal


def refused_about_somebody_given_away(three: Three, way: str) -> str:
    """Nadia wrote about somebody who had left, or left herself: both changes were set aside. The person."""
    someone = person(three.nadia)
    three.all_sync()
    if way == "the person":
        transfer(three.karim, someone)
        three.karim.sync()
        three.lea.sync()
    else:
        three.world.move_user("nadia", SOUTH)
    edit(three.nadia, someone, phone="06 de Nadia")
    note(three.nadia, someone, "Julie MARTIN est malade")
    three.nadia.sync()
    assert len(three.nadia.service.held()) == 2
    return someone


@pytest.mark.parametrize(
    ("cluster", "way", "forever"),
    [
        ("", "the person", False),
        ("", "the author", False),
        ("", "the person", True),
        ("postgresql", "the author", True),
    ],
    indirect=["cluster"],
)
def test_an_erasure_reaches_what_was_refused_to_who_has_the_person_no_more(
    three: Three, way: str, forever: bool
) -> None:
    someone = refused_about_somebody_given_away(three, way)
    three.nadia.sync()
    words = ("06 de Nadia", "malade")
    assert all(one in bytes_of(three.nadia) for one in words), "nobody was erased: nothing is taken from her"
    if forever:
        erasure.erase(three.world.service, "beneficiary", someone)
    else:
        other = three.lea if way == "the person" else three.karim
        other.sync()
        other.anonymise(someone)
        other.sync()
    three.nadia.sync()
    assert [one for one in words if one in bytes_of(three.nadia)] == []
    assert [card.values for card in three.nadia.service.held() if card.kind == "beneficiary"] == [()], "the fact stays"
    equal(three)


def bytes_of(laptop: Laptop) -> str:
    """All that is set aside, or kept to be sent again to a restored server."""
    raw = laptop.notebook.raw
    kept = [body for (body,) in raw.execute("SELECT body FROM _held")]
    return "".join(kept + [bytes(body).decode() for (body,) in raw.execute("SELECT body FROM _batch")])
