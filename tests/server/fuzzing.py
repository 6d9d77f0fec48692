"""Right requests with one thing wrong, at every level, by everybody: no failure, and nothing to the wrong one.

A small network whose texts are words of their own (``zqdyn7z``: of Dynamique Emploi). A right request of each route is
changed somewhere: a value of its JSON, its text, its bytes, its headers, its address, its token; others are made up
from what the server's own OpenAPI says. What is promised of every answer is in ``Network.judge``; what is promised of
the database afterwards in ``Network.aftermath``.

``python -m tests.server.fuzzing [EXAMPLES] [SEED] [sqlite|postgresql]`` prints what was asked and answered; the first
answer that breaks a promise is printed with the seed of its example.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import hashlib
import json
import random
import re
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from app.clock import FrozenClock
from app.models.choices import Role
from app.models.wire import WireField, fields_of, models_by_kind, moment_text
from app.sync.protocol import (
    HEADER_BATCH,
    HEADER_ROLLING,
    HEADER_SHA256,
    PATH,
    REACTIONS,
    SCHEMA,
    Code,
    Problem,
    restored_proof,
    sha256_of,
)
from server import accounts, devices
from server.application import create
from server.checks import check
from server.service import Service
from server.store.engine import ask
from tests.conftest import NOW
from tests.server import house, postgresql
from tests.server.house import Device

COEUR = "coeur_essonne"
WORD = re.compile(r"zq[a-z]{3}\d*z")
PHOTO = b"zqdynz" + bytes(2_000)
SHA = hashlib.sha256(PHOTO).hexdigest()
UNKNOWN_SHA = "a" * 64


@dataclass
class Asked:
    """One request, before and after it is changed. ``who`` is the key of its token in ``Network.tokens``."""

    method: str
    path: str
    who: str = "karim"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    sealed: bool = False
    """Whether the body's hash must be announced: made again after the body was changed, most of the time."""


Right = Callable[[Device, random.Random], Asked]


class Broken(AssertionError):
    """A promise was broken by an answer."""


