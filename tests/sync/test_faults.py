"""The twelve faults that a state machine found in a prototype (SYNC.md §6), each as a story that must end well.

After them, those found since in what was built.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from app.beneficiaries.service import BeneficiariesService
from app.clock import natural_id
from app.models.attachments import Attachment
from app.models.beneficiaries import Beneficiary
from app.models.choices import Role
from app.models.hours import MonthlyStatement
from app.models.operations import Company
from app.store.unit import writing
from app.sync import protocol as wire
from app.sync.state import JournalKind, Problem
from server import accounts
from tests.sync.conftest import Three, company, contact, delete, edit, employed, equal, hours, note, person
from tests.sync.world import NORTH, PASSWORD, SOUTH, Cut, Laptop

pytestmark = pytest.mark.expected_logs


def transfer(laptop: Laptop, record_id: str, organisation: str = SOUTH) -> None:
    with writing(laptop.notebook) as unit:
        unit.update(Beneficiary, record_id, {"organisation_id": organisation})


def received_under(laptop: Laptop, work: Callable[[], object]) -> None:
    """A session whose pages come down under ``work``, done when the last one is here; then the program is killed."""

    def hook(name: str) -> None:
        if name == "pages complete":
            work()
        if name == "applied":
            raise Cut

    laptop.hook = hook
    with pytest.raises(Cut):
        laptop.sync()
    laptop.hook = lambda _: None
    laptop.reopen()


def photographed(laptop: Laptop, someone: str) -> str:
    """A photograph of a person; its content."""
    data = b"une photographie"
    sha256 = laptop.files.put(data)
    with writing(laptop.notebook) as unit:
        unit.insert(Attachment, {"owner_kind": "beneficiary", "owner_id": someone, "size": len(data), "sha256": sha256})
    return sha256


def questions(laptop: Laptop) -> set[object]:
    """The values that wait for a decision."""
    return {value for card in laptop.service.to_review() for value in (card.mine.value, card.theirs.value)}


def test_1_a_record_pushed_and_never_pulled_leaves_with_its_scope(three: Three) -> None:
    someone = person(three.nadia)
    three.nadia.cut_sync("receipt settled")
    transfer(three.nadia, someone)
    line = note(three.nadia, someone)
    equal(three)
    assert not three.nadia.has("beneficiary", someone)
    assert not three.nadia.has("follow_up_note", line)
    assert three.lea.has("beneficiary", someone)
    assert three.lea.has("follow_up_note", line)


def test_2_a_copy_and_a_restored_server_do_not_take_another_batch_for_theirs(three: Three, tmp_path: Path) -> None:
    backup = three.world.copy_server(tmp_path / "backup.db")
    copy = three.nadia.copy()
    first, second = person(three.nadia, "PREMIER"), person(copy, "SECOND")
    assert three.nadia.sync().complete
    three.world.restore_server(backup)
    assert copy.sync().complete
    equal(three)
    for one in (three.nadia, copy, three.karim):
        assert one.has("beneficiary", first)
        assert one.has("beneficiary", second)


def test_2_a_copy_that_speaks_first_to_a_restored_server_hides_no_work_of_the_other(
    three: Three, tmp_path: Path
) -> None:
    """Both took the same number, before either of them received anything."""
    second = three.world.laptop("nadia")
    second.password = PASSWORD
    backup = three.world.copy_server(tmp_path / "backup.db")
    copy = second.copy()
    copy.password = PASSWORD
    first = person(second, "PREMIER")
    assert second.cut_sync("receipt settled")
    three.world.restore_server(backup)
    other = person(copy, "SECOND")
    assert copy.sync().complete
    equal(three)
    for one in (second, copy, three.karim):
        assert one.has("beneficiary", first)
        assert one.has("beneficiary", other)


def test_3_a_record_deleted_in_a_lost_scope_leaves_nothing_behind(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    transfer(three.karim, someone)
    delete(three.nadia, someone)
    three.karim.sync()
    three.nadia.sync()
    equal(three)
    for table, column in (("_row", "id"), ("_dirty", "id"), ("_shadow", "id"), ("_history", "id")):
        count = three.nadia.notebook.raw.execute(
            f"SELECT count(*) FROM {table} WHERE tbl = 'beneficiary' AND {column} = ?", (someone,)
        ).fetchone()
        assert count == (0,), table


def test_4_a_batch_whose_answer_was_lost_keeps_what_was_set_aside(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    transfer(three.karim, someone)
    three.karim.sync()
    edit(three.nadia, someone, phone="perdu ?")
    three.nadia.sync("", "unanswered")  # hello goes through, the receipt does not come back
    equal(three)
    held = three.nadia.service.held()
    assert [dict(card.values) for card in held] == [{"phone": "perdu ?"}]


def test_5_a_batch_contained_in_the_pull_is_not_laid_over_newer_values(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="ancien")
    three.nadia.sync("", "unanswered", "unanswered", "unanswered", "unanswered")
    three.karim.sync()
    edit(three.karim, someone, phone="nouveau")
    three.karim.sync()
    three.nadia.sync()
    assert three.nadia.value("beneficiary", someone, "phone") == "nouveau"
    assert not three.nadia.service.to_review(), "Karim had read it: nothing to ask"
    equal(three)


def test_5_a_batch_sent_between_two_pages_is_not_laid_over_the_later_one(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    for rank in range(12):
        company(three.karim, f"Entreprise {rank}")
    three.karim.sync()
    three.world.limit(wire.Limits(page_rows=5))
    assert three.nadia.cut_sync("page kept")
    edit(three.nadia, someone, phone="ancien")
    edit(three.karim, someone, phone="plus tard")
    three.karim.sync()
    assert three.nadia.sync().complete
    assert three.nadia.value("beneficiary", someone, "phone") == "plus tard"
    equal(three)


def test_6_the_same_company_made_twice_keeps_both_names(three: Three) -> None:
    same = natural_id("company", "siret")
    for laptop, name in ((three.nadia, "Bâti-Sud"), (three.karim, "BATI SUD 91")):
        with writing(laptop.notebook) as unit:
            unit.insert(Company, {"name": name, "organisation_id": ""}, same)
    equal(three)
    cards = [card for card in three.nadia.service.to_review() if card.field == "name"]
    assert [{cards[0].mine.value, cards[0].theirs.value}] == [{"Bâti-Sud", "BATI SUD 91"}]
    assert {card.field for card in three.nadia.service.to_review()} == {"name"}, "who made it and when asks nothing"


def test_6_a_record_made_again_by_the_same_notebook_that_lost_it_keeps_both_values(three: Three) -> None:
    firm = company(three.nadia)
    same = natural_id("monthly_statement", NORTH, firm, "2026-11")
    statement = {"company_id": firm, "month": "2026-11", "organisation_id": NORTH}
    with writing(three.nadia.notebook) as unit:
        unit.insert(MonthlyStatement, {**statement, "declared_total": 140_00}, same)
    three.nadia.sync()
    three.world.move_user("nadia", SOUTH)
    three.nadia.sync()
    assert not three.nadia.has("monthly_statement", same), "it left with the organisation"
    three.world.move_user("nadia", NORTH)
    with writing(three.nadia.notebook) as unit:
        unit.insert(MonthlyStatement, {**statement, "declared_total": 104_00}, same)
    equal(three)
    cards = [card for card in three.karim.service.to_review() if card.field == "declared_total"]
    assert [{cards[0].mine.value, cards[0].theirs.value}] == [{140_00, 104_00}]


def test_7_an_edit_over_a_laid_over_value_inherits_its_base(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.karim, someone, phone="de Karim")
    three.karim.sync()
    # The server will refuse all of this change, the address being far too long: only the next one reaches it.
    received_under(three.nadia, lambda: edit(three.nadia, someone, phone="de Nadia", email="x" * 150_000))
    assert three.nadia.value("beneficiary", someone, "phone") == "de Nadia"
    edit(three.nadia, someone, phone="de Nadia encore")
    equal(three)
    assert "de Karim" in questions(three.karim), "nobody had read Karim's value"


def test_8_children_received_under_a_pending_deletion_are_kept(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    line = note(three.karim, someone, "né entre-temps")
    three.karim.sync()
    received_under(three.nadia, lambda: delete(three.nadia, someone))
    assert three.nadia.value("beneficiary", someone, "deleted_at") is not None
    equal(three)
    for one in (three.nadia, three.karim):
        assert one.value("follow_up_note", line, "text") == "né entre-temps"
        assert one.value("beneficiary", someone, "deleted_at") is None
    assert three.nadia.service.to_review()


def test_9_a_child_received_for_a_parent_deleted_here_breaks_nothing(three: Three) -> None:
    firm = company(three.nadia)
    three.all_sync()
    with writing(three.nadia.notebook) as unit:
        unit.delete(Company, firm)
    man = contact(three.karim, firm)
    three.karim.sync()
    assert three.nadia.sync().complete
    equal(three)
    assert three.nadia.has("contact", man)


def test_10_losing_the_scope_of_a_record_leaves_no_ghost(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    transfer(three.nadia, someone)
    edit(three.karim, someone, town="Évry")
    three.karim.sync()
    three.nadia.sync()
    equal(three)
    assert sum(one.has("beneficiary", someone) for one in (three.nadia, three.karim)) == 0
    assert three.lea.value("beneficiary", someone, "town") == "Évry"


def test_11_pages_received_before_a_restore_do_not_win_over_it(three: Three, tmp_path: Path) -> None:
    someone = person(three.nadia)
    three.all_sync()
    backup = three.world.copy_server(tmp_path / "backup.db")
    edit(three.karim, someone, phone="d’avant")
    three.karim.sync()
    three.nadia.cut_sync("page kept")
    three.world.restore_server(backup)
    edit(three.karim, someone, phone="d’après")
    equal(three)
    for one in (three.nadia, three.karim):
        assert one.value("beneficiary", someone, "phone") == "d’après"


def test_11_a_record_of_pages_of_a_lost_history_waits_for_who_made_it(three: Three, tmp_path: Path) -> None:
    backup = three.world.copy_server(tmp_path / "backup.db")
    someone = person(three.karim)
    three.karim.sync()
    assert three.nadia.cut_sync("page kept")
    three.world.restore_server(backup)
    assert three.nadia.sync().complete
    assert not three.nadia.has("beneficiary", someone), "no server has it"
    equal(three)
    assert three.nadia.has("beneficiary", someone)


def test_12_a_pending_record_hidden_by_a_change_of_organisation_is_not_overwritten(three: Three) -> None:
    someone = person(three.nadia, "NOUVELLE")
    line = note(three.nadia, someone, "écrit avant le changement")
    three.world.move_user("nadia", SOUTH)
    report = three.nadia.sync()
    assert report.problem is Problem.NONE
    kept = three.nadia.has("beneficiary", someone) or three.nadia.service.held()
    assert kept, "never lost: on the screen, or among what was set aside"
    three.world.move_user("nadia", NORTH)
    three.nadia.sync()
    for card in three.nadia.service.held():
        three.nadia.service.send_again(card.held_id)
    equal(three)
    assert three.karim.value("beneficiary", someone, "last_name") == "NOUVELLE"
    assert three.karim.value("follow_up_note", line, "text") == "écrit avant le changement"


# --- a server restored from a backup, found here ---


def restored_behind(three: Three, tmp_path: Path, someone: str) -> None:
    """The server forgets five changes of Léa's and one of Karim's; Nadia had received them all.

    Léa stays away: the new history is behind the bases of Nadia's notebook.
    """
    backup = three.world.copy_server(tmp_path / "backup.db")
    for rank in range(5):
        company(three.lea, f"Entreprise {rank}")
        three.lea.sync()
    edit(three.karim, someone, town="Évry")
    three.karim.sync()
    three.nadia.sync()
    three.world.restore_server(backup)


def test_13_what_was_typed_before_a_restoration_hides_no_conflict_after_it(three: Three, tmp_path: Path) -> None:
    someone = person(three.nadia)
    three.all_sync()
    restored_behind(three, tmp_path, someone)
    edit(three.nadia, someone, phone="de Nadia")  # she does not know yet
    edit(three.karim, someone, phone="de Karim")
    three.karim.sync()
    equal(three)
    assert "de Karim" in questions(three.karim)


def test_13_a_value_laid_over_since_before_a_restoration_hides_no_conflict(three: Three, tmp_path: Path) -> None:
    someone = person(three.nadia)
    three.all_sync()
    restored_behind(three, tmp_path, someone)
    edit(three.nadia, someone, phone="de Nadia", email="x" * 150_000)
    edit(three.karim, someone, phone="de Karim")
    three.karim.sync()
    three.nadia.wire.closed_up = True
    three.nadia.sync()
    three.nadia.wire.closed_up = False
    edit(three.nadia, someone, phone="de Nadia encore")
    equal(three)
    assert "de Karim" in questions(three.karim)


@pytest.mark.parametrize("point", ["batches known", "page asked", "page received", "page kept", "pages complete"])
def test_14_what_is_typed_while_a_restored_server_is_taken_again_is_sent(
    three: Three, tmp_path: Path, point: str
) -> None:
    someone = person(three.nadia)
    three.all_sync()
    restored_behind(three, tmp_path, someone)

    def hook(name: str) -> None:
        if name == point:
            three.nadia.hook = lambda _: None
            edit(three.nadia, someone, phone="de Nadia")

    three.nadia.hook = hook
    three.nadia.sync()
    equal(three)
    assert not three.nadia.service.held(), "there was nothing to refuse"
    assert three.karim.value("beneficiary", someone, "phone") == "de Nadia"


def test_15_what_a_notebook_enrolled_after_the_backup_had_sent_is_sent_again(three: Three, tmp_path: Path) -> None:
    backup = three.world.copy_server(tmp_path / "backup.db")
    second = three.world.laptop("nadia")
    second.password = PASSWORD
    someone = person(second)
    second.cut_sync("receipt settled")  # answered, and nothing received yet
    three.world.restore_server(backup)
    equal(three)
    assert three.karim.has("beneficiary", someone)


def test_16_a_batch_cut_in_two_keeps_the_history_of_its_bases(three: Three, tmp_path: Path) -> None:
    first, second = person(three.nadia), person(three.nadia)
    three.all_sync()
    restored_behind(three, tmp_path, first)
    for someone in (first, second):
        edit(three.nadia, someone, phone="de Nadia")
    edit(three.karim, first, phone="de Karim")
    three.karim.sync()
    three.nadia.cut_sync("batch to send")
    three.world.limit(wire.Limits(batch_operations=1))
    three.nadia.sync()
    equal(three)
    assert "de Karim" in questions(three.karim)


def test_17_a_content_sent_after_the_backup_is_sent_again(three: Three, tmp_path: Path) -> None:
    someone = person(three.nadia)
    three.all_sync()
    backup = three.world.copy_server(tmp_path / "backup.db")
    sha256 = photographed(three.nadia, someone)
    assert three.nadia.sync().photos == 1
    three.world.restore_server(backup)
    equal(three)
    assert three.karim.files.has(sha256)


# --- people erased while work about them waits, found here ---


def test_18_an_erasure_leaves_what_counts_in_the_work_that_waits(three: Three) -> None:
    someone, contract = employed(three.nadia)
    line = hours(three.nadia, contract, 140_00)
    three.nadia.cut_sync("batch to send")  # sealed, and not sent
    three.nadia.anonymise(someone)
    equal(three)
    assert three.karim.value("beneficiary", someone, "last_name") == "Personne anonymisée"
    assert three.karim.value("employment_contract", contract, "modality") == "direct_hire"
    assert three.karim.value("employment_contract", contract, "type") == "cdd"
    assert three.karim.value("hour_line", line, "month") == "2026-11"
    assert three.karim.value("hour_line", line, "hours") == 140_00


def test_19_an_erasure_makes_no_other_notebook_of_this_one(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    device = three.nadia.device
    three.nadia.anonymise(someone)
    equal(three)
    assert three.nadia.device == device
    assert JournalKind.COPIED not in [line.kind for line in three.nadia.service.journal()]


def test_20_hours_read_twice_are_still_to_be_told_apart_when_their_person_is_erased(three: Three) -> None:
    someone, contract = employed(three.nadia)
    three.all_sync()
    hours(three.nadia, contract, 140_00)
    hours(three.karim, contract, 104_00)
    three.all_sync()
    three.nadia.anonymise(someone)
    equal(three)
    for one in (three.nadia, three.karim):
        assert questions(one) == {140_00, 104_00}


def test_21_what_the_erasure_of_somebody_had_not_seen_is_emptied_too(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    line = note(three.karim, someone, "MARTIN est venue")
    edit(three.karim, someone, phone="06 12 34")
    three.karim.sync()
    three.nadia.anonymise(someone)  # Karim's words are at the server, not here
    three.nadia.sync()
    for words in ("MARTIN", "06 12 34"):
        assert words not in three.world.texts(), "at once, whoever comes next"
    equal(three)
    for one in (three.nadia, three.karim):
        assert one.value("follow_up_note", line, "text") == ""
        assert one.value("beneficiary", someone, "phone") == ""


def test_22_a_batch_delivered_once_more_long_after_makes_no_other_notebook(three: Three) -> None:
    device = three.nadia.device
    for phone in ("06", "07"):
        someone = person(three.nadia)
        edit(three.nadia, someone, phone=phone)
        three.nadia.sync()
        for place, (_, path, _body) in enumerate(three.nadia.wire.sent):
            if path == "push":
                three.nadia.wire.deliver_late(place)
    edit(three.nadia, someone, phone="08")
    three.nadia.sync("", "unanswered")  # its answer is lost: the same bytes are sent again
    edit(three.nadia, someone, phone="09")
    equal(three)
    assert three.nadia.device == device
    assert JournalKind.COPIED not in [line.kind for line in three.nadia.service.journal()]


def test_23_a_value_that_loses_is_replaced_where_it_was_typed(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.karim, someone, phone="de Karim")
    three.karim.sync()

    def typed_before() -> None:
        three.nadia.clock.offset = -dt.timedelta(hours=1)
        edit(three.nadia, someone, phone="de Nadia")
        three.nadia.clock.offset = dt.timedelta()

    received_under(three.nadia, typed_before)  # Karim's value is here, under Nadia's
    equal(three)
    for one in (three.nadia, three.karim):
        assert one.value("beneficiary", someone, "phone") == "de Karim"
        assert "de Nadia" in questions(one)


def test_24_a_reader_is_not_refused_anew_at_each_session_what_follows_a_merge(three: Three) -> None:
    kept, absorbed = person(three.nadia, "MARTIN"), person(three.nadia, "MARTINE")
    three.all_sync()
    accounts.set_role(three.world.database, "karim", Role.READER)
    note(three.karim, absorbed, "écrit avant de le savoir")
    BeneficiariesService(three.nadia.notebook).merge(kept, absorbed)
    three.all_sync()
    refused = len(three.karim.service.held())
    three.all_sync()
    assert len(three.karim.service.held()) == refused


def test_24_what_comes_late_after_a_merge_is_moved_by_who_may_write(three: Three) -> None:
    kept, absorbed = person(three.nadia, "MARTIN"), person(three.nadia, "MARTINE")
    three.all_sync()
    line = note(three.karim, absorbed, "écrit avant de le savoir")
    BeneficiariesService(three.nadia.notebook).merge(kept, absorbed)
    three.nadia.sync()
    assert three.karim.cut_sync("receipt settled")  # sent; the merge is not received yet
    accounts.set_role(three.world.database, "nadia", Role.READER)
    three.nadia.sync()
    assert three.nadia.value("follow_up_note", line, "beneficiary_id") == absorbed
    assert not three.nadia.service.held(), "a reader moves nothing"
    equal(three)
    for one in (three.nadia, three.karim):
        assert one.value("follow_up_note", line, "beneficiary_id") == kept


def test_24_what_was_set_aside_is_not_moved_while_the_server_does_not_have_it(three: Three) -> None:
    kept, absorbed = person(three.nadia, "MARTIN"), person(three.nadia, "MARTINE")
    three.all_sync()
    note(three.karim, absorbed, "x" * 150_000)  # too long: the server refuses it
    BeneficiariesService(three.nadia.notebook).merge(kept, absorbed)
    equal(three)
    assert len(three.karim.service.held()) == 1, "one thing was refused, and is told once"


def test_25_the_same_two_values_are_asked_about_once(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="de Nadia")
    copy = three.nadia.copy()  # the same change waits in both
    copy.password = PASSWORD
    person(copy, "AUTRE")  # in other bytes
    edit(three.karim, someone, phone="de Karim")
    for one in (three.karim, three.nadia, three.karim):
        one.sync()
    three.karim.service.keep_mine(three.karim.service.to_review()[0].card_id)
    three.karim.sync()
    equal(three)
    assert not three.karim.service.to_review(), "it was decided"


def test_26_children_follow_their_parents_however_small_the_batches(three: Three) -> None:
    three.world.limit(wire.Limits(batch_operations=1))
    line = note(three.nadia, person(three.nadia))
    assert three.nadia.sync().complete
    assert JournalKind.HELD not in [entry.kind for entry in three.nadia.service.journal()]
    equal(three)
    assert three.karim.has("follow_up_note", line)


def test_27_a_record_comes_before_what_it_belongs_to(three: Three) -> None:
    someone = person(three.nadia)
    line = note(three.nadia, someone)
    three.nadia.sync()
    edit(three.nadia, someone, phone="06")  # the person comes after the note from now on
    three.nadia.sync()
    assert three.karim.sync().complete
    equal(three)
    assert three.karim.has("follow_up_note", line)


def test_28_another_copy_that_sends_in_the_middle_of_a_session_does_not_end_it(three: Three) -> None:
    copy = three.nadia.copy()
    copy.password = PASSWORD

    def hook(name: str) -> None:
        if name == "page asked":
            three.nadia.hook = lambda _: None
            person(copy, "SECOND")
            copy.sync()

    three.nadia.hook = hook
    assert three.nadia.sync().complete
    equal(three)


def test_29_what_is_typed_about_somebody_who_is_leaving_is_kept(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    transfer(three.karim, someone)
    three.karim.sync()
    received_under(three.nadia, lambda: note(three.nadia, someone, "écrit pendant le départ"))
    assert three.nadia.has("beneficiary", someone), "until what was typed has been sent"
    equal(three)
    assert [dict(card.values)["text"] for card in three.nadia.service.held()] == ["écrit pendant le départ"]


def test_30_a_refused_change_gives_its_place_back_before_anything_is_received(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.karim, someone, phone="de Karim")
    three.karim.sync()
    received_under(three.nadia, lambda: edit(three.nadia, someone, phone="de Nadia"))
    assert three.nadia.value("beneficiary", someone, "phone") == "de Nadia"
    accounts.set_role(three.world.database, "nadia", Role.READER)
    assert three.nadia.cut_sync("receipt settled")
    assert three.nadia.value("beneficiary", someone, "phone") == "de Karim"
    assert [dict(card.values) for card in three.nadia.service.held()] == [{"phone": "de Nadia"}]
    equal(three)


# --- what follows a reception, cut off from it ---


@pytest.mark.parametrize("point", ["applied", "digests compared", "session ends"])
def test_31_an_erasure_received_by_a_session_that_is_killed_is_carried_out_by_the_next(
    three: Three, point: str
) -> None:
    someone, other = person(three.nadia), person(three.nadia, "PETIT")
    three.all_sync()
    line = note(three.karim, other, "Vient avec Julie MARTIN")
    three.karim.sync()
    three.nadia.anonymise(someone)
    three.nadia.sync()
    assert three.karim.cut_sync(point)
    assert ("beneficiary", someone) in three.karim.sync().changes, "told to the screens"
    assert three.karim.value("follow_up_note", line, "text") == "Vient avec …"
    equal(three)


def test_32_the_content_of_what_left_in_a_session_that_is_killed_leaves_with_the_next(three: Three) -> None:
    someone = person(three.nadia)
    sha256 = photographed(three.nadia, someone)
    three.all_sync()
    transfer(three.karim, someone)
    three.karim.sync()
    assert three.nadia.cut_sync("applied")
    three.nadia.sync()
    assert not three.nadia.files.has(sha256)


def test_33_the_content_of_what_left_is_received_again_when_it_comes_back(three: Three) -> None:
    someone = person(three.nadia)
    sha256 = photographed(three.nadia, someone)
    three.all_sync()
    transfer(three.karim, someone)
    three.all_sync()
    assert not three.nadia.files.has(sha256)
    transfer(three.lea, someone, NORTH)
    three.lea.sync()
    assert three.nadia.sync().photos == 1
    assert three.nadia.files.has(sha256)


def test_34_a_content_named_again_before_its_removal_stays(three: Three) -> None:
    someone, other = person(three.nadia), person(three.nadia, "PETIT")
    sha256 = photographed(three.nadia, someone)
    three.all_sync()
    transfer(three.karim, someone)
    three.karim.sync()

    def hook(name: str) -> None:
        if name == "digests compared":
            photographed(three.nadia, other)

    three.nadia.hook = hook
    three.nadia.sync()
    three.nadia.hook = lambda _: None
    assert three.nadia.files.has(sha256)
    equal(three)
    assert three.karim.files.has(sha256)


def test_35_what_came_back_between_two_pages_stays(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    transfer(three.karim, someone)
    three.karim.sync()
    assert three.nadia.cut_sync("page kept")  # it says that somebody left
    three.lea.sync()
    transfer(three.lea, someone, NORTH)
    three.lea.sync()
    assert three.nadia.sync().complete
    assert three.nadia.has("beneficiary", someone)
    equal(three)


def test_36_what_is_typed_under_the_contract_of_somebody_who_leaves_keeps_all_above_it(three: Three) -> None:
    people = [employed(three.nadia) for _ in range(4)]
    three.all_sync()
    for someone, _contract in people:
        transfer(three.karim, someone)
    three.karim.sync()
    received_under(three.nadia, lambda: [hours(three.nadia, contract, 140_00) for _, contract in people])
    for someone, contract in people:
        assert three.nadia.has("beneficiary", someone)
        assert three.nadia.has("employment_contract", contract)
    equal(three)
    told = [dict(card.values).get("hours") for card in three.nadia.service.held()]
    assert told.count("140\u00a0h") == len(people)


def test_37_what_an_erasure_took_words_out_of_is_sent_again_to_a_restored_server(three: Three, tmp_path: Path) -> None:
    someone, contract = employed(three.nadia)
    three.all_sync()
    backup = three.world.copy_server(tmp_path / "backup.db")
    note(three.nadia, someone, "MARTIN est venue")
    line = hours(three.nadia, contract, 140_00)
    three.nadia.sync()
    three.nadia.anonymise(someone)
    three.nadia.sync()
    three.world.restore_server(backup)
    assert three.nadia.sync().complete
    assert "MARTIN" not in three.world.texts()
    equal(three)
    assert three.karim.value("hour_line", line, "hours") == 140_00


def test_38_a_content_whose_removal_is_cut_leaves_with_the_next_session(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = person(three.nadia)
    sha256 = photographed(three.nadia, someone)
    three.all_sync()
    transfer(three.karim, someone)
    three.karim.sync()

    def cut(_: str) -> None:
        raise Cut

    with monkeypatch.context() as patched, pytest.raises(Cut):
        patched.setattr(three.nadia.files, "remove", cut)
        three.nadia.sync()
    three.nadia.reopen()
    three.nadia.sync()
    assert not three.nadia.files.has(sha256)


def test_39_a_refused_change_does_not_take_back_what_was_typed_since(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="06", email="x" * 150_000)  # far too long: all of it will be refused

    def hook(name: str) -> None:
        if name == "receipt received":
            three.nadia.hook = lambda _: None
            edit(three.nadia, someone, phone="07 depuis")

    three.nadia.hook = hook
    three.nadia.sync()
    equal(three)
    for one in (three.nadia, three.karim):
        assert one.value("beneficiary", someone, "phone") == "07 depuis"


def test_40_what_a_copy_had_sent_to_a_machine_put_back_is_sent_again(three: Three, tmp_path: Path) -> None:
    second = three.world.laptop("nadia")
    backup = three.world.copy_server(tmp_path / "backup.db")
    copy = second.copy()
    for one in (second, copy):
        one.password = PASSWORD
    first = person(second, "PREMIER")
    assert second.cut_sync("receipt settled")
    three.world.restore_server(backup, noticed=False)
    other = person(copy, "SECOND")
    assert copy.sync().complete
    equal(three)
    for one in (second, copy, three.karim):
        assert one.has("beneficiary", first)
        assert one.has("beneficiary", other)


def test_41_what_a_copy_sent_again_to_a_restored_server_makes_no_copy_of_the_other(
    three: Three, tmp_path: Path
) -> None:
    backup = three.world.copy_server(tmp_path / "backup.db")
    made = [person(three.nadia, "DANS LES DEUX")]
    three.nadia.sync()
    copy = three.nadia.copy()
    copy.password = PASSWORD
    for one, name in ((three.nadia, "PREMIER"), (copy, "SECOND")):
        made.append(person(one, name))
        assert one.sync().complete
    device = three.nadia.device
    assert copy.device != device
    three.world.restore_server(backup)
    assert copy.sync().complete
    equal(three)
    assert three.nadia.device == device
    for someone in made:
        assert three.karim.has("beneficiary", someone)
