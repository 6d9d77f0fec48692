"""Photographs taken, recorded, and whose record left before they were sent: kept here until the server has them.

It is the server that judges who may bring which content: what it is asked is told over both databases.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.attachments import Attachment
from app.models.choices import Role
from app.models.operations import Buyer, Operation
from app.models.visits import Observation, Visit
from app.store.unit import writing
from app.sync import protocol as wire
from app.sync.state import Problem
from server import accounts, erasure
from tests.sync.conftest import Three, both, company, equal, lot, person
from tests.sync.test_faults import photographed, transfer
from tests.sync.world import NORTH, PASSWORD, SOUTH, Laptop

pytestmark = pytest.mark.expected_logs


def unsent(three: Three, someone: str) -> str:
    """Nadia's photograph of somebody: its record is at the server and at her colleagues', its content here only."""
    sha256 = photographed(three.nadia, someone)
    assert three.nadia.cut_sync("file to exchange")
    three.karim.sync()
    return sha256


def given_away(three: Three) -> tuple[str, str]:
    """Somebody whom Karim gave to the South before Nadia's photograph of them was sent: (person, content)."""
    someone = person(three.nadia)
    sha256 = unsent(three, someone)
    transfer(three.karim, someone)
    three.karim.sync()
    return someone, sha256


def sent_in_part(three: Three) -> None:
    """A session of Nadia's that is cut in the middle of her photograph: ten bytes of sixteen went."""
    three.world.limit(wire.Limits(chunk_bytes=5))

    def hook(name: str) -> None:
        if name == "file to exchange":
            three.nadia.faults.plan = ["", "", "", *["lost"] * 10]  # where it stands, then two pieces

    three.nadia.hook = hook
    assert three.nadia.sync().problem is Problem.UNREACHABLE
    three.nadia.hook = lambda _: None
    assert [one.endswith(".part") for one in on_the_server(three)] == [True]


def on_the_server(three: Three) -> list[str]:
    """The contents on the server's disk, those received in part too."""
    return sorted(path.name for path in three.world.service.files.glob("??/*"))


def owed(laptop: Laptop) -> int:
    return int(laptop.notebook.raw.execute("SELECT count(*) FROM _file_owed").fetchone()[0])


@both
def test_a_content_whose_record_left_before_it_was_sent_is_brought_all_the_same(three: Three) -> None:
    someone, sha256 = given_away(three)
    assert three.nadia.sync().photos == 1
    assert not three.nadia.has("beneficiary", someone)
    assert not three.nadia.files.has(sha256), "the server has it: it leaves as its record did"
    assert three.lea.sync().photos == 1
    assert three.lea.files.has(sha256)
    equal(three)


