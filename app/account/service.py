"""The account: making, unlocking and locking the notebook of this workstation.

Nothing here knows how the notebook is stored: :class:`StoreDoor` holds what to call. The methods that
take a passphrase last about 0.2 s and those of the keyring may wait for a prompt: never on the window's
thread. One caller at a time.
"""

from __future__ import annotations

import datetime as dt
import enum
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from app import durable, errors
from app.account import facts as facts_file
from app.account import pin, vault
from app.account.facts import Facts
from app.account.keyfile import COST, Cost, RecoveryStatus
from app.account.recovery import RecoveryCode
from app.account.secrets import SecretStore
from app.clock import Clock
from app.rules.lease import GRACE, Lease
from app.store.lockfile import NotebookLock

log = logging.getLogger(__name__)

_DELAYS = (0, 0, 0, 1, 2, 4, 8, 15, 30)


@dataclass(frozen=True, slots=True)
class StoreDoor:
    """How to make, open and close the notebook's file; each raises the store's own errors."""

    exists: Callable[[], bool]
    create: Callable[[bytes], None]
    """Make the file under this key, and leave it open."""
    open: Callable[[bytes], None]
    close: Callable[[], None]
    lease: Callable[[], Lease | None] = lambda: None
    """Of the open file, the time until now counted; ``None`` when it never asks for the network."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The right key of a notebook whose lease ran out: the file is open for the exchange only, nothing is shown."""

    key: bytearray
    fully: bool


class NotebookState(enum.Enum):
    """What stands in the folder, told without any key."""

    ABSENT = "absent"
    READY = "ready"
    KEY_MISSING = "key_missing"
    """A notebook without its key file: to be found again, never written over."""
    UNFINISHED = "unfinished"
    """A key file without a notebook: a creation was cut, or the file was moved away."""


def delay_after(attempts: int) -> dt.timedelta:
    """How long to wait after ``attempts`` wrong passphrases: nothing for two, then softly up to 30 s.

    Nothing is ever wiped: Argon2id makes guessing slow, the delay only spares a worried user's fingers.
    """
    return dt.timedelta(seconds=_DELAYS[min(max(attempts, 0), len(_DELAYS) - 1)])


def recovery_sentence(status: RecoveryStatus) -> str:
    """« Fiche de secours imprimée le 22 novembre 2026. », or the reminder to print it."""
    from app.rules.french import format_long_date

    if status.printed_at:
        return f"Fiche de secours imprimée le {format_long_date(status.printed_at.astimezone().date())}."
    if status.declined_at:
        day = format_long_date(status.declined_at.astimezone().date())
        return (
            f"Fiche de secours non imprimée (refus du {day})."
            " Sans elle, un mot de passe oublié ferme le carnet pour toujours."
        )
    return "Fiche de secours à imprimer\u00a0: sans elle, un mot de passe oublié ferme le carnet pour toujours."


