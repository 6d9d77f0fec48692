"""The colours of each theme (PRODUCT.md §3.12) and the scale of sizes. No widget here.

Contrasts are measured in ``tests/ui/theme``: at least 4.5 for text, 3 for the edge of a control.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

TEXT_SIZES = (13, 15, 18, 22, 28)
"""Pixels at 100 %: small, body, subtitle, title, figure."""
SMALL, BODY, SUBTITLE, TITLE, FIGURE = range(5)

GRID = 8
CORNER = 4
ROW_DESK = 32
ROW_FIELD = 48
FIELD_MODE_FACTOR = 17 / 15
"""Base 15 px at the desk, 17 px on site."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme: every colour is ``#RRGGBB``.

    ``background`` is the page, ``surface`` the rail, bars and headers, ``line`` a purely decorative
    separator; ``on_primary`` the text of the primary button; ``*_tint`` the ground of banners.
    ``system`` means that the colours come from the system and that the style sheet sets none.
    """

    name: str
    label: str
    dark: bool
    background: str
    surface: str
    selection: str
    on_selection: str
    text: str
    text_secondary: str
    control_border: str
    line: str
    primary: str
    primary_hover: str
    on_primary: str
    success: str
    warning: str
    error: str
    info: str
    focus: str
    success_tint: str
    warning_tint: str
    error_tint: str
    info_tint: str
    border: int = 1
    size_factor: float = 1.0
    system: bool = False

    def colour(self, role: str) -> str:
        """Colour of a role by name, e.g. ``"warning"``; raises ``KeyError`` for an unknown role."""
        if role not in _ROLES:
            raise KeyError(role)
        return str(getattr(self, role))


_ROLES = frozenset(one.name for one in fields(Theme)) - {
    "name",
    "label",
    "dark",
    "border",
    "size_factor",
    "system",
}

LIGHT = Theme(
    name="light",
    label="Claire",
    dark=False,
    background="#FFFFFF",
    surface="#F4F6F8",
    selection="#DCEBF0",
    on_selection="#17212B",
    text="#17212B",
    text_secondary="#4A5867",
    control_border="#6B7885",
    line="#D3DAE0",
    primary="#0B4A5E",
    primary_hover="#083847",
    on_primary="#FFFFFF",
    success="#1A6636",
    warning="#7A4B00",
    error="#A3201A",
    info="#2B4C9B",
    focus="#0A3CCB",
    success_tint="#E6F4EA",
    warning_tint="#FFF3D6",
    error_tint="#FDECEA",
    info_tint="#E8EDF9",
)

DARK = Theme(
    name="dark",
    label="Sombre",
    dark=True,
    background="#11181F",
    surface="#1A232C",
    selection="#1F4452",
    on_selection="#EEF2F5",
    text="#EEF2F5",
    text_secondary="#B3BFCA",
    control_border="#8E9BA7",
    line="#33404C",
    primary="#6EC1D6",
    primary_hover="#93D3E3",
    on_primary="#11181F",
    success="#7BD39A",
    warning="#F0C15A",
    error="#FF9B93",
    info="#A9BEFF",
    focus="#FFD54A",
    success_tint="#17301F",
    warning_tint="#33290F",
    error_tint="#3A1C1A",
    info_tint="#1C2640",
)

SUN = Theme(
    name="sun",
    label="Plein soleil",
    dark=False,
    background="#FFFFFF",
    surface="#FFFFFF",
    selection="#000000",
    on_selection="#FFFFFF",
    text="#000000",
    text_secondary="#000000",
    control_border="#000000",
    line="#000000",
    primary="#000000",
    primary_hover="#000000",
    on_primary="#FFFFFF",
    success="#000000",
    warning="#000000",
    error="#000000",
    info="#000000",
    focus="#000000",
    success_tint="#FFFFFF",
    warning_tint="#FFFFFF",
    error_tint="#FFFFFF",
    info_tint="#FFFFFF",
    border=2,
    size_factor=1.15,
)

CONTRAST = Theme(
    name="contrast",
    label="Contraste élevé",
    dark=False,
    background="#FFFFFF",
    surface="#FFFFFF",
    selection="#000080",
    on_selection="#FFFFFF",
    text="#000000",
    text_secondary="#000000",
    control_border="#000000",
    line="#000000",
    primary="#000000",
    primary_hover="#000000",
    on_primary="#FFFFFF",
    success="#000000",
    warning="#000000",
    error="#000000",
    info="#000000",
    focus="#000000",
    success_tint="#FFFFFF",
    warning_tint="#FFFFFF",
    error_tint="#FFFFFF",
    info_tint="#FFFFFF",
    border=2,
    system=True,
)
"""Placeholder colours: :func:`app.ui.theme.style.from_palette` replaces them by the system's own."""

THEMES: dict[str, Theme] = {one.name: one for one in (LIGHT, DARK, SUN, CONTRAST)}


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.2)."""

    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
