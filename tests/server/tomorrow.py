"""The program of the next release, in a process of its own: wire schema 2, with a field and a table more.

The rest is today's code, server and notebook alike: what is tried is that schemas live side by side (SYNC.md §7.7). The
field is the vehicles of a company (0 when not said), the table what a company was granted. ``Tomorrow`` starts the
process and asks it things, one JSON line each.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.architecture.source import ROOT


class Tomorrow:
    """The process, from the outside. ``close`` it in the end."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.server.tomorrow"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _ask(self, act: str, **given: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"act": act, **given}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the program of tomorrow stopped"
        return json.loads(line)

    @contextlib.contextmanager
    def serving(self, folder: Path, database: str) -> Iterator[str]:
        """Its server over a folder and a database, for the length of a block; its address."""
        yield self._ask("serve", folder=str(folder), database=database)
        self._ask("stop")

    def sync(self, folder: Path, user: str, address: str, *edits: list[Any]) -> dict[str, Any]:
        """Its notebook in ``folder``, made and enrolled when it is not there; edited, then synchronised and compared.

        ``edits`` are ``["insert" or "update", table, id, values]``. Answers ``problem``, ``equal``, ``unsent`` and
        ``rows``: the companies and grants of the notebook, by id. ``equal``: without anything to mend, ever.
        """
        found: dict[str, Any] = self._ask("sync", folder=str(folder), user=user, address=address, edits=edits)
        return found

    def close(self) -> None:
        """Stop the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        if self._process.stdout is not None:
            self._process.stdout.close()


# --- inside the process --------------------------------------------------------------------------


def _become_tomorrow() -> None:
    """Change the models before anything reads them, then say their schema."""
    from sqlalchemy import Column, Integer
    from sqlmodel import Field

    from app.models import schemas
    from app.models.base import Record, table_of
    from app.models.operations import Company
    from app.store import notebook as opening

    table_of(Company).append_column(Column("vehicles", Integer, nullable=False, default=0))

    class Grant(Record, table=True):
        shared = True
        company_id: str = Field(foreign_key="company.id")
        amount: int = 0

    known = {**schemas.frozen(), 2: schemas.described()}
    schemas.frozen = lambda: known  # type: ignore[assignment]
    notebook: Any = opening
    upgrade = notebook.upgrade

    def upgrade_further(connection: Any) -> None:
        upgrade(connection)
        connection.exec_driver_sql("ALTER TABLE company ADD COLUMN vehicles INTEGER NOT NULL DEFAULT 0")
        table_of(Grant).create(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'tomorrow'")

    notebook.upgrade = upgrade_further
    notebook.KNOWN = (*notebook.KNOWN, "tomorrow")
    notebook.HEAD = "tomorrow"


def _sync(given: dict[str, Any]) -> dict[str, Any]:
    from app.models.registry import model_of
    from app.store.unit import writing
    from app.sync import membership
    from app.sync.state import JournalKind
    from tests.server import house
    from tests.sync.world import laptop_alone

    folder = Path(given["folder"])
    fresh = not folder.exists()
    laptop = laptop_alone(folder, given["user"])
    try:
        laptop.password = house.PASSWORD
        if fresh:
            laptop.service.enrol(given["address"], given["user"], house.PASSWORD)
        membership.change(laptop.notebook, server=given["address"])
        for act, kind, record_id, values in given["edits"]:
            with writing(laptop.notebook) as unit:
                if act == "insert":
                    unit.insert(model_of(kind), {"organisation_id": "", **values}, record_id)
                else:
                    unit.update(model_of(kind), record_id, values)
        found = laptop.service.verify()
        raw = laptop.notebook.raw
        return {
            "problem": found.problem.value,
            "equal": found.equal and all(line.kind is not JournalKind.MENDED for line in laptop.service.journal()),
            "unsent": found.unsent,
            "rows": {
                record_id: {"vehicles": vehicles, "phone": phone, "town": town}
                for record_id, vehicles, phone, town in raw.execute("SELECT id, vehicles, phone, town FROM company")
            }
            | {record_id: {"amount": amount} for record_id, amount in raw.execute('SELECT id, amount FROM "grant"')},
        }
    finally:
        laptop.close()


def _main() -> None:
    _become_tomorrow()
    from server.running import open_service
    from tests.server import house

    with contextlib.ExitStack() as served:  # a failure of ours must not leave the server's thread alive
        for line in sys.stdin:
            given = json.loads(line)
            answer: Any = None
            if given["act"] == "serve":
                service = open_service(Path(given["folder"]), given["database"], house.PASSWORDS)
                served.callback(service.database.close)
                answer = served.enter_context(house.serving(service))
            elif given["act"] == "stop":
                served.close()
            else:
                answer = _sync(given)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _main()
