"""The key sheet, generated from the table of actions, so it is never wrong (PRODUCT.md G2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QTextDocument
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.kit.dialogs import Dialog
from app.ui.kit.labels import label
from app.ui.shell.actions import ACTIONS, Action, Scope, shown_keys
from app.ui.theme.appearance import appearance


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the sheet: what it does and the keys, as read."""

    label: str
    keys: str


def sheet(actions: Iterable[Action] = ACTIONS) -> dict[str, list[SheetLine]]:
    """Every action that has keys, by scope, in the order of the table."""
    found: dict[str, list[SheetLine]] = {scope.value: [] for scope in Scope}
    for one in actions:
        if one.keys:
            shown = dict.fromkeys(shown_keys(key) for key in one.keys)
            found[one.scope.value].append(SheetLine(one.label, "  ou  ".join(shown)))
        elif one.scope is Scope.ROW:
            found[one.scope.value].append(SheetLine(one.label, "la lettre"))
    return {scope: lines for scope, lines in found.items() if lines}


def sheet_html() -> str:
    """The sheet for paper: one A4."""
    rows = []
    for scope, lines in sheet().items():
        rows.append(f"<tr><td colspan='2'><b>{escape(scope)}</b></td></tr>")
        rows += [f"<tr><td>{escape(one.label)}</td><td align='right'>{escape(one.keys)}</td></tr>" for one in lines]
    return (
        "<body style='font-size: 9pt'><h2>Inclusiv’Terrain\u00a0: touches du clavier</h2>"
        f"<table width='100%' cellspacing='0' cellpadding='2'>{''.join(rows)}</table></body>"
    )


def print_sheet(parent: QWidget | None) -> None:
    """Offer to print the sheet."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter()
    printer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(15, 15, 15, 15))
    )
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("Imprimer les touches du clavier")

    def done() -> None:
        document = QTextDocument()
        document.setHtml(sheet_html())
        document.print_(printer)

    dialog.accepted.connect(done)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setModal(True)
    dialog.show()


class KeySheet(Dialog):
    """The sheet on screen, with « Imprimer »."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Touches du clavier", width=640)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setAccessibleName("Touches du clavier")
        inner = QWidget()
        inner.setObjectName("column")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(8)
        for scope, lines in sheet().items():
            column.addWidget(label(scope, "strong", inner))
            grid = QGridLayout()
            grid.setHorizontalSpacing(24)
            grid.setVerticalSpacing(4)
            grid.setColumnStretch(0, 1)
            for at, line in enumerate(lines):
                grid.addWidget(label(line.label, "", inner, wrap=True), at, 0)
                keys = label(line.keys, "secondary", inner)
                keys.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
                grid.addWidget(keys, at, 1)
            column.addLayout(grid)
            column.addSpacing(8)
        area.setWidget(inner)
        area.setMinimumHeight(appearance().px(420))
        self.body.addWidget(area)
        self.add_button("Imprimer", act=lambda: print_sheet(self))
        self.add_button("Fermer", "primary").setFocus()