class AccountService:
    """The notebook of ``folder``, locked until one of the ways in succeeds."""

    def __init__(
        self, folder: Path, clock: Clock, secrets: SecretStore, store: StoreDoor, *, cost: Cost = COST
    ) -> None:
        self.folder = folder
        self._clock = clock
        self._secrets = secrets
        self._store = store
        self._cost = cost
        self._key: bytearray | None = None
        self._window: NotebookLock | None = None
        self._brief: pin.BriefLock | None = None
        self._was_locked = False
        self._waiting: _Waiting | None = None
        self._let_in_at: dt.datetime | None = None

    # --- what is known without a key ---

    def state(self) -> NotebookState:
        """What stands in the folder; two looks at the disk."""
        notebook, key = self._store.exists(), vault.exists(self.folder)
        if notebook:
            return NotebookState.READY if key else NotebookState.KEY_MISSING
        return NotebookState.UNFINISHED if key else NotebookState.ABSENT

    def facts(self) -> Facts:
        """For the unlock screen: unsent changes, last change, wrong attempts."""
        return facts_file.read(self.folder)

    def note_facts(self, unsent: int, last_change: dt.datetime | None, lease: Lease | None = None) -> None:
        """Keep what the next unlock screen shows; call before locking and when leaving."""
        known = replace(
            self.facts(),
            unsent=unsent,
            last_change=last_change,
            warns_at=lease.warns_at if lease else None,
            ends_at=lease.ends_at if lease else None,
        )
        facts_file.write(self.folder, known)

    def wait(self) -> dt.timedelta:
        """Time left before the next passphrase is looked at; zero most of the time."""
        known = self.facts()
        if known.last_attempt is None:
            return dt.timedelta()
        delay = delay_after(known.attempts)
        left = known.last_attempt + delay - self._clock.now()
        return max(dt.timedelta(), min(left, delay))

    # --- the window ---

    def hold(self) -> None:
        """Reserve the notebook for this window, until :meth:`close`. Raises ``NotebookInUse``."""
        if self._window is None:
            self._window = NotebookLock.acquire(self.folder)
            durable.sweep(self.folder)

    @property
    def is_open(self) -> bool:
        """Whether the notebook is unlocked."""
        return self._key is not None

    @property
    def key(self) -> bytes:
        """The data key, for sealed files. Raises :class:`errors.PassphraseNeeded` when locked."""
        if self._key is None:
            raise pin.needed()
        return bytes(self._key)

    # --- ways in ---

    def create(self, passphrase: str, *, remember: bool = False, any_strength: bool = False) -> RecoveryCode:
        """Make the notebook and open it; the code answered is to be printed at once, it is kept nowhere.

        With ``remember`` the keyring is asked too; when it refuses, the notebook is made all the same and
        :meth:`is_remembered` says so. ``any_strength`` as in ``vault.create``.

        Raises :class:`errors.InvalidInput` (passphrase too weak), :class:`errors.NotebookExists`,
        :class:`errors.NotebookInUse`, :class:`errors.DiskFull`, :class:`errors.FolderNotWritable`; nothing is
        then left half made.
        """
        if self._store.exists():
            raise errors.NotebookExists(
                "Il y a déjà un carnet à cet endroit.",
                "Il n’a pas été modifié.",
                "Ouvrez ce carnet, ou choisissez un autre dossier.",
            )
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise durable.told(problem) from problem
        self.hold()
        if vault.exists(self.folder):
            # A creation that was cut, or a notebook moved away: its key may be precious, keep it.
            vault.set_aside(self.folder, self._clock)
        key, code = vault.create(self.folder, passphrase, self._clock, cost=self._cost, any_strength=any_strength)
        try:
            self._store.create(bytes(key))
        except BaseException:
            vault.wipe(key)
            if not self._store.exists():
                vault.discard(self.folder)
            raise
        self._enter(key)
        if remember:
            try:
                self.remember()
            except errors.KeyringUnavailable:
                log.info("no keyring: the passphrase will be asked at each opening")
        return code

    def unlock(self, passphrase: str) -> None:
        """Open by the passphrase.

        Raises :class:`errors.WrongPassphrase` (counted, said: « 3e essai »), :class:`errors.InvalidInput`
        while :meth:`wait` is not over, :class:`errors.LeaseOver` (see :meth:`join`), and as ``vault.unlock`` and the
        store.
        """
        left = self.wait()
        if left:
            raise errors.InvalidInput(
                f"Prochain essai dans {_seconds(left)}.", "Le carnet est intact.", field="passphrase"
            )
        self.hold()
        try:
            key = vault.unlock(self.folder, passphrase)
        except errors.WrongPassphrase as problem:
            raise self._counted(problem) from problem
        self._open(key)

    def unlock_remembered(self) -> bool:
        """Open by the keyring, at start only; whether it could. Once locked, the passphrase is asked.

        Raises :class:`errors.LeaseOver`, and as ``vault.unlock`` (but never for the keyring) and the store.
        """
        if self._was_locked:
            return False
        self.hold()
        try:
            key = vault.unlock_remembered(self.folder, self._secrets)
        except errors.KeyringUnavailable:
            return False
        if key is None:
            return False
        self._open(key)
        return True

    def unlock_in_order(
        self,
        environment: Mapping[str, str],
        prompt: Callable[[], str] | None = None,
        *,
        for_exchange: bool = False,
    ) -> None:
        """Open for a command line: ``INCLUSIV_PASSPHRASE``, else the keyring, else ``prompt()``.

        ``for_exchange``: only to speak with the network, whether or not the lease ran out. Raises
        :class:`errors.LeaseOver`, and as ``vault.resolve_key`` and the store. Attempts are not counted: a script
        does not get tired.
        """
        self.hold()
        self._open(vault.resolve_key(self.folder, environment, self._secrets, prompt), leased=not for_exchange)

    def unlock_with_pin(self, digits: str) -> None:
        """Reopen after a brief lock.

        Raises :class:`errors.WrongPassphrase`, :class:`errors.PassphraseNeeded` (no PIN, two hours over, or
        five wrong), :class:`errors.LeaseOver`, and as the store.
        """
        if self._brief is None:
            raise pin.needed()
        try:
            key = self._brief.open(digits, self._clock.now())
        except errors.PassphraseNeeded:
            self._brief = None
            raise
        self._open(key, fully=False)

    def recover(self, code: str, new_passphrase: str) -> None:
        """Open by the recovery code as typed, whatever the lease; ``new_passphrase`` replaces the forgotten one.

        Raises :class:`errors.InvalidInput` (code mistyped: the groups are named; or passphrase too weak),
        :class:`errors.WrongPassphrase` (code of another notebook), and as ``vault.unlock`` and the store.
        """
        self.hold()
        parsed = RecoveryCode.parse(code)
        self._open(vault.recover(self.folder, parsed, new_passphrase, cost=self._cost), leased=False)
        self._let_in_at = self._clock.now()

    # --- a lease that ran out ---

    @property
    def is_waiting(self) -> bool:
        """Whether the right key was given and the network is waited for: the exchange may use the file, nobody else."""
        return self._waiting is not None

    def join(self) -> None:
        """Go in, once the network renewed the lease. Raises :class:`errors.LeaseOver` when it did not."""
        waiting, lease = self._waited(), self._store.lease()
        if lease is not None and lease.is_over:
            raise _over(lease)
        self._go_in(waiting)

    def enter_by_sheet(self, code: str) -> None:
        """Go in without network, this time, by the recovery code as typed.

        Raises :class:`errors.InvalidInput` (mistyped) and :class:`errors.WrongPassphrase` (of another notebook).
        """
        waiting = self._waited()
        vault.check_code(self.folder, RecoveryCode.parse(code))
        self._go_in(waiting)

    def step_back(self) -> None:
        """Wait no longer for the network: close the file, wipe the key."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        try:
            self._store.close()
        finally:
            vault.wipe(waiting.key)

    def _waited(self) -> _Waiting:
        if self._waiting is None:
            raise pin.needed()
        return self._waiting

    def _go_in(self, waiting: _Waiting) -> None:
        self._waiting = None
        self._let_in_at = self._clock.now()
        self._enter(waiting.key, fully=waiting.fully)

    # --- ways out ---

    def lock(self, *, brief: bool = True) -> None:
        """Close the notebook and wipe the key; the window keeps it reserved. Drafts are to be saved before.

        With ``brief`` a PIN, when one is set, reopens within two hours of the last full unlock.
        """
        self.step_back()
        if self._key is None:
            return
        try:
            self._store.close()
        finally:
            vault.wipe(self._key)
            self._key = None
            self._was_locked = True
            if not brief:
                self._brief = None

    def close(self) -> None:
        """Lock, forget the PIN, give the notebook back to other windows."""
        try:
            self.lock(brief=False)
        finally:
            self._brief = None
            if self._window:
                self._window.release()
                self._window = None

    # --- passphrase, recovery sheet, keyring, PIN ---

    def change_passphrase(self, old: str, new: str) -> None:
        """Raises :class:`errors.WrongPassphrase`, :class:`errors.InvalidInput`, and as ``durable.write``."""
        vault.change_passphrase(self.folder, old, new, cost=self._cost)

    def renew_recovery_code(self, passphrase: str) -> RecoveryCode:
        """A new code to print; the former sheet no longer opens. Raises as :meth:`change_passphrase`."""
        return vault.renew_recovery_code(self.folder, passphrase, self._clock)

    def recovery(self) -> RecoveryStatus:
        """When the sheet of the present code was made, printed, or refused."""
        return vault.recovery_status(self.folder)

    def note_recovery(self, answer: Literal["printed", "declined"]) -> RecoveryStatus:
        """Record that the sheet was printed, or that printing it was refused. Raises as ``durable.write``."""
        return vault.note_recovery(self.folder, self._clock, answer)

    def remember(self) -> None:
        """Let the keyring open the notebook at start. Raises ``KeyringUnavailable``, ``PassphraseNeeded``."""
        vault.remember(self.folder, self.key, self._secrets)

    def forget(self) -> None:
        """Ask the passphrase at start again. Raises :class:`errors.KeyringUnavailable`."""
        vault.forget(self.folder, self._secrets)

    def is_remembered(self) -> bool:
        """Whether the keyring holds the key of this notebook. Raises as ``vault.unlock``."""
        try:
            key = vault.unlock_remembered(self.folder, self._secrets)
        except errors.KeyringUnavailable:
            return False
        vault.wipe(key)
        return key is not None

    def set_pin(self, digits: str) -> None:
        """Choose the PIN of brief locks. Raises :class:`errors.InvalidInput`, ``PassphraseNeeded`` when locked."""
        pin.check(digits)
        kept = pin.record(digits, self.key, self._cost)
        facts_file.write(self.folder, replace(self.facts(), pin=kept))
        self._brief = pin.BriefLock(kept, self.key, self._clock.now(), self._cost)

    def remove_pin(self) -> None:
        """Locks ask the passphrase again."""
        self._brief = None
        facts_file.write(self.folder, replace(self.facts(), pin=None))

    @property
    def pin_is_enough(self) -> bool:
        """Whether the lock cover may ask for the PIN rather than the passphrase."""
        return self._brief is not None and self._brief.alive(self._clock.now())

    def _open(self, key: bytearray, *, fully: bool = True, leased: bool = True) -> None:
        """Open the file, then go in; with ``leased`` only as far as the lease allows."""
        self.step_back()
        try:
            self._store.open(bytes(key))
        except BaseException:
            vault.wipe(key)
            raise
        self._waiting = _Waiting(key, fully)
        lease = self._store.lease()
        if leased and lease is not None and lease.is_over and not self._in_use():
            raise _over(lease)
        self._waiting = None
        if lease is None or not lease.is_over:
            self._let_in_at = self._clock.now()
        self._enter(key, fully=fully)

    def _in_use(self) -> bool:
        """Whether this window was let in less than a day ago: what is under way is not cut off by a lock."""
        since = self._let_in_at
        return since is not None and since <= self._clock.now() < since + GRACE

    def _enter(self, key: bytearray, *, fully: bool = True) -> None:
        vault.wipe(self._key)
        self._key = key
        known = self.facts()
        if fully:
            self._arm_pin(known, key)
            if known.attempts:
                facts_file.write(self.folder, replace(known, attempts=0, last_attempt=None))

    def _arm_pin(self, known: Facts, key: bytearray) -> None:
        self._brief = None
        if known.pin:
            try:
                self._brief = pin.BriefLock(known.pin, key, self._clock.now(), self._cost)
            except errors.DamagedNotebook:
                log.warning("the PIN kept is of another notebook and is ignored")

    def _counted(self, problem: errors.WrongPassphrase) -> errors.WrongPassphrase:
        known = self.facts()
        attempts = known.attempts + 1
        facts_file.write(self.folder, replace(known, attempts=attempts, last_attempt=self._clock.now()))
        happened = "Mot de passe incorrect." if attempts == 1 else f"Mot de passe incorrect ({attempts}e essai)."
        delay = delay_after(attempts)
        todo = problem.todo + (f" Prochain essai dans {_seconds(delay)}." if delay else "")
        return errors.WrongPassphrase(happened, problem.safe, todo, field=problem.field)


def _seconds(delay: dt.timedelta) -> str:
    return f"{max(1, round(delay.total_seconds()))}\u00a0s"


def _over(lease: Lease) -> errors.LeaseOver:
    from app.rules.french import format_long_date, plural

    since = format_long_date(lease.renewed_at.astimezone().date())
    return errors.LeaseOver(
        f"Ce carnet n’a pas joint son réseau depuis le {since}. Au bout de {plural(lease.days, 'jour')}, "
        "il le demande avant de s’ouvrir.",
        "Tout ce que vous y avez saisi est intact sur cet ordinateur.",
        "Connectez l’ordinateur à internet, puis rejoignez le réseau ici. "
        "Sans réseau, la fiche de secours l’ouvre aussi.",
    )
