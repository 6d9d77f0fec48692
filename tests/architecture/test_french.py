"""The French on screen and paper is typeset as French."""

from __future__ import annotations

import json

import pytest

from tests.architecture.source import ROOT, modules, name
from tests.architecture.typography import faults_of, looks_french, read, read_file

CLEAN = [
    "Le carnet n’a pas été ouvert. Vos saisies sont en sécurité.",
    "Nom\u00a0:",
    "Voulez-vous supprimer «\u00a0{}\u00a0»\u202f?",
    "Heures dues\u00a0: 1\u202f820,50\u202fh\u202f; restantes\u00a0: 320\u202fh",
    "À 14 h 05, le lot 3 est à 45\u00a0%",
    "SELECT nom FROM personne WHERE l'heure = ?",
    "color: red; background: white;",
    "un chemin : C:\\dossier".replace(" :", "\u00a0:"),
    "couleur=#0B4A5E;largeur=3",
    "what happened: nothing; really?",
]
OFFENDERS = [
    ("L'entreprise n’a pas répondu", "apostrophe droite"),
    ("Le lot «Peinture» est terminé", "« sans espace"),
    ("Le lot « Peinture\u00a0» est terminé", "« sans espace"),
    ("Nom : MARTIN, prénom Julie", "deux-points"),
    ("Nom:", "deux-points"),
    ("Dossier :", "deux-points"),
    ("Heures restantes:", "deux-points"),
    ("Voulez-vous supprimer la visite ?", "; ! ou ?"),
    ("Voulez-vous supprimer la visite?", "; ! ou ?"),
    ("Voulez-vous supprimer la visite\u00a0?", "; ! ou ?"),
    ("Le lot est terminé ; la visite est signée", "; ! ou ?"),
    ("La visite est signée\u202f!", "point d’exclamation"),
    ("Chargement de la visite...", "points de suspension"),
    ("45 % des heures sont faites", "% ou €"),
    ("Etat de la visite", "majuscule sans accent"),
    ("A faire dans la semaine", "majuscule sans accent"),
    ('Le lot "Peinture" est terminé', "guillemets droits"),
]


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_passes(text: str) -> None:
    assert list(faults_of(text)) == []


@pytest.mark.parametrize(("text", "rule"), OFFENDERS)
def test_each_fault_is_found(text: str, rule: str) -> None:
    assert any(found.startswith(rule) for found, _ in faults_of(text)), looks_french(text)


def test_strings_are_read_and_the_rest_is_not() -> None:
    source = '''
"""Docstring : l'accent n'est pas jugé ici !"""
import re, logging
log = logging.getLogger("x")
PATTERN = re.compile("l'heure : (.*) ?")
log.info("l'heure de la visite : %s", 3)
def f(n):
    return f"Il reste {n} heures à l'entreprise"
RAW = "l'accent du fichier"  # raw text
def g(n):
    return f"Il reste{NBSP}: {n} heures{french.NNBSP}; le lot {n}: est terminé"
'''
    apostrophe, colon = sorted(read(source), key=lambda fault: fault.line)
    assert (apostrophe.line, apostrophe.rule.split()[0]) == (8, "apostrophe")
    assert (colon.line, colon.rule.split()[0]) == (11, "deux-points")


def test_no_fault_in_the_application() -> None:
    faults = [
        f"{name(path)}:{fault.line} {fault.rule} — {fault.text!r}"
        for path in modules("app", "server")
        for fault in read_file(path)
    ]
    assert faults == [], "\n" + "\n".join(faults)


def test_no_fault_in_the_shipped_labels() -> None:
    faults = [
        f"{path.name} {entry['code']}: {rule} — {around!r}"
        for path in sorted((ROOT / "resources" / "reference" / "charters").glob("*.json"))
        for entry in json.loads(path.read_text(encoding="utf-8"))
        for text in (entry["label"], entry["source"])
        for rule, around in faults_of(text)
    ]
    assert faults == [], "\n" + "\n".join(faults)
