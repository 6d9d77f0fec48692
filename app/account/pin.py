"""The brief lock on site: a PIN reopens for two hours after a full unlock (PRODUCT.md §3.7).

While briefly locked, the data key stays in memory wrapped by the PIN (Argon2id). Honestly: four digits do
not resist someone who copies the memory of the running program; they resist who picks up the tablet, since
the fifth wrong PIN destroys the wrapped key and the passphrase is then needed. On disk lies only a value
sealed by the data key itself: without the passphrase there is nothing to try a PIN against.
"""

from __future__ import annotations

import datetime as dt
import os

from app import errors
from app.account import vault
from app.account.facts import PinRecord
from app.account.keyfile import Cost
from app.store.sealing import Purpose, open_bytes, seal_bytes

GOOD_FOR = dt.timedelta(hours=2)
TRIES = 5
MIN_DIGITS = 4
MAX_DIGITS = 8


def check(pin: str) -> None:
    """Raise :class:`errors.InvalidInput` (field ``pin``) unless 4 to 8 digits, not all alike nor in a run."""
    if not (pin.isascii() and pin.isdigit() and MIN_DIGITS <= len(pin) <= MAX_DIGITS):
        raise errors.InvalidInput(
            f"Le code a de {MIN_DIGITS} à {MAX_DIGITS} chiffres.",
            todo="Choisissez des chiffres faciles à retenir pour vous.",
            field="pin",
        )
    if len(set(pin)) == 1 or pin in "01234567890" or pin in "09876543210":
        raise errors.InvalidInput(
            "Ce code est trop facile à deviner.",
            todo="Évitez les suites et les chiffres tous pareils.",
            field="pin",
        )


def record(pin: str, key: bytes | bytearray, cost: Cost) -> PinRecord:
    """What to keep on disk so that ``pin`` can be asked after the next full unlock too."""
    salt = os.urandom(16)
    return PinRecord(salt, seal_bytes(key, vault.stretch(pin, salt, cost), "pin", Purpose.ACCOUNT))


class BriefLock:
    """The data key wrapped by the PIN, in memory, until ``until`` or the fifth wrong PIN."""

    def __init__(self, kept: PinRecord, key: bytes | bytearray, now: dt.datetime, cost: Cost) -> None:
        """Raises :class:`errors.DamagedNotebook` when ``kept`` is not of this notebook."""
        wrapping = bytearray(open_bytes(key, kept.sealed, "pin", Purpose.ACCOUNT))
        self._salt = kept.salt
        self._cost = cost
        self._wrapped = seal_bytes(wrapping, bytes(key), "brief lock", Purpose.ACCOUNT)
        vault.wipe(wrapping)
        self.until = now + GOOD_FOR
        self.tries_left = TRIES

    def open(self, pin: str, now: dt.datetime) -> bytearray:
        """The data key. Raises :class:`errors.WrongPassphrase`; :class:`errors.PassphraseNeeded` when spent."""
        if not self.alive(now):
            raise needed()
        wrapping = vault.stretch(pin, self._salt, self._cost)
        try:
            key = bytearray(open_bytes(wrapping, self._wrapped, "brief lock", Purpose.ACCOUNT))
        except errors.DamagedNotebook:
            self.tries_left -= 1
            if not self.tries_left:
                self._wrapped = b""
                raise needed() from None
            left = f"{self.tries_left} essais" if self.tries_left > 1 else "un essai"
            raise errors.WrongPassphrase(
                "Code incorrect.",
                "Le carnet est intact.",
                f"Il reste {left}\u202f; ensuite le mot de passe sera demandé.",
                field="pin",
            ) from None
        self.tries_left = TRIES
        return key

    def alive(self, now: dt.datetime) -> bool:
        """Whether a PIN may still be asked. A clock set back does not lengthen the two hours."""
        return self.tries_left > 0 and self.until - GOOD_FOR <= now < self.until


def needed() -> errors.PassphraseNeeded:
    """The error that sends back to the passphrase."""
    return errors.PassphraseNeeded(
        "Le mot de passe est nécessaire pour rouvrir le carnet.",
        "Le carnet est intact.",
        "Saisissez le mot de passe.",
        field="passphrase",
    )
