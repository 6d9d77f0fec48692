"""Reads the string literals of a module and finds what French typography does not allow.

Only strings that look French are judged: two French words, or an accent, or a guillemet. Docstrings, regular
expressions, log lines and format codes are left out. The parts of an f-string are read together, each
expression standing for one character (``HOLE``). A line that must keep raw text says ``# raw text``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NBSP, NARROW, HOLE = "\u00a0", "\u202f", "\ufffc"
RAW = "# raw text"
_NAMED = {"NBSP": NBSP, "NNBSP": NARROW}
"""Spaces written by name in f-strings (app.rules.french)."""

_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŒœ]+")
_FRENCH_WORDS = frozenset(
    _WORD.findall(
        "le la les un une des du de au aux et ou où est sont pour avec dans sur par pas ne en ce cet cette ces se son "
        "sa ses qui que dont votre vos vous il elle ils elles être avoir fait sans sous vers chez entre plus moins "
        "aucun aucune déjà encore depuis jusqu lors été nouveau nouvelle heures heure visite carnet lot marché contrat "
        "entreprise bénéficiaire personne mois jour jours date nom prénom adresse téléphone ouvrir fermer saisir "
        "imprimer ajouter supprimer modifier enregistrer annuler choisir afficher chercher"
    )
)
_ACCENT = re.compile(r"[àâçéèêëîïôùûœÀÂÇÉÈÊËÎÏÔÙÛŒ«»’]")
_SPACED = re.compile(r"[a-zà-ÿ] [:;!?](?=\s|$)")
"""A space before a colon: no other language of this repository does that."""
_CODE = re.compile(
    r"\bSELECT\b|\bINSERT\b|\bUPDATE\b|\bDELETE\b|\bCREATE\b|\bPRAGMA\b|\bWHERE\b|\(\?[:=!<P]|\\[dwsb]|[{};]\s*\n|</?\w+[^>]*=|;base64,"
)

LETTER = r"[A-Za-zÀ-ÖØ-öø-ÿŒœ]"
BEFORE = rf"[\w»)\]{HOLE}’.…%]"
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("apostrophe droite (attendu : ’)", re.compile(rf"(?<={LETTER})'(?={LETTER}|{HOLE})")),
    ("guillemets droits (attendu : « »)", re.compile(rf'(?<![\w=])"{LETTER}[^"<>=]*"')),
    ("« sans espace insécable", re.compile(rf"«(?![{NBSP}{NARROW}])")),
    ("» sans espace insécable", re.compile(rf"(?<![{NBSP}{NARROW}])»")),
    ("deux-points sans espace insécable", re.compile(rf"(?:{BEFORE} ?| ):(?=[\s{HOLE}]|$)(?!\S*//)")),
    ("; ! ou ? sans espace fine insécable", re.compile(rf"(?:{BEFORE} ?|[{NBSP}]| )[;!?](?=[\s»{NBSP}{NARROW}]|$)")),
    ("% ou € sans espace insécable", re.compile(rf"[\d{HOLE}] [%€]")),
    ("points de suspension en trois points (attendu : …)", re.compile(r"(?<=\w)\.\.\.")),
    ("point d’exclamation", re.compile(rf"(?<=[\w{NBSP}{NARROW}])!(?=\s|$)")),
    (
        "majuscule sans accent",
        re.compile(
            r"\b(?:Etat|Evaluation|Etape|Ecart|Ecran|Equipe|Echec|Echéance|Eligib\w*|Etablissement|Elément|Energie|"
            r"Ecrire|Etablir|Etiquette|Evénement|"
            r"A(?= (?:jour|faire|vérifier|venir|relire|signer|transmettre|propos)))\b"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One offender: where, which rule, which text."""

    line: int
    rule: str
    text: str


def looks_french(text: str) -> bool:
    """Whether a string is French prose or a French label, and not code."""
    if _CODE.search(text) or not re.search(LETTER + r"{2}", text):
        return False
    if _ACCENT.search(text) or _SPACED.search(text):
        return True
    words = [word.lower() for word in _WORD.findall(text)]
    return sum(word in _FRENCH_WORDS for word in words) >= (1 if len(words) <= 3 else 2)


def faults_of(text: str) -> Iterator[tuple[str, str]]:
    """(rule, the few characters around) of every fault of one string."""
    if not looks_french(text):
        return
    for rule, pattern in _RULES:
        for found in pattern.finditer(text):
            around = text[max(0, found.start() - 12) : found.end() + 12]
            yield rule, around.replace(HOLE, "{}").replace("\n", " ")


def read(source: str) -> list[Fault]:
    """The faults of a module's source."""
    lines = source.splitlines()
    return [
        Fault(line, rule, around)
        for line, text in _strings(ast.parse(source))
        if RAW not in lines[line - 1]
        for rule, around in faults_of(text)
    ]


def read_file(path: Path) -> list[Fault]:
    return read(path.read_text(encoding="utf-8"))


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(_part(value) for value in node.values)
            pending.extend(value.value for value in node.values if isinstance(value, ast.FormattedValue))
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield node.lineno, node.value
        elif not _left_out(node):
            pending.extend(ast.iter_child_nodes(node))


def _part(value: ast.expr) -> str:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    inner = value.value if isinstance(value, ast.FormattedValue) else value
    known = inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "")
    return _NAMED.get(known, HOLE)


def _left_out(node: ast.AST) -> bool:
    """Docstrings and free-standing strings, regular expressions, log lines, words to search by."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.keyword):
        return node.arg == "keywords"  # what is typed to find a command, never shown
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        return isinstance(owner, ast.Name) and owner.id in ("re", "log", "logger", "logging", "_log")
    return False
