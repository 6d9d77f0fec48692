"""The table of every action and its keys: menus, palette, key sheet and tests are made from it.

Rules (PRODUCT.md §3.3): no single letter outside a focused row or card, no digit of the top row (except the
usual Ctrl+0, with its AZERTY twin Ctrl+À), never Ctrl+Alt (it is AltGr), none of ``[ ] { } / \\``.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from app.rules.french import fold


class Scope(enum.Enum):
    """Where the keys of an action work."""

    WINDOW = "Partout"
    PLACE = "Selon l’écran"
    TABLE = "Dans un tableau"
    VISIT = "Pendant une visite"
    ROW = "Sur une ligne ou une carte"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. ``keys`` in Qt's portable notation, the usual one first; ``keywords`` for the palette.

    ``target`` is the kind of record the action can be given in the palette (« imprimer martin »).
    ``palette`` false keeps it out of the palette (moves of the caret, typing helps).
    """

    id: str
    label: str
    keys: tuple[str, ...] = ()
    scope: Scope = Scope.WINDOW
    keywords: str = ""
    icon: str = ""
    target: tuple[str, ...] = ()
    palette: bool = True


ACTIONS: tuple[Action, ...] = (
    Action("search", "Rechercher ou commander", ("Ctrl+K",), keywords="trouver palette", icon="search", palette=False),
    Action("new", "Créer", ("Ctrl+N",), Scope.PLACE, "nouveau nouvelle ajouter", "plus"),
    Action(
        "hours",
        "Saisir les heures",
        ("Ctrl+H",),
        keywords="relevé mois entreprise",
        icon="clock",
        target=("company", "statement"),
    ),
    Action(
        "visit",
        "Nouvelle visite",
        ("Ctrl+M",),
        keywords="chantier visiter créer compte rendu",
        icon="hard-hat",
        target=("company", "operation"),
    ),
    Action(
        "import",
        "Importer un fichier d’heures",
        ("Ctrl+O",),
        keywords="déposer ouvrir relevé entreprise classeur tableur csv pdf",
        icon="upload",
    ),
    Action(
        "print",
        "Imprimer",
        ("Ctrl+P",),
        Scope.PLACE,
        "pdf document fiche relevé",
        "printer",
        target=("beneficiary", "visit", "statement", "company"),
    ),
    Action("filter", "Filtrer la liste", ("Ctrl+F",), Scope.PLACE, "chercher trier", "list-filter"),
    Action("sizing", "Calculer les heures", (), Scope.PLACE, "calcul calculatrice charte taux effort", "calculator"),
    Action("history", "Journal des modifications", ("Ctrl+J",), Scope.PLACE, "historique avant qui quand", "history"),
    Action("confirm", "Valider ou passer à l’étape suivante", ("Ctrl+Return", "Ctrl+Enter"), Scope.PLACE, "", "check"),
    Action("export", "Exporter", ("Ctrl+E",), Scope.PLACE, "tableur csv", "download"),
    Action("duplicates", "Doublons probables", (), Scope.PLACE, "fusion fusionner réunir fiches double", "users"),
    Action("note", "Ajouter une note de suivi", ("Ctrl+Shift+N",), Scope.PLACE, "entretien suivi", "sticky-note"),
    Action("undo", "Annuler la dernière action", ("Ctrl+Z",), keywords="défaire revenir", icon="undo-2"),
    Action("redo", "Rétablir", ("Ctrl+Y", "Ctrl+Shift+Z"), keywords="refaire", icon="redo-2"),
    Action("lock", "Verrouiller", ("Ctrl+L", "Ctrl+Shift+L"), keywords="fermer écran code", icon="lock"),
    Action("passphrase", "Changer le mot de passe", keywords="clé code secret", icon="key-round"),
    Action("recovery", "Imprimer une nouvelle fiche de secours", keywords="code oublié enveloppe", icon="shield"),
    Action(
        "departure", "Partir sur le terrain", (), Scope.PLACE, "préparer prêt batterie visite demain", "clipboard-check"
    ),
    Action("offers", "Offres d’emploi", keywords="poste candidat prescripteur présenter", icon="briefcase"),
    Action(
        "structures",
        "Annuaire des structures d’insertion",
        keywords="siae ei etti geiq ai aci structure",
        icon="book-open",
    ),
    Action(
        "retention",
        "Fiches à archiver ou anonymiser",
        keywords="confidentialité rgpd conservation durée effacer anonymiser archiver",
        icon="shield-check",
    ),
    Action(
        "consultations",
        "Journal des consultations",
        keywords="confidentialité rgpd qui a vu ouvert accès",
        icon="eye",
    ),
    Action("safety_copy", "Copie de secours sur une clé", keywords="sauvegarde usb sauver carnet", icon="usb"),
    Action("sync", "Synchroniser", ("F5",), keywords="synchro envoyer recevoir serveur", icon="refresh-cw"),
    Action(
        "exchange",
        "Synchronisation et fiches à relire",
        keywords="synchro journal réseau rejoindre refusé vérifier",
        icon="files",
    ),
    Action("discretion", "Masquer les noms", ("F8",), keywords="discrétion initiales cacher afficher", icon="eye-off"),
    Action("panel", "Plier ou déplier le panneau", ("F4",), keywords="détail côté", icon="panel-left"),
    Action("rail", "Plier ou déplier la liste des écrans", (), keywords="menu icônes barre gauche", icon="menu"),
    Action("fullscreen", "Plein écran", ("F11",), keywords="agrandir", icon="maximize"),
    Action("zoom_in", "Agrandir le texte", ("Ctrl++", "Ctrl+="), keywords="taille zoom plus grand", icon="zoom-in"),
    Action("zoom_out", "Réduire le texte", ("Ctrl+-",), keywords="taille zoom plus petit", icon="zoom-out"),
    Action("zoom_reset", "Taille de texte normale", ("Ctrl+0", "Ctrl+À"), keywords="taille zoom", icon="type"),
    Action("saved", "Savoir ce qui est enregistré", ("Ctrl+S",), keywords="sauvegarder enregistrer", icon="save"),
    Action("back", "Écran précédent", ("Alt+Left",), keywords="retour", icon="arrow-left"),
    Action("forward", "Écran suivant", ("Alt+Right",), keywords="avancer", icon="arrow-right"),
    Action("up", "Remonter d’un niveau", ("Esc",), palette=False),
    Action("help", "Aide sur le champ", ("F1",), keywords="comment pourquoi", icon="circle-question-mark"),
    Action("keys", "Touches du clavier", (), keywords="raccourcis aide ? feuille", icon="keyboard"),
    Action("theme_light", "Apparence claire", (), keywords="thème jour blanc", icon="sun"),
    Action("theme_dark", "Apparence sombre", (), keywords="thème nuit noir", icon="moon"),
    Action("theme_sun", "Apparence plein soleil", (), keywords="thème dehors extérieur", icon="sun-moon"),
    Action("theme_contrast", "Apparence contraste élevé", (), keywords="thème accessibilité", icon="contrast"),
    Action("theme_auto", "Apparence comme l’ordinateur", (), keywords="thème système automatique", icon="settings"),
    Action("field_mode", "Mode terrain", (), keywords="tactile doigt tablette grandes lignes", icon="hand"),
    Action("quit", "Quitter", ("Ctrl+Q",), keywords="fermer sortir", icon="log-out"),
    # typing helps: said on the key sheet, done by the tables and screens themselves
    Action("edit_cell", "Modifier la case", ("F2",), Scope.TABLE, palette=False),
    Action("same_as_above", "Même valeur que la ligne du dessus", ("Ctrl+D",), Scope.TABLE, palette=False),
    Action("carry_over", "Reprendre le mois précédent (ligne)", ("Alt+R",), Scope.TABLE, palette=False),
    Action("carry_over_all", "Reprendre le mois précédent (toutes)", ("Ctrl+R",), Scope.TABLE, palette=False),
    Action("accept_doubt", "Noter «\u00a0C’est normal\u00a0» et pourquoi", ("Alt+C",), Scope.TABLE, palette=False),
    Action("insert_row", "Ajouter une ligne", ("Ins",), Scope.TABLE, palette=False),
    Action("paste", "Coller une colonne d’un tableur", ("Ctrl+V",), Scope.TABLE, palette=False),
    Action("open_row", "Ouvrir", ("Return",), Scope.TABLE, palette=False),
    Action("next_section", "Section suivante", ("PgDown",), Scope.VISIT, palette=False),
    Action("previous_section", "Section précédente", ("PgUp",), Scope.VISIT, palette=False),
    Action("photo", "Prendre ou ajouter une photo", ("Ctrl+Shift+P",), Scope.VISIT, palette=False),
    Action("chip_letter", "Lettre indiquée sur une puce", (), Scope.ROW, palette=False),
)

