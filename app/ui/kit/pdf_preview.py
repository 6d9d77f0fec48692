"""A PDF as it will be printed: pages by arrows, print, save a copy, open with the usual program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui import texts
from app.ui.kit.controls import button
from app.ui.kit.dialogs import save_file
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label

if TYPE_CHECKING:
    from PySide6.QtPdf import QPdfDocument
    from PySide6.QtPdfWidgets import QPdfView
    from PySide6.QtPrintSupport import QPrinter

_DOTS_PER_INCH = 300


class PdfPreview(QWidget):
    """``show_bytes(data, file name)``; nothing is written to the disk until « Enregistrer sous… ».

    ``write(path, data)`` and ``open_outside(data, name)`` are given by the application: the file is written off the
    window's thread, the copy to open goes to the encrypted folder of temporary files. Without them the buttons
    are not shown. ``printed`` is emitted when the paper was sent.
    """

    printed = Signal()
    save_asked = Signal()
    """The user chose where to write a copy."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        write: Callable[[Path, bytes], None] | None = None,
        open_outside: Callable[[bytes, str], None] | None = None,
        tools: bool = True,
    ) -> None:
        super().__init__(parent)
        self._data = b""
        self._name = ""
        self._write = write
        self._open_outside = open_outside
        self._buffer: QBuffer | None = None
        self._document: QPdfDocument | None = None
        self._view: QPdfView | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        bar = Flow(self)
        turning = QWidget(bar)
        line = QHBoxLayout(turning)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.previous = button("Page précédente", "quiet", "chevron-left", turning)
        self.previous.clicked.connect(lambda: self.turn(-1))
        self.pages = label("", "secondary", turning)
        self.next = button("Page suivante", "quiet", "chevron-right", turning)
        self.next.clicked.connect(lambda: self.turn(1))
        for one in (self.previous, self.pages, self.next):
            line.addWidget(one)
        self.open_button = button(texts.OPEN, "", "external-link", bar)
        self.open_button.setAccessibleName("Ouvrir avec le lecteur de PDF de l’ordinateur")
        self.open_button.clicked.connect(self._open)
        self.save_button = button(texts.SAVE_AS, "", "download", bar)
        self.save_button.clicked.connect(self.save_as)
        self.print_button = button(texts.PRINT, "primary", "printer", bar)
        self.print_button.clicked.connect(self.print_pages)
        for shown in (turning, self.open_button, self.save_button, self.print_button):
            bar.add(shown)
        self.open_button.setVisible(open_outside is not None)
        self.save_button.setVisible(write is not None)
        bar.setVisible(tools)
        self._column.addWidget(bar)
        self._empty = label("Le document apparaîtra ici.", "secondary", self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column.addWidget(self._empty, 1)
        self._refresh()

    @property
    def page(self) -> int:
        """Page shown, from 0."""
        return self._view.pageNavigator().currentPage() if self._view is not None else 0

    @property
    def page_count(self) -> int:
        """Pages of the document; 0 before there is one."""
        return self._document.pageCount() if self._document is not None else 0

    def show_bytes(self, data: bytes, name: str) -> bool:
        """Show a PDF; ``name`` is proposed when saving. False when it cannot be read."""
        self._build_view()
        assert self._document is not None
        assert self._view is not None
        before = self.page if name == self._name else 0
        self._data, self._name = data, name
        self._document.close()
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(self._buffer)
        readable = self._document.pageCount() > 0
        self._empty.setVisible(not readable)
        self._view.setVisible(readable)
        if not readable:
            self._empty.setText("Ce document ne peut pas être affiché.")
        elif before:
            self._go(min(before, self.page_count - 1))
        self._refresh()
        return readable

    def turn(self, step: int) -> None:
        """Next or previous page."""
        if self._view is not None:
            self._go(min(max(self.page + step, 0), self.page_count - 1))

    def print_pages(self) -> None:
        """Ask which printer; without one, say so and offer to save the PDF."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        if not self._data:
            return
        if not QPrinterInfo.availablePrinterNames():
            self._no_printer()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._name)
        printer.setFromTo(1, self.page_count)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(f"Imprimer {self._name}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._print_on(printer))
        dialog.setModal(True)
        dialog.show()

    def save_as(self) -> None:
        """Ask where to write a copy."""
        write = self._write
        if write is not None and self._data:
            data = self._data

            def chosen(path: Path) -> None:
                write(path, data)
                self.save_asked.emit()

            save_file(self, "Enregistrer le PDF", ["Document PDF (*.pdf)"], self._name, chosen)

    def _open(self) -> None:
        if self._open_outside is not None and self._data:
            self._open_outside(self._data, self._name)

    def _no_printer(self) -> None:
        from app.ui.kit.dialogs import Choice, Question

        choices = [Choice("close", "Fermer", "" if self._write else "primary")]
        if self._write is not None:
            choices.append(Choice("save", "Enregistrer le PDF", "primary"))
        question = Question(
            self,
            "Aucune imprimante",
            "Cet ordinateur ne connaît aucune imprimante pour l’instant. Le document est prêt\u00a0: "
            "vous pouvez l’enregistrer et l’imprimer plus tard.",
            choices,
        )
        question.answered.connect(lambda key: self.save_as() if key == "save" else None)
        question.open()

    def _print_on(self, printer: QPrinter) -> None:
        assert self._document is not None
        painter = QPainter(printer)
        first = (printer.fromPage() or 1) - 1
        last = printer.toPage() or self.page_count
        for number in range(first, min(last, self.page_count)):
            if number > first:
                printer.newPage()
            points = self._document.pagePointSize(number)
            scale = _DOTS_PER_INCH / 72
            picture = self._document.render(
                number, QSize(round(points.width() * scale), round(points.height() * scale))
            )
            room = QRectF(painter.viewport())
            fit = min(room.width() / picture.width(), room.height() / picture.height())
            painter.drawImage(QRectF(0, 0, picture.width() * fit, picture.height() * fit), picture)
        painter.end()
        self.printed.emit()

    def _build_view(self) -> None:
        if self._view is not None:
            return
        from PySide6.QtPdf import QPdfDocument
        from PySide6.QtPdfWidgets import QPdfView

        self._document = QPdfDocument(self)
        self._view = QPdfView(self)
        self._view.setAccessibleName("Aperçu du document")
        self._view.setDocument(self._document)
        self._view.setPageMode(QPdfView.PageMode.MultiPage)
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._view.pageNavigator().currentPageChanged.connect(lambda _page: self._refresh())
        self._column.addWidget(self._view, 1)

    def _go(self, page: int) -> None:
        assert self._view is not None
        self._view.pageNavigator().jump(page, QPoint(0, 0), self._view.pageNavigator().currentZoom())
        self._refresh()

    def _refresh(self) -> None:
        count = self.page_count
        self.pages.setText(f"Page {self.page + 1} sur {count}" if count else "")
        self.previous.setEnabled(self.page > 0)
        self.next.setEnabled(self.page < count - 1)
        for one in (self.open_button, self.save_button, self.print_button):
            one.setEnabled(bool(count))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        step = (key in (Qt.Key.Key_PageDown, Qt.Key.Key_Right)) - (key in (Qt.Key.Key_PageUp, Qt.Key.Key_Left))
        if step and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.turn(step)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh()
