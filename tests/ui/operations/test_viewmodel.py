"""The view-model of operations, without widgets."""

from __future__ import annotations

from app.operations.values import LotDraft, OperationDraft, SizingDraft
from app.ui.kit.table import PageRequest
from tests.factories import site_with_people
from tests.ui.operations.conftest import Desk

REQUEST = PageRequest(0, 100, "name", False, 1)


def _names(desk: Desk) -> list[str]:
    got: list[str] = []
    desk.model.fetch(REQUEST, lambda _request, lines, _total: got.extend(one.row.name for one in lines))
    return got


def test_the_list_follows_the_filter_and_the_words(desk: Desk) -> None:
    site_with_people(desk.notebook, 0)
    closed = site_with_people(desk.notebook, 0, rank=2, operation_name="Piscine").operation
    desk.operations.close(closed)
    asked: list[int] = []
    desk.model.refreshed.connect(lambda: asked.append(1))
    assert _names(desk) == ["École Simone-Veil"]
    desk.model.show_filter("all")
    assert _names(desk) == ["École Simone-Veil", "Piscine"]
    desk.model.search("pisc")
    assert _names(desk) == ["Piscine"]
    assert len(asked) == 2


def test_a_change_reloads_the_sheet_and_its_line(desk: Desk) -> None:
    site = site_with_people(desk.notebook, 0)
    _names(desk)
    desk.model.open(site.operation)
    lines: list[str] = []
    desk.model.lines_changed.connect(lambda _ids, rows: lines.extend(one.row.name for one in rows))
    desk.model.set_operation("name", "Écluse", lambda problem: None)
    assert desk.model.sheet is not None
    assert desk.model.sheet.facts.name == "Écluse"
    assert lines == ["Écluse"]


def test_acts_are_undone_and_done_again_by_name(desk: Desk) -> None:
    site = site_with_people(desk.notebook, 0)
    desk.model.open(site.operation)
    desk.model.set_commitment(site.commitment, "due_hours", 200_000, lambda problem: None)
    undo = desk.frame.undo
    assert undo.undo_label == "heures dues 1\u202f820 → 2\u202f000"
    for _ in range(2):
        undo.undo()
        assert desk.operations.position(site.operation).due == 182_000
        undo.redo()
        assert desk.operations.position(site.operation).due == 200_000


def test_a_refusal_reaches_its_field_and_nothing_is_remembered(desk: Desk) -> None:
    site = site_with_people(desk.notebook, 0)
    desk.model.open(site.operation)
    refused: list[str] = []
    desk.model.set_operation("postcode", "12", lambda problem: refused.append(problem.field))
    assert refused == ["postcode"]
    assert desk.frame.undo.undo_label == ""
    assert desk.said == []


def test_a_deleted_operation_is_left_and_comes_back(desk: Desk) -> None:
    made = desk.operations.create(OperationDraft("École", buyer_name="Ville")).record_id
    desk.model.open(made)
    gone: list[int] = []
    desk.model.gone.connect(lambda: gone.append(1))
    desk.model.delete_operation()
    assert gone == [1]
    assert desk.said == ["«\u00a0École\u00a0» est dans la corbeille."]
    desk.frame.undo.undo()
    assert desk.operations.get(made).facts.name == "École"


def test_a_lot_and_a_calculation_are_kept(desk: Desk) -> None:
    operation = desk.operations.create(OperationDraft("École", buyer_name="Ville")).record_id
    desk.model.open(operation)
    made: list[str] = []
    desk.model.add_lot(LotDraft(operation, "1"), None, made.append, lambda problem: None)
    assert desk.model.lot(made[0]) is not None
    draft = SizingDraft(operation, 100_000_000, 5_000, 500, 3_000, made[0])
    desk.model.keep_sizing(draft, made.append, lambda problem: None)
    assert desk.model.sheet is not None
    assert [one.number for one in desk.model.sheet.sizings] == ["CAL-2026-NO-0001"]


def test_proposals_are_buyers_and_companies_of_the_notebook(desk: Desk) -> None:
    site = site_with_people(desk.notebook, 0)
    found: list[tuple[str, str]] = []
    desk.model.propose_companies("bati", lambda proposals: found.extend((one.id, one.name) for one in proposals))
    desk.model.propose_buyers("exemple", lambda proposals: found.extend((one.id, one.name) for one in proposals))
    assert found == [(site.company, "Bâti-Sud 91"), (site.buyer, "Ville d’Exemple-sur-Orge")]
