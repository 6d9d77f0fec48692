"""The notebook that a verb works on: found by its folder, unlocked for the length of the verb."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.bootstrap import Workstation


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

    ``for_exchange``: to speak with the network only, which opens a notebook that asks for it.
    """

    def __init__(self, folder: Path | None, *, for_exchange: bool = False) -> None:
        self._workstation = workstation_in(folder)
        self._for_exchange = for_exchange

    def __enter__(self) -> Workstation:
        from app.bootstrap import DEMONSTRATION_PASSPHRASE
        from app.errors import LeaseOver

        workstation = self._workstation
        workstation.refuse_missing()
        try:
            workstation.account.unlock_in_order(
                os.environ,
                (lambda: DEMONSTRATION_PASSPHRASE) if workstation.is_demonstration else ask,
                for_exchange=self._for_exchange,
            )
        except LeaseOver as problem:
            workstation.account.close()
            todo = (
                "Lancez «\u00a0inclusiv sync\u00a0» quand le réseau est là\u202f; sans lui, la fiche de secours ouvre "
                "le carnet dans la fenêtre."
            )
            raise LeaseOver(problem.happened, problem.safe, todo) from problem
        except BaseException:
            workstation.account.close()
            raise
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
