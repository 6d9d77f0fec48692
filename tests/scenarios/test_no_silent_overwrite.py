"""SYNC.md §1.2: two people wrote the same field apart: one value shows, the other waits with its author, everywhere.

The figures count one of the two, never both, whoever decides and whenever.
"""

from __future__ import annotations

import pytest

from app.models.beneficiaries import NoteDraft
from app.models.choices import StatementState
from app.rules.french import format_hours_unit
from app.sync.card_words import review_words
from app.sync.state import Decision
from tests.scenarios.acts import PAPER, hours_at_network, note, notes, type_hours
from tests.scenarios.conftest import Story
from tests.scenarios.network import NOVEMBER, OCTOBER, all_meet, in_words

pytestmark = pytest.mark.expected_logs


def test_two_statements_of_november_are_one_month_counted_once(story: Story) -> None:
    """Nadia types the fax, Karim the paper that came by post: 140 h and 104 h for Julie, two printed totals."""
    nadia, karim, site = story.nadia, story.karim, story.site
    type_hours(nadia, site, {0: 140_00, 1: 151_67, 2: 7_50})
    nadia.hours.set_declared_total(site.company, NOVEMBER, 299_17)
    type_hours(karim, site, {0: 104_00, 1: 151_67, 3: 139_00})
    karim.hours.set_declared_total(site.company, NOVEMBER, 263_17)
    all_meet(nadia, karim, story.lea)

    shown = karim.month(site.company)
    assert shown == nadia.month(site.company)
    assert shown["MARTIN"] in (140_00, 104_00)
    assert (shown["DESCHAMPS"], shown["DIALLO"], shown["LEFÈVRE"]) == (151_67, 7_50, 139_00)
    once = shown["MARTIN"] + 151_67 + 7_50 + 139_00
    assert hours_at_network(story.network) == once
    assert story.network.figures().hours_received == once
    cards = {card.field: card for card in nadia.sync.to_review()}
    assert set(cards) == {"hours", "declared_total"}, "the line typed alike by both asks nothing"
    assert in_words(cards["hours"]) == [104_00, 140_00]
    assert in_words(cards["declared_total"]) == [263_17, 299_17]
    card = cards["hours"]
    assert "Lequel est sur le papier" in review_words(card).question
    assert (card.month, card.mine.author_name, card.theirs.author_name) == (NOVEMBER, "Nadia D.", "Karim B.")
    assert {one.card_id for one in karim.sync.to_review()} == {one.card_id for one in cards.values()}
    assert not story.lea.sync.to_review(), "what two people of an organisation wrote is not shown to another"

    # Nadia has the paper in hand: 104 h. The total printed on it follows.
    for card in cards.values():
        chosen = nadia.sync.keep_theirs if card.theirs.value in (104_00, 263_17) else nadia.sync.keep_mine
        chosen(card.card_id)
    all_meet(nadia, karim)
    for one in (nadia, karim):
        assert one.month(site.company)["MARTIN"] == 104_00
        assert one.hours.open_month(site.company, NOVEMBER).declared_total == 263_17
        assert not one.sync.to_review()
    assert hours_at_network(story.network) == 104_00 + 151_67 + 7_50 + 139_00

    # it was the other line: the decision is taken again, as an ordinary edit, by the other one
    karim.sync.keep_theirs(next(one.card_id for one in karim.sync.reviewed() if one.field == "hours"))
    all_meet(nadia, karim)
    assert [one.month(site.company)["MARTIN"] for one in (nadia, karim)] == [140_00, 140_00]
    assert story.network.figures().hours_received == 140_00 + 151_67 + 7_50 + 139_00


def test_a_validated_month_corrected_by_a_colleague_who_had_not_seen_it(story: Story) -> None:
    """Nadia validates October; Karim, who only had the draft, changes a line: the value validated is not lost."""
    nadia, karim, site = story.nadia, story.karim, story.site
    type_hours(nadia, site, dict(enumerate(PAPER)), OCTOBER)
    all_meet(nadia, karim)
    type_hours(karim, site, {5: 153_25}, OCTOBER)
    nadia.hours.set_hours(site.company, OCTOBER, site.contracts[5], site.lot, 132_25)
    nadia.hours.validate_month(site.company, OCTOBER)
    all_meet(karim, nadia)
    (card,) = nadia.sync.to_review()
    assert in_words(card) == [132_25, 153_25]
    assert card.before == format_hours_unit(PAPER[5])
    for one in (nadia, karim):
        assert one.hours.open_month(site.company, OCTOBER).state is StatementState.VALIDATED
        assert (
            one.month(site.company, OCTOBER)["KÉÏTA"]
            == (card.mine if card.shown is Decision.MINE else card.theirs).value
        )
    nadia.sync.keep_mine(card.card_id)
    all_meet(nadia, karim)
    assert karim.month(site.company, OCTOBER)["KÉÏTA"] == 132_25
    assert story.network.figures().hours_validated == sum(PAPER[:5]) + 132_25


def test_a_note_corrected_by_two_keeps_both_texts(story: Story) -> None:
    nadia, karim, site = story.nadia, story.karim, story.site
    julie = site.beneficiaries[0]
    line = note(nadia, julie, "Entretien du 20.")
    all_meet(nadia, karim)
    nadia.people.edit_note(line, NoteDraft(text="Entretien du 20 : cherche un logement."))
    karim.people.edit_note(line, NoteDraft(text="Entretien du 20 : CACES en février."))
    all_meet(nadia, karim)
    (card,) = karim.sync.to_review()
    assert in_words(card) == ["Entretien du 20 : CACES en février.", "Entretien du 20 : cherche un logement."]
    karim.sync.keep_both(card.card_id)
    all_meet(nadia, karim)
    for one in (nadia, karim):
        (text,) = notes(one, julie)
        assert "cherche un logement" in text
        assert "CACES en février" in text
        assert not one.sync.to_review()
