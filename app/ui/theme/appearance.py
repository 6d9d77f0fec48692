"""How the program looks right now: theme, text size, field mode; switched live."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.theme import fonts, style, tokens

ZOOMS = (100, 110, 125, 150, 175, 200)


class Appearance(QObject):
    """The look of the whole application. One per QApplication: ask :func:`appearance`.

    ``changed`` is emitted after a new style sheet has been set; widgets that paint themselves
    repaint on it, and measure again.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("appearance")
        self._app = app
        self._choice = "light"
        self._zoom = 100
        self._field_mode = False
        self._applied = False
        self._follows = False
        self._system_dark = _is_dark(app.palette())
        self.theme = tokens.LIGHT
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[tuple[int, bool], QFont] = {}

    def follow_system(self) -> None:
        """Follow the system's colours and contrast live. Called after the first paint: it costs the whole ``Qt``."""
        if self._follows:
            return
        self._follows = True
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)
        if self._choice == "auto" and _system_wants_contrast():
            self.apply()

    @property
    def choice(self) -> str:
        """``auto`` or the name of a theme."""
        return self._choice

    @property
    def zoom(self) -> int:
        """Text size in percent, 100 to 200."""
        return self._zoom

    @property
    def field_mode(self) -> bool:
        """Whether rows are 48 px high."""
        return self._field_mode

    @property
    def factor(self) -> float:
        """What every size in pixels is multiplied by."""
        grown = tokens.FIELD_MODE_FACTOR if self._field_mode else 1.0
        return self._zoom / 100 * self.theme.size_factor * grown

    @property
    def row_height(self) -> int:
        """Height of a row: 32 px at the desk, 48 px on site; grows with the text."""
        base = tokens.ROW_FIELD if self._field_mode else tokens.ROW_DESK
        return max(base, round(base * self._zoom / 100 * self.theme.size_factor))

    def px(self, size: float) -> int:
        """``size`` pixels of the 100 % design, in today's size."""
        return round(size * self.factor)

    def text_px(self, step: int) -> int:
        """Pixels of a step of the type scale (``tokens.SMALL`` … ``tokens.FIGURE``)."""
        return round(tokens.TEXT_SIZES[step] * self.factor)

    def font(self, step: int = tokens.BODY, *, bold: bool = False) -> QFont:
        """The embedded font with tabular figures, for painting; the same object until the look changes."""
        font = self._fonts.get((step, bold))
        if font is None:
            font = self._fonts[step, bold] = QFont(fonts.FAMILY)
            font.setPixelSize(self.text_px(step))
            font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def colour(self, role: str) -> QColor:
        """Colour of a role of :class:`tokens.Theme`; the same object until the look changes."""
        colour = self._colours.get(role)
        if colour is None:
            colour = self._colours[role] = QColor(self.theme.colour(role))
        return colour

    def icon_size(self) -> QSize:
        """Side of the icons beside words."""
        side = self.px(20)
        return QSize(side, side)

    def set(self, *, theme: str | None = None, zoom: int | None = None, field_mode: bool | None = None) -> None:
        """Change one or several things at once; emits ``changed`` when something did."""
        before = (self._choice, self._zoom, self._field_mode)
        if theme is not None:
            self._choice = theme
        if zoom is not None:
            self._zoom = min(max(zoom, ZOOMS[0]), ZOOMS[-1])
        if field_mode is not None:
            self._field_mode = field_mode
        if before != (self._choice, self._zoom, self._field_mode) or not self._applied:
            self.apply()

    def zoom_step(self, direction: int) -> None:
        """Next larger (``1``) or smaller (``-1``) text; ``0`` goes back to 100 %."""
        if direction == 0:
            self.set(zoom=100)
            return
        wider = [one for one in ZOOMS if (one > self._zoom if direction > 0 else one < self._zoom)]
        if wider:
            self.set(zoom=wider[0] if direction > 0 else wider[-1])

    def apply(self) -> None:
        """Set palette, font and style sheet from the present choice."""
        self.theme = self._resolve()
        self._applied = True
        self._colours.clear()
        self._fonts.clear()
        if not self.theme.system:
            self._app.setPalette(style.palette(self.theme))
        self._app.setFont(self.font())
        if self._app.styleSheet():
            # a sheet put over another costs Qt five times more than one put over none (measured: 760 ms and 180 ms)
            self._app.setStyleSheet("")
        self._app.setStyleSheet(style.style_sheet(self.theme, self.factor, self.row_height))
        self.changed.emit()

    def _resolve(self) -> tokens.Theme:
        name = self._choice
        if name == "auto":
            name = "dark" if self._system_dark else "light"
            if self._follows and _system_wants_contrast():
                name = "contrast"
        theme = tokens.THEMES.get(name, tokens.LIGHT)
        if not theme.system:
            return theme
        self._app.setPalette(QPalette())  # back to the system's own, read afresh
        return style.from_palette(theme, self._app.palette())

    def _system_changed(self) -> None:
        if self._choice in ("auto", "contrast"):
            self._app.setPalette(QPalette())  # the system's own again, to be read
            self._system_dark = _is_dark(self._app.palette())
            self.apply()


def _is_dark(palette: QPalette) -> bool:
    window = palette.color(QPalette.ColorRole.Window).lightness()
    return bool(window < palette.color(QPalette.ColorRole.WindowText).lightness())


def _system_wants_contrast() -> bool:
    from PySide6.QtCore import Qt

    wish = QGuiApplication.styleHints().accessibility().contrastPreference()
    return wish == Qt.ContrastPreference.HighContrast


def appearance() -> Appearance:
    """The look of the running application; made at the first call. Needs a QApplication."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("a QApplication is needed")
    found = app.property("appearance")
    if isinstance(found, Appearance):
        return found
    made = Appearance(app)
    app.setProperty("appearance", made)
    return made
