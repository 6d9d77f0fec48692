"""One style sheet for every theme, filled from the tokens and the scale; and the palette.

Only what carries a border is styled, with all its sub-controls: a half-styled control falls back
to bevels. Combo boxes, check boxes and headers draw their own marks (``app.ui.kit``), so that no
picture file is needed here and nothing of QtSvg is loaded for the first screen.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QColor, QPalette

from app.ui.theme import tokens
from app.ui.theme.tokens import Theme

_R = QPalette.ColorRole
_G = QPalette.ColorGroup


def palette(theme: Theme) -> QPalette:
    """The palette of ``theme``, for what the style sheet does not reach."""
    roles = {
        _R.Window: theme.background,
        _R.WindowText: theme.text,
        _R.Base: theme.background,
        _R.AlternateBase: theme.surface,
        _R.Text: theme.text,
        _R.Button: theme.surface,
        _R.ButtonText: theme.text,
        _R.BrightText: theme.error,
        _R.Highlight: theme.selection,
        _R.HighlightedText: theme.on_selection,
        _R.Link: theme.primary,
        _R.LinkVisited: theme.primary,
        _R.ToolTipBase: theme.text,
        _R.ToolTipText: theme.background,
        _R.PlaceholderText: theme.text_secondary,
        _R.Accent: theme.primary,
        _R.Mid: theme.control_border,
        _R.Dark: theme.control_border,
        _R.Midlight: theme.line,
        _R.Light: theme.background,
        _R.Shadow: theme.line,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (_R.WindowText, _R.Text, _R.ButtonText):
        made.setColor(_G.Disabled, role, QColor(theme.text_secondary))
    return made


def from_palette(theme: Theme, system: QPalette) -> Theme:
    """``theme`` with the system's colours, as they are."""

    def name(role: QPalette.ColorRole) -> str:
        return system.color(_G.Active, role).name()

    text = name(_R.Text)
    base = name(_R.Base)
    return replace(
        theme,
        dark=tokens.luminance(base) < tokens.luminance(text),
        background=base,
        surface=base,
        selection=name(_R.Highlight),
        on_selection=name(_R.HighlightedText),
        text=text,
        text_secondary=text,
        control_border=text,
        line=text,
        primary=text,
        primary_hover=text,
        on_primary=base,
        success=text,
        warning=text,
        error=text,
        info=text,
        focus=text,
        success_tint=base,
        warning_tint=base,
        error_tint=base,
        info_tint=base,
    )


