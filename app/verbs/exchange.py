"""Verbs of the exchange with the network's server."""

from __future__ import annotations

import argparse
import os
import sys

from app.command_line import FAILURE, OK, Verbs, print_json
from app.verbs.notebook import Unlocked, ask, workstation_in


def declare(verbs: Verbs) -> None:
    """sync, verify, figures, conflicts."""
    made = verbs.verb("sync", "Échanger avec le serveur du réseau.", _sync)
    made.add_argument("--server", default="", metavar="URL", help="https://… (http:// sur cette machine seulement)")
    made.add_argument("--user", default="", metavar="NOM", help="nom d’utilisateur au serveur")
    made.add_argument(
        "--enrol", action="store_true", help="relier d’abord ce carnet au serveur\u202f; le créer si besoin"
    )

    made = verbs.verb("verify", "Comparer tout le carnet avec le serveur, champ par champ.", _verify)
    made.add_argument("--server", default="", metavar="URL", help="le serveur auquel le carnet est relié")

    made = verbs.verb("figures", "Les chiffres du réseau sur une année, pour la coordination.", _figures)
    made.add_argument("--year", type=int, required=True, metavar="AAAA", help="année civile")

    choices = verbs.word("conflicts", "Fiches à relire\u00a0: deux versions, une décision.")
    choices.verb("list", "Les décisions à prendre.", _conflicts_list)
    for name, text in (("mine", "Garder le mien."), ("theirs", "Garder le sien."), ("both", "Garder les deux.")):
        made = choices.verb(f"keep-{name}", text, _conflicts_keep)
        made.set_defaults(decision=name)
        made.add_argument("id", metavar="ID", help="identifiant donné par conflicts list")


def _sync(parsed: argparse.Namespace) -> int:
    from app.sync import command

    made = _notebook_to_enrol(parsed) if parsed.enrol else {}
    with Unlocked(parsed.data_dir, for_exchange=True) as workstation:
        workstation.sync_password = _sync_password
        service = workstation.services.sync
        if parsed.enrol:
            service.enrol(parsed.server, parsed.user, _sync_password() or "")
        else:
            service.refuse_another(parsed.server, parsed.user)
        report = service.synchronise()
        state = command.as_json(report)
    if parsed.json:
        print_json({**state, **made})
    else:
        print(command.sentence(report))
    return OK if report.complete else FAILURE


def _notebook_to_enrol(parsed: argparse.Namespace) -> dict[str, str]:
    """Make the notebook when the folder has none, to receive the network's; its recovery code then, else nothing.

    The code is said at once: the notebook stays, and opens with it, even if the server then refuses.
    """
    from app.account.command import create

    workstation = workstation_in(parsed.data_dir)
    if workstation.exists:
        return {}
    try:
        made: dict[str, str] = create(workstation.account, os.environ, ask)
        print(f"Carnet créé. Code de secours, à garder à part\u00a0: {made['recovery_code']}", file=sys.stderr)
        return made
    finally:
        workstation.account.close()


def _sync_password() -> str | None:
    """The password at the server: the environment, else a line of standard input, else a question.

    Only asked for when the server no longer knows this notebook otherwise; ``None`` where nobody answers.
    """
    given = os.environ.get("INCLUSIV_SYNC_PASSWORD")
    if given or not sys.stdin:
        return given or None
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n") or None
    import getpass

    return getpass.getpass("Mot de passe du serveur\u00a0: ") or None


def _verify(parsed: argparse.Namespace) -> int:
    from app.sync import command

    with Unlocked(parsed.data_dir) as workstation:
        workstation.sync_password = _sync_password
        service = workstation.services.sync
        service.refuse_another(parsed.server, "")
        found = service.verify()
    if parsed.json:
        print_json(command.verification_as_json(found))
    else:
        print("\n".join(command.verification_lines(found)))
    return OK if found.equal else FAILURE


def _figures(parsed: argparse.Namespace) -> int:
    from app.sync import command

    with Unlocked(parsed.data_dir) as workstation:
        workstation.sync_password = _sync_password
        found = workstation.services.sync.network_figures(parsed.year)
    if parsed.json:
        print_json(command.figures_as_json(found))
    else:
        print("\n".join(command.figures_lines(found)))
    return OK


def _conflicts_list(parsed: argparse.Namespace) -> int:
    from app.sync import command

    with Unlocked(parsed.data_dir) as workstation:
        cards = workstation.services.sync.to_review()
    if parsed.json:
        print_json([command.card_as_json(card) for card in cards])
    else:
        for card in cards:
            print(command.card_sentence(card))
    return OK


def _conflicts_keep(parsed: argparse.Namespace) -> int:
    from app.sync import command
    from app.sync.state import Decision

    with Unlocked(parsed.data_dir) as workstation:
        service = workstation.services.sync
        command.decide(service, parsed.id, Decision(parsed.decision))
        left = len(service.to_review())
    if parsed.json:
        print_json({"decided": parsed.id, "left": left})
    else:
        print(f"Décision enregistrée, modifiable 30 jours. Restent à relire\u00a0: {left}.")
    return OK
