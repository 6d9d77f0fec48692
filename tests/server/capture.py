"""A network's days played on real notebooks, a real server and a recorder between: all that every device receives.

Every free text of the story is a word of its own (``zqdyn1042z``), so that whatever carries it betrays whose it was.
Every table of the models is filled, whatever is added to them. ``python -m tests.server.capture [FOLDER]`` plays it,
prints what each device received for a person to read, then what ``oracle`` finds in it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from app.account.secrets import MemorySecrets
from app.clock import SystemClock
from app.models.base import Record
from app.models.beneficiaries import Beneficiary
from app.models.operations import Company
from app.models.wire import WireField, default_of, fields_of, models_by_kind
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.store.unit import writing
from app.sync.protocol import PATH, SCHEMA, SCHEMAS, Status
from app.sync.service import Surroundings, SyncService
from app.sync.state import Problem
from tests.factories import KEY
from tests.server import house
from tests.server.recording import Exchange, Recorder
from tests.server.serving import Served, serving, verb

DYNAMIQUE, MIVE, COEUR = "dynamique_emploi", "mive_corbeil_essonnes", "coeur_essonne"
SHARED = ""
"""Whose the words of shared records are."""

PEOPLE = {
    "nadia": (DYNAMIQUE, "facilitator"),
    "amina": (DYNAMIQUE, "facilitator"),
    "rene": (DYNAMIQUE, "reader"),
    "karim": (MIVE, "facilitator"),
    "helene": (MIVE, "coordinator"),
    "salome": (COEUR, "facilitator"),
}
GIVEN, ERASED = 1, 2
"""The files of the two people of Dynamique Emploi: one is given to the MIVE, the other erased for good."""
PRYING = "karim, by hand"
"""The device that asks, call by call, for what it may not see."""

WORD = re.compile(r"zq[a-z]+\d+z")
_CHOICES = {
    ("beneficiary", "sex"): "female",
    ("monthly_statement", "state"): "validated",
    ("retention_decision", "decision"): "kept",
    ("attachment", "owner_kind"): "beneficiary",
    ("issued_document", "record_kind"): "beneficiary",
    ("person_move", "record_kind"): "follow_up_note",
    ("timesheet_import", "sha256"): "f" * 64,
    ("issued_document", "content_sha256"): "e" * 64,
}
_NAMING_A_PERSON = {("attachment", "owner_id"), ("issued_document", "record_id")}
_NOT_FREE = frozenset({"siret", "month", "source", "validated_by", "seen_by", "merged_by", "issued_by"})
"""Texts that nobody types: choices, numbers given by nature, ids of facilitators (whom the whole network knows)."""
_NOT_WRITTEN = frozenset(
    {"network", "organisation", "facilitator", "charter", "charter_target", "reference_entry", "conflict"}
)
"""The network's own data come from the shipped charters; conflicts from the server."""
_LEFT = frozenset({"id", "organisation_id", "created_at", "created_by", "deleted_at"})


@dataclass(frozen=True)
class Word:
    """Where a word was written: whose file, in which table and field. ``file`` 0: no person's."""

    owner: str
    table: str
    name: str
    file: int


@dataclass
class Desk:
    """A notebook with its person, and the recorder on its line."""

    user: str
    notebook: Notebook
    files: AttachmentFiles
    service: SyncService
    recorder: Recorder

    @property
    def organisation(self) -> str:
        """Code of the organisation."""
        return PEOPLE[self.user][0]


@dataclass
class Capture:
    """What was played and what was heard."""

    folder: Path
    words: dict[str, Word] = field(default_factory=dict)
    private_ids: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """(organisation, table, file) of each record that is not shared."""
    organisations: dict[str, str] = field(default_factory=dict)
    """Code of an organisation by its id."""
    secrets: set[str] = field(default_factory=set)
    heard: dict[str, list[Exchange]] = field(default_factory=dict)
    """By device, in order."""
    moved_at: dict[str, int] = field(default_factory=dict)
    """How many of these came before the transfer."""
    journal: str = ""
    left_behind: list[str] = field(default_factory=list)
    """Files found where the server makes temporary ones, after it was killed."""

    def word(self, owner: str, table: str, name: str, file: int) -> str:
        """A new word."""
        made = f"zq{owner[:3] or 'all'}{len(self.words) + 1}z"
        self.words[made] = Word(owner, table, name, file)
        return made


# --- writing --------------------------------------------------------------------------------------