class Network:
    """A server with three organisations, people of every standing, and what each may read."""

    def __init__(self, service: Service, clock: FrozenClock) -> None:
        self.service = replace(service, requests_per_minute=10**9)
        self.clock = clock
        self.app = create(self.service)
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self.devices: dict[str, Device] = {}
        for name, organisation, role in (
            ("nadia", house.DYNAMIQUE, Role.FACILITATOR),
            ("karim", house.MIVE, Role.FACILITATOR),
            ("helene", house.MIVE, Role.COORDINATOR),
            ("rene", house.MIVE, Role.READER),
            ("salome", COEUR, Role.FACILITATOR),
            ("closed", house.MIVE, Role.FACILITATOR),
            ("withdrawn", house.MIVE, Role.FACILITATOR),
            ("leaving", house.MIVE, Role.FACILITATOR),
            ("late", house.MIVE, Role.FACILITATOR),
        ):
            house.add_user(service, name, organisation, role)
            self.devices[name] = Device(self.client, clock, name, clock.new_id()).enrol()
        self.words = {"nadia": "zqdyn", "salome": "zqcoe"}
        self.ids: dict[str, list[str]] = {name: self._write(name) for name in ("nadia", "karim", "salome")}
        self._finish()
        self.tokens = {name: one.access for name, one in self.devices.items()}
        karim = self.devices["karim"]
        self.tokens |= {
            "nobody": "",
            "garbage": "x" * 43,
            "refresh": karim.enrolled["refresh"],
            "rolling": karim.rolling,
            "key": karim.enrolled["device_key"],
            "long": "x" * 500,
            "odd": "é\u2028",
        }
        self.apart = self._state_of("salome")
        self.counted: Counter[tuple[str, int]] = Counter()
        self.examples = 0

    def _write(self, name: str) -> list[str]:
        device = self.devices[name]
        made = list(records(device, f"zq{device.organisation and _prefix(name)}"))
        for start in range(0, len(made), 40):
            device.push(*made[start : start + 40])
        device.pull()
        return [str(one["id"]) for one in made if not models_by_kind()[one["table"]].shared]

    def _finish(self) -> None:
        nadia = self.devices["nadia"]
        photo = nadia.insert("attachment", owner_kind="visit", owner_id="v", sha256=SHA, size=len(PHOTO))
        nadia.push(photo)
        sent = nadia.client.patch(f"{PATH}/files/{SHA}", content=PHOTO, headers={**nadia.headers, "Upload-Offset": "0"})
        assert sent.status_code == 204
        late = self.devices["late"]
        with self.service.database.changing() as connection:
            connection.exec_driver_sql(
                "UPDATE sync_access SET expires_at = '2020-01-01 00:00:00' WHERE device = "
                f"(SELECT number FROM sync_device WHERE id = '{late.enrolled['device']}')"
            )
        accounts.disable(self.service.database, self.clock, "closed")
        devices.revoke(self.service, self.devices["withdrawn"].enrolled["device"])
        devices.revoke(self.service, self.devices["leaving"].enrolled["device"], take_work=True)

    def _state_of(self, name: str) -> list[tuple[Any, ...]]:
        """All that the server holds of an organisation."""
        with self.service.database.reading() as connection:
            return [
                tuple(row)
                for row in ask(
                    connection,
                    "SELECT tbl, id, live, body FROM sync_entry WHERE scope = ? AND tbl <> 'conflict' ORDER BY tbl, id",
                    (self.devices[name].organisation,),
                )
            ]

    def _described(self, draw: random.Random) -> Asked:
        """A request that the OpenAPI allows: its parameters, and a body of its schema."""
        described = self.app.openapi()
        path = draw.choice(sorted(described["paths"]))
        method = draw.choice(sorted(described["paths"][path]))
        about = described["paths"][path][method]
        made = Asked(method.upper(), path.replace("{sha256}", draw.choice((SHA, UNKNOWN_SHA))))
        for one in about.get("parameters", ()):
            value = from_schema(one["schema"], {}, draw)
            if one["in"] == "header" and one["name"].lower() != "authorization" and draw.random() < 0.9:
                made.headers[one["name"]] = str(value)
            elif one["in"] == "query":
                made.query[one["name"]] = str(value)
        if "requestBody" in about:
            schema = next(iter(about["requestBody"]["content"].values()))["schema"]
            made.body = _text(from_schema(schema, described["components"]["schemas"], draw))
            made.headers["Content-Type"] = "application/json"
        made.sealed = path.endswith("/push")
        return made

    # --- asking ---

    def right(self, draw: random.Random) -> Asked:
        """A right request of some route, by Karim; or one made up from the OpenAPI."""
        if draw.random() < 0.15:
            return self._described(draw)
        return self.prepared(draw.choice(RIGHT), draw)

    def prepared(self, make: Right, draw: random.Random) -> Asked:
        """A right request of a route, by whoever may ask it."""
        made = make(self.devices["karim"], draw)
        if made.method == "POST":
            made.headers["Content-Type"] = "application/json"
        return made

    def ask(self, asked: Asked) -> Any:
        """Send; the raw answer."""
        headers = dict(asked.headers)
        token = self.tokens[asked.who]
        if token and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {token}"
        packed = {name.encode(): value.encode("utf-8", "surrogatepass") for name, value in headers.items()}
        return self.client.request(
            asked.method, asked.path, content=asked.body, headers=list(packed.items()), params=asked.query or None
        )

    def example(self, seed: int) -> None:
        """One example: a right request, changed. Raises ``Broken``."""
        draw = random.Random(seed)
        asked = self.right(draw)
        for _ in range(draw.choice((1, 1, 1, 2, 3))):
            asked = draw.choice(_CHANGES)(self, asked, draw)
        if asked.sealed and draw.random() < 0.9:
            asked.headers[HEADER_SHA256] = sha256_of(_opened(asked))
        try:
            answer = self.ask(asked)
        except (UnicodeError, ValueError) as problem:  # what httpx2 itself does not send
            self.counted[f"not sent: {type(problem).__name__}", 0] += 1
            return
        self.examples += 1
        self.counted[f"{asked.method} {_shape(asked.path)}", answer.status_code] += 1
        try:
            self.judge(asked, answer)
        except Broken as problem:
            raise Broken(f"seed {seed}: {asked.method} {asked.path} {asked.query} as {asked.who}: {problem}") from None
        self.follow(asked, answer)
        if self.examples % 200 == 0:  # wrong passwords make everybody wait
            with self.service.database.changing() as connection:
                connection.exec_driver_sql("UPDATE sync_account SET failures = 0, blocked_until = NULL")

    def judge(self, asked: Asked, answer: Any) -> None:
        """What is promised of any answer. Raises ``Broken``."""
        text = answer.content.decode("utf-8", "replace")
        if answer.status_code >= 500:
            raise Broken(f"{answer.status_code} {text[:300]} for {asked.headers} {asked.body[:1500]!r}")
        if answer.status_code >= 400 and asked.method != "HEAD":
            try:
                problem = Problem.model_validate_json(answer.content)
            except ValueError:
                raise Broken(f"an error that is none of the protocol's: {answer.status_code} {text[:300]}") from None
            if REACTIONS[problem.code][0] != answer.status_code and problem.code is not Code.MALFORMED:
                raise Broken(f"{answer.status_code} says {problem.code}")
        named = asked.who if "Authorization" not in asked.headers else "nobody"
        for word in set(WORD.findall(text)):
            if word[2:5] not in (_prefix(named), "all") and not self._was_given(word, named):
                raise Broken(f"received {word}")
        if named not in ("nadia", "karim", "helene", "rene") and answer.status_code < 400:
            open_to_all = ("/health", "/enrol", "/sign-in", "/token", "/openapi.json")
            left = named == "leaving" and asked.path.endswith("/push")
            if not asked.path.partition("?")[0].endswith(open_to_all) and not left:
                raise Broken(f"answered {answer.status_code} to {named}")

    def _was_given(self, word: str, name: str) -> bool:
        """Whether the record that holds a word belongs by now to the organisation of ``name``: its people gave it."""
        if name not in self.devices:
            return False
        own = self.devices[name].organisation
        with self.service.database.reading() as connection:
            bodies = ask(connection, "SELECT body FROM sync_entry WHERE scope = ? AND live = 1", (own,))
        return any(word in body and own in json.loads(body) for (body,) in bodies)

    def follow(self, asked: Asked, answer: Any) -> None:
        """Keep numbers and tokens that an answer brought."""
        if answer.status_code != 200:
            return
        if asked.path == f"{PATH}/push" and asked.who in self.devices:
            device = self.devices[asked.who]
            device.n, device.rolling = answer.json()["n"], answer.json()["rolling"]
        mine = self.devices["karim"].enrolled
        if asked.path.endswith(("/token", "/sign-in")) and mine["device"].encode() in _opened(asked):
            mine["refresh"] = answer.json()["refresh"]

    def aftermath(self) -> None:
        """What is promised of the database after all that. Raises ``Broken``."""
        found = check(self.service)
        if found:
            raise Broken(f"the database is out of order: {found[:5]}")
        if not set(self.apart) <= set(self._state_of("salome")):
            raise Broken("an organisation whose people asked nothing was changed")