BY_ID: dict[str, Action] = {one.id: one for one in ACTIONS}

SHORTCUT_SCOPES = frozenset({Scope.WINDOW, Scope.PLACE})
"""Actions of these scopes become shortcuts of the window; the others belong to the focused widget."""

_NAMES = {
    "Ctrl": "Ctrl",
    "Shift": "Maj",
    "Alt": "Alt",
    "Return": "Entrée",
    "Enter": "Entrée",
    "Esc": "Échap",
    "Left": "←",
    "Right": "→",
    "PgDown": "Page suiv.",
    "PgUp": "Page préc.",
    "Ins": "Inser",
    "-": "−",
}


def shown_keys(keys: str) -> str:
    """Keys as read on a French keyboard: ``Ctrl+Shift+P`` → « Ctrl+Maj+P »."""
    if keys.endswith("++"):
        parts = [*keys[:-2].split("+"), "+"]
    else:
        parts = keys.split("+")
    return "+".join(_NAMES.get(one, one) for one in parts)


def first_key(action_id: str) -> str:
    """The usual keys of an action, as read; empty when it has none."""
    keys = BY_ID[action_id].keys
    return shown_keys(keys[0]) if keys else ""


def matches(action: Action, words: list[str]) -> bool:
    """Whether every folded word begins a word of the label or of the keywords."""
    haystack = f" {fold(action.label)} {fold(action.keywords)}"
    return all(f" {word}" in haystack for word in words)
