"""A damaged notebook has a sound copy: say what it holds, before anything is put back (PRODUCT.md E1, AC 06)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.rules.french import format_date, format_time, plural
from app.store.backup import BackupEntry
from app.ui.kit.dialogs import Choice, Question


class CopyQuestion(Question):
    """Offers the latest sound copy. ``accepted_copy`` when it is to be put back."""

    accepted_copy = Signal()

    def __init__(self, parent: QWidget | None, entry: BackupEntry) -> None:
        super().__init__(
            parent,
            "Une copie saine est disponible",
            sentence(entry),
            [Choice("later", "Ne rien changer"), Choice("restore", "Restaurer cette copie", "primary")],
        )
        self.answered.connect(lambda key: self.accepted_copy.emit() if key == "restore" else None)


def sentence(entry: BackupEntry) -> str:
    """« Copie du 22/11/2026 à 10 h 12 : 12 personnes… Le fichier endommagé sera gardé à côté. »"""
    at = entry.backup.made_at.astimezone()
    held = entry.contents
    counts = (
        f"{plural(held.people, 'personne')}, {plural(held.lines, 'ligne')} d’heures, {plural(held.visits, 'visite')}"
        if held
        else ""
    )
    return (
        f"Copie du {format_date(at.date())} à {format_time(at)}\u00a0: {counts}. "
        "Ce qui a été saisi depuis n’y est pas. Le fichier endommagé sera gardé à côté, rien n’est détruit."
    )
