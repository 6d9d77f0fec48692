"""Run the frozen application where there is no Python: it must start, keep a notebook, print and read.

Usage: python build/smoke_test.py [FOLDER]      (``dist/inclusiv`` when omitted; ``./dev bundle`` calls it)

Standard library only. Each command runs in a new empty folder with an environment that holds nothing of this
machine's (no PATH, no HOME but the new folder), without a screen. Exit codes and outputs are compared with what
the command line promises, and standard error must stay empty. Prints one line per command, exits 1 at the first
promise broken.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = os.name == "nt"
SECONDS = 180
HARMLESS = "This plugin does not support propagateSizeHints()"
"""What Qt's platform without a screen says of itself."""
SHEET = """Entreprise;Nom;Prénom;Mois;Heures
Bâti-Sud 91;LEFÈVRE;Éloïse;10/2026;151,67
Bâti-Sud 91;KÉÏTA;Ibrahim;10/2026;140,5
"""


class Broken(Exception):
    """A promise of the command line is not held; the message says which."""


class Bundle:
    """The frozen programs, run from ``home`` in an empty environment."""

    def __init__(self, folder: Path, home: Path) -> None:
        suffix = ".exe" if WINDOWS else ""
        self.window = folder / f"inclusiv{suffix}"
        console = folder / f"inclusiv-cli{suffix}"
        self.console = console if console.exists() else self.window
        self.home = home
        if not self.window.exists():
            raise Broken(f"no bundle in {folder}: run ./dev bundle")

    def environment(self) -> dict[str, str]:
        kept = {"SYSTEMROOT", "TEMP", "TMP"} if WINDOWS else set()
        home = str(self.home)
        # without a UTF-8 locale Qt warns on standard error: every desktop session has one
        own = {"HOME": home, "PATH": "", "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
        if WINDOWS:
            own |= {"APPDATA": home, "LOCALAPPDATA": home, "USERPROFILE": home}
        return {name: os.environ[name] for name in kept if name in os.environ} | own

    def run(self, *arguments: str | Path, code: int = 0, window: bool = False, **more: str) -> str:
        """Standard output of one command, which must answer ``code`` and be silent on standard error if it is 0."""
        command = [str(self.window if window else self.console), *map(str, arguments)]
        shown = " ".join(["inclusiv", *map(str, arguments)]).replace(str(self.home), "…")
        started = time.perf_counter()
        done = subprocess.run(
            command, cwd=self.home, env={**self.environment(), **more}, capture_output=True, timeout=SECONDS
        )
        output, errors = (text.decode("utf-8") for text in (done.stdout, done.stderr))
        heard = [line for line in errors.splitlines() if line.strip() and line.strip() != HARMLESS]
        if done.returncode != code:
            raise Broken(f"{shown}\n  exit code {done.returncode}, expected {code}\n{output}{errors}")
        if code == 0 and heard:
            raise Broken(f"{shown}\n  not silent on standard error:\n{errors}")
        if code and (len(heard) == 0 or "Traceback" in errors):
            raise Broken(f"{shown}\n  exit code {code} without its sentence:\n{errors}")
        print(f"  {time.perf_counter() - started:5.1f} s  {shown}", flush=True)
        return output

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        """The one JSON value of a command."""
        return json.loads(self.run(*arguments, "--json", code=code))


def expect(held: bool, promise: str) -> None:
    if not held:
        raise Broken(promise)


def sizing(bundle: Bundle) -> None:
    answer = bundle.json(
        *("size", "--amount", "1000000", "--labour-share", "50", "--effort-rate", "5", "--hourly-cost", "30")
    )
    expect(answer["computed_hours"] == "833.33", f"833.33 computed hours, not {answer['computed_hours']}")
    bundle.run("size", "--amount", "1000000", code=2)


def notebook(bundle: Bundle) -> None:
    """A notebook is created (every migration runs), opened, checked, listed; another passphrase is refused."""
    folder = bundle.home / "carnet d’essai"
    made = bundle.json("demo", "--data-dir", folder)
    expect(made["rows"]["beneficiary"] > 0, "the demonstration has people")
    expect(bundle.json("check", "--data-dir", folder)["clean"], "the demonstration is consistent")
    for kind in ("operations", "companies", "beneficiaries", "statements", "visits"):
        expect(len(bundle.json("list", kind, "--data-dir", folder)) > 0, f"the demonstration has {kind}")
    refused = {"INCLUSIV_PASSPHRASE": "un autre mot de passe que le bon"}
    bundle.run("check", "--data-dir", folder, code=2, **refused)
    for one in folder.rglob("*.db*"):
        expect(not one.read_bytes().startswith(b"SQLite format"), f"{one.name} is encrypted")


def documents(bundle: Bundle) -> None:
    """A document of each kind, with its photos and its embedded fonts."""
    folder = bundle.home / "carnet d’essai"
    final = [one for one in bundle.json("list", "visits", "--data-dir", folder) if one["state"] == "final"]
    typed = [one for one in bundle.json("list", "statements", "--data-dir", folder) if one["state"] == "validated"]
    person = bundle.json("list", "beneficiaries", "--data-dir", folder)[0]
    for kind, record, recipient in (
        ("visit", final[0]["id"], "company"),
        ("statement", typed[0]["id"], "company"),
        ("followup", person["id"], "person"),
    ):
        out = bundle.home / f"{kind}.pdf"
        answer = bundle.json("document", kind, record, "--recipient", recipient, "--out", out, "--data-dir", folder)
        data = out.read_bytes()
        expect(answer["size"] == len(data), f"{out.name}: the size said is the size written")
        expect(data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF"), f"{out.name} is a whole PDF")
        expect(b"SourceSans3" in data, f"{out.name} embeds its font")


def timesheet(bundle: Bundle) -> None:
    """A company's file, read by the second process of the frozen program."""
    path = bundle.home / "relevé d’octobre.csv"
    path.write_text(SHEET, encoding="utf-8")
    answer = bundle.json("hours", "read", path)
    expect(answer["status"] != "error", "the file is read")
    expect("LEFÈVRE" in json.dumps(answer, ensure_ascii=False), "people of the file are found")


def window(bundle: Bundle) -> None:
    """The unlock screen is painted, with the plugins and the French of Qt, then the program ends."""
    bundle.run("--data-dir", bundle.home / "carnet d’essai", "--quit", window=True)
    bundle.run("--data-dir", bundle.home / "nouveau carnet", "--quit", window=True)


CHECKS: tuple[Callable[[Bundle], None], ...] = (sizing, notebook, documents, timesheet, window)


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else ROOT / "dist" / "inclusiv"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        try:
            bundle = Bundle(folder.resolve(), Path(home).resolve())
            size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file() and not one.is_symlink())
            print(f"{folder.name}: {size / 1e6:.0f} MB", flush=True)
            for check in CHECKS:
                print(check.__name__, flush=True)
                check(bundle)
        except Broken as promise:
            print(f"BROKEN: {promise}", file=sys.stderr)
            return 1
    print("The bundle holds its promises.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
