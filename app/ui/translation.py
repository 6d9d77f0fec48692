"""What Qt's own French leaves in English or says badly, as a small catalogue loaded after Qt's.

A QTranslator overridden in Python must answer ``None`` for what it does not know, and PySide 6.12 then gives one
reference to ``None`` away at each call, until the interpreter dies: hence a compiled catalogue, read by Qt itself.
``python -m app.ui.translation`` writes it again after a change of :data:`WORDS`; a test compares them.
"""

from __future__ import annotations

import struct
from pathlib import Path

from app import paths

WORDS = {
    ("QFileDialog", "Look in:"): "Dossier\u00a0:",
    ("QFileDialog", "Files of type:"): "Type de fichier\u00a0:",
    ("QFileDialog", "File &name:"): "&Nom du fichier\u00a0:",
    ("QFileDialog", "&Choose"): "&Choisir",
    ("QAbstractFileIconProvider", "Folder"): "Dossier",
    ("QAbstractFileIconProvider", "File Folder"): "Dossier",
    ("QAbstractFileIconProvider", "Drive"): "Disque",
    ("QAbstractFileIconProvider", "File"): "Fichier",
    ("QAbstractFileIconProvider", "%1 File"): "Fichier %1",
    ("QAbstractFileIconProvider", "Shortcut"): "Raccourci",
    ("QAbstractFileIconProvider", "Alias"): "Raccourci",
    ("QAbstractFileIconProvider", "Unknown"): "Inconnu",
    ("QPlatformTheme", "Discard"): "Abandonner",
    ("QPlatformTheme", "Don't Save"): "Ne pas enregistrer",
    ("QPlatformTheme", "Cancel"): "Annuler",
    ("QPlatformTheme", "Save"): "Enregistrer",
    ("QPlatformTheme", "Open"): "Ouvrir",
    ("QPlatformTheme", "Close"): "Fermer",
    ("QPlatformTheme", "Apply"): "Appliquer",
}
"""What Qt's own French leaves in English, or says badly."""


def path() -> Path:
    """Where the catalogue lies."""
    return paths.resources() / "translations" / "qt_words_fr.qm"


def compiled() -> bytes:
    """The texts above as a compiled catalogue."""
    entries = []
    messages = b""
    for (context, source), french in WORDS.items():
        entries.append((_elf_hash(source.encode()), len(messages)))
        text = french.encode("utf-16-be")
        messages += b"\x03" + struct.pack(">I", len(text)) + text
        for tag, part in ((b"\x08", b""), (b"\x06", source.encode()), (b"\x07", context.encode())):
            messages += tag + struct.pack(">I", len(part)) + part
        messages += b"\x01"
    hashes = b"".join(struct.pack(">II", *one) for one in sorted(entries))
    sections = ((0x42, hashes), (0x69, messages))
    return _QM_MAGIC + b"".join(struct.pack(">BI", tag, len(part)) + part for tag, part in sections)


_QM_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")


def _elf_hash(text: bytes) -> int:
    found = 0
    for one in text:
        found = (found << 4) + one
        high = found & 0xF0000000
        if high:
            found ^= high >> 24
        found &= ~high & 0xFFFFFFFF
    return found or 1


if __name__ == "__main__":
    path().parent.mkdir(exist_ok=True)
    path().write_bytes(compiled())
