"""A notebook that holds the reference data and one site of six people, made once and copied for each test."""

from __future__ import annotations

import atexit
import pickle
import shutil
import tempfile
from pathlib import Path

from app.clock import FrozenClock, natural_id
from app.models.choices import Role
from app.models.network import Organisation
from app.paths import resources
from app.store import inbox
from app.store.notebook import Notebook
from app.store.reference import load_reference, read_entries
from app.store.unit import writing
from tests.factories import KEY, NOW, Site, open_fresh_notebook, site_with_people

_MADE: dict[str, tuple[Path, bytes]] = {}


class _LateClock(FrozenClock):
    """Ids that do not meet those of the situation itself."""

    def __init__(self) -> None:
        super().__init__(NOW)
        for _ in range(10_000):
            self.new_id()


def open_situation(folder: Path, *, people: int = 6) -> tuple[Notebook, Site]:
    """A copy of the situation, signed in as Nadia; the caller closes it."""
    key = str(people)
    if key not in _MADE:
        home = Path(tempfile.mkdtemp(prefix="inclusiv-people-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        notebook = open_fresh_notebook(home, FrozenClock(NOW))
        load_reference(notebook, read_entries(resources() / "reference" / "charters"))
        site = site_with_people(notebook, people) if people else Site()
        notebook.set_control("prefix", "NO")
        notebook.close()
        _MADE[key] = (home, pickle.dumps(site))
    home, packed = _MADE[key]
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(home / "notebook.db", folder / "notebook.db")
    notebook = Notebook.open(folder, KEY, _LateClock())
    notebook.organisation_id = natural_id("organisation", "demo_plie")
    notebook.actor_id = natural_id("facilitator", "nadia")
    notebook.role = Role.FACILITATOR
    return notebook, pickle.loads(packed)


def join_network(notebook: Notebook) -> str:
    """The notebook has received from its network’s server, where there is one other structure; answers its id."""
    inbox.move_cursors(notebook.raw, {"network": ["e", 1, "", "", "t"]})
    (network,) = notebook.raw.execute(
        "SELECT network_id FROM organisation WHERE id = ?", (notebook.organisation_id,)
    ).fetchone()
    with writing(notebook, "réseau") as unit:
        return unit.insert(Organisation, {"network_id": network, "code": "voisine", "name": "PLIE voisin"})
