"""What the network's administrator sees and does: differences that notebooks reported, work that was set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.clock import FrozenClock
from app.models.choices import Role
from app.sync.protocol import PATH, SCHEMA, HeldCode, Status
from server import accounts, devices, held, incidents, restoring
from server.checks import check
from server.service import Service
from tests.server import house
from tests.server.conftest import Enrol
from tests.server.house import Device
from tests.server.serving import verb

Verb = Callable[..., Any]


@pytest.fixture
def nadia(enrol: Enrol) -> Device:
    return enrol("nadia")


@pytest.fixture
def say(service: Service, database_url: str, tmp_path: Path) -> Verb:
    """A verb of ``inclusiv-server`` over the test's own database, while it serves."""
    return lambda *arguments, **more: verb(*arguments, "--data-dir", tmp_path, "--database", database_url, **more)


def compare(device: Device, **sums: Any) -> Any:
    """The answer to a notebook that says to hold this, by table, in its organisation; ``network`` as received."""
    device.pull()
    body = {"schema": SCHEMA, "epoch": device.epoch, "cursors": device.cursors, "sums": {device.organisation: sums}}
    return device.call("digest", body).json()


# --- differences ----------------------------------------------------------------------------------


def test_a_difference_is_gathered_counted_and_cleared(
    nadia: Device, service: Service, clock: FrozenClock, say: Verb
) -> None:
    nadia.push(nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie"))
    first = clock.now()
    wrong = {"beneficiary": [3, "0" * 16]}
    assert not compare(nadia, **wrong)["scopes"][nadia.organisation]["beneficiary"]["equal"]
    clock.move(dt.timedelta(hours=30))
    password = {"user": "nadia", "password": house.PASSWORD, "device": nadia.enrolled["device"]}
    nadia.access = nadia.client.post(f"{PATH}/sign-in", json=password).json()["access"]
    compare(nadia, **wrong)
    found = {(one.scope, one.table): one for one in incidents.all_incidents(service)}
    told = found[nadia.organisation, "beneficiary"]
    assert (told.here, told.there, told.times, told.account) == (3, 1, 2, "nadia")
    assert (told.since, told.at) == (first, clock.now())
    listed = [one for one in say("incident", "list") if one["table"] == "beneficiary"]
    assert [(one["device"], one["here"], one["there"], one["times"]) for one in listed] == [
        (nadia.enrolled["device"], 3, 1, 2)
    ]
    assert "MARTIN" not in str(listed)
    assert "3 dans le carnet, 1 au serveur, 2 fois depuis le 22/11/2026" in told.sentence.replace("\u00a0", " ")
    assert "difference" in {one.code for one in check(service)}
    assert say("incident", "clear") == {"cleared": len(found)}
    assert incidents.all_incidents(service) == []
    assert check(service) == []


def test_equal_sums_and_those_of_a_notebook_that_is_late_tell_nothing(nadia: Device, service: Service) -> None:
    from app.models.wire import canonical, names_of
    from app.sync.protocol import add_hashes, hash_text, row_hash

    nadia.push(nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie"))
    nadia.pull()
    sums: dict[str, dict[str, list[Any]]] = {}
    for (table, record_id), values in nadia.rows.items():
        scope = nadia.organisation if table == "beneficiary" else "network"
        number = row_hash(table, nadia.seqs[table, record_id], canonical([values[name] for name in names_of(table)]))
        count, total = sums.setdefault(scope, {}).get(table, [0, hash_text(0)])
        sums[scope][table] = [count + 1, hash_text(add_hashes(int(total, 16), number))]
    body = {"schema": SCHEMA, "epoch": nadia.epoch, "cursors": nadia.cursors, "sums": sums}
    assert all(
        one["equal"] for tables in nadia.call("digest", body).json()["scopes"].values() for one in tables.values()
    )
    nadia.push(nadia.insert("company", name="Bâti-Sud"))
    assert nadia.call("digest", {**body, "sums": {}}).json()["moved"]
    assert incidents.all_incidents(service) == []


# --- work set aside -------------------------------------------------------------------------------


def test_a_withdrawn_notebook_s_work_is_listed_shown_and_released_under_its_account(
    nadia: Device, enrol: Enrol, service: Service, say: Verb
) -> None:
    amina = enrol("amina")
    devices.revoke(service, nadia.enrolled["device"], take_work=True)
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    note = nadia.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-20", text="Vue ce jour")
    assert {one.code for one in nadia.push(person, note).results} == {HeldCode.QUARANTINED}
    listed = say("held", "list", "--device", nadia.enrolled["device"])
    assert [(one["table"], one["code"], one["account"]) for one in listed] == [
        ("beneficiary", "quarantined", "nadia"),
        ("follow_up_note", "quarantined", "nadia"),
    ]
    assert "MARTIN" not in str(listed), "a list names nobody"
    shown = say("held", "show", str(listed[0]["number"]))
    assert shown["operation"]["fields"]["last_name"] == "MARTIN"
    assert "Nom\u00a0: MARTIN" in held.one(service, listed[0]["number"]).lines

    assert say("held", "release", "--device", nadia.enrolled["device"]) == {"released": 2, "still_held": 0}
    amina.pull()
    assert amina.value("follow_up_note", note["id"], "text") == "Vue ce jour"
    assert amina.value("beneficiary", person["id"], "organisation_id") == nadia.organisation
    assert say("held", "list") == []
    assert check(service) == []


def test_a_released_operation_meets_the_merge_and_the_rights_of_everybody(
    nadia: Device, enrol: Enrol, service: Service, clock: FrozenClock
) -> None:
    amina = enrol("amina")
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    nadia.pull()
    amina.pull()
    accounts.set_role(service.database, "nadia", Role.READER)
    late = nadia.update("beneficiary", person["id"], phone="0100000001")
    assert nadia.push(late).results[0].code is HeldCode.READ_ONLY
    (kept,) = held.waiting(service)
    assert held.release(service, [kept]) == 0
    assert [one.code for one in held.waiting(service)] == [HeldCode.READ_ONLY]
    accounts.set_role(service.database, "nadia", Role.FACILITATOR)
    clock.move(dt.timedelta(minutes=1))
    amina.push(amina.update("beneficiary", person["id"], phone="0100000002"))
    assert held.release(service, held.waiting(service)) == 1
    assert held.waiting(service) == []
    amina.pull()
    (conflict,) = amina.conflicts()
    assert {conflict["shown"], conflict["other"]} == {'"0100000001"', '"0100000002"'}
    assert amina.value("beneficiary", person["id"], "phone") == "0100000002", "written later"


def test_what_a_released_record_brings_releases_what_waited_for_it(
    nadia: Device, enrol: Enrol, service: Service
) -> None:
    amina = enrol("amina")
    devices.revoke(service, nadia.enrolled["device"], take_work=True)
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    note = amina.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-20", text="Attend")
    assert amina.push(note).results[0].code is HeldCode.PARENT
    assert held.release(service, held.waiting(service, nadia.enrolled["device"])) == 1
    assert held.waiting(service) == []
    amina.pull()
    assert amina.value("follow_up_note", note["id"], "text") == "Attend"


def test_what_a_lost_history_had_is_set_aside_once_and_released_as_nobody_s(
    nadia: Device, enrol: Enrol, service: Service, say: Verb
) -> None:
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    nadia.pull()
    lost = nadia.epoch
    with service.database.writing() as connection:
        restoring.begin_epoch(connection, service)
    amina = enrol("amina")
    amina.pull()
    known = amina.seqs["beneficiary", person["id"]]
    older = amina.update("beneficiary", person["id"], known, town="Évry")
    newer = amina.update("beneficiary", person["id"], known + 5, phone="0100000001", first_name="Julie")
    offered = [{**older, "rescue": lost}, {**newer, "rescue": lost}, {**newer, "rescue": amina.epoch}]
    offered.append(
        {**newer, "rescue": lost, "fields": {"phone": {"value": "0100000001", "base": known + 5, "at": "x"}}}
    )
    receipt = amina.push(*offered[:3])
    assert [(one.status, one.code) for one in receipt.results] == [
        (Status.OK, None),
        (Status.HELD, HeldCode.RESCUED),
        (Status.OK, None),
    ]
    assert amina.push(newer | {"rescue": lost}).results[0].code is HeldCode.RESCUED
    assert amina.push(offered[3]).results[0].status is Status.HELD
    amina.pull()
    assert amina.value("beneficiary", person["id"], "phone") == "", "never merged by itself"
    (kept,) = [one for one in held.waiting(service) if one.code is HeldCode.RESCUED]
    assert list(kept.operation["fields"]) == ["phone"], "what it holds, or held before the backup, is no news"
    assert say("held", "release", str(kept.number)) == {"released": 1, "still_held": 0}
    amina.pull()
    assert amina.value("beneficiary", person["id"], "phone") == "0100000001"
    assert check(service) == []


def test_nothing_is_dropped_without_saying_so(nadia: Device, service: Service, say: Verb) -> None:
    assert nadia.push(nadia.insert("company", name=3)).results[0].status is Status.HELD
    (kept,) = held.waiting(service)
    assert "--yes" in say("held", "drop", str(kept.number), code=2)
    assert [one.number for one in held.waiting(service)] == [kept.number]
    assert say("held", "drop", str(kept.number), "--yes") == {"dropped": 1}
    assert held.waiting(service) == []
    assert "Rien n’est mis de côté" in say("held", "show", str(kept.number), code=2)
    assert "held list" in say("held", "release", "--device", "nobody", code=2)
    assert "Donnez un numéro" in say("held", "release", code=2)


def test_what_was_not_understood_is_listed_too(nadia: Device, service: Service) -> None:
    nadia.push({"op": "explode", "why": "é"}, nadia.insert("planet", name="Mars"))
    lines = [line for one in held.waiting(service) for line in (one.sentence, *one.lines)]
    assert len(held.waiting(service)) == 2
    assert any("élément inconnu" in line for line in lines)
    assert any("explode" in line for line in lines)
    assert held.release(service, held.waiting(service)) == 0
