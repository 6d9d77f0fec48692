"""The network's figures: for coordinators only, of one year, and never a number that tells of one person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.clock import FrozenClock, natural_id
from app.models.choices import Role
from app.sync.protocol import PATH, Code, FiguresAnswer, FiguresLine, Problem, Status
from server import accounts
from server.application import create
from server.service import Service
from tests.server import house
from tests.server.conftest import Enrol
from tests.server.house import Device


def ask(device: Device, year: Any = 2026) -> Any:
    return device.client.get(f"{PATH}/figures", params={"year": year}, headers=device.headers)


def answer_to(device: Device, year: int = 2026) -> FiguresAnswer:
    answer = ask(device, year)
    assert answer.status_code == 200, answer.text
    return FiguresAnswer.model_validate_json(answer.content)


def line_of(answer: FiguresAnswer, device: Device) -> FiguresLine:
    return next(one for one in answer.organisations if one.organisation == device.organisation)


class Site:
    """An operation with one lot and a company, that everybody shares."""

    def __init__(self, device: Device) -> None:
        buyer = device.insert("buyer", name="Ville d’Évry")
        operation = device.insert("operation", name="Gymnase", buyer_id=buyer["id"])
        deal = device.insert("contract", name="Travaux", operation_id=operation["id"])
        lot = device.insert("lot", name="Gros œuvre", contract_id=deal["id"])
        company = device.insert("company", name="Bâti-Sud", siret="")
        self.lot, self.company = lot["id"], company["id"]
        accepted(device, buyer, operation, deal, lot, company)


def accepted(device: Device, *operations: dict[str, Any]) -> None:
    for result in device.push(*operations).results:
        assert result.status in (Status.OK, Status.MERGED), result


def people(
    device: Device,
    site: Site,
    count: int,
    women: int,
    *,
    hours: int | None = 10_000,
    state: str = "validated",
    month: str = "2026-03",
    start_on: str = "2026-03-01",
    end_on: str | None = "2026-03-31",
) -> None:
    """People at work on the site, each with ``hours`` hundredths in a month."""
    statement = natural_id("monthly_statement", device.organisation, site.company, month)
    made = [device.insert("monthly_statement", statement, company_id=site.company, month=month, state=state)]
    for rank in range(count):
        person = device.insert(
            "beneficiary", last_name="SECRET", first_name="Nom", sex="female" if rank < women else "male"
        )
        period = device.insert("clause_period", beneficiary_id=person["id"], start_on=start_on)
        contract = device.insert(
            "employment_contract",
            period_id=period["id"],
            beneficiary_id=person["id"],
            employer_id=site.company,
            company_id=site.company,
            lot_id=site.lot,
            start_on=start_on,
            end_on=end_on,
        )
        made += [person, period, contract]
        if hours is not None:
            made.append(
                device.insert(
                    "hour_line",
                    natural_id("hour_line", contract["id"], site.lot, month, "worked"),
                    statement_id=statement,
                    contract_id=contract["id"],
                    lot_id=site.lot,
                    month=month,
                    kind="worked",
                    hours=hours,
                )
            )
    accepted(device, *made)


@pytest.fixture
def nadia(enrol: Enrol) -> Device:
    return enrol("nadia")


@pytest.fixture
def helene(enrol: Enrol) -> Device:
    return enrol("helene", house.MIVE, Role.COORDINATOR)


def test_a_coordinator_reads_every_organisation_and_the_network(enrol: Enrol, nadia: Device, helene: Device) -> None:
    site = Site(nadia)
    people(nadia, site, 12, 6)
    people(helene, site, 7, 0, hours=5_050, state="received")
    answer = answer_to(helene)
    ours, theirs = line_of(answer, helene), line_of(answer, nadia)
    assert (theirs.hours_validated, theirs.hours_received, theirs.people, theirs.women) == (120_000, 0, 12, 6)
    assert (ours.hours_validated, ours.hours_received, ours.people, ours.women) == (0, 35_350, 7, 0)
    whole = answer.network
    assert (whole.hours_validated, whole.hours_received, whole.people, whole.women) == (120_000, 35_350, 19, 6)
    # What two organisations share counts once for the network.
    for line in (ours, theirs, whole):
        assert (line.operations, line.buyers, line.companies) == (1, 1, 1)
    idle = [one for one in answer.organisations if one.organisation not in (nadia.organisation, helene.organisation)]
    assert idle
    assert all((one.people, one.hours_validated, one.operations) == (0, 0, 0) for one in idle)
    assert [one.name for one in answer.organisations] == sorted(one.name for one in answer.organisations)


def test_only_what_is_of_the_year_counts(nadia: Device, helene: Device) -> None:
    site = Site(nadia)
    people(nadia, site, 5, 5, hours=None, start_on="2025-12-31", end_on="2026-01-01")
    people(nadia, site, 6, 0, month="2025-03", start_on="2025-03-01", end_on="2025-03-31")
    people(nadia, site, 7, 7, hours=None, start_on="2027-01-01", end_on=None)
    found = {year: line_of(answer_to(helene, year), nadia) for year in (2025, 2026, 2027)}
    assert {year: (one.people, one.women) for year, one in found.items()} == {2025: (11, 5), 2026: (5, 5), 2027: (7, 7)}
    assert {year: one.hours_validated for year, one in found.items()} == {2025: 60_000, 2026: 0, 2027: 0}


def test_what_is_deleted_counts_no_more(nadia: Device, helene: Device) -> None:
    site = Site(nadia)
    people(nadia, site, 6, 0)
    nadia.pull()
    line = next(one for table, one in nadia.rows if table == "hour_line")
    contract = nadia.value("hour_line", line, "contract_id")
    person = nadia.value("employment_contract", contract, "beneficiary_id")
    accepted(nadia, nadia.delete("hour_line", line), nadia.delete("employment_contract", contract))
    accepted(nadia, nadia.delete("beneficiary", person))
    found = line_of(answer_to(helene), nadia)
    assert (found.people, found.hours_validated) == (5, 50_000)


def test_small_counts_are_masked_and_cannot_be_subtracted(nadia: Device, helene: Device) -> None:
    site = Site(nadia)
    people(nadia, site, 3, 1)
    people(helene, site, 20, 8)
    answer = answer_to(helene)
    assert (line_of(answer, nadia).people, line_of(answer, nadia).women) == ("fewer_than_five", "fewer_than_five")
    # Either the other row or the total goes too: here the row, as no third one could.
    assert line_of(answer, helene).people == "withheld"
    assert answer.network.people == 23
    assert line_of(answer, nadia).hours_validated == 30_000


def test_nothing_tells_of_a_person(nadia: Device, helene: Device) -> None:
    people(nadia, Site(nadia), 6, 6)
    nadia.pull()
    text = ask(helene).text
    assert "SECRET" not in text
    private = [one for table, one in nadia.rows if table in ("beneficiary", "employment_contract", "hour_line")]
    assert private
    assert not [one for one in private if one in text]


def test_nobody_else_is_answered(enrol: Enrol, nadia: Device, helene: Device, service: Service) -> None:
    for other in (nadia, enrol("rene", house.MIVE, Role.READER)):
        answer = ask(other)
        assert (answer.status_code, Problem.model_validate_json(answer.content).code) == (403, Code.FORBIDDEN)
    assert ask(helene).status_code == 200
    accounts.set_role(service.database, "helene", Role.FACILITATOR)  # the account decides, at each request
    assert ask(helene).status_code == 403
    stranger = helene.client.get(f"{PATH}/figures", params={"year": 2026})
    assert Problem.model_validate_json(stranger.content).code is Code.EXPIRED


def test_a_coordinator_of_another_network_is_a_stranger(helene: Device, tmp_path: Path, clock: FrozenClock) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = house.made(f"sqlite:///{folder / 'network.db'}", folder, clock)
    with TestClient(create(other), raise_server_exceptions=False) as elsewhere:
        answer = elsewhere.get(f"{PATH}/figures", params={"year": 2026}, headers=helene.headers)
    other.database.close()
    assert Problem.model_validate_json(answer.content).code is Code.EXPIRED


@pytest.mark.parametrize("year", ["", "x", "0", "10000", "2026-03", "2" * 40])
def test_a_year_that_is_none_is_refused_in_order(helene: Device, year: str) -> None:
    answer = ask(helene, year)
    assert (answer.status_code, Problem.model_validate_json(answer.content).code) == (400, Code.MALFORMED)
