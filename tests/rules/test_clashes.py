"""Every field is either asked of a person or settled by a rule, once, with a reason; and the rules are fair."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.clashes import ASKED, FOLLOWING, SETTLED, TOGETHER, Rule, asked_fields, group_of, rules_of
from app.models.wire import fields_of, models_by_kind
from app.rules.merge import DELETED, Stored, Write, born, merge

ALL = {(kind, field.name) for kind in models_by_kind() for field in fields_of(kind) if field.name != "id"}


def test_every_field_of_every_table_is_asked_or_settled_once():
    asked = {(kind, name) for kind in ASKED for name in asked_fields(kind)}
    ruled = {(kind, name) for kind in models_by_kind() for name in rules_of(kind)}
    assert asked & ruled == set(), "a field is asked or settled, not both"
    assert ALL - asked - ruled == set(), "say in app/models/clashes.py what a clash of these fields is"
    assert (asked | ruled) - ALL == set(), "these fields do not exist (any more)"


def test_no_field_is_settled_twice_nor_without_a_reason():
    for kind, groups in SETTLED.items():
        names = [name for group in groups for name in group.fields]
        assert len(names) == len(set(names)), kind
        assert all(len(group.why) > 10 for group in groups), kind


def test_no_structure_is_asked():
    """Nobody chooses between two lists: the strokes of a signature are the one exception, both drawn on the card."""
    structures = {
        (kind, field.name)
        for kind in models_by_kind()
        for field in fields_of(kind)
        if field.type == "data" and field.name in asked_fields(kind)
    }
    assert structures == {("signature", "strokes")}


def test_what_follows_is_not_asked_and_what_it_follows_is():
    for (kind, name), following in FOLLOWING.items():
        assert name in asked_fields(kind)
        followers = [one for one in (following.day, following.moment, following.author) if one]
        assert followers
        assert all(one in rules_of(kind) for one in followers)


def test_what_is_decided_together_is_asked_and_in_one_group_only():
    """A field that is settled, or gone, or in two groups, would leave half of a version behind."""
    for kind, groups in TOGETHER.items():
        names = [name for group in groups for name in group.fields]
        assert len(names) == len(set(names)), kind
        assert set(names) <= set(asked_fields(kind)) - {DELETED}, kind
        assert len({group.name for group in groups}) == len(groups), kind
        for group in groups:
            assert len(group.fields) > 1, (kind, group.name)
            assert {group_of(kind, name) for name in group.fields} == {group}


def test_an_address_is_whole_wherever_it_stands():
    for kind in ASKED:
        parts = {"address", "postcode", "town"} & set(asked_fields(kind))
        assert len(parts) < 2 or {group_of(kind, one) for one in parts} - {None}, kind
        assert len({group_of(kind, one) for one in parts}) < 2, kind


# --- the rules ---------------------------------------------------------------------------------

VALUES = {
    Rule.LATEST: st.sampled_from(["a", "b", "c", None]),
    Rule.LARGEST: st.one_of(st.none(), st.integers(0, 5)),
    Rule.SMALLEST: st.one_of(st.none(), st.integers(0, 5)),
    Rule.UNION: st.sampled_from(["x", "x y", "z", ""]),
}


@pytest.mark.parametrize("rule", Rule)
@given(data=st.data())
def test_a_settled_field_asks_nothing_and_the_order_of_arrival_chooses_nothing(rule: Rule, data: st.DataObject):
    start = data.draw(VALUES[rule])
    written = [
        Write(data.draw(VALUES[rule].filter(lambda value: value != start)), 5, f"t{at}", start)
        for at in data.draw(st.permutations(range(3)))
    ]
    found = set()
    for order in itertools.permutations(range(3)):
        made = born({"id": "r", "field": start, DELETED: None}, 5, 1, "t")
        standing = Stored(made.values, made.clocks)
        for seq, at in enumerate(order, 6):
            merged = merge(standing, {"field": written[at]}, seq, at + 2, rules={"field": rule})
            assert merged.clashes == ()
            standing = Stored(merged.values, merged.clocks)
        found.add(standing.values["field"])
    assert len(found) == 1
    (value,) = found
    typed = [one.value for one in written]
    if rule is Rule.LATEST:
        assert value == max(written, key=lambda one: one.at).value
    elif rule is Rule.UNION:
        assert value.split() == sorted({word for one in typed for word in one.split()})
    else:
        known = [one for one in typed if one is not None]
        assert value == (max if rule is Rule.LARGEST else min)(known, default=None)


def test_what_was_read_is_replaced_whatever_the_rule():
    """A counter corrected by somebody who saw it goes down: rules are for what was written blindly."""
    made = born({"id": "r", "uses": 9, DELETED: None}, 5, 1, "t0")
    read = merge(Stored(made.values, made.clocks), {"uses": Write(3, 5, "t1", 9)}, 6, 2, rules={"uses": Rule.LARGEST})
    assert read.values["uses"] == 3


def test_a_deletion_that_nobody_could_regret_is_not_asked():
    made = born({"id": "r", "phrase_id": "p", DELETED: None}, 5, 1, "t0")
    gone = merge(Stored(made.values, made.clocks), {DELETED: Write("t1", 5, "t1", None)}, 6, 2)
    back = merge(
        Stored(gone.values, gone.clocks),
        {"phrase_id": Write("p", 0, "t2", None)},
        7,
        3,
        inserting=True,
        rules=rules_of("hidden_phrase"),
    )
    assert back.values[DELETED] is None
    assert back.clashes == ()
