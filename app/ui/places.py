"""The places of the window, registered once: what each is given, and where a record found is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from app import durable
from app.models.choices import Recipient
from app.rules.french import capitalise_first, format_month
from app.ui.shell.commands import Hit
from app.ui.shell.navigation import Frame, Location, Place
from app.ui.sync.exchange import Exchange

if TYPE_CHECKING:
    from app.ui.today.departure import Departing


class ServicesShown(Protocol):
    """The services of the open notebook, as ``app.bootstrap`` builds them."""

    @property
    def hours(self) -> Any: ...
    @property
    def imports(self) -> Any: ...
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
    @property
    def documents(self) -> Any: ...
    @property
    def exchange(self) -> Any: ...
    @property
    def offers(self) -> Any: ...
    @property
    def privacy(self) -> Any: ...
    @property
    def safety_copies(self) -> Any: ...


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

    ``open_document(kind, record id, recipient)``: kinds of ``app.documents.service.KINDS``.
    """

    services: ServicesShown
    open_document: Callable[[str, str, str], None]
    facilitator_id: str = ""
    exchange: Exchange | None = None
    """The exchange with the network, and the safety copy; absent where a test has no need of it."""
    files: Callable[[], Any] | None = None
    """What reads companies' files (``hours.imports.opening.CompanyFiles``); made when first asked."""
    departing: Departing | None = None
    """The data folder, for « Partir sur le terrain »; absent where a test has no need of it."""


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
        Place("today", "&Aujourd’hui", "calendar-check", lambda frame: _today(frame, reach)),
        Place("visits", "&Visites", "clipboard-list", lambda frame: _visits(frame, reach)),
        Place("hours", "&Heures", "clock", lambda frame: _hours(frame, reach)),
        Place("beneficiaries", "&Bénéficiaires", "users", lambda frame: _beneficiaries(frame, reach)),
        Place("companies", "&Entreprises", "building-2", lambda frame: _companies(frame, reach)),
        Place("operations", "&Opérations", "hard-hat", lambda frame: _operations(frame, reach)),
        Place("offers", "O&ffres", "briefcase", lambda frame: _offers(frame, reach)),
        Place("privacy", "Confidentialité", "shield-check", lambda frame: _privacy(frame, reach), in_rail=False),
        *([] if reach.exchange is None else [reach.exchange.place()]),
    ]


def _today(frame: Frame, reach: Reach) -> Any:
    from app.ui.today.view import TodayView
    from app.ui.today.viewmodel import TodayModel

    hours = reach.services.hours

    def missing() -> int:
        return int(hours.count_statements().missing)

    exchange = reach.exchange

    def offer() -> Any:
        return None if exchange is None or exchange.model.demonstration else reach.services.safety_copies.offer()

    given = (frame.bridge, frame.bus, frame.messages, frame.undo)
    model = TodayModel(
        reach.services.visits,
        *given,
        missing,
        offer,
        lambda: tuple(reach.services.beneficiaries.due_milestones()),
        lambda: int(reach.services.privacy.count_due()),
    )
    return TodayView(frame, model, exchange, _departure(frame, reach))


def _departure(frame: Frame, reach: Reach) -> Any:
    from app.sync.sentences import last_words
    from app.ui.today.departure import DepartureModel

    exchange = reach.exchange
    if reach.departing is None:
        return None
    joined = exchange is not None and not exchange.model.demonstration

    def synced() -> str:
        state = exchange.model.state if exchange is not None else None
        return last_words(state, frame.clock.now()) if state is not None and state.enrolled else ""

    def synchronise() -> None:
        if exchange is not None and exchange.model.state.enrolled:
            exchange.model.synchronise()

    return DepartureModel(
        reach.services.visits.readiness,
        reach.departing,
        frame.bridge,
        frame.clock,
        frame.messages,
        synced,
        synchronise if joined else None,
    )


class _Reports:
    """The report of a visit for its screen: made and kept on the store thread, in about 50 ms.

    The documents are reached when one is asked for: ReportLab (22 MB) is not loaded to open the list of visits.
    """

    def __init__(self, services: ServicesShown) -> None:
        self._services = services

    def collect(self, visit_id: str, recipient: Recipient) -> Any:
        return self._services.documents.document("visit", visit_id, recipient.value)

    def render(self, content: Any) -> bytes:
        data: bytes = content.data
        return data

    def file_name(self, content: Any) -> str:
        return str(content.file_name)


