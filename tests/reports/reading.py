"""Reading a PDF back: text by page, pictures by page, structure."""

from __future__ import annotations

import io
import re
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw  # type: ignore[import-untyped]
from pypdf import PdfReader


def pages(data: bytes) -> list[str]:
    """Text of each page, all white space as single spaces."""
    document = pypdfium2.PdfDocument(data)
    texts = []
    for page in document:
        text_page = page.get_textpage()
        texts.append(squeeze(text_page.get_text_bounded()))
        text_page.close()
        page.close()
    document.close()
    return texts


def text(data: bytes) -> str:
    """Text of the whole document."""
    return " ".join(pages(data))


def squeeze(words: str) -> str:
    """White space of any kind as single plain spaces, cut-word marks gone."""
    return re.sub(r"[\s\u00a0\u202f\ufffe]+", " ", words.replace("\ufffe", "")).strip()


def pictures(data: bytes) -> list[int]:
    """Number of pictures drawn on each page."""
    document = pypdfium2.PdfDocument(data)
    counts = []
    for page in document:
        counts.append(sum(1 for _ in page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])))
        page.close()
    document.close()
    return counts


def structure(data: bytes) -> list[tuple[str, str, int]]:
    """The structure tree, flattened in reading order: role, description, depth."""
    root = PdfReader(io.BytesIO(data)).trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    found: list[tuple[str, str, int]] = []

    def walk(node: Any, depth: int) -> None:
        node = node.get_object()
        found.append((str(node["/S"]), str(node.get("/Alt", "")), depth))
        kids = node.get("/K")
        if isinstance(kids, list):
            for kid in kids:
                walk(kid, depth + 1)

    walk(root["/K"], 0)
    return found
