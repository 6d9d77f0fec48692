"""The blank sheet sent to a company comes back, filled in, without a question (PRODUCT.md E8)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.errors import InvalidInput, NotFound
from app.exchange.command import run_template
from app.exchange.service import ExchangeService
from app.hours.imports.judging import judge
from app.hours.imports.opening import opened_file
from app.hours.imports.service import ImportsService
from app.hours.imports.values import Decisions, Review
from app.hours.service import HoursService
from app.hours.timesheets.worker import read_bytes
from app.store.notebook import Notebook
from tests.factories import Site, siret

OCTOBER = "2026-10"


def _sheet(data: bytes) -> tuple[Any, Any]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return book, book.active


def _review(service: ImportsService, book: Any, company: str) -> Review:
    out = io.BytesIO()
    book.save(out)
    opened = opened_file("rempli.xlsx", out.getvalue(), read_bytes(out.getvalue(), "rempli.xlsx"))
    assert service.company_of(opened) == company, "the file says whose it is"
    return judge(service.prepare(opened, company), Decisions())


def test_the_filled_template_comes_back_without_a_question(
    notebook: Notebook, service: ImportsService, hours: HoursService, site: Site
) -> None:
    made = ExchangeService(notebook).template(OCTOBER, site.company)
    book, sheet = _sheet(made.data)
    assert [one.value for one in sheet[1]] == ["Entreprise", "Nom", "Prénom", "Mois", "Heures"]
    people = {row.last_name for row in hours.open_month(site.company, OCTOBER).rows}
    assert {sheet.cell(at, 2).value for at in range(2, sheet.max_row + 1)} == people
    assert made.rows == len(site.contracts)
    for at in range(2, sheet.max_row + 1):
        sheet.cell(at, 5).value = 100 + at + 0.25
    review = _review(service, book, site.company)
    assert (review.questions, review.left) == ((), ())
    assert review.months == (OCTOBER,)
    assert sorted(one.hours for one in review.writes) == [10_025 + 100 * at for at in range(2, 8)]


def test_people_left_blank_are_not_asked_about(notebook: Notebook, service: ImportsService, site: Site) -> None:
    book, sheet = _sheet(ExchangeService(notebook).template(OCTOBER, site.company).data)
    sheet.cell(3, 5).value = 151.67
    review = _review(service, book, site.company)
    assert (review.questions, review.left) == ((), ())
    assert [one.hours for one in review.writes] == [15_167]


def test_without_a_company_the_headings_alone(notebook: Notebook, site: Site) -> None:
    made = ExchangeService(notebook).template(OCTOBER)
    assert made.rows == 0
    assert _sheet(made.data)[1].max_row == 1


def test_the_verb_writes_it(notebook: Notebook, site: Site, tmp_path: Path) -> None:
    service, out = ExchangeService(notebook), tmp_path / "modele.xlsx"
    answer = run_template(service, notebook, out, siret(1), OCTOBER)
    assert (answer["path"], answer["people"]) == (str(out), 6)
    assert _sheet(out.read_bytes())[1].max_row == 7
    with pytest.raises(InvalidInput):
        run_template(service, notebook, tmp_path / "modele.csv", siret(1), OCTOBER)
    with pytest.raises(NotFound):
        run_template(service, notebook, out, siret(9), OCTOBER)
