"""A PostgreSQL of the tests' own, from the distribution's programs: as root and as a user, in about a second.

PostgreSQL refuses to run as root: then it runs as ``postgres`` (or ``nobody``). Its folder is short, since the path of
a socket has a limit of about a hundred characters.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120")


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``: on PATH, or Debian's versioned one; ``None`` when there is none."""
    folders = [Path(one) for one in os.environ.get("PATH", "").split(os.pathsep) if one]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((one for one in folders if (one / "initdb").exists() and (one / "postgres").exists()), None)


@contextlib.contextmanager
def running(bin_folder: Path) -> Iterator[str]:
    """A server for the length of a block; the URL of its socket, to be followed by a database's name."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    as_whom: dict[str, Any] = {}
    if os.getuid() == 0:
        chosen = next(one for one in ("postgres", "nobody") if _exists(one))
        entry = pwd.getpwnam(chosen)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        as_whom = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}
    data = folder / "d"
    quiet: dict[str, Any] = {"cwd": folder, "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}}
    process = None
    try:
        subprocess.run(
            [
                bin_folder / "initdb",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "-U",
                "tests",
                "--no-sync",
                "--locale=C.UTF-8",
                "-D",
                data,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            **as_whom,
            **quiet,
        )
        options = [part for one in (*FAST, "listen_addresses=") for part in ("-c", one)]
        process = subprocess.Popen(
            [bin_folder / "postgres", "-D", data, "-k", folder, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **as_whom,
            **quiet,
        )
        url = f"host={folder} user=tests"
        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(f"{url} dbname=postgres").close()
                break
            except psycopg.OperationalError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
                time.sleep(0.02)  # no signal says that a server of another program is ready
        yield str(folder)
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def url_of(folder: str, database: str) -> str:
    """The URL of a database of the server in ``folder``."""
    return f"postgresql://tests@/{database}?host={folder}"


def create(folder: str, database: str, template: str = "template0") -> None:
    """A new database, copied from a template."""
    with psycopg.connect(f"host={folder} user=tests dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')


def drop(folder: str, database: str) -> None:
    """Remove a database, whoever is still connected."""
    with psycopg.connect(f"host={folder} user=tests dbname=postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