def test_so_is_that_of_somebody_given_by_the_one_who_took_it(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync(1)
    sha256 = photographed(three.nadia, someone)
    transfer(three.nadia, someone)
    assert three.nadia.sync().photos == 1
    three.lea.sync()
    assert three.lea.files.has(sha256)
    equal(three)


@pytest.mark.parametrize("point", ["being applied", "applied", "file to exchange"])
def test_a_kill_on_the_way_loses_nothing_of_it(three: Three, point: str) -> None:
    _someone, sha256 = given_away(three)
    assert three.nadia.cut_sync(point)
    assert three.nadia.files.has(sha256)
    three.nadia.sync()
    equal(three)
    assert three.lea.files.has(sha256)
    assert not three.nadia.files.has(sha256)


@both
def test_it_goes_on_where_it_stopped(three: Three) -> None:
    _someone, sha256 = given_away(three)
    sent_in_part(three)
    assert three.nadia.files.has(sha256)
    state = three.nadia.service.state()
    assert (state.photos_done, state.photos_total) == (0, 1), "told as waiting"
    three.nadia.wire.seen.clear()
    assert three.nadia.sync().photos == 1
    assert three.nadia.wire.seen.count(f"files/{sha256}") == 1 + 2, "asked where it stands, then the rest"
    three.lea.sync()
    assert three.lea.files.has(sha256)


@both
def test_a_colleague_who_stays_receives_the_content_of_one_who_works_elsewhere_since(three: Three) -> None:
    someone = person(three.nadia)
    sha256 = unsent(three, someone)
    three.world.move_user("nadia", SOUTH)
    assert three.nadia.sync().photos == 1
    assert not three.nadia.has("beneficiary", someone)
    assert not three.nadia.files.has(sha256)
    three.karim.sync()
    assert three.karim.files.has(sha256)
    three.lea.sync()
    assert not three.lea.files.has(sha256)
    equal(three)


def test_one_who_may_only_read_since_brings_what_was_taken_before(three: Three) -> None:
    someone = person(three.nadia)
    sha256 = unsent(three, someone)
    accounts.set_role(three.world.database, "nadia", Role.READER)
    assert three.nadia.sync().photos == 1
    three.karim.sync()
    assert three.karim.files.has(sha256)


@both
def test_a_copied_notebook_brings_what_the_first_took(three: Three) -> None:
    _someone, sha256 = given_away(three)
    copy = three.nadia.copy()
    copy.password = PASSWORD
    person(copy, "AUTRE")
    copy.sync()
    person(three.nadia, "ENCORE")
    three.lea.sync()
    assert three.lea.files.has(sha256)
    equal(three)
    for one in (three.nadia, copy):
        assert not one.files.has(sha256)


@both
@pytest.mark.parametrize("forever", [False, True])
def test_an_erasure_where_the_person_is_now_removes_it_here_too(three: Three, forever: bool) -> None:
    someone, sha256 = given_away(three)
    sent_in_part(three)
    three.lea.sync()
    if forever:
        erasure.erase(three.world.service, "beneficiary", someone)
    else:
        three.lea.anonymise(someone)
        three.lea.sync()
    assert on_the_server(three) == [], "at once"
    three.nadia.sync()
    assert not three.nadia.files.has(sha256)
    assert owed(three.nadia) == 0
    assert on_the_server(three) == []
    equal(three)


def test_an_erasure_here_takes_the_content_out_of_what_waits(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    sha256 = photographed(three.nadia, someone)
    assert three.nadia.cut_sync("batch to send")  # sealed, and not sent
    three.nadia.anonymise(someone)
    assert not three.nadia.files.has(sha256)
    assert sha256.encode() not in b"".join(
        body for (body,) in three.nadia.notebook.raw.execute("SELECT body FROM _batch")
    )
    equal(three)
    assert on_the_server(three) == []


def test_a_person_who_comes_back_takes_the_content_along(three: Three) -> None:
    someone, sha256 = given_away(three)
    assert three.nadia.cut_sync("session ends")
    assert owed(three.nadia) == 1
    three.lea.sync()
    transfer(three.lea, someone, NORTH)
    three.lea.sync()
    assert three.nadia.cut_sync("file to exchange")
    assert owed(three.nadia) == 0
    three.nadia.sync()
    assert three.nadia.files.has(sha256)
    equal(three)
    assert three.karim.files.has(sha256)


def test_one_who_comes_back_erased_leaves_no_content(three: Three) -> None:
    someone, sha256 = given_away(three)
    assert three.nadia.cut_sync("session ends")
    three.lea.sync()
    three.lea.anonymise(someone)
    transfer(three.lea, someone, NORTH)
    three.lea.sync()
    three.nadia.cut_sync("file to exchange")
    three.nadia.sync()
    assert not three.nadia.files.has(sha256)
    equal(three)


@both
@pytest.mark.parametrize("known", [True, False])
def test_a_server_restored_meanwhile_is_brought_it(three: Three, tmp_path: Path, known: bool) -> None:
    """``known``: the backup holds the record."""
    someone = person(three.nadia)
    three.all_sync()
    backup = three.world.copy_server(tmp_path / "backup.db")
    sha256 = unsent(three, someone)
    if known:
        backup = three.world.copy_server(tmp_path / "later.db")
    transfer(three.karim, someone)
    three.karim.sync()
    assert three.nadia.cut_sync("session ends")
    assert owed(three.nadia) == 1
    three.world.restore_server(backup)
    equal(three)
    assert three.lea.files.has(sha256)
    assert not three.nadia.files.has(sha256)


def test_the_photograph_of_a_change_set_aside_stays_with_it(three: Three) -> None:
    firm = company(three.nadia)
    with writing(three.nadia.notebook) as unit:
        on = lot(unit)
        operation = unit.insert(Operation, {"buyer_id": unit.insert(Buyer, {"name": "Ville"}), "name": "École"})
        place = {"company_id": firm, "lot_id": on, "operation_id": operation}
        visit = unit.insert(Visit, {**place, "planned_on": three.nadia.clock.today()})
        seen = unit.insert(Observation, {"visit_id": visit, "number": 1, "text": "Gants absents"})
    three.all_sync()
    data = b"une photographie"
    sha256 = three.nadia.files.put(data)
    with writing(three.nadia.notebook) as unit:
        named = {"owner_kind": "visit", "owner_id": visit, "observation_id": seen, "size": len(data), "sha256": sha256}
        unit.insert(Attachment, named)
    three.world.move_user("nadia", SOUTH)
    three.nadia.sync()
    (card,) = three.nadia.service.held()
    three.nadia.sync()
    assert three.nadia.files.has(sha256), "it would be sent again without what it shows"
    three.world.move_user("nadia", NORTH)
    three.nadia.sync()
    three.nadia.service.send_again(card.held_id)
    equal(three)
    assert three.karim.files.has(sha256)