def _prefix(name: str) -> str:
    return {"nadia": "dyn", "salome": "coe"}.get(name, "miv")


def _shape(path: str) -> str:
    known = re.sub(r"^/files/.*", "/files/…", path.removeprefix(PATH))
    return known if known in _SHAPES else "elsewhere"


_CALLS = ("enrol", "sign-in", "token", "hello", "known", "push", "pull", "digest", "figures", "files/…")
_SHAPES = {f"/{name}" for name in _CALLS}


# --- right requests -------------------------------------------------------------------------------


def value_of(device: Device, one: WireField, ids: dict[str, str], word: str, rank: int) -> Any:
    """A right value of a field."""
    if one.parent:
        return ids.get(one.parent)
    if one.type == "text":
        return f"{word}{rank}z"
    return {
        "number": rank,
        "truth": False,
        "day": "2026-10-12",
        "moment": moment_text(device.clock.now()),
        "data": {"word": f"{word}{rank}z", "list": [1, None, True]},
    }[one.type]


def records(device: Device, word: str) -> Iterator[dict[str, Any]]:
    """An insert of every table that a facilitator writes, each bound to the ones before it."""
    ids: dict[str, str] = {}
    for rank, (kind, model) in enumerate(models_by_kind().items()):
        if kind in (
            "conflict",
            "network",
            "charter",
            "charter_target",
            "reference_entry",
            "organisation",
            "facilitator",
        ):
            continue
        mine = "zqall" if model.shared else word
        values = {
            one.name: value_of(device, one, ids, mine, rank)
            for one in fields_of(kind)
            if one.name not in ("id", "organisation_id", "created_at", "created_by", "deleted_at")
        }
        if kind == "retention_decision":
            values["decision"] = "kept"  # the other choice erases what this very network is looked at by
        made = device.insert(kind)
        made["fields"] |= values
        if model.shared:
            made["fields"]["organisation_id"] = ""
        ids[kind] = made["id"]
        yield made


