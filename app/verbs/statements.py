"""Verbs on companies' hours files."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.command_line import OK, Verbs, print_json
from app.verbs.notebook import Unlocked


def declare(verbs: Verbs) -> None:
    """hours read, hours import, hours template."""
    hours = verbs.word("hours", "Relevés d’heures des entreprises.")
    made = hours.verb("read", "Lire le fichier d’heures d’une entreprise.", _hours_read, folder=False)
    made.add_argument("file", type=Path, metavar="FICHIER")

    made = hours.verb(
        "import",
        "Importer le fichier d’heures d’une entreprise.",
        _hours_import,
        more="Rien n’est écrit tant qu’une ligne reste à décider, sauf avec --ready-only. Codes de sortie\u00a0: "
        "0 fait, 2 fichier illisible ou lignes à décider, 1 panne.",
    )
    made.add_argument("file", type=Path, metavar="FICHIER")
    made.add_argument("--company", required=True, metavar="SIRET", help="SIRET de l’entreprise")
    made.add_argument("--month", default="", metavar="AAAA-MM", help="mois, si le fichier ne le dit pas")
    dry = made.add_mutually_exclusive_group(required=True)
    dry.add_argument("--dry-run", action="store_true", help="dire ce qui serait écrit, sans rien écrire")
    dry.add_argument("--commit", action="store_true", help="écrire, si rien ne reste à décider")
    made.add_argument("--ready-only", action="store_true", help="écrire les lignes prêtes, laisser les autres")

    made = hours.verb("template", "Écrire le classeur d’heures qu’une entreprise remplit.", _hours_template)
    made.add_argument("--company", required=True, metavar="SIRET", help="SIRET de l’entreprise")
    made.add_argument("--month", required=True, metavar="AAAA-MM", help="mois à remplir")
    made.add_argument("--out", required=True, type=Path, metavar="CLASSEUR", help="fichier .xlsx à écrire")


def _hours_read(parsed: argparse.Namespace) -> int:
    from app.clock import SystemClock
    from app.hours.timesheets.command import run_read

    code, text = run_read(parsed.file, as_json=parsed.json, today=SystemClock().today())
    print(text)
    return code


def _hours_import(parsed: argparse.Namespace) -> int:
    from app.hours.imports.command import run_import

    with Unlocked(parsed.data_dir) as workstation:
        code, text = run_import(
            workstation.services.imports,
            parsed.file,
            siret=parsed.company,
            month=parsed.month,
            commit=parsed.commit,
            ready_only=parsed.ready_only,
            as_json=parsed.json,
        )
    print(text)
    return code


def _hours_template(parsed: argparse.Namespace) -> int:
    from app.exchange.command import run_template

    with Unlocked(parsed.data_dir) as workstation:
        services, notebook = workstation.services, workstation.notebook
        answer = run_template(services.exchange, notebook, parsed.out, parsed.company, parsed.month)
    if parsed.json:
        print_json(answer)
    else:
        print(parsed.out)
    return OK
