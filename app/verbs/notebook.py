"""The notebook that a verb works on: found by its folder, unlocked for the length of the verb."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from app.errors import LeaseOver


def workstation_in(folder: Path | None) -> Workstation:
    """The workstation of a folder, the user's own by default."""
    from app.account.secrets import KeyringSecrets
    from app.bootstrap import Workstation
    from app.clock import SystemClock
    from app.paths import default_data_dir

    made = Workstation(folder or default_data_dir(), SystemClock(), KeyringSecrets())
    made.finish_erasing()
    return made


class Unlocked:
    """The notebook of a folder, unlocked for the length of a block: environment, keyring, prompt, in this order.

    One that asks for its network opens by the recovery sheet, for this block; ``for_exchange``: it opens without, to
    speak with the network only.
    """

    def __init__(self, folder: Path | None, *, for_exchange: bool = False) -> None:
        self._workstation = workstation_in(folder)
        self._for_exchange = for_exchange

    def __enter__(self) -> Workstation:
        from app.account.command import enter
        from app.bootstrap import DEMONSTRATION_PASSPHRASE

        workstation = self._workstation
        workstation.refuse_missing()
        try:
            by_sheet = enter(
                workstation.account,
                os.environ,
                (lambda: DEMONSTRATION_PASSPHRASE) if workstation.is_demonstration else ask,
                _ask_code,
                for_exchange=self._for_exchange,
            )
        except BaseException:
            workstation.account.close()
            raise
        if by_sheet:
            print(
                "Carnet ouvert par la fiche de secours pour cette commande\u202f; la suivante demandera de nouveau "
                "le réseau ou la fiche.",
                file=sys.stderr,
            )
        return workstation

    def __exit__(self, *_: object) -> None:
        self._workstation.account.close()


def ask() -> str:
    """The passphrase, asked in the terminal; raises ``PassphraseNeeded`` where nobody can answer."""
    from app.errors import PassphraseNeeded

    if not sys.stdin or not sys.stdin.isatty():
        raise PassphraseNeeded(
            "Le mot de passe du carnet est nécessaire.",
            "Rien n’a été modifié.",
            "Donnez-le par la variable INCLUSIV_PASSPHRASE, ou lancez la commande dans un terminal.",
        )
    import getpass

    return getpass.getpass("Mot de passe du carnet\u00a0: ")


def _ask_code(over: LeaseOver) -> str:
    """The code of the recovery sheet of a notebook that asks for its network; empty where nobody answers."""
    if not sys.stdin or not sys.stdin.isatty():
        return ""
    import getpass

    print(f"{over.happened} {over.safe}", file=sys.stderr)
    return getpass.getpass("Code de la fiche de secours (Entrée pour attendre le réseau)\u00a0: ").strip()