def write_all(capture: Capture, desk: Desk, file: int, known: dict[str, str], *, shared: bool) -> dict[str, str]:
    """One record of every table, shared or not, each bound to the others of the same file; ids by table."""
    ids = dict(known)
    owner = SHARED if shared else desk.organisation
    with writing(desk.notebook) as unit:
        for kind, model in models_by_kind().items():
            if model.shared is not shared or kind in _NOT_WRITTEN:
                continue
            if kind == "attachment":
                values = _attachment(capture, desk, file, ids)
            else:
                values = {
                    one.name: _value(capture, owner, kind, one, file, ids)
                    for one in fields_of(kind)
                    if one.name not in _LEFT
                }
            ids[kind] = unit.insert(model, {**values, "organisation_id": ""} if shared else values)
            if not shared:
                capture.private_ids[ids[kind]] = (owner, kind, file)
    return ids


def _attachment(capture: Capture, desk: Desk, file: int, ids: dict[str, str]) -> dict[str, Any]:
    content = capture.word(desk.organisation, "attachment", "bytes", file).encode() * 3_000
    return {
        "owner_kind": "beneficiary",
        "owner_id": ids["beneficiary"],
        "sha256": desk.files.put(content),
        "size": len(content),
        "name": capture.word(desk.organisation, "attachment", "name", file),
        "caption": capture.word(desk.organisation, "attachment", "caption", file),
    }


def _value(capture: Capture, owner: str, kind: str, one: WireField, file: int, ids: dict[str, str]) -> Any:
    if one.parent:
        return ids.get(one.parent) if one.parent != kind else None
    if (kind, one.name) in _CHOICES:
        return _CHOICES[kind, one.name]
    if (kind, one.name) in _NAMING_A_PERSON:
        return ids["beneficiary"]
    if one.type == "text":
        default = default_of(kind, one.name)
        if one.name == "month":
            return "2026-10"
        if default or one.name.endswith("_id") or one.name in _NOT_FREE:
            return default
        return capture.word(owner, kind, one.name, file)
    if one.type == "data":
        return {"words": [capture.word(owner, kind, one.name, file)]}
    return {
        "number": 1_000 + file,
        "truth": False,
        "day": dt.date(2026, 10, 12),
        "moment": dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC),
    }[one.type]


def rewrite(desk: Desk, model: type[Record], record_id: str, **fields: Any) -> None:
    """Fields of a record typed over."""
    with writing(desk.notebook) as unit:
        unit.update(model, record_id, fields)


# --- the days -------------------------------------------------------------------------------------


def play(folder: Path) -> Capture:
    """The whole story on a server of its own under ``folder``."""
    data, temporary = folder / "server", folder / "tmp"
    temporary.mkdir(parents=True)
    capture = Capture(folder)
    os.environ["INCLUSIV_SERVER_PASSWORD"] = house.PASSWORD
    try:
        verb("network", "init", house.NETWORK, "--data-dir", data)
        for user, (organisation, role) in PEOPLE.items():
            made = verb("user", "add", user, "--organisation", organisation, "--role", role, "--data-dir", data)
            capture.organisations[made["organisation"]] = organisation
    finally:
        del os.environ["INCLUSIV_SERVER_PASSWORD"]
    capture.secrets |= {house.PASSWORD, KEY.hex()}
    journal = folder / "journal"
    with (
        serving(journal, "--data-dir", data, environment={"TMPDIR": str(temporary)}) as served,
        _desks(folder, served) as desks,
    ):
        _days(capture, desks, served, data)
        served.stop(9)  # killed: what it would tidy away when it stops is still there
        capture.heard |= {user: desk.recorder.exchanges() for user, desk in desks.items()}
    capture.journal = journal.read_text(encoding="utf-8")
    capture.left_behind = [str(path) for path in temporary.rglob("*")]
    for exchanges in capture.heard.values():
        for one in exchanges:
            if isinstance(one.received, dict):
                capture.secrets |= {one.received[name] for name in _TOKENS if name in one.received}
    return capture


_TOKENS = ("access", "refresh", "rolling", "device_key")


@contextlib.contextmanager
def _desks(folder: Path, served: Served) -> Iterator[dict[str, Desk]]:
    """Everybody with a notebook that the server knows."""
    desks: dict[str, Desk] = {}
    try:
        for user in PEOPLE:
            desks[user] = _desk(folder / user, user, served)
        yield desks
    finally:
        for desk in desks.values():
            desk.recorder.close()
            desk.notebook.close()


def _desk(folder: Path, user: str, served: Served) -> Desk:
    notebook, files, secrets = (
        Notebook.create(folder, KEY, SystemClock()),
        AttachmentFiles(folder, KEY),
        MemorySecrets(),
    )
    around = Surroundings(notebook=lambda: notebook, files=lambda: files, on_store=lambda work: work(), secrets=secrets)
    made = Desk(user, notebook, files, SyncService(around), Recorder(served.port))
    made.service.enrol(made.recorder.address, user, house.PASSWORD, device_name=f"PC-{user}")
    return made


def _sync(desks: dict[str, Desk], *users: str, times: int = 1) -> None:
    for _ in range(times):
        for user in users or tuple(desks):
            report = desks[user].service.synchronise()
            assert report.problem is Problem.NONE, (user, report.problem)


