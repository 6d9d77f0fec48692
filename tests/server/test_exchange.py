"""Push and pull: what one device sends, the others that may see it receive; sent twice, it counts once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Connection

from app.clock import FrozenClock, natural_id
from app.models.wire import canonical, names_of
from app.rules.statements import statement_id
from app.sync.protocol import (
    HEADER_BATCH,
    HEADER_ROLLING,
    HEADER_SHA256,
    PATH,
    SCHEMA,
    Code,
    Cursor,
    HeldCode,
    PullAnswer,
    PullAsk,
    Status,
    add_hashes,
    bucket_of,
    hash_text,
    row_hash,
    seal,
    sha256_of,
)
from server import devices, pulling
from server.checks import check
from server.push import receiving
from server.refusals import Refusal
from server.service import Service
from server.store.engine import FEW
from tests.server import house
from tests.server.conftest import Enrol
from tests.server.house import Device


@pytest.fixture
def nadia(enrol: Enrol) -> Device:
    return enrol("nadia")


def company(device: Device, **fields: Any) -> dict[str, Any]:
    return device.insert("company", **{"name": "Bâti-Sud", "siret": "", **fields})


def test_what_one_sends_the_others_receive(enrol: Enrol, nadia: Device) -> None:
    karim = enrol("karim", house.MIVE)
    made = company(nadia, town="Évry")
    receipt = nadia.push(made, packed=True)
    assert [one.status for one in receipt.results] == [Status.OK]
    karim.pull()
    assert karim.value("company", made["id"], "name") == "Bâti-Sud"
    assert karim.value("company", made["id"], "town") == "Évry"
    assert karim.value("company", made["id"], "phone") == ""  # the default of a field not given


def test_people_stay_in_their_organisation(enrol: Enrol, nadia: Device) -> None:
    karim, amina = enrol("karim", house.MIVE), enrol("amina")
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    karim.pull()
    amina.pull()
    assert ("beneficiary", person["id"]) not in karim.rows
    assert amina.value("beneficiary", person["id"], "last_name") == "MARTIN"


def test_a_batch_sent_again_gives_the_same_receipt(nadia: Device) -> None:
    body = seal(SCHEMA, nadia.epoch, [company(nadia)])
    first = nadia.post(body, 1, nadia.rolling).json()
    again = nadia.post(body, 1, nadia.rolling).json()
    assert {**again, "rolling": ""} == {**first, "rolling": ""}
    assert nadia.call("known", {"batches": [[nadia.enrolled["device"], 1, sha256_of(body)]]}).json() == {
        "receipts": [{**first, "rolling": ""}]
    }
    nadia.pull()
    assert [table for table, _ in nadia.rows].count("company") == 1
    # The token of the answer that came last is the one to go on with.
    assert nadia.post(seal(SCHEMA, nadia.epoch, [company(nadia)]), 2, again["rolling"]).status_code == 200


def test_a_question_about_somebody_stays_in_their_organisation(enrol: Enrol, nadia: Device) -> None:
    karim, amina = enrol("karim", house.MIVE), enrol("amina")
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    nadia.pull()
    amina.pull()
    nadia.push(nadia.update("beneficiary", person["id"], phone="01"))
    amina.push(amina.update("beneficiary", person["id"], phone="02"))
    for device in (karim, amina):
        device.pull()
    assert [one["field"] for one in amina.conflicts()] == ["phone"]
    assert karim.conflicts() == []


def test_a_batch_whose_receipt_cannot_be_kept_is_not_merged(nadia: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Refusal(Code.FULL)

    body = seal(SCHEMA, nadia.epoch, [company(nadia)])
    with monkeypatch.context() as patched:
        patched.setattr(receiving, "_keep", full)
        assert nadia.post(body, 1, nadia.rolling).json()["code"] == "full"
    nadia.pull()
    assert not any(table == "company" for table, _ in nadia.rows)
    assert nadia.post(body, 1, nadia.rolling).status_code == 200


def test_a_page_is_one_snapshot(enrol: Enrol, nadia: Device, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A company and its statement arrive between the readings of two scopes: both come with the next page."""
    amina = enrol("amina")
    amina.pull()
    firm = company(nadia)
    month = nadia.insert("monthly_statement", company_id=firm["id"], month="2026-10")
    read = pulling._read

    def slow(connection: Connection, scope: str, *rest: Any) -> Any:
        if scope == nadia.organisation and not nadia.sent:
            nadia.push(firm, month)
        return read(connection, scope, *rest)

    monkeypatch.setattr(pulling, "_read", slow)
    session = devices.authorise(service, amina.access)
    ask = PullAsk(schema_=SCHEMA, epoch=amina.epoch, cursors={one: Cursor(*it) for one, it in amina.cursors.items()})
    page = PullAnswer.model_validate_json(pulling.pull(service, session, ask))
    assert nadia.sent
    assert not any(part.rows for part in page.scopes.values())
    amina.pull()
    assert amina.value("monthly_statement", month["id"], "company_id") == firm["id"]


