"""Measured contrasts (PRODUCT.md §3.12): at least 4.5 for text, 3 for the edge of a control and the focus."""

from __future__ import annotations

import pytest

from app.ui.theme import tokens
from app.ui.theme.tokens import DARK, LIGHT, SUN, Theme, contrast

GROUNDS = ("background", "surface")
TEXTS = ("text", "text_secondary", "primary", "success", "warning", "error", "info")
THEMES = [LIGHT, DARK, SUN]


def test_the_formula_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#FFFFFF") == pytest.approx(1)
    assert contrast("#17212B", "#FFFFFF") == pytest.approx(16.29, abs=0.01)
    assert contrast("#8E9BA7", "#11181F") == pytest.approx(6.30, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda one: one.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("role", TEXTS)
def test_text_is_readable(theme: Theme, ground: str, role: str):
    assert contrast(theme.colour(role), theme.colour(ground)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda one: one.name)
@pytest.mark.parametrize("role", TEXTS)
def test_text_is_readable_on_a_selection(theme: Theme, role: str):
    assert contrast(theme.colour(role), theme.selection) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda one: one.name)
def test_selection_buttons_and_toasts_are_readable(theme: Theme):
    assert contrast(theme.on_selection, theme.selection) >= 4.5
    assert contrast(theme.on_primary, theme.primary) >= 4.5
    assert contrast(theme.on_primary, theme.primary_hover) >= 4.5
    assert contrast(theme.background, theme.text) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda one: one.name)
@pytest.mark.parametrize("kind", ["info", "success", "warning", "error"])
def test_banners_are_readable(theme: Theme, kind: str):
    tint = theme.colour(f"{kind}_tint")
    assert contrast(theme.colour(kind), tint) >= 4.5
    assert contrast(theme.text, tint) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda one: one.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("role", ["control_border", "focus", "primary"])
def test_controls_are_seen(theme: Theme, ground: str, role: str):
    assert contrast(theme.colour(role), theme.colour(ground)) >= 3


def test_bright_sun_is_black_on_white_with_thick_borders_and_larger_text():
    assert (SUN.text, SUN.background) == ("#000000", "#FFFFFF")
    assert SUN.border == 2
    assert SUN.size_factor == 1.15
    assert {SUN.info_tint, SUN.success_tint, SUN.warning_tint, SUN.error_tint} == {"#FFFFFF"}


def test_no_state_emblem_colours():
    """The pair reserved to the State is nowhere (PRODUCT.md §3.12)."""
    used = {str(getattr(one, name)).upper() for one in tokens.THEMES.values() for name in Theme.__slots__}
    assert not used & {"#000091", "#E1000F"}


def test_an_unknown_role_is_refused():
    with pytest.raises(KeyError):
        LIGHT.colour("label")
