"""What only a lost server knew: other notebooks offer their copies, set aside until somebody decides (§7.13)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.sync.protocol import HeldCode
from server import held
from tests.sync.conftest import Three, edit, equal, person
from tests.sync.world import Laptop

pytestmark = pytest.mark.expected_logs


def lost_with_karim(three: Three, tmp_path: Path) -> tuple[str, Laptop]:
    """Karim typed a telephone after the last backup; Nadia received it; the server and Karim's computer are lost."""
    someone = person(three.nadia)
    three.all_sync()
    backup = three.world.copy_server(tmp_path / "backup.db")
    edit(three.karim, someone, phone="06 de Karim")
    three.karim.sync()
    three.nadia.sync()
    assert three.nadia.value("beneficiary", someone, "phone") == "06 de Karim"
    three.world.restore_server(backup)
    three.world.laptops.remove(three.karim)
    return someone, three.karim


def test_the_value_that_a_lost_notebook_typed_is_set_aside_and_released(three: Three, tmp_path: Path) -> None:
    someone, karim = lost_with_karim(three, tmp_path)
    equal(three)
    assert three.nadia.value("beneficiary", someone, "phone") == "", "the server's value, as everybody sees it"
    assert three.nadia.service.held() == [], "nobody typed it here: nobody is asked here"
    (kept,) = held.waiting(three.world.service)
    assert (kept.code, kept.record_id, kept.account) == (HeldCode.RESCUED, someone, "nadia")
    assert kept.lines == ["Téléphone\u00a0: 06 de Karim"]
    assert held.release(three.world.service, [kept]) == 1
    equal(three)
    assert three.nadia.value("beneficiary", someone, "phone") == "06 de Karim"
    assert not three.nadia.service.to_review()
    karim.close()


def test_a_record_that_a_lost_notebook_made_comes_back_whole(three: Three, tmp_path: Path) -> None:
    desk = three.world.laptop("karim")
    desk.password = three.karim.password
    backup = three.world.copy_server(tmp_path / "backup.db")
    someone = person(three.karim, "SEULE")
    three.karim.sync()
    three.nadia.sync()
    three.world.restore_server(backup)
    three.world.laptops.remove(three.karim)
    equal(three)
    for one in (three.nadia, desk):
        assert one.value("beneficiary", someone, "last_name") == "SEULE"
    three.karim.close()


def test_whoever_typed_it_comes_back_and_nothing_is_left_to_decide(three: Three, tmp_path: Path) -> None:
    someone, karim = lost_with_karim(three, tmp_path)
    equal(three)
    three.world.laptops.append(karim)
    equal(three)
    assert held.waiting(three.world.service) == []
    for one in (three.nadia, karim):
        assert one.value("beneficiary", someone, "phone") == "06 de Karim"
        assert not one.service.to_review()


def test_what_was_typed_since_is_not_written_over(three: Three, tmp_path: Path) -> None:
    someone, karim = lost_with_karim(three, tmp_path)
    three.nadia.sync()
    edit(three.nadia, someone, phone="07 depuis")
    three.nadia.sync()
    assert held.release(three.world.service, held.waiting(three.world.service)) == 1
    equal(three)
    assert three.nadia.value("beneficiary", someone, "phone") == "07 depuis"
    (card,) = three.nadia.service.to_review()
    assert {card.mine.value, card.theirs.value} == {"07 depuis", "06 de Karim"}
    karim.close()


def test_two_notebooks_offer_the_same_once(three: Three, tmp_path: Path) -> None:
    someone = person(three.nadia)
    other = three.world.laptop("nadia")
    other.password = three.nadia.password
    three.all_sync()
    backup = three.world.copy_server(tmp_path / "backup.db")
    edit(three.karim, someone, phone="06 de Karim")
    three.all_sync()
    three.world.restore_server(backup)
    karim = three.karim
    three.world.laptops.remove(karim)
    equal(three)
    assert [one.record_id for one in held.waiting(three.world.service)] == [someone]
    karim.close()


def test_a_notebook_that_was_late_offers_nothing_old(three: Three, tmp_path: Path) -> None:
    """Nadia had not received what the backup holds: what stands in her notebook is older, not lost."""
    someone = person(three.nadia)
    three.all_sync()
    edit(three.karim, someone, phone="06 de Karim")
    three.karim.sync()
    backup = three.world.copy_server(tmp_path / "backup.db")
    three.world.restore_server(backup)
    equal(three)
    assert held.waiting(three.world.service) == []
    assert three.nadia.value("beneficiary", someone, "phone") == "06 de Karim"


def test_one_s_own_unsent_words_are_sent_and_not_offered(three: Three, tmp_path: Path) -> None:
    someone = person(three.nadia)
    three.all_sync()
    backup = three.world.copy_server(tmp_path / "backup.db")
    edit(three.nadia, someone, phone="06 de Nadia")
    three.nadia.sync()
    edit(three.nadia, someone, town="Évry")
    three.world.restore_server(backup)
    equal(three)
    assert held.waiting(three.world.service) == []
    assert three.karim.value("beneficiary", someone, "phone") == "06 de Nadia"
    assert three.karim.value("beneficiary", someone, "town") == "Évry"


def test_one_s_own_words_that_lost_are_asked_about_and_not_offered(three: Three, tmp_path: Path) -> None:
    someone = person(three.nadia)
    three.all_sync()
    backup = three.world.copy_server(tmp_path / "backup.db")
    edit(three.karim, someone, town="Évry")
    three.all_sync()
    three.world.restore_server(backup)
    edit(three.nadia, someone, phone="06 de Nadia")
    edit(three.karim, someone, phone="07 de Karim")
    three.karim.sync()
    equal(three)
    assert held.waiting(three.world.service) == []
    (card,) = three.nadia.service.to_review()
    assert {card.mine.value, card.theirs.value} == {"06 de Nadia", "07 de Karim"}