def style_sheet(theme: Theme, factor: float, row: int) -> str:
    """The whole style sheet. ``factor`` multiplies sizes, ``row`` is the height of a row in pixels."""

    def px(size: float) -> str:
        return f"{round(size * factor)}px"

    def text(step: int) -> str:
        return px(tokens.TEXT_SIZES[step])

    t = theme
    edge = f"{t.border}px solid"
    corner = f"{tokens.CORNER}px"
    control = row - 2 * t.border  # a control with its border is as high as a row
    small, _, subtitle, title, figure = (text(step) for step in range(5))
    hover = t.selection if not (t.system or t.name == "sun") else t.background
    inset = "text-decoration: underline;" if hover == t.background else ""
    return f"""
QAbstractButton, QAbstractScrollArea, QLineEdit, ComboBox {{ outline: 0; widget-animation-duration: 0; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QMainWindow, QDialog, QWidget#page, QStackedWidget#content, QScrollArea#page {{ background: {t.background}; }}
QToolTip {{ background: {t.text}; color: {t.background}; border: 0; padding: {px(4)} {px(8)}; }}

QLabel[role="title"] {{ font-size: {title}; font-weight: 600; }}
QLabel[role="subtitle"] {{ font-size: {subtitle}; font-weight: 600; }}
QLabel[role="figure"] {{ font-size: {figure}; font-weight: 600; }}
QLabel[role="strong"], QLabel[role="label"] {{ font-weight: 600; }}
QLabel[role="secondary"] {{ color: {t.text_secondary}; }}
QLabel[role="small"] {{ font-size: {small}; color: {t.text_secondary}; }}
QLabel[role="error"] {{ color: {t.error}; font-size: {small}; font-weight: 600; }}
QLabel[role="success"] {{ color: {t.success}; font-weight: 600; }}
QLabel[role="warning"] {{ color: {t.warning}; font-weight: 600; }}
QLabel[role="info"] {{ color: {t.info}; font-weight: 600; }}

QPushButton, QToolButton {{
  background: {t.background}; color: {t.text}; border: {edge} {t.control_border}; border-radius: {corner};
  padding: 0 {px(16)}; min-height: {control}px; }}
QToolButton {{ padding: 0 {px(8)}; }}
QPushButton:hover, QToolButton:hover {{ background: {hover}; color: {t.text}; {inset} }}
QPushButton:pressed, QToolButton:pressed {{ background: {t.line if not inset else t.background}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {t.text_secondary}; border-color: {t.line};
  background: {t.surface}; }}
QPushButton[kind="primary"] {{ background: {t.primary}; color: {t.on_primary}; border-color: {t.primary};
  font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {t.primary_hover}; border-color: {t.primary_hover};
  color: {t.on_primary}; }}
QPushButton[kind="primary"]:disabled {{ background: {t.surface}; color: {t.text_secondary};
  border-color: {t.line}; }}
QPushButton[kind="danger"] {{ color: {t.error}; border-color: {t.error}; }}
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{ background: transparent; border-color: transparent;
  padding: 0 {px(8)}; }}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{ background: {hover}; }}
QPushButton[kind="link"] {{ background: transparent; border: 0; color: {t.primary}; padding: 0;
  text-align: left; text-decoration: underline; }}
QPushButton::menu-indicator, QToolButton::menu-indicator {{ image: none; width: 0; }}
QPushButton[kind="choice"] {{ padding: {px(16)} {px(24)}; text-align: left; font-size: {subtitle};
  font-weight: 600; border-color: {t.control_border}; }}
QPushButton[kind="choice"]:hover {{ border-color: {t.primary}; }}

QPushButton[kind="indicator"] {{ background: transparent; border: 0; text-align: left; padding: 0 {px(4)}; }}
QPushButton[kind="indicator"]:hover {{ background: {hover}; {inset} }}
QProgressBar {{ background: {t.surface}; border: {edge} {t.control_border}; border-radius: {corner};
  min-height: {px(8)}; max-height: {px(8)}; }}
QProgressBar::chunk {{ background: {t.primary}; }}
QPushButton[kind="section"] {{ text-align: left; border: {edge} transparent; background: transparent;
  border-left: {px(4)} solid transparent; padding: 0 {px(8)}; }}
QPushButton[kind="section"]:hover {{ background: {t.surface}; }}
QPushButton[kind="section"]:checked {{ background: {t.selection}; color: {t.on_selection};
  border-left: {px(4)} solid {t.primary}; }}

QPushButton[kind="search"] {{ text-align: left; color: {t.text_secondary}; }}

QPushButton[kind="chip"] {{ border-radius: {px(16)}; padding: 0 {px(12)}; background: {t.background}; }}
QPushButton[kind="chip"]:checked {{ background: {t.selection}; color: {t.on_selection};
  border-color: {t.primary}; font-weight: 600; }}

QLineEdit, QPlainTextEdit, QTextEdit, ComboBox {{
  background: {t.background}; color: {t.text}; border: {edge} {t.control_border}; border-radius: {corner};
  padding: 0 {px(8)}; selection-background-color: {t.primary}; selection-color: {t.on_primary}; }}
QLineEdit, ComboBox {{ min-height: {control}px; }}
QPlainTextEdit, QTextEdit {{ padding: {px(4)}; }}
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], ComboBox[invalid="true"] {{
  border: 2px solid {t.error}; }}
QLineEdit:read-only, QPlainTextEdit:read-only {{ background: {t.surface}; }}
QLineEdit:disabled, ComboBox:disabled, QPlainTextEdit:disabled {{ background: {t.surface};
  color: {t.text_secondary}; border-color: {t.line}; }}
QTableView QLineEdit {{ border-radius: 0; padding: 0 {px(4)}; min-height: 0; border: 2px solid {t.focus}; }}
ComboBox {{ padding-right: {px(32)}; combobox-popup: 0; }}
ComboBox::drop-down {{ border: 0; width: {px(28)}; }}
ComboBox::down-arrow {{ image: none; width: 0; height: 0; }}
ComboBox QAbstractItemView {{ background: {t.background}; border: {edge} {t.control_border}; padding: 0; }}
ComboBox QAbstractItemView::item {{ min-height: {row}px; padding: 0 {px(8)}; }}

CheckBox {{ spacing: {px(8)}; min-height: {row}px; }}

QAbstractItemView {{ background: {t.background}; color: {t.text}; border: 0; outline: 0;
  alternate-background-color: {t.surface}; selection-background-color: {t.selection};
  selection-color: {t.on_selection}; }}
QTableView {{ gridline-color: {t.line}; border: {t.border}px solid {t.line}; border-radius: {corner}; }}
QTableView::item {{ padding: 0 {px(8)}; border: 0; }}
QTableView::item:selected, QListView::item:selected {{ background: {t.selection}; color: {t.on_selection}; }}
QListView::item {{ min-height: {row}px; padding: 0 {px(8)}; }}
QHeaderView {{ background: {t.surface}; border: 0; }}
QHeaderView::section {{ background: {t.surface}; color: {t.text_secondary}; border: 0;
  border-bottom: {t.border}px solid {t.control_border}; padding: 0 {round(8 * factor) + 3}px; font-weight: 600;
  font-size: {small}; min-height: {row - 1}px; }}
QHeaderView::down-arrow, QHeaderView::up-arrow {{ image: none; width: 0; height: 0; }}
QTableCornerButton::section {{ background: {t.surface}; border: 0; }}

QScrollArea {{ border: 0; background: transparent; }}
QScrollArea > QWidget > QWidget#column {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: {px(12)}; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(12)}; margin: 0; }}
QScrollBar::handle {{ background: {t.control_border}; border-radius: {px(4)}; margin: {px(2)}; }}
QScrollBar::handle:vertical {{ min-height: {px(32)}; }}
QScrollBar::handle:horizontal {{ min-width: {px(32)}; }}
QScrollBar::handle:hover {{ background: {t.text_secondary}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: transparent; }}

QMenu {{ background: {t.background}; border: {edge} {t.control_border}; padding: {px(4)} 0; }}
QMenu::item {{ padding: {px(6)} {px(24)} {px(6)} {px(16)}; min-height: {px(20)}; }}
QMenu::item:selected {{ background: {t.selection}; color: {t.on_selection}; }}
QMenu::item:disabled {{ color: {t.text_secondary}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: {px(4)} 0; }}
QMenu::icon {{ padding-left: {px(8)}; }}
QMenu::indicator {{ width: {px(14)}; height: {px(14)}; left: {px(4)}; }}

QFrame[role="card"] {{ background: {t.background}; border: {t.border}px solid {t.line};
  border-radius: {corner}; }}
QFrame[role="panel"] {{ background: {t.surface}; border: 0; border-left: {t.border}px solid {t.line}; }}
QFrame[role="rule"] {{ background: {t.line}; border: 0; max-height: 1px; min-height: 1px; }}
QFrame[role="popover"] {{ background: {t.background}; border: {max(2, t.border)}px solid {t.primary};
  border-radius: {corner}; }}
QFrame[role="banner-info"] {{ background: {t.info_tint}; border: 0; border-left: 4px solid {t.info}; }}
QFrame[role="banner-success"] {{ background: {t.success_tint}; border: 0; border-left: 4px solid {t.success}; }}
QFrame[role="banner-warning"] {{ background: {t.warning_tint}; border: 0; border-left: 4px solid {t.warning}; }}
QFrame[role="banner-error"] {{ background: {t.error_tint}; border: 0; border-left: 4px solid {t.error}; }}
QFrame[role="toast"] {{ background: {t.text}; border-radius: {corner}; }}
QFrame[role="toast"] QLabel {{ color: {t.background}; }}
QFrame[role="toast"] QPushButton {{ background: transparent; border: 0; color: {t.background};
  font-weight: 600; text-decoration: underline; padding: 0 {px(8)}; }}

QWidget#topBar {{ background: {t.surface}; border-bottom: {t.border}px solid {t.line}; }}
QWidget#statusBar {{ background: {t.surface}; border-top: {t.border}px solid {t.line}; }}
QWidget#statusBar QLabel, QWidget#statusBar QPushButton {{ font-size: {small}; }}
QWidget#statusBar QPushButton {{ min-height: {px(24)}; }}
QWidget#rail {{ background: {t.surface}; border-right: {t.border}px solid {t.line}; }}
QWidget#rail QToolButton {{ border: {t.border}px solid transparent; border-radius: 0; background: transparent;
  text-align: left; padding: 0 {px(16)}; min-height: {max(row, round(40 * factor))}px; }}
QWidget#rail QToolButton:hover {{ background: {hover}; }}
QWidget#rail QToolButton:checked {{ background: {t.selection}; color: {t.on_selection}; font-weight: 600;
  border-left: 4px solid {t.primary}; padding-left: {px(16) if t.border > 1 else px(13)}; }}
QWidget#breadcrumbs QPushButton {{ min-height: {px(24)}; }}
QFrame#lockCover {{ border: 0; background: {t.surface}; }}
"""