def _json(asked: Any) -> bytes:
    return json.dumps(asked).encode()


def _push(karim: Device, draw: random.Random) -> Asked:
    everything = list(records(karim, "zqmiv"))
    some = [one for one in everything if draw.random() < 0.2] or everything[:3]
    mine = [key for key in karim.rows if not models_by_kind()[key[0]].shared and key[0] != "conflict"]
    table, record_id = draw.choice(sorted(mine))
    named = draw.choice([one for one in fields_of(table) if one.name not in ("id", "organisation_id")])
    edit = [value_of(karim, named, {}, "zqmiv", 3), karim.seqs[table, record_id], moment_text(karim.clock.now()), None]
    some.append({"op": "update", "table": table, "id": record_id, "fields": {named.name: edit}})
    body = _json({"schema": SCHEMA, "epoch": karim.epoch, "operations": some})
    headers = {HEADER_BATCH: str(karim.n + 1), HEADER_SHA256: sha256_of(body), HEADER_ROLLING: karim.rolling}
    return Asked("POST", f"{PATH}/push", body=body, headers=headers, sealed=True)


def _pull(karim: Device, draw: random.Random) -> Asked:
    more: dict[str, Any] = {"cursors": karim.cursors} if draw.random() < 0.5 else {}
    if draw.random() < 0.3:
        more = {"tables": ["beneficiary", "visit"], "buckets": {"beneficiary": list(range(256))}, "cursors": {}}
    ask = {"schema": SCHEMA, "epoch": karim.epoch, "limit": draw.choice((1, 7, 1000)), **more}
    return Asked("POST", f"{PATH}/pull", body=_json(ask))


def _digest(karim: Device, draw: random.Random) -> Asked:
    sums = {karim.organisation: {"beneficiary": [1, "0" * 16]}}
    ask = {"schema": SCHEMA, "epoch": karim.epoch, "cursors": karim.cursors, "sums": sums}
    return Asked("POST", f"{PATH}/digest", body=_json(ask))


def _hello(karim: Device, draw: random.Random) -> Asked:
    ask = {"schema": SCHEMA, "clock": moment_text(karim.clock.now()), "epoch": karim.epoch, "last_n": karim.n}
    return Asked("POST", f"{PATH}/hello", body=_json({**ask, "program": "0.1", "unsent": 2}))