def _visits(frame: Frame, reach: Reach) -> Any:
    from app.ui.visits.view import VisitsView
    from app.ui.visits.viewmodel import PlacesModel, VisitListModel, VisitModel
    from app.visits import photos

    service = reach.services.visits
    given = (frame.bridge, frame.messages, frame.undo)
    return VisitsView(
        frame,
        VisitListModel(service, frame.bridge, frame.bus, lambda: reach.facilitator_id),
        PlacesModel(service, *given),
        VisitModel(
            service,
            frame.bridge,
            frame.bus,
            frame.messages,
            frame.undo,
            photos,
            _Reports(reach.services),
        ),
        write=lambda path, data: frame.bridge.run(lambda: durable.write(path, data), on="io"),
    )


def _beneficiaries(frame: Frame, reach: Reach) -> Any:
    from app.ui.beneficiaries.view import BeneficiariesView
    from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel

    model = BeneficiariesViewModel(reach.services.beneficiaries, frame.bridge, frame.bus, frame.undo, frame.clock)

    def consulted(sheet: Any) -> None:
        frame.bridge.run(lambda: reach.services.privacy.note_access(sheet.id))

    model.sheet_changed.connect(consulted)
    return BeneficiariesView(frame, model, reach.open_document)


def _company_files() -> Any:
    from app.hours.imports.opening import CompanyFiles

    return CompanyFiles()


def _hours(frame: Frame, reach: Reach) -> Any:
    from app.ui.hours.months import MonthsViewModel
    from app.ui.hours.view import HoursView
    from app.ui.hours.viewmodel import GridViewModel
    from app.ui.imports.viewmodel import ImportModel

    service = reach.services.hours
    files = reach.files or cache(_company_files)
    view = HoursView(
        frame,
        MonthsViewModel(service, frame.bridge, frame.bus),
        GridViewModel(
            service,
            frame.bridge,
            frame.bus,
            frame.messages,
            frame.undo,
            frame.discretion,
            lambda company, month: reach.services.documents.attest_month(company, month),
        ),
        ImportModel(
            reach.services.imports,
            service,
            reach.services.beneficiaries,
            lambda path, given_up: files().open(path, given_up),
            lambda: files().warm(),
            frame.bridge,
            frame.messages,
            frame.undo,
            frame.discretion,
            frame.clock,
        ),
    )
    view.print_requested.connect(
        lambda company, month, _filled: reach.open_document("statement", f"{company}/{month}", "company")
    )
    return view


def _operations(frame: Frame, reach: Reach) -> Any:
    from app.ui.operations.view import OperationsView
    from app.ui.operations.viewmodel import OperationsViewModel

    services = reach.services
    model = OperationsViewModel(
        services.operations, services.sizings, frame.bridge, frame.bus, frame.messages, frame.undo
    )
    return OperationsView(frame, model, reach.open_document)


def _offers(frame: Frame, reach: Reach) -> Any:
    from app.ui.offers.view import OffersView
    from app.ui.offers.viewmodel import OffersViewModel

    services = reach.services
    model = OffersViewModel(
        services.offers,
        services.beneficiaries,
        services.companies,
        frame.bridge,
        frame.bus,
        frame.messages,
        frame.undo,
        lambda kind, ids: services.exchange.export(kind, "xlsx", ids=ids),
    )
    return OffersView(
        frame,
        model,
        reach.open_document,
        lambda path, data: frame.bridge.run(lambda: durable.write(path, data), on="io"),
    )


def _privacy(frame: Frame, reach: Reach) -> Any:
    from app.ui.privacy.view import PrivacyView
    from app.ui.privacy.viewmodel import PrivacyViewModel

    services = reach.services
    model = PrivacyViewModel(
        services.privacy, services.offers.take_back, frame.bridge, frame.bus, frame.messages, frame.undo
    )
    return PrivacyView(frame, model)


def _companies(frame: Frame, reach: Reach) -> Any:
    from app.ui.companies.files import FilesModel
    from app.ui.companies.view import CompaniesView
    from app.ui.companies.viewmodel import CompaniesViewModel

    given = (frame.bridge, frame.bus, frame.messages, frame.undo)
    files = FilesModel(reach.services.imports, *given)
    return CompaniesView(frame, CompaniesViewModel(reach.services.companies, *given), reach.open_document, files=files)
