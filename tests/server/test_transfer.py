"""A person given to another organisation leaves one notebook and appears in the other, with what belongs to them."""

from __future__ import annotations

from typing import Any

import pytest

from app.clock import natural_id
from app.models.choices import Role
from app.rules.transfer import MOVED_REASON
from app.sync.protocol import HeldCode, Status
from tests.server import house
from tests.server.conftest import Enrol
from tests.server.house import Device


@pytest.fixture
def nadia(enrol: Enrol) -> Device:
    return enrol("nadia")


@pytest.fixture
def karim(enrol: Enrol) -> Device:
    return enrol("karim", house.MIVE)


def file_of_a_person(device: Device) -> dict[str, dict[str, Any]]:
    """A person with all that hangs on them: course, contract, hours in a statement, met on a visit, a photo."""
    made: dict[str, dict[str, Any]] = {}

    def add(label: str, table: str, **fields: Any) -> str:
        made[label] = device.insert(table, **fields)
        return str(made[label]["id"])

    company = add("company", "company", name="Bâti-Sud")
    buyer = add("buyer", "buyer", name="Ville")
    operation = add("operation", "operation", name="École", buyer_id=buyer)
    contract = add("contract", "contract", name="Marché", operation_id=operation)
    lot = add("lot", "lot", name="Gros œuvre", contract_id=contract)
    person = add("person", "beneficiary", last_name="MARTIN", first_name="Julie")
    period = add("period", "clause_period", beneficiary_id=person, start_on="2026-09-01")
    work = add(
        "work",
        "employment_contract",
        period_id=period,
        beneficiary_id=person,
        employer_id=company,
        company_id=company,
        lot_id=lot,
        start_on="2026-09-01",
    )
    statement = natural_id("monthly_statement", device.organisation, company, "2026-10")
    made["statement"] = device.insert("monthly_statement", statement, company_id=company, month="2026-10")
    add("hours", "hour_line", statement_id=statement, contract_id=work, lot_id=lot, month="2026-10", hours=10400)
    visit = add("visit", "visit", operation_id=operation, lot_id=lot, company_id=company, planned_on="2026-10-12")
    add("met", "attendance", visit_id=visit, beneficiary_id=person, employment_contract_id=work, last_name="MARTIN")
    add("agreed", "action", beneficiary_id=person, text="Appeler la mission locale")
    add("asked", "action", beneficiary_id=person, visit_id=visit, text="Fournir des chaussures")
    add("note", "follow_up_note", beneficiary_id=person, noted_on="2026-10-12", visit_id=visit)
    add("photo", "attachment", owner_kind="beneficiary", owner_id=person, sha256="a" * 64, size=3)
    return made


MOVED = ("person", "period", "work", "hours", "agreed", "note", "photo")
STAYS = ("statement", "visit", "met", "asked")


def test_the_whole_file_goes_along(nadia: Device, karim: Device) -> None:
    made = file_of_a_person(nadia)
    assert {one.status for one in nadia.push(*made.values()).results} == {Status.OK}
    nadia.pull()
    karim.pull()
    ref = {name: (one["table"], one["id"]) for name, one in made.items()}
    assert not any(ref[name] in karim.rows for name in (*MOVED, *STAYS))

    given = nadia.update("beneficiary", made["person"]["id"], organisation_id=karim.organisation)
    assert nadia.push(given).results[0].status is Status.OK
    nadia.pull()
    karim.pull()
    for name in MOVED:
        assert ref[name] not in nadia.rows, name
        assert karim.rows[ref[name]]["organisation_id"] == karim.organisation, name
    for name in STAYS:
        assert ref[name] in nadia.rows, name
        assert ref[name] not in karim.rows, name
    # Nothing points outside its scope.
    assert nadia.rows[ref["met"]]["beneficiary_id"] is None
    assert nadia.rows[ref["met"]]["employment_contract_id"] is None
    assert nadia.rows[ref["met"]]["last_name"] == "MARTIN"
    assert nadia.rows[ref["asked"]]["beneficiary_id"] is None
    assert karim.rows[ref["note"]]["visit_id"] is None
    twin = natural_id("monthly_statement", karim.organisation, made["company"]["id"], "2026-10")
    assert karim.rows[ref["hours"]]["statement_id"] == twin
    assert karim.rows["monthly_statement", twin]["organisation_id"] == karim.organisation
    assert karim.rows[ref["hours"]]["hours"] == 10400


def test_a_corrected_month_goes_along_with_its_correction(nadia: Device, karim: Device) -> None:
    made = file_of_a_person(nadia)
    correction = nadia.insert(
        "rectification", statement_id=made["statement"]["id"], rectified_on="2026-11-20", reason="Relevé rectifié"
    )
    hours = made["hours"]["fields"]
    difference = nadia.insert("hour_line", **{**hours, "hours": -800, "rectification_id": correction["id"]})
    nadia.push(*made.values(), correction, difference)
    nadia.pull()
    nadia.push(nadia.update("beneficiary", made["person"]["id"], organisation_id=karim.organisation))
    nadia.pull()
    karim.pull()
    line = karim.rows["hour_line", difference["id"]]
    assert line["hours"] == -800
    twin = karim.rows["rectification", line["rectification_id"]]
    assert twin["statement_id"] == line["statement_id"]
    assert twin["reason"] == MOVED_REASON  # the reason typed may name others, who did not move
    assert ("rectification", correction["id"]) in nadia.rows
    assert ("rectification", correction["id"]) not in karim.rows


