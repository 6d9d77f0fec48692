"""What the import contracts of pyproject.toml cannot say about the rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT, imported, modules, name, tracked, tree

MAX_LINES = 800
VAGUE = {"utils", "util", "common", "misc", "helpers", "helper", "core", "manager", "managers"}
SERVER_MAY_SEE = (
    "app.models",
    "app.rules",
    "app.sync.protocol",
    "app.errors",
    "app.clock",
    "app.paths",
    "app.version",
    "app.command_line",
)
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
# The edges: executors, start, command line, sync loop, bridge; and the readers of foreign files and pictures,
# whose libraries raise anything on a damaged one.
BROAD_EXCEPT = (
    *("app/tasks.py", "app/bootstrap.py", "app/cli.py", "app/sync/engine.py", "app/ui/bridge/"),
    "app/hours/timesheets/",
    "app/reports/pen.py",
)


def test_view_models_and_tables_never_see_widgets() -> None:
    wrong = [
        f"{name(path)}:{line} {what}"
        for path in modules("app/ui")
        if path.name in ("viewmodel.py", "table.py")
        for line, what in imported(path)
        if what.startswith("PySide6.QtWidgets") or (what.startswith("app.ui.") and what.endswith(".view"))
    ]
    assert wrong == []


def test_views_never_see_services() -> None:
    wrong = [
        f"{name(path)}:{line} {what}"
        for path in modules("app/ui")
        if path.name == "view.py"
        for line, what in imported(path)
        if ".service" in what and not what.startswith("app.ui.")
    ]
    assert wrong == []


def test_everything_below_the_window_runs_without_qt() -> None:
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in modules("app")
        if path.name not in ("__init__.py", "__main__.py", "desktop.py", "showcase.py", "env.py")
        and not name(path).startswith("app/ui/")
    ]
    code = (
        "import importlib, sys\n"
        "for one in sys.argv[1:]: importlib.import_module(one)\n"
        "print(*sorted(one for one in sys.modules if one.startswith(('PySide6', 'shiboken6'))))"
    )
    done = subprocess.run([sys.executable, "-c", code, *names], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_no_module_is_longer_than_800_lines() -> None:
    long = [
        f"{one}: {lines} lines"
        for one in tracked()
        if one.endswith(".py") or one == "dev"
        if (lines := len((ROOT / one).read_text(encoding="utf-8").splitlines())) > MAX_LINES
    ]
    assert long == []


def test_init_files_are_empty() -> None:
    full = [one for one in tracked() if one.endswith("__init__.py") and (ROOT / one).read_text().strip()]
    assert full == []


def test_no_room_has_a_vague_name() -> None:
    vague = [
        one
        for one in tracked()
        if one.startswith(("app/", "server/", "tests/", "benchmarks/"))
        and not VAGUE.isdisjoint({*Path(one).parts[:-1], Path(one).stem})
    ]
    assert vague == []


def test_sessions_are_opened_by_the_stores_only() -> None:
    openers = {"Session", "sessionmaker", "create_engine", "AsyncSession", "create_async_engine"}
    wrong = [
        f"{name(path)}:{line} {what}"
        for path in modules("app", "server")
        if not name(path).startswith(("app/store/", "server/store/"))
        for line, what in imported(path)
        if what.startswith(("sqlmodel", "sqlalchemy")) and what.rpartition(".")[2] in openers
    ]
    assert wrong == []


def test_the_server_shares_models_rules_and_the_protocol_only() -> None:
    wrong = [
        f"{name(path)}:{line} {what}"
        for path in modules("server")
        for line, what in imported(path)
        if what.split(".")[0] == "app"
        and not any(what == seen or what.startswith(seen + ".") for seen in SERVER_MAY_SEE)
    ]
    assert wrong == []


def test_time_is_asked_of_the_clock_only() -> None:
    wrong = []
    for path in modules("app", "server"):
        if name(path) == "app/clock.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                called = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                if (called, node.func.attr) in CLOCKS:
                    wrong.append(f"{name(path)}:{node.lineno} {called}.{node.func.attr}()")
    assert wrong == []


def test_broad_excepts_stand_at_the_edges_only() -> None:
    """Elsewhere only to clean up and raise again."""
    wrong = []
    for path in modules("app", "server"):
        if name(path).startswith(BROAD_EXCEPT):
            continue
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = "" if node.type is None else ast.unparse(node.type)
            raises = isinstance(node.body[-1], ast.Raise)
            if caught in ("", "Exception", "BaseException") and not raises:
                wrong.append(f"{name(path)}:{node.lineno}")
    assert wrong == []
