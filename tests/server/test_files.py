"""Photographs: in pieces, resumed, proved by their hash, seen through a record of one's own organisation only."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import pytest

from app.models.choices import Role
from app.sync.protocol import PATH
from server import devices, erasure
from server.service import Service
from tests.server import house
from tests.server.conftest import Enrol
from tests.server.house import Device

BYTES = os.urandom(300_000)
SHA = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def nadia(enrol: Enrol) -> Device:
    """A facilitator whose notebook has sent the record of a photograph."""
    device = enrol("nadia")
    device.push(device.insert("attachment", owner_kind="visit", owner_id="v", sha256=SHA, size=len(BYTES)))
    return device


def head(device: Device, sha256: str = SHA) -> Any:
    return device.client.head(f"{PATH}/files/{sha256}", headers=device.headers)


def patch(device: Device, offset: int, piece: bytes, sha256: str = SHA) -> Any:
    return device.client.patch(
        f"{PATH}/files/{sha256}", content=piece, headers={**device.headers, "Upload-Offset": str(offset)}
    )


def get(device: Device, **headers: str) -> Any:
    return device.client.get(f"{PATH}/files/{SHA}", headers={**device.headers, **headers})


def test_a_file_goes_in_pieces_and_comes_back_whole(nadia: Device, enrol: Enrol) -> None:
    amina = enrol("amina")
    assert (head(nadia).headers["Upload-Offset"], head(nadia).headers["Upload-Length"]) == ("0", str(len(BYTES)))
    assert patch(nadia, 0, BYTES[:100_000]).headers["Upload-Offset"] == "100000"
    assert get(amina).status_code == 404  # not whole yet
    refused = patch(nadia, 0, BYTES[:5])
    assert (refused.status_code, refused.json()["code"], refused.json()["offset"]) == (409, "offset", 100_000)
    assert patch(amina, 100_000, BYTES[100_000:]).status_code == 204  # a colleague who has it may end it
    assert get(amina).content == BYTES
    part = get(amina, Range="bytes=299990-")
    assert (part.status_code, part.content) == (206, BYTES[299_990:])
    assert head(nadia).headers["Upload-Offset"] == str(len(BYTES))


def test_bytes_of_another_hash_are_refused_and_begin_again(nadia: Device) -> None:
    wrong = patch(nadia, 0, bytes(len(BYTES)))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_hash")
    assert head(nadia).headers["Upload-Offset"] == "0"
    assert patch(nadia, 0, BYTES).status_code == 204
    assert get(nadia).content == BYTES


def test_knowing_the_hash_gives_nothing(nadia: Device, enrol: Enrol) -> None:
    karim, rene = enrol("karim", house.MIVE), enrol("rene", house.DYNAMIQUE, Role.READER)
    patch(nadia, 0, BYTES)
    assert head(karim).status_code == get(karim).status_code == patch(karim, 0, b"x").status_code == 404
    assert get(rene).content == BYTES
    assert patch(rene, 0, b"x").status_code == 404
    karim.push(karim.insert("attachment", owner_kind="visit", owner_id="v", sha256="b" * 64, size=3))
    assert head(karim, SHA).status_code == 404
    # Nor does a record made up for the purpose: every byte must have been sent by one's own organisation.
    karim.push(karim.insert("attachment", owner_kind="visit", owner_id="v", sha256=SHA, size=len(BYTES)))
    assert head(karim).headers["Upload-Offset"] == "0"
    assert get(karim).status_code == 404
    assert patch(karim, 0, bytes(len(BYTES))).json()["code"] == "wrong_hash"
    assert get(nadia).content == BYTES
    assert patch(karim, 0, BYTES).status_code == 204
    assert get(karim).content == BYTES


def test_the_files_of_a_person_go_along(enrol: Enrol) -> None:
    nadia, karim = enrol("nadia"), enrol("karim", house.MIVE)
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    photo = nadia.insert("attachment", owner_kind="beneficiary", owner_id=person["id"], sha256=SHA, size=len(BYTES))
    nadia.push(person, photo)
    patch(nadia, 0, BYTES)
    nadia.pull()
    nadia.push(nadia.update("beneficiary", person["id"], organisation_id=karim.organisation))
    assert get(karim).content == BYTES
    assert get(nadia).status_code == 404


def test_the_files_of_a_person_given_are_read_no_more_though_a_kill_left_them(
    enrol: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    nadia, karim = enrol("nadia"), enrol("karim", house.MIVE)
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    photo = nadia.insert("attachment", owner_kind="beneficiary", owner_id=person["id"], sha256=SHA, size=len(BYTES))
    nadia.push(person, photo)
    patch(nadia, 0, BYTES)
    nadia.pull()
    monkeypatch.setattr(erasure, "finish", lambda *_: None)  # killed after the commit
    nadia.push(nadia.update("beneficiary", person["id"], organisation_id=karim.organisation))
    assert get(karim).content == BYTES
    assert get(nadia).status_code == 404


def test_who_put_a_content_in_a_record_that_left_may_bring_it_and_learns_nothing(enrol: Enrol) -> None:
    nadia, amina, karim = enrol("nadia"), enrol("amina"), enrol("karim", house.MIVE)
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    photo = nadia.insert("attachment", owner_kind="beneficiary", owner_id=person["id"], sha256=SHA, size=len(BYTES))
    nadia.push(person, photo)
    patch(amina, 0, BYTES[:1000])
    nadia.pull()
    nadia.push(nadia.update("beneficiary", person["id"], organisation_id=karim.organisation))
    assert head(amina).status_code == patch(amina, 0, BYTES).status_code == 404, "only who put it there"
    karim.pull()
    assert patch(karim, 0, BYTES[:1000]).status_code == 204
    assert head(nadia).headers["Upload-Offset"] == "0", "nor what others have of it"
    assert patch(nadia, 0, bytes(len(BYTES))).json()["code"] == "wrong_hash"
    second = enrol("nadia")  # a copied notebook, another computer
    assert patch(second, 0, BYTES).status_code == 204
    assert get(karim).content == BYTES
    assert get(nadia).status_code == get(second).status_code == get(amina).status_code == 404
    assert head(nadia).headers["Upload-Offset"] == "0", "nor that it is there"
    karim.push(karim.update("attachment", photo["id"], sha256="", size=0))
    assert head(nadia).status_code == patch(nadia, 0, BYTES).status_code == 404, "erased"


def test_a_content_that_a_colleague_brings_for_another_record_reaches_the_one_that_left(enrol: Enrol) -> None:
    nadia, amina, karim = enrol("nadia"), enrol("amina"), enrol("karim", house.MIVE)
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    photo = nadia.insert("attachment", owner_kind="beneficiary", owner_id=person["id"], sha256=SHA, size=len(BYTES))
    nadia.push(person, photo)
    nadia.pull()
    nadia.push(nadia.update("beneficiary", person["id"], organisation_id=karim.organisation))
    amina.push(amina.insert("attachment", owner_kind="visit", owner_id="v", sha256=SHA, size=len(BYTES)))
    assert patch(amina, 0, BYTES).status_code == 204
    assert get(karim).status_code == 404, "amina has no say about it"
    assert head(nadia).headers["Upload-Offset"] == str(len(BYTES)), "her organisation has it"
    assert get(karim).content == BYTES


@pytest.mark.parametrize("take_work", [True, False])
def test_a_withdrawn_notebook_only_leaves_what_is_wanted(nadia: Device, service: Service, take_work: bool) -> None:
    devices.revoke(service, nadia.enrolled["device"], take_work=take_work)
    assert [head(nadia).status_code, patch(nadia, 0, BYTES).status_code] == ([200, 204] if take_work else [403, 403])
    assert get(nadia).status_code == 403


def test_more_than_announced_is_refused(nadia: Device) -> None:
    assert patch(nadia, 0, BYTES + b"x").status_code == 413
    assert patch(nadia, 0, bytes(1_000_001)).status_code == 413


@pytest.mark.parametrize("wanted", ["bytes=-5", "bytes=5-6", "lines=1-", "bytes=x-"])
def test_another_range_is_not_understood(nadia: Device, wanted: str) -> None:
    patch(nadia, 0, BYTES)
    assert get(nadia, Range=wanted).status_code == 400
