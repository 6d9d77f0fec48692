"""The only place that builds services and wires them together, with or without a window."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.account import keyfile
from app.account.keyfile import COST, Cost
from app.account.secrets import SecretStore
from app.account.service import AccountService, StoreDoor
from app.clock import Clock
from app.errors import NotebookMissing, PassphraseNeeded
from app.paths import DEMONSTRATION_MARK, ERASED_FILE, NOTEBOOK_FILE, UNFINISHED_MARK, WITHDRAWN_MARK
from app.tasks import Executors, ImmediateExecutors

if TYPE_CHECKING:
    from app.account.copies import SafetyCopies
    from app.account.safety_copy import OpenedCopy, Progress
    from app.beneficiaries.service import BeneficiariesService
    from app.documents.service import DocumentsService
    from app.exchange.service import ExchangeService
    from app.hours.imports.service import ImportsService
    from app.hours.service import HoursService
    from app.offers.service import OffersService
    from app.operations.companies import CompaniesService
    from app.operations.service import OperationsService
    from app.operations.sizing import SizingService
    from app.privacy.service import PrivacyService
    from app.rules.lease import Lease
    from app.store.attachments import AttachmentFiles
    from app.store.backup import BackupEntry
    from app.store.history import ToldChange
    from app.store.notebook import Notebook
    from app.store.search import SearchHit
    from app.store.unit import Outcome, Undo
    from app.sync.service import SyncService
    from app.sync.state import ExchangeState, Verification
    from app.visits.service import VisitsService

log = logging.getLogger(__name__)

DEMONSTRATION_PASSPHRASE = "un carnet fictif pour essayer"
"""Published: a demonstration holds nobody's data. Used when no other passphrase is given for one."""


@dataclass(frozen=True)
class Opened:
    """An open notebook with its sealed files."""

    notebook: Notebook
    files: AttachmentFiles


@dataclass(frozen=True)
class Home:
    """What stands around the places: initials of the user, organisation, what waits to be sent."""

    facilitator_id: str
    initials: str
    organisation: str
    demonstration: bool
    unsent: int