def _known(karim: Device, draw: random.Random) -> Asked:
    sent = [[karim.enrolled["device"], rank + 1, sha256_of(one)] for rank, one in enumerate(karim.sent[:3])]
    return Asked("POST", f"{PATH}/known", body=_json({"batches": sent}))


def _enrol(karim: Device, draw: random.Random) -> Asked:
    ask = {"user": "karim", "password": house.PASSWORD, "device_name": "PC", "facilitator": karim.facilitator}
    return Asked("POST", f"{PATH}/enrol", who="nobody", body=_json({**ask, "schema": SCHEMA, "platform": "Linux"}))


def _sign_in(karim: Device, draw: random.Random) -> Asked:
    ask = {"user": "karim", "password": house.PASSWORD, "device": karim.enrolled["device"]}
    return Asked("POST", f"{PATH}/sign-in", who="nobody", body=_json(ask))


def _token(karim: Device, draw: random.Random) -> Asked:
    device, refresh = karim.enrolled["device"], karim.enrolled["refresh"]
    proof = restored_proof(karim.enrolled["device_key"], device, refresh)
    return Asked(
        "POST", f"{PATH}/token", who="nobody", body=_json({"device": device, "refresh": refresh, "proof": proof})
    )


def _figures(karim: Device, draw: random.Random) -> Asked:
    return Asked("GET", f"{PATH}/figures", who="helene", query={"year": "2026"})


def _file(karim: Device, draw: random.Random) -> Asked:
    method = draw.choice(("HEAD", "GET", "PATCH"))
    headers = {"Upload-Offset": "0"} if method == "PATCH" else {"Range": "bytes=5-"} if method == "GET" else {}
    body = PHOTO if method == "PATCH" else b""
    return Asked(method, f"{PATH}/files/{SHA}", who="nadia", body=body, headers=headers)


RIGHT: tuple[Right, ...] = (
    _push,
    _push,
    _push,
    _push,
    _pull,
    _pull,
    _digest,
    _hello,
    _known,
    _enrol,
    _sign_in,
    _token,
    _figures,
    _file,
)


def from_schema(schema: dict[str, Any], known: dict[str, Any], draw: random.Random, depth: int = 0) -> Any:
    """A value that a JSON schema allows, and now and then any other."""
    if draw.random() < 0.03 or depth > 6:
        return draw.choice(_ODD)
    if "$ref" in schema:
        return from_schema(known[schema["$ref"].rpartition("/")[2]], known, draw, depth + 1)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return from_schema(draw.choice(schema[choice]), known, draw, depth + 1)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return draw.choice(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        wanted, inner = schema.get("required", ()), schema.get("additionalProperties")
        named = {
            name: from_schema(one, known, draw, depth + 1)
            for name, one in schema.get("properties", {}).items()
            if name in wanted or draw.random() < 0.7
        }
        if isinstance(inner, dict):
            for name in draw.sample(("network", "company", "beneficiary", "x"), draw.randrange(4)):
                named[name] = from_schema(inner, known, draw, depth + 1)
        return named
    if kind == "array":
        if "prefixItems" in schema:
            return [from_schema(one, known, draw, depth + 1) for one in schema["prefixItems"]]
        return [from_schema(schema.get("items", {}), known, draw, depth + 1) for _ in range(draw.randrange(4))]
    if kind == "integer":
        least, most = int(schema.get("minimum", -(2**66))), int(schema.get("maximum", 2**66))
        return draw.choice((least, most, 1, draw.randint(least, most)))
    if kind == "string":
        return SHA if "pattern" in schema else draw.choice(("", "karim", "2026-11-22T09:00:00Z", "x" * 30, "é\u2028"))
    return draw.random() < 0.5 if kind == "boolean" else draw.choice(_ODD)


# --- what is made wrong ---------------------------------------------------------------------------

Change = Callable[[Network, Asked, random.Random], Asked]

_ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**31, 2**53, 2**62, 2**63, 2**64, -(2**63), -(2**63) - 1, 10**40, 0.5, 1e300, -0.0,
    "", " ", "0", "é", "e\u0301", "\u202e", "\ufeff", "\U0001f469\u200d\U0001f9bd", "\x00", "a\x00b", "\x1f", "\x7f",
    "x" * 101, "x" * 201, "x" * 5_000, "x" * 100_001, "2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "2026-W1",
    "2026-11-22T09:00:00Z", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "2026-11-22T09:00:00+14:00",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-22T24:00:00Z", "2016-12-31T23:59:60Z",
    "2026-11-22T09:00:00", "-1", "1e9", "NaN", "' OR 1=1 --", "%s", "?", "{}", "../../etc/passwd", "network",
    "beneficiary", "conflict", "organisation_id", "deleted_at", "insert", "update", [], {}, [[]], [None],
    {"": None}, [0] * 50,    {"a": {"b": [1, {"c": None}]}},
)  # fmt: skip


