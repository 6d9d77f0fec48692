"""What programs already in use write and read stays understood, to the byte (SYNC.md §7.7).

Recorded once by ``tests.server.golden.making``, never changed: a test that fails here means that the server would
answer otherwise to programs that nobody can change any more.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.models import schemas
from app.models.wire import default_of
from app.sync import protocol as wire
from app.version import VERSION
from server.application import create
from server.checks import check
from tests.server import postgresql
from tests.server.golden import making
from tests.sync.world import NORTH, PASSWORD, Laptop
from tests.sync.world import world as world_of

RECORDED = sorted(making.HERE.glob("schema_*"))
NOTEBOOKS = sorted(making.HERE.glob("notebook_*"))


def read(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_models_say_the_latest_schema() -> None:
    """A field was added? Add the next schema beside the others: ``app.models.schemas.freeze`` writes its file."""
    latest, described = schemas.frozen()[wire.SCHEMA], schemas.described()
    assert described.keys() == latest.keys()
    for kind, fields in described.items():
        assert list(fields.items()) == list(latest[kind].items()), kind


def test_a_schema_only_adds_to_the_former_one() -> None:
    known = schemas.frozen()
    assert sorted(known) == list(range(min(known), wire.SCHEMA + 1))
    for number in sorted(known)[1:]:
        for kind, fields in known[number - 1].items():
            added = known[number][kind].items() - fields.items()
            assert fields.items() <= known[number][kind].items(), kind
            for name, wire_type in added:
                assert wire_type.endswith("?") or default_of(kind, name) is not None, f"{kind}.{name} needs a default"


def test_each_schema_and_this_version_have_their_recordings() -> None:
    assert {path.name for path in RECORDED} == {f"schema_{number}" for number in schemas.frozen()}
    assert f"notebook_{VERSION.replace('.', '_')}" in {path.name for path in NOTEBOOKS}
    for path in RECORDED:
        sent = {
            (one["table"], field)
            for batch in read(path / "batches.json")  # type: ignore[attr-defined]
            for one in json.loads(batch["body"])["operations"]
            if one["op"] == "insert"
            for field in one["fields"]
        }
        tables = {kind for kind, _ in sent}
        number = int(path.name.removeprefix("schema_"))
        every = {(kind, name) for kind, fields in schemas.frozen()[number].items() for name in fields if name != "id"}
        assert len(tables) > 40
        assert {(kind, name) for kind, name in every if kind in tables} <= sent


@pytest.fixture(params=["sqlite", "postgresql"])
def cluster(request: pytest.FixtureRequest) -> str:
    """Where the servers of a test have their database: a PostgreSQL's folder, or empty for a file of their own."""
    return str(request.getfixturevalue("postgresql_folder")) if request.param == "postgresql" else ""


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda path: path.name)
def test_recorded_batches_give_the_recorded_receipts_and_rows(recorded: Path, cluster: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'network.db'}"
    if cluster:
        postgresql.create(cluster, recorded.name)
        url = postgresql.url_of(cluster, recorded.name)
    service = making.empty_server(url, tmp_path)
    try:
        with TestClient(create(service)) as client:
            receipts = list(making.replay(client, read(recorded / "batches.json")))  # type: ignore[arg-type]
            assert receipts == read(recorded / "receipts.json")
            number = int(recorded.name.removeprefix("schema_"))
            assert making.pages(client, number) == read(recorded / "pages.json")
        assert [one for one in check(service) if one.code != "missing_parent"] == []
    finally:
        service.database.close()
        if cluster:
            postgresql.drop(cluster, recorded.name)


@pytest.mark.expected_logs
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_of_each_release_opens_and_synchronises(notebook: Path, cluster: str, tmp_path: Path) -> None:
    """The server that knew it is lost: another one takes it as it is, with what it had received, sealed and typed."""
    folder = tmp_path / "former"
    shutil.copytree(notebook, folder)
    (tmp_path / "world").mkdir()
    with world_of(tmp_path / "world", cluster=cluster) as world:
        world.user("nadia")
        former = Laptop(world, folder, "nadia", world.clock.offset)
        world.laptops.append(former)
        former.password = PASSWORD
        assert former.sync().complete
        assert former.service.verify().equal
        fresh = world.laptop("nadia")
        fresh.password = PASSWORD
        assert fresh.service.verify().equal
        ((someone, phone),) = fresh.notebook.raw.execute("SELECT id, phone FROM beneficiary").fetchall()
        assert phone == "0100000001"
        assert fresh.notebook.raw.execute("SELECT town, organisation_id FROM company").fetchall() == [("Évry", "")]
        notes = fresh.notebook.raw.execute("SELECT text, beneficiary_id, organisation_id FROM follow_up_note")
        assert notes.fetchall() == [("Scellé, sans réponse", someone, NORTH)]
