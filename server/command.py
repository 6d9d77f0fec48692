"""``inclusiv-server``: run the network's server and look after it, in French.

The answers and exit codes are those of ``app.command_line``.
"""

from __future__ import annotations

import argparse
import getpass
import os
import ssl
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.command_line import BAD_INPUT, FAILURE, OK, Parser, Run, Verbs, print_json
from app.errors import InclusivError, InvalidInput, NotFound
from app.models.choices import Role
from app.models.wire import models_by_kind, moment_text
from app.paths import resources
from app.rules.french import plural
from server import accounts, checks, devices, erasure, held, incidents, network, safekeeping
from server.running import Running, open_service, run
from server.service import Service

PASSWORD = "INCLUSIV_SERVER_PASSWORD"
"""Environment variable that gives a password where there is no terminal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; answers the exit code."""
    parsed = _parser().parse_args(arguments)
    try:
        answer: int = parsed.run(parsed)
        return answer
    except InclusivError as problem:
        print(problem.sentence, file=sys.stderr)
        return BAD_INPUT if problem.is_input else FAILURE
    except KeyboardInterrupt:
        return FAILURE


# --- arguments -----------------------------------------------------------------------------------


def _parser() -> Parser:
    top = Parser(prog="inclusiv-server", description="Serveur du réseau Inclusiv’Terrain.")
    verbs = Verbs(top)

    def verb(among: Verbs, name: str, text: str, act: Run) -> Parser:
        made = among.verb(name, text, act, folder=False)
        made.add_argument("--data-dir", type=Path, metavar="DOSSIER", help="dossier du serveur")
        made.add_argument("--database", default="", metavar="URL", help="base, si elle n’est pas dans le dossier")
        return made

    made = verb(verbs, "run", "Mettre le serveur en marche.", _run)
    made.add_argument("--host", default="127.0.0.1", metavar="ADRESSE", help="adresse d’écoute (127.0.0.1)")
    made.add_argument("--port", type=int, default=8720, metavar="N", help="port d’écoute (8720)")
    made.add_argument("--workers", type=int, default=1, metavar="N", help="processus (PostgreSQL\u00a0: un par cœur)")
    made.add_argument("--tls-cert", type=Path, metavar="FICHIER", help="certificat, si aucun proxy ne chiffre")
    made.add_argument("--tls-key", type=Path, metavar="FICHIER", help="clé du certificat")
    made.add_argument("--proxy", default="", metavar="ADRESSES", help="adresses des proxys de confiance")

    made.add_argument(
        "--requests-per-minute", type=int, default=1200, metavar="N", help="demandes d’une même adresse (1200)"
    )

    among = verbs.word("network", "Le réseau servi.")
    made = verb(among, "init", "Créer le réseau d’après sa charte, ou le mettre à jour.", _network_init)
    made.add_argument("code", metavar="CODE", help="inclusiv_essonne ou gpsea")

    verb(among, "show", "Montrer le réseau et ce qu’il demande aux carnets.", _network_show)
    made = verb(
        among,
        "lease",
        "Dire après combien de jours sans contact un carnet demande le réseau avant de s’ouvrir.",
        _network_lease,
    )
    made.add_argument("days", type=int, metavar="JOURS", help="30 si rien n’est dit\u202f; 0\u00a0: jamais")

    among = verbs.word("user", "Les comptes.")
    made = verb(among, "add", "Ouvrir un compte.", _user_add)
    made.add_argument("name", metavar="NOM")
    made.add_argument("--organisation", required=True, metavar="CODE", help="organisation de la personne")
    made.add_argument("--role", choices=[str(one) for one in Role], default=str(Role.FACILITATOR), metavar="RÔLE")
    made = verb(among, "password", "Changer un mot de passe.", _user_password)
    made.add_argument("name", metavar="NOM")
    made = verb(among, "role", "Changer le rôle d’un compte.", _user_role)
    made.add_argument("name", metavar="NOM")
    made.add_argument("role", choices=[str(one) for one in Role], metavar="RÔLE")
    made = verb(among, "disable", "Fermer un compte, ou le rouvrir.", _user_disable)
    made.add_argument("name", metavar="NOM")
    made.add_argument("--reopen", action="store_true", help="rouvrir le compte")
    verb(among, "list", "Lister les comptes.", _user_list)

    among = verbs.word("device", "Les carnets connus du serveur.")
    verb(among, "list", "Lister les carnets.", _device_list)
    made = verb(among, "revoke", "Retirer un carnet\u00a0: il efface sa clé à son prochain contact.", _device_revoke)
    made.add_argument("device", metavar="ID")
    made.add_argument("--take-work", action="store_true", help="recevoir d’abord, à part, ce qu’il n’a pas envoyé")

    among = verbs.word("incident", "Les écarts signalés par les carnets.")
    verb(
        among,
        "list",
        "Lister les écarts entre un carnet et le serveur\u00a0: des nombres, aucun contenu.",
        _incident_list,
    )
    verb(among, "clear", "Dire que ces écarts ont été vus.", _incident_clear)

    among = verbs.word("held", "Ce que le serveur a mis de côté\u00a0: refusé, ou envoyé par un carnet retiré.")
    made = verb(among, "list", "Lister ce qui est mis de côté, sans contenu.", _held_list)
    made.add_argument("--device", default="", metavar="ID", help="d’un seul carnet")
    made = verb(among, "show", "Montrer ce qui a été saisi (données personnelles).", _held_show)
    made.add_argument("number", type=int, metavar="NUMÉRO")
    made = verb(among, "release", "Reprendre, au nom du compte qui l’a envoyé et selon ses droits.", _held_release)
    made.add_argument("number", type=int, nargs="?", metavar="NUMÉRO")
    made.add_argument("--device", default="", metavar="ID", help="tout ce qui vient d’un carnet")
    made = verb(among, "drop", "Oublier pour toujours ce qui a été saisi.", _held_drop)
    made.add_argument("number", type=int, nargs="?", metavar="NUMÉRO")
    made.add_argument("--device", default="", metavar="ID", help="tout ce qui vient d’un carnet")
    made.add_argument("--yes", action="store_true", help="confirmer\u00a0: rien ne le ramènera")

    made = verb(verbs, "backup", "Copier la base et les fichiers dans un dossier nouveau.", _backup)
    made.add_argument("target", type=Path, metavar="DOSSIER_DE_COPIE")
    made = verb(verbs, "restore", "Remettre une copie en place, le serveur étant arrêté.", _restore)
    made.add_argument("source", type=Path, nargs="?", metavar="DOSSIER_DE_COPIE")
    made.add_argument("--done", action="store_true", help="la base a déjà été remise en place par un autre moyen")
    verb(verbs, "check", "Vérifier la base et les fichiers.", _check)
    made = verb(verbs, "erase", "Effacer une fiche et tout ce qui s’y rattache, pour toujours (RGPD).", _erase)
    made.add_argument("table", metavar="TABLE", help="par exemple beneficiary")
    made.add_argument("id", metavar="ID")
    return top


