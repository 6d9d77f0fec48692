"""Secrets: passwords are kept as Argon2id hashes, random tokens as SHA-256 (they have 256 bits of their own)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
"""Characters of a password given to an account."""


class Passwords:
    """Hashes and checks. At most two at a time: each takes 64 MB of memory for a tenth of a second."""

    def __init__(self, *, memory_kib: int = 65_536, passes: int = 3) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._turns = threading.Semaphore(2)
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        with self._turns:
            return self._hasher.hash(password)

    def agrees(self, kept: str | None, password: str) -> bool:
        """Whether ``password`` is the one; takes as long for an account that does not exist (``kept`` None)."""
        with self._turns:
            try:
                return self._hasher.verify(kept or self._nobody, password) and kept is not None
            except (VerificationError, InvalidHashError):
                return False


def new_token() -> str:
    """A random token that nobody guesses."""
    return secrets.token_urlsafe(32)


def token_after(key: str, n: int, sha256: str) -> str:
    """The token that follows batch ``n`` of a device: nobody guesses it who has not the device's ``key``."""
    return hmac.new(key.encode(), f"rolling {n} {sha256}".encode(), "sha256").hexdigest()


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_agrees(kept: str, token: str) -> bool:
    """Whether a token is the one kept; an empty hash agrees with none."""
    return bool(kept) and hmac.compare_digest(kept, token_hash(token))