class Workstation:
    """One data folder: its account, and the notebook once it is open.

    The notebook and everything built over it belong to the store thread. ``cost`` of the passphrase's key: the
    product's own unless a test wants a cheap one.
    """

    def __init__(self, folder: Path, clock: Clock, secrets: SecretStore, *, cost: Cost | None = None) -> None:
        self.folder = folder
        self.clock = clock
        self.secrets = secrets
        self.executors: Executors = ImmediateExecutors()
        """Where the exchange does its work; the window gives its own."""
        self.sync_password: Callable[[], str | None] = lambda: None
        """The user's password at the server, for a command line; the window asks it when it is needed."""
        self._opened: Opened | None = None
        self._unlocked = False
        self._services: Services | None = None
        door = StoreDoor(self._exists, self._create, self._open, self._close, self._lease)
        self.account = AccountService(folder, clock, secrets, door, cost=cost or COST)

    @property
    def exists(self) -> bool:
        """Whether a notebook stands in the folder."""
        return self._exists()

    @property
    def is_demonstration(self) -> bool:
        """Whether the folder holds a demonstration."""
        return (self.folder / DEMONSTRATION_MARK).exists()

    @property
    def is_unfinished(self) -> bool:
        """Whether the folder holds a demonstration whose making was cut."""
        mark = self.folder / UNFINISHED_MARK
        try:
            return mark.exists() and mark.read_text(encoding="ascii") == keyfile.read(self.folder).notebook_id
        except NotebookMissing:
            return False

    def refuse_missing(self) -> None:
        """Raise ``NotebookMissing`` when no notebook stands in the folder."""
        if not self._exists():
            raise NotebookMissing(
                "Aucun carnet dans ce dossier.",
                "Rien n’a été créé ni modifié.",
                "Vérifiez le dossier, ou créez un carnet.",
            )

    @property
    def services(self) -> Services:
        """What the program does, over the open notebook."""
        if self._services is None:
            self._services = Services(self)
        return self._services

    @property
    def notebook(self) -> Notebook:
        """The open notebook; raises ``PassphraseNeeded`` while it is locked."""
        return self._needed().notebook

    @property
    def files(self) -> AttachmentFiles:
        """The sealed attachments of the open notebook."""
        return self._needed().files

    def make_demonstration(
        self, passphrase: str, *, scale: int = 1, progress: Callable[[str], None] = lambda _: None
    ) -> dict[str, int]:
        """Create the folder's notebook and fill it with the invented year; rows made per table.

        Raises ``NotebookExists`` when a notebook stands there already, but for one whose making was cut: it holds
        nothing yet, and is made again.
        """
        from app.demonstration.service import fill
        from app.store.network import sign_in

        if self.is_unfinished:
            self._discard()
        self.account.create(passphrase, any_strength=True)
        unfinished = self.folder / UNFINISHED_MARK
        unfinished.write_text(keyfile.read(self.folder).notebook_id, encoding="ascii")
        progress("Carnet créé")
        (self.folder / DEMONSTRATION_MARK).write_text(
            "Carnet de démonstration\u00a0: personnes, entreprises et opérations inventées.\n", encoding="utf-8"
        )
        files = self.files

        def keep(data: bytes) -> tuple[str, int]:
            return files.put(data), len(data)

        made = fill(self.notebook, keep, scale=scale)
        sign_in(self.notebook)
        unfinished.unlink()
        progress("Données fictives écrites")
        return made

    def _discard(self) -> None:
        """Remove a demonstration whose making was cut: invented people only, and none yet.

        Raises ``NotebookInUse`` when it is being made right now.
        """
        from app.account import vault
        from app.store.attachments import FOLDER

        self.account.hold()
        for leftover in self.folder.glob(f"{NOTEBOOK_FILE}*"):
            leftover.unlink()
        vault.discard(self.folder)
        shutil.rmtree(self.folder / FOLDER, ignore_errors=True)

    def home(self) -> Home:
        """What the window shows around its places, once the notebook is open."""
        from app.rules.french import initials
        from app.store.network import find_owner
        from app.store.outbox import count_unsent

        owner = find_owner(self.notebook)
        return Home(
            facilitator_id=owner.facilitator_id if owner else "",
            initials=initials(owner.last_name, owner.first_name) if owner else "",
            organisation=owner.organisation_short_name if owner else "",
            demonstration=self.is_demonstration,
            unsent=count_unsent(self.notebook),
        )

    def unsent(self) -> int:
        """Records with changes not sent yet."""
        from app.store.outbox import count_unsent

        return count_unsent(self.notebook)

    def exchange_state(self) -> ExchangeState:
        """Where the exchange stands; a notebook that is alone answers without loading what speaks to the network."""
        from app.store.outbox import count_unsent, oldest_unsent
        from app.sync.state import ExchangeState

        notebook = self.notebook
        if notebook.get_control("sync.membership"):
            return self.services.sync.state()
        return ExchangeState(unsent=count_unsent(notebook), unsent_since=oldest_unsent(notebook))

    def photos_waiting(self) -> dict[str, tuple[int, int]]:
        """Records whose photographs are not all at the network: (sent, all), by their id."""
        from app.store.file_exchange import photos_waiting

        return photos_waiting(self.notebook.raw)

    def recent_changes(self) -> list[ToldChange]:
        """What was typed here lately, latest first: the journal (Ctrl+J)."""
        from app.store.history import recent_changes

        return recent_changes(self.notebook)

    def take_back(self, undo: Undo) -> Outcome:
        """Take an act back as it was; the answer's own undo does it again."""
        from app.store.unit import revert

        return revert(self.notebook, undo)

    def find(self, text: str) -> list[SearchHit]:
        """What the palette finds: the statement of a paper code, whom an attestation's number is about, the statements
        of « bati oct », else the records that hold the words.
        """
        from app.rules.numbering import is_paper_code
        from app.rules.search_text import query_terms
        from app.store.search import SearchHit, find

        if is_paper_code(text):
            return [
                SearchHit("statement", f"{place.company_id}/{place.month}", place.company_name, place.month)
                for place in self.services.hours.find_paper_code(text)
            ]
        attested = self._attested(text)
        if attested is not None:
            return [attested]
        found = find(self.notebook, query_terms(text))
        name, month = self._company_and_month(text)
        if name and not found:
            companies = find(self.notebook, query_terms(name), kind="company")
            return [SearchHit("statement", f"{one.record_id}/{month}", one.title, month) for one in companies]
        return found

    def _attested(self, text: str) -> SearchHit | None:
        """The person or the operation that the attestation of this number is about."""
        from app.errors import InvalidInput
        from app.rules.numbering import Series, parse_number
        from app.store.attestations import find_attestation, subject_of
        from app.store.search import SearchHit

        try:
            number = str(parse_number(text, Series.ATTESTATION))
        except InvalidInput:
            return None
        with self.notebook.read() as connection:
            issued = find_attestation(connection, number, self.notebook.organisation_id)
            if issued is None:
                return None
            kind, record_id, title = subject_of(connection, issued)
        return SearchHit(kind, record_id, title, f"Attestation {number}")

    def _company_and_month(self, text: str) -> tuple[str, str]:
        """« bati oct » read as a company and the latest such month; both empty when the last word is no month."""
        from app.errors import InvalidInput
        from app.rules.french import parse_month

        name, _, last = text.strip().rpartition(" ")
        if not name or not last[:3].isalpha():
            return "", ""
        try:
            return name, parse_month(last, self.clock.today())
        except InvalidInput:
            return "", ""

    def shipped_organisations(self) -> list[tuple[str, str]]:
        """(id, name) of the organisations of both networks, before any notebook exists."""
        from app.clock import natural_id
        from app.paths import resources
        from app.store.reference import read_entries

        entries = read_entries(resources() / "reference" / "charters")
        networks = {
            one.code: str(one.data.get("short_label") or one.label) for one in entries if one.table == "network"
        }
        return [
            (natural_id("organisation", one.code), f"{one.label} ({networks.get(one.network_code, '')})")
            for one in entries
            if one.table == "organisation"
        ]

    def set_owner(self, organisation: str, last_name: str, first_name: str, prefix: str) -> None:
        """Say who the open notebook belongs to; ``organisation`` by its code, its name or its id.

        Raises ``InvalidInput`` (the codes are named), and as ``store.network.set_owner``.
        """
        from app.errors import InvalidInput
        from app.store.network import list_organisations, set_owner

        known = list_organisations(self.notebook)
        wanted = organisation.casefold()
        found = [
            one
            for one in known
            if wanted in (one.organisation_id, one.code.casefold(), one.name.casefold(), one.short_name.casefold())
        ]
        if len(found) != 1:
            raise InvalidInput(
                "Cette organisation est inconnue.",
                "Le carnet est créé, sans titulaire.",
                f"Choisir parmi\u00a0: {', '.join(one.code for one in known)}.",
                field="organisation",
            )
        set_owner(self.notebook, found[0].organisation_id, last_name=last_name, first_name=first_name, prefix=prefix)

    def recovery_pdf(self, code_groups: Sequence[str], *, replaces_previous: bool = False) -> bytes:
        """The recovery sheet of this notebook."""
        import platform

        from app.documents.heading import Desk
        from app.documents.recovery import recovery_pdf

        return recovery_pdf(
            Desk(self.notebook, self.files), code_groups, computer=platform.node(), replaces_previous=replaces_previous
        )

    def verification_pdf(self, found: Verification) -> bytes:
        """What « Vérifier » found, to print."""
        from app.documents.heading import Desk
        from app.documents.verification import verification_pdf

        return verification_pdf(Desk(self.notebook, self.files), found)

    def renew_recovery(self, passphrase: str) -> bytes:
        """A new recovery sheet as PDF; the former one no longer opens. Raises ``WrongPassphrase``."""
        return self.recovery_pdf(self.account.renew_recovery_code(passphrase).groups, replaces_previous=True)

    def sound_copies(self, passphrase: str) -> list[BackupEntry]:
        """Safety copies of a notebook that no longer opens, the latest first, with what each holds."""
        from app.account import vault
        from app.store import backup

        return list(backup.list_backups(self.folder / backup.FOLDER_NAME, vault.unlock(self.folder, passphrase)))

    def restore(self, passphrase: str, copy: Path) -> None:
        """Put a safety copy in the notebook's place; the damaged file is kept aside. Raises as ``backup.restore``."""
        from app.account import vault
        from app.store import backup

        backup.restore(copy, self.folder / NOTEBOOK_FILE, vault.unlock(self.folder, passphrase), self.clock)

    def take_up(
        self, copy: OpenedCopy, passphrase: str, *, prefix: str = "", progress: Progress = lambda _done, _all: None
    ) -> None:
        """Put the notebook of a safety copy into this empty folder, then open it; numbers made here begin by ``prefix``
        when it is given. Raises as ``safety_copy.take_up``; ``LeaseOver`` once it is there, when it asks for its
        network before it opens.
        """
        from app import durable
        from app.account import safety_copy
        from app.store.network import change_prefix

        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise durable.told(problem) from problem
        self.account.hold()
        safety_copy.take_up(copy, self.folder, self.clock, progress)
        try:
            self.account.unlock(passphrase)
        finally:
            if prefix and self._unlocked:
                change_prefix(self.notebook, prefix)

    def note_facts(self) -> None:
        """Keep what the next unlock screen says."""
        from app.store.history import last_change

        self.account.note_facts(self.unsent(), last_change(self.notebook), self._lease())

    def join_network(self, password: str = "") -> None:
        """Have the lease that ran out renewed by the server, then go in (io). ``password`` when the server asks for it.

        Raises as ``SyncService.check_in``, and ``LeaseOver``.
        """
        self.services.sync.check_in(password)
        self.executors.store(self.account.join).result()

    def copy_if_due(self) -> None:
        """Take a safety copy when half an hour of work has none. A full disk is told, the work goes on."""
        from app.store import backup
        from app.store.history import last_change

        folder = self.folder / backup.FOLDER_NAME
        latest = backup.latest(folder, self.clock.now())
        if backup.due(latest.made_at if latest else None, last_change(self.notebook), self.clock.now()):
            backup.make_backup(self.notebook.raw, self.account.key, folder, self.clock)

    def last_copy(self) -> dt.datetime | None:
        """When the latest safety copy was taken; ``None`` when there is none."""
        from app.store import backup

        latest = backup.latest(self.folder / backup.FOLDER_NAME, self.clock.now())
        return latest.made_at if latest else None

    def copy_now(self) -> None:
        """Take a safety copy before leaving for the site. Raises as ``backup.make_backup``."""
        from app.store import backup

        folder = self.folder / backup.FOLDER_NAME
        backup.make_backup(self.notebook.raw, self.account.key, folder, self.clock, backup.BackupReason.ASKED)

    def leave(self) -> None:
        """Note the facts, then close everything; nothing is left open whatever refuses."""
        try:
            if self._unlocked:
                self.note_facts()
        finally:
            self.account.close()

    def erase(self) -> None:
        """Destroy the key of the notebook, in all its forms, then its files, which are noise without it (store thread).

        The network withdrew this notebook (SYNC.md §7.10). What the user saved elsewhere (documents, exports, safety
        copies on a key) is out of reach. Cut, it goes on by :meth:`finish_erasing`.
        """
        from app import durable
        from app.account import vault
        from app.errors import EnvironmentProblem

        with suppress(EnvironmentProblem):  # a full disk: erasing is what matters
            durable.write(self.folder / WITHDRAWN_MARK, b"")

        try:
            vault.forget(self.folder, self.secrets)
        except EnvironmentProblem as problem:  # no keyring, or a key file that cannot be read: it is destroyed below
            log.info("the keyring was not told to forget the key: %s", problem.code)
        self.account.close()
        self._destroy()

    def finish_erasing(self) -> None:
        """Go on with an erasure that was cut; nothing to do most of the time. Raises as ``vault.destroy``."""
        if (self.folder / WITHDRAWN_MARK).exists():
            self._destroy()

    def _destroy(self) -> None:
        from app.account import vault

        try:
            vault.destroy(self.folder)
        finally:
            self._remove_noise()
        (self.folder / WITHDRAWN_MARK).unlink(missing_ok=True)

    def _remove_noise(self) -> None:
        """The files of an erased notebook, those kept aside included: another may be made in their place."""
        from app.store.attachments import FOLDER
        from app.store.backup import FOLDER_NAME

        for name in (FOLDER, FOLDER_NAME):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for path in [*self.folder.glob("notebook*"), *self.folder.glob(".notebook*")]:
            try:
                path.unlink()
            except OSError as problem:
                log.warning("a file of an erased notebook was left: %s", problem.errno)

    def _needed(self) -> Opened:
        if self._opened is None or not self._unlocked:
            raise PassphraseNeeded("Le carnet est verrouillé.", "Tout est enregistré.", "Saisissez votre mot de passe.")
        return self._opened

    # --- the door of the store, called by the account ---

    def _exists(self) -> bool:
        return (self.folder / NOTEBOOK_FILE).exists()

    def _create(self, key: bytes) -> None:
        from app.paths import resources
        from app.store.notebook import Notebook
        from app.store.reference import load_reference, read_entries
        from app.visits.phrases import seed_phrases

        notebook = Notebook.create(self.folder, key, self.clock)
        load_reference(notebook, read_entries(resources() / "reference" / "charters"))
        seed_phrases(notebook)
        self._enter(notebook, key)

    def _open(self, key: bytes) -> None:
        from app.store.network import sign_in
        from app.store.notebook import Notebook

        if self._opened is not None:
            self._opened.notebook.reopen(key)
            self._opened.files.take_key(key)
            self._unlocked = True
            self._erase_again()
            return
        notebook = Notebook.open(self.folder, key, self.clock, lambda raw, _path: self._copy(raw, key))
        sign_in(notebook)
        self._enter(notebook, key)
        self._erase_again()

    def _erase_again(self) -> None:
        """A safety copy put back names people erased since, as does a notebook locked or killed before it carried out
        an erasure received: they are erased before anybody sees them."""
        raw = self.notebook.raw
        erased = raw.execute("SELECT 1 FROM retention_decision WHERE decision = 'anonymised' LIMIT 1").fetchone()
        if erased is not None or (self.folder / ERASED_FILE).exists():
            self.services.privacy.recover()

    def _enter(self, notebook: Notebook, key: bytes) -> None:
        from app.store.attachments import AttachmentFiles

        self._opened = Opened(notebook, AttachmentFiles(self.folder, key))
        self._unlocked = True

    def _lease(self) -> Lease | None:
        from app.store.lease import look

        return look(self.notebook)

    def _close(self) -> None:
        """Close the file and forget the key; those who hold the notebook keep the same object for the next unlock."""
        if self._opened is not None and self._unlocked:
            self._unlocked = False
            self._opened.notebook.close()
            self._opened.files.take_key(b"")

    def _copy(self, raw: Any, key: bytes) -> None:
        from app.store.backup import FOLDER_NAME, BackupReason, make_backup

        make_backup(raw, key, self.folder / FOLDER_NAME, self.clock, BackupReason.BEFORE_UPDATE)


