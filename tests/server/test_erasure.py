"""What was erased stays so: files at once, and everything again when a backup of before is put back. Both databases."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.rules.erasure import ANONYMISED_NAME
from app.sync.protocol import PATH, HeldCode
from server import devices, erasure, held, restoring, safekeeping
from server.checks import check
from server.service import Service
from tests.server.conftest import Enrol
from tests.server.house import Device
from tests.server.test_transfer import file_of_a_person

ORIGINAL, MASKED = os.urandom(3_000), os.urandom(2_000)
TOLD = ("MARTIN", "Martin", "Julie", "1990-05-01", "Savigny", "Rupture difficile")
"""What tells of a person; « Savigny » is the value that lost in a conflict. The town itself counts, and stays."""


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def upload(device: Device, data: bytes) -> None:
    answer = device.client.patch(
        f"{PATH}/files/{sha(data)}", content=data, headers={**device.headers, "Upload-Offset": "0"}
    )
    assert answer.status_code == 204, answer.text


def on_disk(service: Service, data: bytes) -> bool:
    return (service.files / sha(data)[:2] / sha(data)).exists()


@pytest.fixture
def nadia(enrol: Enrol) -> Device:
    return enrol("nadia")


def copy_of(service: Service, folder: Path) -> Callable[[], int]:
    """Copy the server as it stands now; the call puts the copy back, and says how much was erased again."""
    safekeeping.backup(service, folder / "copy")

    def back() -> int:
        put_back(service, folder)
        return safekeeping.begin_again(service)[1]

    return back


def put_back(service: Service, folder: Path) -> None:
    """The copy in the place of the base, and nothing more."""
    service.database.close()
    if service.database.is_postgresql:
        safekeeping.put_back_dump(service, folder / "copy", folder)
    else:
        safekeeping.put_back_file(folder / "copy", folder)


def everything(service: Service) -> str:
    """Every text of the database that a person may stand in."""
    with service.database.reading() as connection:
        tables = ("sync_entry", "sync_held", "conflict", "beneficiary", "follow_up_note", "attendance", "visit")
        return "\n".join(str(connection.exec_driver_sql(f'SELECT * FROM "{one}"').fetchall()) for one in tables)


@pytest.fixture
def julie(nadia: Device, enrol: Enrol) -> dict[str, dict[str, Any]]:
    """A person with hours, a note, a visit where they were met, a photograph, a conflict and an operation held."""
    amina = enrol("amina")
    made = file_of_a_person(nadia)
    person = made["person"]["id"]
    for label, fields in {
        "person": {"birth_date": "1990-05-01", "town": "Évry"},
        "period": {"age_band": "unknown"},
        "statement": {"note": "Julie MARTIN absente"},
        "note": {"text": "Rupture difficile"},
        "visit": {"summary": "Vu Mme Martin Julie au poste"},
        "met": {"first_name": "Julie"},
        "photo": {"sha256": sha(ORIGINAL), "size": len(ORIGINAL)},
    }.items():
        made[label]["fields"] |= fields
    assert {one.status.value for one in nadia.push(*made.values()).results} == {"ok"}
    upload(nadia, ORIGINAL)
    nadia.pull()
    amina.pull()
    nadia.push(nadia.update("beneficiary", person, town="Savigny"))
    amina.push(amina.update("beneficiary", person, town="Massy"))
    late = amina.insert("follow_up_note", beneficiary_id=person, noted_on="2026-11-02", text="Rupture difficile")
    late["fields"]["visit_id"] = "nowhere"
    assert amina.push(late).results[0].code is HeldCode.PARENT
    nadia.pull()
    return made


def anonymise(nadia: Device, julie: dict[str, dict[str, Any]]) -> None:
    """As a notebook does: its own edits, the decision, the photograph's content gone."""
    person = julie["person"]["id"]
    nadia.pull()
    nadia.push(
        nadia.update(
            "beneficiary",
            person,
            last_name=ANONYMISED_NAME,
            first_name="",
            birth_date=None,
            anonymised_on="2026-11-22",
        ),
        nadia.update("follow_up_note", julie["note"]["id"], text=""),
        nadia.update("attendance", julie["met"]["id"], last_name=ANONYMISED_NAME, first_name=""),
        nadia.update("visit", julie["visit"]["id"], summary="Vu … au poste"),
        nadia.update("monthly_statement", julie["statement"]["id"], note="… absente"),
        nadia.update("attachment", julie["photo"]["id"], sha256="", size=0),
        nadia.insert("retention_decision", beneficiary_id=person, decision="anonymised", decided_on="2026-11-22"),
    )


def test_an_anonymisation_is_done_again_by_the_server_itself(
    nadia: Device, julie: dict[str, dict[str, Any]], enrol: Enrol, service: Service, tmp_path: Path
) -> None:
    """The notebook that decided it never comes back: its batch is lost with the base of that day."""
    back = copy_of(service, tmp_path)
    anonymise(nadia, julie)
    assert not on_disk(service, ORIGINAL), "the photograph leaves the disk with the batch"
    assert [told for told in TOLD if told in everything(service)] == []

    assert back() == 1
    assert [told for told in TOLD if told in everything(service)] == []
    assert not on_disk(service, ORIGINAL)
    assert check(service) == []
    new = enrol("amina")
    new.pull()
    person = new.rows["beneficiary", julie["person"]["id"]]
    assert (person["last_name"], person["anonymised_on"], person["birth_date"]) == (ANONYMISED_NAME, "2026-11-22", None)
    assert new.value("hour_line", julie["hours"]["id"], "hours") == 10400
    assert new.value("clause_period", julie["period"]["id"], "age_band") == "26_40", "kept while it could be told"
    assert new.value("attachment", julie["photo"]["id"], "sha256") == ""
    assert [row["decision"] for (table, _), row in new.rows.items() if table == "retention_decision"] == ["anonymised"]
    assert new.conflicts() == []
    assert erasure.repeat(service) == 0, "once is enough"


