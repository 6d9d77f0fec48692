"""Who may see what, written by hand from PRODUCT.md K6, SYNC.md §1.5 and §7.9, DOMAIN.md §8: never asked of the code.

Names are visible inside one's own organisation; the network shares buyers, operations, companies and what hangs on
them; coordinators see sums. A person given to another organisation takes their file along, and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.server.capture import GIVEN, PEOPLE, PRYING, SHARED, WORD, Capture, rows_of
from tests.server.recording import Exchange

NETWORK_WIDE = frozenset(
    {
        "buyer",
        "company",
        "facilitator",
        "insertion_structure",
        "network",
        "phrase",
        "reference_entry",
        "charter",
        "charter_target",
        "operation",
        "organisation",
        "timesheet_layout",
        "contact",
        "contract",
        "lot",
        "penalty",
        "hours_sizing",
        "job_offer",
        "commitment",
    }
)
"""The tables that everybody sees whole."""

OF_THE_PERSON = frozenset(
    {
        "beneficiary",
        "clause_period",
        "eligibility_check",
        "employment_contract",
        "follow_up_note",
        "training_record",
        "contact_attempt",
        "situation",
        "introduction",
        "retention_decision",
        "name_alias",
        "hour_line",
        "person_merge",
        "person_move",
        "attestation",
        "attachment",
        "issued_document",
        "pooling_agreement",
        "pooling_lot",
    }
)
"""What goes along with a person who is given to another organisation."""

FORMER, LATTER = "dynamique_emploi", "mive_corbeil_essonnes"
"""Between whom a person is given, in the story."""

HEADERS_SENT = frozenset(
    {
        "host",
        "accept",
        "accept-encoding",
        "connection",
        "user-agent",
        "content-length",
        "content-type",
        "content-encoding",
        "authorization",
        "range",
        "inclusiv-batch",
        "inclusiv-sha256",
        "inclusiv-rolling",
        "upload-offset",
    }
)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def findings(capture: Capture) -> list[str]:
    """Whatever somebody received, sent or left behind that should not be; empty when all is well."""
    found: list[str] = []
    for user, exchanges in capture.heard.items():
        for number, one in enumerate(exchanges):
            found += [f"{user}, {one.method} {one.target}: {what}" for what in _wrong(capture, user, number, one)]
        found += [f"{user}: {what}" for what in _never_received(capture, user, exchanges)]
    for what in sorted({*capture.secrets, *PEOPLE}) + sorted(set(WORD.findall(capture.journal))):
        if what in capture.journal:
            found.append(f"the server's journal holds {what}")
    found += [f"a temporary file was left: {path}" for path in capture.left_behind]
    found += [f"in clear on a laptop: {path}" for path in _in_clear(capture)]
    return found


def may_see(capture: Capture, user: str, number: int, owner: str, table: str, file: int) -> bool:
    """Whether ``user`` may receive, as message ``number``, what was written in a record."""
    own = PEOPLE[user.partition(",")[0]][0]
    if owner in (SHARED, own):
        left = number >= capture.moved_at.get(user, 0) and file == GIVEN and owner == FORMER and table in OF_THE_PERSON
        # What had been asked before the person left may still be told; afterwards the former notebook has them no more.
        return not left or own != FORMER
    came = user == PRYING or number >= capture.moved_at[user]
    return came and own == LATTER and owner == FORMER and file == GIVEN and table in OF_THE_PERSON


def _wrong(capture: Capture, user: str, number: int, one: Exchange) -> Iterator[str]:
    own, role = PEOPLE[user.partition(",")[0]]
    received, sent = one.everything_received(), one.everything_sent()
    for word in set(WORD.findall(received)):
        told = capture.words[word]
        if not may_see(capture, user, number, told.owner, told.table, told.file):
            yield f"received {word}, {told.table}.{told.name} of {told.owner}"
    gone = _gone(one)
    for record_id in set(_ID.findall(received)) - gone:
        owner, table, file = capture.private_ids.get(record_id, (SHARED, "", 0))
        if not may_see(capture, user, number, owner, table, file):
            yield f"received the id of a {table} of {owner}"
    for record_id in gone:  # what left is told by its id, to those who had it
        owner, table, _ = capture.private_ids.get(record_id, (own, "", 0))
        if owner != own:
            yield f"was told that a {table} of {owner} left"
    for scope, kind, values in rows_of([one]):
        yield from _wrong_row(capture, own, scope, kind, values)
    if one.call == "hello" and one.status == 200 and one.received["structures"] and role != "coordinator":
        yield "received what is for coordinators"
    if one.call == "figures" and one.status == 200 and role != "coordinator":
        yield "received the network's figures"
    if one.call == "figures" and one.status == 200:
        for line in (*one.received["organisations"], one.received["network"]):
            small = [line[name] for name in ("people", "women") if line[name] in (1, 2, 3, 4)]
            if small:
                yield f"figures count {small} persons"
    if user == PRYING:
        return
    for word in set(WORD.findall(sent)):
        told = capture.words[word]
        if told.owner not in (SHARED, own) and not may_see(capture, user, number, told.owner, told.table, told.file):
            yield f"sent {word}, {told.table}.{told.name} of {told.owner}"
    head = f"{one.target} {json.dumps(dict(one.asked_headers))} {json.dumps(dict(one.headers))}"
    for word in WORD.findall(head):
        yield f"has {word} in its address or its headers"
    for unknown in one.asked_headers.keys() - HEADERS_SENT:
        yield f"sent an unexpected header: {unknown}"
    if any(secret in one.target for secret in capture.secrets):
        yield "has a secret in its address"


def _wrong_row(capture: Capture, own: str, scope: str, kind: str, values: dict[str, Any]) -> Iterator[str]:
    owner = capture.organisations.get(values["organisation_id"], values["organisation_id"])
    about = values["kind"] if kind == "conflict" else kind
    if about in NETWORK_WIDE:
        if scope != "network":
            yield f"received a shared {kind} under {scope}"
        if kind == "conflict" and owner:
            yield "received a shared conflict that has an owner"
    elif owner != own or capture.organisations.get(scope) != own:
        yield f"received a {kind} of {owner} under {scope}"


def _gone(one: Exchange) -> set[str]:
    if one.call != "pull" or one.status != 200:
        return set()
    pages = one.received["scopes"].values()
    return {record_id for page in pages for them in page["gone"].values() for record_id, _ in them}


def _never_received(capture: Capture, user: str, exchanges: list[Exchange]) -> Iterator[str]:
    """What the device had to receive: a capture that heard nothing would prove nothing."""
    own = PEOPLE[user.partition(",")[0]][0]
    heard = {word for one in exchanges for word in WORD.findall(one.everything_received())}
    for word, told in capture.words.items():
        if user != PRYING and told.owner in (SHARED, own) and told.name != "bytes" and word not in heard:
            yield f"never received {word}, {told.table}.{told.name}"
    kinds = {kind for _, kind, _ in rows_of(exchanges)}
    for missing in sorted({*NETWORK_WIDE, *OF_THE_PERSON, "conflict", "visit", "monthly_statement"} - kinds):
        if user != PRYING:
            yield f"never received a {missing}"


def _in_clear(capture: Capture) -> Iterator[str]:
    for user in PEOPLE:
        for path in sorted((capture.folder / user).rglob("*")):
            if path.is_file() and WORD.search(path.read_bytes().decode("latin-1")):
                yield str(path)


def on_the_disk(capture: Capture) -> Iterator[str]:
    """What lies in clear in the server's folder, file by file: who administers the machine can read it."""
    folder: Path = capture.folder / "server"
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = path.read_bytes().decode("latin-1")
            words = set(WORD.findall(text))
            secrets = sum(secret in text for secret in capture.secrets)
            size = path.stat().st_size
            yield f"{path.relative_to(folder)}: {size} bytes, {len(words)} words in clear, {secrets} secrets"
