"""Every way a session may fail: what is told, what is kept, and that the next one mends it (issue 4, 5)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import httpx2
import pytest

from app.errors import ExchangeFailed, InvalidInput, NotAllowed, UnsentWork
from app.models.beneficiaries import Beneficiary
from app.models.choices import Role
from app.models.operations import Buyer
from app.rules.french import sort_key
from app.store.search import find
from app.store.unit import writing
from app.sync import membership
from app.sync import protocol as wire
from app.sync.api import Api, tidy_address
from app.sync.session_tools import POINTS
from app.sync.state import HeldReason, JournalKind, Problem, Progress, Situation, Stage
from server import accounts, devices, held, network
from server.push import receiving
from server.refusals import Refusal
from tests.sync.conftest import Three, company, contact, delete, edit, employed, hours, note, orphan_of, person
from tests.sync.world import PASSWORD, SERVER, SOUTH, Laptop

pytestmark = pytest.mark.expected_logs


# --- addresses and enrolment ---


@pytest.mark.parametrize(
    "address",
    ["http://serveur.exemple.fr", "http://10.0.0.3:8720", "ftp://x", "https://", "https://u:p@x", "http://[::2]"],
)
def test_an_address_that_is_not_safe_is_refused_before_anything_is_sent(three: Three, address: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        three.nadia.service.enrol(address, "nadia", PASSWORD)
    assert caught.value.field == "server"


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("serveur.exemple.fr/", "https://serveur.exemple.fr"),
        (" https://serveur.exemple.fr:8443 ", "https://serveur.exemple.fr:8443"),
        ("http://127.0.0.1:8720", "http://127.0.0.1:8720"),
        ("http://localhost:8720/", "http://localhost:8720"),
    ],
)
def test_an_address_is_tidied(typed: str, wanted: str) -> None:
    assert tidy_address(typed) == wanted


def test_a_wrong_password_is_told_under_the_field(three: Three) -> None:
    laptop = three.world.laptop("karim", enrol=False)
    with pytest.raises(InvalidInput) as caught:
        laptop.service.enrol(SERVER, "karim", "un autre mot de passe")
    assert caught.value.field == "password"
    assert laptop.service.state().situation is Situation.ALONE


def test_an_account_of_another_organisation_does_not_take_a_notebook_over(three: Three) -> None:
    with pytest.raises(NotAllowed):
        three.nadia.service.enrol(SERVER, "lea", PASSWORD)
    assert three.nadia.service.state().user == "nadia"


def test_a_notebook_in_a_colleague_s_name_does_not_join_under_an_account_of_its_own(three: Three) -> None:
    laptop = three.world.laptop("sonia", enrol=False)
    three.world.user("sonia")
    laptop.notebook.set_control("actor", three.nadia.notebook.get_control("actor"))
    with pytest.raises(NotAllowed) as told:
        laptop.service.enrol(SERVER, "sonia", PASSWORD)
    assert "autre personne" in told.value.happened
    assert laptop.service.state().situation is Situation.ALONE


def test_a_notebook_without_server_says_so(three: Three) -> None:
    laptop = three.world.laptop("karim", enrol=False)
    assert laptop.sync().problem is Problem.NOT_ENROLLED


def test_a_demonstration_is_never_synchronised(three: Three) -> None:
    laptop = three.world.laptop("karim", enrol=False)
    object.__setattr__(laptop.service._around, "is_demonstration", lambda: True)
    with pytest.raises(NotAllowed):
        laptop.service.enrol(SERVER, "karim", PASSWORD)
    assert laptop.sync().problem is Problem.DEMONSTRATION
    assert laptop.wire.seen == []


# --- the network ---


def _gone(problem: Exception) -> httpx2.BaseTransport:
    def answer(_request: httpx2.Request) -> httpx2.Response:
        raise problem

    return httpx2.MockTransport(answer)


def test_no_network_is_normal_and_keeps_everything(three: Three) -> None:
    someone = person(three.nadia)
    api = Api(SERVER, _gone(_caused(httpx2.ConnectError("x"), OSError(101, "Network is unreachable"))))
    object.__setattr__(three.nadia.service._around, "transport", api._client._transport)
    report = three.nadia.sync()
    assert report.problem is Problem.OFFLINE
    assert report.state.situation is Situation.OFFLINE
    assert report.state.unsent == 1
    object.__setattr__(three.nadia.service._around, "transport", three.nadia.wire)
    assert three.nadia.sync().complete
    three.karim.sync()
    assert three.karim.has("beneficiary", someone)
    api.close()


def _caused(problem: Exception, cause: Exception) -> Exception:
    problem.__cause__ = cause
    return problem


@pytest.mark.parametrize(
    ("fault", "problem"), [("portal", Problem.PORTAL), ("busy", Problem.UNREACHABLE), ("lost", Problem.UNREACHABLE)]
)
def test_whoever_answers_instead_of_the_server_is_recognised(three: Three, fault: str, problem: Problem) -> None:
    edited = person(three.nadia)
    assert three.nadia.sync(*[fault] * 20).problem is problem
    assert three.nadia.service.state().unsent == 1
    assert [line.problem for line in three.nadia.service.journal(1)] == [problem]
    assert three.nadia.sync().complete
    three.karim.sync()
    assert three.karim.has("beneficiary", edited)


def test_a_portal_at_the_enrolment_is_told(three: Three) -> None:
    laptop = three.world.laptop("karim", enrol=False)
    laptop.faults.plan = ["portal"]
    with pytest.raises(ExchangeFailed) as caught:
        laptop.service.enrol(SERVER, "karim", PASSWORD)
    assert caught.value.problem == Problem.PORTAL.value


@pytest.mark.parametrize("fault", ["lost", "unanswered", "doubled", "truncated", "busy"])
@pytest.mark.parametrize("place", range(6))
def test_each_message_may_fail_each_way_and_the_session_goes_on(three: Three, fault: str, place: int) -> None:
    someone = person(three.nadia)
    edit(three.nadia, someone, phone="06")
    report = three.nadia.sync(*[""] * place, fault)
    assert report.problem in (Problem.NONE, Problem.PORTAL), "a cut answer may look like somebody else's"
    assert three.nadia.sync().complete
    three.karim.sync()
    assert three.karim.value("beneficiary", someone, "phone") == "06"


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_point_nothing_is_lost_nor_counted_twice(three: Three, point: str) -> None:
    first = person(three.nadia)
    three.all_sync()
    edit(three.karim, first, town="Évry")
    three.karim.sync()
    edit(three.nadia, first, phone="06")
    second = person(three.nadia, "DEUX")
    line = note(three.nadia, first, "avant la coupure")
    three.nadia.cut_sync(point)
    edit(three.nadia, first, phone="07")
    three.all_sync(3)
    for one in (three.nadia, three.karim):
        assert one.value("beneficiary", first, "phone") == "07"
        assert one.value("beneficiary", first, "town") == "Évry"
        assert one.has("beneficiary", second)
        assert one.value("follow_up_note", line, "text") == "avant la coupure"
        assert one.service.verify().equal
    assert not three.karim.service.to_review(), "one's own change is no other's"


@pytest.mark.parametrize("point", [one for one in POINTS if one != "being applied"])
def test_typed_at_each_point_it_is_kept_and_sent(three: Three, point: str) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.karim, someone, phone="de Karim")
    three.karim.sync()

    def hook(name: str) -> None:
        if name == point:
            three.nadia.hook = lambda _: None
            edit(three.nadia, someone, town="tapé pendant l’échange")

    edit(three.nadia, someone, email="a@exemple.fr")
    three.nadia.hook = hook
    assert three.nadia.sync().complete
    three.nadia.hook = lambda _: None
    three.all_sync()
    for one in (three.nadia, three.karim):
        assert one.value("beneficiary", someone, "phone") == "de Karim"
    if not three.nadia.value("beneficiary", someone, "town"):
        assert point in ("batches known", "file to exchange"), "only points that this session does not reach"


# --- rights, identity, time ---


def test_an_expired_sign_in_asks_for_the_password_and_loses_nothing(three: Three) -> None:
    someone = person(three.nadia)
    three.nadia.password = None
    three.nadia.service._tokens.forget(three.nadia.notebook, membership.read(three.nadia.notebook).device)
    three.nadia.service._access = ("", "")
    assert three.nadia.sync().problem is Problem.SIGN_IN
    assert three.nadia.service.state().situation is Situation.ATTENTION
    three.nadia.service.sign_in(PASSWORD)
    assert three.nadia.sync().complete
    three.karim.sync()
    assert three.karim.has("beneficiary", someone)


def test_a_wrong_clock_is_told_and_does_not_win(three: Three) -> None:
    someone = person(three.karim)
    three.all_sync()
    three.nadia.clock.offset = dt.timedelta(hours=3)
    edit(three.nadia, someone, phone="horloge en avance")
    three.nadia.sync()
    assert 10_000 < three.nadia.service.state().clock_offset < 11_000
    edit(three.karim, someone, phone="typed later")
    three.karim.sync()
    assert three.karim.value("beneficiary", someone, "phone") == "typed later"
    card = three.karim.service.to_review()[0]
    assert {card.mine.value, card.theirs.value} == {"typed later", "horloge en avance"}


def test_a_program_too_old_still_sends(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    someone = person(three.nadia)
    hello = devices.hello

    def newer(*given: object) -> wire.HelloAnswer:
        return hello(*given).model_copy(update={"schema_": 9, "oldest_schema": 9})  # type: ignore[arg-type]

    monkeypatch.setattr(devices, "hello", newer)
    assert three.nadia.sync().problem is Problem.TOO_OLD
    monkeypatch.undo()
    three.karim.sync()
    assert three.karim.has("beneficiary", someone)


def test_a_server_too_old_is_told(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    hello = devices.hello
    monkeypatch.setattr(
        devices, "hello", lambda *given: hello(*given).model_copy(update={"schema_": 0, "oldest_schema": 0})
    )
    assert three.nadia.sync().problem is Problem.TOO_NEW


@pytest.mark.parametrize("take_work", [False, True])
def test_a_withdrawn_notebook_erases_its_key_after_offering_its_work(three: Three, take_work: bool) -> None:
    someone = person(three.nadia, "DERNIER TRAVAIL")
    device = next(one["device"] for one in devices.all_devices(three.world.service) if one["account"] == "nadia")
    devices.revoke(three.world.service, device, take_work=take_work)
    three.nadia.password = None
    assert three.nadia.sync().problem is Problem.REVOKED
    assert three.nadia.erased
    assert ("DERNIER TRAVAIL" in three.world.texts()) is take_work
    three.karim.sync()
    assert not three.karim.has("beneficiary", someone)


@pytest.mark.parametrize("call", ["hello", "refresh", "authorise"])
def test_an_order_to_erase_that_is_not_signed_is_ignored(
    three: Three, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    order = wire.Wipe(signature="0" * 64, send_work_first=False)

    def forged(*_: object, **__: object) -> None:
        raise Refusal(wire.Code.REVOKED, wipe=order)

    monkeypatch.setattr(devices, call, forged)
    three.nadia.service._access = ("", "")
    assert three.nadia.sync().problem is Problem.UNREACHABLE
    assert not three.nadia.erased
    monkeypatch.undo()
    assert three.nadia.sync().complete


@pytest.mark.parametrize("days", [30, 3, 0])
def test_each_contact_renews_the_lease_that_the_network_wants(three: Three, days: int) -> None:
    network.set_lease(three.world.service, days)
    assert three.nadia.sync().complete
    state = three.nadia.service.state()
    if not days:
        assert state.ends_at is None
        return
    first = state.ends_at
    assert first is not None
    assert (
        dt.timedelta(days=days) - dt.timedelta(minutes=5) < first - three.nadia.clock.now() <= dt.timedelta(days=days)
    )
    three.nadia.clock.offset = dt.timedelta(days=2)
    three.nadia.sync("lost", "lost", "lost", "lost", "lost", "lost", "lost", "lost")
    assert three.nadia.service.state().ends_at == first, "no contact, no renewal"
    three.nadia.service.check_in()
    again = three.nadia.service.state().ends_at
    assert again is not None
    assert again - first > dt.timedelta(days=1, hours=23)


def test_an_account_that_was_closed_renews_nothing(three: Three) -> None:
    before = three.nadia.service.state().ends_at
    accounts.disable(three.world.database, three.world.clock, "nadia")
    three.nadia.clock.offset = dt.timedelta(days=2)
    with pytest.raises(NotAllowed):
        three.nadia.service.check_in()
    assert three.nadia.sync().problem is Problem.SIGN_IN
    assert three.nadia.service.state().ends_at == before


def test_rights_taken_away_while_edits_wait_set_them_aside(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="tapé trop tard")
    accounts.set_role(three.world.database, "nadia", Role.READER)
    report = three.nadia.sync()
    assert report.complete
    assert report.held == 1
    card = three.nadia.service.held()[0]
    assert card.reason is HeldReason.READ_ONLY
    assert dict(card.values) == {"phone": "tapé trop tard"}
    assert three.nadia.value("beneficiary", someone, "phone") == "", "the server's value shows again"
    accounts.set_role(three.world.database, "nadia", Role.FACILITATOR)
    three.nadia.sync()
    three.nadia.service.send_again(card.held_id)
    assert three.nadia.sync().held == 0
    three.karim.sync()
    assert three.karim.value("beneficiary", someone, "phone") == "tapé trop tard"


def test_a_change_that_the_administrator_releases_waits_no_more(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="tapé trop tard")
    accounts.set_role(three.world.database, "nadia", Role.READER)
    assert three.nadia.sync().held == 1
    accounts.set_role(three.world.database, "nadia", Role.FACILITATOR)
    assert held.release(three.world.service, held.waiting(three.world.service)) == 1
    assert three.nadia.sync().held == 0
    assert three.nadia.value("beneficiary", someone, "phone") == "tapé trop tard"


def test_a_poisoned_record_is_set_aside_and_the_others_go_through(three: Three) -> None:
    with writing(three.nadia.notebook) as unit:
        bad = unit.insert(Buyer, {"name": "x" * 150_000, "organisation_id": ""})
        good = [unit.insert(Buyer, {"name": f"Ville {rank}", "organisation_id": ""}) for rank in range(20)]
    report = three.nadia.sync()
    assert report.complete
    assert report.held == 1
    assert three.nadia.service.held()[0].record_id == bad
    assert three.nadia.has("buyer", bad), "it stays on the screen of who typed it"
    three.karim.sync()
    assert all(three.karim.has("buyer", one) for one in good)
    three.nadia.service.give_up(three.nadia.service.held()[0].held_id)
    assert three.nadia.service.state().situation is Situation.UP_TO_DATE


def test_a_batch_too_large_is_halved(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [company(three.nadia, f"Entreprise {rank}") for rank in range(40)]
    three.world.limit(wire.Limits(batch_operations=7))
    hello = devices.hello
    monkeypatch.setattr(devices, "hello", lambda *given: hello(*given).model_copy(update={"limits": wire.LIMITS}))
    assert three.nadia.sync().complete
    three.world.limit(wire.LIMITS)
    three.karim.sync()
    assert all(three.karim.has("company", one) for one in made)


def test_a_full_disk_here_is_told_and_leaves_the_notebook_whole(three: Three) -> None:
    for rank in range(30):
        note(three.karim, person(three.karim, f"NOM{rank}"), "x" * 3000)
    three.karim.sync()
    raw = three.nadia.notebook.raw
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.execute(f"PRAGMA max_page_count = {pages}")
    assert three.nadia.sync().problem is Problem.DISK_FULL_HERE
    raw.execute("PRAGMA max_page_count = 4294967294")
    assert raw.execute("SELECT value FROM _ctl WHERE name = 'capture'").fetchone() == ("on",)
    assert three.nadia.sync().complete
    assert three.nadia.service.verify().equal


def test_a_full_disk_there_is_told(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    person(three.nadia)

    def full(*_: object) -> None:
        raise Refusal(wire.Code.FULL)

    monkeypatch.setattr(receiving, "receive", full)
    assert three.nadia.sync().problem is Problem.DISK_FULL_THERE
    monkeypatch.undo()
    assert three.nadia.sync().complete


def test_cancelled_anywhere_it_goes_on_the_next_time(three: Three) -> None:
    someone = person(three.nadia)
    told: list[Progress] = []
    asked = iter([False, False, True])
    report = three.nadia.service.synchronise(told.append, lambda: next(asked, True))
    assert report.problem is Problem.CANCELLED
    assert told[0].stage is Stage.CONNECTING
    assert three.nadia.sync().complete
    three.karim.sync()
    assert three.karim.has("beneficiary", someone)


def test_signing_out_is_refused_with_unsent_work_unless_it_was_copied(three: Three) -> None:
    person(three.nadia)
    with pytest.raises(UnsentWork):
        three.nadia.service.sign_out()
    three.nadia.clock.offset = dt.timedelta(seconds=2)
    three.nadia.service.note_copied()
    state = three.nadia.service.sign_out()
    assert state.problem is Problem.SIGN_IN
    assert state.unsent == 1


# --- what the promises say in one sentence each ---


def test_different_fields_and_different_records_ask_nothing(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="06")
    edit(three.karim, someone, town="Évry")
    firm = company(three.karim)
    three.all_sync()
    for one in (three.nadia, three.karim):
        assert (one.value("beneficiary", someone, "phone"), one.value("beneficiary", someone, "town")) == ("06", "Évry")
        assert one.has("company", firm)
        assert not one.service.to_review()
    assert JournalKind.MERGED in [line.kind for line in three.karim.service.journal()]


def test_two_values_are_kept_with_author_and_decided_once_for_all(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="06 12")
    edit(three.karim, someone, phone="07 98")
    three.all_sync()
    for one in (three.nadia, three.karim):
        assert one.value("beneficiary", someone, "phone") == "07 98"
        card = one.service.to_review()[0]
        assert (card.title, card.field, card.before) == ("Julie MARTIN", "phone", "")
        assert card.can_keep_both
    mine = three.nadia.service.to_review()[0]
    assert (mine.mine.value, mine.theirs.value, mine.theirs.author_name) == ("06 12", "07 98", "karim")
    outcome = three.nadia.service.keep_both(mine.card_id)
    assert three.nadia.value("beneficiary", someone, "phone") == "06 12 / 07 98"
    three.all_sync()
    assert three.karim.value("beneficiary", someone, "phone") == "06 12 / 07 98"
    assert not three.karim.service.to_review()
    assert [card.card_id for card in three.karim.service.reviewed()] == [mine.card_id]
    three.karim.service.keep_theirs(mine.card_id)
    three.all_sync()
    assert three.nadia.value("beneficiary", someone, "phone") == "06 12"
    assert outcome.undo


@pytest.mark.parametrize("deletion_first", [True, False])
def test_an_edit_beats_a_deletion_whichever_arrives_first(three: Three, deletion_first: bool) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.karim, someone, phone="il vit")
    delete(three.nadia, someone)
    for one in (three.nadia, three.karim) if deletion_first else (three.karim, three.nadia):
        one.sync()
    three.all_sync()
    for one in (three.nadia, three.karim):
        assert one.value("beneficiary", someone, "deleted_at") is None
        assert one.value("beneficiary", someone, "phone") == "il vit"
        assert one.service.to_review()[0].field == ""


def test_a_notebook_receives_only_what_its_user_may_see(three: Three) -> None:
    someone = person(three.nadia)
    line = note(three.nadia, someone)
    firm = company(three.nadia)
    man = contact(three.nadia, firm)
    three.all_sync()
    assert not three.lea.has("beneficiary", someone)
    assert not three.lea.has("follow_up_note", line)
    assert three.lea.has("company", firm)
    assert three.lea.has("contact", man)
    with writing(three.nadia.notebook) as unit:
        unit.update(Beneficiary, someone, {"organisation_id": SOUTH})
    three.all_sync()
    for one in (three.nadia, three.karim):
        assert not one.has("beneficiary", someone)
        assert not one.has("follow_up_note", line)
    assert three.lea.has("follow_up_note", line)
    assert JournalKind.LEFT in [entry.kind for entry in three.karim.service.journal()]


def test_a_received_name_is_found_and_sorted_at_once(three: Three) -> None:
    someone = person(three.nadia, "KÉÏTA")
    three.all_sync()
    assert [hit.record_id for hit in find(three.karim.notebook, ["keita"])] == [someone]
    assert three.karim.value("beneficiary", someone, "sort_name") == sort_key("KÉÏTA Julie")
    edit(three.nadia, someone, last_name="TRAORÉ")
    three.all_sync()
    assert [hit.record_id for hit in find(three.karim.notebook, ["traore"])] == [someone]
    assert not find(three.karim.notebook, ["keita"])
    assert three.karim.value("beneficiary", someone, "sort_name") == sort_key("TRAORÉ Julie")
    assert three.nadia.value("beneficiary", someone, "sort_name") == sort_key("TRAORÉ Julie")


def damage(laptop: Laptop, someone: str) -> None:
    """A telephone that nobody typed, as a bug would leave it."""
    raw = laptop.notebook.raw
    raw.execute("UPDATE _ctl SET value = 'off' WHERE name = 'capture'")
    raw.execute("UPDATE beneficiary SET phone = 'abîmé' WHERE id = ?", (someone,))
    raw.execute("UPDATE _ctl SET value = 'on' WHERE name = 'capture'")


def test_the_verification_finds_a_difference_and_mends_it(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    damage(three.karim, someone)
    found = three.karim.service.verify()
    assert found.mended
    assert found.equal
    assert three.karim.value("beneficiary", someone, "phone") == ""
    assert not three.karim.service.verify().mended


def test_a_session_receives_again_what_differs(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    damage(three.karim, someone)
    three.karim.notebook.raw.execute("UPDATE _digest SET count = count + 1 WHERE tbl = 'beneficiary'")
    assert three.karim.sync().complete
    assert three.karim.value("beneficiary", someone, "phone") == ""
    assert JournalKind.MENDED in [line.kind for line in three.karim.service.journal()]
    assert three.karim.service.verify().equal


def test_what_is_received_again_comes_with_its_parents_first(three: Three) -> None:
    _someone, contract = employed(three.nadia)
    line = hours(three.nadia, contract, 140_00)
    sheet = three.nadia.value("hour_line", line, "statement_id")
    three.all_sync()
    raw = three.karim.notebook.raw
    raw.execute("UPDATE _ctl SET value = 'off' WHERE name = 'capture'")
    for kind, record_id in (("hour_line", line), ("monthly_statement", sheet)):  # as a bug would lose them
        raw.execute(f"DELETE FROM {kind} WHERE id = ?", (record_id,))
        raw.execute("DELETE FROM _row WHERE tbl = ? AND id = ?", (kind, record_id))
        raw.execute("UPDATE _digest SET count = count - 1 WHERE tbl = ?", (kind,))
    raw.execute("UPDATE _ctl SET value = 'on' WHERE name = 'capture'")
    assert three.karim.sync().complete
    assert three.karim.value("hour_line", line, "hours") == 140_00
    assert three.karim.service.verify().equal


def test_a_received_record_without_its_parent_stops_nothing(three: Three) -> None:
    """No merge leaves one; a damaged server may."""
    orphan = orphan_of(three.world)
    firm = company(three.karim)
    three.karim.sync()
    for _ in range(2):
        assert three.nadia.sync().complete
        assert three.nadia.has("company", firm)
        assert not three.nadia.has("contact", orphan)
    assert not three.nadia.service.verify().equal, "it is told as long as it lasts"


def test_everything_applied_is_published_to_the_screens(three: Three) -> None:
    someone = person(three.nadia)
    three.nadia.sync()
    assert ("beneficiary", someone) in three.karim.sync().changes
    assert not three.karim.sync().changes


def test_the_file_of_refused_changes_is_readable(three: Three, tmp_path: Path) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="06 99")
    accounts.set_role(three.world.database, "nadia", Role.READER)
    three.nadia.sync()
    text = three.nadia.service.write_held(tmp_path / "refus.txt").read_text(encoding="utf-8")
    assert "Téléphone" in text
    assert "06 99" in text


def test_a_change_refused_because_its_person_was_erased_keeps_no_word(three: Three) -> None:
    """Even when the program is killed before it carries out what was ordered."""
    someone = person(three.nadia, "MARCHAND")
    three.nadia.sync()
    three.karim.sync()
    edit(three.karim, someone, phone="0639981234")
    three.nadia.anonymise(someone)
    three.nadia.sync()
    assert three.karim.cut_sync("receipt settled")
    ((code, body),) = three.karim.notebook.raw.execute("SELECT code, body FROM _held").fetchall()
    assert code == wire.HeldCode.ERASED
    assert "0639981234" not in body
    three.karim.sync()
    assert three.karim.value("beneficiary", someone, "phone") == ""
