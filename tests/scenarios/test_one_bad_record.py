"""SYNC.md §1.7: one bad record stops nothing: it is held with what belongs to it, the rest goes through."""

from __future__ import annotations

import pytest

from app.sync.card_words import held_sentence
from app.sync.state import HeldReason, Situation
from tests.scenarios.acts import (
    NAMES,
    PAPER,
    PRINTED,
    hours_at_network,
    note,
    notes,
    read_visit,
    sign_a_visit,
    type_paper,
)
from tests.scenarios.conftest import Story
from tests.scenarios.network import OCTOBER, Notebook, all_meet

pytestmark = pytest.mark.expected_logs

TOO_LONG = "observation recopiée d’un courriel\n" * 5_000


def test_a_visit_with_an_impossible_note_waits_whole_and_the_month_goes_through(story: Story) -> None:
    """A whole mailbox pasted in « Observations libres »: the visit waits with its photographs, payment does not."""
    nadia, karim, site = story.nadia, story.karim, story.site
    good = sign_a_visit(nadia, site)
    draft = nadia.visits.start_visit(site.lot, site.company).record_id
    nadia.visits.set_free_note(draft, TOO_LONG)
    nadia.visits.mark_all_present(draft)
    type_paper(nadia, site)
    note(nadia, site.beneficiaries[0], "Entretien du 20.")
    report = nadia.meet()
    assert report.held

    karim.meet()
    assert karim.month(site.company, OCTOBER) == dict(zip(NAMES, PAPER, strict=True))
    assert hours_at_network(story.network) == story.network.figures().hours_validated == PRINTED
    assert notes(karim, site.beneficiaries[0]) == ["Entretien du 20."]
    assert read_visit(karim, good) == read_visit(nadia, good)
    assert karim.value("visit", draft, "number") is None
    assert read_visit(nadia, draft).note == TOO_LONG.strip(), "it stays on the screen of whoever typed it"
    cards = {card.kind: card for card in nadia.sync.held()}
    assert cards["visit"].reason is HeldReason.INVALID
    assert {card.reason for kind, card in cards.items() if kind != "visit"} <= {HeldReason.PARENT_MISSING}
    assert all(held_sentence(card) for card in cards.values())
    assert nadia.sync.state().situation is Situation.REFUSED

    mend(nadia, draft)
    all_meet(nadia, karim)
    assert read_visit(karim, draft) == read_visit(nadia, draft)
    assert read_visit(karim, draft).note == "Observation reprise en deux lignes."
    assert read_visit(karim, draft).present == read_visit(karim, good).present
    assert nadia.sync.held() == []


def mend(who: Notebook, visit: str) -> None:
    """Shorten the note where it was typed, then « Proposer à nouveau »."""
    who.visits.set_free_note(visit, "Observation reprise en deux lignes.")
    (card,) = (one for one in who.sync.held() if one.kind == "visit")
    who.sync.send_again(card.held_id)
