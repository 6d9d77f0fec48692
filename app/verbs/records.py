"""Verbs on what a notebook holds: list, find, read, write, print, export; and the calculation of hours."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.command_line import OK, Verbs, print_json
from app.verbs.notebook import Unlocked

LISTS = ("operations", "companies", "beneficiaries", "statements", "visits", "offers")
"""The kinds of ``store.listing``, said here so that the arguments are read without loading the database."""
EXPORTS = (*LISTS, "month")
DOCUMENTS = (
    *("visit", "followup", "statement", "sizing", "attestation", "clause-attestation", "reminder"),
    *("summary", "introduction", "access-report", "offers"),
)
RECIPIENTS = ("company", "buyer", "person", "file")
VERSIONS = ("person", "file", "plain")


def declare(verbs: Verbs) -> None:
    """size, list, find, document, export, record."""
    made = verbs.verb("size", "Calculer les heures d’insertion (charte, art. 4.3).", _size, folder=False)
    made.add_argument("--amount", required=True, metavar="EUROS", help="montant HT des travaux")
    made.add_argument("--labour-share", required=True, metavar="POURCENT", help="taux de main d’œuvre")
    made.add_argument("--effort-rate", required=True, metavar="POURCENT", help="taux d’insertion")
    made.add_argument("--hourly-cost", required=True, metavar="EUROS", help="coût d’une heure de travail")

    made = verbs.verb("list", "Lister les fiches du carnet.", _list)
    made.add_argument("kind", choices=LISTS, metavar="LISTE", help=", ".join(LISTS))

    made = verbs.verb("find", "Chercher une fiche par des mots, un numéro ou un téléphone.", _find)
    made.add_argument("text", metavar="TEXTE", help="mots dans n’importe quel ordre, sans accent ou incomplets")

    made = verbs.verb("document", "Produire un document PDF.", _document)
    made.add_argument("kind", choices=DOCUMENTS, metavar="DOCUMENT", help=", ".join(DOCUMENTS))
    made.add_argument(
        "id",
        metavar="ID",
        help="identifiant ou numéro de la fiche (VIS-…, B-…, CAL-…, BS-1126-K7). attestation\u00a0: contrat de "
        "travail, bénéficiaire (B-…, son dernier contrat) ou ATT-…\u202f; clause-attestation\u00a0: lot, engagement, "
        "MARCHÉ/LOT (2026-T001/3) ou ATT-…\u202f; reminder\u00a0: code du relevé, SIRET, SIRET/AAAA-MM",
    )
    made.add_argument("--recipient", choices=RECIPIENTS, default="", metavar="DESTINATAIRE", help=", ".join(RECIPIENTS))
    made.add_argument(
        "--version",
        choices=VERSIONS,
        default="",
        metavar="VERSION",
        help=f"fiche de suivi\u00a0: {', '.join(VERSIONS)}",
    )
    made.add_argument("--out", type=Path, metavar="FICHIER.pdf")
    made.add_argument("--json-out", type=Path, metavar="FICHIER.json", help="droit d’accès\u00a0: tout en JSON")

    made = verbs.verb("export", "Exporter une liste, ou le mois d’heures, pour un tableur.", _export)
    made.add_argument("kind", choices=EXPORTS, metavar="LISTE", help=", ".join(EXPORTS))
    made.add_argument("--out", type=Path, required=True, metavar="FICHIER.xlsx|FICHIER.csv")
    made.add_argument("--month", default="", metavar="AAAA-MM", help="le mois, pour month et statements")
    made.add_argument("--company", default="", metavar="SIRET", help="une seule entreprise, pour month (SIRET ou ID)")

    record = verbs.word("record", "Lire ou modifier un champ d’une fiche.")
    made = record.verb("get", "Lire une fiche, ou un seul champ.", _record_get)
    made.add_argument("table", metavar="TABLE")
    made.add_argument("id", metavar="ID")
    made.add_argument("field", nargs="?", default="", metavar="CHAMP")
    made = record.verb("set", "Modifier un champ.", _record_set)
    made.add_argument("table", metavar="TABLE")
    made.add_argument("id", metavar="ID")
    made.add_argument("field", metavar="CHAMP")
    made.add_argument("value", metavar="VALEUR", help="heures en centièmes, montants en centimes, dates AAAA-MM-JJ")
    made = record.verb("new", "Créer une fiche.", _record_new)
    made.add_argument("table", metavar="TABLE")
    made.add_argument("fields", nargs="*", metavar="CHAMP=VALEUR")


def _size(parsed: argparse.Namespace) -> int:
    from app.operations.command import size

    answer = size(parsed.amount, parsed.labour_share, parsed.effort_rate, parsed.hourly_cost)
    if parsed.json:
        print_json(answer)
    else:
        print(answer["sentence"])
    return OK


def _list(parsed: argparse.Namespace) -> int:
    from app.store.listing import listing

    with Unlocked(parsed.data_dir) as workstation:
        rows = list(listing(workstation.notebook, parsed.kind))
    if parsed.json:
        print_json(rows)
    else:
        from app.store.listing import in_words

        for row in rows:
            print("\t".join(in_words(parsed.kind, name, value) for name, value in row.items()))
    return OK


def _find(parsed: argparse.Namespace) -> int:
    from app.beneficiaries.command import answers

    with Unlocked(parsed.data_dir) as workstation:
        found = answers(workstation.find(parsed.text), workstation.services.beneficiaries.find(parsed.text))
    if parsed.json:
        print_json(found)
    else:
        for one in found:
            print("\t".join(str(value) for value in one.values()))
    return OK


def _document(parsed: argparse.Namespace) -> int:
    from app.documents.command import produce

    with Unlocked(parsed.data_dir) as workstation:
        answer = produce(
            workstation.services.documents,
            parsed.kind,
            parsed.id,
            parsed.out,
            recipient=parsed.recipient,
            version=parsed.version,
            json_out=parsed.json_out,
        )
    if parsed.json:
        print_json(answer)
    else:
        print(answer["path"])
    return OK


def _export(parsed: argparse.Namespace) -> int:
    from app.exchange.command import run_export

    with Unlocked(parsed.data_dir) as workstation:
        answer = run_export(
            workstation.services.exchange, workstation.notebook, parsed.kind, parsed.out, parsed.company, parsed.month
        )
    if parsed.json:
        print_json(answer)
    else:
        print(parsed.out)
    return OK


def _record_get(parsed: argparse.Namespace) -> int:
    from app.store.records import read_field, read_record

    with Unlocked(parsed.data_dir) as workstation:
        if parsed.field:
            value: Any = read_field(workstation.notebook, parsed.table, parsed.id, parsed.field)
        else:
            value = read_record(workstation.notebook, parsed.table, parsed.id)
    if parsed.json:
        print_json(value)
    elif parsed.field:
        print("" if value is None else value)
    else:
        for name, one in value.items():
            print(f"{name}\t{'' if one is None else one}")
    return OK


def _record_set(parsed: argparse.Namespace) -> int:
    from app.store.records import write_field

    with Unlocked(parsed.data_dir) as workstation:
        outcome = write_field(workstation.notebook, parsed.table, parsed.id, parsed.field, parsed.value)
    if parsed.json:
        print_json({"id": parsed.id, "changed": bool(outcome.undo)})
    else:
        print("Enregistré." if outcome.undo else "Rien à changer.")
    return OK


def _record_new(parsed: argparse.Namespace) -> int:
    from app.store.records import make_record

    texts = dict(one.split("=", 1) if "=" in one else (one, "") for one in parsed.fields)
    with Unlocked(parsed.data_dir) as workstation:
        outcome = make_record(workstation.notebook, parsed.table, texts)
    if parsed.json:
        print_json({"id": outcome.record_id})
    else:
        print(outcome.record_id)
    return OK
