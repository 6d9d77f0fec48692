"""Places, where we are, where we were; and what a place is given and must answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.clock import Clock
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.shell.discretion import Discretion
from app.ui.shell.undo import UndoStack

if TYPE_CHECKING:
    from app.ui.kit.fields import Help

PLACE_ORDER = ("today", "visits", "hours", "beneficiaries", "companies", "operations", "offers", "reports")
"""The places, in the order of the rail; those not registered are not shown."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place and the path inside it: ``("operations", ("op-id", "lot-id"))``; an empty path is the list."""

    place: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said over a record, whatever its place: a sentence of a ``kind`` of banner and, perhaps, one button."""

    text: str
    kind: str = "info"
    action_label: str = ""
    act: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the breadcrumb trail: a French text and where it leads."""

    text: str
    location: Location


class Navigation(QObject):
    """Back, forward, one level up. ``moved`` carries the :class:`Location` to show."""

    moved = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._past: list[Location] = []
        self._future: list[Location] = []
        self._here: Location | None = None

    @property
    def here(self) -> Location | None:
        """Where we are."""
        return self._here

    @property
    def can_go_back(self) -> bool:
        """Whether there is a screen before."""
        return bool(self._past)

    @property
    def can_go_forward(self) -> bool:
        """Whether we came back from somewhere."""
        return bool(self._future)

    def go(self, place: str, *path: str) -> None:
        """Show ``place``, at ``path`` inside it (ids of records)."""
        target = Location(place, tuple(path))
        if target == self._here:
            self.moved.emit(target)
            return
        if self._here is not None:
            self._past.append(self._here)
            del self._past[:-100]
        self._future.clear()
        self._arrive(target)

    def replace(self, place: str, *path: str) -> None:
        """Say where we are without a new step in the history (a draft got its id)."""
        self._here = Location(place, tuple(path))

    def back(self) -> bool:
        """The screen before."""
        if not self._past:
            return False
        if self._here is not None:
            self._future.append(self._here)
        self._arrive(self._past.pop())
        return True

    def forward(self) -> bool:
        """Where we came back from."""
        if not self._future:
            return False
        if self._here is not None:
            self._past.append(self._here)
        self._arrive(self._future.pop())
        return True

    def up(self) -> bool:
        """One level up inside the place; false at its list."""
        if self._here is None or not self._here.path:
            return False
        self.go(self._here.place, *self._here.path[:-1])
        return True

    def _arrive(self, target: Location) -> None:
        self._here = target
        self.moved.emit(target)


class Listed(Protocol):
    """A list whose rows can be asked whole (``kit.table.PagedTable``)."""

    def everything(self, answer: Callable[[tuple[str, ...]], None]) -> None: ...


class Papers(Protocol):
    """What leaves the notebook from several places: exports, letters, attestations (``ui.documents.papers``)."""

    def export_list(self, kind: str, listed: Listed) -> None:
        """« Exporter »: what a list shows, for a spreadsheet."""

    def export_month(self, month: str, company_id: str = "") -> None:
        """« Exporter »: the hours of a month, of one company or of all."""

    def template(self, month: str, company_id: str = "") -> None:
        """« Modèle vierge »: the hours sheet that a company fills in and sends back."""

    def remind(self, month: str) -> None:
        """Letters to every company whose statement of a month has not come."""

    def attestations(self, scope: str, record_id: str) -> None:
        """Attestations of the contracts of a ``company`` or a ``lot``, together."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the window gives to every place. The services reach the view-models at wiring, not here."""

    bridge: Runner
    bus: Bus
    messages: Messages
    undo: UndoStack
    navigation: Navigation
    discretion: Discretion
    clock: Clock
    papers: Papers | None = None
    """``None`` where nothing may leave."""


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail. ``build`` is called at the first visit; ``icon`` is a Lucide name.

    ``label`` may hold ``&`` before its access key (Alt + letter). A place out of the rail has a door of its own.
    """

    id: str
    label: str
    icon: str
    build: Callable[[Frame], QWidget]
    in_rail: bool = True


class PlaceView(QWidget):
    """Base of the view of a place. Override what the place can do; everything is optional.

    ``crumbs_changed`` carries a tuple of :class:`Crumb` (after the place's own name), ``panel_changed`` the
    widget of the detail panel or ``None``, ``handlers_changed`` says that :meth:`handlers` answers otherwise.
    """

    crumbs_changed = Signal(object)
    panel_changed = Signal(object)
    handlers_changed = Signal()
    place_help: tuple[str, Help] | None = None
    """F1 away from a field: a title and what the place is for; without it the key sheet opens."""

    def __init__(self, frame: Frame, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frame = frame
        self.setObjectName("page")

    def is_built(self, page: str) -> bool:
        """Whether a page that is a ``cached_property``, made when it is first shown, is there."""
        return page in self.__dict__

    def enter(self, path: tuple[str, ...]) -> None:
        """Show the list (empty path) or the record at ``path``."""

    def leave(self) -> None:
        """Another place is shown; what is typed has already been flushed."""

    def flush(self) -> None:
        """Commit every pending text, now: the window locks, closes or shows something else."""
        from app.ui.kit.fields import Field

        for field in self.findChildren(Field):
            field.commit()

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions of :mod:`app.ui.shell.actions` do here, by id: ``{"new": self.new, "print": …}``."""
        return {}

    def escape(self) -> bool:
        """Esc: close what is open here (a filter, an editor). True when something was; else one level up."""
        return False

    def receive(self, action: str, kind: str, record_id: str, /) -> bool:
        """A record given to an action from the palette (« imprimer martin »). True when done here."""
        return False

    def focus_target(self) -> QWidget | None:
        """The widget that takes the focus on arrival; by default the first that can."""
        return None

    def set_crumbs(self, crumbs: Sequence[Crumb]) -> None:
        """Say where we are inside the place."""
        self.crumbs_changed.emit(tuple(crumbs))
