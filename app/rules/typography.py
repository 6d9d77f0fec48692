"""Typed text as French readers expect it on paper (PRODUCT.md §3.11). Input stays free; only output is tidied."""

from __future__ import annotations

import re

from app.rules.french import NBSP, NNBSP

_GAP = " \t\u00a0\u202f\u2009"
"""Spaces inside a line."""
_PROTECTED = re.compile(r"(?:https?://|www\.)[^\s«»]+|[^\s«»]+@[^\s«»]+\.[A-Za-z]{2,}")
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Private signs around the place of a protected address while the rest is tidied."""
_PASSES = 3
"""One step may prepare another; two passes settle all real texts."""
_UNITS = "h|min|€|%|km|m|kg|ans?|mois|jours?|heures?|ETP"
_SPACE = "[ \u00a0\u202f]"
_THOUSANDS = re.compile(
    rf"(?<![0-9.,/-])(?<![0-9]{_SPACE})"  # not inside a telephone number, a date or a longer number
    rf"([1-9][0-9]{{0,2}})((?:{_SPACE}[0-9]{{3}})+)"
    rf"(?![0-9]|[ \u00a0\u202f/.-][0-9])"
)
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        (r"\r\n?", "\n"),
        (r"[ \t]{2,}", " "),
        (rf"[{_GAP}]+$", ""),
        (r"(?<!\.)\.\.\.(?!\.)", "…"),
        # apostrophes: after a letter and before a letter or a digit, or a letter and an end of word
        (r"(?<=[^\W\d_])['´`‘](?=\w)", "’"),
        # straight quotation marks in pairs on one line
        (r'"([^"\n«»]+)"', "«\\1»"),
        (r"“([^“”\n«»]+)”", "«\\1»"),
        (rf"«[{_GAP}]*(?=[^\s{_GAP}])", f"«{NBSP}"),
        (rf"(?<=[^\s{_GAP}«])[{_GAP}]*»", f"{NBSP}»"),
        # high punctuation
        (rf"(?<=[^\s{_GAP};!?:])[{_GAP}]*([;!?]+)(?=[\s{_GAP}»)\]\"]|$)", f"{NNBSP}\\1"),
        (rf"(?<=[^\s{_GAP}:])[{_GAP}]*:(?=[\s{_GAP}]|$)", f"{NBSP}:"),
        # a dash between spaces
        (r"(?<=\S) - (?=\S)", " – "),
        # numbers and their unit, n° 5, 7 h 30
        (rf"(?<=[0-9])[ \u00a0\u202f](?=(?:{_UNITS})(?![\w]))", NBSP),
        (r"(?<=[0-9]\u00a0h)[ \u00a0\u202f](?=[0-5][0-9](?![0-9]))", NBSP),
        (r"(?<=\b[nN]°)[ \u00a0\u202f]?(?=[0-9])", NBSP),
    )
)


def tidy(text: str) -> str:
    """``text`` in French typography: apostrophes ’, « quotation marks », non-breaking spaces, … and –.

    Addresses of sites and mail are left as typed. Words, letters, digits and line breaks never change;
    applying it twice changes nothing more.
    """
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"{_OPEN}{len(kept) - 1}{_CLOSE}"

    masked = _PROTECTED.sub(keep, text.replace(_OPEN, "").replace(_CLOSE, ""))
    for _ in range(_PASSES):
        for pattern, replacement in _STEPS:
            masked = pattern.sub(replacement, masked)
        masked = _THOUSANDS.sub(lambda match: re.sub(r"[ \u00a0]", NNBSP, match.group()), masked)
    pieces = re.split(f"{_OPEN}([0-9]+){_CLOSE}", masked)
    return "".join(kept[int(piece)] if at % 2 else piece for at, piece in enumerate(pieces))
