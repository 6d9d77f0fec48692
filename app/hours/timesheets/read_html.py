"""HTML tables, which payroll programs save under the name ``.xls``; also inside MHTML (« page web à fichier unique »).

The standard parser only reads text: no script runs, no link is opened.
"""

from __future__ import annotations

import email
import email.policy
import re
from html.parser import HTMLParser

from app.hours.timesheets.building import CellBuilder, clean_text
from app.hours.timesheets.cells import Contents, Row, Sheet
from app.hours.timesheets.failures import failure, too_large
from app.hours.timesheets.read_text import decode

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_BLOCKS = frozenset(["p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "caption", "title", "br", "hr"])
_SILENT = frozenset(["script", "style", "noscript", "template", "head", "object"])
_MAX_SPAN = 1_000


def read(data: bytes, kind: str) -> Contents:
    """One sheet: the rows of all tables, and between them the texts of the page. Raises ``Unreadable``."""
    if kind == "mhtml":
        data = _html_part(data)
    parser = _Tables()
    try:
        parser.feed(_decode(data))
        parser.close()
    except (AssertionError, ValueError, RecursionError) as bad:
        raise failure("corrupt_file") from bad
    parser.flush()
    return Contents("html", (Sheet("", parser.rows, merged=tuple(parser.merged), hidden_columns=parser.hidden()),))


def _html_part(data: bytes) -> bytes:
    message = email.message_from_bytes(data, policy=email.policy.default)
    parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    best = b""
    for part in parts:
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and (b"<table" in payload.lower()) >= (b"<table" in best.lower()):
            best = max(best, payload, key=len)
    if not best:
        raise failure("no_table_found")
    return best


def _decode(data: bytes) -> str:
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        declared = _CHARSET.search(data[:4096])
        if declared:
            try:
                name = declared[1].decode("ascii").lower()
                return data.decode("cp1252" if name in ("iso-8859-1", "latin1", "latin-1") else name)
            except (LookupError, UnicodeDecodeError):
                pass
    return decode(data)


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self._builder = CellBuilder()
        self._cells: list[str] | None = None
        self._held: dict[tuple[int, int], bool] = {}
        self._hidden_cells: dict[int, int] = {}
        self._shown_cells: dict[int, int] = {}
        self._text: list[str] = []
        self._silent = 0
        self._in_cell = False
        self._span = (1, 1)
        self._hide = False
        self._skip_row = False
        self._depth = 0

    def hidden(self) -> frozenset[int]:
        """Columns whose every cell is hidden."""
        return frozenset(column for column in self._hidden_cells if not self._shown_cells.get(column))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT and tag != "head":
            self._silent += 1
        elif tag == "table":
            self._depth += 1
            if not self._in_cell:
                self.flush()
        elif tag == "tr":
            self._end_row()
            self._cells = []
            self._skip_row = bool(_HIDDEN.search(_style(attrs)))
        elif tag in ("td", "th"):
            self._end_cell()
            if self._cells is None:
                self._cells = []
            self._in_cell, self._text = True, []
            values = dict(attrs)
            self._span = (_span(values.get("rowspan")), _span(values.get("colspan")))
            self._hide = bool(_HIDDEN.search(_style(attrs))) or "hidden" in values
        elif tag in _BLOCKS:
            if self._in_cell:
                self._text.append(" ")
            else:
                self.flush()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and tag != "head":
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_row()
            self._depth = max(0, self._depth - 1)
            if not self._depth:
                self._held.clear()
        elif tag in _BLOCKS and not self._in_cell:
            self.flush()

    def handle_data(self, data: str) -> None:
        if not self._silent and (self._in_cell or not self._depth):
            self._text.append(data)

    def flush(self) -> None:
        """What was said outside the tables becomes a row of one cell."""
        if self._in_cell:
            self._end_cell()
        if self._cells is not None:
            self._end_row()
        said = clean_text("".join(self._text))
        self._text = []
        if said:
            self.rows.append(self._builder.row([said]))

    def _end_cell(self) -> None:
        if not self._in_cell or self._cells is None:
            return
        self._in_cell = False
        row = len(self.rows)
        while self._held.pop((row, len(self._cells)), False):
            self._cells.append("")
        column = len(self._cells)
        down, across = self._span
        text = " ".join("".join(self._text).split())
        self._text = []
        self._cells.append(text)
        self._cells.extend([""] * (across - 1))
        if len(self._cells) > 16_384:
            raise too_large("plus de 16 384 colonnes")
        counter = self._hidden_cells if self._hide else self._shown_cells
        counter[column] = counter.get(column, 0) + 1
        if down > 1 or across > 1:
            self.merged.append((row, column, row + down - 1, column + across - 1))
            for below in range(1, min(down, _MAX_SPAN)):
                for beside in range(min(across, 64)):
                    self._held[(row + below, column + beside)] = True
            if len(self._held) > 200_000:
                raise too_large("trop de cellules fusionnées")

    def _end_row(self) -> None:
        self._end_cell()
        if self._cells is None:
            return
        row = len(self.rows)
        while self._held.pop((row, len(self._cells)), False):
            self._cells.append("")
        if not self._skip_row:
            self.rows.append(self._builder.row(self._cells))
        self._cells = None


def _style(attrs: list[tuple[str, str | None]]) -> str:
    return next((value or "" for name, value in attrs if name == "style"), "")


def _span(text: str | None) -> int:
    return max(1, min(int(text), _MAX_SPAN)) if text and text.isascii() and text.isdigit() else 1
