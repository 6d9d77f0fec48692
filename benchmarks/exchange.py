"""The exchange, against floors taken in the same run (issue 4).

``sync``: the first reception of 100 000 records by a new encrypted notebook over loopback HTTP, against decoding the
same JSON and inserting the same rows into SQLCipher in one transaction; the server on SQLite, and on PostgreSQL where
its programs are installed. ``typing``: a field typed while that reception runs, against the same alone. ``capture``: a
bulk insert of 100 000 rows with the triggers, against the same without.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.clock import SystemClock, natural_id
from app.models.base import kind_of
from app.models.choices import Role
from app.models.registry import models
from app.models.wire import default_of, fields_of, moment_text
from app.rules.merge import Clock as WriteClock
from app.store import rows
from app.store.capture import triggers_of
from app.store.notebook import Notebook
from app.sync import protocol as wire
from app.sync.api import Api
from benchmarks.figures import Figure, median, milliseconds
from benchmarks.newcomer import KEY, Newcomer
from benchmarks.typist import while_receiving
from server import accounts, network
from server.passwords import Passwords
from server.running import open_service
from server.service import Service
from server.store.shelf import Shelf

PASSWORD = "mesure de la synchronisation"
RECORDS = 100_000
PORT = 8797
NETWORK, ORGANISATION = "inclusiv_essonne", "atout_plie_nord_ouest_91"
CHARTERS = Path(__file__).resolve().parent.parent / "resources" / "reference" / "charters"


# --- a server full of records --------------------------------------------------------------------


def _invented(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """(table, fields given) of ``count`` records in the proportions of a network: mostly lines of hours."""
    clock = SystemClock()
    organisation = natural_id("organisation", ORGANISATION)
    company = clock.new_id()
    yield "company", {"id": company, "name": "Bâti-Sud 91"}
    buyer, operation, contract, lot = (clock.new_id() for _ in range(4))
    yield "buyer", {"id": buyer, "name": "Ville d’Exemple"}
    yield "operation", {"id": operation, "buyer_id": buyer, "name": "École Simone-Veil"}
    yield "contract", {"id": contract, "operation_id": operation, "name": "Marché"}
    yield "lot", {"id": lot, "contract_id": contract, "name": "Gros œuvre", "number": "3"}
    made, place = 5, 0
    own = {"organisation_id": organisation}
    while made < count:
        place += 1
        person, period, work = (clock.new_id() for _ in range(3))
        named = {"last_name": f"DUPONT{place}", "first_name": "Éloïse", "phone": f"06{place:08d}", "town": "Évry"}
        yield "beneficiary", {**own, "id": person, **named}
        yield "clause_period", {**own, "id": period, "beneficiary_id": person, "start_on": "2026-01-05"}
        employed = {"employer_id": company, "company_id": company, "lot_id": lot, "start_on": "2026-01-05"}
        yield "employment_contract", {**own, "id": work, "period_id": period, "beneficiary_id": person, **employed}
        made += 3
        for month in range(1, 12):
            statement = natural_id("monthly_statement", organisation, company, f"2026-{month:02d}")
            if place == 1:
                yield (
                    "monthly_statement",
                    {**own, "id": statement, "company_id": company, "month": f"2026-{month:02d}"},
                )
                made += 1
            line = {"statement_id": statement, "contract_id": work, "lot_id": lot, "month": f"2026-{month:02d}"}
            yield "hour_line", {**own, "id": clock.new_id(), **line, "kind": "worked", "hours": 14_000 + place % 1000}
            made += 1


def _fill(service: Service, count: int) -> None:
    network.init(service, CHARTERS, NETWORK)
    accounts.add(service.database, service.clock, service.passwords, "mesure", ORGANISATION, Role.FACILITATOR, PASSWORD)
    now = moment_text(service.clock.now())
    portion: list[tuple[str, dict[str, Any]]] = []
    for one in _invented(count):
        portion.append(one)
        if len(portion) == 5_000:
            _put(service, portion, now)
            portion = []
    if portion:
        _put(service, portion, now)


def _put(service: Service, records: list[tuple[str, dict[str, Any]]], now: str) -> None:
    with service.database.writing() as connection:
        seq = connection.exec_driver_sql("SELECT seq FROM sync_space WHERE id = 1").scalar_one() + 1
        shelf = Shelf(connection, seq, service.clock.now())
        shelf.load((kind, str(given["id"])) for kind, given in records)
        for kind, given in records:
            values = {field.name: default_of(kind, field.name) for field in fields_of(kind)}
            values |= {"created_at": now, "created_by": "", "organisation_id": "", **given}
            shelf.put(kind, str(given["id"]), values, {"": WriteClock(seq, 0, now)})
        shelf.flush()


@contextlib.contextmanager
def _running(folder: Path, database: str) -> Iterator[str]:
    """The server of ``folder`` in a process of its own; its address."""
    command = [sys.executable, "-m", "server", "run", "--data-dir", str(folder), "--port", str(PORT)]
    command += ["--database", database] if database else []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{PORT}"
    try:
        import httpx2

        for _ in range(300):
            with contextlib.suppress(httpx2.HTTPError):
                if httpx2.get(f"{address}/health", trust_env=False).is_success:
                    break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


# --- a first reception ---------------------------------------------------------------------------


def _first(folder: Path, address: str) -> float:
    """Milliseconds of a first reception."""
    newcomer = Newcomer(folder)
    try:
        newcomer.executors.io(lambda: newcomer.service.enrol(address, "mesure", PASSWORD)).result()
        reports: list[Any] = []
        spent = milliseconds(lambda: reports.append(newcomer.executors.io(newcomer.service.synchronise).result()))
        assert reports[0].complete, reports[0].problem
        return spent
    finally:
        newcomer.close()


def _pages(address: str) -> list[bytes]:
    """The very pages of a first reception."""
    api = Api(address)
    answer = api.enrol(wire.EnrolAsk(user="mesure", password=PASSWORD))
    api.access = answer.access
    found, cursors = [], {}
    while True:
        data, page = api.pull(wire.PullAsk(schema_=wire.SCHEMA, epoch=answer.epoch, cursors=cursors))
        found.append(data)
        cursors = {scope: wire.Cursor(*one["cursor"]) for scope, one in page["scopes"].items()}
        if not page["more"]:
            break
    api.close()
    return found


def _floor(folder: Path, pages: list[bytes]) -> float:
    """Milliseconds to decode the JSON of the pages and insert the same rows in one transaction, nothing else."""
    notebook = Notebook.create(folder, KEY, SystemClock())
    raw = notebook.raw
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f'DROP TRIGGER "{name}"')
    statements = {}
    for model in models():
        kind = kind_of(model)
        names = [*rows.sent_names(kind), "updated_at"]
        if kind in ("beneficiary", "buyer", "company", "operation"):
            names.append("sort_name")
        holders = ", ".join("?" for _ in rows.sent_names(kind)) + ", ''" * (len(names) - len(rows.sent_names(kind)))
        statements[kind] = (
            f'INSERT INTO "{kind}" ({", ".join(chr(34) + one + chr(34) for one in names)}) VALUES ({holders})'
        )

    def work() -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("PRAGMA defer_foreign_keys = ON")
        for data in pages:
            for content in json.loads(data)["scopes"].values():
                for kind, received in content["rows"].items():
                    if kind in ("reference_entry", "signature"):
                        raw.executemany(
                            statements[kind],
                            [
                                [json.dumps(one) if isinstance(one, dict | list) else one for one in row[2]]
                                for row in received
                            ],
                        )
                    else:
                        raw.executemany(statements[kind], [row[2] for row in received])
        raw.execute("COMMIT")

    spent = milliseconds(work)
    notebook.close()
    return spent


def _databases(folder: Path) -> Iterator[tuple[str, str]]:
    """(name, URL) of the databases that can be measured here; the embedded one has no URL."""
    yield "SQLite", ""
    if os.environ.get("INCLUSIV_BENCH_POSTGRESQL", "1") == "0":
        return
    from tests.server import postgresql

    programs = postgresql.programs()
    if programs is None:
        print("PostgreSQL is not installed: measured on SQLite only", file=sys.stderr)
        return
    with postgresql.running(programs) as cluster:
        postgresql.create(cluster, "measured")
        yield "PostgreSQL", postgresql.url_of(cluster, "measured")


def first_reception(runs: int) -> Iterator[Figure]:
    """A first reception, and typing meanwhile."""
    place = Path(tempfile.mkdtemp(prefix="exchange"))
    try:
        for name, database in _databases(place):
            folder = place / name
            service = open_service(folder, database, Passwords(memory_kib=8, passes=1))
            _fill(service, RECORDS)
            service.database.close()
            with _running(folder, database) as address:
                pages = _pages(address)
                floors, spent = [], []
                for turn in range(max(1, runs)):
                    floors.append(_floor(place / f"floor{name}{turn}", pages))
                    spent.append(_first(place / f"new{name}{turn}", address))
                yield Figure(
                    "sync",
                    f"first reception of {RECORDS:,} records, server on {name}",
                    median(spent),
                    median(floors),
                    "decode + insert",
                    3.0,
                )
                if name == "SQLite":
                    yield from _typing(place, address)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _typing(place: Path, address: str) -> Iterator[Figure]:
    newcomer = Newcomer(place / "typing")
    try:
        newcomer.executors.io(lambda: newcomer.service.enrol(address, "mesure", PASSWORD)).result()
        yield from while_receiving(newcomer)
    finally:
        newcomer.close()


def capture(runs: int) -> Iterator[Figure]:
    """A bulk insert with and without the triggers that note what is to be sent."""
    place = Path(tempfile.mkdtemp(prefix="capture"))
    try:
        with_triggers, without = [], []
        for turn in range(max(1, runs)):
            for captured, found in ((False, without), (True, with_triggers)):
                found.append(_bulk(place / f"{turn}{captured}", captured=captured))
        yield Figure(
            "capture",
            f"bulk insert of {RECORDS:,} lines of hours with the triggers",
            median(with_triggers),
            median(without),
            "without",
            3.0,
        )
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _bulk(folder: Path, *, captured: bool) -> float:
    notebook = Notebook.create(folder, KEY, SystemClock())
    raw = notebook.raw
    raw.execute("PRAGMA foreign_keys = OFF")
    if not captured:
        for model in models():
            for name in triggers_of(model):
                raw.execute(f'DROP TRIGGER "{name}"')
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    made = [given for kind, given in _invented(RECORDS * 14 // 11 + 100) if kind == "hour_line"][:RECORDS]
    names = [*rows.sent_names("hour_line"), "updated_at"]
    fixed = {"created_at": now, "created_by": "", "updated_at": now, "difference_reason": "", "absence_code": ""}
    fixed |= {"accepted_doubts": "", "accepted_reason": "", "proof_seen": False, "declared_hours": None}
    lines = [[{**fixed, "deleted_at": None, **one}.get(name) for name in names] for one in made]
    statement = f"INSERT INTO hour_line ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})"

    def work() -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(statement, lines)
        raw.execute("COMMIT")

    spent = milliseconds(work)
    assert bool(raw.execute("SELECT count(*) FROM _dirty").fetchone()[0]) is captured
    notebook.close()
    return spent
