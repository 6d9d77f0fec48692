"""Hostile, damaged and monstrous files: a French sentence, no fall, no wait, no line the file has not."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from app.hours.timesheets import sandbox, wire
from app.hours.timesheets.cells import Cell, Contents, Failure, Sheet, Unreadable
from app.hours.timesheets.command import run_read
from app.hours.timesheets.reading import read_timesheet
from app.hours.timesheets.sandbox import read_in_sandbox
from tests.hours.timesheets import files
from tests.hours.timesheets.files import SHEET_XMLNS, TABLE_LINES, TODAY, lines, read_data


def _entities(depth: int) -> str:
    names = "abcdefghij"
    declared = "".join(f'<!ENTITY {names[at + 1]} "{f"&{names[at]};" * 10}">' for at in range(depth))
    return f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{declared}]>'


def _sheet(inner: str, before: str = "") -> bytes:
    return files.xlsx_with_sheet(
        f'<?xml version="1.0"?>{before}<worksheet {SHEET_XMLNS}><sheetData>{inner}</sheetData></worksheet>'
    )


MONSTERS: dict[str, tuple[bytes, str]] = {
    "zip bomb": (
        files.zipped({"[Content_Types].xml": "<x/>", "xl/workbook.xml": bytes(300_000_000)}),
        "file_too_large",
    ),
    "isolated cell": (_sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "file_too_large"),
    "entity bomb": (
        _sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>', _entities(9)),
        "corrupt_file",
    ),
    "external entity": (
        _sheet(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>',
            '<!DOCTYPE x [<!ENTITY a SYSTEM "hostname.txt">]>',
        ),
        "corrupt_file",
    ),
    "repeated cells": (
        files.ods(
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>'
        ),
        "file_too_large",
    ),
    "too many rows": (b"Nom;Prenom;Mois;Heures\n" + b"MARTIN;Julie;01/2024;1\n" * 150_000, "file_too_large"),
    "endless line": (b"Nom;Prenom;Mois;Heures\n" + b"x" * 10_000_000 + b"\n", "no_table_found"),
    "endless quote": (b'Nom;Prenom;Mois;Heures\n"' + b"x;\n" * 1_000_000, "file_too_large"),
    "only separators": (b";" * 10_000_000, "no_table_found"),
    "only quotes": (b'"' * 1_000_001, "no_table_found"),
    "spans": (b"<html><table><tr><td rowspan=1000 colspan=1000>a</td></tr>" * 200, "file_too_large"),
    "nested tables": (b"<html>" + b"<table><tr><td>" * 20_000, "no_table_found"),
    "random": (random.Random(7).randbytes(5_000), "corrupt_file"),
}


@pytest.mark.parametrize("name", MONSTERS)
def test_monsters_are_refused_in_french(name: str, tmp_path: Path):
    data, code = MONSTERS[name]
    path = tmp_path / "releve.xlsx"
    path.write_bytes(data)
    reading = read_timesheet(path, today=TODAY)
    assert reading.error is not None
    assert reading.error.code == code
    assert reading.error.message.endswith(".")
    assert reading.lines == ()


def test_a_file_above_the_limit_is_not_even_opened(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a")
    os.truncate(path, 26 * 1024 * 1024)
    found = read_in_sandbox(path)
    assert isinstance(found, Failure)
    assert found.code == "file_too_large"


def test_no_file_a_folder_and_a_name_that_cannot_be(tmp_path: Path):
    for path in (tmp_path / "absent.xlsx", tmp_path, Path("a\x00b")):
        found = read_in_sandbox(path)
        assert isinstance(found, Failure)
        assert found.code == "file_not_found"
        assert run_read(path, as_json=False, today=TODAY) == (2, found.message)


def _replaced(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(sandbox, "worker_command", lambda path: [sys.executable, "-c", program])


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "raise SystemExit(3)",
        "print('not json')",
        "print('{\"kind\": 1}')",
        "print('[1]')",
        "",
    ],
)
def test_a_reader_that_falls_is_an_error_value(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _replaced(monkeypatch, program)
    path = tmp_path / "a.csv"
    path.write_text("x", encoding="utf-8")
    found = read_in_sandbox(path)
    assert isinstance(found, Failure)
    assert found.code == "corrupt_file"


def test_a_reader_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _replaced(monkeypatch, "while True: pass")
    path = tmp_path / "a.csv"
    path.write_text("x", encoding="utf-8")
    start = time.monotonic()
    found = read_in_sandbox(path, wall_seconds=0.3)
    assert isinstance(found, Failure)
    assert found.code == "file_too_large"
    assert time.monotonic() - start < 10


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process this way")
def test_memory_and_written_files_are_bounded(tmp_path: Path):
    target = tmp_path / "written"
    program = (
        "from app.hours.timesheets.worker import limit; limit()\n"
        "try:\n    bytearray(2_000_000_000)\n    print('allocated')\nexcept MemoryError:\n    print('refused')\n"
        f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"try:\n    f = open({str(target)!r}, 'wb'); f.write(b'x'); f.close()\n    print('written')\n"
        "except OSError:\n    print('refused')\n"
    )
    root = Path(sandbox.__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=False)
    assert done.stdout.split() == ["refused", "refused"]


def test_the_reader_knows_neither_the_notebook_nor_the_window():
    """What a hostile file could reach: no database, key, network or Qt is imported in its process."""
    root = Path(sandbox.__file__).resolve().parents[3]
    program = (
        "import sys; from app.hours.timesheets import worker, read_xlsx, read_xls, read_ods, read_html, read_text; "
        "from app.hours.timesheets import read_pdf, read_xml2003; print([m for m in ('sqlmodel', 'sqlcipher3', "
        "'keyring', 'httpx2', 'PySide6', 'app.store', 'app.account') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"


def test_what_crosses_the_wire_comes_back_the_same():
    rows: list[list[Cell | None]] = [
        [Cell("a"), None, Cell(number=1.5), Cell(seconds=60)],
        [],
        [Cell(formula=True), Cell(error=True), Cell(date=dt.date(2024, 1, 31))],
    ]
    contents = Contents("xlsx", (Sheet("é", rows, True, frozenset({1}), frozenset({2}), ((0, 0, 1, 1),)),))
    assert wire.decode(wire.encode(contents)) == contents
    failure = Failure("corrupt_file", "Abîmé.")
    assert wire.decode(wire.encode(failure)) == failure


def test_zeros_between_the_cells_of_a_text():
    assert lines(read_data(files.text_table().encode().replace(b";", b";\x00"))) == TABLE_LINES


# --- mutations ---------------------------------------------------------------------------------------------------

SOUND: dict[str, bytes] = {
    "xlsx": files.xlsx(files.workbook()),
    "ods": files.ods(files.ods_rows(files.TABLE)),
    "csv": files.text_table().encode("cp1252"),
    "html": files.html_table().encode(),
    "xml2003": files.xml2003().encode(),
    "xls": files.biff2(files.TABLE),
}
CHECKED = ("xlsx", "ods")
"""Formats with a checksum: damage cannot change a figure unseen."""


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A damaged copy: bytes changed, cut, repeated or removed."""
    changed = bytearray(data)
    match chance.randrange(5):
        case 0:
            return bytes(changed[: chance.randrange(len(changed))])
        case 1:
            at = chance.randrange(len(changed))
            del changed[at : at + chance.randrange(1, 200)]
        case 2:
            at = chance.randrange(len(changed))
            changed[at:at] = changed[max(0, at - chance.randrange(1, 200)) : at]
        case _:
            for _ in range(chance.choice((1, 3, 30))):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("kind", SOUND)
