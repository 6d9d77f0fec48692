"""The frame, by keys: places, palette, undo, messages, sizes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from app.changes import Changes
from app.ui.kit.help_popover import HelpPopover
from app.ui.shell.commands import Hit
from app.ui.shell.help import KeySheet
from app.ui.shell.indicator import offline_state
from app.ui.shell.rail import SavedFilter
from app.ui.shell.window import Workspace, WorkspaceOptions
from app.ui.theme.appearance import appearance
from tests.ui.accessibility import check, check_sizes, nameless, settle
from tests.ui.fakes import ListView, make_places, search
from tests.ui.keys import press, type_text


@pytest.fixture
def workspace(frame, show) -> Workspace:
    made = Workspace(
        frame, make_places(), WorkspaceOptions(user="N. D.", search=search, sync_state=lambda: offline_state(7))
    )
    show(made)
    made.start()
    settle()
    return made


def place(workspace: Workspace) -> str:
    here = workspace.frame.navigation.here
    assert here is not None
    return here.place


def view(workspace: Workspace) -> ListView:
    shown = workspace.view
    assert isinstance(shown, ListView)
    return shown


def said(workspace: Workspace) -> list[str]:
    return workspace.frame.messages.texts  # type: ignore[attr-defined]


def test_only_registered_places_are_shown_in_their_order(workspace):
    assert list(workspace.rail.buttons) == ["today", "visits", "hours", "beneficiaries", "companies", "operations"]
    assert "reports" not in workspace.rail.buttons


def test_alt_and_a_letter_goes_to_a_place(workspace):
    press(workspace, "Alt+B")
    assert place(workspace) == "beneficiaries"
    press(workspace, "Alt+E")
    assert place(workspace) == "companies"
    assert workspace.rail.buttons["companies"].isChecked()


def test_enter_opens_escape_goes_up_history_goes_back(workspace):
    press(workspace, "Alt+B")
    view(workspace).table.setFocus()
    press(workspace, "Down")
    press(workspace, "Return")
    assert workspace.frame.navigation.here.path == ("p1",)
    press(workspace, "Esc")
    assert workspace.frame.navigation.here.path == ()
    press(workspace, "Alt+Left")
    assert workspace.frame.navigation.here.path == ("p1",)
    press(workspace, "Alt+Right")
    assert workspace.frame.navigation.here.path == ()


def test_the_breadcrumbs_lead_back(workspace):
    workspace.frame.navigation.go("beneficiaries", "p5")
    settle()
    links = workspace._breadcrumbs.findChildren(QPushButton)
    assert [one.text() for one in links if one.isVisible()] == ["Bénéficiaires"]
    next(one for one in links if one.isVisible()).click()
    assert workspace.frame.navigation.here.path == ()


def test_the_detail_panel_folds(workspace):
    workspace.frame.navigation.go("beneficiaries", "p5")
    settle()
    assert workspace.panel.isVisible()
    press(workspace, "F4")
    assert not workspace.panel.isVisible()
    press(workspace, "F4")
    assert workspace.panel.isVisible()
    workspace.frame.navigation.go("today")
    assert not workspace.panel.isVisible()


def test_where_room_is_short_the_panel_is_behind_f4(workspace):
    workspace.frame.navigation.go("beneficiaries", "p5")
    appearance().set(zoom=200)
    settle()
    assert not workspace.panel.isVisible()
    assert workspace.panel_button.isVisible()
    press(workspace, "F4")
    assert workspace.panel.isVisible()
    assert not workspace.stack.isVisible()
    assert check(workspace.window()) == []
    press(workspace, "Esc")
    assert workspace.stack.isVisible()
    assert not workspace.panel.isVisible()
    assert workspace.frame.navigation.here.path == ("p5",)
    workspace.panel_button.click()
    appearance().set(zoom=100)
    settle()
    assert workspace.stack.isVisible()
    assert workspace.panel.isVisible()
    assert not workspace.panel_button.isVisible()


def test_where_room_is_short_the_rail_keeps_its_icons_and_counts(workspace):
    hours = workspace.rail.buttons["hours"]
    workspace.set_badge("hours", 5)
    wide = workspace.rail.sizeHint().width()
    appearance().set(zoom=200)
    settle()
    assert workspace._rail_area.width() < wide
    assert hours.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert hours.toolTip() == hours.accessibleName() == "Heures, 5 à voir"
    assert check(workspace.window()) == []
    press(workspace, "Alt+H")
    assert place(workspace) == "hours"
    appearance().set(zoom=100)
    settle()
    assert hours.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon


def test_the_rail_stays_as_the_user_asked(workspace):
    appearance().set(zoom=200)
    settle()
    workspace.trigger("rail")
    assert not workspace.rail.compact
    workspace.resize(workspace.width(), workspace.height() - 1)
    settle()
    assert not workspace.rail.compact
    workspace.trigger("rail")
    appearance().set(zoom=100)
    settle()
    assert workspace.rail.compact


def test_palette_opens_a_record_in_four_letters(workspace):
    press(workspace, "Ctrl+K")
    type_text(workspace, "kou")
    press(workspace, "Return")
    assert workspace.frame.navigation.here.place == "beneficiaries"
    assert workspace.frame.navigation.here.path == ("p4",)


def test_palette_finds_without_accents_and_moves_by_arrows(workspace):
    press(workspace, "Ctrl+K")
    type_text(workspace, "b")
    titles = [one.title for one in workspace.palette_box.entries()]
    assert titles[:2] == ["BELKACEM Yanis", "Bâti-Sud"]
    press(workspace, "Down")
    press(workspace, "Return")
    assert workspace.frame.navigation.here.place == "companies"


def test_print_from_anywhere_in_nine_keys(workspace):
    """Flow c: Ctrl+K, four letters, Ctrl+P, then Enter in the preview."""
    workspace.frame.navigation.go("companies")
    press(workspace, "Ctrl+K")
    type_text(workspace, "mart")
    press(workspace, "Ctrl+P")
    assert ("print", "beneficiary", "p5") in view(workspace).calls
    assert place(workspace) == "beneficiaries"


def test_hours_from_anywhere(workspace):
    """Flow b: Ctrl+H, four letters, Enter."""
    press(workspace, "Ctrl+H")
    type_text(workspace, "bati")
    press(workspace, "Return")
    assert place(workspace) == "hours"
    assert ("hours", "company", "c0") in view(workspace).calls


def test_a_verb_and_a_name(workspace):
    press(workspace, "Ctrl+K")
    type_text(workspace, "visite bâti")
    press(workspace, "Return")
    assert place(workspace) == "visits"
    assert ("visit", "company", "c0") in view(workspace).calls


def test_escape_closes_the_palette_and_gives_the_focus_back(workspace):
    press(workspace, "Alt+B")
    view(workspace).search.setFocus()
    press(workspace, "Ctrl+K")
    assert workspace.palette_box.isVisible()
    press(workspace, "Esc")
    assert not workspace.palette_box.isVisible()
    assert QApplication.focusWidget() is view(workspace).search


def test_the_palette_opens_from_a_text_field(workspace):
    workspace.frame.navigation.go("beneficiaries", "p5")
    field = view(workspace).form.fields["last_name"]
    field.setFocus()
    press(workspace, "Ctrl+K")
    assert workspace.palette_box.isVisible()
    assert field.control.property("text") == "MARTIN"  # Ctrl+K erased nothing


def test_late_answers_of_the_search_are_dropped(frame, show):
    asked: list[tuple[str, Callable[[Sequence[Hit]], None]]] = []
    made = Workspace(frame, make_places(), WorkspaceOptions(search=lambda text, answer: asked.append((text, answer))))
    show(made)
    made.start()
    press(made, "Ctrl+K")
    type_text(made, "ma")
    first, second = asked
    search("ma", second[1])
    shown = made.palette_box.entries()
    search("belk", first[1])
    assert made.palette_box.entries() == shown


def test_what_is_typed_is_saved_before_going_elsewhere(workspace):
    workspace.frame.navigation.go("beneficiaries", "p5")
    form = view(workspace).form
    told: list[tuple[str, object]] = []
    form.committed.connect(lambda key, value: told.append((key, value)))
    form.fields["first_name"].setFocus()
    press(workspace, "Ctrl+A")
    type_text(workspace, "Zoé")
    workspace.frame.navigation.go("today")
    assert told == [("first_name", "Zoé")]


def test_undo_and_redo_by_name(workspace):
    hours = [104]
    workspace.frame.undo.push("heures de MARTIN 140 → 104", lambda: hours.append(140), lambda: hours.append(104))
    assert workspace.undo_button.text().startswith("Annuler\u00a0: heures")
    press(workspace, "Ctrl+Z")
    assert hours[-1] == 140
    assert said(workspace)[-1] == "Annulé\u00a0: heures de MARTIN 140 → 104"
    assert not workspace.undo_button.isVisible()
    press(workspace, "Ctrl+Y")
    assert hours[-1] == 104
    workspace.frame.undo.clear()
    press(workspace, "Ctrl+Z")
    assert said(workspace)[-1] == "Rien à annuler."


def test_no_act_is_named_while_names_are_hidden(workspace):
    press(workspace, "F8")
    workspace.frame.undo.push("heures de MARTIN 140 → 104", lambda: None, lambda: None)
    assert workspace.undo_button.text() == "Annuler"
    assert "MARTIN" not in workspace.undo_button.toolTip() + workspace.undo_button.accessibleName()
    press(workspace, "Ctrl+Z")
    press(workspace, "Ctrl+Y")
    assert said(workspace)[-2:] == ["Annulé.", "Rétabli."]
    press(workspace, "F8")
    assert workspace.undo_button.text().startswith("Annuler\u00a0: heures")


def test_undo_in_a_field_just_left_is_the_program_s(workspace):
    workspace.frame.navigation.go("beneficiaries", "p5")
    field = view(workspace).form.fields["last_name"]
    done: list[int] = []
    field.setFocus()
    press(workspace, "Ctrl+A")
    type_text(workspace, "X")
    press(workspace, "Ctrl+Z")  # still typing: the field's own
    assert field.control.property("text") != "X"
    workspace.frame.undo.push("nom", lambda: done.append(1))
    press(workspace, "Return")
    press(workspace, "Ctrl+Z")
    assert done == [1]


def test_escape_gives_up_what_is_typed_before_going_up(workspace):
    workspace.frame.navigation.go("beneficiaries", "p5")
    field = view(workspace).form.fields["last_name"]
    before = field.value()
    field.setFocus()
    press(workspace, "Ctrl+A")
    type_text(workspace, "X")
    press(workspace, "Esc")
    editor = field.control
    assert isinstance(editor, QLineEdit)
    assert (field.value(), field.is_editing(), editor.text()) == (before, False, before)
    assert workspace.frame.navigation.here.path == ("p5",)
    press(workspace, "Esc")
    assert workspace.frame.navigation.here.path == ()


def test_escape_empties_the_filter_of_a_list(workspace):
    workspace.frame.navigation.go("beneficiaries")
    search_field = view(workspace).search
    search_field.setFocus()
    type_text(workspace, "ma")
    press(workspace, "Esc")
    assert search_field.text() == ""


def test_saving_is_already_done(workspace):
    press(workspace, "Ctrl+S")
    assert "chaque champ s’enregistre" in said(workspace)[-1]
    workspace.frame.bus.publish(Changes.of("company", "c"))
    assert workspace.saved_label.text().replace("\u00a0", " ") == "Enregistré à 10 h 42"
    press(workspace, "Ctrl+S")
    assert said(workspace)[-1].replace("\u00a0", " ").startswith("Déjà enregistré à 10 h 42")


def test_the_corner_tells_what_is_kept_here(workspace):
    assert workspace.sync_indicator.state.text.replace("\u00a0", " ") == "Hors connexion · 7 modifications gardées ici"
    press(workspace, "F5")
    assert "fonctionne sans serveur" in said(workspace)[-1]


def test_text_grows_and_shrinks_by_keys(workspace):
    press(workspace, "Ctrl++")
    assert appearance().zoom == 110
    press(workspace, "Ctrl+-")
    press(workspace, "Ctrl++")
    press(workspace, "Ctrl+0")
    assert appearance().zoom == 100


def test_f8_masks_names(workspace):
    press(workspace, "F8")
    assert workspace.frame.discretion.masked
    assert workspace.mask_button.text() == "Afficher"
    workspace.mask_button.click()
    assert not workspace.frame.discretion.masked


def test_f1_helps_on_the_field_and_twice_shows_the_keys(workspace):
    workspace.frame.navigation.go("beneficiaries", "p5")
    view(workspace).form.fields["last_name"].setFocus()
    press(workspace, "F1")
    popover = QApplication.activePopupWidget()
    assert isinstance(popover, HelpPopover)
    press(workspace, "F1")
    sheets = workspace.findChildren(KeySheet)
    assert sheets
    assert sheets[0].isVisible()
    sheets[0].reject()


def test_an_action_without_object_says_so_and_is_not_offered(workspace):
    assert place(workspace) == "today"
    press(workspace, "Ctrl+E")
    assert "ne s’applique pas" in said(workspace)[-1]
    press(workspace, "Ctrl+K")
    type_text(workspace, "exporter")
    assert [one.title for one in workspace.palette_box.entries()] == []


def test_an_action_of_the_place_is_done_by_the_place(workspace):
    press(workspace, "Alt+B")
    press(workspace, "Ctrl+N")
    assert view(workspace).calls[-1] == ("new",)
    press(workspace, "Ctrl+F")
    assert QApplication.focusWidget() is view(workspace).search


def test_lock_is_asked_from_anywhere(qtbot, workspace):
    for keys in ("Ctrl+L", "Ctrl+Shift+L"):
        with qtbot.waitSignal(workspace.lock_requested):
            press(workspace, keys)


def test_badges_are_told_in_words(workspace):
    workspace.set_badge("hours", 5)
    assert workspace.rail.buttons["hours"].accessibleName() == "Heures, 5 à voir"
    workspace.set_badge("hours", 0)
    assert workspace.rail.buttons["hours"].accessibleName() == "Heures"
    workspace.set_badge("reports", 3)


def test_saved_filters_act(workspace):
    done: list[int] = []
    workspace.set_filters([SavedFilter("Relevés manquants", 4, lambda: done.append(1))])
    settle()
    buttons = [one for one in workspace.rail.findChildren(QPushButton.__mro__[1]) if one.text() == "Relevés manquants"]
    buttons[0].click()
    assert done == [1]


@pytest.mark.parametrize("theme", ["light", "dark", "sun", "contrast"])
def test_nothing_is_nameless_or_cut_in_any_theme(workspace, theme):
    appearance().set(theme=theme)
    for where in (("today",), ("beneficiaries",), ("beneficiaries", "p5")):
        workspace.frame.navigation.go(*where)
        settle()
        check_sizes(workspace.window(), (100, 150) if theme == "sun" else (100, 150, 200))


def test_the_palette_and_the_sheet_are_readable_at_200(workspace):
    appearance().set(zoom=200)
    press(workspace, "Ctrl+K")
    type_text(workspace, "ma")
    assert check(workspace.window()) == []
    press(workspace, "Esc")
    sheet = KeySheet(workspace)
    sheet.open()
    assert nameless(sheet) == []
    sheet.reject()


def test_tab_goes_round_without_a_trap(workspace):
    """Every stop is reached and the tour comes back (X1)."""
    press(workspace, "Alt+B")
    workspace.menu_button.setFocus()
    seen = []
    for _ in range(60):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in seen:
            break
        seen.append(focused)
        press(workspace, "Tab")
    assert QApplication.focusWidget() in seen[:2]
    assert view(workspace).table in seen
    assert workspace.search_button in seen


def test_the_demonstration_says_so(frame, show):
    made = Workspace(frame, make_places(), dataclasses.replace(WorkspaceOptions(), demonstration=True))
    window = show(made)
    from PySide6.QtWidgets import QLabel

    assert any("DÉMONSTRATION" in one.text() for one in window.findChildren(QLabel))
    assert made.focusPolicy() != Qt.FocusPolicy.StrongFocus
