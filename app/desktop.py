"""The program with its window: first paint, unlock or first run, workspace, lock, copies, leaving.

The order of imports is a promise: nothing but Qt's widgets and our light modules before the first screen is
painted (PRODUCT.md AC 26). The database, the documents and the places are loaded while the passphrase is being typed.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

import app.ui.interpreter  # noqa: F401  - first: it makes the imports after it cheap

# isort: split
from app.paths import DEMONSTRATION_MARK, NOTEBOOK_FILE, WITHDRAWN_MARK, default_data_dir, demo_data_dir
from app.settings import FIELD_MODE, LOCK_MINUTES, TEXT_SCALE, THEME, Preference, Settings
from app.ui.application import finish_set_up, set_up
from app.ui.shell.root import RootWindow
from app.ui.shell.unlock import UnlockPage
from app.ui.shell.unlock_viewmodel import UnlockViewModel

if TYPE_CHECKING:
    from app.account.keyfile import Cost
    from app.bootstrap import Workstation
    from app.clock import Clock
    from app.errors import InclusivError, LeaseOver
    from app.hours.imports.opening import CompanyFiles
    from app.tasks import Executors
    from app.ui.bridge.tasks import Bridge
    from app.ui.shell.commands import Hit
    from app.ui.shell.lock import Locker
    from app.ui.shell.navigation import Frame
    from app.ui.shell.rail import SavedFilter
    from app.ui.shell.window import Workspace
    from app.ui.sync.exchange import Exchange

_VIEWS = tuple(
    f"app.ui.{place}.view" for place in ("today", "hours", "visits", "beneficiaries", "companies", "operations")
)
"""Loaded while the passphrase is being typed: the first opening of a place does not wait for them."""
_DATABASE = (
    "argon2.low_level",
    "cryptography.hazmat.primitives.ciphers.aead",
    "app.store.attachments",
    "app.store.network",
    "app.store.notebook",
    "app.store.outbox",
    "app.hours.service",
    "app.visits.service",
)
"""Loaded at the same time: opening a notebook and its first screen do not wait for them."""
_COPY_LOOK = 5 * 60 * 1000
"""How often we look whether a safety copy is due, in milliseconds."""
_REST = 1000
"""Milliseconds without a write after which the journal is folded into the file."""


def run(arguments: Sequence[str]) -> int:
    """Open the window and stay until it is closed. ``--data-dir``, ``--demo``; ``--quit``: leave once painted."""
    folder = _folder(arguments)
    settings = Settings(folder)
    app = set_up(theme=settings.get(THEME), text_scale=settings.get(TEXT_SCALE), field_mode=settings.get(FIELD_MODE))
    desktop = Desktop(folder, settings)
    desktop.show()
    if "--quit" in arguments:
        desktop.painted = app.quit
    code = app.exec()
    desktop.close()
    return code


def _folder(arguments: Sequence[str]) -> Path:
    given = list(arguments)
    if "--data-dir" in given and given.index("--data-dir") + 1 < len(given):
        return Path(given[given.index("--data-dir") + 1])
    return demo_data_dir() if "--demo" in given else default_data_dir()


class _FirstPaint(QObject):
    """Calls back once, when the watched widget has been painted."""

    def __init__(self, watched: QWidget, then: Callable[[], None]) -> None:
        super().__init__(watched)
        self._then: Callable[[], None] | None = then
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._then is not None:
            then, self._then = self._then, None
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, then)
        return False


class Desktop(QObject):
    """One window over one data folder. ``executors``, ``clock``, ``secrets`` and ``cost`` may be given by tests."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        *,
        executors: Executors | None = None,
        clock: Clock | None = None,
        secrets: Any = None,
        cost: Cost | None = None,
    ) -> None:
        super().__init__()
        self.folder = folder
        self.settings = settings
        self.painted: Callable[[], None] = lambda: None
        self.root = RootWindow()
        self.workspace: Workspace | None = None
        self.frame: Frame | None = None
        self.lock: Locker | None = None
        self._executors = executors
        self._clock = clock
        self._secrets = secrets
        self._cost = cost
        self.exchange: Exchange | None = None
        self._joining = False
        self._missing_filter: SavedFilter | None = None
        self._files: CompanyFiles | None = None
        self._ready = False
        self._copy: tuple[str, Any] | None = None
        self._asks_network: LeaseOver | None = None
        self._unlock = UnlockViewModel(parent=self)
        self._page: QWidget | None = None
        if (folder / WITHDRAWN_MARK).exists():
            self._finish_erasing()
        if (folder / NOTEBOOK_FILE).exists():
            self._page = UnlockPage(self._unlock, notebook=self._name())
            self._page.quit_asked.connect(self.root.close)
            self.root.show_page(self._page)
            self._unlock.opened.connect(self._enter)
        else:
            from app.ui.shell.unlock import CenteredPage

            self._page = CenteredPage()
            self.root.show_page(self._page)
        self.root.closing.connect(self._leaving)
        _FirstPaint(self._page, self._after_first_paint)

    def show(self) -> None:
        """Show the window."""
        self.root.show()
        if isinstance(self._page, UnlockPage):
            self._page.passphrase.setFocus()

    @property
    def is_ready(self) -> bool:
        """Whether a passphrase can be tried (or a notebook created)."""
        return self._ready

    def _finish_erasing(self) -> None:
        """The network withdrew this notebook, and the program was stopped meanwhile."""
        from app.account.secrets import NoSecrets
        from app.bootstrap import Workstation
        from app.clock import SystemClock
        from app.errors import EnvironmentProblem

        with suppress(EnvironmentProblem):  # a file that resists: the next start tries again
            Workstation(self.folder, SystemClock(), NoSecrets()).finish_erasing()

    def _name(self) -> str:
        if (self.folder / DEMONSTRATION_MARK).exists():
            return "Carnet de démonstration"
        return "Votre carnet"

    # --- once painted ------------------------------------------------------------------------

    def _after_first_paint(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            finish_set_up(app)
        self.painted()
        self._attach()

    def _attach(self) -> None:
        """Build what the unlock screen needs behind it, then load the rest while the user types."""
        from PySide6.QtCore import qInstallMessageHandler

        from app import logs
        from app.account import passphrase as passphrases
        from app.account.secrets import KeyringSecrets
        from app.bootstrap import Workstation
        from app.clock import SystemClock
        from app.tasks import ThreadExecutors
        from app.ui.bridge.changes import Bus
        from app.ui.bridge.messages import Messages
        from app.ui.bridge.tasks import Bridge
        from app.ui.shell.crash import CrashReporter, qt_messages
        from app.version import VERSION

        self._log = logs.set_up(self.folder / "logs") if self.folder.exists() else None
        if self._executors is None:
            qInstallMessageHandler(lambda kind, context, text: qt_messages(kind, context, text or ""))
        self.clock = self._clock or SystemClock()
        self.executors = self._executors or ThreadExecutors()
        self.bus = Bus(self)
        self.messages = Messages(self)
        self.crash = CrashReporter(lambda: self.root, VERSION)
        if self._executors is None:
            self.crash.install()
        self.bridge: Bridge = Bridge(self.executors, self.bus, self.messages, self.crash.report, self)
        # the locks are turned by a bridge of their own: the other one is held while the notebook is locked
        self._keys = Bridge(self.executors, self.bus, self.messages, self.crash.report, self)
        self.workstation: Workstation = Workstation(
            self.folder,
            self.clock,
            self._secrets if self._secrets is not None else KeyringSecrets(),
            cost=self._cost,
        )
        self.workstation.executors = self.executors

        def strength(text: str) -> tuple[bool, str]:
            judged = passphrases.strength(text)
            return judged.acceptable, judged.sentence

        self._strength = strength
        self.bridge.run(_load_the_database, lambda _done: self._load_views(list(_VIEWS)), on="store", owner=self)
        if isinstance(self._page, UnlockPage):
            self._unlock.attach(self._door(), self.bridge)
            self._unlock.refused.connect(self._offer_copy)
            self._unlock.withdrawn.connect(self._withdrawn)
            self._page.set_age(self._age())
            self._try_keyring()
        else:
            self._first_run()
        self._ready = True
        QTimer.singleShot(0, self, _load_the_workspace)

    def _load_views(self, names: list[str]) -> None:
        """One module a turn, so that a key typed meanwhile is not kept waiting."""
        if names:
            importlib.import_module(names[0])
            QTimer.singleShot(0, self, lambda: self._load_views(names[1:]))

    def _age(self) -> str:
        from app.ui.texts import network_asked, notebook_age

        facts = self.workstation.account.facts()
        asked = network_asked(facts.warns_at, facts.ends_at, self.clock.now())
        return "\n".join(one for one in (notebook_age(facts.last_change, facts.unsent), asked) if one)

    def _try_keyring(self) -> None:
        """Open at once when the system's keyring holds the key; else, and without a word, the passphrase is asked."""
        account = self.workstation.account
        self.bridge.run(
            account.unlock_remembered,
            lambda opened: self._unlock.opened.emit() if opened else None,
            self._unlock.told,
            owner=self,
        )

    # --- first run ---------------------------------------------------------------------------

    def _first_run(self) -> None:
        from app.account.keyfile import COST
        from app.ui.shell.creation_viewmodel import CopyFound, Creation, CreationDoor, CreationViewModel
        from app.ui.shell.first_run import FirstRunPage

        workstation = self.workstation
        code: list[str] = []

        def create(wanted: Creation) -> None:
            from app.store.network import set_owner

            made = workstation.account.create(wanted.passphrase, remember=True)
            code[:] = made.groups
            set_owner(
                workstation.notebook,
                wanted.organisation,
                last_name=wanted.last_name,
                first_name=wanted.first_name,
                prefix=wanted.prefix,
            )

        def sheet() -> bytes:
            return self.executors.store(lambda: workstation.recovery_pdf(code)).result()

        def demonstrate() -> None:
            from app.bootstrap import DEMONSTRATION_PASSPHRASE, Workstation

            other = Workstation(demo_data_dir(), self.clock, workstation.secrets)
            if not other.exists or other.is_unfinished:
                other.make_demonstration(DEMONSTRATION_PASSPHRASE)
            else:
                other.account.unlock_in_order({"INCLUSIV_PASSPHRASE": DEMONSTRATION_PASSPHRASE})
            self.workstation = other

        def open_copy(path: Path, passphrase: str, typed_code: str) -> CopyFound:
            from app.account import safety_copy

            if typed_code:
                opened = safety_copy.open_by_code(path, typed_code, passphrase, cost=self._cost or COST)
            else:
                opened = safety_copy.open_by_passphrase(path, passphrase)
            return CopyFound(opened.held.made_at, safety_copy.held_words(opened.held), opened.held.prefix, opened)

        def take_up(copy: CopyFound, passphrase: str, prefix: str, progress: Callable[[int, int], None]) -> None:
            from app.errors import KeyringUnavailable, LeaseOver

            try:
                workstation.take_up(
                    copy.opened,  # type: ignore[arg-type]
                    passphrase,
                    prefix=prefix,
                    progress=progress,
                )
            except LeaseOver as problem:
                self._asks_network = problem
                return
            try:
                workstation.account.remember()
            except KeyringUnavailable:
                return

        model = CreationViewModel(
            CreationDoor(
                organisations=workstation.shipped_organisations,
                strength=self._strength,
                create=create,
                sheet=sheet,
                note_sheet=lambda answer: workstation.account.note_recovery(
                    "printed" if answer == "printed" else "declined"
                ),
                demonstrate=demonstrate,
                write=lambda path, data: _write(Path(str(path)), data),
                open_copy=open_copy,
                take_up=take_up,
            ),
            self.bridge,
            self,
        )
        model.finished.connect(lambda: code.clear())
        model.demonstrated.connect(self._enter)
        model.copy_taken.connect(self._enter)
        page = FirstRunPage(model)

        def note_joining() -> None:
            self._joining = page.joining

        model.finished.connect(note_joining)
        model.finished.connect(self._enter)
        self.root.show_page(page)
        if self._page is not None:
            self.root.drop_page(self._page)
        self._page = page
        self.creation = model

    # --- inside ------------------------------------------------------------------------------

    def _enter(self) -> None:
        if self.workspace is not None:
            return  # unlocked again: the lock gives the same screen back
        if self._asks_network is not None:
            self._ask_network(self._asks_network)
            return
        self.bridge.run(self.workstation.home, self._show_workspace, owner=self)

    def _ask_network(self, problem: LeaseOver) -> None:
        """A safety copy older than its lease was taken up: it is here, and opens once the network was joined."""
        self._asks_network = None
        self._unlock.attach(self._door(), self.bridge)
        self._unlock.opened.connect(self._enter)
        self._unlock.withdrawn.connect(self._withdrawn)
        page = UnlockPage(self._unlock, notebook=self._name())
        page.quit_asked.connect(self.root.close)
        self.root.show_page(page)
        if self._page is not None:
            self.root.drop_page(self._page)
        self._page = page
        self._unlock.told(problem)

    def _show_missing(self, count: int) -> None:
        """« Heures 5 » in the rail, and the saved filter that shows them."""
        from app.ui.hours.view import FILTER
        from app.ui.shell.rail import SavedFilter

        if self.workspace is None or self.frame is None:
            return
        navigation = self.frame.navigation
        self.workspace.set_badge("hours", count)
        self._missing_filter = SavedFilter(
            "Relevés manquants", count, lambda: navigation.go("hours", f"{FILTER}missing")
        )
        self._show_filters()

    def _show_filters(self) -> None:
        if self.workspace is not None and self.exchange is not None:
            missing = [self._missing_filter] if self._missing_filter else []
            self.workspace.set_filters([*self.exchange.filters(), *missing])

    def _show_workspace(self, home: Any) -> None:
        from app.ui.documents.papers import DesktopPapers
        from app.ui.hours.radar import MissingRadar
        from app.ui.places import Reach, places
        from app.ui.shell.discretion import Discretion
        from app.ui.shell.dropping import FileDrops
        from app.ui.shell.lock import Locker
        from app.ui.shell.navigation import Frame, Navigation
        from app.ui.shell.undo import UndoStack
        from app.ui.shell.window import Workspace, WorkspaceOptions
        from app.ui.sync.exchange import Exchange

        discretion, undo = Discretion(self), UndoStack(self)
        self.papers = DesktopPapers(
            self.root, lambda: self.workstation.services, self.bridge, self.messages, discretion, undo, _write
        )
        self.frame = Frame(
            bridge=self.bridge,
            bus=self.bus,
            messages=self.messages,
            undo=undo,
            navigation=Navigation(self),
            discretion=discretion,
            clock=self.clock,
            papers=self.papers,
        )
        workstation = self.workstation
        workstation.executors = self.executors
        self.exchange = Exchange(
            workstation.services,
            workstation,
            self.frame,
            self.root,
            demonstration=home.demonstration,
            unsent=home.unsent,
        )
        reach = Reach(
            workstation.services,
            self._open_document,
            home.facilitator_id,
            self.exchange,
            self._company_files,
            workstation,
        )
        self.workspace = Workspace(
            self.frame,
            places(reach),
            WorkspaceOptions(
                user=home.initials,
                demonstration=home.demonstration,
                sync_state=self.exchange.shown,
                synchronise=self.exchange.model.synchronise,
                notice=self.exchange.notice,
                search=self._search,
                remember=self._remember,
                account={
                    "passphrase": self._change_passphrase,
                    "recovery": self._renew_recovery,
                    "safety_copy": self.exchange.open_copy,
                },
            ),
        )
        self.workspace.quit_requested.connect(self.root.close)
        self.drops = FileDrops(self.root, lambda: self.root.page is self.workspace and not self._busy_elsewhere())
        self.drops.approaching.connect(lambda: self.executors.io(lambda: self._company_files().warm()))
        self.drops.dropped.connect(self.workspace.take_file)
        self.drops.several.connect(
            lambda path: self.messages.say(f"Un fichier se lit à la fois\u00a0: {path.name} d’abord.", "warning")
        )
        self.exchange.changed.connect(self.workspace.refresh_sync)
        self.exchange.review_changed.connect(self._show_filters)
        self.exchange.model.notices_changed.connect(self.workspace.refresh_notice)
        self.exchange.withdrawn.connect(self._withdrawn)
        radar = MissingRadar(self.workstation.services.hours, self.bridge, self.bus, self.workspace)
        radar.counted.connect(self._show_missing)
        radar.ask()
        cover = UnlockPage(UnlockViewModel(self._door(), self._keys, self), cover=True)
        cover.quit_asked.connect(self.root.close)
        cover.model.withdrawn.connect(self._withdrawn)
        self.lock = Locker(
            self.root,
            cover,
            self._keys,
            self._close_notebook,
            self.clock,
            minutes=self.settings.get(LOCK_MINUTES),
            parent=self,
        )
        self.lock.about_to_lock.connect(self.workspace.flush)
        self.lock.locked.connect(self.bridge.hold)
        self.lock.unlocked.connect(self.bridge.release)
        self.workspace.lock_requested.connect(self.lock.lock)
        self.root.name_notebook("Démonstration" if home.demonstration else home.organisation)
        self.root.show_page(self.workspace)
        if self._page is not None:
            self.root.drop_page(self._page)
            self._page = None
        self.frame.navigation.go("today")
        self.lock.start()
        lock = self.lock
        self.exchange.start(lambda: lock.is_locked, join=self._joining)
        self._copies = QTimer(self, interval=_COPY_LOOK)
        self._copies.timeout.connect(self._copy_if_due)
        self._copies.start()
        self._rest = QTimer(self, interval=_REST, singleShot=True)
        self._rest.timeout.connect(self._fold)
        self.bus.published.connect(lambda _changes: self._rest.start())

    def _company_files(self) -> CompanyFiles:
        """What reads companies' files, loaded with the first of them."""
        if self._files is None:
            from app.hours.imports.opening import CompanyFiles

            self._files = CompanyFiles()
        return self._files

    @staticmethod
    def _busy_elsewhere() -> bool:
        """Whether a dialog waits for an answer: a file dropped under it would be lost from sight."""
        return QApplication.activeModalWidget() is not None

    def _door(self) -> Any:
        from app.ui.shell.unlock_viewmodel import Door

        account = self.workstation.account
        return Door(
            open_notebook=self._open_notebook,
            recover=account.recover,
            wait=lambda: account.wait().total_seconds(),
            open_with_pin=account.unlock_with_pin,
            pin_is_enough=lambda: account.pin_is_enough,
            strength=self._strength,
            join=self.workstation.join_network,
            enter_by_sheet=account.enter_by_sheet,
            step_back=account.step_back,
        )

    def _open_notebook(self, passphrase: str) -> None:
        """On the store thread. A damaged file whose key is right is compared with its copies before it is told."""
        from app.errors import DamagedNotebook

        self._copy = None
        try:
            self.workstation.account.unlock(passphrase)
        except DamagedNotebook:
            copies = [one for one in self.workstation.sound_copies(passphrase) if one.contents is not None]
            if copies:
                self._copy = (passphrase, copies[0])
            raise

    def _offer_copy(self, _sentence: str, _field: str) -> None:
        if self._copy is None:
            return
        from app.ui.account.copies import CopyQuestion

        (passphrase, entry), self._copy = self._copy, None
        question = CopyQuestion(self.root, entry)
        question.accepted_copy.connect(
            lambda: self.bridge.run(
                lambda: self.workstation.restore(passphrase, entry.backup.path),
                lambda _done: self._unlock.unlock(passphrase),
                owner=self,
            )
        )
        question.open()

    def _close_notebook(self) -> None:
        self.workstation.note_facts()
        self.workstation.account.lock()

    def _remember(self, key: str, value: object) -> None:
        from app.errors import InclusivError

        kept: dict[str, Preference[Any]] = {"theme": THEME, "text_scale": TEXT_SCALE, "field_mode": FIELD_MODE}
        try:
            self.settings.set(kept[key], value)
        except InclusivError as problem:
            self.messages.error(problem)

    def _search(self, text: str, answer: Callable[[Sequence[Hit]], None]) -> None:
        from app.ui.places import found

        self.bridge.run(lambda: self.workstation.find(text), lambda hits: answer(found(hits)), owner=self)

    def _open_document(self, kind: str, record_id: str, recipient: str) -> None:
        from app.documents.service import recipients_of
        from app.models.choices import Recipient
        from app.ui.documents.dialog import Asked, DocumentDialog

        documents = self.workstation.services
        dialog = DocumentDialog(
            self.root,
            Asked(kind, record_id, next(one for one in Recipient if one.value == recipient)),
            recipients_of(kind),
            lambda asked: documents.documents.document(
                asked.kind, asked.record_id, asked.recipient, filled=asked.filled, rectified=asked.rectified
            ),
            _write,
            self.bridge,
            self.messages,
            issue=lambda asked: documents.documents.issue(asked.kind, asked.record_id),
        )
        dialog.open()
        if kind in ("followup", "plain", "summary", "introduction"):
            person = record_id.rpartition("/")[2]
            self.bridge.run(lambda: documents.privacy.note_access(person, "document"))

    def _change_passphrase(self) -> None:
        from app.ui.account.dialogs import PassphraseDialog

        change = self.workstation.account.change_passphrase
        PassphraseDialog(self.root, change, self._strength, self.bridge, self.messages).open()

    def _renew_recovery(self) -> None:
        from app.ui.account.dialogs import RecoveryDialog

        workstation = self.workstation
        RecoveryDialog(
            self.root,
            workstation.renew_recovery,
            _write,
            lambda: workstation.account.note_recovery("printed"),
            self.bridge,
            self.messages,
        ).open()

    # --- what goes on behind -------------------------------------------------------------------

    def _withdrawn(self) -> None:
        """The network withdrew this notebook: its key is erased, nothing of it can be shown."""
        from app.ui.shell.withdrawn import WithdrawnPage

        if self.lock is not None:
            self._copies.stop()
            self._rest.stop()
            self.lock.inactivity.stop()
        if self.exchange is not None:
            self.exchange.stop()
        self.bridge.hold()
        for dialog in self.root.findChildren(QDialog):
            dialog.close()
        page = WithdrawnPage()
        page.quit_asked.connect(self.root.close)
        self.root.show_page(page)

    def _fold(self) -> None:
        if self.lock is not None and not self.lock.is_locked:
            self.bridge.run(
                lambda: self.workstation.notebook.count_again(), failed=self._not_open, on="store", owner=self
            )
            self.bridge.run(lambda: self.workstation.notebook.fold(), failed=self._not_open, on="io", owner=self)

    def _not_open(self, problem: InclusivError) -> None:
        """Locked or withdrawn meanwhile, on another thread: there is nothing left to do, nor to say."""
        from app.errors import PassphraseNeeded

        if not isinstance(problem, PassphraseNeeded):
            self.messages.error(problem)

    def _copy_if_due(self) -> None:
        if self.lock is not None and not self.lock.is_locked:
            self.bridge.run(self.workstation.copy_if_due, failed=self._not_open, on="store", owner=self)

    def _leaving(self) -> None:
        if self.workspace is not None:
            self.workspace.flush()

    def close(self) -> None:
        """Write what is pending, fold the file, let everything go."""
        from app import logs

        if not hasattr(self, "bridge"):
            return
        if self.lock is not None:
            self.lock.inactivity.stop()
        if self.exchange is not None:
            self.exchange.stop()
        self.executors.store(self.workstation.leave).result()
        self.bridge.close()
        self._keys.close()
        if self._files is not None:
            self._files.close()
        self.executors.close()
        if self._log is not None:
            logs.take_down(self._log)


def _load_the_database() -> None:
    """On the store thread, while the passphrase is being typed."""
    for name in _DATABASE:
        importlib.import_module(name)


def _load_the_workspace() -> None:
    """On the window's thread, once the unlock screen stands: the modules of the places."""
    import app.ui.hours.radar
    import app.ui.places
    import app.ui.shell.lock
    import app.ui.shell.window  # noqa: F401


def _write(path: Path, data: bytes) -> None:
    from app import durable

    durable.write(path, data)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
