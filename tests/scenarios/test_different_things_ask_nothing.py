"""SYNC.md §1.3: different fields, rows and additions never ask anything; an edit beats a deletion; a child written
keeps its parent.
"""

from __future__ import annotations

import datetime as dt

import pytest

from app.models.choices import StatementState
from app.models.exits import AttemptDraft, SituationDraft
from app.store.visits import Stage
from app.sync.state import JournalKind, ReviewKind
from tests.scenarios.acts import (
    NAMES,
    PAPER,
    PRINTED,
    exits,
    hire,
    hours_at_network,
    leave_for_a_job,
    note,
    notes,
    read_visit,
    sign_a_visit,
    type_hours,
)
from tests.scenarios.conftest import Story
from tests.scenarios.network import OCTOBER, all_meet

pytestmark = pytest.mark.expected_logs


def test_two_people_share_the_work_of_a_month_without_a_word(story: Story) -> None:
    """One paper typed by two, one visit each, one person followed by two: everything adds up, nothing is asked."""
    nadia, karim, site = story.nadia, story.karim, story.site
    julie, benoit = site.beneficiaries[:2]
    type_hours(nadia, site, {rank: PAPER[rank] for rank in (0, 1, 2)}, OCTOBER)
    type_hours(karim, site, {rank: PAPER[rank] for rank in (3, 4, 5)}, OCTOBER)
    karim.hours.set_declared_total(site.company, OCTOBER, PRINTED)
    seen = [sign_a_visit(nadia, site, "Harnais à remplacer"), sign_a_visit(karim, site, "Tuteur absent", ("olive",))]
    nadia.people.set_field(julie, "phone", "06 39 98 12 34")
    karim.people.set_field(julie, "town", "Ris-Orangis")
    note(nadia, julie, "Entretien de Nadia.")
    note(karim, julie, "Appel de Karim.")
    period = leave_for_a_job(nadia, site, rank=1)
    # Karim, who does not know it yet, had tried to reach him about the same milestone
    karim.people.add_attempt(period, "default_exit", AttemptDraft(attempted_on=dt.date(2026, 11, 20)))
    all_meet(nadia, karim)

    for one in (nadia, karim):
        assert one.month(site.company, OCTOBER) == dict(zip(NAMES, PAPER, strict=True))
        sheet = one.people.get(julie)
        assert (sheet.phone, sheet.town) == ("0639981234", "Ris-Orangis")
        assert notes(one, julie) == ["Appel de Karim.", "Entretien de Nadia."]
        assert [read_visit(one, visit).findings[0][0] for visit in seen] == ["Harnais à remplacer", "Tuteur absent"]
        assert exits(one.people.get(benoit)) == [("default_exit", "known", "cdi")]
        assert len(one.people.get(benoit).exits[0].milestones[0].attempts) == 1
        assert one.sync.to_review() == []
    assert len({read_visit(karim, visit).number for visit in seen}) == 2
    assert read_visit(karim, seen[0]) == read_visit(nadia, seen[0])
    assert JournalKind.MERGED in {line.kind for line in (*nadia.sync.journal(), *karim.sync.journal())}
    # one statement, made on both laptops, validated once for both
    karim.hours.validate_month(site.company, OCTOBER)
    all_meet(karim, nadia)
    assert nadia.hours.open_month(site.company, OCTOBER).state is StatementState.VALIDATED
    assert story.network.ask("SELECT count(*) FROM monthly_statement WHERE deleted_at IS NULL") == [(1,)]
    assert story.network.figures().hours_validated == hours_at_network(story.network) == PRINTED


def test_an_edit_beats_a_deletion_and_hours_keep_their_contract(story: Story) -> None:
    """Nadia bins a file made twice by mistake; Karim, who works with it, hires the person and types her hours."""
    nadia, karim, site = story.nadia, story.karim, story.site
    chloe = site.beneficiaries[5]
    contract = hire(nadia, site, chloe)
    all_meet(nadia, karim)
    karim.hours.set_hours(site.company, OCTOBER, contract, site.lot, 61_25)
    note(karim, chloe, "Présente sur le chantier.")
    nadia.people.delete(chloe)
    all_meet(nadia, karim)

    for one in (nadia, karim):
        sheet = one.people.get(chloe)
        assert sheet.total_hours == 61_25
        assert [line.id for line in sheet.contracts if line.id == contract] == [contract]
        assert notes(one, chloe) == ["Présente sur le chantier."]
        assert ReviewKind.DELETED_AND_CHANGED in {card.what for card in one.sync.to_review()}, "and it is said"
    assert hours_at_network(story.network) == 61_25


def test_a_file_kept_after_all_comes_back_with_its_contract(story: Story) -> None:
    """Nadia bins Julie’s file, Karim had written a note in it: « Garder la fiche » gives back all that went with it."""
    nadia, karim, site = story.nadia, story.karim, story.site
    julie = site.beneficiaries[0]
    whole = nadia.people.get(julie)
    note(karim, julie, "Présente au forum de l’emploi.")
    nadia.people.delete(julie)
    all_meet(nadia, karim)
    (card,) = karim.sync.to_review()
    karim.sync.keep_mine(card.card_id)
    all_meet(karim, nadia)
    for one in (nadia, karim):
        sheet = one.people.get(julie)
        assert sheet.contracts == whole.contracts
        assert sheet.eligibility == whole.eligibility
        assert notes(one, julie) == ["Présente au forum de l’emploi."]
        assert "MARTIN" in one.month(site.company), "she is in the month to type again"
        assert one.sync.to_review() == []


def test_a_photograph_added_to_a_visit_that_a_colleague_binned_keeps_the_visit(story: Story) -> None:
    nadia, karim, site = story.nadia, story.karim, story.site
    draft = nadia.visits.start_visit(site.lot, site.company).record_id
    nadia.visits.set_free_note(draft, "échafaudage côté rue")
    all_meet(nadia, karim)
    karim.visits.discard_draft(draft)
    nadia.visits.set_summary(draft, "Deux alertes.")
    nadia.visits.mark_all_present(draft)
    all_meet(karim, nadia)
    for one in (nadia, karim):
        sheet = one.visits.open_visit(draft)
        assert (sheet.stage, sheet.free_note, sheet.stored_summary) == (
            Stage.DRAFT,
            "échafaudage côté rue",
            "Deux alertes.",
        )
        assert sheet.present_count
    # what was decided meanwhile about somebody who left stays with them
    period = leave_for_a_job(nadia, site, rank=2)
    nadia.people.set_situation(period, "default_exit", SituationDraft(employment="training"))
    all_meet(nadia, karim)
    assert exits(karim.people.get(site.beneficiaries[2])) == [("default_exit", "known", "training")]
