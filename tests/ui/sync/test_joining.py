"""Joining the network, giving the password again, leaving, being withdrawn: by keys, over an exchange that is only
remembered.
"""

from __future__ import annotations

import pytest

from app.errors import EnvironmentProblem, InvalidInput
from app.sync.state import Problem, SyncReport
from app.ui.kit.dialogs import Question
from app.ui.sync.dialogs import JoinDialog
from app.ui.sync.exchange import Exchange
from tests.ui.accessibility import settle
from tests.ui.keys import press, type_text
from tests.ui.sync.desk import SERVER, FakeDesk


def joining(screen, **state):
    desk = FakeDesk(enrolled=False, server="", user="", last_success=None, **state)
    one = screen(desk)
    view = one.open()
    assert view.join_button.hasFocus()
    press(one.workspace, "Space")
    settle()
    (dialog,) = one.window.findChildren(JoinDialog)
    return one, dialog


def test_joining_by_keys_then_the_first_session(screen):
    one, dialog = joining(screen)
    type_text(dialog, SERVER)
    press(dialog, "Tab")
    if not dialog.user.edit.hasFocus():
        dialog.user.setFocus()
    type_text(dialog, "nadia")
    dialog.password.setFocus()
    type_text(dialog, "secret du réseau")
    press(dialog, "Return")
    settle()
    assert one.desk.calls[:2] == [("enrol", SERVER, "nadia", "secret du réseau"), "synchronise"]
    assert not one.window.findChildren(JoinDialog)
    assert one.model.state.enrolled
    assert one.view.sync_button.isVisible()


def test_what_is_missing_is_said_under_its_field(screen):
    one, dialog = joining(screen)
    press(dialog, "Return")
    settle()
    assert dialog.server.error() == "À remplir."
    assert one.desk.calls == []


@pytest.mark.expected_logs
def test_a_refusal_to_join_is_told_and_can_be_tried_again(screen):
    one, dialog = joining(screen)
    one.desk.refusal = EnvironmentProblem("Pas de réseau.", "Le carnet est intact.", "Recommencez plus tard.")
    dialog.server.set_value(SERVER)
    dialog.user.set_value("nadia")
    dialog.password.setFocus()
    type_text(dialog, "secret")
    press(dialog, "Return")
    settle()
    assert dialog.isVisible()
    assert dialog.error.text() == "Pas de réseau. Le carnet est intact. Recommencez plus tard."
    assert dialog.accept_button.isEnabled()
    one.desk.refusal = InvalidInput("Le serveur ne reconnaît pas ce nom.", "Le carnet est intact.", field="user")
    press(dialog, "Return")
    settle()
    assert "ne reconnaît pas ce nom" in dialog.password.error.text()
    assert not dialog.error.isVisible(), "what was said of the former try is gone"


def test_an_expired_sign_in_has_one_first_act(screen):
    desk = FakeDesk(problem=Problem.SIGN_IN, unsent=2)
    one = screen(desk)
    view = one.open()
    assert "Votre connexion au réseau est arrivée à son terme. Vos 2 modifications sont gardées" in one.texts()
    assert view.focus_target() is view.sign_in_button
    assert (view.sign_in_button.property("kind"), view.sync_button.property("kind")) == ("primary", "")
    view.sign_in_button.click()
    settle()
    (dialog,) = one.window.findChildren(JoinDialog)
    assert not dialog.server.isVisible()
    type_text(dialog, "faux")
    press(dialog, "Return")
    settle()
    assert "ne reconnaît pas" in dialog.password.error.text()
    dialog.password.clear()
    type_text(dialog, "bon")
    press(dialog, "Return")
    settle()
    assert desk.calls[-2:] == [("sign_in", "bon"), "synchronise"]
    assert not view.told.isVisible()
    assert not view.sign_in_button.isVisible()
    assert view.sync_button.property("kind") == "primary"


@pytest.mark.expected_logs
def test_signing_out_with_unsent_work_is_refused_with_the_copy_offered(screen, monkeypatch):
    opened = []
    monkeypatch.setattr(Exchange, "open_copy", lambda self: opened.append(self))
    desk = FakeDesk(unsent=7)
    one = screen(desk)
    view = one.open()
    view._unfold()
    settle()
    view._ask_to_leave()
    settle()
    view.findChildren(Question)[-1].choices["leave"].click()
    settle()
    assert "sign_out" not in desk.calls
    question = view.findChildren(Question)[-1]
    assert question.isVisible()
    question.choices["copy"].click()
    settle()
    assert opened


def test_signing_out_once_everything_is_sent(screen):
    desk = FakeDesk()
    one = screen(desk)
    view = one.open()
    view._ask_to_leave()
    settle()
    view.findChildren(Question)[-1].choices["leave"].click()
    settle()
    assert "sign_out" in desk.calls
    assert "Le carnet reste entier" in one.said[-1]


def test_a_withdrawn_notebook_is_told_to_the_window(screen, qtbot):
    desk = FakeDesk()
    desk.report = SyncReport(problem=Problem.REVOKED)
    one = screen(desk)
    one.model.reload()
    with qtbot.waitSignal(one.exchange.withdrawn):
        one.model.synchronise()
