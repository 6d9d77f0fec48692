"""Every place in the four themes and at 100, 150 and 200 %: named widgets, whole texts, French (PRODUCT.md §3.12)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.ui.theme.appearance import appearance
from app.ui.theme.tokens import THEMES
from tests.conftest import NOW
from tests.day import Day
from tests.end2end.conftest import make_carnet
from tests.end2end.hands import Hands, plain
from tests.factories import Site
from tests.ui.accessibility import check

PLACES = (
    "today",
    "visits",
    "visit",
    "hours",
    "month",
    "beneficiaries",
    "person",
    "companies",
    "company",
    "operations",
    "operation",
)
ZOOMS = (100, 150, 200)
_QT_ENGLISH = re.compile(
    r"\b(OK|Cancel|Close|Open|Save|Yes|No|Apply|Help|Undo|Redo|Cut|Copy|Paste|Delete|Select All)\b"
)


@pytest.fixture(scope="module")
def hands(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hands, Site, str]]:
    """One window for every picture: a draft visit, a month begun, six people."""
    folder = tmp_path_factory.mktemp("apparence") / "carnet"
    site = make_carnet(folder, 6)
    made = Hands(folder, Day(NOW))
    made.unlock()
    made.desktop.executors.io(lambda: None).result()  # its thread lives as long as the window, not as the first test
    visits = made.services.visits
    made.tell(lambda: visits.plan_visit(site.lot, site.company, made.clock.today(), "09:30"))
    visit = made.tell(lambda: visits.start_visit(site.lot, site.company)).record_id
    made.go("hours", site.company, "2026-11")
    for value in ("140", "212"):
        made.enter(value)
    yield made, site, visit
    made.close()


def show(hands: Hands, site: Site, visit: str, place: str) -> None:
    """Go there."""
    paths: dict[str, tuple[str, ...]] = {
        "visit": ("visits", visit),
        "month": ("hours", site.company, "2026-11"),
        "person": ("beneficiaries", site.beneficiaries[0]),
        "company": ("companies", site.company),
        "operation": ("operations", site.operation),
    }
    hands.root.show()  # a fixture of another test may have hidden the windows it found
    hands.go(*paths.get(place, (place,)))


@pytest.mark.parametrize("place", PLACES)
def test_every_text_is_whole_and_every_widget_named(hands: tuple[Hands, Site, str], place: str) -> None:
    window, site, visit = hands
    assert window.desktop.workspace is not None
    show(window, site, visit, place)
    problems = []
    for zoom in ZOOMS:
        appearance().set(theme="light", zoom=zoom)
        window.settle()
        problems += [f"{zoom} %: {one}" for one in check(window.root)]
    for theme in THEMES:
        appearance().set(theme=theme, zoom=100)
        window.settle()
        problems += [f"{theme}: {one}" for one in check(window.root)]
    english = {one for one in map(plain, window.texts()) if _QT_ENGLISH.search(one)}
    appearance().set(theme="light", zoom=100)
    assert not problems, "\n".join(dict.fromkeys(problems))
    assert not english, english


@pytest.mark.parametrize("place", ["today", "beneficiaries", "operations"])
def test_a_place_is_shown_from_its_top(hands: tuple[Hands, Site, str], place: str) -> None:
    """Arriving somewhere shows its beginning, not the middle of a page."""
    from PySide6.QtWidgets import QScrollArea

    window, site, visit = hands
    show(window, site, visit, place)
    window.settle()
    view = window.view(place)
    for area in view.findChildren(QScrollArea):
        if area.isVisible():
            assert area.verticalScrollBar().value() == 0, area.objectName()


def test_names_have_room_in_the_list_of_people(hands: tuple[Hands, Site, str]) -> None:
    """At 1280 px the names are read whole."""
    from app.ui.kit.table_view import TableView

    window, site, visit = hands
    window.root.resize(1280, 800)
    show(window, site, visit, "beneficiaries")
    window.settle()
    table = next(one for one in window.view("beneficiaries").findChildren(TableView) if one.isVisible())
    model = table.model()
    titles = [str(model.headerData(at, Qt.Orientation.Horizontal)) for at in range(model.columnCount())]
    name = next(at for at, title in enumerate(titles) if "nom" in title.lower() or "bénéficiaire" in title.lower())
    metrics = table.fontMetrics()
    widest = max(metrics.horizontalAdvance(str(model.index(row, name).data())) for row in range(model.rowCount()))
    assert table.columnWidth(name) >= widest, (table.columnWidth(name), widest)
    window.root.resize(1366, 768)


def test_the_unlock_screen_is_whole_at_first_paint(
    qapp: QApplication, tmp_path: Path, open_hands: Callable[..., Hands]
) -> None:
    folder = tmp_path / "carnet"
    make_carnet(folder, 1)
    window = open_hands(folder)
    for zoom in ZOOMS:
        appearance().set(zoom=zoom)
        window.settle()
        assert check(window.root) == []
