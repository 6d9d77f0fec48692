"""The table of actions: no clash, no key that a French keyboard lacks, nothing without a label."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtGui import QKeySequence

from app.ui.shell.actions import ACTIONS, BY_ID, SHORTCUT_SCOPES, Action, first_key, matches, shown_keys
from app.ui.shell.help import sheet, sheet_html

KEYS_OF_THE_PRODUCT = {
    "Ctrl+K": "search",
    "Ctrl+N": "new",
    "Ctrl+H": "hours",
    "Ctrl+M": "visit",
    "Ctrl+L": "lock",
    "Ctrl+Shift+L": "lock",
    "Ctrl+F": "filter",
    "Ctrl+J": "history",
    "Ctrl+D": "same_as_above",
    "Ctrl++": "zoom_in",
    "Ctrl+-": "zoom_out",
    "Ctrl+0": "zoom_reset",
    "Ctrl+P": "print",
    "Ctrl+Z": "undo",
    "Ctrl+Y": "redo",
    "Ctrl+Return": "confirm",
    "F1": "help",
    "F2": "edit_cell",
    "F4": "panel",
    "F5": "sync",
    "F8": "discretion",
    "F11": "fullscreen",
    "Alt+R": "carry_over",
    "Esc": "up",
    "Ctrl+S": "saved",
    "Alt+Left": "back",
    "Alt+Right": "forward",
}
"""PRODUCT.md §3.3."""

KEYS = [(action, key) for action in ACTIONS for key in action.keys]


@pytest.mark.parametrize(("key", "action_id"), KEYS_OF_THE_PRODUCT.items())
def test_the_map_of_the_product_is_kept(key: str, action_id: str):
    assert key in BY_ID[action_id].keys


def test_ids_are_unique_and_everything_has_a_french_label():
    assert len(BY_ID) == len(ACTIONS)
    for one in ACTIONS:
        assert one.label
        assert one.label[0].isupper()
        assert not one.label.endswith(".")
        assert "'" not in one.label
        assert one.icon or not one.palette


def test_no_two_actions_share_a_key_where_both_work():
    for (one, key), (other, second) in combinations(KEYS, 2):
        if one.id == other.id or QKeySequence(key) != QKeySequence(second):
            continue
        together = {one.scope, other.scope}
        assert not together & SHORTCUT_SCOPES, (one.id, other.id, key)


@pytest.mark.parametrize(("action", "key"), KEYS)
def test_keys_are_safe_on_azerty(action: Action, key: str):
    assert not QKeySequence(key).isEmpty()
    parts = key.removesuffix("+").split("+")
    last = "+" if key.endswith("++") else parts[-1]
    assert not {"Ctrl", "Alt"} <= set(parts), "Ctrl+Alt is AltGr"
    assert last not in "[]{}/\\", "needs AltGr"
    if len(last) == 1 and last.isdigit():
        assert action.id == "zoom_reset"
        assert any(not one[-1].isdigit() for one in action.keys), "the top row needs Maj on AZERTY"
    if len(last) == 1 and len(parts) == 1:
        pytest.fail("a single letter is only for a focused row")


def test_access_keys_of_the_places_do_not_hide_an_action():
    from tests.ui.fakes import make_places

    letters = [one.label[one.label.index("&") + 1].upper() for one in make_places()]
    assert len(set(letters)) == len(letters)
    taken = {key.removeprefix("Alt+") for _, key in KEYS if key.startswith("Alt+")}
    assert not taken & set(letters)


def test_the_sheet_holds_every_key_and_reads_as_a_french_keyboard():
    lines = [line for group in sheet().values() for line in group]
    for action, key in KEYS:
        assert any(line.label == action.label and shown_keys(key) in line.keys for line in lines)
    assert first_key("lock") == "Ctrl+L"
    assert shown_keys("Ctrl+Shift+P") == "Ctrl+Maj+P"
    assert shown_keys("Ctrl+Return") == "Ctrl+Entrée"
    assert shown_keys("Ctrl++") == "Ctrl++"
    assert "Ctrl+K" in sheet_html()


def test_the_sheet_fits_one_page():
    from PySide6.QtCore import QSizeF
    from PySide6.QtGui import QTextDocument

    document = QTextDocument()
    document.setHtml(sheet_html())
    document.setPageSize(QSizeF(180 / 25.4 * 96, 267 / 25.4 * 96))
    assert document.pageCount() == 1


def test_an_action_is_found_by_its_words_in_any_order():
    assert matches(BY_ID["hours"], ["heur", "sais"])
    assert matches(BY_ID["theme_dark"], ["sombre"])
    assert matches(BY_ID["sync"], ["synchro"])
    assert not matches(BY_ID["hours"], ["visite"])
