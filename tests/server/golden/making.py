"""What a release leaves for ever in the tests: its batches with their receipts, its pages, one of its notebooks.

    python -m tests.server.golden.making

writes ``schema_N/`` (N: the schema of this program) and ``notebook_VERSION/``, once, at a release; what stands there is
never overwritten. Every table and field of the schema is in them. People and companies are invented.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from app.clock import FrozenClock, natural_id
from app.models.choices import Role
from app.models.operations import Company
from app.models.wire import fields_of, models_by_kind
from app.store.unit import writing
from app.sync.protocol import SCHEMA
from app.version import VERSION
from server import accounts, network
from server.application import create
from server.service import Service
from server.store.engine import Database
from server.store.schema import prepare
from tests.conftest import NOW
from tests.server import house
from tests.server.house import Device
from tests.sync.conftest import company, edit, note, person
from tests.sync.world import PASSWORD, World, entry

HERE = Path(__file__).parent
NETWORK = "essai"
USERS = ("nadia", "amina")


def empty_server(url: str, folder: Path) -> Service:
    """A server with a small network of its own, which no change of the shipped charters touches, and two accounts."""
    clock = FrozenClock(NOW)
    database = Database(url)
    prepare(database, clock.now())
    service = Service(database, clock, folder / "files", house.PASSWORDS)
    charters = folder / "charters"
    charters.mkdir()
    entries = [
        entry("network", NETWORK, "Réseau d’essai", NETWORK),
        entry("organisation", "nord", "PLIE Nord", NETWORK),
    ]
    (charters / "essai.json").write_text(json.dumps(entries), encoding="utf-8")
    network.init(service, charters, NETWORK)
    for name in USERS:
        accounts.add(database, clock, house.PASSWORDS, name, "nord", Role.FACILITATOR, house.PASSWORD)
    return service


def replay(client: TestClient, batches: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Send recorded batches to a server of :func:`empty_server`; their receipts without what is drawn at random."""
    clock = FrozenClock(NOW)
    devices = {name: Device(client, clock, name, f"facilitator-{name}").enrol() for name in USERS}
    for one in batches:
        device = devices[one["user"]]
        answer = device.post(one["body"].encode(), device.n + 1, device.rolling)
        assert answer.status_code == 200, answer.text
        receipt = answer.json()
        device.n, device.rolling = receipt["n"], receipt["rolling"]
        yield {name: value for name, value in receipt.items() if name not in ("epoch", "rolling")}


def pages(client: TestClient, schema: int) -> dict[str, Any]:
    """What a new device of ``schema`` receives, by scope: rows and gone."""
    device = Device(client, FrozenClock(NOW), USERS[0]).enrol()
    answer = device.call("pull", {"schema": schema})
    assert answer.status_code == 200, answer.text
    return {
        scope: {"rows": one["rows"], "gone": one["gone"], "head": one["cursor"][:3]}
        for scope, one in answer.json()["scopes"].items()
    }


# --- writing them --------------------------------------------------------------------------------

_MOMENT = "2026-11-20T08:30:00.000000Z"


def _value(kind: str, name: str, wire_type: str, rank: int) -> Any:
    if name.endswith("_id") or name.endswith("_by"):
        return ""
    values: dict[str, Any] = {
        "text": f"{kind} {name} œuvre n° {rank}",
        "number": rank * 100 + len(name),
        "truth": rank % 2 == 0,
        "day": f"2026-{1 + rank % 12:02d}-15",
        "moment": _MOMENT,
        "data": {"liste": [rank, "é", None, True]},
    }
    return values[wire_type]


