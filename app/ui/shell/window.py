"""The workspace: top bar, rail, breadcrumbs, content, detail panel, status bar; and what each action does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.changes import Changes
from app.ui import texts
from app.ui.kit.cards import Banner
from app.ui.kit.controls import button
from app.ui.kit.help_popover import HelpPopover, help_of
from app.ui.kit.icons import set_icon
from app.ui.kit.labels import ElidedLabel, label
from app.ui.kit.message_bar import MessageBar
from app.ui.shell.actions import ACTIONS, BY_ID, SHORTCUT_SCOPES, Action, first_key
from app.ui.shell.commands import Entry, Search
from app.ui.shell.help import KeySheet
from app.ui.shell.indicator import SyncIndicator, SyncState, offline_state
from app.ui.shell.navigation import PLACE_ORDER, Crumb, Frame, Location, Notice, Place, PlaceView
from app.ui.shell.palette import Palette
from app.ui.shell.rail import Rail, SavedFilter
from app.ui.theme.appearance import appearance
from app.ui.theme.tokens import THEMES

_DOORS = {
    "offers": ("offers",),
    "structures": ("offers", "structures"),
    "retention": ("privacy",),
    "consultations": ("privacy", "consultations"),
    "exchange": ("sync",),
}
"""Actions that lead to a place, and where in it."""
ROOMY = 1000
"""Width of the window, in pixels at 100 %, under which the rail keeps its icons only and the panel hides the page."""
_PANEL = 320
_OWNERS = {"hours": "hours", "visit": "visits"}
"""The place that does an action which works from everywhere."""


@dataclass(frozen=True, slots=True)
class WorkspaceOptions:
    """What the window needs besides the places.

    ``user`` is shown on the user menu (initials of the facilitator); ``sync_state`` is asked after each change;
    ``search(text, answer)`` feeds the palette; ``synchronise`` is what F5 does (``None``: the notebook is alone);
    ``remember`` keeps a preference: (``theme`` | ``text_scale`` | ``field_mode``, value).
    """

    user: str = ""
    demonstration: bool = False
    sync_state: Callable[[], SyncState] = lambda: offline_state(0)
    search: Search | None = None
    synchronise: Callable[[], None] | None = None
    remember: Callable[[str, object], None] = lambda _key, _value: None
    notice: Callable[[Location], Notice | None] = lambda _where: None
    """What is said over the record shown, asked at each arrival and by :meth:`Workspace.refresh_notice`."""
    account: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    """``passphrase``, ``recovery``, ``safety_copy``: what the actions of these ids open; not offered when absent."""


class SearchButton(QPushButton):
    """Looks like a search field and opens the palette; says its keys when there is room."""

    _TEXTS = (f"Rechercher ou commander…  ({first_key('search')})", "Rechercher ou commander…", "Rechercher…", "")

    def __init__(self, parent: QWidget) -> None:
        super().__init__(self._TEXTS[0], parent)
        self.setAccessibleName("Rechercher ou commander")
        self.setToolTip(f"Rechercher ou commander ({first_key('search')})")
        self.setProperty("kind", "search")
        set_icon(self, "search", "text_secondary")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        look = appearance()
        room = self.width() - look.px(20 + 4 + 40)
        self.setText(next((one for one in self._TEXTS if self.fontMetrics().horizontalAdvance(one) <= room), ""))

    def minimumSizeHint(self) -> QSize:
        return QSize(appearance().px(56), super().minimumSizeHint().height())


class Workspace(QWidget):
    """The frame of PRODUCT.md §3.2. ``lock_requested`` and ``quit_requested`` are for the application."""

    lock_requested = Signal()
    quit_requested = Signal()
    location_changed = Signal(object)

    def __init__(
        self,
        frame: Frame,
        places: Sequence[Place],
        options: WorkspaceOptions | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.frame = frame
        self.options = options or WorkspaceOptions()
        order = {key: at for at, key in enumerate(PLACE_ORDER)}
        self.places = {one.id: one for one in sorted(places, key=lambda one: order.get(one.id, len(order)))}
        self._views: dict[str, QWidget] = {}
        self._panels: dict[str, QWidget] = {}
        self._crumbs: dict[str, tuple[Crumb, ...]] = {}
        self._last_saved: dt.datetime | None = None
        self._panel_folded = False
        self._panel_over = False
        """Where room is short, the panel is shown instead of the page."""
        self._rail_compact: bool | None = None
        """What the user asked for; ``None``: what the room allows."""
        self._actions: dict[str, QAction] = {}
        self._build()
        self._make_actions()
        self.palette_box = Palette(self, self.options.search, self.is_available)
        self.palette_box.chosen.connect(self._run_entry)
        frame.navigation.moved.connect(self._arrive)
        frame.bus.published.connect(self._changes)
        frame.undo.changed.connect(self._show_undo)
        frame.discretion.changed.connect(self._show_discretion)
        appearance().changed.connect(self._restyled)
        self._show_undo()
        self._show_saved()
        self.refresh_sync()

    # --- building ---------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if self.options.demonstration:
            column.addWidget(self._build_demonstration())
        column.addWidget(self._build_top())
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        self.rail = Rail([one for one in self.places.values() if one.in_rail], self)
        self.rail.chosen.connect(self._rail_chosen)
        self._rail_area = QScrollArea(self)
        self._rail_area.setWidgetResizable(True)
        self._rail_area.setWidget(self.rail)
        self._rail_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rail_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rail_area.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        middle.addWidget(self._rail_area)
        main = QWidget(self)
        main_column = QVBoxLayout(main)
        main_column.setContentsMargins(24, 12, 24, 0)
        main_column.setSpacing(8)
        self._breadcrumbs = QWidget(main)
        self._breadcrumbs.setObjectName("breadcrumbs")
        self._crumb_line = QHBoxLayout(self._breadcrumbs)
        self._crumb_line.setContentsMargins(0, 0, 0, 0)
        self._crumb_line.setSpacing(4)
        self.panel_button = button("Panneau", "", "panel-left", main)
        self.panel_button.clicked.connect(lambda _on=False: self.toggle_panel())
        self.panel_button.hide()
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._breadcrumbs, 1)
        top.addWidget(self.panel_button)
        main_column.addLayout(top)
        self._notice_box = QVBoxLayout()
        self.notice: Banner | None = None
        main_column.addLayout(self._notice_box)
        self.stack = QStackedWidget(main)
        self.stack.setObjectName("content")
        self.splitter = QSplitter(Qt.Orientation.Horizontal, main)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(16)
        self.splitter.addWidget(self.stack)
        self.panel = QStackedWidget(main)
        self.panel.setObjectName("detailPanel")
        self.panel.hide()
        self.splitter.addWidget(self.panel)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        main_column.addWidget(self.splitter, 1)
        middle.addWidget(main, 1)
        column.addLayout(middle, 1)
        column.addWidget(self._build_status())
        self.message_bar = MessageBar(self.frame.messages, main)
        self._fit()

    def _build_demonstration(self) -> QWidget:
        return Banner(
            f"{texts.DEMONSTRATION}\u00a0: personnes et entreprises inventées. Rien ici ne peut être envoyé.",
            "warning",
            parent=self,
        )

    def _build_top(self) -> QWidget:
        bar = QWidget(self)
        bar.setObjectName("topBar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 8, 12, 8)
        line.setSpacing(8)
        self.menu_button = button("Menu", "quiet", "menu", bar)
        self.menu_button.setMenu(self._menu())
        line.addWidget(self.menu_button)
        self.search_button = SearchButton(bar)
        self.search_button.setMaximumWidth(appearance().px(560))
        self.search_button.clicked.connect(lambda: self.palette_box.open_for())
        line.addWidget(self.search_button, 3)
        line.addStretch(1)
        self.mask_button = button("Masquer", "", "eye-off", bar)
        self.mask_button.setCheckable(True)
        self.mask_button.setToolTip(f"Remplacer les noms par des initiales ({first_key('discretion')})")
        self.mask_button.clicked.connect(lambda on: self.frame.discretion.set(on))
        line.addWidget(self.mask_button)
        self.user_button = button(self.options.user or "Réglages", "quiet", "user", bar)
        self.user_button.setAccessibleName(f"{self.user_button.text()}, apparence, taille du texte et verrouillage")
        self.user_button.setMenu(self._user_menu())
        line.addWidget(self.user_button)
        return bar

    def _build_status(self) -> QWidget:
        bar = QWidget(self)
        bar.setObjectName("statusBar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(bar)
        line.setContentsMargins(16, 4, 12, 4)
        line.setSpacing(8)
        self.sync_indicator = SyncIndicator(bar)
        self.sync_indicator.clicked.connect(lambda _on=False: self._open_sync())
        line.addWidget(self.sync_indicator, 2)
        self.saved_label = label("", "", bar)
        line.addWidget(self.saved_label)
        self.undo_button = button("Annuler", "quiet", "undo-2", bar)
        self.undo_button.clicked.connect(lambda: self.trigger("undo"))
        self._status_line, self._status_gap = line, line.count()
        line.addStretch(1)
        line.addWidget(self.undo_button)
        return bar

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName("Menu")
        menu.aboutToShow.connect(lambda: self._fill_menu(menu))
        return menu

    def _fill_menu(self, menu: QMenu) -> None:
        menu.clear()
        groups = (
            ("new", "hours", "visit", "note", "import"),
            ("print", "export", "filter", "history"),
            ("undo", "redo", "back", "forward"),
            ("sync", "exchange", "discretion", "panel", "rail", "fullscreen"),
            ("keys", "help"),
            ("lock", "quit"),
        )
        for ids in groups:
            shown = [key for key in ids if self.is_available(BY_ID[key])]
            for key in shown:
                self._menu_action(menu, key)
            if shown:
                menu.addSeparator()

    def _user_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName("Apparence, taille du texte et verrouillage")

        def fill() -> None:
            menu.clear()
            for name in (*THEMES, "auto"):
                made = self._menu_action(menu, f"theme_{name}")
                made.setCheckable(True)
                made.setChecked(appearance().choice == name)
            menu.addSeparator()
            field = self._menu_action(menu, "field_mode")
            field.setCheckable(True)
            field.setChecked(appearance().field_mode)
            for key in ("zoom_in", "zoom_out", "zoom_reset"):
                self._menu_action(menu, key)
            menu.addSeparator()
            for key in ("retention", "consultations", "passphrase", "recovery", "safety_copy"):
                if key in self._own:
                    self._menu_action(menu, key)
            menu.addSeparator()
            for key in ("keys", "lock", "quit"):
                self._menu_action(menu, key)

        menu.aboutToShow.connect(fill)
        return menu

    def _menu_action(self, menu: QMenu, key: str) -> QAction:
        keys = first_key(key)
        made = QAction(BY_ID[key].label + (f"\t{keys}" if keys else ""), menu)
        made.triggered.connect(lambda _on=False: self.trigger(key))
        menu.addAction(made)
        return made

    def _make_actions(self) -> None:
        for one in ACTIONS:
            if one.scope not in SHORTCUT_SCOPES or not one.keys:
                continue
            made = QAction(one.label, self)
            made.setObjectName(f"action-{one.id}")
            made.setShortcuts([QKeySequence(key) for key in one.keys])
            made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            made.triggered.connect(lambda _on=False, key=one.id: self.trigger(key))
            self.addAction(made)
            self._actions[one.id] = made
        self._own: dict[str, Callable[[], object]] = {
            "search": lambda: self.palette_box.open_for(),
            "undo": self._undo,
            "redo": self._redo,
            "lock": self.lock_requested.emit,
            "quit": self.quit_requested.emit,
            "sync": self._synchronise,
            "discretion": self.frame.discretion.toggle,
            "panel": self.toggle_panel,
            "rail": self.toggle_rail,
            "fullscreen": self._fullscreen,
            "zoom_in": lambda: self._zoom(1),
            "zoom_out": lambda: self._zoom(-1),
            "zoom_reset": lambda: self._zoom(0),
            "saved": lambda: self.frame.messages.say(texts.already_saved_at(self._last_saved), "success"),
            "back": self.frame.navigation.back,
            "forward": self.frame.navigation.forward,
            "up": self._up,
            "import": self._choose_file,
            "help": self._help,
            "keys": lambda: KeySheet(self).open(),
            "field_mode": self._field_mode,
            **self.options.account,
        }
        for name, path in _DOORS.items():
            if path[0] in self.places:
                self._own[name] = partial(self.frame.navigation.go, *path)
        for name in (*THEMES, "auto"):
            self._own[f"theme_{name}"] = partial(self._theme, name)

    # --- actions ----------------------------------------------------------------------------

    @property
    def view(self) -> QWidget | None:
        """The view of the place shown."""
        here = self.frame.navigation.here
        return self._views.get(here.place) if here else None

    def is_available(self, action: Action) -> bool:
        """Whether ``action`` can be done now: nothing is offered that would answer nothing."""
        if action.id == "sync":
            return self.options.synchronise is not None
        if action.id == "undo":
            return bool(self.frame.undo.undo_label)
        if action.id == "redo":
            return bool(self.frame.undo.redo_label)
        if action.id == "back":
            return self.frame.navigation.can_go_back
        if action.id == "forward":
            return self.frame.navigation.can_go_forward
        if action.id == "panel":
            return self.panel.count() > 0
        if action.id == "import":
            return "hours" in self.places
        if action.id in self._own:
            return True
        if action.id in self._handlers() or (action.id == "history" and "sync" in self.places):
            return True
        return _OWNERS.get(action.id, "") in self.places

    def trigger(self, key: str) -> None:
        """Do an action of the table, here and now."""
        if key in self._own:
            self._own[key]()
            return
        handler = self._handlers().get(key)
        if handler is not None:
            handler()
        elif _OWNERS.get(key, "") in self.places:
            self.palette_box.open_for(key)
        elif key == "history" and "sync" in self.places:
            self.frame.navigation.go("sync", "journal")
        else:
            self.frame.messages.say(f"{texts.quoted(BY_ID[key].label)} ne s’applique pas à cet écran.")

    def _handlers(self) -> dict[str, Callable[[], None]]:
        view = self.view
        return dict(view.handlers()) if isinstance(view, PlaceView) else {}

    def _run_entry(self, entry: Entry) -> None:
        if entry.hit is None:
            self.trigger(entry.action)
            return
        if entry.action:
            self.give(entry.action, entry.hit.kind, entry.hit.id)
            return
        where = entry.hit.where()
        if where is not None and where.place in self.places:
            self.frame.navigation.go(where.place, *where.path)

    def give(self, action: str, kind: str, key: str) -> bool:
        """Give a record to an action: to the place that owns the action, else to the place of the record."""
        from app.ui.shell.commands import PLACE_OF_KIND

        for place in (_OWNERS.get(action, ""), PLACE_OF_KIND.get(kind, "")):
            if place not in self.places:
                continue
            if self.frame.navigation.here is None or self.frame.navigation.here.place != place:
                if place == PLACE_OF_KIND.get(kind) and place != _OWNERS.get(action):
                    self.frame.navigation.go(place, key)
                else:
                    self.frame.navigation.go(place)
            view = self._views[place]
            if isinstance(view, PlaceView) and view.receive(action, kind, key):
                return True
        return False

    def _undo(self) -> None:
        name = self._named(self.frame.undo.undo_label)
        if self.frame.undo.undo():
            self.frame.messages.say(f"Annulé{name or '.'}", "success")
        else:
            self.frame.messages.say("Rien à annuler.")

    def _redo(self) -> None:
        name = self._named(self.frame.undo.redo_label)
        if self.frame.undo.redo():
            self.frame.messages.say(f"Rétabli{name or '.'}", "success")
        else:
            self.frame.messages.say("Rien à rétablir.")

    def _named(self, act: str) -> str:
        """« : heures de Martin 140 → 104 »; nothing while names are hidden: the name of an act may hold one."""
        return f"\u00a0: {act}" if act and not self.frame.discretion.masked else ""

    def take_file(self, path: Path) -> None:
        """A company's file was dropped on the window, or chosen: read where hours are imported."""
        if "hours" not in self.places:
            return
        here = self.frame.navigation.here
        shown = here.path[:1] if here is not None and here.place in ("hours", "companies") else ()
        company = next((one for one in shown if one != "import"), "")
        self.frame.navigation.go("hours", "import", *([company.partition("/")[0]] if company else []))
        view = self._views["hours"]
        if isinstance(view, PlaceView):
            view.receive("import", "file", str(path))

    def _choose_file(self) -> None:
        from app.ui.kit.dialogs import open_files

        open_files(
            self,
            "Choisir un fichier d’heures",
            texts.HOURS_FILES,
            lambda paths: self.take_file(paths[0]),
        )

    def _synchronise(self) -> None:
        if self.options.synchronise is not None:
            self.options.synchronise()
        else:
            self.frame.messages.say(f"Ce carnet fonctionne sans serveur. {self.options.sync_state().text}.")

    def _open_sync(self) -> None:
        if "sync" in self.places:
            self.frame.navigation.go("sync")
        else:
            self._synchronise()

    def _zoom(self, direction: int) -> None:
        look = appearance()
        look.zoom_step(direction)
        self.options.remember("text_scale", look.zoom)
        self.frame.messages.say(f"Taille du texte\u00a0: {look.zoom}\u00a0%")

    def _theme(self, name: str) -> None:
        appearance().set(theme=name)
        self.options.remember("theme", name)

    def _field_mode(self) -> None:
        look = appearance()
        look.set(field_mode=not look.field_mode)
        self.options.remember("field_mode", look.field_mode)

    def _fullscreen(self) -> None:
        window = self.window()
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    def toggle_panel(self) -> None:
        """Fold or unfold the detail panel; where room is short, show it instead of the page, or the page again."""
        if not self.panel.count():
            return
        if self.is_roomy:
            self._panel_folded = not self._panel_folded
            self._show_panel()
            return
        self._panel_over = not self._panel_over
        self._show_panel()
        if self.panel.isVisibleTo(self):
            stop = _first_stop(self.panel)
            if stop is not None:
                stop.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.view is not None:
            self._take_focus(self.view)

    def toggle_rail(self) -> None:
        """Icons alone in the rail, or icons and words, whatever the room is from now on."""
        self._rail_compact = not self.rail.compact
        self._fit()

    @property
    def is_roomy(self) -> bool:
        """Whether the window holds the words of the rail and a panel beside the page, at this size of text."""
        return self.width() >= appearance().px(ROOMY)

    def _up(self) -> None:
        if self.palette_box.isVisible():
            self.palette_box.dismiss()
            return
        if self._panel_over and self.panel.isVisible():
            self.toggle_panel()
            return
        view = self.view
        if isinstance(view, PlaceView) and view.escape():
            return
        self.frame.navigation.up()

    def _help(self) -> None:
        focused = QApplication.focusWidget()
        found = help_of(focused)
        view = self.view
        if found is not None:
            under: QWidget = found[0]
            popover = HelpPopover(found[0].title, found[1], self)
        elif isinstance(view, PlaceView) and view.place_help is not None and focused is not None:
            title, told = view.place_help
            under = focused if view.isAncestorOf(focused) else self._breadcrumbs
            popover = HelpPopover(title, told, self)
        else:
            KeySheet(self).open()
            return
        popover.closed_twice.connect(lambda: KeySheet(self).open())
        popover.open_under(under)

    # --- moving -----------------------------------------------------------------------------

    def flush(self) -> None:
        """Commit every pending text of every view."""
        for view in self._views.values():
            if isinstance(view, PlaceView):
                view.flush()

    def set_badge(self, place: str, count: int) -> None:
        """Count beside a place in the rail."""
        self.rail.set_badge(place, count)
        self._fit_soon()

    def set_filters(self, filters: Sequence[SavedFilter]) -> None:
        """Filters kept under the places."""
        self.rail.set_filters(filters)
        self._fit_soon()

    def start(self, place: str = "") -> None:
        """Show the first place (or the one asked)."""
        first = place if place in self.places else next(iter(self.places), "")
        if first:
            self.frame.navigation.go(first)

    def _rail_chosen(self, place: str) -> None:
        self.frame.navigation.go(place)

    def _arrive(self, target: Location) -> None:
        if target.place not in self.places:
            return
        before = self.stack.currentWidget()
        if isinstance(before, PlaceView):
            before.flush()
        view = self._views.get(target.place)
        if view is None:
            view = self._views[target.place] = self.places[target.place].build(self.frame)
            self.stack.addWidget(view)
            if isinstance(view, PlaceView):
                view.crumbs_changed.connect(lambda crumbs, key=target.place: self._set_crumbs(key, crumbs))
                view.panel_changed.connect(lambda panel, key=target.place: self._set_panel(key, panel))
        if view is not before:
            if isinstance(before, PlaceView):
                before.leave()
            self.stack.setCurrentWidget(view)
        self._panel_over = False
        if not target.path:
            self._crumbs.pop(target.place, None)
        self.rail.select(target.place)
        if isinstance(view, PlaceView):
            view.enter(target.path)
        self._show_crumbs()
        self.refresh_notice()
        self._show_panel()
        self._take_focus(view)
        self.location_changed.emit(target)

    def _take_focus(self, view: QWidget) -> None:
        if self.palette_box.isVisible():
            return
        target = view.focus_target() if isinstance(view, PlaceView) else None
        if target is None and (view.isAncestorOf(QApplication.focusWidget() or self)):
            return
        if target is None:
            target = _first_stop(view)
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh_notice(self) -> None:
        """Ask again what is said over the record shown."""
        here = self.frame.navigation.here
        notice = self.options.notice(here) if here is not None else None
        if self.notice is not None:
            self._notice_box.removeWidget(self.notice)
            self.notice.hide()
            self.notice.deleteLater()
            self.notice = None
        if notice is not None:
            self.notice = Banner(notice.text, notice.kind, notice.action_label, notice.act, self)
            self._notice_box.addWidget(self.notice)

    def _set_crumbs(self, place: str, crumbs: object) -> None:
        self._crumbs[place] = tuple(crumbs) if isinstance(crumbs, tuple | list) else ()
        self._show_crumbs()

    def _show_crumbs(self) -> None:
        while self._crumb_line.count():
            item = self._crumb_line.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        here = self.frame.navigation.here
        if here is None:
            return
        place = self.places[here.place]
        trail = (Crumb(place.label.replace("&", ""), Location(place.id)), *self._crumbs.get(place.id, ()))
        for at, crumb in enumerate(trail):
            if at:
                self._crumb_line.addWidget(label("›", "secondary", self._breadcrumbs))
            if at == len(trail) - 1:
                self._crumb_line.addWidget(
                    ElidedLabel(crumb.text, "title" if at == 0 else "strong", self._breadcrumbs), 1
                )
            else:
                link = button(crumb.text, "link", parent=self._breadcrumbs)
                link.clicked.connect(lambda _on=False, to=crumb.location: self.frame.navigation.go(to.place, *to.path))
                self._crumb_line.addWidget(link)

    def _set_panel(self, place: str, panel: object) -> None:
        old = self._panels.pop(place, None)
        if old is not None and old is not panel:
            self.panel.removeWidget(old)
        if isinstance(panel, QWidget):
            self._panels[place] = panel
            if self.panel.indexOf(panel) < 0:
                self.panel.addWidget(panel)
        self._show_panel()

    def _show_panel(self) -> None:
        here = self.frame.navigation.here
        panel = self._panels.get(here.place) if here else None
        if panel is not None:
            self.panel.setCurrentWidget(panel)
        beside = self.is_roomy
        shown = panel is not None and (not self._panel_folded if beside else self._panel_over)
        if shown and beside and not self.panel.isVisible():
            width = appearance().px(_PANEL)
            self.splitter.setSizes([max(self.splitter.width() - width, width), width])
        self.panel.setVisible(shown)
        self.stack.setVisible(beside or not shown)
        self.panel_button.setVisible(panel is not None and not beside)
        if panel is not None:
            words = "Revenir à la fiche" if shown else panel.accessibleName() or "Panneau"
            self.panel_button.setText(words)
            self.panel_button.setToolTip(f"{BY_ID['panel'].label} ({first_key('panel')})")

    # --- what is told -----------------------------------------------------------------------

    def _changes(self, changes: Changes) -> None:
        self._last_saved = self.frame.clock.now()
        self._show_saved()
        self.refresh_sync()

    def refresh_sync(self) -> None:
        """Ask again what the left corner says."""
        self.sync_indicator.show_state(self.options.sync_state())

    def _show_saved(self) -> None:
        self.saved_label.setText(texts.saved_at(self._last_saved) if self._last_saved else "")

    def _show_undo(self) -> None:
        name = self.frame.undo.undo_label
        shown = f"Annuler{self._named(name)}"
        metrics = self.undo_button.fontMetrics()
        room = max(min(appearance().px(320), self.width() * 3 // 10), 120)
        self.undo_button.setText(metrics.elidedText(shown, Qt.TextElideMode.ElideRight, room))
        self.undo_button.setToolTip(f"{shown} ({first_key('undo')})")
        self.undo_button.setAccessibleName(shown)
        self.undo_button.setVisible(bool(name))

    def _show_discretion(self, masked: bool) -> None:
        self.mask_button.setChecked(masked)
        self.mask_button.setText("Afficher" if masked else "Masquer")
        self.mask_button.setAccessibleName("Afficher les noms" if masked else "Masquer les noms")
        self._show_undo()

    def _restyled(self) -> None:
        self.search_button.setMaximumWidth(appearance().px(560))
        self._show_undo()
        self._status_line.setStretch(self._status_gap, 0 if appearance().zoom >= 150 else 1)
        self._fit_soon()

    def _fit_soon(self) -> None:
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """Give the rail and the panel what the width of the window allows at this size of text."""
        roomy = self.is_roomy
        compact = self._rail_compact if self._rail_compact is not None else self.isVisible() and not roomy
        if compact != self.rail.compact:
            self.rail.set_compact(compact)
            self._fit_soon()  # the buttons tell their new sizes to the layout a turn later
        hint = self.rail.sizeHint()
        bar = self._rail_area.verticalScrollBar().sizeHint().width()
        scrolls = self.isVisible() and hint.height() > self._rail_area.height()
        self._rail_area.setFixedWidth(hint.width() + (bar if scrolls else 0))
        if roomy:
            self._panel_over = False
        self._show_panel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_soon()


def _first_stop(root: QWidget) -> QWidget | None:
    """The first widget of ``root`` that Tab reaches now."""
    for one in root.findChildren(QWidget):
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisibleTo(root) and one.isEnabled():
            return one
    return None
