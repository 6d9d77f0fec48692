"""LibreOffice itself opens both files: values, dates and accents are those of the notebook (issue 3, point 10)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.exchange.service import ExchangeService
from tests.exchange.conftest import MONTH
from tests.factories import Site

SOFFICE = shutil.which("soffice")
FRENCH_CSV = "CSV:59,34,76,1,,1036,false,true"
"""What LibreOffice's own dialog finds in the file: semicolon, quotes, UTF-8, French numbers and dates."""
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

pytestmark = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice is not installed (apt-get install libreoffice-calc); .ci/run installs it"
)


def opened(path: Path, folder: Path, *options: str) -> list[list[tuple[str, str]]]:
    """The first sheet as LibreOffice holds it: (type, value) of each cell; empty cells are (\"\", \"\")."""
    assert SOFFICE is not None
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation={(folder / 'profil').as_uri()}",
            "--headless",
            *options,
            "--convert-to",
            "fods",
            "--outdir",
            str(folder),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    tree = ElementTree.parse(folder / f"{path.stem}.fods")
    table = next(tree.iter(f"{TABLE}table"))
    rows: list[list[tuple[str, str]]] = []
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[tuple[str, str]] = []
        for cell in row:
            kind = cell.get(f"{OFFICE}value-type", "")
            value = cell.get(f"{OFFICE}date-value") or cell.get(f"{OFFICE}value")
            shown = "".join("".join(one.itertext()) for one in cell.iter(f"{TEXT}p"))
            cells += [(kind, value if value is not None else shown)] * min(
                int(cell.get(f"{TABLE}number-columns-repeated", "1")), 40
            )
        if any(kind for kind, _value in cells):
            rows.append(cells)
    return rows


def test_libreoffice_reads_the_month_as_it_was_written(service: ExchangeService, site: Site, tmp_path: Path) -> None:
    read: dict[str, list[list[tuple[str, str]]]] = {}
    for form, options in (("xlsx", ()), ("csv", (f"--infilter={FRENCH_CSV}",))):
        folder = tmp_path / form
        folder.mkdir()
        path = folder / f"mois.{form}"
        path.write_bytes(service.export("month", form, company_id=site.company, month=MONTH).data)
        read[form] = opened(path, folder, *options)
    for form, rows in read.items():
        head = [value for _kind, value in rows[0]]
        names = [row[head.index("Prénom")] for row in rows[1:4]]
        assert names == [("string", "Benoît"), ("string", "Aïssatou"), ("string", "Julie")], form
        by_name = {row[head.index("Prénom")][1]: row for row in rows[1:4]}
        for row in rows[1:4]:
            assert row[head.index("Heures travaillées")] == ("float", "151.67"), form
            assert row[head.index("Début du contrat")] == ("date", "2026-03-02"), form
            assert row[head.index("Fin du contrat")] == ("date", "2027-03-31"), form
            assert row[head.index("Mois")] == ("date", "2026-10-01"), form
        assert by_name["Benoît"][head.index("Heures retenues")] == ("float", "143.67"), form
        assert by_name["Benoît"][head.index("Rectification")] == ("float", "-8"), form
        reason = by_name["Benoît"][head.index("Motif de la rectification")]
        assert reason[0] == "string"
        assert reason[1].endswith("d’heures que travaillées ; erreur d’août"), form
        assert rows[4][head.index("Heures retenues")] == ("float", "447.01"), form
        formula = by_name["Julie"][head.index("Nom")]
        assert formula[0] == "string", "a name that looks like a formula stays a name"
        assert re.sub("^'", "", formula[1]).startswith("=HYPERLINK"), form
