"""What the verbs do with the account: open the notebook, make one, write and take up a safety copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.account import safety_copy
from app.account.copies import SafetyCopies
from app.account.safety_copy import OpenedCopy
from app.account.service import AccountService
from app.errors import LeaseOver

RECOVERY_CODE = "INCLUSIV_RECOVERY_CODE"
"""Variable that gives the code of the recovery sheet."""


def enter(
    account: AccountService,
    environment: Mapping[str, str],
    ask: Callable[[], str] | None,
    ask_code: Callable[[LeaseOver], str],
    *,
    for_exchange: bool = False,
) -> bool:
    """Open the notebook for a verb; whether it took the recovery sheet, the lease having run out (this time only).

    Its code comes from the environment, else from ``ask_code``, empty where nobody answers. ``for_exchange`` and what
    is raised as ``AccountService.unlock_in_order`` and ``enter_by_sheet``; ``LeaseOver`` then says both ways in.
    """
    try:
        account.unlock_in_order(environment, ask, for_exchange=for_exchange)
    except LeaseOver as over:
        code = environment.get(RECOVERY_CODE) or ask_code(over)
        if not code:
            todo = (
                "Lancez «\u00a0inclusiv sync\u00a0» quand le réseau est là. Sans lui, le code de la fiche de secours, "
                f"donné par la variable {RECOVERY_CODE}, ouvre le carnet pour cette commande."
            )
            raise LeaseOver(over.happened, over.safe, todo) from over
        account.enter_by_sheet(code)
        return True
    return False


def backup(copies: SafetyCopies, target: Path) -> dict[str, Any]:
    """Write a safety copy to ``target``; raises as ``safety_copy.write``."""
    made = copies.begin()(target, lambda _done, _all: None)
    copies.note(made)
    return {
        "path": str(made.path),
        "made_at": made.made_at.isoformat(),
        "size": made.size_bytes,
        "attachments": made.attachments,
    }


def restore(
    take_up: Callable[[OpenedCopy, str], None], path: Path, environment: Mapping[str, str], ask: Callable[[], str]
) -> dict[str, Any]:
    """Take up the copy ``path``: by ``INCLUSIV_PASSPHRASE`` or ``ask()``; with ``INCLUSIV_RECOVERY_CODE``, that
    passphrase is the new one. ``asks_network``: it is there, and opens once ``inclusiv sync`` joined its network.
    Raises as ``safety_copy.open_by_passphrase`` and ``safety_copy.take_up``.
    """
    safety_copy.read_heading(path)
    passphrase = environment.get("INCLUSIV_PASSPHRASE") or ask()
    code = environment.get(RECOVERY_CODE)
    opened = (
        safety_copy.open_by_code(path, code, passphrase) if code else safety_copy.open_by_passphrase(path, passphrase)
    )
    asks_network = False
    try:
        take_up(opened, passphrase)
    except LeaseOver:
        asks_network = True
    held = opened.held
    return {
        "asks_network": asks_network,
        "made_at": held.made_at.isoformat(),
        "held": safety_copy.held_words(held),
        "people": held.people,
        "lines": held.lines,
        "visits": held.visits,
        "attachments": held.attachments,
        "unsent": held.unsent,
    }


def create(account: AccountService, environment: Mapping[str, str], ask: Callable[[], str]) -> dict[str, Any]:
    """A new empty notebook under ``INCLUSIV_PASSPHRASE`` or ``ask()``, left open; its recovery code is told once.

    Raises as ``AccountService.create``.
    """
    code = account.create(environment.get("INCLUSIV_PASSPHRASE") or ask())
    return {"recovery_code": "-".join(code.groups)}