def _odd(network: Network, draw: random.Random) -> Any:
    """A value that does not belong: of another type, out of bounds, or the id of somebody else's record."""
    if draw.random() < 0.35:
        name = draw.choice(("nadia", "karim", "salome"))
        device = network.devices[name]
        everything = [
            *draw.sample(network.ids[name], 5),
            device.organisation,
            device.enrolled["device"],
            device.facilitator,
        ]
        return draw.choice([*everything, name, SHA, UNKNOWN_SHA, sha256_of(device.sent[0])])
    return draw.choice(_ODD)


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values of a JSON are, by their keys."""
    yield path
    if isinstance(tree, dict):
        for key, one in tree.items():
            yield from places(one, (*path, key))
    elif isinstance(tree, list):
        for rank, one in enumerate(tree[:30]):
            yield from places(one, (*path, rank))


def holder_of(tree: Any, path: tuple[Any, ...]) -> Any:
    """The list or the object in which the last key of ``path`` stands."""
    for step in path[:-1]:
        tree = tree[step]
    return tree


def _value(network: Network, asked: Asked, draw: random.Random) -> Asked:
    """One value of the JSON, at any level: replaced, removed, renamed, wrapped, doubled."""
    try:
        tree = json.loads(asked.body)
    except (ValueError, RecursionError):
        return asked
    path = draw.choice(list(places(tree)))
    if not path:
        return replace(asked, body=_text(_odd(network, draw)))
    holder, key = holder_of(tree, path), path[-1]
    what = draw.randrange(8)
    if what == 0:
        del holder[key]
    elif what == 1:
        holder[key] = [holder[key]]
    elif what == 2 and isinstance(holder, dict):
        holder[draw.choice(("id", "table", "fields", "organisation_id", "x", "\x00", "é", "updated_at"))] = holder.pop(
            key
        )
    elif what == 3 and isinstance(holder, list):
        holder += holder[: draw.choice((1, 500))]
    else:
        holder[key] = _odd(network, draw)
    return replace(asked, body=_text(tree))


def _text(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")


_LITERALS = (
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1E400", b"0.1e1", b"01", b"9" * 400, b"-0", b'"\\ud800"',
    b'"\\udc00\\ud800"', b'"\\u0000"', b'"\xff\xfe"', b'"\xed\xa0\x80"', b"[" * 3_000, b"[" * 900 + b"]" * 900,
    b'{"a":' * 900 + b"1" + b"}" * 900, b'{"op":"insert","op":"update"}', b'"\\x"', b"'a'", b"undefined", b"", b",",
)  # fmt: skip


def _literal(network: Network, asked: Asked, draw: random.Random) -> Asked:
    """One value of the text replaced by what JSON writers do not write."""
    spots = [found.span() for found in re.finditer(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|null|true|false', asked.body)]
    if not spots:
        return asked
    start, end = draw.choice(spots)
    return replace(asked, body=asked.body[:start] + draw.choice(_LITERALS) + asked.body[end:])


def _doubled(network: Network, asked: Asked, draw: random.Random) -> Asked:
    """A key said twice, the second time otherwise."""
    keys = list(re.finditer(rb'"(\w+)":', asked.body))
    if not keys:
        return asked
    one = draw.choice(keys)
    again = one.group(0) + _text(_odd(network, draw)) + b","
    return replace(asked, body=asked.body[: one.start()] + again + asked.body[one.start() :])


def _bytes(network: Network, asked: Asked, draw: random.Random) -> Asked:
    """The body cut, spoilt, lengthened."""
    body = bytearray(asked.body)
    what = draw.randrange(6)
    if what == 0:
        body = body[: draw.randrange(len(body) + 1)]
    elif what == 1 and body:
        for _ in range(draw.choice((1, 5, 50))):
            body[draw.randrange(len(body))] = draw.randrange(256)
    elif what == 2:
        body = bytearray(draw.choice((b"\xef\xbb\xbf", b"\xff\xfe", b" " * 100_000, b"\x00"))) + body
    elif what == 3:
        body += draw.choice((b"\x00", b"}", b" " * 200_000, b"x" * 1_200_000))
    elif what == 4:
        body = bytearray(asked.body.decode("utf-8", "replace").encode(draw.choice(("utf-16", "utf-32", "utf-7"))))
    else:
        body = bytearray()
    return replace(asked, body=bytes(body))


def _packing(network: Network, asked: Asked, draw: random.Random) -> Asked:
    """gzip: right, a bomb, cut, doubled, announced and absent, or another packing."""
    packed = gzip.compress(asked.body)
    body, named = draw.choice(
        (
            (packed, "gzip"),
            (packed, "GZIP "),
            (gzip.compress(bytes(30_000_000), 9), "gzip"),
            (packed[:-5], "gzip"),
            (packed + packed, "gzip"),
            (packed + b"x", "gzip"),
            (gzip.compress(packed), "gzip"),
            (asked.body, "gzip"),
            (packed, "identity"),
            (packed, "br"),
            (packed, "gzip, gzip"),
            (b"", "gzip"),
            (b"\x1f\x8b\x08\x04" + b"\xff" * 40, "gzip"),
        )
    )
    return replace(asked, body=body, headers={**asked.headers, "Content-Encoding": named})


def _header(network: Network, asked: Asked, draw: random.Random) -> Asked:
    """A header of the protocol wrong, absent, or another that has no business there."""
    own = [HEADER_BATCH, HEADER_SHA256, HEADER_ROLLING, "Upload-Offset", "Range", "Content-Type"]
    odd = [
        "",
        "0",
        "-1",
        "1",
        "2",
        "9" * 30,
        "1.0",
        "0x1",
        "é",
        "a" * 64,
        "A" * 64,
        "x" * 5_000,
        "bytes=0-",
        "bytes=-1",
    ]
    odd += ["bytes=99999999999999999999-", "bytes=0-1,5-9", "text/plain", "application/json; charset=utf-16", "١"]
    odd += [network.devices["nadia"].rolling, str(network.devices["karim"].n), SHA]
    headers = dict(asked.headers)
    what = draw.randrange(4)
    if what == 0 and headers:
        del headers[draw.choice(sorted(headers))]
    elif what == 1:
        unrelated = (
            "X-Forwarded-For",
            "X-HTTP-Method-Override",
            "Accept-Encoding",
            "If-None-Match",
            "Host",
            "Origin",
            "Cookie",
        )
        headers[draw.choice(unrelated)] = draw.choice(odd)
    else:
        headers[draw.choice(own)] = draw.choice(odd)
    return replace(asked, headers=headers)


def _address(network: Network, asked: Asked, draw: random.Random) -> Asked:
    """Another method, another address, other parameters."""
    what = draw.randrange(4)
    if what == 0:
        return replace(asked, method=draw.choice(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")))
    if what == 1:
        odd = ["2026", "-1", "0", "1899", "9999", "2026-03", "2" * 40, "é", "\x00", "", "2026 OR 1=1"]
        return replace(asked, query={**asked.query, draw.choice(("year", "limit", "x")): draw.choice(odd)})
    if what == 2:
        wrong = (
            SHA.upper(),
            UNKNOWN_SHA,
            SHA[:-1],
            SHA + "0",
            "..%2f..%2fnetwork.db",
            "%00",
            SHA + ".part",
            "é" * 32,
            "",
        )
        return replace(asked, path=f"{PATH}/files/{draw.choice(wrong)}")
    ends = ("/", "//", "/..", "%2e%2e", "?", ";x", ".json", "/" + "x" * 3_000)
    return replace(asked, path=asked.path + draw.choice(ends))


def _who(network: Network, asked: Asked, draw: random.Random) -> Asked:
    """Somebody else's token, or what is no token."""
    if draw.random() < 0.15:
        spelled = (
            f"Bearer  {network.tokens['karim']}",
            network.tokens["karim"],
            "Bearer",
            "Basic a2FyaW06eA==",
            "bearer\t",
        )
        return replace(asked, headers={**asked.headers, "Authorization": draw.choice(spelled)}, who="nobody")
    others = sorted(network.tokens.keys() - {"salome"})
    return replace(asked, who=draw.choice(others))


