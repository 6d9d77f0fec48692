"""The structure tree of a PDF: what a screen reader reads, in order, with its role.

ReportLab writes none; this adds it: each piece of content has a number in its page (``MCID``), each
element of the tree names its role (H1, P, Table, TR, TH, TD, Figure…), its parent and its pieces
(ISO 32000-1 §14.7 and §14.8).
"""

from __future__ import annotations

import dataclasses
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObjectReference,
    PDFString,
)
from reportlab.pdfgen.canvas import Canvas


@dataclasses.dataclass(slots=True, eq=False)
class _Node:
    role: str
    alt: str
    page: int
    branches: list[_Node] = dataclasses.field(default_factory=list)
    piece: int | None = None
    """Number of the content in its page, for a leaf."""


class StructureTree:
    """Grown while pages are drawn, attached to the canvas at the end."""

    def __init__(self) -> None:
        self._root = _Node("Document", "", 0)
        self._path = [self._root]
        self._page = 0
        self._leaves: list[list[_Node]] = [[]]
        """For each page, its leaves by number of content."""

    def open(self, role: str, alt: str) -> None:
        """Begin an element under the current one."""
        node = _Node(role, alt, self._page)
        self._path[-1].branches.append(node)
        self._path.append(node)

    def leaf(self) -> int:
        """Make the current element a leaf; the number of its content in the page."""
        node = self._path[-1]
        leaves = self._leaves[self._page]
        node.piece = len(leaves)
        leaves.append(node)
        return node.piece

    def close(self) -> None:
        """End the current element."""
        self._path.pop()

    def end_page(self) -> None:
        """The following elements are on the next page."""
        self._page += 1
        self._leaves.append([])

    def attach(self, canvas: Canvas) -> None:
        """Write the tree in the catalogue; call once all pages are shown."""
        document: Any = canvas._doc  # type: ignore[attr-defined]  # no public way to the catalogue
        pages = [document.Reference(page) for page in document.Pages.pages]
        references: dict[_Node, PDFObjectReference] = {}
        root = PDFDictionary({})
        top = document.Reference(root)

        def grow(node: _Node, parent: PDFObjectReference) -> PDFObjectReference:
            entries: dict[str, object] = {"Type": PDFName("StructElem"), "S": PDFName(node.role), "P": parent}
            if node.role == "TH":
                entries["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName("Column")})
            if node.alt:
                entries["Alt"] = PDFString(node.alt)
            dictionary = PDFDictionary(entries)
            own: PDFObjectReference = document.Reference(dictionary)
            references[node] = own
            if node.piece is None:
                dictionary["K"] = PDFArray([grow(branch, own) for branch in node.branches])
            else:
                dictionary["Pg"] = pages[node.page]
                dictionary["K"] = node.piece
            return own

        document_reference = grow(self._root, top)
        numbers: list[object] = []
        for page, leaves in enumerate(self._leaves[: len(pages)]):
            numbers += [page, document.Reference(PDFArray([references[leaf] for leaf in leaves]))]
            shown = document.Pages.pages[page]
            shown.__NoDefault__ = [*shown.__NoDefault__, "StructParents", "Tabs"]
            shown.StructParents = page
            shown.Tabs = PDFName("S")  # tab key: order of the structure
        root["Type"] = PDFName("StructTreeRoot")
        root["K"] = document_reference
        root["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
        root["ParentTreeNextKey"] = len(pages)
        document.Catalog.StructTreeRoot = top
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
