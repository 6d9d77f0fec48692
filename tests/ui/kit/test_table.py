"""Tables keep selection and order when one row changes, and never read a whole table."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.ui.kit.table import PAGE, Answer, Column, PagedTable, PageRequest, TableModel
from app.ui.kit.table_view import TableView
from tests.ui.keys import press, type_text


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    name: str
    hours: int | None = 0


COLUMNS = (
    Column[Line]("name", "Nom", lambda row: row.name, 0),
    Column[Line](
        "hours",
        "Heures",
        lambda row: "" if row.hours is None else str(row.hours),
        80,
        "right",
        sort=lambda row: row.hours,
        editable=lambda row: row.id != "locked",
        order_by="hours_done",
    ),
)
NAMES = ("Zoé", "Émile", "Eric", "DA COSTA", "de Souza", "Çelik", "Adjovi")


def model_of(*rows: Line) -> TableModel[Line]:
    model = TableModel(COLUMNS)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    model.set_rows(rows)
    return model


def shown(model: TableModel[Line]) -> list[str]:
    return [str(model.index(at, 0).data()) for at in range(model.rowCount())]


def test_a_click_on_a_header_orders_in_french(qtbot, show):
    model = model_of(*(Line(str(at), name) for at, name in enumerate(NAMES)))
    view = TableView("Personnes")
    view.setModel(model)
    show(view)
    assert shown(model) == list(NAMES)
    view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert shown(model) == ["Adjovi", "Çelik", "DA COSTA", "de Souza", "Émile", "Eric", "Zoé"]


def test_unknown_values_stay_last_both_ways():
    model = model_of(Line("a", "A", 2), Line("b", "B", None), Line("c", "C", 1))
    model.sort(1, Qt.SortOrder.AscendingOrder)
    assert shown(model) == ["C", "A", "B"]
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert shown(model) == ["A", "C", "B"]


def test_one_changed_row_keeps_the_selection_and_takes_its_place(qtbot, show):
    model = model_of(Line("a", "Adjovi", 1), Line("b", "Belkacem", 2), Line("c", "Çelik", 3))
    view = TableView("Personnes")
    view.setModel(model)
    show(view)
    view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    view.select_id("b")
    model.reload_rows(["a"], [Line("a", "Zoé", 1)])
    assert shown(model) == ["Belkacem", "Çelik", "Zoé"]
    assert view.current_id() == "b"
    model.reload_rows(["c", "d"], [Line("d", "Aubry", 0)])
    assert shown(model) == ["Aubry", "Belkacem", "Zoé"]
    assert view.current_id() == "b"


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(NAMES), st.integers(0, 5)), max_size=8),
    st.lists(st.sampled_from("abcdefgh"), max_size=8),
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(NAMES), st.integers(0, 5)), max_size=8),
    st.sampled_from([None, 0, 1]),
)
def test_reloading_gives_the_same_rows_as_starting_again(qapp, before, ids, after, column):
    first = {row_id: Line(row_id, name, hours) for row_id, name, hours in before}
    fresh = {row_id: Line(row_id, name, hours) for row_id, name, hours in after}
    model = model_of(*first.values())
    if column is not None:
        model.sort(column)
    model.reload_rows([*ids, *fresh], fresh.values())
    expected = {row_id: row for row_id, row in first.items() if row_id not in ids} | fresh
    assert {row.id: row for row in model.rows} == expected
    assert all(model.index_of(row_id).data() == row.name for row_id, row in expected.items())
    if column is not None:
        again = model_of(*model.rows)
        again.sort(column)
        assert [row.hours if column else row.name for row in again.rows] == [
            row.hours if column else row.name for row in model.rows
        ]


def test_an_edited_cell_is_told_not_written(qtbot):
    model = model_of(Line("a", "A", 1), Line("locked", "B", 2))
    told: list[tuple[str, str, str]] = []
    model.edited.connect(lambda *one: told.append(one))
    assert model.setData(model.index(0, 1), "12,5")
    assert told == [("a", "hours", "12,5")]
    assert model.row_at(0) == Line("a", "A", 1)
    assert not model.setData(model.index(1, 1), "3")
    assert not model.setData(model.index(0, 1), "1")
    assert len(told) == 1


def test_the_screen_reader_hears_the_column_and_the_value():
    model = model_of(Line("a", "MARTIN Julie", 140))
    said = model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Heures, 140"
    assert model_of(Line("a", "", None)).index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "Heures, vide"


class Source:
    """A store of ten thousand lines that counts what it is asked; answers later when told to."""

    def __init__(self, total: int = 10_000, late: bool = False) -> None:
        self.total = total
        self.late = late
        self.asked: list[PageRequest] = []
        self.waiting: list[tuple[PageRequest, Answer]] = []

    def __call__(self, request: PageRequest, answer) -> None:
        self.asked.append(request)
        if self.late:
            self.waiting.append((request, answer))
        else:
            answer(request, self.rows(request), self.total)

    def rows(self, request: PageRequest) -> list[Line]:
        last = min(request.offset + request.limit, self.total)
        return [Line(f"{at}", f"{request.order_by} {at}") for at in range(request.offset, last)]

    def release(self, at: int = 0) -> None:
        request, answer = self.waiting.pop(at)
        answer(request, self.rows(request), self.total)


def test_only_the_pages_seen_are_asked(qtbot, show):
    source = Source()
    model = PagedTable(COLUMNS, source)
    view = TableView("Lignes")
    view.setModel(model)
    show(view)
    model.refresh()
    assert model.rowCount() == 10_000
    qtbot.waitUntil(lambda: model.index(0, 0).data() == "name 0")
    assert len(source.asked) <= 2
    view.scrollToBottom()
    view.grab()
    assert model.index(9_999, 0).data() == "name 9999"
    assert len(source.asked) <= 5
    assert all(one.limit == PAGE for one in source.asked)


def test_a_header_asks_again_with_another_order_and_nothing_is_sorted_here(qtbot):
    source = Source(50)
    model = PagedTable(COLUMNS, source)
    model.refresh()
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert (source.asked[-1].order_by, source.asked[-1].descending) == ("hours_done", True)
    assert model.index(0, 0).data() == "hours_done 0"
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert len(source.asked) == 2


def test_late_answers_to_an_old_question_are_dropped(qtbot):
    source = Source(30, late=True)
    model = PagedTable(COLUMNS, source)
    model.refresh()
    source.total = 5
    model.refresh()
    source.release(1)
    assert model.rowCount() == 5
    source.release(0)
    assert model.rowCount() == 5


def test_rows_not_yet_there_are_shown_as_waiting(qtbot):
    source = Source(300, late=True)
    model = PagedTable(COLUMNS, source)
    model.refresh()
    source.release()
    assert model.index(250, 0).data() == "…"
    assert model.index(250, 1).data() is None
    source.release()
    assert model.index(250, 0).data() == "name 250"


def test_a_changed_row_of_a_page_is_replaced_in_place(qtbot):
    source = Source(150)
    model = PagedTable(COLUMNS, source)
    model.refresh()
    asked = len(source.asked)
    model.reload_rows(["7"], [replace(Line("7", ""), name="Nouveau")])
    assert model.index(7, 0).data() == "Nouveau"
    assert len(source.asked) == asked
    source.total = 149
    model.reload_rows(["8"], [])
    assert model.rowCount() == 149


def test_memory_stays_bounded_over_a_long_scroll(qtbot):
    source = Source(100_000)
    model = PagedTable(COLUMNS, source)
    model.refresh()
    for at in range(0, 100_000, PAGE):
        model.row_at(at)
    assert len(model.rows) <= 81 * PAGE


def test_keys_of_the_view(qtbot, show):
    model = model_of(Line("a", "Adjovi"), Line("b", "Belkacem"), Line("m", "Martin"))
    view = TableView("Personnes")
    view.setModel(model)
    window = show(view)
    view.setFocus()
    assert view.current_id() == "a"
    press(window, "Down")
    assert view.current_id() == "b"
    type_text(window, "ma")
    assert view.current_id() == "m"
    with qtbot.waitSignal(view.opened) as opened:
        press(window, "Return")
    assert opened.args == ["m"]


@pytest.mark.parametrize("zoom", [100, 200])
def test_rows_follow_the_text_size(qtbot, show, zoom):
    from app.ui.theme.appearance import appearance

    view = TableView("Personnes")
    view.setModel(model_of(Line("a", "A")))
    show(view)
    appearance().set(zoom=zoom)
    assert view.rowHeight(0) == appearance().row_height == 32 * zoom // 100
