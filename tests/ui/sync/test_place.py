"""« Synchronisation » by keys: six states, one decision at a time, a session that always answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.changes import Changes
from app.errors import ExchangeFailed
from app.sync.state import Decision, HeldReason, Problem, Progress, Situation, Stage, SyncReport, Verification
from app.ui.kit.dialogs import Question
from app.ui.sync.cards import HeldWidget
from app.ui.sync.dialogs import CheckDialog, JoinDialog
from app.ui.sync.indicator import LOOKS
from app.ui.sync.journal import JournalDay
from app.ui.theme.appearance import appearance
from tests.sync.test_sentences import faults
from tests.ui.accessibility import check, settle
from tests.ui.keys import press
from tests.ui.sync.desk import (
    NOW,
    FakeDesk,
    held_card,
    hours_card,
    journal,
    phone_card,
)

# --- the indicator -------------------------------------------------------------------------------

STATES: dict[Situation, dict[str, Any]] = {
    Situation.ALONE: {"enrolled": False, "unsent": 7},
    Situation.UP_TO_DATE: {},
    Situation.TO_SEND: {"unsent": 7},
    Situation.OFFLINE: {"unsent": 7, "problem": Problem.OFFLINE},
    Situation.ATTENTION: {"problem": Problem.PORTAL},
    Situation.RUNNING: {"running": True},
}


def test_each_state_has_its_shape_its_words_and_its_colour(screen):
    shown = set()
    for situation, state in STATES.items():
        one = screen(FakeDesk(**state))
        one.model.reload()
        settle()
        indicator = one.workspace.sync_indicator
        assert one.model.state.situation is situation
        assert (indicator.state.icon, indicator.state.role) == LOOKS[situation]
        assert indicator.text()
        assert not indicator.icon().isNull()
        assert indicator.accessibleName() == f"Synchronisation\u00a0: {indicator.state.text}"
        shown.add((indicator.state.icon, indicator.state.text))
    assert len({icon for icon, _text in shown}) == 5, "offline and alone are one shape; the others differ"


def test_to_review_and_refused_are_seen_from_home_and_in_the_rail(screen):
    desk = FakeDesk()
    desk.cards = [phone_card(), hours_card()]
    one = screen(desk)
    one.model.reload()
    settle()
    assert one.workspace.sync_indicator.state.text.replace("\u00a0", " ") == "2 fiches à relire"
    (saved,) = one.exchange.filters()
    assert (saved.text, saved.count) == ("Fiches à relire", 2)
    saved.act()
    settle()
    assert one.view.review is not None
    desk.refusals = [held_card()]
    one.model.reload()
    settle()
    assert one.workspace.sync_indicator.state.text.replace("\u00a0", " ") == "1 élément refusé — voir"


# --- F5 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", [one for one in Problem if one is not Problem.REVOKED])
def test_f5_always_answers(screen, problem):
    desk = FakeDesk(problem=problem)
    desk.report = SyncReport(problem=problem, pushed=0 if problem is not Problem.NONE else 3)
    one = screen(desk)
    one.model.reload()
    press(one.workspace, "F5")
    settle()
    assert one.said
    assert not faults(one.said[-1])


def test_f5_before_the_first_look_is_no_notebook_alone(screen):
    one = screen(FakeDesk())
    press(one.workspace, "F5")
    settle()
    assert "synchronise" in one.desk.calls
    assert one.said == ["Tout est à jour. Rien de nouveau à envoyer ni à recevoir."]


def test_f5_of_a_notebook_that_is_alone_proposes_to_join(screen):
    one = screen(FakeDesk(enrolled=False))
    one.model.reload()
    press(one.workspace, "F5")
    assert "n’est rattaché à aucun réseau" in one.said[-1]
    one.frame.messages.messages[-1].action()
    settle()
    assert one.window.findChildren(JoinDialog)


def test_f5_after_the_sign_in_expired_proposes_the_password(screen):
    desk = FakeDesk(problem=Problem.SIGN_IN)
    desk.report = SyncReport(problem=Problem.SIGN_IN)
    one = screen(desk)
    one.model.reload()
    press(one.workspace, "F5")
    said = one.frame.messages.messages[-1]
    assert said.action_label == "Se connecter"
    said.action()
    settle()
    (dialog,) = one.window.findChildren(JoinDialog)
    assert not dialog.server.isVisible()


def test_f5_of_a_demonstration_sends_nothing(screen):
    desk = FakeDesk(enrolled=False)
    one = screen(desk, demonstration=True)
    view = one.open()
    assert not view.join_button.isVisible(), "a demonstration joins no network"
    assert "tout y est inventé" in one.texts()
    press(one.workspace, "F5")
    assert "C’est une démonstration" in one.said[-1]
    assert "synchronise" not in desk.calls


def test_a_session_shows_how_far_it_is_and_can_be_stopped(screen):
    desk = FakeDesk(unsent=7)
    one = screen(desk)
    view = one.open()
    seen = []

    def step(progress: Progress) -> None:
        settle()
        seen.append((one.workspace.sync_indicator.state.text, view.bar.maximum(), view.bar.value()))
        assert view.stop_button.isVisible()
        assert not view.sync_button.isVisible()
        view.stop_button.click()

    told = one.model._told
    desk.steps = [Progress(Stage.SENDING, 3, 7), Progress(Stage.PHOTOS, 12, 14)]
    told.connect(step)
    view.sync_button.setFocus()
    press(one.workspace, "Space")
    settle()
    assert seen == [("Envoi… 3/7", 7, 3)]
    assert "cancelled" in desk.calls
    assert view.sync_button.isVisible()
    assert not view.bar.isVisible()


# --- what was refused ----------------------------------------------------------------------------


def test_what_was_refused_is_explained_sent_again_or_closed(screen):
    desk = FakeDesk()
    desk.refusals = [held_card()]
    one = screen(desk)
    view = one.open()
    said = one.texts()
    assert "Visite VIS-2026-NO-0042" in said
    assert "Elle est gardée ici." in said
    assert "Lieu : Base vie, rue des Acacias" in said
    (shown,) = view.findChildren(HeldWidget)
    shown.again_button.click()
    settle()
    assert ("send_again", "held") in desk.calls
    assert "synchronise" in desk.calls
    desk.refusals = [held_card()]
    one.model.reload()
    settle()
    shown = view.findChildren(HeldWidget)[-1]
    shown.close_button.click()
    settle()
    assert ("give_up", "held") in desk.calls


def test_what_was_erased_for_good_can_only_be_closed(screen):
    desk = FakeDesk()
    desk.refusals = [replace(held_card(), reason=HeldReason.GONE)]
    (shown,) = screen(desk).open().findChildren(HeldWidget)
    offered = [one.text() for one in shown.findChildren(QPushButton) if one.isVisible()]
    assert offered == ["Fermer cette ligne"]


# --- journal, check ------------------------------------------------------------------------------


def test_the_journal_is_told_by_day(screen):
    desk = FakeDesk()
    desk.lines = journal()
    one = screen(desk)
    one.open()
    said = one.texts()
    for words in (
        "Aujourd’hui",
        "3 visites et 12 relevés envoyés à 10 h 42.",
        "Hier",
        "Jeudi 19 novembre 2026",
        "Carnet rattaché au réseau",
    ):
        assert words in said
    assert not faults(said)


def test_what_a_colleague_changed_opens_by_the_keys_and_hides_under_f8(screen):
    from app.ui.sync.journal import JournalDay

    desk = FakeDesk()
    desk.lines = journal()
    one = screen(desk)
    view = one.open()
    (today, *_) = view.findChildren(JournalDay)
    assert "Karim Benali a modifié Fiche de Julie MARTIN (Téléphone)." in today.text.accessibleName().replace(
        "\u00a0", " "
    )
    today.text.setFocus(Qt.FocusReason.TabFocusReason)
    press(today.text, "Tab")
    press(today.text, "Return")
    settle()
    here = one.frame.navigation.here
    assert (here.place, here.path) == ("beneficiaries", ("julie",))
    one.frame.navigation.go("sync")
    one.frame.discretion.set(True)
    settle()
    (today, *_) = [found for found in one.view.findChildren(JournalDay) if found.isVisible()]
    assert "MARTIN" not in today.text.text()
    assert "MARTIN" not in today.text.accessibleName()
    assert "Bâti-Sud 91" in today.text.text(), "a company is no person"


def test_a_session_that_brings_nothing_leaves_the_page_as_it_is(screen):
    desk = FakeDesk()
    desk.lines = journal()
    desk.refusals = [held_card()]
    one = screen(desk)
    view = one.open()
    held = view.findChildren(HeldWidget)
    one.model.reload()
    settle()
    assert view.findChildren(HeldWidget) == held


def test_a_new_line_of_the_journal_leaves_the_keys_where_they_are(screen):
    desk = FakeDesk()
    desk.lines = journal()
    desk.refusals = [held_card()]
    one = screen(desk)
    view = one.open()

    def brought() -> None:
        desk.lines = [replace(desk.lines[0]), *desk.lines]
        one.model.reload()
        settle()

    def first(kind: type[QWidget]) -> Any:
        return next(made for made in view.findChildren(kind) if made.isVisible())

    first(HeldWidget).again_button.setFocus()
    brought()
    assert QApplication.focusWidget() is first(HeldWidget).again_button
    today = first(JournalDay)
    today.text.setFocus()
    brought()
    assert first(JournalDay) is not today
    assert QApplication.focusWidget() is first(JournalDay).text


def test_what_comes_by_itself_moves_nothing_that_is_being_read(screen):
    desk = FakeDesk()
    desk.lines = journal() * 3
    desk.refusals = [held_card(), replace(held_card(), held_id="twin")]
    one = screen(desk)
    view = one.open()
    bar = view.area.verticalScrollBar()

    def twins() -> list[HeldWidget]:
        return [made for made in view.findChildren(HeldWidget) if made.isVisible()]

    def brought() -> None:
        desk.lines = [replace(desk.lines[0]), *desk.lines]
        one.model.reload()
        settle()

    twins()[1].close_button.setFocus()
    bar.setValue(60)
    settle()
    before = view._end(QApplication.focusWidget())
    brought()
    assert QApplication.focusWidget() is twins()[1].close_button, "of two that say the same, the same"
    assert (bar.value(), view._end(QApplication.focusWidget())) == (60, before)
    view.verify_button.setFocus()
    bar.setValue(bar.maximum() - 40)
    settle()
    days = [made for made in view.findChildren(JournalDay) if made.isVisible()]
    ends = [view._end(made) for made in days if view._end(made) > 0]
    brought()
    after = [view._end(made) for made in view.findChildren(JournalDay) if made.isVisible()]
    assert after[-len(ends) :] == ends
    assert view.verify_button.hasFocus()


def test_a_session_nobody_asked_for_moves_no_button(screen):
    desk = FakeDesk(unsent=7, problem=Problem.PORTAL)
    desk.lines = journal()
    one = screen(desk)
    view = one.open()
    seen = []

    def stand() -> tuple[Any, ...]:
        settle()
        parts = (view.told, view.bar, view.sync_button, view.stop_button, view.verify_button)
        return tuple((part.isVisible(), part.pos()) for part in parts)

    before = stand()
    desk.steps = [Progress(Stage.SENDING, 3, 7)]
    one.model._told.connect(lambda _step: seen.append((one.workspace.sync_indicator.state.text, stand())))
    one.model.synchronise(asked=False)
    settle()
    assert seen == [("Envoi… 3/7", before)]


def test_the_place_is_a_command(screen):
    one = screen(FakeDesk())
    one.workspace.trigger("exchange")
    settle()
    assert one.frame.navigation.here.place == "sync"


def test_unfolding_the_details_by_the_keys_leaves_them_on_the_fold(screen):
    one = screen(FakeDesk())
    view = one.open()
    fold = next(made for made in view.findChildren(QPushButton) if made.text() == "Détail technique")
    fold.setFocus()
    press(one.workspace, "Space")
    settle()
    assert "Serveur du réseau" in one.texts()
    press(one.workspace, "Space")
    settle()
    assert "Serveur du réseau" not in one.texts()


@pytest.mark.parametrize("zoom", [100, 200])
def test_the_page_ends_with_its_last_line(screen, zoom):
    appearance().set(zoom=zoom)
    desk = FakeDesk()
    desk.lines = journal()
    desk.cards = [phone_card()]
    view = screen(desk).open()
    settle()
    column = view.area.widget()
    last = max(child.geometry().bottom() for child in column.findChildren(QWidget) if child.parent() is column)
    assert column.height() - last < 60


def test_ctrl_j_says_what_was_typed_lately(screen):
    one = screen(FakeDesk(enrolled=False))
    press(one.workspace, "Ctrl+J")
    settle()
    assert "À 10 h 42, N. DIALLO a changé Téléphone : rien → 06 39 98 12 34 (Fiche de Julie MARTIN)." in one.texts()


def test_f1_says_what_the_place_is_for(screen):
    from app.ui.kit.help_popover import HelpPopover

    one = screen(FakeDesk())
    one.open()
    press(one.workspace, "F1")
    settle()
    (popover,) = one.workspace.findChildren(HelpPopover)
    assert "G garde la vôtre" in popover.accessibleDescription()
    popover.close()


def test_verifier_answers_in_a_table(screen):
    desk = FakeDesk()
    one = screen(desk)
    view = one.open()
    view.verify_button.setFocus()
    press(one.workspace, "Space")
    settle()
    (dialog,) = one.window.findChildren(CheckDialog)
    assert "exactement la même chose" in dialog.sentence.text()
    assert dialog.print_button.isVisible()


def test_a_check_that_did_not_take_place_is_not_printed(screen):
    desk = FakeDesk()
    desk.check = Verification(NOW, problem=Problem.OFFLINE)
    one = screen(desk)
    one.open().verify_button.click()
    settle()
    (dialog,) = one.window.findChildren(CheckDialog)
    assert "Imprimer" not in [made.text() for made in dialog.findChildren(QPushButton)]


# --- by itself -----------------------------------------------------------------------------------


def test_a_change_is_sent_by_itself_a_moment_later_and_nothing_while_locked(screen):
    import datetime as dt

    desk = FakeDesk()
    one = screen(desk)
    locked = [False]
    one.exchange.start(lambda: locked[0])
    one.model.reload()
    assert desk.calls.count("synchronise") == 1, "once at the opening"
    auto = one.exchange._auto
    desk.now = replace(desk.now, unsent=1)
    one.frame.bus.publish(Changes.of("visit", "v"))
    one.model.reload()
    auto.look()
    assert desk.calls.count("synchronise") == 1, "a thought is finished before it is sent"
    one.frame.clock.move(dt.timedelta(minutes=1))
    locked[0] = True
    auto.look()
    assert desk.calls.count("synchronise") == 1
    locked[0] = False
    auto.look()
    assert desk.calls.count("synchronise") == 2
    assert one.said == [], "nobody asked: nothing is said"
    one.exchange.stop()


def test_the_network_back_is_noticed_within_a_minute(screen):
    import datetime as dt

    desk = FakeDesk(unsent=3, problem=Problem.OFFLINE)
    desk.report = SyncReport(problem=Problem.OFFLINE)
    one = screen(desk)
    one.exchange.start(lambda: False)
    one.model.reload()
    before = desk.calls.count("synchronise")
    one.frame.clock.move(dt.timedelta(seconds=45))
    one.exchange._auto.look()
    assert desk.calls.count("synchronise") == before + 1
    one.exchange.stop()


# --- for everyone --------------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [100, 150, 200])
def test_everything_is_named_and_fits(screen, zoom):
    appearance().set(zoom=zoom)
    desk = FakeDesk(unsent=7, problem=Problem.PORTAL, clock_offset=1500, photos_done=12, photos_total=14)
    desk.lines = journal()
    desk.cards = [phone_card(), hours_card()]
    desk.refusals = [held_card()]
    desk.decided = [replace(phone_card("other"), decided=Decision.BOTH, decided_at=NOW)]
    one = screen(desk)
    view = one.open()
    view._unfold()
    settle()
    assert not check(one.workspace)
    view._again(desk.decided[0])
    settle()
    question = view.findChildren(Question)[-1]
    assert not check(question)
    question.choices[""].click()
    assert desk.calls == [], "nothing is changed"
    for dialog in (
        JoinDialog(one.window, one.model, one.model.state),
        CheckDialog(one.window, desk.check),
    ):
        dialog.open()
        settle()
        assert not check(dialog)
        dialog.close()


# --- the network's figures -----------------------------------------------------------------------


def focused() -> Any:
    """What the keys reach."""
    return QApplication.focusWidget()


def test_a_coordinator_asks_the_network_figures_by_keys(screen):
    desk = FakeDesk(coordinator=True)
    one = screen(desk)
    view = one.open()
    assert "Chiffres du réseau" in one.texts()
    assert not [call for call in desk.calls if call[0] == "figures"], "asked only when the button is pressed"
    assert view.figures is not None
    view.figures.buttons[0].setFocus()
    assert view.figures.buttons[0].text() == "Voir les chiffres du réseau"
    press(focused(), "Space")
    settle()
    assert ("figures", 2026) in desk.calls
    table: Any = view.figures.table
    assert focused() is table
    model = table.model()
    cells = [
        [str(model.index(row, column).data()).replace("\u202f", " ").replace("\u00a0", " ") for column in range(8)]
        for row in range(model.rowCount())
    ]
    assert cells[0] == ["Atout PLIE", "41 250,50", "3 120,00", "148", "61", "12", "7", "31"]
    assert cells[2][3:5] == ["moins de 5", "moins de 5"]
    assert cells[3][3:5] == ["non communiqué", "non communiqué"]
    assert cells[4][0] == "Ensemble du réseau"
    assert "comptée par le réseau le 22/11/2026" in one.texts()
    press(table, "Tab")
    press(focused(), "Tab")
    assert focused().text() == "Voir l’année 2025"
    press(focused(), "Space")
    settle()
    assert ("figures", 2025) in desk.calls
    assert not check(view)


def test_others_have_no_figures_of_the_network(screen):
    one = screen(FakeDesk())
    assert one.open().figures is None
    assert "Chiffres du réseau" not in one.texts()


def test_figures_asked_offline_say_so_and_can_be_asked_again(screen):
    desk = FakeDesk(coordinator=True)
    desk.refusal = ExchangeFailed("offline", "Pas de réseau.", "Le carnet est intact.", "Recommencez plus tard.")
    one = screen(desk)
    view = one.open()
    view.figures.buttons[0].setFocus()
    press(focused(), "Space")
    settle()
    assert "Pas de réseau." in one.said[-1]
    assert view.figures.table is None
    desk.refusal = None
    press(focused(), "Space")
    settle()
    assert view.figures.table is not None
