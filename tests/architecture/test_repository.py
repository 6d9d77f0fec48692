"""What may and may not be committed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.architecture.source import ROOT, tracked

# Written in pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(?:" + "|".join(["work", "root", "farm", "tmp", "home"]) + r")/\w")
REGISTRY = re.compile("|".join([r"pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npm", "file:" + "//"]))
BINARY = {".png", ".ico", ".icns", ".ttf", ".jpg", ".pdf", ".xlsx", ".xls", ".ods", ".db", ".qm"}


def _texts() -> list[tuple[str, str]]:
    return [
        (one, (ROOT / one).read_text(encoding="utf-8")) for one in tracked() if Path(one).suffix.lower() not in BINARY
    ]


def _lines(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{one}:{number} {found.group()}"
        for one, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if (found := pattern.search(line))
    ]


def test_no_path_of_a_machine() -> None:
    assert _lines(MACHINE_PATH) == []


def test_no_address_of_a_package_index() -> None:
    assert _lines(REGISTRY) == []


def test_the_lock_holds_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "index-url" not in lock.replace("--no-emit-index-url", "")
    blocks = re.split(r"\n(?=\w)", lock)
    unpinned = [block for block in blocks if not block.startswith("#") and not re.match(r"[\w.-]+==\S+", block)]
    assert unpinned == []
    assert [block for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [one for extra in project["optional-dependencies"].values() for one in extra]
    names = {re.split(r"[\[><= ;]", one)[0].lower().replace("_", "-").replace(".", "-") for one in wanted}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert names <= set(re.findall(r"^([\w-]+)==", lock, re.MULTILINE))


def test_build_is_source_and_tracked() -> None:
    kept = [one for one in tracked() if one.startswith("build/")]
    assert kept, "build/ holds packaging source: it must be under version control"
    assert "build/__init__.py" not in kept, "it would hide the package named build"


def test_no_work_file_is_tracked() -> None:
    assert [one for one in tracked() if one.startswith((".venv/", ".cache/", "dist/")) or one.endswith(".pyc")] == []


def test_every_shipped_table_is_named_with_its_source() -> None:
    readme = (ROOT / "resources" / "README.md").read_text(encoding="utf-8")
    tables = sorted((ROOT / "resources" / "reference" / "tables").glob("*"))
    assert tables
    assert [one.name for one in tables if f"`{one.name}`" not in readme] == []
