"""Each format a company may send, judged by its content and never by its name."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from app.hours.timesheets.cells import Unreadable
from app.hours.timesheets.worker import read_bytes
from tests.hours.timesheets import files
from tests.hours.timesheets.files import TABLE, TABLE_LINES, lines, read_data

COMPANY = "BÂTI ÉLÉGANCE SARL"
GRID = (
    ("Mois : mars 2024",),
    ("Salarié", "Contrat", "Heures", "Cumul"),
    ("MARTIN Julie", "CDD", "151h40", "303h20"),
    ("VAN DEN BROECK Théo", "CDI", "70h30", "141h00"),
    ("de SOUSA João", "CDD", "7h00", "9h00"),
    ("TOTAL", "", "229h10", ""),
)
GRID_LINES = [
    ("MARTIN", "Julie", "2024-03", "151.67"),
    ("VAN DEN BROECK", "Théo", "2024-03", "70.50"),
    ("de SOUSA", "João", "2024-03", "7.00"),
]


@pytest.mark.parametrize("name", ["releve.xlsx", "releve.csv", "releve.pdf", "releve", "RELEVE.XLS"])
@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("xlsx", files.xlsx(files.workbook())),
        ("csv", files.text_table().encode("utf-8")),
        ("tsv", files.text_table("\t").encode("utf-8")),
        ("csv", files.text_table("|").encode("utf-8")),
        ("html", files.html_table().encode("utf-8")),
        ("xml2003", files.xml2003().encode("utf-8")),
        ("ods", files.ods(files.ods_rows(TABLE))),
        ("xls", files.biff2(TABLE)),
    ],
)
def test_the_content_tells_the_format_whatever_the_name(name: str, kind: str, data: bytes):
    reading = read_data(data, name)
    assert reading.kind == kind
    assert lines(reading) == TABLE_LINES
    assert {line.company for line in reading.lines} == {COMPANY}
    assert reading.status == "ok"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "cp850"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_of_a_french_csv(encoding: str, end: str):
    reading = read_data(files.text_table().replace("\n", end).encode(encoding))
    assert lines(reading) == TABLE_LINES
    assert reading.lines[0].company == COMPANY


def test_commas_part_columns_only_when_they_are_not_decimal_commas():
    quoted = 'Nom,Prénom,Mois,Heures\nMARTIN,Julie,01/2024,"151,67"\nDUPONT,Paul,01/2024,70.5\n'
    assert lines(read_data(quoted.encode())) == [
        ("MARTIN", "Julie", "2024-01", "151.67"),
        ("DUPONT", "Paul", "2024-01", "70.50"),
    ]
    cut = read_data(b"Nom,Prenom,Mois,Heures\nMARTIN,Julie,01/2024,151,67\nDUPONT,Paul,01/2024,70\n")
    assert lines(cut) == [("DUPONT", "Paul", "2024-01", "70.00")]
    assert files.reasons(cut) == [(2, "hours_odd_format")]


def test_a_declared_separator_is_obeyed():
    assert lines(read_data(("sep=|\r\n" + files.text_table("|")).encode())) == TABLE_LINES


def test_text_aligned_with_spaces():
    rows = [
        ("Nom", "Prénom", "Heures"),
        ("MARTIN", "Julie", "151,67"),
        ("VAN DEN BROECK", "Théo", "70,5"),
        ("LE GOFF", "Anne Marie", "7"),
    ]
    text = "Mois : mars 2024\n\n" + "".join(f"{a:<18}{b:<13}{c:>8}\n" for a, b, c in rows)
    assert lines(read_data(text.encode("cp1252"))) == [
        ("MARTIN", "Julie", "2024-03", "151.67"),
        ("VAN DEN BROECK", "Théo", "2024-03", "70.50"),
        ("LE GOFF", "Anne Marie", "2024-03", "7.00"),
    ]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_pdf_with_a_table_of_text(ruled: bool):
    assert lines(read_data(files.pdf(GRID, ruled=ruled))) == GRID_LINES


def test_the_heading_repeated_on_each_page_of_a_pdf():
    reading = read_data(files.pdf(GRID[:-1], ruled=True, pages=2))
    # the second page repeats the same rows: they are asked, never counted twice
    assert lines(reading) == GRID_LINES
    assert [reason for _, reason in files.reasons(reading)] == ["duplicate_row"] * 3


def test_time_cells_of_a_workbook():
    book = files.workbook([("Nom", "Prénom", "Mois", "Heures")])
    page = book.worksheets[0]
    for row, (form, value) in enumerate(
        [("[h]:mm", 6.3194444444), ("hh:mm", 0.3125), ('[h]"h"mm', 1.5), ('0.00" h"', 140.5), ("hh:mm", 1.25)], start=2
    ):
        page.append([f"NOM{'ABCDEFGH'[row]}", "Anne", dt.date(2024, 1, 1), value])
        page.cell(row, 4).number_format = form
    assert [hours for *_, hours in lines(read_data(files.xlsx(book)))] == ["151.67", "7.50", "36.00", "140.50", "30.00"]


def test_durations_and_dates_of_an_opendocument_sheet():
    rows = [
        ("Salarié", "Date", "Durée"),
        ("MARTIN Julie", dt.date(2024, 2, 5), dt.timedelta(hours=7, minutes=20)),
        ("MARTIN Julie", dt.date(2024, 2, 6), dt.timedelta(hours=7, minutes=20)),
        ("Total", "", dt.timedelta(hours=14, minutes=40)),
    ]
    assert lines(read_data(files.ods(files.ods_rows(rows)))) == [("MARTIN", "Julie", "2024-02", "14.67")]


def test_hidden_columns_and_sheets_are_left_out():
    rows = [("Nom", "Prénom", "Heures réalisées", "Heures", "Mois"), ("MARTIN", "Julie", 99, 6, "01/2024")]
    book = files.workbook(rows)
    book.worksheets[0].column_dimensions["C"].hidden = True
    other = book.create_sheet("Brouillon")
    other.sheet_state = "hidden"
    other.append(["Nom", "Prénom", "Mois", "Heures"])
    other.append(["DUPONT", "Paul", "01/2024", 12])
    assert lines(read_data(files.xlsx(book))) == [("MARTIN", "Julie", "2024-01", "6.00")]

    hidden = files.ods(
        '<table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/>' + files.ods_rows(rows)
    )
    assert lines(read_data(hidden)) == [("MARTIN", "Julie", "2024-01", "6.00")]
    page = files.html_table(rows).replace("<td>99", '<td style="display:none">99')
    page = page.replace("<td>Heures réalisées", '<td style="display: none">Heures réalisées')
    assert lines(read_data(page.encode())) == [("MARTIN", "Julie", "2024-01", "6.00")]


def test_formulas_are_never_evaluated():
    rows = [("Nom", "Prénom", "Mois", "Heures"), ("MARTIN", "Julie", "01/2024", "=100+50")]
    needed = read_data(files.xlsx(files.workbook(rows)))
    assert needed.error is not None
    assert needed.error.code == "formula_without_value"
    total_only = [*rows[:1], ("MARTIN", "Julie", "01/2024", 5), ("TOTAL", "", "", "=SUM(D2:D2)")]
    assert lines(read_data(files.xlsx(files.workbook(total_only)))) == [("MARTIN", "Julie", "2024-01", "5.00")]
    parts = [
        ("Nom", "Prénom", "Mois", "Heures normales", "Heures supp.", "Total heures"),
        ("MARTIN", "Julie", "01/2024", 35, 4, "=D2+E2"),
    ]
    assert lines(read_data(files.xlsx(files.workbook(parts)))) == [("MARTIN", "Julie", "2024-01", "39.00")]


def test_an_error_shown_by_the_spreadsheet_is_not_silence():
    book = files.workbook([("Nom", "Prénom", "Mois", "Heures"), ("MARTIN", "Julie", "01/2024", 1)])
    cell = book.worksheets[0]["D2"]
    cell.value, cell.data_type = "#REF!", "e"
    assert files.reasons(read_data(files.xlsx(book))) == [(2, "hours_unreadable")]


def test_spans_of_html():
    page = (
        "<table><tr><th colspan=2>Salarié</th><th>Date</th><th>Heures</th></tr><tr><td rowspan=2>MARTIN</td>"
        "<td rowspan=2>Julie</td><td>01/03/2024</td><td>7h</td></tr><tr><td>04/03/2024</td><td>7h30</td></tr>"
        "<tr><td>DUPONT</td><td>Paul</td><td>04/03/2024</td><td>3h</td></tr></table>"
    )
    assert lines(read_data(page.encode())) == [
        ("MARTIN", "Julie", "2024-03", "14.50"),
        ("DUPONT", "Paul", "2024-03", "3.00"),
    ]


def test_a_web_page_in_one_file():
    page = files.html_table(((*TABLE[2],), ("MARTIN", "Julie", "01/2024", "7,5")))
    mhtml = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        + page.encode("utf-8")
        + b"\r\n--b--\r\n"
    )
    assert lines(read_data(mhtml)) == [("MARTIN", "Julie", "2024-01", "7.50")]


def test_numbers_written_as_text_by_a_sum_that_leaves_them_out():
    """A spreadsheet's SUM skips « 70 » written as text: its total is not a mismatch."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in [
        ("Nom", "Prénom", "Mois", "Heures"),
        ("MARTIN", "Julie", "01/2024", 100),
        ("DUPONT", "Paul", "01/2024", "70"),
        ("TOTAL", "", "", 100),
    ]:
        page.append(list(row))
    assert files.codes(read_data(files.xlsx(book))) == []


