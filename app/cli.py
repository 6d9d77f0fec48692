"""The command line: every verb that needs no window, and the door to the window.

The verbs are declared by ``app.verbs``. Modules are loaded by the verb that uses them: the window's first paint waits
for none.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.command_line import Parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; answers the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("--data-dir", "--demo", "--quit"):
        return _window(given)
    from app.command_line import BAD_INPUT, FAILURE, OK
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


def _parser() -> Parser:
    from app.command_line import Parser, Verbs
    from app.verbs import exchange, notebooks, privacy, records, statements

    top = Parser(prog="inclusiv", description="Carnet de terrain des clauses sociales d’insertion.")
    verbs = Verbs(top)
    verbs.verb(
        "open",
        "Ouvrir la fenêtre.",
        lambda parsed: _window(["--data-dir", str(parsed.data_dir)] if parsed.data_dir else []),
        answers=False,
    )
    for subject in (notebooks, records, statements, exchange, privacy):
        subject.declare(verbs)
    return top
