"""Work leaves the window's thread and its result comes back on it; errors have three fates."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject

from app.changes import Changes
from app.errors import Cancelled, InvalidInput, Locked
from app.tasks import ThreadExecutors
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import RecordedMessages
from app.ui.bridge.tasks import Bridge, ImmediateBridge, changes_of


@pytest.fixture
def executors() -> Iterator[ThreadExecutors]:
    made = ThreadExecutors()
    yield made
    made.close()


@pytest.fixture
def bridge(executors) -> Bridge:
    return Bridge(executors, Bus(), RecordedMessages())


def test_work_is_done_elsewhere_and_answered_here(qtbot, bridge):
    where: list[str] = []
    answers: list[tuple[int, str]] = []

    def work() -> int:
        where.append(threading.current_thread().name)
        return 42

    bridge.run(work, lambda result: answers.append((result, threading.current_thread().name)))
    assert bridge.pending == 1
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(42, "MainThread")]
    assert where[0].startswith("store")
    assert bridge.pending == 0
    bridge.run(work, lambda result: answers.append((result, "")), on="io")
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert where[1].startswith("io")


def test_works_of_the_store_are_answered_in_order(qtbot, bridge):
    answers: list[int] = []
    for number in range(50):
        bridge.run(lambda number=number: number, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 50)
    assert answers == list(range(50))


def test_changes_are_published_before_the_answer(qtbot):
    bus = Bus()
    heard: list[object] = []
    bus.published.connect(heard.append)
    run = ImmediateBridge(bus)
    changes = Changes.of("company", "a")
    run.run(lambda: ("row", changes), lambda result: heard.append(result[0]))
    assert heard == [changes, "row"]
    run.run(lambda: changes)
    assert heard[-1] == changes
    run.run(Changes)
    assert len(heard) == 3


def test_where_changes_are_found():
    changes = Changes.of("visit", "v")

    class Saved:
        pass

    saved = Saved()
    saved.changes = changes  # type: ignore[attr-defined]
    assert changes_of(saved) == changes_of((1, changes)) == changes_of(changes) == changes
    assert changes_of(Saved()) is None
    assert changes_of(()) is None
    assert changes_of(None) is None


def test_an_expected_error_goes_to_the_caller_or_to_the_message_bar():
    messages = RecordedMessages()
    run = ImmediateBridge(messages=messages)

    def refuse() -> None:
        raise Locked("Ce rapport est signé.", "Il est intact.", "Créez un rectificatif.")

    told: list[str] = []
    run.run(refuse, failed=lambda problem: told.append(problem.code))
    assert told == ["locked"]
    assert messages.texts == []
    run.run(refuse)
    assert messages.texts == ["Ce rapport est signé. Il est intact. Créez un rectificatif."]
    assert messages.messages[0].seconds == 0  # an error stays until it is closed


def test_a_cancelled_work_is_told_to_nobody():
    messages = RecordedMessages()

    def give_up() -> None:
        raise Cancelled

    told: list[object] = []
    ImmediateBridge(messages=messages).run(give_up, told.append, told.append)
    assert told == messages.texts == []


def test_anything_else_is_a_bug_shown_by_the_crash_dialog():
    crashes: list[BaseException] = []
    run = ImmediateBridge(crash=crashes.append)
    run.run(lambda: 1 // 0, failed=lambda problem: pytest.fail("a bug is not an expected error"))
    assert isinstance(crashes[0], ZeroDivisionError)


def test_what_a_callback_raises_reaches_the_test():
    def wrong(_result: int) -> None:
        raise AssertionError("seen")

    with pytest.raises(AssertionError, match="seen"):
        ImmediateBridge().run(lambda: 1, wrong)


def test_nothing_is_called_for_an_owner_that_has_gone(qtbot, bridge):
    owner = QObject()
    answers: list[int] = []
    bridge.run(lambda: 1, answers.append, owner=owner)
    import shiboken6

    shiboken6.delete(owner)
    qtbot.waitUntil(lambda: bridge.pending == 0)
    assert answers == []


def test_nothing_is_delivered_once_closed(qtbot, executors):
    run = Bridge(executors, Bus(), RecordedMessages())
    answers: list[int] = []
    run.run(lambda: 1, answers.append)
    run.close()
    executors.close()
    qtbot.wait(1)
    assert answers == []


def test_messages_with_an_undo_stay_ten_seconds():
    messages = RecordedMessages()
    messages.undoable("Ligne retirée.", lambda: None)
    messages.say("Copié.")
    messages.error(InvalidInput("Mois inconnu."))
    assert [(one.seconds, one.action_label) for one in messages.messages] == [(10, "Annuler"), (6, ""), (0, "")]


def test_what_is_asked_of_the_store_goes_before_what_is_done_behind(executors):
    begun, hold = threading.Event(), threading.Event()
    order: list[str] = []

    def long_slice() -> None:
        begun.set()
        assert executors.store_rest > 0, "what is done behind does not count"
        hold.wait(10)
        order.append("slice")

    executors.store(long_slice, behind=True)
    assert begun.wait(10)
    behind = [executors.store(lambda: order.append("behind"), behind=True) for _ in range(3)]
    asked = [executors.store(lambda name=name: order.append(name)) for name in ("first key", "second key")]
    assert executors.store_rest == 0
    hold.set()
    for future in [*behind, *asked]:
        future.result(10)
    assert order == ["slice", "first key", "second key", "behind", "behind", "behind"]
    assert 0 < executors.store_rest < math.inf


def test_whoever_was_answered_takes_the_answer_before_what_is_done_behind_begins():
    order: list[str] = []
    executors = ThreadExecutors(taking=600)
    executors.store(lambda: order.append("key")).result(10)
    executors.store(lambda: order.append("behind"), behind=True)
    executors.store(lambda: order.append("next key")).result(10)
    executors.close()  # waits for nobody to take an answer any more
    assert order == ["key", "next key", "behind"]


def test_work_given_up_is_not_done_and_takes_nobody_else_s_turn(executors):
    hold = threading.Event()
    executors.store(lambda: hold.wait(10))
    given_up = executors.store(lambda: 1)
    kept = executors.store(lambda: 2)
    assert given_up.cancel()
    hold.set()
    assert kept.result(10) == 2
    assert given_up.cancelled()


def test_a_failure_reaches_who_asked_and_the_next_work_is_done(executors):
    def fail() -> None:
        raise ValueError("no")

    failed = executors.store(fail, behind=True)
    after = executors.store(lambda: 3, behind=True)
    with pytest.raises(ValueError, match="no"):
        failed.result(10)
    assert after.result(10) == 3
