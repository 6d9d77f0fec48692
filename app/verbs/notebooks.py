"""Verbs on a whole notebook: open, make, try, check, copy."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from app.command_line import FAILURE, OK, Verbs, print_json
from app.verbs.notebook import Unlocked, ask, workstation_in


def declare(verbs: Verbs) -> None:
    """demo, create, check, backup, restore, showcase."""
    made = verbs.verb("demo", "Créer un carnet de démonstration, aux données inventées.", _demo)
    made.add_argument("--scale", type=int, default=1, metavar="N", help="multiplier le volume (10 : 35 000 personnes)")

    made = verbs.verb(
        "create", "Créer un carnet vide (le mot de passe vient de INCLUSIV_PASSPHRASE ou d’une question).", _create
    )
    made.add_argument("--organisation", default="", metavar="CODE", help="organisation du réseau (code ou nom)")
    made.add_argument("--last-name", default="", metavar="NOM")
    made.add_argument("--first-name", default="", metavar="PRÉNOM")
    made.add_argument("--prefix", default="", metavar="XX", help="deux lettres pour les numéros de ce poste")

    verbs.verb("check", "Vérifier l’intégrité du carnet et la cohérence des fiches.", _check)

    made = verbs.verb("backup", "Écrire une copie de secours chiffrée de tout le carnet.", _backup)
    made.add_argument("--out", type=Path, required=True, metavar="FICHIER.secours")

    made = verbs.verb("restore", "Reprendre une copie de secours dans un dossier sans carnet.", _restore)
    made.add_argument("file", type=Path, metavar="FICHIER.secours")

    made = verbs.verb(
        "showcase", "Faire une journée de démonstration sans écran\u00a0: PDF et images.", _showcase, answers=False
    )
    made.add_argument("--out", type=Path, metavar="DOSSIER", help="dossier des PDF et des images")


def _demo(parsed: argparse.Namespace) -> int:
    from app.bootstrap import DEMONSTRATION_PASSPHRASE
    from app.errors import InvalidInput
    from app.paths import demo_data_dir

    if parsed.scale < 1:
        raise InvalidInput(
            "Le volume se multiplie par un nombre entier, au moins 1.", todo="Écrire par exemple --scale 10."
        )
    folder = parsed.data_dir or demo_data_dir()
    passphrase = os.environ.get("INCLUSIV_PASSPHRASE") or DEMONSTRATION_PASSPHRASE
    workstation = workstation_in(folder)
    try:
        made = workstation.make_demonstration(passphrase, scale=parsed.scale)
    finally:
        workstation.account.close()
    if parsed.json:
        print_json({"data_dir": str(folder), "rows": made})
    else:
        print(f"Carnet de démonstration créé dans {folder}")
    return OK


def _create(parsed: argparse.Namespace) -> int:
    from app.account.command import create
    from app.paths import default_data_dir

    folder = parsed.data_dir or default_data_dir()
    workstation = workstation_in(folder)
    answer = create(workstation.account, os.environ, ask)
    try:
        if parsed.organisation:
            workstation.set_owner(parsed.organisation, parsed.last_name, parsed.first_name, parsed.prefix)
    finally:
        workstation.account.close()
    if parsed.json:
        print_json({"data_dir": str(folder), **answer})
    else:
        print(
            f"Carnet créé dans {folder}\nCode de secours, à noter et à garder à part\u00a0: {answer['recovery_code']}"
        )
    return OK


def _check(parsed: argparse.Namespace) -> int:
    from app.store.attachments import orphans
    from app.store.checks import Finding, check_all

    with Unlocked(parsed.data_dir) as workstation:

        def attachments() -> list[Finding]:
            lost = orphans(workstation.notebook, workstation.files)
            return [
                Finding("missing_file", "Le fichier d’une pièce jointe est introuvable.", "attachment")
                for _ in lost.missing
            ]

        found = check_all(workstation.notebook, attachments)
    if parsed.json:
        print_json(
            {
                "clean": not found,
                "findings": [
                    {"code": one.code, "message": one.sentence, "kind": one.kind, "id": one.record_id} for one in found
                ],
            }
        )
    elif found:
        for one in found:
            print(f"{one.sentence} ({one.kind} {one.record_id})".replace(" ( )", ""))
    else:
        print("Le carnet est intact et ses fiches sont cohérentes.")
    return FAILURE if found else OK


def _backup(parsed: argparse.Namespace) -> int:
    from app.account.command import backup

    with Unlocked(parsed.data_dir) as workstation:
        answer = backup(workstation.services.safety_copies, parsed.out)
    if parsed.json:
        print_json(answer)
    else:
        print(f"Copie de secours écrite et relue\u00a0: {answer['path']}")
    return OK


def _restore(parsed: argparse.Namespace) -> int:
    from app.account.command import RECOVERY_CODE, restore
    from app.paths import default_data_dir

    workstation = workstation_in(parsed.data_dir or default_data_dir())
    try:
        answer = restore(workstation.take_up, parsed.file, os.environ, ask)
    finally:
        workstation.account.close()
    if parsed.json:
        print_json(answer)
    else:
        print(f"Carnet repris\u00a0: {answer['held']}.")
        if answer["asks_network"]:
            print(
                "Il demande son réseau avant de s’ouvrir\u00a0: lancez «\u00a0inclusiv sync\u00a0». Sans réseau, le "
                f"code de sa fiche de secours (variable {RECOVERY_CODE}) l’ouvre pour une commande."
            )
    return OK


def _showcase(parsed: argparse.Namespace) -> int:
    from app.showcase import run

    for path in run(parsed.data_dir, parsed.out):
        print(path)
    return OK