def test_a_person_sent_and_given_in_one_batch_arrives_whole(nadia: Device, karim: Device) -> None:
    made = file_of_a_person(nadia)
    nadia.push(*made.values(), nadia.update("beneficiary", made["person"]["id"], 0, organisation_id=karim.organisation))
    karim.pull()
    assert all((made[name]["table"], made[name]["id"]) in karim.rows for name in MOVED)


def test_what_waited_on_a_departed_person_is_held(enrol: Enrol, nadia: Device, karim: Device) -> None:
    amina = enrol("amina")
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    nadia.pull()
    amina.pull()
    nadia.push(nadia.update("beneficiary", person["id"], organisation_id=karim.organisation))
    receipt = amina.push(
        amina.update("beneficiary", person["id"], phone="01"),
        amina.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-20"),
    )
    assert [one.code for one in receipt.results] == [HeldCode.FORBIDDEN, HeldCode.FORBIDDEN]
    assert [one.seq for one in receipt.results] == [0, 0]
    karim.pull()
    assert karim.value("beneficiary", person["id"], "phone") == ""


def test_a_person_comes_back(nadia: Device, karim: Device) -> None:
    made = file_of_a_person(nadia)
    nadia.push(*made.values())
    nadia.pull()
    nadia.push(nadia.update("beneficiary", made["person"]["id"], organisation_id=karim.organisation))
    karim.pull()
    karim.push(karim.update("beneficiary", made["person"]["id"], organisation_id=nadia.organisation))
    nadia.pull()
    karim.pull()
    assert all((made[name]["table"], made[name]["id"]) in nadia.rows for name in MOVED)
    assert not any(table == "beneficiary" for table, _ in karim.rows)
    assert nadia.value("hour_line", made["hours"]["id"], "statement_id") == made["statement"]["id"]


@pytest.mark.parametrize("target", ["", "nowhere"])
def test_nobody_is_given_to_nobody(nadia: Device, target: str) -> None:
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    nadia.pull()
    result = nadia.push(nadia.update("beneficiary", person["id"], organisation_id=target)).results[0]
    assert result.status is Status.HELD
    nadia.pull()
    assert nadia.value("beneficiary", person["id"], "organisation_id") == nadia.organisation


def test_only_persons_are_given(nadia: Device, karim: Device) -> None:
    made = file_of_a_person(nadia)
    nadia.push(*made.values())
    nadia.pull()
    result = nadia.push(nadia.update("visit", made["visit"]["id"], organisation_id=karim.organisation)).results[0]
    assert result.code is HeldCode.FORBIDDEN


def test_the_owner_of_what_all_share_does_not_change(nadia: Device, karim: Device) -> None:
    firm = nadia.insert("company", name="Bâti-Sud")
    nadia.push(firm)
    for device in (nadia, karim):
        device.pull()
        (result,) = device.push(
            device.update("company", firm["id"], organisation_id=karim.organisation, town="Évry")
        ).results
        assert (result.code, result.field) == (HeldCode.READ_ONLY, "organisation_id")
    karim.pull()
    assert karim.value("company", firm["id"], "organisation_id") == nadia.organisation
    assert karim.value("company", firm["id"], "town") == ""


def test_a_reader_never_writes(enrol: Enrol, nadia: Device) -> None:
    rene = enrol("rene", house.DYNAMIQUE, Role.READER)
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    rene.pull()
    assert ("beneficiary", person["id"]) in rene.rows
    receipt = rene.push(rene.update("beneficiary", person["id"], phone="01"), rene.insert("company", name="Bâti-Sud"))
    assert [one.code for one in receipt.results] == [HeldCode.READ_ONLY, HeldCode.READ_ONLY]
    rene.pull()
    assert rene.seqs["beneficiary", person["id"]] == receipt.results[0].seq, "sent back as it stands"


def test_nobody_writes_into_another_organisation(nadia: Device, karim: Device) -> None:
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    intruder = karim.insert("beneficiary", last_name="X", first_name="Y", organisation_id=nadia.organisation)
    receipt = karim.push(
        karim.update("beneficiary", person["id"], 10**9, phone="01"),
        karim.insert("beneficiary", person["id"], last_name="X", first_name="Y"),
        intruder,
        karim.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-20"),
        karim.insert("beneficiary", last_name="X", first_name="Y", organisation_id=""),
    )
    assert [(one.status, one.seq) for one in receipt.results] == [(Status.HELD, 0)] * 5
    nadia.pull()
    assert nadia.value("beneficiary", person["id"], "last_name") == "MARTIN"
    assert ("beneficiary", intruder["id"]) not in nadia.rows