class Services:
    """What the program does, over one workstation; built when first asked, so that each verb loads what it uses."""

    def __init__(self, workstation: Workstation) -> None:
        self._workstation = workstation

    @cached_property
    def hours(self) -> HoursService:
        """Months of hours."""
        from app.hours.service import HoursService

        return HoursService(self._workstation.notebook)

    @cached_property
    def imports(self) -> ImportsService:
        """Companies' files."""
        from app.hours.imports.service import ImportsService

        return ImportsService(self._workstation.notebook)

    @cached_property
    def visits(self) -> VisitsService:
        """Site visits."""
        from app.visits.service import VisitsService

        return VisitsService(self._workstation.notebook, self._workstation.files)

    @cached_property
    def beneficiaries(self) -> BeneficiariesService:
        """People in insertion."""
        from app.beneficiaries.service import BeneficiariesService

        return BeneficiariesService(self._workstation.notebook)

    @cached_property
    def operations(self) -> OperationsService:
        """Operations, contracts, lots, commitments."""
        from app.operations.service import OperationsService

        return OperationsService(self._workstation.notebook)

    @cached_property
    def sizings(self) -> SizingService:
        """Calculations of hours."""
        from app.operations.sizing import SizingService

        return SizingService(self._workstation.notebook)

    @cached_property
    def companies(self) -> CompaniesService:
        """Companies and insertion structures."""
        from app.operations.companies import CompaniesService

        return CompaniesService(self._workstation.notebook)

    @cached_property
    def exchange(self) -> ExchangeService:
        """Exports of lists and months."""
        from app.exchange.service import ExchangeService

        return ExchangeService(self._workstation.notebook)

    @cached_property
    def offers(self) -> OffersService:
        """Job offers, introductions, the directory of insertion structures."""
        from app.offers.service import OffersService

        return OffersService(self._workstation.notebook, self.beneficiaries.trade_label)

    @cached_property
    def privacy(self) -> PrivacyService:
        """Retention, erasure, access log, right of access."""
        from app.privacy.service import PrivacyService

        return PrivacyService(self._workstation.notebook, self._workstation.files)

    @cached_property
    def documents(self) -> DocumentsService:
        """PDF documents."""
        from app.documents.service import DocumentsService

        return DocumentsService(self._workstation.notebook, self._workstation.files, self.hours, self.beneficiaries)

    @cached_property
    def safety_copies(self) -> SafetyCopies:
        """Copies of the whole notebook on a USB key."""
        from app.account.copies import SafetyCopies

        workstation = self._workstation
        return SafetyCopies(workstation.notebook, lambda: workstation.account.key)

    @cached_property
    def sync(self) -> SyncService:
        """The exchange with the network's server."""
        from app.sync.service import Surroundings, SyncService

        workstation = self._workstation
        return SyncService(
            Surroundings(
                notebook=lambda: workstation.notebook,
                files=lambda: workstation.files,
                on_store=lambda work: workstation.executors.store(work, behind=True).result(),
                store_rest=lambda: workstation.executors.store_rest,
                secrets=workstation.secrets,
                erase=workstation.erase,
                is_demonstration=lambda: workstation.is_demonstration,
                password=lambda: workstation.sync_password(),
                received=lambda: self.privacy.recover().changes,
            )
        )
