"""Secrets kept by the operating system's keyring: a comfort, never a need.

Only the keyrings that encrypt are accepted; with any other, or none, there is no fallback in
clear text: the passphrase is asked (STACK.md §5). ``keyring`` is loaded on use, and its calls may
open a prompt of the system: call from the io executor, never from the window's thread.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from app import errors

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

ALLOWED_BACKENDS = frozenset(
    f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "Windows", "macOS")
)
_CHAINER = "keyring.backends.chainer"


class SecretStore(Protocol):
    """Where a secret text lies under (service, name). Every call may raise ``KeyringUnavailable``."""

    def get(self, service: str, name: str) -> str | None:
        """The secret, or ``None`` when there is none."""

    def set(self, service: str, name: str, secret: str) -> None:
        """Keep ``secret``; returns only once it was read back unchanged."""

    def delete(self, service: str, name: str) -> None:
        """Forget the secret; harmless when there is none."""


class NoSecrets:
    """No keyring at all (a server, a container): nothing is kept, setting is refused."""

    def get(self, service: str, name: str) -> str | None:
        return None

    def set(self, service: str, name: str, secret: str) -> None:
        raise _unavailable()

    def delete(self, service: str, name: str) -> None:
        return None


class MemorySecrets:
    """Secrets in memory, for tests and short-lived sessions; gone with the process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def get(self, service: str, name: str) -> str | None:
        return self._kept.get((service, name))

    def set(self, service: str, name: str, secret: str) -> None:
        self._kept[service, name] = secret

    def delete(self, service: str, name: str) -> None:
        self._kept.pop((service, name), None)


class KeyringSecrets:
    """The operating system's keyring, or ``backend`` when given; only allowed backends are used."""

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        self._given = backend

    def get(self, service: str, name: str) -> str | None:
        backend = self._backend()
        try:
            return backend.get_password(service, name)
        except _problems() as problem:
            raise _unavailable() from problem

    def set(self, service: str, name: str, secret: str) -> None:
        backend = self._backend()
        try:
            backend.set_password(service, name, secret)
            kept = backend.get_password(service, name)
        except _problems() as problem:
            raise _unavailable() from problem
        if kept != secret:
            raise _unavailable()

    def delete(self, service: str, name: str) -> None:
        from keyring.errors import PasswordDeleteError

        backend = self._backend()
        try:
            backend.delete_password(service, name)
        except PasswordDeleteError as problem:
            # Raised both when there is nothing and when the keyring refuses: look again.
            if self.get(service, name) is not None:
                raise _unavailable() from problem
        except _problems() as problem:
            raise _unavailable() from problem

    def _backend(self) -> KeyringBackend:
        """The keyring to use. Raises :class:`errors.KeyringUnavailable` when none encrypts."""
        import keyring

        chosen: KeyringBackend
        try:
            chosen = self._given or keyring.get_keyring()
            # Several keyrings at once (GNOME and KDE, say) come wrapped in a chain.
            several = list(getattr(chosen, "backends", ())) if type(chosen).__module__ == _CHAINER else [chosen]
        except _problems() as problem:
            raise _unavailable() from problem
        for backend in several:
            if type(backend).__module__ in ALLOWED_BACKENDS:
                return backend
        raise _unavailable()


def _problems() -> tuple[type[Exception], ...]:
    """What a keyring raises when it is absent, locked or dismissed."""
    from keyring.errors import KeyringError

    found: tuple[type[Exception], ...] = (KeyringError, OSError)
    # The Secret Service lets some errors of its own library through (item locked meanwhile, say).
    library = sys.modules.get("secretstorage.exceptions")
    return (*found, library.SecretStorageException) if library else found


def _unavailable() -> errors.KeyringUnavailable:
    return errors.KeyringUnavailable(
        "L’ordinateur ne peut pas garder le mot de passe de façon sûre.",
        "Le carnet est intact et rien n’a été gardé en clair.",
        "Le mot de passe sera demandé à chaque ouverture.",
    )