def _every_table(device: Device) -> list[dict[str, Any]]:
    """One record of each table that a device may write, every field given, parents first."""
    operations = []
    for rank, kind in enumerate(models_by_kind()):
        if kind in ("conflict", "retention_decision", "network", "organisation"):
            continue
        fields: dict[str, Any] = {}
        for field in fields_of(kind):
            if field.parent in ("network", "organisation"):
                fields[field.name] = natural_id(field.parent, NETWORK if field.parent == "network" else "nord")
            elif field.parent:
                fields[field.name] = f"a-{field.parent}" if field.required or rank % 2 else None
            elif field.name != "id":
                fields[field.name] = _value(kind, field.name, field.type, rank)
        fields |= {"organisation_id": device.organisation, "created_at": _MOMENT, "deleted_at": None}
        operations.append({**device.insert(kind, f"a-{kind}"), "at": _MOMENT, "fields": fields})
    return operations


def _batches(client: TestClient) -> list[dict[str, Any]]:
    """The story that is recorded: every table; other fields, the same field, a deletion, refusals."""
    clock = FrozenClock(NOW)
    nadia, amina = (Device(client, clock, name, f"facilitator-{name}").enrol() for name in USERS)
    nadia.epoch = amina.epoch = ""
    recorded = []

    def push(device: Device, *operations: dict[str, Any]) -> None:
        device.push(*operations)
        recorded.append({"user": device.user, "body": device.sent[-1].decode()})

    def written(device: Device, kind: str, base: int, at: str, **fields: Any) -> dict[str, Any]:
        one = device.update(kind, f"a-{kind}", base, **fields)
        for edit_ in one["fields"].values():
            edit_[2] = at
        return one

    push(nadia, *_every_table(nadia))
    push(nadia, written(nadia, "company", 2, "2026-11-20T09:00:00.000000Z", phone="0100000001"))
    push(amina, written(amina, "company", 2, "2026-11-20T10:00:00.000000Z", town="Évry"))
    push(amina, written(amina, "company", 2, "2026-11-20T11:00:00.000000Z", phone="0100000002"))
    push(amina, written(amina, "contact", 2, "2026-11-20T12:00:00.000000Z", deleted_at=_MOMENT))
    push(
        nadia,
        written(nadia, "contact", 2, "2026-11-20T13:00:00.000000Z", phone="0100000003"),
        written(nadia, "buyer", 2, "2026-11-20T13:00:00.000000Z", name=7),
        {**nadia.insert("lot", "a-lot-without-contract", contract_id="nowhere", name="Lot"), "at": _MOMENT},
        {"op": "explode"},
    )
    return recorded


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def make_exchange(target: Path) -> None:
    """Record the batches, then their receipts and the pages of a server that had nothing else."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        service = empty_server(f"sqlite:///{first}/network.db", Path(first))
        with TestClient(create(service)) as client:
            batches = _batches(client)
        service.database.close()
        service = empty_server(f"sqlite:///{second}/network.db", Path(second))
        with TestClient(create(service)) as client:
            receipts = list(replay(client, batches))
            found = pages(client, SCHEMA)
        service.database.close()
    target.mkdir()
    _write(target / "batches.json", batches)
    _write(target / "receipts.json", receipts)
    _write(target / "pages.json", found)


def make_notebook(target: Path) -> None:
    """A notebook as a user leaves it: things received, a batch sealed and not answered, something typed since."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            world.user("nadia")
            laptop = world.laptop("nadia")
            laptop.password = PASSWORD
            someone = person(laptop, "MARTIN")
            firm = company(laptop)
            assert laptop.sync().complete
            note(laptop, someone, "Scellé, sans réponse")
            assert laptop.cut_sync("batch to send")
            with writing(laptop.notebook) as unit:
                unit.update(Company, firm, {"town": "Évry"})
            edit(laptop, someone, phone="0100000001")
            laptop.notebook.raw.execute("VACUUM")
            path = laptop.folder / "notebook.db"
            laptop.notebook.close()
            target.mkdir()
            shutil.copyfile(path, target / "notebook.db")
            world.laptops.clear()
        finally:
            world.close()


def main() -> None:
    """Make what is not there yet."""
    for target, make in (
        (HERE / f"schema_{SCHEMA}", make_exchange),
        (HERE / f"notebook_{VERSION.replace('.', '_')}", make_notebook),
    ):
        if not target.exists():
            make(target)
            print(target)


if __name__ == "__main__":
    main()