def test_a_copy_put_back_by_hand_names_nobody_again(
    nadia: Device, julie: dict[str, dict[str, Any]], service: Service, tmp_path: Path
) -> None:
    restoring.note_start(service, tmp_path)
    safekeeping.backup(service, tmp_path / "copy")
    restoring.note_start(service, tmp_path)
    anonymise(nadia, julie)
    put_back(service, tmp_path)
    assert "MARTIN" in everything(service)
    assert restoring.note_start(service, tmp_path)
    assert [told for told in TOLD if told in everything(service)] == []


def test_an_erasure_is_done_again_with_its_files(
    nadia: Device, julie: dict[str, dict[str, Any]], enrol: Enrol, service: Service, tmp_path: Path
) -> None:
    back = copy_of(service, tmp_path)
    count = erasure.erase(service, "beneficiary", julie["person"]["id"])
    assert not on_disk(service, ORIGINAL)
    assert held.waiting(service) == []
    assert back() == count
    assert not on_disk(service, ORIGINAL)
    assert held.waiting(service) == []
    new = enrol("amina")
    new.pull()
    assert not any(table in ("beneficiary", "follow_up_note", "hour_line", "conflict") for table, _ in new.rows)


def test_the_picture_under_a_mask_leaves_and_does_not_come_back(
    nadia: Device, enrol: Enrol, service: Service, tmp_path: Path
) -> None:
    photo = nadia.insert("attachment", owner_kind="visit", owner_id="v", sha256=sha(ORIGINAL), size=len(ORIGINAL))
    nadia.push(photo)
    upload(nadia, ORIGINAL)
    nadia.pull()
    back = copy_of(service, tmp_path)
    nadia.push(nadia.update("attachment", photo["id"], sha256=sha(MASKED), size=len(MASKED)))
    assert not on_disk(service, ORIGINAL)
    upload(nadia, MASKED)

    back()
    assert not on_disk(service, ORIGINAL), "the copy had it"
    new = enrol("amina")
    new.pull()
    assert new.value("attachment", photo["id"], "sha256") == sha(MASKED)
    answer = new.client.get(f"{PATH}/files/{sha(MASKED)}", headers=new.headers)
    assert answer.content == MASKED
    assert check(service) == []


def test_a_content_that_another_record_shows_stays(nadia: Device, service: Service) -> None:
    first, second = (
        nadia.insert("attachment", owner_kind="visit", owner_id=one, sha256=sha(ORIGINAL), size=len(ORIGINAL))
        for one in ("v", "w")
    )
    nadia.push(first, second)
    upload(nadia, ORIGINAL)
    nadia.pull()
    nadia.push(nadia.update("attachment", first["id"], sha256=sha(MASKED), size=len(MASKED)))
    assert on_disk(service, ORIGINAL)
    erasure.erase(service, "attachment", first["id"])
    assert on_disk(service, ORIGINAL)
    erasure.erase(service, "attachment", second["id"])
    assert not on_disk(service, ORIGINAL)


def test_an_annotation_undone_sends_its_picture_again(nadia: Device, service: Service, tmp_path: Path) -> None:
    photo = nadia.insert("attachment", owner_kind="visit", owner_id="v", sha256=sha(ORIGINAL), size=len(ORIGINAL))
    nadia.push(photo)
    upload(nadia, ORIGINAL)
    nadia.pull()
    nadia.push(nadia.update("attachment", photo["id"], sha256=sha(MASKED), size=len(MASKED)))
    nadia.pull()
    nadia.push(nadia.update("attachment", photo["id"], sha256=sha(ORIGINAL), size=len(ORIGINAL)))
    upload(nadia, ORIGINAL)
    copy_of(service, tmp_path)()
    assert on_disk(service, ORIGINAL)
    assert check(service) == []


def test_work_set_aside_keeps_its_figures_and_loses_its_words(
    nadia: Device, julie: dict[str, dict[str, Any]], service: Service, enrol: Enrol
) -> None:
    karim = enrol("karim")
    devices.revoke(service, karim.enrolled["device"], take_work=True)
    line = karim.insert(
        "hour_line", statement_id=julie["statement"]["id"], contract_id=julie["work"]["id"], month="2026-11", hours=700
    )
    line["fields"]["difference_reason"] = "Julie MARTIN malade"
    karim.push(line)
    anonymise(nadia, julie)
    (kept,) = held.waiting(service, karim.enrolled["device"])
    assert kept.operation["fields"]["hours"] == 700
    assert "MARTIN" not in str(kept.operation)


def test_a_ledger_cut_by_a_kill_is_completed_at_the_start(
    nadia: Device, julie: dict[str, dict[str, Any]], service: Service, tmp_path: Path
) -> None:
    anonymise(nadia, julie)
    lines = (tmp_path / erasure.LEDGER).read_text(encoding="utf-8")
    (tmp_path / erasure.LEDGER).unlink()
    restoring.note_start(service, tmp_path)
    completed = (tmp_path / erasure.LEDGER).read_text(encoding="utf-8")
    assert completed in lines
    assert julie["person"]["id"] in completed
    restoring.note_start(service, tmp_path)
    assert (tmp_path / erasure.LEDGER).read_text(encoding="utf-8") == completed
    assert not any(told in completed for told in TOLD)