def _code(data: bytes, name: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read_bytes(data, name)
    assert caught.value.failure.message.endswith(".")
    return caught.value.failure.code


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.xlsx", "corrupt_file"),
        (b"", "a.csv", "no_table_found"),
        (b"\xef\xbb\xbf\r\n\r\n", "a.csv", "no_table_found"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "photo.png", "unsupported_format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "releve.xlsx", "wrong_extension"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "releve.pdf", "wrong_extension"),
        (b"{\\rtf1 ...}", "releve.rtf", "unsupported_format"),
        (files.zipped({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}), "a.docx", "unsupported_format"),
        (files.zipped({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}), "a.xlsx", "wrong_extension"),
        (files.zipped({"a.txt": "x"}), "a.zip", "unsupported_format"),
        (files.zipped({"a.txt": "x"}), "a.ods", "wrong_extension"),
        (_OLE + "EncryptedPackage".encode("utf-16-le") + bytes(20), "a.xlsx", "password_protected"),
        (_OLE + "WordDocument".encode("utf-16-le") + bytes(20), "a.doc", "unsupported_format"),
        (_OLE + "Workbook".encode("utf-16-le") + bytes(20), "a.xls", "corrupt_file"),
        (_OLE, "a.xls", "corrupt_file"),
        (bytes(range(256)) * 20, "a.xlsx", "corrupt_file"),
        (bytes(range(256)) * 20, "a.dat", "unsupported_format"),
        (b"%PDF-1.4 nothing else", "a.pdf", "corrupt_file"),
        (files.ods("", "<manifest:encryption-data/>"), "a.ods", "password_protected"),
        (b'<?xml version="1.0"?><root/>', "a.xml", "unsupported_format"),
    ],
)
def test_what_is_no_statement_is_said_in_french(data: bytes, name: str, code: str):
    assert _code(data, name) == code


def test_a_locked_pdf_and_a_scanned_one():
    import io

    from pypdf import PdfWriter
    from reportlab.pdfgen.canvas import Canvas

    for password, owner, locked in [("secret", None, True), ("", "owner", False)]:
        writer = PdfWriter(clone_from=io.BytesIO(files.pdf(GRID, ruled=True)))
        writer.encrypt(password, owner)
        out = io.BytesIO()
        writer.write(out)
        if locked:
            assert _code(out.getvalue(), "a.pdf") == "password_protected"
        else:  # it opens without asking: everyone may read it
            assert lines(read_data(out.getvalue())) == GRID_LINES

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(50, 50, 300, 300, fill=1)
    canvas.save()
    assert _code(out.getvalue(), "a.pdf") == "no_table_found"
