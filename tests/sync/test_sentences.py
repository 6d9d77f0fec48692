"""Every sentence of the exchange: French, in three parts, without a technical word (PRODUCT.md AC 13, AC 38)."""

from __future__ import annotations

import ast
import datetime as dt
import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from app.sync import card_words, command, journal_words, sentences
from app.sync.state import (
    ExchangeState,
    HeldReason,
    JournalKind,
    JournalLine,
    Problem,
    Progress,
    Stage,
    SyncReport,
    Verification,
    VerifiedTable,
)
from tests.ui.sync.desk import NOW, deleted_card, held_card, hours_card, journal, phone_card

FORBIDDEN = re.compile(
    r"\b(conflits?|fusion\w*|version distante|uuid|jetons?|token|push|pull|batch|curseurs?|hash|empreintes?|json|http|"
    r"api|tls|ssl|sql\w*|base de données|identifiants? technique\w*|url|cache|protocoles?|schémas?|epoch|époques?|"
    r"requêtes?|exceptions?|time-?out|dns|ip|proxy|portail|paquets?|octets?|client|backend|host|localhost|"
    r"authentification|enrôl\w*|certificats?|chiffrement|synchro failed|error|erreur \d+|merge|upload|download|device|"
    r"record|server)\b"
    r"|\bclés?\b(?! USB)",
    re.IGNORECASE,
)
KEY_OF_USB = re.compile(r"\b(?:la|une|autre|cette) clé\b", re.IGNORECASE)
"""« la clé », « une autre clé »: the USB key of the safety copy, once it has been named."""

_APP = Path(sentences.__file__).resolve().parent.parent


def faults(text: str) -> list[str]:
    """The technical words of a sentence."""
    return [found[0] for found in FORBIDDEN.finditer(KEY_OF_USB.sub("la clé USB", text))]


