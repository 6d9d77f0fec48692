"""What the notebook knows of the server it belongs to: kept in the notebook itself, the tokens in the keyring.

The rolling token of the batches stays in the notebook, beside the batches: it must travel with a copy of the file,
which is how a copy shows itself (SYNC.md §7.14).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.errors import KeyringUnavailable
from app.store.notebook import Notebook

KEYRING_SERVICE = "inclusiv-terrain-sync"


class SecretStore(Protocol):
    """The system's keyring (``app.account.secrets``); every call may raise ``KeyringUnavailable``."""

    def get(self, service: str, name: str) -> str | None:
        """The secret, or ``None``."""

    def set(self, service: str, name: str, secret: str) -> None:
        """Keep it."""

    def delete(self, service: str, name: str) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The place of this notebook at the server. Empty texts while unknown."""

    server: str = ""
    user: str = ""
    device: str = ""
    epoch: str = ""
    """The history that the bases are counted in; empty before the first reception."""
    rolling: str = ""
    scopes: tuple[str, ...] = ()
    schema: int = 0
    """The wire schema of what was received."""

    @property
    def enrolled(self) -> bool:
        """Whether the server knows this notebook."""
        return bool(self.device)


def read(notebook: Notebook) -> Membership:
    """What the notebook knows (store thread)."""
    kept = notebook.get_control("sync.membership")
    if not kept:
        return Membership()
    values: dict[str, Any] = json.loads(kept)
    known = {name: values[name] for name in Membership.__slots__ if name in values}
    return Membership(**{**known, "scopes": tuple(values["scopes"])})


def write(notebook: Notebook, membership: Membership) -> None:
    """Keep it (store thread); inside a transaction of the caller when there is one."""
    values = {name: getattr(membership, name) for name in Membership.__slots__}
    notebook.set_control("sync.membership", json.dumps(values))


def change(notebook: Notebook, **values: Any) -> Membership:
    """Keep some values differently; answers the whole."""
    changed = replace(read(notebook), **values)
    write(notebook, changed)
    return changed


class Tokens:
    """The refresh token and the device's key (it signs an order to erase): in the keyring, else in the notebook."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets

    def keep(self, notebook: Notebook, device: str, **tokens: str) -> None:
        """Keep ``refresh`` and ``device_key`` (either or both)."""
        for name, value in tokens.items():
            try:
                self._secrets.set(KEYRING_SERVICE, f"{device}/{name}", value)
                notebook.set_control(f"sync.{name}", "")
            except KeyringUnavailable:
                notebook.set_control(f"sync.{name}", value)

    def get(self, notebook: Notebook, device: str, name: str) -> str:
        """One of them, empty when it is kept nowhere."""
        kept = notebook.get_control(f"sync.{name}")
        if kept:
            return kept
        try:
            return self._secrets.get(KEYRING_SERVICE, f"{device}/{name}") or ""
        except KeyringUnavailable:
            return ""

    def sign_out(self, notebook: Notebook, device: str) -> None:
        """Forget what lets in; the device's key stays, so that an order to erase is still believed."""
        self._forget(notebook, device, "refresh")

    def forget(self, notebook: Notebook, device: str) -> None:
        """Forget both: the notebook is being erased."""
        self._forget(notebook, device, "refresh", "device_key")

    def _forget(self, notebook: Notebook, device: str, *names: str) -> None:
        for name in names:
            notebook.set_control(f"sync.{name}", "")
            try:
                self._secrets.delete(KEYRING_SERVICE, f"{device}/{name}")
            except KeyringUnavailable:
                continue
