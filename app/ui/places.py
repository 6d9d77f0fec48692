"""The places of the window, registered once: what each is given, and where a record found is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.rules.french import capitalise_first, format_month
from app.ui.shell.commands import Hit
from app.ui.shell.navigation import Frame, Location, Place


class ServicesShown(Protocol):
    """The services of the open notebook, as ``app.bootstrap`` builds them."""

    @property
    def hours(self) -> Any: ...
    @property
    def visits(self) -> Any: ...
    @property
    def beneficiaries(self) -> Any: ...
    @property
    def operations(self) -> Any: ...
    @property
    def companies(self) -> Any: ...
    @property
    def sizings(self) -> Any: ...


class Found(Protocol):
    """A record found by the store."""

    @property
    def kind(self) -> str: ...
    @property
    def record_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def subtitle(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """What places may call: services (on the store thread), and the documents dialog.

    ``open_document(kind, record id, recipient)``: kinds ``visit``, ``followup``, ``statement``, ``sizing``.
    """

    services: ServicesShown
    open_document: Callable[[str, str, str], None]
    facilitator_name: str = ""


_ICONS = {
    "beneficiary": "user",
    "company": "building-2",
    "operation": "hard-hat",
    "visit": "clipboard-list",
    "statement": "clock",
}


def found(hits: Iterable[Found]) -> Sequence[Hit]:
    """Records found, as the palette shows them. Kinds that no place opens are left out."""
    shown: list[Hit] = []
    for one in hits:
        if one.kind not in _ICONS:
            continue
        location, subtitle = None, one.subtitle
        if one.kind == "statement":
            company, _, month = one.record_id.partition("/")
            location = Location("hours", (company, month))
            subtitle = f"Relevé de {format_month(month)}"
        shown.append(Hit(one.kind, one.record_id, capitalise_first(one.title), subtitle, _ICONS[one.kind], location))
    return shown


def places(reach: Reach) -> list[Place]:
    """Every place that exists, in the order of the rail."""
    return [
        Place("hours", "&Heures", "clock", lambda frame: _hours(frame, reach)),
    ]


def _hours(frame: Frame, reach: Reach) -> Any:
    from app.ui.hours.months import MonthsViewModel
    from app.ui.hours.view import HoursView
    from app.ui.hours.viewmodel import GridViewModel

    service = reach.services.hours
    view = HoursView(
        frame,
        MonthsViewModel(service, frame.bridge, frame.bus),
        GridViewModel(service, frame.bridge, frame.bus, frame.messages, frame.undo, frame.discretion),
    )
    view.print_requested.connect(
        lambda company, month, _filled: reach.open_document("statement", f"{company}/{month}", "company")
    )
    return view
