"""SYNC.md §1.5: a notebook receives only its records; what leaves its scope leaves it; nobody writes outside theirs."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.clock import natural_id
from app.models.attachments import Attachment
from app.models.beneficiaries import FollowUpNote
from app.store.unit import writing
from app.sync.state import HeldReason, JournalKind
from tests.scenarios.acts import (
    NAMES,
    PAPER,
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
from tests.scenarios.network import OCTOBER, all_meet
from tests.server import house

pytestmark = pytest.mark.expected_logs

SECRET = "Attend une réponse de son bailleur."


def test_a_person_given_leaves_with_everything_and_is_counted_once(story: Story) -> None:
    """Benoît moves to Corbeil: contract, validated hours, exit, notes and a photograph leave for the MIVE."""
    nadia, karim, lea, site = story.nadia, story.karim, story.lea, story.site
    benoit = site.beneficiaries[1]
    type_paper(nadia, site)
    visit = sign_a_visit(nadia, site)
    leave_for_a_job(nadia, site, rank=1)
    note(nadia, benoit, SECRET)
    nadia.people.set_field(benoit, "phone", "06 39 98 76 54")
    picture = nadia.workstation.files.put(b"un certificat" * 1000)
    with writing(nadia.workstation.notebook, "pièce") as unit:
        kept = {"owner_kind": "beneficiary", "owner_id": benoit, "sha256": picture, "size": 13_000, "name": "caces.jpg"}
        unit.insert(Attachment, kept)
    all_meet(nadia, karim, lea)
    before = read_visit(nadia, visit)
    read = {name: lea.holds(name) for name in (*NAMES, *site.beneficiaries)}
    read = {name: tables for name, tables in read.items() if tables}
    assert read == {"DIALLO": ["facilitator"]}, "Nadia’s own name, since she signs what everybody reads"
    assert not lea.holds(SECRET)
    assert lea.holds("Bâti-Sud 91"), "companies are everybody’s"
    whole = story.network.figures()
    assert (whole.hours_validated, story.network.figures(house.MIVE).hours_validated) == (sum(PAPER), 0)

    give(karim, benoit, house.MIVE)
    all_meet(karim, nadia, lea)
    for one in (nadia, karim):
        assert not one.holds(SECRET)
        assert not one.holds("0639987654")
        assert not one.holds(benoit)
        assert set(one.holds("DESCHAMPS")) <= {"attendance", "_history", "_search"}, (
            "the signed report keeps who was there"
        )
        assert not one.workstation.files.path(picture).exists(), "the bytes have left too"
        assert "DESCHAMPS" not in one.month(site.company, OCTOBER)
        assert sum(value or 0 for value in one.month(site.company, OCTOBER).values()) == sum(PAPER) - PAPER[1]
        assert read_visit(one, visit) == before
        assert JournalKind.LEFT in {line.kind for line in one.sync.journal()}
    sheet = lea.people.get(benoit)
    assert (sheet.phone, sheet.total_hours) == ("0639987654", PAPER[1])
    assert notes(lea, benoit) == [SECRET]
    assert exits(sheet) == [("default_exit", "known", "cdi")]
    assert lea.month(site.company, OCTOBER) == {"DESCHAMPS": PAPER[1]}
    assert lea.workstation.files.get(picture) == b"un certificat" * 1000
    assert not lea.holds("MARTIN"), "nobody else came along"
    assert hours_at_network(story.network) == sum(PAPER)
    assert story.network.figures().hours_validated == whole.hours_validated, "the network’s total did not move"
    assert story.network.figures(house.MIVE).hours_validated == PAPER[1]
    assert story.network.figures(house.DYNAMIQUE).hours_validated == sum(PAPER) - PAPER[1]


def test_somebody_who_changes_structure_leaves_their_people_behind(story: Story) -> None:
    """Karim works for the MIVE from Monday: his notebook forgets the people; what he had typed is kept."""
    nadia, karim, lea, site = story.nadia, story.karim, story.lea, story.site
    type_hours(nadia, site, {0: 140_00, 1: 151_67}, OCTOBER)
    all_meet(nadia, karim)
    note(karim, site.beneficiaries[0], SECRET)
    with story.network.service.database.changing() as connection:
        connection.execute(
            text("UPDATE sync_account SET organisation = :mive WHERE name = 'karim'"),
            {"mive": natural_id("organisation", house.MIVE)},
        )
    karim.meet()
    assert not karim.holds(site.beneficiaries[1])
    assert karim.workstation.notebook.raw.execute("SELECT count(*) FROM beneficiary").fetchone() == (0,)
    assert karim.value("company", site.company, "name") == "Bâti-Sud 91"
    (card,) = (one for one in karim.sync.held() if one.kind == "follow_up_note")
    assert card.reason is HeldReason.NOT_YOURS
    assert dict(card.values)["text"] == SECRET
    nadia.meet()
    assert notes(nadia, site.beneficiaries[0]) == []
    assert nadia.month(site.company, OCTOBER)["MARTIN"] == 140_00
    lea.meet()
    assert not lea.holds(SECRET)


def test_a_notebook_that_lies_about_its_owner_writes_nothing_outside(story: Story) -> None:
    """Léa’s program is tampered with: it writes a note about somebody of Dynamique Emploi, in their name."""
    nadia, lea, site = story.nadia, story.lea, story.site
    book = lea.workstation.notebook
    book.raw.execute("PRAGMA foreign_keys = OFF")
    with writing(book, "faux") as unit:
        unit.insert(
            FollowUpNote,
            {
                "beneficiary_id": site.beneficiaries[0],
                "noted_on": lea.clock.today(),
                "text": "écrit de l’extérieur",
                "organisation_id": nadia.workstation.notebook.organisation_id,
            },
        )
    assert lea.meet().held == 1
    nadia.meet()
    assert not nadia.holds("écrit de l’extérieur")
    assert notes(nadia, site.beneficiaries[0]) == []