# --- verbs ---------------------------------------------------------------------------------------


def _run(parsed: argparse.Namespace) -> int:
    if bool(parsed.tls_cert) != bool(parsed.tls_key):
        raise InvalidInput("Le certificat et sa clé se donnent ensemble.", todo="Donnez --tls-cert et --tls-key.")
    if parsed.tls_cert:
        _check_certificate(parsed.tls_cert, parsed.tls_key)
    if not 0 <= parsed.port <= 65_535:
        raise InvalidInput("Ce port n’existe pas.", "Le serveur n’a pas démarré.", "Donnez --port de 1 à 65535.")
    if parsed.workers > 1 and not parsed.database.startswith(("postgresql:", "postgres:")):
        raise InvalidInput(
            "Plusieurs processus demandent une base PostgreSQL.",
            "Le serveur n’a pas démarré.",
            "Donnez --database postgresql://…, ou un seul processus.",
        )
    run(
        Running(
            data_dir=str(_folder(parsed)),
            database=parsed.database,
            host=parsed.host,
            port=parsed.port,
            workers=parsed.workers,
            tls_cert=str(parsed.tls_cert or ""),
            tls_key=str(parsed.tls_key or ""),
            proxy=parsed.proxy,
            requests_per_minute=parsed.requests_per_minute,
        )
    )
    return OK


