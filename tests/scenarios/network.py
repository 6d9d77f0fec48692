"""The network of the stories: a real server on loopback over either database, and the notebooks that meet there.

Without a window: what a screen would ask is asked of the services. Everybody is invented.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from app.account.secrets import NoSecrets
from app.bootstrap import Workstation
from app.clock import Clock, natural_id
from app.models.choices import Role
from app.rules.access import Actor
from app.store.network import set_owner
from app.sync import membership
from app.sync.protocol import FiguresLine
from app.sync.state import Problem, SyncReport
from server import devices, figures, safekeeping
from server.service import Service
from server.store.engine import Database
from tests.conftest import NOW
from tests.day import CHEAP, PASSPHRASE, Day
from tests.server import house
from tests.server.serving import free_port

if TYPE_CHECKING:
    from app.beneficiaries.service import BeneficiariesService
    from app.hours.service import HoursService
    from app.sync.service import SyncService
    from app.visits.service import VisitsService

PASSWORD = house.PASSWORD
NOVEMBER, OCTOBER = "2026-11", "2026-10"


C = TypeVar("C", bound=Clock)


class Network(Generic[C]):
    """The server of Inclusiv’Essonne, started, stopped, brought back from a copy, always at the same address."""

    def __init__(self, url: str, folder: Path, clock: C, *, made: bool = False) -> None:
        """``made``: the database holds the network already."""
        self.clock = clock
        self.url = url
        self.folder = folder
        (folder / "files").mkdir(parents=True, exist_ok=True)
        self.service = self._opened() if made else house.made(url, folder / "files", clock)
        self.port = free_port()
        self._serving = contextlib.ExitStack()
        self._answers = False

    def _opened(self) -> Service:
        return Service(Database(self.url), self.clock, self.folder / "files", house.PASSWORDS)

    @property
    def address(self) -> str:
        """What a user types."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answer from now on."""
        if not self._answers:
            self._serving.enter_context(house.serving(self.service, self.port))
            self._answers = True

    def stop(self) -> None:
        """No network any more."""
        self._serving.close()
        self._answers = False

    def close(self) -> None:
        """Stop, and let the database go."""
        self.stop()
        self.service.database.close()

    def add_user(self, name: str, organisation: str = house.DYNAMIQUE, role: Role = Role.FACILITATOR) -> None:
        """An account."""
        house.add_user(self.service, name, organisation, role)

    def back_up(self, target: Path) -> Path:
        """``inclusiv-server backup``."""
        safekeeping.backup(self.service, target)
        return target

    def come_back_from(self, copy: Path) -> None:
        """The machine is lost; the network goes on from a copy (``inclusiv-server restore``)."""
        self.stop()
        shutil.rmtree(self.service.files)
        if self.service.database.is_postgresql:
            safekeeping.put_back_dump(self.service, copy, self.folder)
        else:
            self.service.database.close()
            safekeeping.put_back_file(copy, self.folder)
            self.service = self._opened()
        safekeeping.begin_again(self.service)
        self.start()

    # --- what the network knows ---------------------------------------------------------------

    def figures(self, organisation: str = "") -> FiguresLine:
        """What its coordinator reads of 2026: an organisation's line, or the whole network's."""
        actor = Actor("helene", natural_id("organisation", house.DYNAMIQUE), Role.COORDINATOR)
        session = devices.Session(0, "", "helene", actor, NOW - NOW)
        answer = figures.network_figures(self.service, session, 2026)
        if not organisation:
            return answer.network
        wanted = natural_id("organisation", organisation)
        return next(one for one in answer.organisations if one.organisation == wanted)

    def ask(self, query: str, *given: Any) -> list[tuple[Any, ...]]:
        """Rows of the typed tables, as the network’s own reports read them."""
        with self.service.database.reading() as connection:
            marks = query.replace("?", "%s") if self.service.database.is_postgresql else query
            return [tuple(row) for row in connection.exec_driver_sql(marks, given)]

    def texts(self) -> str:
        """Every text that the server keeps of records, decisions and changes set aside."""
        bodies = [*self.ask("SELECT body FROM sync_entry"), *self.ask("SELECT body FROM sync_held")]
        return "\n".join(json.dumps(json.loads(one[0]), ensure_ascii=False) for one in bodies if one[0])


