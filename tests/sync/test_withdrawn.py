"""A notebook withdrawn while its work was wanted: nothing is erased before it was taken, nor of its copies (§7.10)."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.beneficiaries import FollowUpNote
from app.store.unit import writing
from app.sync import protocol as wire
from app.sync.state import Problem
from server import devices, files, held
from server.push import receiving
from server.refusals import Refusal
from tests.sync.conftest import Three, both, edit, employed, equal, hours, note, person
from tests.sync.test_faults import photographed, questions
from tests.sync.world import PASSWORD

pytestmark = pytest.mark.expected_logs


@both
def test_a_copy_of_a_withdrawn_notebook_leaves_its_work_too(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="des deux")
    three.nadia.cut_sync("batch to send")  # sealed: the copy has the same bytes
    copy = three.nadia.copy()
    copy.password = PASSWORD
    edit(three.nadia, someone, email="du premier")
    edit(copy, someone, email="du second")
    note(copy, someone, "écrit par le second")
    devices.revoke(three.world.service, three.nadia.device, take_work=True)
    for one in (three.nadia, copy):
        assert one.sync().problem is Problem.REVOKED
        assert one.erased
    kept = held.waiting(three.world.service)
    typed = [line.partition("\u00a0: ")[2] for one in kept for line in one.lines]
    assert [typed.count(one) for one in ("des deux", "du premier", "du second", "écrit par le second")] == [1, 1, 1, 1]
    for one in (three.nadia, copy):
        three.world.laptops.remove(one)
        one.close()
    assert held.release(three.world.service, kept) == len(kept)
    equal(three)
    assert {"du premier", "du second"} == questions(three.karim) | {three.karim.value("beneficiary", someone, "email")}


@pytest.mark.parametrize("way", ["its answer is lost", "the password is asked", "the server is older"])
def test_a_withdrawn_notebook_is_not_erased_before_its_work_was_taken(
    three: Three, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = person(three.nadia, "DERNIER TRAVAIL")
    devices.revoke(three.world.service, three.nadia.device, take_work=True)
    receive = receiving.receive

    def refused(*_: object) -> None:
        raise Refusal(wire.Code.SIGN_IN if way == "the password is asked" else wire.Code.TOO_NEW)

    def unanswered(*given: Any) -> None:
        receive(*given)
        raise Refusal(wire.Code.BUSY)

    three.nadia.password = None
    monkeypatch.setattr(receiving, "receive", unanswered if way == "its answer is lost" else refused)
    with three.world.database.changing() as connection:
        connection.exec_driver_sql("UPDATE sync_device SET refresh = '', former_refresh = ''")
    assert three.nadia.sync().problem is not Problem.REVOKED
    assert not three.nadia.erased
    assert three.nadia.has("beneficiary", someone)
    monkeypatch.undo()
    three.nadia.password = PASSWORD
    assert three.nadia.sync().problem is Problem.REVOKED
    assert len(held.waiting(three.world.service)) == 1
    assert three.nadia.erased


@pytest.mark.parametrize("take_work", [False, True])
def test_a_photograph_whose_record_was_sent_is_left_before_the_erasure(three: Three, take_work: bool) -> None:
    someone = person(three.nadia)
    sha256 = photographed(three.nadia, someone)
    assert three.nadia.cut_sync("file to exchange")
    three.karim.sync()
    devices.revoke(three.world.service, three.nadia.device, take_work=take_work)
    assert three.nadia.sync().problem is Problem.REVOKED
    assert three.nadia.erased
    three.karim.sync()
    assert three.karim.files.has(sha256) is take_work


def test_it_is_not_erased_while_its_photograph_cannot_be_left(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    photographed(three.nadia, person(three.nadia))
    assert three.nadia.cut_sync("file to exchange")
    devices.revoke(three.world.service, three.nadia.device, take_work=True)

    def full(*_: object) -> None:
        raise Refusal(wire.Code.FULL)

    with monkeypatch.context() as patched:
        patched.setattr(files, "append", full)
        assert three.nadia.sync().problem is Problem.DISK_FULL_THERE
    assert not three.nadia.erased
    assert three.nadia.sync().problem is Problem.REVOKED
    assert three.nadia.erased


def test_what_it_leaves_about_somebody_erased_since_keeps_no_word(three: Three) -> None:
    someone, contract = employed(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="06 de Nadia")
    line = note(three.nadia, someone, "écrit avant de le savoir")
    three.nadia.cut_sync("batch to send")
    with writing(three.nadia.notebook) as unit:
        unit.update(FollowUpNote, line, {"text": "récrit avant de le savoir"})
    hours(three.nadia, contract, 140_00)
    three.karim.anonymise(someone)
    three.karim.sync()
    devices.revoke(three.world.service, three.nadia.device, take_work=True)
    assert three.nadia.sync().problem is Problem.REVOKED
    for words in ("06 de Nadia", "avant de le savoir"):
        assert words not in three.world.texts()
    assert "14000" in three.world.texts(), "figures stay"
