"""Copies of a network's server, and putting one back: database, files, manifest; never over anything.

A copy is a folder: ``network.db`` (SQLite, copied by the engine in one snapshot) or ``network.dump`` (PostgreSQL, by
``pg_dump``), ``files/`` and ``manifest.json``. It is written under another name and takes its own once it is whole and
read back. Putting one back begins a new epoch (``restoring``) and repeats the erasures of the ledger.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.errors import EnvironmentProblem, InvalidInput
from app.models.wire import moment_text
from app.version import VERSION
from server import erasure, restoring
from server.service import Service
from server.store import tables

DATABASE_FILE = "network.db"
DUMP_FILE = "network.dump"
MANIFEST = "manifest.json"


def backup(service: Service, target: Path) -> dict[str, Any]:
    """Write a copy in the new folder ``target``; its manifest. Raises ``InvalidInput``, ``EnvironmentProblem``."""
    if target.exists():
        raise InvalidInput(
            "Ce dossier existe déjà.", "Rien n’a été écrit.", "Donnez un dossier nouveau, par exemple daté du jour."
        )
    making = target.with_name(target.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    making.parent.mkdir(parents=True, exist_ok=True)
    making.mkdir(mode=0o700)  # everything lies in it in clear
    if service.database.is_postgresql:
        name = DUMP_FILE
        _pg("pg_dump", service, "--format=custom", f"--file={making / name}")
    else:
        name = DATABASE_FILE
        with service.database.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("VACUUM INTO ?", (str(making / name),))
        copy = sqlite3.connect(making / name)
        try:
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            copy.close()
        if answer != "ok":
            shutil.rmtree(making, ignore_errors=True)
            raise EnvironmentProblem(
                "La copie n’est pas lisible.", "La base n’a pas été modifiée.", "Vérifiez le disque."
            )
    # The database first: a file named by a record of the copy was there before it, and is therefore in the copy.
    copied = _copy_files(service.files, making / "files")
    with service.database.reading() as connection:
        space = connection.execute(select(tables.space)).one()
    manifest = {
        "made_at": moment_text(service.clock.now()),
        "version": VERSION,
        "network": space.network,
        "epoch": space.epoch,
        "database": name,
        "sha256": _sha256(making / name),
        "files": copied,
    }
    (making / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    making.rename(target)
    return manifest


def read_manifest(source: Path) -> dict[str, Any]:
    """The manifest of a copy whose database is as it was written; raises ``InvalidInput``."""
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        intact = _sha256(source / manifest["database"]) == manifest["sha256"]
    except (OSError, ValueError, KeyError):
        intact = False
        manifest = {}
    if not intact:
        raise InvalidInput(
            "Ce dossier n’est pas une copie intacte du serveur.", "Rien n’a été modifié.", "Choisissez une autre copie."
        )
    return manifest


def put_back_file(source: Path, data_dir: Path) -> Path | None:
    """Put the SQLite file of a copy back, the server being stopped; where the former file was moved."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / DATABASE_FILE
    former = None
    if path.exists():
        number = next(n for n in itertools.count(1) if not _former(data_dir, n).exists())
        former = _former(data_dir, number)
        raw = sqlite3.connect(path, timeout=1)
        try:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            # Nobody else holds the file: the server is stopped.
            raw.execute("PRAGMA locking_mode = EXCLUSIVE")
            raw.execute("BEGIN EXCLUSIVE")
            raw.execute("ROLLBACK")
        except sqlite3.OperationalError:
            raise InvalidInput(
                "Le serveur est en marche.", "Rien n’a été modifié.", "Arrêtez-le, puis recommencez."
            ) from None
        finally:
            raw.close()
        path.rename(former)
        for side in ("-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
    partial = path.with_name(path.name + ".making")
    shutil.copyfile(source / DATABASE_FILE, partial)
    partial.replace(path)
    _copy_files(source / "files", data_dir / "files")
    return former


def _former(data_dir: Path, number: int) -> Path:
    return data_dir / f"network-avant-{number}.db"


def put_back_dump(service: Service, source: Path, data_dir: Path) -> None:
    """Put the dump of a copy back into the PostgreSQL database of the service."""
    _pg("pg_restore", service, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(source / DUMP_FILE))
    _copy_files(source / "files", data_dir / "files")


def begin_again(service: Service) -> tuple[str, int]:
    """After the base was put back: a new epoch, erasures repeated; the epoch and how many records and people."""
    with service.database.writing() as connection:
        epoch = restoring.begin_epoch(connection, service)
    return epoch, erasure.repeat(service)


def _copy_files(source: Path, target: Path) -> int:
    """Copy what is not there yet: a file is named by its content, so it never changes."""
    count = 0
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("??/*")) if source.exists() else []:
        if path.suffix == ".part":
            continue
        copy = target / path.parent.name / path.name
        if not copy.exists():
            copy.parent.mkdir(exist_ok=True)
            partial = copy.with_name(copy.name + ".copy")
            shutil.copyfile(path, partial)
            partial.replace(copy)
        count += 1
    return count


def _pg(program: str, service: Service, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on the service's database; the password goes by the environment."""
    url = service.database.engine.url
    settings = {
        "PGHOST": url.query.get("host") or url.host,
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    environment = os.environ | {name: str(value) for name, value in settings.items() if value}
    if program == "pg_restore":
        arguments = (f"--dbname={url.database}", *arguments)
    try:
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
    except FileNotFoundError:
        raise EnvironmentProblem(
            f"Le programme {program} est introuvable.", "Rien n’a été écrit.", "Installez postgresql-client."
        ) from None
    if done.returncode:
        raise EnvironmentProblem(
            f"Le programme {program} a échoué.", "La base n’a pas été modifiée.", done.stderr.strip()[:500]
        )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1_000_000):
            digest.update(piece)
    return digest.hexdigest()