class Notebook:
    """Somebody’s notebook, and what they do with it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self._open()

    def _open(self) -> None:
        self.workstation = Workstation(self.folder, self.clock, NoSecrets(), cost=CHEAP)
        self.workstation.sync_password = lambda: PASSWORD
        self.workstation.account.unlock(PASSPHRASE)
        object.__setattr__(self.sync._around, "wait", lambda _seconds: None)  # the delays between two tries

    def join(self, address: str, user: str) -> None:
        """« Rejoindre mon réseau »."""
        self.sync.enrol(address, user, PASSWORD)

    def go_through(self, address: str) -> None:
        """From now on by another address: a bad network stands in between."""
        membership.change(self.workstation.notebook, server=address)

    def meet(self) -> SyncReport:
        """F5 where the network is good: the session goes to its end."""
        report = self.sync.synchronise()
        assert report.problem is Problem.NONE, report.problem
        return report

    def reopen(self) -> None:
        """The computer stops, and starts again."""
        self.workstation.leave()
        self._open()

    def copied_to(self, folder: Path, prefix: str) -> Notebook:
        """The folder taken to another computer as it is; numbers made there begin by ``prefix``."""
        from app.store.network import change_prefix

        self.workstation.leave()
        shutil.copytree(self.folder, folder)
        self._open()
        other = Notebook(folder, self.clock)
        change_prefix(other.workstation.notebook, prefix)
        return other

    def close(self) -> None:
        """Leave."""
        self.workstation.leave()

    # --- what they do ---------------------------------------------------------------------------

    @property
    def sync(self) -> SyncService:
        """The exchange."""
        return self.workstation.services.sync

    @property
    def hours(self) -> HoursService:
        """The months."""
        return self.workstation.services.hours

    @property
    def visits(self) -> VisitsService:
        """The visits."""
        return self.workstation.services.visits

    @property
    def people(self) -> BeneficiariesService:
        """The beneficiaries."""
        return self.workstation.services.beneficiaries

    # --- what they read -------------------------------------------------------------------------

    def month(self, company: str, month: str = NOVEMBER) -> dict[str, int | None]:
        """Hours of the month by last name, as the grid shows them, in hundredths."""
        grid = self.hours.open_month(company, month)
        shown: dict[str, int | None] = {}
        for row in grid.rows:
            if row.worked is not None or row.last_name not in shown:
                shown[row.last_name] = (shown.get(row.last_name) or 0) + row.worked if row.worked is not None else None
        return shown

    def holds(self, word: str) -> list[str]:
        """The tables of the file where a word can be read, bookkeeping, history and search index included.

        But for the batches that this very notebook sealed: kept ninety days for a restored server (SYNC.md §7.13), they
        are shown nowhere.
        """
        raw = self.workstation.notebook.raw
        tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> '_batch'").fetchall()
        return [
            name
            for (name,) in tables
            if any(word in str(value) for row in raw.execute(f'SELECT * FROM "{name}"') for value in row)
        ]

    def value(self, kind: str, record_id: str, name: str) -> Any:
        """A field of a record, ``None`` when the record is not here."""
        found = self.workstation.notebook.raw.execute(
            f'SELECT "{name}" FROM "{kind}" WHERE id = ?', (record_id,)
        ).fetchone()
        return found[0] if found else None


def all_meet(*notebooks: Notebook, times: int = 2) -> None:
    """Everybody synchronises in turn until nobody has anything new, and both sides prove that they hold the same."""
    for _ in range(times):
        for one in notebooks:
            one.meet()
    for one in notebooks:
        found = one.sync.verify()
        assert found.equal, [table for table in found.tables if not table.equal]
        assert not found.mended
        assert one.sync.state().unsent == 0
        assert one.workstation.notebook.raw.execute("PRAGMA foreign_key_check").fetchall() == []


def in_words(card: Any) -> Sequence[Any]:
    """The two values of a « fiche à relire », sorted."""
    return sorted((card.mine.value, card.theirs.value))


class Blank:
    """A notebook as the first run leaves it before its owner is said; made once, copied for each person."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "modele"
        workstation = Workstation(self._folder, Day(), NoSecrets(), cost=CHEAP)
        workstation.account.create(PASSPHRASE)
        workstation.leave()

    def notebook(
        self,
        folder: Path,
        clock: Clock,
        last_name: str,
        first_name: str,
        prefix: str,
        organisation: str = house.DYNAMIQUE,
    ) -> Notebook:
        """Somebody’s own."""
        shutil.copytree(self._folder, folder)
        made = Notebook(folder, clock)
        set_owner(
            made.workstation.notebook,
            natural_id("organisation", organisation),
            last_name=last_name,
            first_name=first_name,
            prefix=prefix,
        )
        return made
