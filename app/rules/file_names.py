"""Names of files that speak and that every system accepts: ``2026-11_BATI-SUD_MARTIN-J_attestation.pdf`` (R3)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from app.rules.french import fold


def file_name(parts: Sequence[str], suffix: str) -> str:
    """The parts that are not empty, joined by ``_``; ASCII letters, digits, hyphens and dots only."""
    return "_".join(plain(part) for part in parts if part) + f".{suffix}"


def plain(text: str) -> str:
    """A piece of file name: no accent, no space, no sign that a system refuses."""
    ascii_text = unicodedata.normalize("NFKD", text.replace("’", "-").replace("œ", "oe").replace("Œ", "OE"))
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", ascii_text.encode("ascii", "ignore").decode())
    return re.sub(r"-{2,}", "-", kept).strip("-") or fold(text)


def person_piece(last: str, first: str) -> str:
    """« MARTIN-J » for Julie MARTIN, as a piece of file name."""
    return plain(f"{last}-{first[:1]}").upper()
