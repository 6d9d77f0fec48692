"""Verbs on how long people's files are kept."""

from __future__ import annotations

import argparse

from app.command_line import OK, Verbs, print_json
from app.verbs.notebook import Unlocked

RETENTION_ACTIONS = ("anonymise", "archive", "keep")


def declare(verbs: Verbs) -> None:
    """retention."""
    made = verbs.verb("retention", "Lister les fiches dont la durée est passée, ou en décider.", _retention)
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument("--list", action="store_true", help="lister les fiches à archiver ou anonymiser")
    what.add_argument("--apply", nargs="+", metavar="ID", help="fiches (identifiant ou numéro) dont on décide")
    made.add_argument(
        "--action",
        choices=RETENTION_ACTIONS,
        default="anonymise",
        metavar="ACTION",
        help=f"{', '.join(RETENTION_ACTIONS)} (anonymise si rien n’est dit)",
    )
    made.add_argument("--reason", default="", metavar="MOTIF", help="pour conserver, ou anonymiser avant terme")


def _retention(parsed: argparse.Namespace) -> int:
    from app.privacy.command import apply, due, told_applied, told_due

    with Unlocked(parsed.data_dir) as workstation:
        service = workstation.services.privacy
        if parsed.list:
            answer = due(service)
        else:
            answer = apply(service, parsed.apply, parsed.action, parsed.reason)
    if parsed.json:
        print_json(answer)
    else:
        print(told_due(answer) if parsed.list else told_applied(answer))
    return OK
