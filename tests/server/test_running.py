"""``inclusiv-server`` as an administrator runs it: real processes, a real port, signals; copies put back for real."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
from pathlib import Path

import httpx2
import pytest

from app.clock import SystemClock
from app.sync.protocol import PATH, SCHEMA
from server import running, safekeeping
from server.checks import check
from server.command import main
from server.service import Service
from tests.server import house
from tests.server.conftest import Enrol
from tests.server.serving import Served, serving, verb


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCLUSIV_SERVER_PASSWORD", house.PASSWORD)


def calls_to(served: Served) -> httpx2.Client:
    return httpx2.Client(base_url=served.address, transport=httpx2.HTTPTransport(retries=5), timeout=30)


def test_from_nothing_to_a_device_in_four_verbs(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    assert verb("network", "init", "inclusiv_essonne", "--data-dir", folder)["records"] > 100
    assert verb("user", "add", "nadia", "--organisation", house.DYNAMIQUE, "--data-dir", folder)["user"] == "nadia"
    with serving(tmp_path / "journal", "--data-dir", folder) as served, calls_to(served) as client:
        assert client.get("/health").json() == {"status": "ok"}
        enrolled = client.post(
            f"{PATH}/enrol", json={"user": "nadia", "password": house.PASSWORD, "schema": SCHEMA, "device_name": "PC"}
        ).json()
        # The embedded file may be looked after while the server runs.
        listed = verb("device", "list", "--data-dir", folder)
        assert [(one["device"], one["name"]) for one in listed] == [(enrolled["device"], "PC")]
        copy = verb("backup", tmp_path / "copy", "--data-dir", folder)
        assert copy["network"] == "inclusiv_essonne"
        assert "en marche" in verb("restore", tmp_path / "copy", "--data-dir", folder, code=2)
        headers = {"Authorization": f"Bearer {enrolled['access']}"}
        page = client.post(f"{PATH}/pull", json={"schema": SCHEMA}, headers=headers)
        assert page.headers["Content-Encoding"] == "gzip"
        assert page.json()["scopes"]["network"]["rows"]["organisation"]
        assert served.stop() in (0, -signal.SIGTERM)
    assert any(line["event"] == "request" and line["path"] == f"{PATH}/pull" for line in served.lines())
    for secret in (house.PASSWORD, enrolled["access"], enrolled["refresh"], "nadia"):
        assert secret not in served.said()
    assert verb("restore", tmp_path / "copy", "--data-dir", folder)["epoch"].startswith("2-")
    assert verb("check", "--data-dir", folder) == {"clean": True, "findings": []}


def test_the_lease_is_shown_set_and_told_to_notebooks(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    verb("network", "init", "inclusiv_essonne", "--data-dir", folder)
    assert verb("network", "show", "--data-dir", folder) == {"network": "inclusiv_essonne", "lease_days": 30}
    assert verb("network", "lease", "15", "--data-dir", folder) == {"lease_days": 15}
    for wrong in ("-1", "366"):
        assert "de 1 à 365 jours" in verb("network", "lease", wrong, "--data-dir", folder, code=2)
    assert verb("network", "show", "--data-dir", folder)["lease_days"] == 15
    assert verb("network", "lease", "0", "--data-dir", folder) == {"lease_days": 0}
    verb("network", "init", "inclusiv_essonne", "--data-dir", folder)
    assert verb("network", "show", "--data-dir", folder)["lease_days"] == 0, "bringing the network up to date leaves it"


def test_answers_of_several_workers_leave_at_once() -> None:
    """The body of an answer does not wait for its headers to be acknowledged."""
    with socket.socket() as listening, socket.socket() as client:
        listening.bind(("127.0.0.1", 0))
        running.at_once(listening).listen()
        client.connect(listening.getsockname())
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_no_other_account_of_the_machine_reads_what_lies_in_clear(tmp_path: Path) -> None:
    former = os.umask(0o022)
    try:
        verb("network", "init", "inclusiv_essonne", "--data-dir", tmp_path / "server")
        verb("backup", tmp_path / "copies" / "today", "--data-dir", tmp_path / "server")
        database, files, copy = (tmp_path / one for one in ("server/network.db", "server/files", "copies/today"))
        assert [oct(one.stat().st_mode & 0o777) for one in (database, files, copy)] == ["0o600", "0o700", "0o700"]
        with sqlite3.connect(database) as other:  # open elsewhere, its journal is there to be read
            other.execute("CREATE TABLE one (two)")
            sides = [path for path in database.parent.iterdir() if path.name.startswith("network.db-")]
        assert sides
        assert all(path.stat().st_mode & 0o077 == 0 for path in sides)
        other.close()
    finally:
        os.umask(former)


@pytest.fixture(scope="module")
def network_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server")
    verb("network", "init", "inclusiv_essonne", "--data-dir", folder)
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "add", "nadia", "--organisation", "nowhere"), "Organisations connues"),
        (("user", "add", "na dia", "--organisation", house.DYNAMIQUE), "sans espace"),
        (("network", "init", "mars"), "inclusiv_essonne"),
        (("network", "init", "gpsea"), "un autre réseau"),
        (("run", "--workers", "3"), "PostgreSQL"),
        (("run", "--tls-cert", "x.pem"), "ensemble"),
        (("run", "--tls-cert", "nowhere.pem", "--tls-key", "nowhere.key"), "ne se lit pas"),
        (("run", "--port", "80000"), "port"),
        (("user", "password", "nobody"), "Aucun compte"),
        (("device", "revoke", "nobody"), "inconnu"),
        (("restore",), "Donnez le dossier"),
        (("check", "--database", "mysql://x/y"), "pas comprise"),
    ],
)
def test_a_wrong_verb_says_what_to_do(network_folder: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in verb(*arguments, "--data-dir", network_folder, code=2)


def test_a_folder_without_a_server_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    """A slip in its name makes no empty server beside the real one."""
    slip = tmp_path / "servr"
    for arguments in (("device", "revoke", "x"), ("user", "list"), ("check",), ("backup", tmp_path / "copy")):
        assert "Aucun serveur dans ce dossier" in verb(*arguments, "--data-dir", slip, code=2)
    assert not slip.exists()
    inside = tmp_path / "file"
    inside.write_text("")
    assert "ne peut pas être écrit" in verb("network", "init", "gpsea", "--data-dir", inside / "server", code=1)


def test_lists_say_that_they_are_empty(network_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("user", "device", "held", "incident"):
        assert main([word, "list", "--data-dir", str(network_folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Aucun compte.",
        "Aucun carnet connu.",
        "Rien n’est mis de côté.",
        "Aucun écart signalé.",
    ]


def test_a_copy_is_whole_and_one_that_was_touched_is_refused(enrol: Enrol, service: Service, tmp_path: Path) -> None:
    """On both databases: what came after the copy is gone, what came before is there, a new epoch begins."""
    nadia = enrol("nadia")
    before, after = nadia.insert("company", name="Avant"), nadia.insert("company", name="Après")
    nadia.push(before)
    copy = tmp_path / "copy"
    safekeeping.backup(service, copy)
    nadia.push(after)
    data_dir = tmp_path if service.database.path is None else service.database.path.parent
    service.database.close()
    if service.database.path is None:
        safekeeping.put_back_dump(service, copy, data_dir)
    else:
        former = safekeeping.put_back_file(copy, data_dir)
        assert former is not None
        assert former.exists()  # nothing is ever overwritten
    epoch, _ = safekeeping.begin_again(service)
    assert epoch.startswith("2-")
    assert check(service) == []
    with service.database.reading() as connection:
        ids = set(connection.exec_driver_sql("SELECT id FROM company").scalars())
    assert ids == {before["id"]}
    database = next(copy.glob("network.*"))
    database.write_bytes(database.read_bytes() + b"x")
    with pytest.raises(Exception, match="copie intacte"):
        safekeeping.read_manifest(copy)


def test_a_newer_program_lays_the_database_out_anew(enrol: Enrol, service: Service) -> None:
    """The models changed since the entries were written: what was kept stays, the typed tables are made again."""
    from app.models.wire import names_of
    from server.store.schema import prepare

    nadia = enrol("nadia")
    made = nadia.insert("company", name="Bâti-Sud", town="Évry")
    nadia.push(made)
    # As a program would have left it whose companies had no town but a field since given up.
    former = [name for name in names_of("company") if name != "town"] + ["given_up"]
    values = {**dict.fromkeys(former, ""), "id": made["id"], "name": "Bâti-Sud", "given_up": "x"}
    values |= {"created_at": "2026-11-22T09:00:00.000000Z", "deleted_at": None}
    with service.database.writing() as connection:
        wire = json.loads(connection.exec_driver_sql("SELECT wire FROM sync_space").scalar_one())
        wire["company"] = former
        mark = "%s" if service.database.is_postgresql else "?"
        connection.exec_driver_sql(f"UPDATE sync_space SET wire = {mark}", (json.dumps(wire),))
        connection.exec_driver_sql(
            f"UPDATE sync_entry SET body = {mark} WHERE tbl = 'company'",
            (json.dumps([values[name] for name in former]),),
        )
    prepare(service.database, SystemClock().now())
    assert check(service) == []
    nadia.pull()
    assert nadia.value("company", made["id"], "name") == "Bâti-Sud"
    assert nadia.value("company", made["id"], "town") == ""