def _days(capture: Capture, desks: dict[str, Desk], served: Served, data: Path) -> None:
    nadia, amina, karim, helene, salome = (desks[one] for one in ("nadia", "amina", "karim", "helene", "salome"))
    _sync(desks)
    # Everyone writes alone, then meets the server.
    common = write_all(capture, nadia, 0, {}, shared=True)
    first = write_all(capture, nadia, GIVEN, common, shared=False)
    second = write_all(capture, nadia, ERASED, common, shared=False)
    _sync(desks, "nadia")
    _sync(desks, "karim", "salome")
    write_all(capture, karim, 3, common, shared=False)
    write_all(capture, salome, 4, common, shared=False)
    _sync(desks, times=2)
    # Values that meet: about a person who will leave, a person who stays, a company that all share.
    for person, file in ((first["beneficiary"], GIVEN), (second["beneficiary"], ERASED)):
        for desk in (nadia, amina):
            rewrite(desk, Beneficiary, person, phone=capture.word(DYNAMIQUE, "beneficiary", "phone", file))
    for desk in (nadia, karim):
        rewrite(desk, Company, common["company"], note=capture.word(SHARED, "company", "note", 0))
    _sync(desks, times=2)
    assert karim.service.to_review(), "the company's conflict is everybody's"
    assert not salome.service.held()
    # A person is given to another organisation.
    _sync(desks, "helene")
    capture.moved_at = {user: len(desk.recorder.exchanges()) for user, desk in desks.items()}
    rewrite(nadia, Beneficiary, first["beneficiary"], organisation_id=_id_of(capture, MIVE))
    _sync(desks, times=2)
    helene.service.network_figures(2026)
    assert karim.notebook.raw.execute("SELECT 1 FROM beneficiary WHERE id = ?", (first["beneficiary"],)).fetchone()
    assert not nadia.notebook.raw.execute("SELECT 1 FROM beneficiary WHERE id = ?", (first["beneficiary"],)).fetchone()
    _pry(capture, served, nadia, second)
    # Erased for good, an account closed, a notebook withdrawn.
    verb("erase", "beneficiary", second["beneficiary"], "--data-dir", data)
    _sync(desks, times=2)
    for desk in desks.values():
        assert desk.service.verify().equal
    verb("user", "disable", "amina", "--data-dir", data)
    listed = verb("device", "list", "--data-dir", data)
    verb("device", "revoke", next(one["device"] for one in listed if one["account"] == "rene"), "--data-dir", data)
    assert amina.service.synchronise().problem is Problem.SIGN_IN
    assert desks["rene"].service.synchronise().problem is Problem.REVOKED


def _id_of(capture: Capture, code: str) -> str:
    return next(one for one, name in capture.organisations.items() if name == code)


def _pry(capture: Capture, served: Served, nadia: Desk, theirs: dict[str, str]) -> None:
    """Karim asks, by hand and by his right token, for everything of Nadia's whose id he has learnt."""
    recorder = Recorder(served.port)
    with contextlib.closing(recorder), httpx2.Client(base_url=recorder.address) as client:
        karim = house.Device(client, SystemClock(), "karim").enrol()
        karim.pull()
        away = _id_of(capture, DYNAMIQUE)
        private = [(kind, one) for kind, one in theirs.items() if not models_by_kind()[kind].shared]
        for kind, one in private:
            name = next(field.name for field in fields_of(kind) if field.name not in (*_LEFT, "id"))
            receipt = karim.push(
                karim.update(kind, one, 10**9, **{name: None}),
                karim.update(kind, one, 0, deleted_at="2026-11-22T09:00:00Z"),
                karim.update(kind, one, 0, organisation_id=karim.organisation),
                karim.insert(kind, one),
                karim.insert(kind, organisation_id=away),
                karim.insert("follow_up_note", beneficiary_id=one, noted_on="2026-11-20"),
            )
            assert {result.status for result in receipt.results} == {Status.HELD}, (kind, receipt)
        start = [0, "", "", ""]
        for cursors in ({away: start}, {away: [10**9, "beneficiary", theirs["beneficiary"], ""]}):
            karim.call("pull", {"schema": SCHEMA, "epoch": karim.epoch, "cursors": cursors, "tables": ["beneficiary"]})
        sums = {away: {"beneficiary": [1, "0" * 16]}, karim.organisation: {"beneficiary": [1, "0" * 16]}}
        karim.call("digest", {"schema": SCHEMA, "epoch": karim.epoch, "cursors": karim.cursors, "sums": sums})
        batches = nadia.notebook.raw.execute("SELECT n, sha FROM _batch ORDER BY n").fetchall()
        device = nadia.recorder.exchanges()[0].received["device"]
        karim.call("known", {"batches": [[device, n, sha256] for n, sha256 in batches]})
        for (sha256,) in nadia.notebook.raw.execute("SELECT sha256 FROM attachment").fetchall():
            for method in ("HEAD", "GET", "PATCH"):
                client.request(
                    method, f"{PATH}/files/{sha256}", headers={**karim.headers, "Upload-Offset": "0"}, content=b""
                )
        client.get(f"{PATH}/figures", params={"year": 2026}, headers=karim.headers)
        client.post(f"{PATH}/enrol", json={"user": "nadia", "schema": SCHEMA}, headers=karim.headers)
        client.post(f"{PATH}/sign-in", json={"user": "karim", "password": house.PASSWORD, "device": device})
        client.post(f"{PATH}/token", json={"device": device, "refresh": karim.enrolled["refresh"], "proof": ""})
        client.post(f"{PATH}/enrol", json={"user": "nadia", "password": "au hasard, douze", "schema": SCHEMA})
        client.post(f"{PATH}/hello", json={"schema": SCHEMA, "clock": theirs["beneficiary"]}, headers=karim.headers)
        capture.heard[PRYING] = recorder.exchanges()