_CHANGES: tuple[Change, ...] = (
    _value, _value, _value, _value, _value, _value, _literal, _literal, _doubled, _bytes, _packing, _header, _address,
    _who, _who,
)  # fmt: skip


def _opened(asked: Asked) -> bytes:
    """The body as the server reads it."""
    if asked.headers.get("Content-Encoding", "").strip().lower() == "gzip":
        with contextlib.suppress(OSError, EOFError, zlib.error):
            return gzip.decompress(asked.body)[:2_000_000]
    return asked.body


# --- a long run -----------------------------------------------------------------------------------


@contextlib.contextmanager
def network_over(kind: str, folder: Path) -> Iterator[Network]:
    """A network of its own on ``sqlite`` or ``postgresql``."""
    clock = FrozenClock(NOW)
    with contextlib.ExitStack() as stack:
        url = f"sqlite:///{folder / 'network.db'}"
        if kind == "postgresql":
            programs = postgresql.programs()
            assert programs is not None, "PostgreSQL is not installed"
            cluster = stack.enter_context(postgresql.running(programs))
            postgresql.create(cluster, "fuzzed")
            url = postgresql.url_of(cluster, "fuzzed")
        (folder / "files").mkdir()
        service = house.made(url, folder / "files", clock)
        stack.callback(service.database.close)
        yield Network(service, clock)


def main(examples: int, seed: int, kind: str) -> int:
    """Run, print the counts; 1 when a promise was broken."""
    began = dt.datetime.now(tz=dt.UTC)
    with tempfile.TemporaryDirectory() as made, network_over(kind, Path(made)) as network:
        try:
            for number in range(examples):
                network.example(seed + number)
            network.aftermath()
        except Broken as problem:
            print(f"BROKEN: {problem}")
            return 1
        finally:
            for (what, status), count in sorted(network.counted.items()):
                print(f"{count:7} × {what} → {status}")
            seconds = (dt.datetime.now(tz=dt.UTC) - began).total_seconds()
            print(f"{network.examples} requests on {kind} from seed {seed}, {seconds:.0f} s")
    print("no failure, no answer to the wrong one, the database in order")
    return 0


if __name__ == "__main__":
    given = sys.argv[1:]
    count, first, where = [*given, *("10000", "1", "sqlite")[len(given) :]]
    sys.exit(main(int(count), int(first), where))
