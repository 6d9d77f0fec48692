"""``python -m benchmarks.erasure [--scale N] [--people N]``: erase thousands of people, then look for them everywhere.

Every person gets a name that nobody else bears, written in the file, in attendances, in a note and in a draft; figures
are taken before and after; the decrypted bytes of the notebook and of a copy made afterwards are searched. Exit code 1
when a figure changed or a name is found.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import tempfile
import time
from pathlib import Path

from app.bootstrap import DEMONSTRATION_PASSPHRASE
from app.models.beneficiaries import Beneficiary, FollowUpNote
from app.models.visits import Attendance
from app.store.backup import make_backup
from app.store.checks import check_all
from app.store.drafts import keep_draft
from app.store.notebook import Notebook
from app.store.unit import writing
from benchmarks.notebooks import folder, workstation
from tests.privacy.decrypted import decrypted
from tests.privacy.test_retention import figures

LAST, FIRST = "ZORGLUB", "Quetzal"


def _letters(rank: int) -> str:
    return "".join(chr(65 + int(digit)) for digit in f"{rank:06d}")


def name_all(notebook: Notebook, ids: list[str]) -> None:
    """Unique names, everywhere a name may be written."""
    met: dict[str, list[str]] = {}
    for row, person in notebook.raw.execute("SELECT id, beneficiary_id FROM attendance WHERE beneficiary_id <> ''"):
        met.setdefault(person, []).append(row)
    for start in range(0, len(ids), 500):
        with writing(notebook, "noms uniques") as unit:
            for rank, one in enumerate(ids[start : start + 500], start):
                last, first = f"{LAST}{_letters(rank)}", f"{FIRST}{_letters(rank).lower()}"
                unit.update(Beneficiary, one, {"last_name": last, "first_name": first, "address": f"1 rue {last}"})
                for row in met.get(one, []):
                    unit.update(Attendance, row, {"last_name": last, "first_name": first})
                other = ids[(rank + 1) % len(ids)]
                for person in (one, other):
                    words = f"{first} {last} a rappelé"
                    unit.insert(
                        FollowUpNote, {"beneficiary_id": person, "noted_on": dt.date(2026, 11, 2), "text": words}
                    )
    for rank, one in enumerate(ids[:50]):
        keep_draft(notebook, f"beneficiary/{one}/note", f"Note sur {FIRST}", f"{LAST}{_letters(rank)} à rappeler")


def main() -> int:
    """Make, erase, compare, search."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=int, default=10)
    parser.add_argument("--people", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inclusiv-efface-") as place:
        copy = Path(place) / "carnet"
        shutil.copytree(folder(given.scale), copy, ignore=shutil.ignore_patterns("*.lock"))
        desk = workstation(copy)
        desk.account.unlock(DEMONSTRATION_PASSPHRASE)
        notebook = desk.notebook
        own = notebook.organisation_id
        query = "SELECT id FROM beneficiary WHERE organisation_id = ? AND anonymised_on IS NULL ORDER BY id LIMIT ?"
        ids = [one for (one,) in notebook.raw.execute(query, (own, given.people))]
        name_all(notebook, ids)
        before = figures(notebook)
        began = time.perf_counter()
        done = desk.services.privacy.anonymise(ids, "mesure")
        took = time.perf_counter() - began
        after = figures(notebook)
        changed = [name for name in before if before[name] != after[name]]
        made = make_backup(notebook.raw, desk.account.key, Path(place) / "copies", desk.clock)
        notebook.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found, size = [], 0
        for path in (copy / "notebook.db", made.path):
            plain = decrypted(path, bytes(desk.account.key)).lower()
            size += len(plain)
            found += [f"{one} in {path.name}" for one in (LAST, FIRST) if one.lower().encode() in plain]
        damage = check_all(notebook)
        desk.account.close()
    print(
        f"{done.people} people erased in {took:.1f} s; {len(before)} sets of figures, {len(changed)} changed {changed}"
    )
    print(f"{size / 1e6:.0f} MB decrypted bytes of the notebook and of a later copy: {len(found)} names found {found}")
    print(f"checks of the notebook: {len(damage)} problem(s)")
    return 1 if changed or found or damage else 0


if __name__ == "__main__":
    raise SystemExit(main())
