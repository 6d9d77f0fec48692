"""A program to be killed: loads everything once, then at each order forks a child that lives until it is killed.

Orders on standard input, one JSON array a line: [activity, folder, facts]. Answers on standard output, one JSON array a
line: ``pid``, ``ready``, ``begins`` (something leaves its field), ``kept`` (the program has said it is done), ``dead``.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

import app.bootstrap
import app.documents.service
import app.store.notebook
import app.ui.places
import app.ui.shell.window
import app.visits.service  # noqa: F401
from app.desktop import Desktop  # noqa: F401


def say(*words: object) -> None:
    """One answer, whole: a kill leaves no half line that matters."""
    os.write(1, (json.dumps(words) + "\n").encode())


def live(activity: str, folder: Path, facts: dict[str, str]) -> None:
    """Open the notebook in the real window, then do the same work for ever."""
    from app.clock import SystemClock
    from app.ui.application import set_up
    from tests.end2end.hands import Hands

    set_up(theme="light")
    hands = Hands(folder, SystemClock())  # type: ignore[arg-type]
    hands.unlock()
    acts = {"hours": type_hours, "visit": make_visit, "pdf": write_documents, "import": import_files}
    acts[activity](hands, folder, facts)


def type_hours(hands, folder: Path, facts: dict[str, str]) -> None:
    """Six lines of a month, again and again, other values each time."""
    page = hands.go("hours", facts["company"], facts["month"]).page
    hands.wait(lambda: page._model.grid is not None)
    lines = [row.id for row in page._model.grid.rows]
    say("ready")
    for turn in itertools.count(int(facts["turn"])):
        for row, line in enumerate(lines):
            value = 1 + (turn * 7 + row) % 150
            page.grid.setFocus()  # Enter on the last line goes to the total
            page.grid.select_line(line)
            say("begins", row, value * 100)
            hands.enter(str(value))
            say("kept", row, value * 100)


def make_visit(hands, folder: Path, facts: dict[str, str]) -> None:
    """Findings typed one after the other in a visit begun now."""
    visits = hands.services.visits
    visit = hands.tell(lambda: visits.start_visit(facts["lot"], facts["company"])).record_id
    page = hands.go("visits", visit).page
    hands.wait(lambda: page.model.sheet is not None)
    page.findings.entry.edit.setFocus()
    say("ready", visit)
    for turn in itertools.count(1):
        words = f"zzz constat {facts['turn']} {turn}"
        say("begins", visit, words)
        hands.enter(words)
        say("kept", visit, words)


def write_documents(hands, folder: Path, facts: dict[str, str]) -> None:
    """A document over the same file, then another beside it, for ever."""
    from app import durable

    say("ready")
    for turn in itertools.count(1):
        data, _name = hands.ask(lambda: hands.services.documents.make("followup", facts["person"], "person"))
        path = folder.parent / f"fiche-{turn % 3}.pdf"
        say("begins", path.name)
        hands.desktop.executors.io(lambda path=path, data=data: durable.write(path, data)).result()
        say("kept", path.name)


def import_files(hands, folder: Path, facts: dict[str, str]) -> None:
    """A company's file dropped and saved, again and again: everybody has the same hours, others each time."""
    from app.ui.imports.viewmodel import Step

    path = folder.parent / "releve.csv"
    grid = hands.ask(lambda: hands.services.hours.open_month(facts["company"], facts["month"]))
    names = [(row.last_name, row.first_name) for row in grid.rows]
    year, month = facts["month"].split("-")
    say("ready")
    for turn in itertools.count(int(facts["turn"])):
        value = 1 + (turn * 7) % 150
        lines = [f"{last};{first};{month}/{year};{value}" for last, first in names]
        path.write_text("\n".join(["Entreprise : Bâti-Sud 91", "Nom;Prénom;Mois;Heures", *lines]), encoding="utf-8")
        hands.drop(path)
        model = hands.view("hours").importing.model
        hands.wait(lambda model=model: model.step is Step.REVIEW and model.review is not None)
        hands.settle()
        say("begins", value * 100)
        hands.press("Ctrl+Return")
        say("kept", value * 100)


def main() -> None:
    """Fork a child at each order and tell when it is dead."""
    say("loaded")
    for line in sys.stdin:
        activity, folder, facts = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                live(activity, Path(folder), facts)
            except BaseException:
                import traceback

                traceback.print_exc()
            os._exit(1)
        say("pid", child)
        _, status = os.waitpid(child, 0)
        say("dead", status)


if __name__ == "__main__":
    main()
