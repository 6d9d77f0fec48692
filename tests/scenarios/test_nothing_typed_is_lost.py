"""SYNC.md §1.1: not by a cut, a crash, a replay, a restored server, a copied laptop, a change of rights.

What cannot be applied is kept and shown. The figures are those of a month’s paper, read at the three ends.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.rules.french import format_hours_unit, format_phone
from app.sync.state import HeldReason, Problem
from tests.scenarios.acts import (
    NAMES,
    PAPER,
    PRINTED,
    exits,
    give,
    hours_at_network,
    leave_for_a_job,
    note,
    notes,
    read_visit,
    sign_a_visit,
    type_hours,
    type_paper,
)
from tests.scenarios.conftest import Story
from tests.scenarios.network import NOVEMBER, OCTOBER, all_meet
from tests.scenarios.proxy import Proxy
from tests.server import house

pytestmark = pytest.mark.expected_logs


def test_a_week_where_everything_breaks(story: Story, tmp_path: Path) -> None:
    """The paper of October, a signed visit with photographs, an exit: through a cut, a lost server, a copied laptop."""
    nadia, karim, site = story.nadia, story.karim, story.site
    saved = story.network.back_up(tmp_path / "dimanche")

    type_paper(nadia, site)
    nadia.meet()  # the network has it, and will lose it: nobody else has received it
    visit = sign_a_visit(nadia, site, photos=("teal", "navy"))
    cut = Proxy(story.network.port)
    cut.rule = lambda _: ("cut down", 2_000)
    nadia.go_through(cut.address)
    assert nadia.sync.synchronise().problem is not Problem.NONE, "the line is cut in the middle"
    cut.close()
    nadia.go_through(story.network.address)
    story.network.come_back_from(saved)
    assert hours_at_network(story.network) == 0, "October is on one laptop only"

    leave_for_a_job(nadia, site)
    note(nadia, site.beneficiaries[1], "Souhaite passer le permis B.")
    tablet = nadia.copied_to(tmp_path / "tablette", "NT")
    type_hours(tablet, site, {2: 88_00, 3: 61_50}, NOVEMBER)
    type_hours(nadia, site, {4: 70_00}, NOVEMBER)

    expected = read_visit(nadia, visit)
    assert expected.signed
    assert [caption for caption, _bytes in expected.photos] == ["poste 1", "poste 2"]
    all_meet(nadia, tablet, karim, times=3)
    for one in (nadia, tablet, karim):
        assert one.month(site.company, OCTOBER) == dict(zip(NAMES, PAPER, strict=True))
        assert one.hours.open_month(site.company, OCTOBER).declared_total == PRINTED
        assert {name: value for name, value in one.month(site.company).items() if value} == {
            "DIALLO": 88_00,
            "LEFÈVRE": 61_50,
            "de SOUSA": 70_00,
        }
        assert read_visit(one, visit) == expected
        assert exits(one.people.get(site.beneficiaries[0])) == [("default_exit", "known", "cdi")]
        assert notes(one, site.beneficiaries[1]) == ["Souhaite passer le permis B."]
        assert not one.sync.to_review(), "nobody wrote over anybody"
        assert not one.sync.held()
    assert hours_at_network(story.network) == PRINTED + 88_00 + 61_50 + 70_00
    assert story.network.figures().hours_validated == PRINTED
    tablet.close()


def test_what_was_typed_for_somebody_given_away_meanwhile_is_kept_and_shown(story: Story) -> None:
    """Karim gives Julie to the MIVE while Nadia types for her, days away from any network."""
    nadia, karim, lea, site = story.nadia, story.karim, story.lea, story.site
    julie = site.beneficiaries[0]
    give(karim, julie, house.MIVE)
    karim.meet()
    note(nadia, julie, "A eu un entretien chez Bâti-Sud.")
    nadia.people.set_field(julie, "phone", "06 39 98 12 34")
    type_hours(nadia, site, {0: 104_00, 1: 151_67}, OCTOBER)
    assert nadia.meet().held == 3

    cards = {card.kind: card for card in nadia.sync.held()}
    assert {card.reason for card in cards.values()} == {HeldReason.NOT_YOURS}
    assert dict(cards["follow_up_note"].values)["text"] == "A eu un entretien chez Bâti-Sud."
    assert dict(cards["beneficiary"].values)["phone"] == format_phone("0639981234")
    assert dict(cards["hour_line"].values)["hours"] == format_hours_unit(104_00)
    assert "A eu un entretien chez Bâti-Sud." in story.network.texts(), "kept at the network too"
    assert hours_at_network(story.network) == 151_67, "the rest of the month went through, and only the rest"
    lea.meet()
    assert lea.people.get(julie).phone != "0639981234", "nobody writes outside their organisation"

    # a mistake: Léa gives her back, and what waited is offered again
    give(lea, julie, house.DYNAMIQUE)
    lea.meet()
    nadia.meet()
    for card in nadia.sync.held():
        nadia.sync.send_again(card.held_id)
    all_meet(nadia, karim, lea)
    for one in (nadia, karim):
        sheet = one.people.get(julie)
        assert (sheet.phone, sheet.total_hours) == ("0639981234", 104_00)
        assert notes(one, julie) == ["A eu un entretien chez Bâti-Sud."]
        assert one.month(site.company, OCTOBER)["MARTIN"] == 104_00
    assert hours_at_network(story.network) == 104_00 + 151_67
    assert not nadia.sync.held()