def test_bytes_that_changed_on_the_way_are_refused(nadia: Device) -> None:
    body = seal(SCHEMA, nadia.epoch, [company(nadia)])
    changed = body.replace(b"Sud", b"Est")
    headers = {HEADER_BATCH: "1", HEADER_SHA256: sha256_of(body), HEADER_ROLLING: nadia.rolling}
    answer = nadia.client.post(f"{PATH}/push", content=changed, headers={**nadia.headers, **headers})
    assert answer.json()["code"] == "wrong_hash"
    assert nadia.post(body, 1, nadia.rolling).status_code == 200


def test_pages_come_in_any_size_and_leave_nothing_out(enrol: Enrol, nadia: Device) -> None:
    karim = enrol("karim", house.MIVE)
    karim.pull()
    before = len(karim.rows)
    sent = [company(nadia, name=f"Entreprise {rank}") for rank in range(25)]
    nadia.push(*sent[:20])
    nadia.push(*sent[20:])
    pages = karim.pull(limit=7)
    assert len(pages) == 4
    assert len(karim.rows) == before + 25
    assert pages[0].remaining > 0
    assert all(not part.rows for page in karim.pull() for part in page.scopes.values())


def test_a_page_that_ends_with_a_scope_leaves_the_next_one_whole(nadia: Device) -> None:
    nadia.pull()
    shared = len(nadia.rows)
    nadia.push(nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie"))
    nadia.cursors.clear()
    nadia.rows.clear()
    pages = nadia.pull(limit=shared)
    assert sum(len(rows) for rows in pages[0].scopes["network"].rows.values()) == shared
    assert pages[0].more
    assert len(nadia.rows) == shared + 1


def test_the_answer_says_which_of_my_batches_it_contains(nadia: Device) -> None:
    nadia.push(company(nadia))
    assert nadia.pull()[-1].last_n == 1


def test_different_fields_ask_nothing(enrol: Enrol, nadia: Device, clock: FrozenClock) -> None:
    amina = enrol("amina")
    made = company(nadia)
    nadia.push(made)
    nadia.pull()
    amina.pull()
    nadia.push(nadia.update("company", made["id"], town="Évry"))
    receipt = amina.push(amina.update("company", made["id"], phone="01"))
    assert receipt.results[0].status is Status.MERGED
    amina.pull()
    assert (amina.value("company", made["id"], "town"), amina.value("company", made["id"], "phone")) == ("Évry", "01")
    assert amina.conflicts() == []


@pytest.mark.parametrize("later_first", [False, True])
def test_the_same_field_keeps_both_and_shows_the_later(
    enrol: Enrol, nadia: Device, clock: FrozenClock, later_first: bool
) -> None:
    amina = enrol("amina")
    made = company(nadia)
    nadia.push(made)
    nadia.pull()
    amina.pull()
    early = nadia.update("company", made["id"], town="Évry")
    clock.move(dt.timedelta(minutes=5))
    late = amina.update("company", made["id"], town="Massy")
    clock.move(dt.timedelta(minutes=5))
    order = [(amina, late), (nadia, early)] if later_first else [(nadia, early), (amina, late)]
    statuses = [device.push(operation).results[0].status for device, operation in order]
    assert statuses == [Status.OK, Status.CONFLICT]
    for device in (nadia, amina):
        device.pull()
        assert device.value("company", made["id"], "town") == "Massy"
        (conflict,) = device.conflicts()
        assert (conflict["kind"], conflict["record_id"], conflict["field"]) == ("company", made["id"], "town")
        assert (conflict["shown"], conflict["other"]) == ('"Massy"', '"Évry"')
        assert (conflict["shown_by"], conflict["other_by"]) == (amina.facilitator, nadia.facilitator)


def test_the_same_record_made_twice_is_one(enrol: Enrol, nadia: Device) -> None:
    karim = enrol("karim", house.MIVE)
    identifier = natural_id("company", "99900000000017")
    nadia.push(nadia.insert("company", identifier, name="Bâti-Sud", siret="99900000000017", town="Évry"))
    receipt = karim.push(karim.insert("company", identifier, name="Bâti-Sud", siret="99900000000017", town="Massy"))
    assert receipt.results[0].status is Status.CONFLICT
    karim.pull()
    assert len(karim.conflicts()) == 1  # the town only: who made it, and when, asks nothing
    assert karim.value("company", identifier, "organisation_id") == nadia.organisation


def test_a_conflict_is_only_ever_decided(enrol: Enrol, nadia: Device) -> None:
    amina = enrol("amina")
    made = company(nadia)
    nadia.push(made)
    nadia.pull()
    amina.pull()
    nadia.push(nadia.update("company", made["id"], town="Évry"))
    amina.push(amina.update("company", made["id"], town="Massy"))
    nadia.pull()
    (card,) = nadia.conflicts()
    forged = nadia.insert("conflict", kind="company", record_id=made["id"], field="phone", shown='"01"', other='"02"')
    receipt = nadia.push(
        nadia.update("conflict", card["id"], other='"Autre ville"'),
        nadia.update("conflict", card["id"], decision="other", kind="buyer"),
        forged,
    )
    assert [one.code for one in receipt.results] == [HeldCode.READ_ONLY] * 3
    nadia.pull()
    assert nadia.conflicts() == [card]
    assert nadia.push(nadia.update("conflict", card["id"], decision="shown")).results[0].status is Status.OK


def test_one_bad_record_stops_nothing(nadia: Device) -> None:
    good, orphan = company(nadia), nadia.insert("lot", contract_id="nowhere", name="Lot 1")
    wrong = company(nadia, name=3)
    unknown = nadia.insert("planet", name="Mars")
    receipt = nadia.push(wrong, orphan, good, unknown, {"op": "explode"})
    assert [(one.status, one.code) for one in receipt.results] == [
        (Status.HELD, HeldCode.INVALID),
        (Status.HELD, HeldCode.PARENT),
        (Status.OK, None),
        (Status.HELD, HeldCode.MALFORMED),
        (Status.HELD, HeldCode.MALFORMED),
    ]
    assert receipt.results[0].field == "name"
    nadia.pull()
    assert ("company", good["id"]) in nadia.rows


def test_nobody_takes_the_statement_of_another_organisation_beforehand(nadia: Device, enrol: Enrol) -> None:
    """Its id can be worked out: the organisation, the company and the month are known to all."""
    karim, firm = enrol("karim", house.MIVE), company(nadia)
    nadia.push(firm)
    month = {"company_id": firm["id"], "month": "2026-10"}
    hers, his = (statement_id(one.organisation, firm["id"], "2026-10") for one in (nadia, karim))
    taken = karim.insert("monthly_statement", hers, **month)
    disguised = karim.insert("monthly_statement", hers, **{**month, "month": "2026-09"})
    own = karim.insert("monthly_statement", his, **month)
    answers = karim.push(taken, disguised, own).results
    assert [(one.status, one.code) for one in answers] == [
        (Status.HELD, HeldCode.FORBIDDEN),
        (Status.HELD, HeldCode.FORBIDDEN),
        (Status.OK, None),
    ]
    assert nadia.push(nadia.insert("monthly_statement", hers, **month)).results[0].status is Status.OK


def test_what_waited_for_its_parent_is_released(nadia: Device, enrol: Enrol) -> None:
    amina = enrol("amina")
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    note = amina.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-20", text="Vue ce jour")
    assert amina.push(note).results[0].code is HeldCode.PARENT
    assert amina.push(amina.update("follow_up_note", note["id"], text="Vue hier")).results[0].status is Status.HELD
    nadia.push(person)
    amina.pull()
    assert amina.value("follow_up_note", note["id"], "text") == "Vue hier"


def test_a_child_may_come_before_its_parent_in_a_batch(nadia: Device) -> None:
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    note = nadia.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-20")
    assert [one.status for one in nadia.push(note, person).results] == [Status.OK, Status.OK]


def test_a_written_child_keeps_its_parent(enrol: Enrol, nadia: Device, clock: FrozenClock) -> None:
    amina = enrol("amina")
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    nadia.pull()
    amina.pull()
    note = amina.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-20")
    removal = nadia.delete("beneficiary", person["id"])
    nadia.push(removal)
    amina.push(note)
    amina.pull()
    assert amina.value("beneficiary", person["id"], "deleted_at") is None
    assert [one["field"] for one in amina.conflicts()] == ["deleted_at"]


def test_a_deletion_blind_to_a_new_child_is_refused(enrol: Enrol, nadia: Device) -> None:
    amina = enrol("amina")
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    nadia.push(person)
    nadia.pull()
    amina.pull()
    amina.push(amina.insert("follow_up_note", beneficiary_id=person["id"], noted_on="2026-11-20"))
    assert nadia.push(nadia.delete("beneficiary", person["id"])).results[0].status is Status.CONFLICT
    nadia.pull()
    assert nadia.value("beneficiary", person["id"], "deleted_at") is None
    assert len(nadia.conflicts()) == 1


def test_digests_agree_after_a_pull_and_tell_what_differs(nadia: Device) -> None:
    nadia.push(company(nadia), nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie"))
    nadia.pull()

    def sums() -> dict[str, dict[str, list[object]]]:
        found: dict[str, dict[str, list[object]]] = {}
        for (table, record_id), values in nadia.rows.items():
            scope = nadia.organisation if table == "beneficiary" else "network"
            number = row_hash(
                table, nadia.seqs[table, record_id], canonical([values[name] for name in names_of(table)])
            )
            count, total = found.setdefault(scope, {}).get(table, [0, hash_text(0)])
            found[scope][table] = [int(str(count)) + 1, hash_text(add_hashes(int(str(total), 16), number))]
        return found

    def ask() -> dict[str, object]:
        body = {"schema": SCHEMA, "epoch": nadia.epoch, "cursors": nadia.cursors, "sums": sums()}
        answer: dict[str, object] = nadia.call("digest", body).json()
        return answer

    told = ask()
    assert not told["moved"]
    assert all(one["equal"] for tables in told["scopes"].values() for one in tables.values())  # type: ignore[attr-defined]
    (key,) = [key for key in nadia.rows if key[0] == "company"]
    nadia.rows[key]["town"] = "elsewhere"
    company_answer = ask()["scopes"]["network"]["company"]  # type: ignore[index]
    assert not company_answer["equal"]
    counts = [count for count, _ in company_answer["buckets"]]
    assert counts[bucket_of(key[1])] == 1
    assert sum(counts) == 1
    nadia.push(company(nadia))
    assert ask()["moved"]


def test_a_large_batch_is_written_like_small_ones(enrol: Enrol, nadia: Device, service: Service) -> None:
    """PostgreSQL takes many rows by another road: made, then written over, each is what was sent."""
    amina = enrol("amina")
    # A tabulation, a line end, a backslash, what a copy takes for « nothing », a date, a truth, lists.
    name = "A\tB\nC\\D \\N « é » \u2028"
    people = [
        nadia.insert(
            "beneficiary",
            last_name=f"{name} {rank}",
            first_name="\\N",
            birth_date=None if rank % 2 else "1990-01-15",
        )
        for rank in range(FEW + 20)
    ]
    assert {one.status for one in nadia.push(*people).results} == {Status.OK}
    nadia.pull()
    changed = people[: FEW + 10]
    nadia.push(*(nadia.update("beneficiary", one["id"], town="Évry", birth_date="1991-02-16") for one in changed))
    amina.pull()
    for rank, one in enumerate(people):
        found = amina.rows["beneficiary", one["id"]]
        written = rank < len(changed)
        birth = "1991-02-16" if written else one["fields"]["birth_date"]
        assert (found["last_name"], found["first_name"]) == (f"{name} {rank}", "\\N")
        assert (found["town"], found["birth_date"]) == ("Évry" if written else "", birth)
    assert check(service) == []


def test_only_the_buckets_asked_for_come_again(nadia: Device) -> None:
    sent = [company(nadia, name=f"Entreprise {rank}") for rank in range(60)]
    nadia.push(*sent)
    nadia.push(nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie"))
    chosen = {bucket_of(one["id"]) for one in sent[:20]}
    expected = {one["id"] for one in sent if bucket_of(one["id"]) in chosen}
    ask = {"schema": SCHEMA, "epoch": nadia.epoch, "tables": ["company"], "buckets": {"company": sorted(chosen)}}
    found: list[str] = []
    cursors: dict[str, Any] = {}
    while True:
        page = nadia.call("pull", {**ask, "cursors": cursors, "limit": 7}).json()
        cursors = {scope: part["cursor"] for scope, part in page["scopes"].items()}
        came = [row[2][0] for part in page["scopes"].values() for rows in part["rows"].values() for row in rows]
        found += came
        if not page["more"]:
            break
        assert len(came) == 7  # a page is full of what was asked for
    assert len(found) == len(expected)
    assert set(found) == expected
