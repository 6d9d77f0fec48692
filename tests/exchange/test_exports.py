"""What leaves for a spreadsheet: typed, harmless, complete, and names only for whoever may take them out."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput, NotAllowed, NotFound
from app.exchange.delimited import to_csv
from app.exchange.service import KINDS, ExchangeService
from app.exchange.sheets import Column, Kind, Sheet, harmless
from app.exchange.workbook import to_xlsx
from app.models.choices import Role
from app.store.notebook import Notebook
from tests.exchange.conftest import MONTH
from tests.factories import NOW, Site

DANGEROUS = "=+-@\t\r"


def book(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def lines(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def column(sheet: Any, title: str) -> list[Any]:
    titles = [one.value for one in sheet[1]]
    return [row[titles.index(title)].value for row in sheet.iter_rows(min_row=2)]


# --- the month ---------------------------------------------------------------------------


def test_the_month_as_a_workbook_is_typed(service: ExchangeService, site: Site) -> None:
    made = service.export("month", company_id=site.company, month=MONTH)
    assert made.name == "2026-10_Bati-Sud-91_heures.xlsx"
    assert made.rows == 3
    sheet = book(made.data).active
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:W4", "the total is out of the filter"
    assert column(sheet, "Heures travaillées") == [151.67, 151.67, 151.67, 455.01]
    assert column(sheet, "Rectification") == [-8, None, None, -8]
    assert column(sheet, "Heures retenues") == [143.67, 151.67, 151.67, 447.01]
    starts = [row[9] for row in sheet.iter_rows(min_row=2, max_row=4)]
    assert [one.value for one in starts] == [dt.datetime(2026, 3, 2)] * 3
    assert {one.number_format for one in starts} == {"dd/mm/yyyy"}
    assert all(one.width > 8 for one in sheet.column_dimensions.values())


def test_no_cell_of_any_export_can_be_taken_for_a_formula(service: ExchangeService, site: Site) -> None:
    for kind in KINDS:
        sheet = book(service.export(kind, month=MONTH).data).active
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not (isinstance(cell.value, str) and cell.value.startswith(tuple(DANGEROUS))), cell.value
        for line in lines(service.export(kind, "csv", month=MONTH).data)[1:]:
            for text in line:
                number = text.replace(",", "").lstrip("-").isdecimal()
                assert number or not text.startswith(tuple(DANGEROUS)), text
    assert "'=HYPERLINK" in service.export("beneficiaries", "csv").data.decode("utf-8-sig")


def test_the_month_of_everybody_says_the_state_of_each_statement(service: ExchangeService, site: Site) -> None:
    made = book(service.export("month", month=MONTH).data)
    assert made.sheetnames == ["Heures – octobre 2026", "Relevés – octobre 2026"]
    assert column(made.worksheets[1], "État") == ["Attesté"]
    assert column(made.worksheets[1], "Rectification") == [-8]


def test_the_month_as_csv_opens_in_french(service: ExchangeService, site: Site) -> None:
    data = service.export("month", "csv", company_id=site.company, month=MONTH).data
    assert b"\r\n" in data
    head, *rows = lines(data)
    assert rows[0][head.index("Heures travaillées")] == "151,67"
    assert rows[0][head.index("Début du contrat")] == "02/03/2026"
    assert [row[head.index("N°")] for row in rows] == ["1", "2", "3", ""]
    assert "−" not in data.decode("utf-8-sig"), "a minus that no spreadsheet reads"
    assert "-8,00" in [row[head.index("Rectification")] for row in rows]


# --- the lists ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [one for one in KINDS if one != "month"])
def test_every_list_has_its_dates_as_dates_and_its_hours_as_numbers(
    service: ExchangeService, site: Site, kind: str
) -> None:
    sheet = book(service.export(kind).data).active
    for title in [one.value for one in sheet[1]]:
        for value in column(sheet, title):
            if value is None:
                continue
            if any(word in title for word in ("Début", "Fin", " le", "Mois", "Date ", "Dernier contact")):
                assert isinstance(value, dt.datetime), (title, value)
            if "Heures" in title:
                assert isinstance(value, int | float), (title, value)


def test_what_the_screen_shows_is_exported_in_its_order(service: ExchangeService, site: Site) -> None:
    shown = [site.beneficiaries[2], site.beneficiaries[1], "gone"]
    sheet = book(service.export("beneficiaries", ids=shown).data).active
    assert column(sheet, "Nom") == ["DIALLO", "DESCHAMPS"]


def test_names_are_for_those_who_may_take_them_out(service: ExchangeService, site: Site, notebook: Notebook) -> None:
    notebook.role = Role.READER
    for kind in ("beneficiaries", "month"):
        with pytest.raises(NotAllowed):
            service.export(kind, month=MONTH)
    assert service.export("companies").rows == 1


def test_another_organisation_s_people_are_never_exported(
    service: ExchangeService, site: Site, notebook: Notebook
) -> None:
    notebook.organisation_id = "another"
    assert service.export("beneficiaries").rows == 0
    assert service.export("month", month=MONTH).rows == 0
    assert service.export("statements").rows == 0


@pytest.mark.parametrize(
    ("kind", "form", "month", "company"),
    [("people", "xlsx", "", ""), ("visits", "ods", "", ""), ("month", "csv", "", ""), ("month", "csv", "2026-13", "")],
)
def test_what_cannot_be_exported_is_said(
    service: ExchangeService, site: Site, kind: str, form: str, month: str, company: str
) -> None:
    with pytest.raises(InvalidInput):
        service.export(kind, form, month=month, company_id=company)
    with pytest.raises(NotFound):
        service.export("month", month=MONTH, company_id="nobody")


# --- any text ----------------------------------------------------------------------------


@given(st.text(max_size=60))
def test_any_text_becomes_harmless_and_keeps_its_words(text: str) -> None:
    made = harmless(text)
    assert not made.startswith(tuple(DANGEROUS))
    kept = "".join(one for one in text if one in "\n\t\r" or ord(one) >= 32)
    assert made in (kept, f"'{kept}")


@given(st.lists(st.tuples(st.text(max_size=30), st.integers(-10_000_000, 10_000_000)), max_size=5))
def test_both_files_hold_what_they_were_given(rows: list[tuple[str, int]]) -> None:
    sheet = Sheet("Essai", (Column("Texte"), Column("Heures", Kind.HOURS)), tuple(rows))
    read = book(to_xlsx([sheet], author="PLIE", made_at=NOW)).active
    for at, (text, hours) in enumerate(rows):
        shown = read.cell(at + 2, 1).value or ""
        assert _same(shown, harmless(text))
        assert round((read.cell(at + 2, 2).value or 0) * 100) == hours
    back = lines(to_csv(sheet))[1:]
    assert [round(float(row[1].replace(",", ".")) * 100) for row in back] == [hours for _text, hours in rows]
    assert all(_same(row[0], harmless(text)) for row, (text, _hours) in zip(back, rows, strict=True))


def _same(read: str, given: str) -> bool:
    """Files of spreadsheets fold line ends."""
    return read.replace("\r\n", "\n").replace("\r", "\n") == given.replace("\r\n", "\n").replace("\r", "\n")
