"""« Aujourd’hui »: three columns, one tap to start, one key to resume."""

from __future__ import annotations

import datetime as dt

from PySide6.QtWidgets import QApplication, QLabel

from app.changes import Changes
from app.store.exits import DueMilestone
from app.store.unit import writing
from app.store.visits import Stage
from app.ui.kit.cards import Card
from tests.factories import add_person
from tests.ui.accessibility import check_sizes, settle
from tests.ui.keys import press
from tests.ui.visits.conftest import Desk, in_days, plan_today
from tests.ui.visits.test_page import opened, signed


def texts(desk: Desk) -> str:
    """Everything the screen says."""
    settle()
    return "\n".join(one.text() for one in desk.today.findChildren(QLabel) if one.isVisible())


def home(desk: Desk) -> str:
    desk.frame.navigation.go("today")
    return texts(desk)


def test_what_the_day_holds(desk: Desk) -> None:
    sheet = opened(desk)
    desk.service.add_action(sheet.visit_id, "Nommer un tuteur", due=desk.clock.today() + dt.timedelta(days=2))
    signed(desk, sheet.visit_id)
    in_days(desk, 5)
    with writing(desk.notebook, "contrat") as unit:
        end = desk.clock.today() + dt.timedelta(days=9)
        add_person(desk.notebook, unit, desk.site, "DURAND", "Anne", 40, end - dt.timedelta(days=90), end)
    plan_today(desk)
    said = home(desk)
    for words in ("9\u00a0h\u00a030 · Bâti-Sud 91", "Nommer un tuteur", "En retard", "5\u00a0relevés manquants"):
        assert words in said
    assert "1\u00a0fin de contrat dans les 15\u00a0jours" in said
    assert desk.button("DURAND Anne · 06/12/2026").isVisible()
    desk.frame.discretion.set(True)
    assert desk.button("A.\u00a0D. · 06/12/2026").isVisible()


def test_start_from_the_card(desk: Desk) -> None:
    plan_today(desk)
    home(desk)
    desk.button("Démarrer").click()
    settle()
    assert desk.service.open_visit(desk.visits.visit.visit_id).stage is Stage.DRAFT
    assert "Commencée" in home(desk)


def test_arrows_go_from_card_to_card_and_enter_opens(desk: Desk) -> None:
    sheet = opened(desk)
    desk.service.remember_section(sheet.visit_id, "findings")
    said = home(desk)
    assert "à Constats" in said
    cards = [
        one for one in desk.today.findChildren(Card) if one.isVisible() and one.accessibleName().startswith("Reprendre")
    ]
    for _card in range(4):
        press(desk.window, "Down")
    assert QApplication.focusWidget() is cards[-1]
    press(desk.window, "Return")
    assert desk.visits.visit.visit_id == sheet.visit_id


def test_an_action_is_noted_as_done(desk: Desk) -> None:
    sheet = opened(desk)
    desk.service.add_action(sheet.visit_id, "Nommer un tuteur", due=desk.clock.today())
    signed(desk, sheet.visit_id)
    assert "pour aujourd’hui" in home(desk)
    desk.button("Faite").click()
    assert "Nommer un tuteur" not in texts(desk)
    press(desk.window, "Ctrl+Z")
    assert "Nommer un tuteur" in texts(desk)


def test_changes_made_elsewhere_are_shown(desk: Desk) -> None:
    home(desk)
    plan_today(desk)
    assert "9\u00a0h\u00a030 · Bâti-Sud 91" in texts(desk)


def test_milestones_are_read_again_only_when_someone_s_path_changed(desk: Desk) -> None:
    """Coming back reads the day again, but not everybody's paths; a change of one does."""
    home(desk)
    asked: list[int] = []

    def read() -> tuple[DueMilestone, ...]:
        asked.append(1)
        return ()

    desk.today.model._exits = read
    desk.frame.navigation.go("visits")
    home(desk)
    assert not asked
    desk.frame.bus.publish(Changes(frozenset({("situation", "one")})))
    settle()
    assert len(asked) == 1


def test_files_past_their_time_lead_to_privacy(desk: Desk) -> None:
    gone: list[str] = []
    desk.today.model._files_due = lambda: 3
    desk.frame.bus.publish(Changes(frozenset({("retention_decision", "one")})))
    desk.frame.navigation.moved.connect(lambda where: gone.append(where.place))
    words = "3\u00a0fiches à archiver ou anonymiser"
    assert words in home(desk)
    next(one for one in desk.today.findChildren(Card) if one.accessibleName() == words).opened.emit()
    assert gone[-1] == "privacy"
    desk.today.model._files_due = lambda: 0
    desk.frame.bus.publish(Changes(frozenset({("retention_decision", "two")})))
    assert "à archiver ou anonymiser" not in home(desk)


def test_an_empty_day_proposes_one_thing(desk: Desk) -> None:
    desk.today.model._missing = lambda: 0
    said = home(desk)
    assert "Rien de prévu" in said
    assert desk.today.empty.button is not None
    desk.today.empty.button.click()
    settle()
    assert desk.visits.choose.isVisible()


def test_everything_has_a_name_and_nothing_is_cut(desk: Desk) -> None:
    desk.window.resize(1920, 1080)
    opened(desk)
    plan_today(desk)
    home(desk)
    check_sizes(desk.window)