def test_damaged_files_never_break_the_reading(kind: str):
    chance = random.Random(f"mutation {kind}")
    for _ in range(60):
        try:
            reading = read_data(mutated(SOUND[kind], chance))
        except Unreadable:
            continue
        except (ValueError, KeyError, IndexError, OverflowError, UnicodeError) as loose:
            # the worker's edge turns these into an answer; the readers should not rely on it
            pytest.fail(f"{kind}: {loose!r}")
        except MemoryError:
            continue
        if kind in CHECKED:
            assert set(lines(reading)) <= set(TABLE_LINES)


def test_shuffled_cells_give_no_line_that_the_original_has_not():
    chance = random.Random(11)
    figures = {hours for *_, hours in TABLE_LINES}
    for _ in range(60):
        rows = [list(row) for row in files.TABLE]
        for _ in range(chance.randrange(1, 6)):
            a, b = chance.randrange(len(rows)), chance.randrange(len(rows))
            if rows[a] and rows[b]:
                x, y = chance.randrange(len(rows[a])), chance.randrange(len(rows[b]))
                rows[a][x], rows[b][y] = rows[b][y], rows[a][x]
        try:
            reading = files.read_rows(rows)
        except Unreadable:
            continue
        for line in reading.lines:
            assert f"{line.hundredths / 100:.2f}" in figures | {"221.67"}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_damage_inside_the_archive(kind: str):
    """The XML itself damaged, checksums made right again: what a hostile hand would send."""
    chance = random.Random(f"inner {kind}")
    with zipfile.ZipFile(io.BytesIO(SOUND[kind])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    target = "content.xml" if kind == "ods" else "xl/worksheets/sheet1.xml"
    for _ in range(60):
        with contextlib.suppress(Unreadable):
            read_data(files.zipped({**parts, target: mutated(parts[target], chance)}))
