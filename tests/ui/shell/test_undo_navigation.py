"""Undo by name, history of places, discretion."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.shell.discretion import Discretion
from app.ui.shell.navigation import Location, Navigation
from app.ui.shell.undo import LIMIT, UndoStack


def test_acts_are_undone_in_reverse_order_and_done_again():
    state: list[str] = ["a", "b"]
    stack = UndoStack()
    stack.push("ajout de a", lambda: state.remove("a"), lambda: state.append("a"))
    stack.push("ajout de b", lambda: state.remove("b"), lambda: state.append("b"))
    assert stack.undo_label == "ajout de b"
    assert stack.undo()
    assert state == ["a"]
    assert (stack.undo_label, stack.redo_label) == ("ajout de a", "ajout de b")
    assert stack.redo()
    assert state == ["a", "b"]
    assert not stack.redo()


def test_a_new_act_forgets_what_was_undone():
    stack = UndoStack()
    stack.push("un", lambda: None, lambda: None)
    stack.undo()
    stack.push("deux", lambda: None)
    assert stack.redo_label == ""
    assert stack.undo()
    assert stack.redo_label == ""  # no way to do it again was given


def test_undoing_through_a_service_is_not_itself_an_act():
    stack = UndoStack()
    stack.push("heures de MARTIN 140 → 104", lambda: stack.push("heures de MARTIN 104 → 140", lambda: None))
    stack.undo()
    assert stack.undo_label == ""


def test_the_stack_is_bounded():
    stack = UndoStack()
    for at in range(LIMIT + 50):
        stack.push(str(at), lambda: None)
    done = 0
    while stack.undo():
        done += 1
    assert done == LIMIT


@given(st.lists(st.sampled_from(["go a", "go b", "go c", "back", "forward", "up"]), max_size=40))
def test_going_back_then_forward_is_the_same_place(steps):
    navigation = Navigation()
    moved: list[Location] = []
    navigation.moved.connect(moved.append)
    for step in steps:
        if step.startswith("go "):
            navigation.go(step[3:], "record")
        else:
            getattr(navigation, step)()
    if moved:
        assert navigation.here == moved[-1]
    here = navigation.here
    if navigation.back():
        assert navigation.forward()
        assert navigation.here == here


def test_up_goes_to_the_list_then_no_further():
    navigation = Navigation()
    navigation.go("operations", "o", "lot")
    assert navigation.up()
    assert navigation.here == Location("operations", ("o",))
    assert navigation.up()
    assert not navigation.up()
    assert navigation.here == Location("operations")


def test_a_draft_that_gets_its_id_adds_no_step():
    navigation = Navigation()
    navigation.go("visits")
    navigation.go("visits", "new")
    navigation.replace("visits", "v1")
    navigation.back()
    assert navigation.here == Location("visits")
    navigation.forward()
    assert navigation.here == Location("visits", ("v1",))


def test_discretion_leaves_initials():
    discretion = Discretion()
    told: list[bool] = []
    discretion.changed.connect(told.append)
    assert discretion.name("Martin", "Julie") == "MARTIN Julie"
    discretion.toggle()
    assert discretion.name("Martin", "Julie").replace("\u00a0", " ") == "J. M."
    assert discretion.detail("06 12 34 56 78") == "•••"
    assert discretion.detail("") == ""
    discretion.set(True)
    assert told == [True]
