"""Every widget of the kit and the frame with invented places, as pictures: four themes at 100 and 200 %.

    python -m tests.ui.gallery FOLDER [theme …]

Made to be looked at before a release; prints one path per line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.changes import Changes
from app.ui.application import finish_set_up, set_up
from app.ui.bridge.tasks import ImmediateBridge
from app.ui.kit.bar import CommitmentBar, Position
from app.ui.kit.buttons import button
from app.ui.kit.calendar import CalendarPopup
from app.ui.kit.cards import Banner, Figure, Pill
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import CheckBox
from app.ui.kit.dialogs import Choice, Question, save_file
from app.ui.kit.help_popover import HelpPopover
from app.ui.kit.labels import label
from app.ui.kit.signature_pad import Dot, SignaturePad
from app.ui.shell.crash import CrashDialog
from app.ui.shell.creation_viewmodel import CreationDoor, CreationViewModel
from app.ui.shell.first_run import FirstRunPage
from app.ui.shell.help import KeySheet
from app.ui.shell.indicator import offline_state
from app.ui.shell.rail import SavedFilter
from app.ui.shell.root import RootWindow
from app.ui.shell.unlock import UnlockPage
from app.ui.shell.unlock_viewmodel import UnlockViewModel
from app.ui.shell.window import Workspace, WorkspaceOptions
from app.ui.theme.appearance import appearance
from app.ui.theme.tokens import THEMES
from tests.ui.accessibility import check, settle
from tests.ui.fakes import ListView, make_form, make_frame, make_places, search

ZOOMS = (100, 200)
SIZE = QSize(1280, 800)


def kit_page() -> QWidget:
    """One of each widget."""
    page = QWidget()
    page.setObjectName("page")
    columns = QHBoxLayout(page)
    columns.setContentsMargins(24, 24, 24, 24)
    columns.setSpacing(32)
    left, right = QVBoxLayout(), QVBoxLayout()
    for one in (left, right):
        one.setSpacing(12)
        columns.addLayout(one, 1)
    left.addWidget(label("Titre de l’écran", "title"))
    left.addWidget(label("Sous-titre", "subtitle"))
    left.addWidget(label("Un texte secondaire, plus discret.", "secondary"))
    line = QHBoxLayout()
    line.setSpacing(8)
    for text, kind, icon in (
        ("Enregistrer", "primary", "check"),
        ("Imprimer", "", "printer"),
        ("Retirer", "danger", "trash-2"),
    ):
        line.addWidget(button(text, kind, icon))
    line.addStretch(1)
    left.addLayout(line)
    chips = ChipRow(
        "Constat",
        (
            Chip("ok", "RAS", "R", "circle-check"),
            Chip("trouble", "Difficulté", "D"),
            Chip("training", "Formation", "F"),
            Chip("end", "Fin proche", "P"),
        ),
        many=True,
    )
    chips.set_chosen(["ok"])
    left.addWidget(chips)
    box = CheckBox("Heures conventionnées par l’État")
    box.setChecked(True)
    left.addWidget(box)
    left.addWidget(CheckBox("Clause obligatoire"))
    left.addWidget(CommitmentBar(Position(83333, 40000, 14050)))
    left.addWidget(CommitmentBar(Position(20000, 24000)))
    figures = QHBoxLayout()
    figures.addWidget(Figure("833,33\u00a0h", "dues"))
    figures.addWidget(Figure("48\u00a0%", "réalisé"))
    figures.addStretch(1)
    left.addLayout(figures)
    left.addStretch(1)
    for kind, text in (
        ("info", "Rien n’est envoyé depuis ce carnet."),
        ("success", "Relevé d’octobre 2026 validé."),
        ("warning", "Trois relevés manquent pour octobre 2026."),
        ("error", "Le disque est plein. Vos saisies sont conservées. Libérez de la place."),
    ):
        right.addWidget(Banner(text, kind))
    pills = QHBoxLayout()
    for text, role, icon in (("Validé", "success", "circle-check"), ("À vérifier", "warning", "triangle-alert")):
        pills.addWidget(Pill(text, role, icon))
    pills.addStretch(1)
    right.addLayout(pills)
    pad = SignaturePad()
    pad.set_strokes(
        [
            tuple(Dot(150 + 9 * at, 170 + ((at * 37) % 90) - 45, 30 + at) for at in range(60)),
            (Dot(500, 250, 80), Dot(700, 240, 60), Dot(800, 255, 20)),
        ]
    )
    right.addWidget(pad)
    right.addStretch(1)
    return page


def render(folder: Path, themes: tuple[str, ...]) -> list[str]:
    """Write the pictures; answers what is wrong, if anything."""
    app = set_up(theme="light")
    finish_set_up(app)
    problems: list[str] = []

    def shoot(widget: QWidget, name: str, checked: bool = True) -> None:
        settle()
        path = folder / f"{name}-{appearance().theme.name}-{appearance().zoom}.png"
        widget.grab().save(str(path))
        print(path, flush=True)
        if checked:
            problems.extend(f"{path.name}: {one}" for one in check(widget))

    for theme in themes:
        for zoom in ZOOMS:
            appearance().set(theme=theme, zoom=zoom)
            _screens(shoot)
    return problems


def _screens(shoot: Callable[..., None]) -> None:
    root = RootWindow()
    root.resize(SIZE)
    run = ImmediateBridge()
    unlock = UnlockPage(
        UnlockViewModel(),
        notebook="Carnet de Nadia D. · PLIE Nord-Essonne",
        age="Données locales à jour au 21/11 à 17 h 42 – 7 modifications non envoyées (en sécurité)",
    )
    root.show_page(unlock)
    root.show()
    root.activateWindow()
    shoot(root, "unlock")
    door = CreationDoor(
        lambda: [("plie", "PLIE Nord-Essonne")],
        lambda text: (True, ""),
        lambda _: None,
        bytes,
        lambda _: None,
        lambda: None,
    )
    first = FirstRunPage(CreationViewModel(door, run))
    root.show_page(first)
    shoot(root, "first-run")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(kit_page())
    area.resize(1280, 1600)
    shoot(area, "kit", checked=appearance().zoom == 100)
    frame = make_frame()
    workspace = Workspace(
        frame, make_places(), WorkspaceOptions(user="N. D.", search=search, sync_state=lambda: offline_state(7))
    )
    root.show_page(workspace)
    workspace.start()
    workspace.set_badge("today", 3)
    workspace.set_badge("hours", 5)
    workspace.set_filters([SavedFilter("Relevés manquants", 4, lambda: None)])
    shoot(root, "today")
    frame.navigation.go("beneficiaries")
    view = workspace.view
    assert isinstance(view, ListView)
    view.table.select_id("p3")
    view.table.setFocus()
    shoot(root, "list")
    frame.bus.publish(Changes.of("beneficiary", "p5"))
    frame.undo.push("heures de MARTIN 140 → 104", lambda: None)
    frame.navigation.go("beneficiaries", "p5")
    view.form.fields["phone"].set_error("Ce numéro n’a que neuf chiffres. Vérifier le numéro.")
    frame.messages.undoable("Ligne retirée.", lambda: None)
    shoot(root, "record")
    workspace.trigger("search")
    workspace.palette_box.edit.setText("ma")
    workspace.palette_box._typed("ma")
    shoot(root, "palette")
    workspace.palette_box.dismiss()
    question = Question(
        root,
        "Retirer cette ligne\u202f?",
        "La ligne part à la corbeille, où elle reste trente jours.",
        [Choice("remove", "Retirer la ligne", "danger"), Choice("keep", "Garder", "primary")],
    )
    for dialog, name in (
        (question, "question"),
        (KeySheet(root), "keys"),
        (CrashDialog("ValueError\n  grid:42 commit", root), "crash"),
    ):
        dialog.open()
        shoot(dialog, name)
        dialog.reject()
    field = make_form(frame).fields["last_name"]
    assert field.help is not None
    popover = HelpPopover("Nom", field.help, root)
    popover.open_under(root)
    shoot(popover, "help", checked=False)
    popover.close()
    calendar = CalendarPopup(frame.clock.today(), root)
    calendar.open_under(root)
    shoot(calendar, "calendar", checked=False)
    calendar.close()
    files = save_file(root, "Enregistrer le PDF", ["Document PDF (*.pdf)"], "releve.pdf", lambda path: None)
    shoot(files, "files", checked=False)
    files.reject()
    root.close()
    QApplication.processEvents()


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "gallery")
    folder.mkdir(parents=True, exist_ok=True)
    problems = render(folder, tuple(sys.argv[2:]) or tuple(THEMES))
    for one in problems:
        print(one, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
