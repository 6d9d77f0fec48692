"""A command line in French: arguments, help, refusals, the answer, the exit codes. The application's and the server's.

``--json`` prints exactly one JSON value on standard output; errors go to standard error. Exit codes: 0 done, 2 bad
input (arguments, file, passphrase), 1 a failure (disk, damaged file, findings of a check).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

OK, FAILURE, BAD_INPUT = 0, 1, 2

Run = Callable[[argparse.Namespace], int]


class _Formatter(argparse.HelpFormatter):
    """« utilisation », not « usage »."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "utilisation\u00a0: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """Helps in French, and says what is wrong in French with exit code 2."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, add_help=False, formatter_class=_Formatter)
        self._positionals.title = "à donner"
        self._optionals.title = "options"
        self.add_argument("-h", "--help", action="help", help="afficher cette aide")

    def error(self, message: str) -> Any:
        for english, french in _FRENCH:
            message = message.replace(english, french)
        print(f"{message}\n{self.format_usage().rstrip()}", file=sys.stderr)
        raise SystemExit(BAD_INPUT)


_FRENCH = (
    ("the following arguments are required:", "il manque\u00a0:"),
    ("unrecognized arguments:", "argument inconnu\u00a0:"),
    ("invalid choice:", "choix impossible\u00a0:"),
    ("(choose from", "(choisir parmi"),
    ("expected one argument", "une valeur est attendue"),
    ("expected at least one argument", "une valeur est attendue"),
    ("not allowed with argument", "incompatible avec"),
    ("one of the arguments", "il manque l’un de"),
    ("is required", ""),
    ("invalid int value:", "un nombre entier est attendu\u00a0:"),
)


class Verbs:
    """The verbs of one level: ``inclusiv list``, or under a word, ``inclusiv hours read``."""

    def __init__(self, parser: Parser) -> None:
        self._parsers = parser.add_subparsers(title="commandes", metavar="COMMANDE", required=True)

    def verb(
        self, name: str, text: str, run: Run, *, more: str = "", folder: bool = True, answers: bool = True
    ) -> Parser:
        """Add a verb. ``more`` lengthens its own help; ``--data-dir`` and ``--json`` unless told otherwise."""
        made: Parser = self._parsers.add_parser(name, help=text, description=f"{text} {more}".rstrip())
        made.set_defaults(run=run)
        if folder:
            made.add_argument("--data-dir", type=Path, metavar="DOSSIER", help="dossier du carnet")
        if answers:
            made.add_argument("--json", action="store_true", help="répondre par une valeur JSON")
        return made

    def word(self, name: str, text: str) -> Verbs:
        """A word that holds verbs."""
        return Verbs(self._parsers.add_parser(name, help=text, description=text))


def print_json(value: Any) -> None:
    """The one JSON value of a verb, on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
