"""Programs of two releases on one server: each has its fields, nobody blanks another's, an update loses nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.models.operations import Company
from app.models.sync import Conflict
from app.store.unit import writing
from app.sync import protocol as wire
from app.sync.state import Problem
from server import devices, pulling
from server.push import receiving
from server.service import Service
from tests.server import house
from tests.server.tomorrow import Tomorrow
from tests.sync.conftest import company
from tests.sync.world import Laptop, laptop_alone

pytestmark = pytest.mark.expected_logs


@pytest.fixture(scope="module")
def tomorrow() -> Iterator[Tomorrow]:
    made = Tomorrow()
    yield made
    made.close()


@pytest.fixture
def users(service: Service) -> Service:
    """The network as today's server left it, with two accounts."""
    for name in ("nadia", "karim"):
        house.add_user(service, name)
    return service


def open_today(folder: Path, user: str) -> Laptop:
    """A notebook opened by today's program."""
    made = laptop_alone(folder, user)
    made.password = house.PASSWORD
    return made


def edit(laptop: Laptop, record_id: str, **fields: Any) -> None:
    with writing(laptop.notebook) as unit:
        unit.update(Company, record_id, fields)


def test_a_program_of_before_then_its_update(
    tomorrow: Tomorrow, users: Service, database_url: str, tmp_path: Path
) -> None:
    """The server is updated first. Nadia's program is not, then is; Karim's is from the start."""
    users.database.close()
    karim = tmp_path / "karim"
    with tomorrow.serving(tmp_path, database_url) as address:
        with contextlib.closing(open_today(tmp_path / "nadia", "nadia")) as nadia:
            nadia.service.enrol(address, "nadia", house.PASSWORD)
            firm = company(nadia)
            assert nadia.service.verify().equal
            assert tomorrow.sync(karim, "karim", address)["equal"]
            grant = ["insert", "grant", "help", {"company_id": firm, "amount": 900}]
            other = ["insert", "company", "other-firm", {"name": "Bâti-Nord", "vehicles": 3}]
            assert tomorrow.sync(karim, "karim", address, ["update", "company", firm, {"vehicles": 7}], other, grant)[
                "equal"
            ]

            # Nadia receives what her program knows, and proves it; what she writes blanks nothing that it does not.
            edit(nadia, firm, phone="01 00 00 00 01")
            found = nadia.service.verify()
            assert (found.problem, found.equal, found.mended) == (Problem.NONE, True, False)
            assert nadia.has("company", "other-firm")
            stands = tomorrow.sync(karim, "karim", address)["rows"][firm]
            assert stands == {"vehicles": 7, "phone": "01 00 00 00 01", "town": ""}

            # She is cut with a page received, then with a batch sealed, and updated: the page is asked for again
            # with its new fields, the batch goes as it was sealed.
            third = ["insert", "company", "third-firm", {"name": "Bâti-Est", "vehicles": 5}]
            assert tomorrow.sync(karim, "karim", address, third)["equal"]
            assert nadia.cut_sync("page kept")
            edit(nadia, "other-firm", town="Évry")
            assert nadia.cut_sync("batch to send")
            ((sealed, sha),) = nadia.notebook.raw.execute("SELECT body, sha FROM _batch WHERE answered_at IS NULL")
            assert wire.unseal(sealed).schema_ == 1
        updated = tomorrow.sync(tmp_path / "nadia", "nadia", address)
        assert (updated["problem"], updated["equal"], updated["unsent"]) == ("none", True, 0)
        assert updated["rows"][firm] == stands
        assert updated["rows"]["other-firm"] == {"vehicles": 3, "phone": "", "town": "Évry"}
        assert updated["rows"]["third-firm"]["vehicles"] == 5
        assert updated["rows"]["help"] == {"amount": 900}
        assert tomorrow.sync(karim, "karim", address)["rows"] == updated["rows"]
    with users.database.reading() as connection:
        received = connection.exec_driver_sql("SELECT sha256 FROM sync_receipt").scalars().all()
    assert sha in received, "byte for byte"


def test_a_newer_program_waits_for_its_server(
    tomorrow: Tomorrow, users: Service, database_url: str, tmp_path: Path
) -> None:
    """It is told, and keeps its work; once the server is updated everything goes."""
    folder = tmp_path / "nadia"
    with house.serving(users) as address:
        with contextlib.closing(open_today(folder, "nadia")) as nadia:
            nadia.service.enrol(address, "nadia", house.PASSWORD)
            firm = company(nadia)
            assert nadia.sync().complete
        waiting = tomorrow.sync(folder, "nadia", address, ["update", "company", firm, {"vehicles": 4}])
        assert (waiting["problem"], waiting["unsent"]) == ("too_new", 1)
        assert waiting["rows"][firm]["vehicles"] == 4
    users.database.close()
    with tomorrow.serving(tmp_path, database_url) as address:
        with contextlib.closing(open_today(tmp_path / "karim", "karim")) as karim:
            karim.service.enrol(address, "karim", house.PASSWORD)
            assert karim.sync().complete
        later = tomorrow.sync(folder, "nadia", address)
        assert (later["problem"], later["equal"], later["unsent"]) == ("none", True, 0)
        assert tomorrow.sync(tmp_path / "karim", "karim", address)["rows"][firm]["vehicles"] == 4


def test_a_program_too_old_to_receive_still_sends(
    users: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server no longer shows schema 1, and takes it as ever."""
    with house.serving(users) as address, contextlib.closing(open_today(tmp_path / "nadia", "nadia")) as nadia:
        nadia.service.enrol(address, "nadia", house.PASSWORD)
        assert nadia.sync().complete
        later = {9: wire.SCHEMAS[1]}
        for module in (devices, pulling, receiving):
            monkeypatch.setattr(module, "SCHEMA", 9)
        for shown in (devices, pulling):
            monkeypatch.setattr(shown, "SCHEMAS", later)
        firm = company(nadia)
        report = nadia.sync()
        assert (report.problem, report.state.unsent) == (Problem.TOO_OLD, 0)
        assert nadia.service.verify().problem is Problem.TOO_OLD
    with users.database.reading() as connection:
        assert firm in connection.exec_driver_sql("SELECT id FROM company").scalars().all()


def test_a_question_about_a_field_to_come_waits_for_the_update(tmp_path: Path) -> None:
    """Another notebook, up to date, may answer it meanwhile."""
    with contextlib.closing(open_today(tmp_path / "nadia", "nadia")) as nadia:
        now = nadia.clock.now()
        for kind, field in (("company", "vehicles"), ("grant", "amount"), ("company", "phone")):
            with writing(nadia.notebook) as unit:
                unit.insert(
                    Conflict,
                    {"kind": kind, "record_id": "x", "field": field, "shown": "1", "other": "2"}
                    | {"shown_at": now, "other_at": now},
                )
        assert [card.field for card in nadia.service.to_review()] == ["phone"]
        assert nadia.service.state().to_review == 1
