"""Who may ask: passwords, tokens that turn, copied notebooks, withdrawn ones, restored servers, strangers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.clock import FrozenClock
from app.models.choices import Role
from app.models.wire import moment_text
from app.sync.protocol import (
    PATH,
    REACTIONS,
    SCHEMA,
    Code,
    HeldCode,
    Problem,
    Status,
    restored_proof,
    seal,
    sha256_of,
    wipe_signature,
)
from server import accounts, devices, erasure, restoring
from server.service import Service
from tests.server import house
from tests.server.conftest import Enrol
from tests.server.house import Device
from tests.server.test_erasure import copy_of


@pytest.fixture
def nadia(enrol: Enrol) -> Device:
    return enrol("nadia")


def refused(answer: Any, code: Code) -> Problem:
    """The problem of an answer, which must be ``code`` with its status."""
    problem = Problem.model_validate_json(answer.content)
    assert (problem.code, answer.status_code) == (code, REACTIONS[code][0]), answer.text
    return problem


def token(device: Device, refresh: str, proof: str = "") -> Any:
    body = {"device": device.enrolled["device"], "refresh": refresh, "proof": proof}
    return device.client.post(f"{PATH}/token", json=body)


# --- passwords ------------------------------------------------------------------------------------


def test_wrong_passwords_wait_longer_and_longer(client: TestClient, service: Service, clock: FrozenClock) -> None:
    house.add_user(service, "nadia")

    def attempt(password: str, user: str = "nadia") -> Any:
        return client.post(f"{PATH}/enrol", json={"user": user, "password": password, "schema": SCHEMA})

    refused(attempt("x", "nobody"), Code.BAD_CREDENTIALS)
    for _ in range(accounts.FREE_TRIES + 1):
        refused(attempt("wrong"), Code.BAD_CREDENTIALS)
    answer = attempt(house.PASSWORD)
    refused(answer, Code.SLOW_DOWN)
    clock.move(dt.timedelta(seconds=int(answer.headers["Retry-After"])))
    assert attempt(house.PASSWORD).status_code == 200


def test_a_closed_account_keeps_its_work_and_exchanges_nothing(nadia: Device, service: Service) -> None:
    accounts.disable(service.database, service.clock, "nadia")
    refused(nadia.hello(), Code.DISABLED)
    refused(token(nadia, nadia.enrolled["refresh"]), Code.DISABLED)
    accounts.disable(service.database, service.clock, "nadia", closed=False)
    assert nadia.hello().status_code == 200


def test_secrets_are_nowhere_in_the_database(nadia: Device, service: Service) -> None:
    with service.database.reading() as connection:
        for table in ("sync_account", "sync_device", "sync_access"):
            text = str(connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall())
            for secret in (house.PASSWORD, nadia.access, nadia.enrolled["refresh"], nadia.rolling):
                assert secret not in text


# --- tokens ---------------------------------------------------------------------------------------


def test_an_access_token_lives_fifteen_minutes(nadia: Device, clock: FrozenClock) -> None:
    assert nadia.hello().status_code == 200
    clock.move(dt.timedelta(minutes=15))
    assert refused(nadia.hello(), Code.EXPIRED).reaction.value == "refresh"


def test_a_refresh_token_turns_and_a_lost_answer_locks_nobody_out(nadia: Device) -> None:
    first = nadia.enrolled["refresh"]
    lost = token(nadia, first).json()["refresh"]  # the answer never arrived
    second = token(nadia, first).json()["refresh"]
    refused(token(nadia, lost), Code.SIGN_IN)
    third = token(nadia, second).json()
    refused(token(nadia, first), Code.SIGN_IN)  # the new one was used: the old one is dead
    nadia.access = third["access"]
    assert nadia.hello().status_code == 200


def test_a_password_gives_new_tokens_to_the_device_of_that_account_only(nadia: Device, enrol: Enrol) -> None:
    karim = enrol("karim", house.MIVE)
    body = {"user": "nadia", "password": house.PASSWORD, "device": nadia.enrolled["device"]}
    answer = nadia.client.post(f"{PATH}/sign-in", json=body)
    assert answer.status_code == 200
    refused(token(nadia, nadia.enrolled["refresh"]), Code.SIGN_IN)
    assert token(nadia, answer.json()["refresh"]).status_code == 200
    wrong = nadia.client.post(f"{PATH}/sign-in", json={**body, "device": karim.enrolled["device"]})
    refused(wrong, Code.BAD_CREDENTIALS)


def test_nobody_joins_under_the_name_of_a_colleague(nadia: Device, service: Service) -> None:
    house.add_user(service, "karim")
    body = {"user": "karim", "password": house.PASSWORD, "schema": SCHEMA}
    claimed = nadia.client.post(
        f"{PATH}/enrol", json={**body, "facilitator": nadia.enrolled["identity"]["facilitator"]}
    )
    refused(claimed, Code.FORBIDDEN)
    assert nadia.client.post(f"{PATH}/enrol", json={**body, "facilitator": service.clock.new_id()}).status_code == 200


STRANGERS = ("", "Bearer", "Bearer nothing", "Basic abc", "Bearer " + "x" * 999)


def test_no_route_answers_a_stranger(client: TestClient) -> None:
    for authorization in STRANGERS:
        headers = {"Authorization": authorization} if authorization else {}
        answers = [client.request(method, f"{PATH}/files/{'a' * 64}", headers=headers) for method in ("GET", "PATCH")]
        for route in ("hello", "known", "push", "pull", "digest"):
            answers.append(client.post(f"{PATH}/{route}", json={}, headers=headers))
        for answer in answers:
            assert answer.status_code in (400, 401)
            assert Problem.model_validate_json(answer.content).code in (Code.EXPIRED, Code.MALFORMED)
        assert client.head(f"{PATH}/files/{'a' * 64}", headers=headers).status_code == 401


def test_rights_are_looked_up_at_each_request(nadia: Device, service: Service) -> None:
    made = nadia.insert("company", name="Bâti-Sud")
    assert nadia.push(made).results[0].status is Status.OK
    accounts.set_role(service.database, "nadia", Role.READER)
    assert nadia.push(nadia.update("company", made["id"], town="Évry")).results[0].code is HeldCode.READ_ONLY
    assert nadia.hello().json()["identity"]["role"] == "reader"


# --- clocks ---------------------------------------------------------------------------------------


def test_a_wrong_clock_does_not_win_for_ever(nadia: Device, enrol: Enrol, clock: FrozenClock) -> None:
    amina = enrol("amina")
    made = nadia.insert("company", name="Bâti-Sud")
    nadia.push(made)
    nadia.pull()
    amina.pull()
    ahead = clock.now() + dt.timedelta(days=365)
    amina.hello(clock=moment_text(ahead))
    wrong = amina.update("company", made["id"], town="Massy")
    wrong["fields"]["town"][2] = moment_text(ahead)  # written now, by a clock a year ahead
    clock.move(dt.timedelta(minutes=1))
    nadia.push(nadia.update("company", made["id"], town="Évry"))
    amina.push(wrong)
    amina.pull()
    assert amina.value("company", made["id"], "town") == "Évry"


def test_a_time_to_come_counts_as_the_time_of_its_receipt(nadia: Device, enrol: Enrol, clock: FrozenClock) -> None:
    """The clock was right at the last hello, and jumped a year ahead since: nothing is known to correct it by."""
    amina = enrol("amina")
    made = nadia.insert("company", name="Bâti-Sud")
    nadia.push(made)
    for device in (nadia, amina):
        device.hello()
        device.pull()
    wrong = amina.update("company", made["id"], town="Massy")
    wrong["fields"]["town"][2] = moment_text(clock.now() + dt.timedelta(days=365))
    amina.push(wrong)
    clock.move(dt.timedelta(minutes=1))
    nadia.push(nadia.update("company", made["id"], town="Évry"))
    amina.pull()
    assert amina.value("company", made["id"], "town") == "Évry"


# --- copies ---------------------------------------------------------------------------------------


def twin_of(device: Device) -> Device:
    """The notebook copied to another computer: same tokens, same numbers."""
    return Device(
        device.client,
        device.clock,
        device.user,
        device.facilitator,
        device.n,
        device.epoch,
        dict(device.enrolled),
        device.access,
        device.rolling,
    )


def test_a_copied_notebook_is_told_apart_and_loses_nothing(nadia: Device) -> None:
    nadia.push(nadia.insert("company", name="Avant la copie"))
    sealed = seal(SCHEMA, nadia.epoch, [nadia.insert("company", name="Scellé avant la copie")])
    copy = twin_of(nadia)
    assert nadia.post(sealed, 2, nadia.rolling).status_code == 200
    mine = seal(SCHEMA, copy.epoch, [copy.insert("company", name="Saisi sur la copie")])
    assert refused(copy.post(mine, 2, copy.rolling), Code.FORK).reaction.value == "fork"
    # It enrols anew without a password, asks which of its batches are known, and renumbers the rest.
    answer = copy.client.post(f"{PATH}/enrol", json={"user": copy.user, "schema": SCHEMA}, headers=copy.headers).json()
    former = copy.enrolled["device"]
    copy.take(answer)
    assert copy.enrolled["device"] != former
    receipts = copy.call("known", {"batches": [[former, 2, sha256_of(sealed)], [former, 2, sha256_of(mine)]]}).json()[
        "receipts"
    ]
    assert [one is not None for one in receipts] == [True, False]
    # Even sent again under the new device, the batch that the other copy sent is merged once.
    assert copy.post(sealed, 1, copy.rolling).json()["results"] == receipts[0]["results"]
    copy.pull()
    names = [row["name"] for (table, _), row in copy.rows.items() if table == "company"]
    assert sorted(names) == ["Avant la copie", "Scellé avant la copie"]


def test_a_copy_of_before_is_told_apart_even_in_the_right_place(nadia: Device) -> None:
    """Two batches later, the number and the hash of a copy may be right by chance: its token is not."""
    copy = twin_of(nadia)
    for name in ("Une", "Deux"):
        nadia.push(nadia.insert("company", name=name))
    late = seal(SCHEMA, copy.epoch, [copy.insert("company", name="Trois")])
    refused(copy.post(late, nadia.n + 1, copy.rolling), Code.FORK)
    nadia.pull()
    assert sorted(row["name"] for (table, _), row in nadia.rows.items() if table == "company") == ["Deux", "Une"]


@pytest.mark.parametrize("n", [0, 2, 7])
def test_a_batch_out_of_its_place_is_a_fork(nadia: Device, n: int) -> None:
    body = seal(SCHEMA, nadia.epoch, [nadia.insert("company", name="Bâti-Sud")])
    refused(nadia.post(body, n, nadia.rolling), Code.FORK if n else Code.MALFORMED)


def test_nobody_learns_of_another_user_s_batches(nadia: Device, enrol: Enrol) -> None:
    karim = enrol("karim", house.MIVE)
    nadia.push(nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie"))
    asked = [[nadia.enrolled["device"], 1, sha256_of(nadia.sent[0])]]
    assert karim.call("known", {"batches": asked}).json() == {"receipts": [None]}
    refused(
        karim.client.post(f"{PATH}/enrol", json={"user": "nadia", "schema": SCHEMA}, headers=karim.headers),
        Code.BAD_CREDENTIALS,
    )


# --- withdrawn devices ----------------------------------------------------------------------------


def test_a_withdrawn_device_is_told_to_erase_with_a_signature(nadia: Device, service: Service) -> None:
    devices.revoke(service, nadia.enrolled["device"])
    problem = refused(nadia.hello(), Code.REVOKED)
    assert problem.wipe is not None
    assert problem.wipe.signature == wipe_signature(nadia.enrolled["device_key"], nadia.enrolled["device"])
    refused(token(nadia, nadia.enrolled["refresh"]), Code.REVOKED)
    body = seal(SCHEMA, nadia.epoch, [nadia.insert("company", name="Bâti-Sud")])
    refused(nadia.post(body, 1, nadia.rolling), Code.REVOKED)


@pytest.mark.parametrize("take_work", [True, False])
def test_the_password_lets_a_withdrawn_device_only_leave_its_work(
    nadia: Device, service: Service, take_work: bool
) -> None:
    devices.revoke(service, nadia.enrolled["device"], take_work=take_work)
    body = {"user": "nadia", "password": house.PASSWORD, "device": nadia.enrolled["device"]}
    answer = nadia.client.post(f"{PATH}/sign-in", json=body)
    if not take_work:
        assert refused(answer, Code.REVOKED).wipe is not None
        return
    nadia.access = answer.json()["access"]
    refused(nadia.hello(), Code.REVOKED)
    receipt = nadia.push(nadia.insert("company", name="Bâti-Sud"))
    assert [one.code for one in receipt.results] == [HeldCode.QUARANTINED]


def test_a_withdrawn_device_may_leave_its_work_apart(nadia: Device, enrol: Enrol, service: Service) -> None:
    amina = enrol("amina")
    devices.revoke(service, nadia.enrolled["device"], take_work=True)
    problem = refused(nadia.hello(), Code.REVOKED)
    assert problem.wipe is not None
    assert problem.wipe.send_work_first
    nadia.access = token(nadia, nadia.enrolled["refresh"]).json()["access"]
    receipt = nadia.push(nadia.insert("company", name="Bâti-Sud"))
    assert [one.code for one in receipt.results] == [HeldCode.QUARANTINED]
    refused(nadia.call("pull", {"schema": SCHEMA}), Code.REVOKED)
    amina.pull()
    assert not any(table == "company" for table, _ in amina.rows)


# --- restored servers -----------------------------------------------------------------------------


def test_a_restored_server_gets_back_what_its_devices_know(
    nadia: Device, enrol: Enrol, service: Service, tmp_path: Path
) -> None:
    amina = enrol("amina")
    made = nadia.insert("company", name="Bâti-Sud", town="Évry")
    nadia.push(made)
    nadia.pull()
    amina.pull()
    back = copy_of(service, tmp_path)
    nadia.push(nadia.update("company", made["id"], town="Massy"))
    amina.push(amina.update("company", made["id"], phone="01"))
    refresh = token(nadia, nadia.enrolled["refresh"]).json()["refresh"]
    nadia.pull()

    back()
    refused(nadia.hello(), Code.EXPIRED)
    refused(token(nadia, refresh), Code.SIGN_IN)  # the restored base never gave this token…
    proof = restored_proof(nadia.enrolled["device_key"], nadia.enrolled["device"], refresh)
    answer = token(nadia, refresh, proof)  # … and takes the device's own key instead, once
    assert answer.status_code == 200
    refused(token(nadia, refresh, proof), Code.SIGN_IN)
    nadia.access = answer.json()["access"]
    hello = nadia.hello().json()
    epoch = hello["epoch"]
    assert epoch != nadia.epoch
    assert hello["last_n"] == 1
    refused(nadia.call("pull", {"schema": SCHEMA, "epoch": nadia.epoch, "cursors": nadia.cursors}), Code.REBASE)
    refused(nadia.call("pull", {"schema": SCHEMA, "epoch": epoch, "cursors": nadia.cursors}), Code.REBASE)
    # It sends again, byte for byte, what the server does not know; then takes everything.
    again = nadia.post(nadia.sent[1], 2, nadia.rolling)
    assert again.status_code == 200, again.text
    nadia.cursors, nadia.rows, nadia.seqs, nadia.epoch = {}, {}, {}, epoch
    nadia.pull()
    assert nadia.value("company", made["id"], "town") == "Massy"


def test_bases_of_a_lost_history_hide_no_conflict(nadia: Device, enrol: Enrol, service: Service) -> None:
    amina = enrol("amina")
    made = nadia.insert("company", name="Bâti-Sud")
    nadia.push(made)
    nadia.pull()
    amina.pull()
    with service.database.writing() as connection:
        epoch = restoring.begin_epoch(connection, service)
    for device in (nadia, amina):
        proof = restored_proof(device.enrolled["device_key"], device.enrolled["device"], "x")
        device.access = token(device, "x", proof).json()["access"]
    # The tag is still there: the epoch alone says that the history is another one.
    refused(amina.call("pull", {"schema": SCHEMA, "epoch": amina.epoch, "cursors": amina.cursors}), Code.REBASE)
    amina.epoch = epoch
    amina.push(amina.update("company", made["id"], town="Évry"))
    # Nadia's base was counted in the lost epoch, far beyond where the new one began.
    assert nadia.push(nadia.update("company", made["id"], 10**6, town="Massy")).results[0].status is Status.CONFLICT


def test_a_copy_put_back_by_hand_is_noticed(service: Service, tmp_path: Path, capsys: Any) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for _ in range(3):
        assert not restoring.note_start(service, folder)
    with service.database.writing() as connection:
        before = connection.exec_driver_sql("SELECT epoch FROM sync_space").scalar_one()
        connection.exec_driver_sql("UPDATE sync_space SET boots = 1")  # an older copy of the base
    assert restoring.note_start(service, folder)
    with service.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT epoch FROM sync_space").scalar_one() != before
    assert not restoring.note_start(service, folder)


# --- erasure --------------------------------------------------------------------------------------


def test_an_erased_person_is_gone_everywhere_and_stays_so(
    nadia: Device, enrol: Enrol, service: Service, tmp_path: Path
) -> None:
    amina = enrol("amina")
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    note = nadia.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-20", text="Vue")
    nadia.push(person, note)
    nadia.pull()
    amina.pull()
    nadia.push(nadia.update("beneficiary", person["id"], town="Évry"))
    amina.push(amina.update("beneficiary", person["id"], town="Massy"))  # a conflict holds a former value
    assert erasure.erase(service, "beneficiary", person["id"]) == 3
    late = amina.update("beneficiary", person["id"], phone="0102030405")
    child = amina.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-21", text="Revue MARTIN")
    assert [one.code for one in amina.push(late, child).results] == [HeldCode.ERASED] * 2
    for device in (nadia, amina):
        device.pull()
        assert not any(table in ("beneficiary", "follow_up_note", "conflict") for table, _ in device.rows)
    with service.database.reading() as connection:
        for table in ("sync_entry", "sync_held", "beneficiary", "follow_up_note", "conflict"):
            text = str(connection.exec_driver_sql(f'SELECT * FROM "{table}"').fetchall())
            assert "MARTIN" not in text, table
            assert "0102030405" not in text, table
            assert "Massy" not in text, table
    assert erasure.repeat(service) == 0


def test_an_anonymised_person_is_not_named_again_by_a_late_edit(nadia: Device, enrol: Enrol, service: Service) -> None:
    amina = enrol("amina")
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    nadia.pull()
    amina.pull()
    amina.push(amina.update("beneficiary", person["id"], phone="0102030405"))
    nadia.push(nadia.update("beneficiary", person["id"], phone="0999999999"))
    decision = nadia.insert(
        "retention_decision", beneficiary_id=person["id"], decision="anonymised", decided_on="2026-11-22"
    )
    nadia.push(decision)
    # The rest of the same erasure may come in a later batch, sealed before: its own edits go through.
    emptied = nadia.update("beneficiary", person["id"], last_name="Personne anonymisée", first_name="", phone="")
    assert nadia.push(emptied).results[0].status is not Status.HELD
    nadia.pull()
    late = amina.update("beneficiary", person["id"], last_name="MARTIN-DUPUIS")
    note = amina.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-20", text="Julie va bien")
    assert amina.push(late, note).results[0].code is HeldCode.ERASED
    amina.pull()
    assert amina.value("beneficiary", person["id"], "last_name") == "Personne anonymisée"
    assert amina.value("follow_up_note", note["id"], "text") == ""
    assert amina.value("follow_up_note", note["id"], "noted_on") == "2026-11-20"  # what counts stays
    assert amina.conflicts() == []
    with service.database.reading() as connection:
        for table in ("sync_entry", "sync_held", "conflict"):
            text = str(connection.exec_driver_sql(f'SELECT * FROM "{table}"').fetchall())
            for gone in ("0102030405", "0999999999", "MARTIN", "Julie"):
                assert gone not in text, (table, gone)


@pytest.mark.parametrize("why", ["role", "value", "withdrawn"])
def test_what_is_refused_of_an_anonymised_person_is_kept_without_a_word(
    nadia: Device, enrol: Enrol, service: Service, why: str
) -> None:
    """A note typed before the erasure was heard of, by somebody who may not write any more, or with a wrong value."""
    amina = enrol("amina")
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    decision = nadia.insert(
        "retention_decision", beneficiary_id=person["id"], decision="anonymised", decided_on="2026-11-22"
    )
    nadia.push(decision)
    if why == "role":
        accounts.set_role(service.database, "amina", Role.READER)
    if why == "withdrawn":
        devices.revoke(service, amina.enrolled["device"], take_work=True)
    day = "hier" if why == "value" else "2026-11-20"
    note = amina.insert("follow_up_note", beneficiary_id=person["id"], noted_on=day, text="Julie va bien")
    assert amina.push(note).results[0].status is Status.HELD
    if why != "value":  # a change of the note that the server never took
        later = amina.update("follow_up_note", note["id"], text="Julie va mieux")
        assert amina.push(later).results[0].status is Status.HELD
    with service.database.reading() as connection:
        kept = [row[0] for row in connection.exec_driver_sql("SELECT body FROM sync_held").fetchall()]
    assert "Julie" not in "".join(kept)


def test_nobody_learns_what_was_refused_to_another(nadia: Device, enrol: Enrol) -> None:
    amina = enrol("amina")
    note = amina.insert("follow_up_note", beneficiary_id="nowhere", noted_on="2026-11-20", text="Julie va bien")
    assert amina.push(note).results[0].status is Status.HELD
    named = [[sha256_of(amina.sent[-1])[:32], 0], ["0" * 32, 0]]
    told = amina.hello(refused=named).json()["kept"]
    assert told == [sorted(note["fields"]), None]
    assert nadia.hello(refused=named).json()["kept"] == [None, None]


def test_an_older_program_still_sends_and_a_newer_one_is_told(nadia: Device) -> None:
    body = seal(SCHEMA + 1, nadia.epoch, [])
    refused(nadia.post(body, 1, nadia.rolling), Code.TOO_NEW)
    refused(nadia.call("pull", {"schema": SCHEMA + 1}), Code.TOO_NEW)
    refused(nadia.call("pull", {"schema": SCHEMA - 1}), Code.UPGRADE)
    old = seal(SCHEMA - 1, nadia.epoch, [nadia.insert("company", name="Bâti-Sud")])
    assert nadia.post(old, 1, nadia.rolling).json()["results"][0][0] == "ok"