def _check_certificate(certificate: Path, key: Path) -> None:
    """Raises ``InvalidInput`` for a pair that could not serve."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except OSError:  # those of ``ssl`` too
        raise InvalidInput(
            "Le certificat ou sa clé ne se lit pas.",
            "Le serveur n’a pas démarré.",
            "Donnez deux fichiers PEM qui vont ensemble, que ce compte peut lire.",
        ) from None


def _network_init(parsed: argparse.Namespace) -> int:
    with _Opened(parsed, new=True) as service:
        changed = network.init(service, resources() / "reference" / "charters", parsed.code)
    return _tell(
        parsed,
        {"network": parsed.code, "records": changed},
        f"Réseau prêt\u00a0: {plural(changed, 'fiche écrite', 'fiches écrites')}."
        if changed
        else "Le réseau était déjà à jour.",
    )


def _network_show(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        code, days = network.network_of(service), network.lease_days(service)
    return _tell(
        parsed, {"network": code, "lease_days": days}, f"Réseau\u00a0: {code or 'aucun'}. {_lease_words(days)}"
    )


def _network_lease(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        network.set_lease(service, parsed.days)
    return _tell(
        parsed, {"lease_days": parsed.days}, f"{_lease_words(parsed.days)} Chacun l’apprend à son prochain contact."
    )


def _lease_words(days: int) -> str:
    if not days:
        return "Les carnets s’ouvrent sans jamais demander le réseau."
    return f"Un carnet sans contact depuis {plural(days, 'jour')} demande le réseau avant de s’ouvrir."


def _user_add(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        made = accounts.add(
            service.database,
            service.clock,
            service.passwords,
            parsed.name,
            parsed.organisation,
            Role(parsed.role),
            _password(),
        )
    return _tell(
        parsed,
        {"user": made.name, "organisation": made.organisation, "role": str(made.role)},
        f"Compte ouvert\u00a0: {made.name}.",
    )


def _user_password(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        accounts.set_password(service.database, service.passwords, parsed.name, _password())
    return _tell(parsed, {"user": parsed.name}, "Mot de passe changé.")


def _user_role(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        accounts.set_role(service.database, parsed.name, Role(parsed.role))
    return _tell(parsed, {"user": parsed.name, "role": parsed.role}, "Rôle changé.")


def _user_disable(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        accounts.disable(service.database, service.clock, parsed.name, closed=not parsed.reopen)
    return _tell(
        parsed,
        {"user": parsed.name, "disabled": not parsed.reopen},
        "Compte rouvert." if parsed.reopen else "Compte fermé\u00a0: ses carnets gardent leurs saisies.",
    )


def _user_list(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        found = [
            {"user": one.name, "organisation": one.organisation, "role": str(one.role), "disabled": one.disabled}
            for one in accounts.all_accounts(service.database)
        ]
    return _rows(parsed, found, "Aucun compte.")


def _device_list(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        found = devices.all_devices(service)
    return _rows(parsed, found, "Aucun carnet connu.")


def _device_revoke(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        devices.revoke(service, parsed.device, take_work=parsed.take_work)
    return _tell(
        parsed, {"device": parsed.device, "revoked": True}, "Carnet retiré\u00a0: il s’effacera à son prochain contact."
    )


def _incident_list(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        found = incidents.all_incidents(service)
    if parsed.json:
        print_json([{**asdict(one), "since": moment_text(one.since), "at": moment_text(one.at)} for one in found])
    else:
        print("\n".join(one.sentence for one in found) or "Aucun écart signalé.")
    return OK


def _incident_clear(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        count = incidents.clear(service)
    return _tell(parsed, {"cleared": count}, f"Écarts classés\u00a0: {count}.")


def _held_list(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        found = held.waiting(service, parsed.device)
    if parsed.json:
        print_json([one.facts for one in found])
    else:
        print("\n".join(one.sentence for one in found) or "Rien n’est mis de côté.")
    return OK


def _held_show(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        found = held.one(service, parsed.number)
    told = [found.sentence, "Données personnelles\u00a0: à lire, à ne pas garder ni transmettre.", *found.lines]
    return _tell(parsed, {**found.facts, "operation": found.operation}, "\n".join(told))


def _held_release(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        chosen = held.chosen(service, parsed.number, parsed.device)
        through = held.release(service, chosen)
    still = len(chosen) - through
    more = f" Encore de côté\u00a0: {still} («\u00a0held list\u00a0» dit pourquoi)." if still else ""
    return _tell(parsed, {"released": through, "still_held": still}, f"Reprises\u00a0: {through}.{more}")


def _held_drop(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        chosen = held.chosen(service, parsed.number, parsed.device)
        if not parsed.yes:
            raise InvalidInput(
                f"Ce qui a été saisi serait perdu ({len(chosen)}).",
                "Rien n’a été oublié.",
                "Lisez-le par «\u00a0held show\u00a0», puis ajoutez --yes.",
            )
        count = held.drop(service, chosen)
    return _tell(parsed, {"dropped": count}, f"Oubliées\u00a0: {count}.")


def _backup(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        manifest = safekeeping.backup(service, parsed.target)
    return _tell(parsed, {"path": str(parsed.target), **manifest}, f"Copie écrite et relue\u00a0: {parsed.target}")


def _restore(parsed: argparse.Namespace) -> int:
    if bool(parsed.source) == parsed.done:
        raise InvalidInput("Donnez le dossier de la copie, ou --done si la base est déjà remise en place.")
    folder = _folder(parsed)
    manifest = safekeeping.read_manifest(parsed.source) if parsed.source else None
    if manifest is not None and manifest["database"] == safekeeping.DATABASE_FILE:
        safekeeping.put_back_file(parsed.source, folder)
    elif manifest is not None:
        with _Opened(parsed) as service:
            safekeeping.put_back_dump(service, parsed.source, folder)
    with _Opened(parsed) as service:
        epoch, erased = safekeeping.begin_again(service)
    return _tell(
        parsed,
        {"epoch": epoch, "erased_again": erased},
        "Copie remise en place\u00a0: les carnets reprendront tout et renverront ce qui manque.",
    )


def _check(parsed: argparse.Namespace) -> int:
    with _Opened(parsed) as service:
        found = checks.check(service)
    if parsed.json:
        value = [{"code": one.code, "message": one.sentence, "kind": one.kind, "id": one.record_id} for one in found]
        _tell(parsed, {"clean": not found, "findings": value}, "")
    else:
        for one in found:
            print(f"{one.sentence} ({one.kind} {one.record_id})".replace(" ( )", ""))
        if not found:
            print("La base et les fichiers sont en ordre.")
    return FAILURE if found else OK


def _erase(parsed: argparse.Namespace) -> int:
    if parsed.table not in models_by_kind():
        raise InvalidInput("Cette table n’est pas échangée.", "Rien n’a été effacé.", "Par exemple\u00a0: beneficiary.")
    with _Opened(parsed) as service:
        count = erasure.erase(service, parsed.table, parsed.id)
    return _tell(
        parsed, {"erased": count}, f"{plural(count, 'fiche effacée', 'fiches effacées')}. Les carnets feront de même."
    )


# --- the service of a verb -----------------------------------------------------------------------


class _Opened:
    """The service of a folder, for the length of a block. Raises ``NotFound`` where there is none, unless ``new``."""

    def __init__(self, parsed: argparse.Namespace, *, new: bool = False) -> None:
        folder = _folder(parsed)
        if not new and not parsed.database and not (folder / safekeeping.DATABASE_FILE).exists():
            raise NotFound(
                f"Aucun serveur dans ce dossier\u00a0: {folder}.",
                "Rien n’y a été écrit.",
                "Vérifiez --data-dir, ou créez-le par «\u00a0network init\u00a0».",
            )
        self._service = open_service(folder, parsed.database)

    def __enter__(self) -> Service:
        return self._service

    def __exit__(self, *_: object) -> None:
        self._service.database.close()


def _folder(parsed: argparse.Namespace) -> Path:
    """The server's folder: the option, the environment, or a folder beside the caller."""
    chosen: Path = parsed.data_dir or Path(os.environ.get("INCLUSIV_SERVER_DIR") or "inclusiv-server")
    return chosen


def _password() -> str:
    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Mot de passe\u00a0: ")
    if getpass.getpass("Le même, encore une fois\u00a0: ") != first:
        raise InvalidInput("Les deux mots de passe diffèrent.", "Rien n’a été modifié.", "Recommencez.")
    return first


def _tell(parsed: argparse.Namespace, value: Any, sentence: str) -> int:
    if parsed.json:
        print_json(value)
    else:
        print(sentence)
    return OK


def _rows(parsed: argparse.Namespace, rows: list[dict[str, Any]], none: str) -> int:
    lines = ["\t".join("" if value in (None, False) else str(value) for value in row.values()) for row in rows]
    return _tell(parsed, rows, "\n".join(lines) or none)
