"""Invented statements, built in memory: no company, person or figure here is real."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from typing import Any

import openpyxl

from app.hours.timesheets.building import CellBuilder
from app.hours.timesheets.cells import Contents, Sheet
from app.hours.timesheets.reading import Reading, read_contents
from app.hours.timesheets.worker import read_bytes

TODAY = dt.date(2026, 11, 22)
Rows = Any
"""Rows of cells, lists or tuples, as a test writes them."""


def sheet(rows: Rows, name: str = "Feuil1", **more: object) -> Sheet:
    """A sheet of neutral cells."""
    builder = CellBuilder()
    return Sheet(name, [builder.row(row) for row in rows], **more)  # type: ignore[arg-type]


def read(*sheets: Sheet, company: str | None = None, month: str | None = None) -> Reading:
    """Read sheets as if they came from a workbook."""
    return read_contents(Contents("xlsx", sheets), company=company, month=month, today=TODAY)


def read_rows(rows: Rows, name: str = "Feuil1", **more: object) -> Reading:
    """Read one sheet."""
    return read(sheet(rows, name, **more))


def read_data(data: bytes, name: str = "releve.dat") -> Reading:
    """Read a file's bytes in this process; raises ``Unreadable``."""
    return read_contents(read_bytes(data, name), today=TODAY)


def lines(reading: Reading) -> list[tuple[str, str, str, str]]:
    """(last, first, month, hours) of every line."""
    return [(line.last_name, line.first_name, line.month, f"{line.hundredths / 100:.2f}") for line in reading.lines]


def reasons(reading: Reading) -> list[tuple[int, str]]:
    """(row, reason) of everything to review."""
    return [(item.row, item.reason) for item in reading.review]


def codes(reading: Reading) -> list[str]:
    """Codes of the warnings."""
    return [warned.code for warned in reading.warnings]


# --- files -------------------------------------------------------------------------------------------------------

TABLE: Rows = (
    ("Entreprise : BÂTI ÉLÉGANCE SARL",),
    (),
    ("Nom", "Prénom", "Mois", "Heures"),
    ("LEFÈVRE", "Chloé", "févr-24", "151,67"),
    ("GARÇON", "Zoë", "août 2024", "70"),
    ("TOTAL", "", "", "221,67"),
)
TABLE_LINES = [("LEFÈVRE", "Chloé", "2024-02", "151.67"), ("GARÇON", "Zoë", "2024-08", "70.00")]


def text_table(separator: str = ";", rows: Rows = TABLE) -> str:
    """Rows as text."""
    return "".join(separator.join(str(cell) for cell in row) + "\n" for row in rows)


def workbook(rows: Rows = TABLE, title: str = "Relevé") -> openpyxl.Workbook:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(list(row))
    return book


def xlsx(book: openpyxl.Workbook) -> bytes:
    """Bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


SHEET_XMLNS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def xlsx_with_sheet(xml: str) -> bytes:
    """A workbook whose only sheet is written by hand."""
    parts: dict[str, str | bytes] = {}
    with zipfile.ZipFile(io.BytesIO(xlsx(openpyxl.Workbook()))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = xml
    return zipped(parts)


def html_table(rows: Rows = TABLE) -> str:
    """Rows as a payroll program's page."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<html><head><meta charset="utf-8"></head><body><table border=1>{body}</table></body></html>'


def xml2003(rows: Rows = TABLE) -> str:
    """Rows as a « Feuille de calcul XML 2003 »."""
    body = ""
    for row in rows:
        cells = "".join(
            f'<Cell><Data ss:Type="{"Number" if isinstance(cell, float) else "String"}">{cell}</Data></Cell>'
            for cell in row
        )
        body += f"<Row>{cells}</Row>"
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="Relevé"><Table>{body}</Table></Worksheet></Workbook>'
    )


_ODS_HEAD = (
    '<?xml version="1.0"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Relevé">'
)
_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{}</manifest:manifest>'
)


def ods(table_xml: str, manifest: str = "") -> bytes:
    """A document whose table is written by hand."""
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": _ODS_HEAD + table_xml + _ODS_TAIL,
            "META-INF/manifest.xml": _MANIFEST.format(manifest),
        }
    )


def ods_rows(rows: Rows) -> str:
    """Rows in the XML of a document; ``(text, seconds)`` is a duration."""
    body = ""
    for row in rows:
        body += "<table:table-row>"
        for cell in row:
            kind, value, text = _ods_cell(cell)
            body += f"<table:table-cell{kind}{value}><text:p>{text}</text:p></table:table-cell>"
        body += "</table:table-row>"
    return body


def _ods_cell(cell: object) -> tuple[str, str, object]:
    match cell:
        case "":
            return "", "", ""
        case dt.timedelta():
            hours, minutes = divmod(int(cell.total_seconds()) // 60, 60)
            return ' office:value-type="time"', f' office:time-value="PT{hours:02d}H{minutes:02d}M00S"', ""
        case dt.date():
            return ' office:value-type="date"', f' office:date-value="{cell}"', ""
        case int() | float():
            return ' office:value-type="float"', f' office:value="{cell}"', ""
    return ' office:value-type="string"', "", cell


def biff2(rows: Rows) -> bytes:
    """The oldest Excel format: a bare stream of labels and numbers."""
    out = [struct.pack("<HHHH", 0x0009, 4, 2, 0x10)]
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHBBB", at, column, 0, 0, 0)
            if isinstance(cell, int | float):
                body = place + struct.pack("<d", float(cell))
                out.append(struct.pack("<HH", 0x0003, len(body)) + body)
            elif cell:
                raw = str(cell).encode("cp1252")
                body = place + bytes((len(raw),)) + raw
                out.append(struct.pack("<HH", 0x0004, len(body)) + body)
    out.append(struct.pack("<HH", 0x000A, 0))
    return b"".join(out)


def pdf(rows: Rows, *, ruled: bool, pages: int = 1) -> bytes:
    """A page of text with a table, ruled or not; the heading repeated on every page."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    places = (50, 220, 330, 430, 530)
    for _ in range(pages):
        y = 780.0
        for row in rows:
            if len(row) < 2:
                canvas.drawString(50, y, str(row[0]) if row else "")
            else:
                for left, right, cell in zip(places, places[1:], row, strict=False):
                    canvas.drawString(left + 3, y, str(cell))
                    if ruled:
                        canvas.rect(left, y - 5, right - left, 18)
            y -= 18
        canvas.showPage()
    canvas.save()
    return out.getvalue()
