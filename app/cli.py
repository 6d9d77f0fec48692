"""Every verb that needs no window, and the door to the window.

``--json`` prints exactly one JSON value on standard output. Errors go to standard error, in French. Exit
codes: 0 done, 2 bad input (arguments, file, passphrase), 1 a failure (disk, damaged file, findings of ``check``).
Modules are loaded by the verb that uses them: the window's first paint waits for none.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from app.bootstrap import Workstation

OK, FAILURE, BAD_INPUT = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; answers the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("--data-dir", "--demo", "--quit"):
        return _window(given)
    from app.errors import InclusivError

    parsed = _parser().parse_args(given)
    try:
        answer: int = parsed.run(parsed)
        return answer
    except InclusivError as problem:
        print(problem.sentence, file=sys.stderr)
        return BAD_INPUT if problem.is_input else FAILURE
    except BrokenPipeError:
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        return FAILURE


def _window(arguments: list[str]) -> int:
    from app.desktop import run

    return run(arguments)


# --- arguments -----------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    import argparse

    class Formatter(argparse.HelpFormatter):
        """« utilisation », not « usage »."""

        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
            super().add_usage(usage, actions, groups, "utilisation\u00a0: " if prefix is None else prefix)

    class French(argparse.ArgumentParser):
        """Helps in French, and says what is wrong in French with exit code 2."""

        def __init__(self, **given: Any) -> None:
            super().__init__(**given, add_help=False, formatter_class=Formatter)
            self._positionals.title = "à donner"
            self._optionals.title = "options"
            self.add_argument("-h", "--help", action="help", help="afficher cette aide")

        def error(self, message: str) -> Any:
            print(f"{_in_french(message)}\n{self.format_usage().rstrip()}", file=sys.stderr)
            raise SystemExit(BAD_INPUT)

    top = French(prog="inclusiv", description="Carnet de terrain des clauses sociales d’insertion.")
    verbs = top.add_subparsers(title="commandes", metavar="COMMANDE", required=True)

    def verb(name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    def with_folder(made: argparse.ArgumentParser) -> None:
        made.add_argument("--data-dir", type=Path, metavar="DOSSIER", help="dossier du carnet")

    def with_json(made: argparse.ArgumentParser) -> None:
        made.add_argument("--json", action="store_true", help="répondre par une valeur JSON")

    made = verb("open", "Ouvrir la fenêtre.", lambda parsed: _window(_folder_arguments(parsed)))
    with_folder(made)

    made = verb("demo", "Créer un carnet de démonstration, aux données inventées.", _demo)
    with_folder(made)
    made.add_argument("--scale", type=int, default=1, metavar="N", help="multiplier le volume (10 : 35 000 personnes)")
    with_json(made)

    made = verb("size", "Calculer les heures d’insertion (charte, art. 4.3).", _size)
    made.add_argument("--amount", required=True, metavar="EUROS", help="montant HT des travaux")
    made.add_argument("--labour-share", required=True, metavar="POURCENT", help="taux de main d’œuvre")
    made.add_argument("--effort-rate", required=True, metavar="POURCENT", help="taux d’insertion")
    made.add_argument("--hourly-cost", required=True, metavar="EUROS", help="coût d’une heure de travail")
    with_json(made)

    made = verb("list", "Lister les fiches du carnet.", _list)
    made.add_argument("kind", choices=LISTS, metavar="LISTE", help=", ".join(LISTS))
    with_folder(made)
    with_json(made)

    made = verb("find", "Chercher une fiche par des mots, un numéro ou un téléphone.", _find)
    made.add_argument("text", metavar="TEXTE", help="mots dans n’importe quel ordre, sans accent ou incomplets")
    with_folder(made)
    with_json(made)

    made = verb("document", "Produire un document PDF.", _document)
    made.add_argument("kind", choices=DOCUMENTS, metavar="DOCUMENT", help=", ".join(DOCUMENTS))
    made.add_argument(
        "id",
        metavar="ID",
        help="identifiant ou numéro de la fiche (VIS-…, B-…, CAL-…, BS-1126-K7). attestation : contrat de travail, "
        "bénéficiaire (B-…, son dernier contrat) ou ATT-…\u202f; clause-attestation\u00a0: lot, engagement, "
        "MARCHÉ/LOT (2026-T001/3) ou ATT-…\u202f; reminder\u00a0: code du relevé, SIRET, SIRET/AAAA-MM",
    )
    made.add_argument(
        "--recipient", choices=RECIPIENTS, default="file", metavar="DESTINATAIRE", help=", ".join(RECIPIENTS)
    )
    made.add_argument("--out", type=Path, required=True, metavar="FICHIER.pdf")
    with_folder(made)
    with_json(made)

    made = verb("export", "Exporter une liste, ou le mois d’heures, pour un tableur.", _export)
    made.add_argument("kind", choices=EXPORTS, metavar="LISTE", help=", ".join(EXPORTS))
    made.add_argument("--out", type=Path, required=True, metavar="FICHIER.xlsx|FICHIER.csv")
    made.add_argument("--month", default="", metavar="AAAA-MM", help="le mois, pour month et statements")
    made.add_argument("--company", default="", metavar="SIRET", help="une seule entreprise, pour month (SIRET ou ID)")
    with_folder(made)
    with_json(made)

    made = verb("retention", "Lister les fiches dont la durée est passée, ou en décider.", _retention)
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
    with_folder(made)
    with_json(made)

    made = verb("check", "Vérifier l’intégrité du carnet et la cohérence des fiches.", _check)
    with_folder(made)
    with_json(made)

    made = verb("backup", "Écrire une copie de secours chiffrée de tout le carnet.", _backup)
    made.add_argument("--out", type=Path, required=True, metavar="FICHIER.secours")
    with_folder(made)
    with_json(made)

    made = verb("restore", "Reprendre une copie de secours dans un dossier sans carnet.", _restore)
    made.add_argument("file", type=Path, metavar="FICHIER.secours")
    with_folder(made)
    with_json(made)

    hours = verbs.add_parser("hours", help="Relevés d’heures des entreprises.").add_subparsers(
        title="commandes", metavar="COMMANDE", required=True
    )
    made = hours.add_parser("read", help="Lire le fichier d’heures d’une entreprise.")
    made.set_defaults(run=_hours_read)
    made.add_argument("file", type=Path, metavar="FICHIER")
    with_json(made)
    made = hours.add_parser(
        "import",
        help="Importer le fichier d’heures d’une entreprise.",
        description="Importer le fichier d’heures d’une entreprise. Rien n’est écrit tant qu’une ligne reste "
        "à décider, sauf avec --ready-only. Codes de sortie\u00a0: 0 fait, 2 fichier illisible ou lignes à décider, "
        "1 panne.",
    )
    made.set_defaults(run=_hours_import)
    made.add_argument("file", type=Path, metavar="FICHIER")
    made.add_argument("--company", required=True, metavar="SIRET", help="SIRET de l’entreprise")
    made.add_argument("--month", default="", metavar="AAAA-MM", help="mois, si le fichier ne le dit pas")
    dry = made.add_mutually_exclusive_group(required=True)
    dry.add_argument("--dry-run", action="store_true", help="dire ce qui serait écrit, sans rien écrire")
    dry.add_argument("--commit", action="store_true", help="écrire, si rien ne reste à décider")
    made.add_argument("--ready-only", action="store_true", help="écrire les lignes prêtes, laisser les autres")
    with_folder(made)
    with_json(made)

    made = verb(
        "create", "Créer un carnet vide (le mot de passe vient de INCLUSIV_PASSPHRASE ou d’une question).", _create
    )
    with_folder(made)
    made.add_argument("--organisation", default="", metavar="CODE", help="organisation du réseau (code ou nom)")
    made.add_argument("--last-name", default="", metavar="NOM")
    made.add_argument("--first-name", default="", metavar="PRÉNOM")
    made.add_argument("--prefix", default="", metavar="XX", help="deux lettres pour les numéros de ce poste")
    with_json(made)

    made = verb("sync", "Échanger avec le serveur du réseau.", _sync)
    made.add_argument("--server", default="", metavar="URL", help="https://… (http:// sur cette machine seulement)")
    made.add_argument("--user", default="", metavar="NOM", help="nom d’utilisateur au serveur")
    made.add_argument("--enrol", action="store_true", help="relier d’abord ce carnet au serveur")
    with_folder(made)
    with_json(made)

    made = verb("verify", "Comparer tout le carnet avec le serveur, champ par champ.", _verify)
    made.add_argument("--server", default="", metavar="URL", help="le serveur auquel le carnet est relié")
    with_folder(made)
    with_json(made)

    choices = verbs.add_parser("conflicts", help="Fiches à relire\u00a0: deux valeurs pour un champ.").add_subparsers(
        title="commandes", metavar="COMMANDE", required=True
    )
    made = choices.add_parser("list", help="Les décisions à prendre.")
    made.set_defaults(run=_conflicts_list)
    with_folder(made)
    with_json(made)
    for name, text in (
        ("keep-mine", "Garder le mien."),
        ("keep-theirs", "Garder le sien."),
        ("keep-both", "Garder les deux."),
    ):
        made = choices.add_parser(name, help=text)
        made.set_defaults(run=_conflicts_keep, decision=name.removeprefix("keep-"))
        made.add_argument("id", metavar="ID", help="identifiant donné par conflicts list")
        with_folder(made)
        with_json(made)

    record = verbs.add_parser("record", help="Lire ou modifier un champ d’une fiche.").add_subparsers(
        title="commandes", metavar="COMMANDE", required=True
    )
    made = record.add_parser("get", help="Lire une fiche, ou un seul champ.")
    made.set_defaults(run=_record_get)
    made.add_argument("table", metavar="TABLE")
    made.add_argument("id", metavar="ID")
    made.add_argument("field", nargs="?", default="", metavar="CHAMP")
    with_folder(made)
    with_json(made)
    made = record.add_parser("set", help="Modifier un champ.")
    made.set_defaults(run=_record_set)
    made.add_argument("table", metavar="TABLE")
    made.add_argument("id", metavar="ID")
    made.add_argument("field", metavar="CHAMP")
    made.add_argument("value", metavar="VALEUR", help="heures en centièmes, montants en centimes, dates AAAA-MM-JJ")
    with_folder(made)
    with_json(made)
    made = record.add_parser("new", help="Créer une fiche.")
    made.set_defaults(run=_record_new)
    made.add_argument("table", metavar="TABLE")
    made.add_argument("fields", nargs="*", metavar="CHAMP=VALEUR")
    with_folder(made)
    with_json(made)

    made = verb("showcase", "Faire une journée de démonstration sans écran\u00a0: PDF et images.", _showcase)
    with_folder(made)
    made.add_argument("--out", type=Path, metavar="DOSSIER", help="dossier des PDF et des images")
    return top


LISTS = ("operations", "companies", "beneficiaries", "statements", "visits")
"""The kinds of ``store.listing``, said here so that the arguments are read without loading the database."""
EXPORTS = (*LISTS, "month")
DOCUMENTS = ("visit", "followup", "statement", "sizing", "attestation", "clause-attestation", "reminder")
RECIPIENTS = ("company", "buyer", "person", "file")
RETENTION_ACTIONS = ("anonymise", "archive", "keep")

_FRENCH = (
    ("the following arguments are required:", "il manque\u00a0:"),
    ("unrecognized arguments:", "argument inconnu\u00a0:"),
    ("invalid choice:", "choix impossible\u00a0:"),
    ("(choose from", "(choisir parmi"),
    ("expected one argument", "une valeur est attendue"),
    ("expected at least one argument", "une valeur est attendue"),
    ("not allowed with argument", "incompatible avec"),
    ("one of the arguments", "il manque l’un de"),
    ("is required", ""),
    ("invalid int value:", "un nombre entier est attendu\u00a0:"),
)


def _in_french(message: str) -> str:
    for english, french in _FRENCH:
        message = message.replace(english, french)
    return message


def _folder_arguments(parsed: argparse.Namespace) -> list[str]:
    return ["--data-dir", str(parsed.data_dir)] if parsed.data_dir else []


# --- verbs ---------------------------------------------------------------------------------------


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
    workstation = _workstation(folder)
    try:
        made = workstation.make_demonstration(passphrase, scale=parsed.scale)
    finally:
        workstation.account.close()
    if parsed.json:
        _print_json({"data_dir": str(folder), "rows": made})
    else:
        print(f"Carnet de démonstration créé dans {folder}")
    return OK


def _size(parsed: argparse.Namespace) -> int:
    from app.operations.command import size

    answer = size(parsed.amount, parsed.labour_share, parsed.effort_rate, parsed.hourly_cost)
    if parsed.json:
        _print_json(answer)
    else:
        print(answer["sentence"])
    return OK


def _list(parsed: argparse.Namespace) -> int:
    from app.store.listing import listing

    with _Unlocked(parsed.data_dir) as workstation:
        rows = list(listing(workstation.notebook, parsed.kind))
    if parsed.json:
        _print_json(rows)
    else:
        for row in rows:
            print("\t".join("" if value is None else str(value) for value in row.values()))
    return OK


def _find(parsed: argparse.Namespace) -> int:
    from app.beneficiaries.command import answers

    with _Unlocked(parsed.data_dir) as workstation:
        found = answers(workstation.find(parsed.text), workstation.services.beneficiaries.find(parsed.text))
    if parsed.json:
        _print_json(found)
    else:
        for one in found:
            print("\t".join(str(value) for value in one.values()))
    return OK


def _document(parsed: argparse.Namespace) -> int:
    from app import durable

    with _Unlocked(parsed.data_dir) as workstation:
        data, name = workstation.services.documents.make(parsed.kind, parsed.id, parsed.recipient)
        durable.write(parsed.out, data)
    if parsed.json:
        _print_json({"path": str(parsed.out), "name": name, "size": len(data)})
    else:
        print(parsed.out)
    return OK


def _export(parsed: argparse.Namespace) -> int:
    from app.exchange.command import run_export

    with _Unlocked(parsed.data_dir) as workstation:
        answer = run_export(
            workstation.services.exchange, workstation.notebook, parsed.kind, parsed.out, parsed.company, parsed.month
        )
    if parsed.json:
        _print_json(answer)
    else:
        print(parsed.out)
    return OK


def _retention(parsed: argparse.Namespace) -> int:
    from app.privacy.command import apply, due, told_applied, told_due

    with _Unlocked(parsed.data_dir) as workstation:
        service = workstation.services.privacy
        if parsed.list:
            answer = due(service)
        else:
            answer = apply(service, parsed.apply, parsed.action, parsed.reason)
    if parsed.json:
        _print_json(answer)
    else:
        print(told_due(answer) if parsed.list else told_applied(answer))
    return OK


def _check(parsed: argparse.Namespace) -> int:
    from app.store.attachments import orphans
    from app.store.checks import Finding, check_all

    with _Unlocked(parsed.data_dir) as workstation:

        def attachments() -> list[Finding]:
            lost = orphans(workstation.notebook, workstation.files)
            return [
                Finding("missing_file", "Le fichier d’une pièce jointe est introuvable.", "attachment")
                for _ in lost.missing
            ]

        found = check_all(workstation.notebook, attachments)
    if parsed.json:
        _print_json(
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

    with _Unlocked(parsed.data_dir) as workstation:
        answer = backup(workstation.services.safety_copies, parsed.out)
    if parsed.json:
        _print_json(answer)
    else:
        print(f"Copie de secours écrite et relue\u00a0: {answer['path']}")
    return OK


def _restore(parsed: argparse.Namespace) -> int:
    from app.account.command import restore
    from app.paths import default_data_dir

    workstation = _workstation(parsed.data_dir or default_data_dir())
    try:
        answer = restore(workstation.take_up, parsed.file, os.environ, _ask)
    finally:
        workstation.account.close()
    if parsed.json:
        _print_json(answer)
    else:
        print(f"Carnet repris\u00a0: {answer['held']}.")
    return OK


def _hours_read(parsed: argparse.Namespace) -> int:
    from app.clock import SystemClock
    from app.hours.timesheets.command import run_read

    code, text = run_read(parsed.file, as_json=parsed.json, today=SystemClock().today())
    print(text)
    return code


def _hours_import(parsed: argparse.Namespace) -> int:
    from app.hours.imports.command import run_import

    with _Unlocked(parsed.data_dir) as workstation:
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


def _create(parsed: argparse.Namespace) -> int:
    from app.account.command import create
    from app.paths import default_data_dir

    folder = parsed.data_dir or default_data_dir()
    workstation = _workstation(folder)
    answer = create(workstation.account, os.environ, _ask)
    try:
        if parsed.organisation:
            workstation.set_owner(parsed.organisation, parsed.last_name, parsed.first_name, parsed.prefix)
    finally:
        workstation.account.close()
    if parsed.json:
        _print_json({"data_dir": str(folder), **answer})
    else:
        print(
            f"Carnet créé dans {folder}\nCode de secours, à noter et à garder à part\u00a0: {answer['recovery_code']}"
        )
    return OK


def _sync(parsed: argparse.Namespace) -> int:
    from app.sync import command

    with _Unlocked(parsed.data_dir) as workstation:
        workstation.sync_password = _sync_password
        service = workstation.services.sync
        if parsed.enrol:
            service.enrol(parsed.server, parsed.user, _sync_password() or "")
        else:
            service.refuse_another(parsed.server, parsed.user)
        report = service.synchronise()
        state = command.as_json(report)
    if parsed.json:
        _print_json(state)
    else:
        print(command.sentence(report))
    return OK if report.complete else FAILURE


def _sync_password() -> str | None:
    """The password at the server: the environment, else a question; ``None`` where nobody can answer."""
    given = os.environ.get("INCLUSIV_SYNC_PASSWORD")
    if given or not sys.stdin or not sys.stdin.isatty():
        return given or None
    import getpass

    return getpass.getpass("Mot de passe du serveur\u00a0: ") or None


def _verify(parsed: argparse.Namespace) -> int:
    from app.sync import command

    with _Unlocked(parsed.data_dir) as workstation:
        workstation.sync_password = _sync_password
        service = workstation.services.sync
        service.refuse_another(parsed.server, "")
        found = service.verify()
    if parsed.json:
        _print_json(command.verification_as_json(found))
    else:
        print("\n".join(command.verification_lines(found)))
    return OK if found.equal else FAILURE


def _conflicts_list(parsed: argparse.Namespace) -> int:
    from app.sync import command

    with _Unlocked(parsed.data_dir) as workstation:
        cards = workstation.services.sync.to_review()
    if parsed.json:
        _print_json([command.card_as_json(card) for card in cards])
    else:
        for card in cards:
            print(command.card_sentence(card))
    return OK


def _conflicts_keep(parsed: argparse.Namespace) -> int:
    from app.sync import command
    from app.sync.state import Decision

    with _Unlocked(parsed.data_dir) as workstation:
        service = workstation.services.sync
        command.decide(service, parsed.id, Decision(parsed.decision))
        left = len(service.to_review())
    if parsed.json:
        _print_json({"decided": parsed.id, "left": left})
    else:
        print(f"Décision enregistrée, modifiable 30 jours. Restent à relire\u00a0: {left}.")
    return OK


def _record_get(parsed: argparse.Namespace) -> int:
    from app.store.records import read_field, read_record

    with _Unlocked(parsed.data_dir) as workstation:
        if parsed.field:
            value: Any = read_field(workstation.notebook, parsed.table, parsed.id, parsed.field)
        else:
            value = read_record(workstation.notebook, parsed.table, parsed.id)
    if parsed.json:
        _print_json(value)
    elif parsed.field:
        print("" if value is None else value)
    else:
        for name, one in value.items():
            print(f"{name}\t{'' if one is None else one}")
    return OK


def _record_set(parsed: argparse.Namespace) -> int:
    from app.store.records import write_field

    with _Unlocked(parsed.data_dir) as workstation:
        outcome = write_field(workstation.notebook, parsed.table, parsed.id, parsed.field, parsed.value)
    if parsed.json:
        _print_json({"id": parsed.id, "changed": bool(outcome.undo)})
    else:
        print("Enregistré." if outcome.undo else "Rien à changer.")
    return OK


def _record_new(parsed: argparse.Namespace) -> int:
    from app.store.records import make_record

    texts = dict(one.split("=", 1) if "=" in one else (one, "") for one in parsed.fields)
    with _Unlocked(parsed.data_dir) as workstation:
        outcome = make_record(workstation.notebook, parsed.table, texts)
    if parsed.json:
        _print_json({"id": outcome.record_id})
    else:
        print(outcome.record_id)
    return OK


def _showcase(parsed: argparse.Namespace) -> int:
    from app.showcase import run

    for path in run(parsed.data_dir, parsed.out):
        print(path)
    return OK


# --- the notebook of a verb ----------------------------------------------------------------------


def _workstation(folder: Path) -> Workstation:
    from app.account.secrets import KeyringSecrets
    from app.bootstrap import Workstation
    from app.clock import SystemClock

    return Workstation(folder, SystemClock(), KeyringSecrets())


class _Unlocked:
    """The notebook of a folder, unlocked for the length of a block: environment, keyring, prompt, in this order."""

    def __init__(self, folder: Path | None) -> None:
        from app.paths import default_data_dir

        self._workstation = _workstation(folder or default_data_dir())

    def __enter__(self) -> Workstation:
        from app.bootstrap import DEMONSTRATION_PASSPHRASE

        workstation = self._workstation
        workstation.refuse_missing()
        try:
            workstation.account.unlock_in_order(
                os.environ, (lambda: DEMONSTRATION_PASSPHRASE) if workstation.is_demonstration else _ask
            )
        except BaseException:
            workstation.account.close()
            raise
        return workstation

    def __exit__(self, *_: object) -> None:
        self._workstation.account.close()


def _ask() -> str:
    from app.errors import PassphraseNeeded

    if not sys.stdin or not sys.stdin.isatty():
        raise PassphraseNeeded(
            "Le mot de passe du carnet est nécessaire.",
            "Rien n’a été modifié.",
            "Donnez-le par la variable INCLUSIV_PASSPHRASE, ou lancez la commande dans un terminal.",
        )
    import getpass

    return getpass.getpass("Mot de passe du carnet\u00a0: ")


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
