"""SYNC.md §1.4: all notebooks that may see the same records hold the same values once each has synchronised, whatever
the order, and can prove it.

The proof (« Vérifier ») is checked against the files themselves, field by field.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from app.models.wire import models_by_kind, names_of
from tests.scenarios.acts import (
    PAPER,
    exits,
    hire,
    hours_at_network,
    leave_for_a_job,
    note,
    notes,
    sign_a_visit,
    type_hours,
)
from tests.scenarios.conftest import Story
from tests.scenarios.network import OCTOBER, Notebook, all_meet

pytestmark = pytest.mark.expected_logs

WHO = ("nadia", "karim", "tablet")
ORDERS = [WHO, (*reversed(WHO),)]


def contents(who: Notebook) -> dict[str, list[tuple[Any, ...]]]:
    """Every field that travels of every record, by table."""
    raw = who.workstation.notebook.raw
    found: dict[str, list[tuple[Any, ...]]] = {}
    for kind in models_by_kind():
        columns = ", ".join(f'"{name}"' for name in names_of(kind))
        found[kind] = raw.execute(f'SELECT {columns} FROM "{kind}" ORDER BY id').fetchall()
    return found


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_whoever_comes_first(story: Story, tmp_path: Path, order: tuple[str, ...]) -> None:
    """Three days apart: two files of one person merged here, hours typed for the absorbed one there, an exit, a visit.

    One line of hours and one telephone are written by all three.
    """
    nadia, karim, site = story.nadia, story.karim, story.site
    tablet = nadia.copied_to(tmp_path / "tablette", "NT")
    julie, twin = site.beneficiaries[0], site.beneficiaries[3]
    nadia.people.merge(julie, twin)
    type_hours(karim, site, {3: 88_25}, OCTOBER)
    note(karim, twin, "Vue au forum de l’emploi.")
    leave_for_a_job(tablet, site, rank=3)
    sign_a_visit(tablet, site)
    for rank, one in enumerate((nadia, karim, tablet)):
        type_hours(one, site, {1: PAPER[1] - 100 * rank}, OCTOBER)
        one.people.set_field(site.beneficiaries[1], "phone", f"06 39 98 00 0{rank}")
    everybody = dict(zip(WHO, (nadia, karim, tablet), strict=True))
    all_meet(*(everybody[name] for name in order), times=3)

    held = contents(nadia)
    assert contents(karim) == held
    assert contents(tablet) == held
    own = nadia.workstation.notebook.organisation_id
    there = dict(
        story.network.ask("SELECT tbl, count(*) FROM sync_entry WHERE live = 1 AND scope = ? GROUP BY tbl", own)
    )
    here = {kind: len(rows) for kind, rows in held.items() if rows and not models_by_kind()[kind].shared}
    assert {kind: there.get(kind) for kind in here} == here, "and the network holds as many"
    shown = nadia.month(site.company, OCTOBER)["DESCHAMPS"]
    assert shown in {PAPER[1] - 100 * rank for rank in range(3)}
    assert hours_at_network(story.network) == shown + 88_25
    for one in everybody.values():
        sheet = one.people.get(julie)
        assert one.people.get(twin).id == julie, "one person, by either number"
        assert sheet.total_hours == 88_25
        assert notes(one, julie) == ["Vue au forum de l’emploi."]
        assert exits(sheet) == [("default_exit", "known", "cdi")]
        fields = [card.field for card in one.sync.to_review()]
        assert sorted(set(fields)) == ["hours", "phone"]
        assert {card.card_id for card in one.sync.to_review()} == {card.card_id for card in nadia.sync.to_review()}
    tablet.close()


def test_a_merge_undone_gives_each_person_their_own_hours_on_every_notebook(story: Story) -> None:
    """« Annuler la fusion » after a colleague had typed more hours for the one person they were."""
    nadia, karim, site = story.nadia, story.karim, story.site
    julie, twin = site.beneficiaries[0], site.beneficiaries[3]
    type_hours(nadia, site, {0: 140_00, 3: 104_00}, OCTOBER)
    all_meet(nadia, karim)
    nadia.people.merge(julie, twin)
    all_meet(nadia, karim)
    assert karim.people.get(julie).total_hours == 244_00
    second = hire(karim, site, julie, dt.date(2026, 10, 1))
    karim.hours.set_hours(site.company, OCTOBER, second, site.lot, 7_50)
    type_hours(karim, site, {3: 100_00}, OCTOBER)
    nadia.people.undo_merge(nadia.people.get(julie).merges[0].id)
    all_meet(karim, nadia)
    for one in (nadia, karim):
        assert one.people.get(julie).total_hours == 140_00 + 7_50
        assert one.people.get(twin).total_hours == 100_00
        assert one.people.get(twin).id == twin
    assert contents(karim) == contents(nadia)
    assert hours_at_network(story.network) == 247_50