# --- to be read by a person -----------------------------------------------------------------------


def told(capture: Capture) -> Iterator[str]:
    """What each device received, line by line."""
    for user, exchanges in capture.heard.items():
        organisation, role = PEOPLE[user.partition(",")[0]]
        up = sum(len(one.asked) for one in exchanges)
        down = sum(len(one.answer) for one in exchanges)
        yield f"=== {user} ({role}, {organisation}): {len(exchanges)} exchanges, {up} bytes sent, {down} received"
        counted = Counter((one.method, _shape(one.target), one.status) for one in exchanges)
        for (method, target, status), count in sorted(counted.items()):
            yield f"  {count:4} × {method} {target} → {status}"
        yield f"  headers sent: {', '.join(sorted({name for one in exchanges for name in one.asked_headers}))}"
        yield f"  headers received: {', '.join(sorted({name for one in exchanges for name in one.headers}))}"
        yield from _rows_told(capture, exchanges)
        for name in ("hello", "figures", "digest", "known", "push", "enrol", "token", "sign-in"):
            answers = [one for one in exchanges if one.call == name]
            for status in sorted({one.status for one in answers}):
                longest = max((one for one in answers if one.status == status), key=lambda one: len(one.answer))
                yield f"  longest answer to {name} ({status}): {longest.answer.decode()[:1500]}"
        owners = Counter(
            capture.words[word].owner or "shared"
            for one in exchanges
            for word in set(WORD.findall(one.everything_received()))
        )
        yield f"  words received, by owner: {dict(owners)}"


def _rows_told(capture: Capture, exchanges: list[Exchange]) -> Iterator[str]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    counted: Counter[tuple[str, str]] = Counter()
    gone: Counter[tuple[str, str]] = Counter()
    for scope, kind, values in rows_of(exchanges):
        counted[scope, kind] += 1
        found[scope, kind] = values
    for one in exchanges:
        if one.call == "pull" and one.status == 200:
            for scope, page in one.received["scopes"].items():
                for kind, ids in page["gone"].items():
                    gone[scope, kind] += len(ids)
    for scope, kind in sorted(counted):
        values = {name: value for name, value in found[scope, kind].items() if value not in ("", None)}
        yield f"  {capture.organisations.get(scope, scope)}/{kind}: {counted[scope, kind]} rows, e.g. {values}"
    for scope, kind in sorted(gone):
        yield f"  {capture.organisations.get(scope, scope)}/{kind}: {gone[scope, kind]} gone (ids only)"


def rows_of(exchanges: list[Exchange]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(scope, table, values by name) of every row received."""
    for one in exchanges:
        if one.call == "pull" and one.status == 200:
            for scope, page in one.received["scopes"].items():
                for kind, rows in page["rows"].items():
                    for _, _, values in rows:
                        yield scope, kind, dict(zip(SCHEMAS[SCHEMA][kind], values, strict=True))


def _shape(target: str) -> str:
    return re.sub(r"[0-9a-f]{64}", "{sha256}", target)


def main(folder: Path) -> int:
    """Play, print, judge; 1 when something was seen that should not be."""
    from tests.server import oracle

    capture = play(folder)
    for line in told(capture):
        print(line)
    print("=== the server's journal (first lines)")
    print("\n".join(capture.journal.splitlines()[:12]))
    print("=== on the disk")
    for line in oracle.on_the_disk(capture):
        print(f"  {line}")
    found = oracle.findings(capture)
    print(f"=== {len(capture.words)} words, {len(capture.private_ids)} private records, {len(found)} findings")
    for line in found:
        print(f"  {line}")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(main(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory() as made:
        sys.exit(main(Path(made)))