def texts_of(path: Path) -> list[tuple[int, str]]:
    """Every literal of a module that a person may read: French words, docstrings left out."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    lone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)} | docs
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in lone
        and (" " in node.value.strip() or "\u00a0" in node.value)
    ]


MODULES = [
    *sorted((_APP / "ui" / "sync").glob("*.py")),
    *(
        _APP / "sync" / name
        for name in ("sentences.py", "card_words.py", "journal_words.py", "service.py", "conflicts.py", "held.py")
    ),
    _APP / "ui" / "shell" / "copy_step.py",
    _APP / "ui" / "shell" / "withdrawn.py",
    _APP / "account" / "safety_copy.py",
]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_technical_word_is_written(module):
    found = [f"{line}: {faults(text)} in {text!r}" for line, text in texts_of(module) if faults(text)]
    sql = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE)\b")
    assert not [one for one in found if not sql.search(one)]


def test_the_guard_sees_a_technical_word():
    assert faults("Un conflit de fusion sur la clé primaire")
    assert faults("Le token a expiré")
    assert not faults("Posez-la sur une clé USB, puis retirez la clé.")


# --- problems ------------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", [one for one in Problem if one is not Problem.NONE])
def test_each_problem_is_told_in_three_parts(problem):
    told = sentences.problem_told(problem, 7)
    assert told is not None
    for part in (told.happened, told.safe, told.todo):
        assert part.endswith(".")
        assert not faults(part)
    if problem is not Problem.REVOKED:
        assert "7\u00a0modifications sont gardées" in told.safe


def test_no_problem_is_not_told():
    assert sentences.problem_told(Problem.NONE) is None


# --- the indicator -------------------------------------------------------------------------------

YESTERDAY = dt.datetime(2026, 11, 21, 16, 42, tzinfo=dt.UTC)
KNOWN = ExchangeState(enrolled=True, last_success=YESTERDAY)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (replace(KNOWN, last_success=NOW), "Tout est envoyé · 10 h 42"),
        (replace(KNOWN, unsent=7), "7 modifications à envoyer · synchro hier 17 h 42"),
        (replace(KNOWN, unsent=1), "1 modification à envoyer · synchro hier 17 h 42"),
        (replace(KNOWN, unsent=7, problem=Problem.OFFLINE), "Hors connexion · 7 modifications gardées ici"),
        (replace(KNOWN, problem=Problem.OFFLINE), "Hors connexion · tout est gardé ici"),
        (replace(KNOWN, held=1), "1 élément refusé — voir"),
        (replace(KNOWN, problem=Problem.PORTAL), "Connecté, serveur introuvable"),
        (replace(KNOWN, problem=Problem.UNPROVEN), "Connecté, serveur non reconnu"),
        (replace(KNOWN, to_review=2), "2 fiches à relire"),
        (ExchangeState(unsent=7), "Hors connexion · 7 modifications gardées ici"),
    ],
)
def test_the_states_of_the_indicator(state, said):
    assert sentences.indicator(state, NOW).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (None, "Connexion…"),
        (Progress(Stage.SENDING, 3, 7), "Envoi… 3/7"),
        (Progress(Stage.PHOTOS, 12, 14), "Photos… 12/14"),
        (Progress(Stage.RECEIVING, 340), "Réception… 340"),
    ],
)
def test_a_session_says_how_far_it_is(progress, said):
    assert sentences.indicator(replace(KNOWN, running=True), NOW, progress) == said


def test_what_is_sent_says_how_many_photos_are_there_already():
    state = replace(KNOWN, running=True, photos_done=12, photos_total=14)
    assert sentences.indicator(state, NOW, Progress(Stage.SENDING, 3, 7)) == "Envoi… 3/7, photos 12/14"


def test_photos_that_are_not_at_both_places_are_counted():
    assert sentences.photos_words(12, 14).replace("\u00a0", " ") == "Photos et documents : 12 échangés sur 14."
    assert sentences.photos_words(14, 14) == ""


def test_a_first_reception_says_that_one_may_work_meanwhile():
    said = sentences.bar_words(Progress(Stage.RECEIVING, 34_120, 100_000), first=True)
    assert said.endswith("sur 100\u202f000. Vous pouvez travailler pendant ce temps.")
    assert sentences.bar_words(None, first=False) == "Connexion…"


def test_every_combination_says_something_without_technical_word():
    for problem, unsent, held, review, running, enrolled in product(
        Problem, (0, 1, 7), (0, 2), (0, 1), (False, True), (False, True)
    ):
        state = ExchangeState(
            enrolled=enrolled, unsent=unsent, held=held, to_review=review, problem=problem, running=running
        )
        said = sentences.indicator(state, NOW)
        assert said
        assert not faults(said)
        assert not faults(sentences.answer(SyncReport(problem=problem, state=state), NOW))


@pytest.mark.parametrize(
    ("offset", "said"),
    [
        (0, ""),
        (600, ""),
        (1500, "avance de 25 minutes"),
        (-7300, "retarde de 2 heures"),
    ],
)
def test_a_wrong_clock_is_told_above_ten_minutes(offset, said):
    assert said in sentences.clock_words(offset).replace("\u00a0", " ")
    assert bool(sentences.clock_words(offset)) == bool(said)


def test_a_coordinator_is_told_which_structures_are_late():
    day = dt.timedelta(days=1)
    seen = (("Ville d’Évry", NOW - 6 * day), ("PLIE N-E", NOW), ("PLIE S-E", NOW - day), ("MIVE", NOW - 9 * day))
    said = sentences.structures_words(replace(KNOWN, structures=seen), NOW).replace("\u00a0", " ")
    assert said == (
        "2 structures à jour. Sans nouvelles depuis 9 jours : MIVE (le 13/11 à 10 h 42). "
        "Sans nouvelles depuis 6 jours : Ville d’Évry (le 16/11 à 10 h 42)."
    )
    assert not faults(said)
    assert sentences.structures_words(KNOWN, NOW) == ""


def test_what_f5_answers():
    state = ExchangeState(enrolled=True)
    assert sentences.answer(SyncReport(state=state), NOW).startswith("Tout est à jour.")
    report = SyncReport(pushed=3, pulled=4, photos=2, held=1, conflicts=2, state=state)
    assert sentences.answer(report, NOW).replace("\u00a0", " ") == (
        "3 fiches envoyées, 1 fiche reçue, 2 photos. 1 élément refusé à voir. 2 fiches à relire."
    )
    offline = SyncReport(problem=Problem.OFFLINE, state=replace(KNOWN, unsent=2))
    assert sentences.answer(offline, NOW).replace("\u00a0", " ").endswith("Dernière synchronisation hier 17 h 42.")


# --- journal, cards, check -----------------------------------------------------------------------


def test_the_journal_speaks():
    said = [
        "".join(piece.text for piece in sentence).replace("\u00a0", " ")
        for line in journal()
        for sentence in journal_words.journal_lines(line)
    ]
    assert said[0] == "3 visites et 12 relevés envoyés à 10 h 42."
    assert said[2:6] == [
        "À 10 h 42, Karim Benali a modifié Fiche de Julie MARTIN (Téléphone).",
        "À 10 h 42, Karim Benali a ajouté 4 éléments.",
        "À 10 h 42, PLIE Nord-Essonne a modifié 9 entreprises (Bâti-Sud 91, Maçonnerie du Val et 7 autres).",
        "2 bénéficiaires, 34 lignes d’heures et 5 autres éléments reçus à 17 h 42.",
    ]
    assert not [one for one in said if faults(one)]


@pytest.mark.parametrize("kind", JournalKind)
def test_every_line_of_the_journal_is_a_sentence(kind):
    for counts in ((), (("beneficiary", 1),), (("visit", 2), ("attendance", 40))):
        said = journal_words.journal_sentence(JournalLine(NOW, kind, counts, Problem.UNREACHABLE))
        assert said.endswith(".")
        assert said[0].isupper() or said[0].isdigit() or not counts
        assert not faults(said)


def test_two_phones_can_both_be_kept():
    words = card_words.review_words(phone_card())
    assert words.heading == "Fiche de Julie MARTIN — Téléphone"
    assert [one.replace("\u00a0", " ") for one in (words.mine.who, words.mine.value, words.mine.at)] == [
        "Vous avez noté",
        "06 39 98 12 34",
        "le 19/11/2026 à 14 h 30",
    ]
    assert words.theirs.who == "Karim B. (PLIE N-E)"
    assert (words.keep_mine, words.keep_theirs, words.keep_both) == (
        "Garder le mien",
        "Garder le sien",
        "Garder les deux",
    )
    assert words.before.replace("\u00a0", " ") == "Avant : 06 39 98 00 00"


def test_hours_are_asked_from_the_paper():
    words = card_words.review_words(hours_card())
    assert words.question.replace("\u00a0", " ").replace("\u202f", " ") == (
        "Deux relevés différents pour novembre : 140 h et 104 h. Lequel est sur le papier ?"
    )
    assert words.keep_mine.replace("\u00a0", " ") == "140 h est sur le papier"
    assert words.keep_both == ""


def test_a_deletion_against_a_change_is_asked_plainly():
    words = card_words.review_words(deleted_card())
    assert (words.keep_mine, words.keep_theirs) == ("Garder la fiche", "Mettre à la corbeille")


@pytest.mark.parametrize("reason", HeldReason)
def test_what_was_refused_says_why_what_is_safe_and_what_to_do(reason):
    said = card_words.held_sentence(replace(held_card(), reason=reason))
    assert "gardée ici" in said
    assert not faults(said)
    assert len(re.findall(r"\.(?:\s|$)", said)) >= 3


def test_what_verifier_answers():
    same = Verification(NOW, (VerifiedTable("org", "visit", 5, 5, True), VerifiedTable("net", "company", 7, 7, True)))
    assert "exactement la même chose\u00a0: 12\u00a0fiches comparées" in sentences.verification_sentence(same)
    assert [line[0] for line in sentences.verification_lines(same)] == ["Entreprises", "Visites"]
    differs = replace(same, tables=(VerifiedTable("org", "visit", 5, 6, False),))
    assert "diffèrent encore" in sentences.verification_sentence(differs)
    assert sentences.verification_lines(differs)[0] == ("Visites", "5", "6", "différent")
    mended = sentences.verification_sentence(replace(same, mended=True))
    assert "reçues de nouveau" in mended
    assert "exactement la même chose" in mended
    assert "diffèrent encore" in sentences.verification_sentence(replace(differs, mended=True))
    assert sentences.verification_sentence(replace(same, problem=Problem.PORTAL)).startswith(
        "Rien n’a pu être comparé."
    )
    for one in (same, differs, replace(same, problem=Problem.PORTAL), replace(same, unsent=2)):
        assert not faults(sentences.verification_sentence(one))


def test_what_differs_is_read_first():
    tables = (VerifiedTable("net", "company", 7, 7, True), VerifiedTable("org", "visit", 5, 6, False))
    assert [line[0] for line in sentences.verification_lines(Verification(NOW, tables))] == ["Visites", "Entreprises"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (KNOWN, "Rien à faire : l’échange se fait seul dès que le réseau est là."),
        (replace(KNOWN, unsent=7), "Rien à faire : l’échange se fait seul dès que le réseau est là."),
        (
            replace(KNOWN, unsent=7, problem=Problem.OFFLINE),
            "Dernière synchronisation hier 17 h 42. L’envoi reprendra seul dès que le réseau revient.",
        ),
        (
            replace(KNOWN, unsent=7, warns_at=YESTERDAY, ends_at=NOW + dt.timedelta(days=3)),
            "Dernière synchronisation hier 17 h 42.",
        ),
        (
            replace(KNOWN, unsent=2, to_review=1),
            "Dernière synchronisation hier 17 h 42. 2 modifications à envoyer.",
        ),
        (replace(KNOWN, unsent=2, problem=Problem.PORTAL), "Dernière synchronisation hier 17 h 42."),
        (
            ExchangeState(enrolled=True, running=True),
            "Première synchronisation : vous recevez les fiches de votre organisation.",
        ),
        (
            ExchangeState(enrolled=True, unsent=2),
            "Rien n’a encore été échangé avec votre réseau. Vos 2 modifications sont gardées sur cet ordinateur.",
        ),
    ],
)
def test_the_place_says_what_its_heading_does_not(state, said):
    assert sentences.place_words(state, NOW).replace("\u00a0", " ") == said


def test_the_command_line_says_no_problem_in_the_words_of_another() -> None:
    corner = {one: sentences.indicator(replace(KNOWN, problem=one), NOW) for one in command.PROBLEMS}
    for one, said in command.PROBLEMS.items():
        assert [other for other, words in corner.items() if words == said.rstrip(".") and other is not one] == []
