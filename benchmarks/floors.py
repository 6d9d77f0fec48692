"""The floors: small programs with no dependency on the product, run as subprocesses in the same run.

They stand in ``../shared/floors`` beside the repository. Where that folder is absent (a clone alone), the empty
window is measured by the same method with :data:`_EMPTY_WINDOW`, and the report says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT.parent / "shared" / "floors"
BYTECODE = ROOT / ".cache" / "benchmarks" / "bytecode"

_EMPTY_WINDOW = r"""
import os, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    painted = 0
    def paintEvent(self, event):
        super().paintEvent(event)
        if not Window.painted:
            Window.painted = time.monotonic_ns()
            QTimer.singleShot(0, app.quit)
app = QApplication(sys.argv[:1])
window = Window(); window.resize(1200, 800); window.show()
app.exec()
status = open("/proc/self/status").read() if os.path.exists("/proc/self/status") else ""
memory = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")]
print((Window.painted - int(os.environ["FLOOR_T0"])) / 1e6, (memory or [0])[0] / 1024, flush=True)
os._exit(0)
"""


def shared() -> bool:
    """Whether the floors shared by the whole project are there."""
    return (FLOORS / "empty_window.py").is_file()


def environment(**more: str) -> dict[str, str]:
    """Of every program measured, floor or product: offscreen, and with its bytecode written once, as when installed.

    ``PYTHONDONTWRITEBYTECODE``, where it is set, would have each start compile every source file again.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"QT_QPA_PLATFORM": "offscreen", **kept, "PYTHONPYCACHEPREFIX": str(BYTECODE), **more}


def _script(name: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(FLOORS / name), *arguments], env=environment(), check=True, capture_output=True, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def empty_window() -> tuple[float, float]:
    """(milliseconds from process start to first paint, resident megabytes) of one empty PySide6 window."""
    if shared():
        answer = _script("empty_window.py", "--runs", "1")
        return float(answer["total_ms"]), float(answer["rss_mb"])
    started = environment(FLOOR_T0=str(time.monotonic_ns()))
    done = subprocess.run(
        [sys.executable, "-c", _EMPTY_WINDOW], env=started, check=True, stdout=subprocess.PIPE, text=True
    )
    taken, memory = map(float, done.stdout.split())
    return taken, memory


def two_pages() -> float | None:
    """Milliseconds of the shared two-page report on a raw canvas; ``None`` when the floors are absent."""
    return float(_script("pdf_canvas.py")["two_pages_ms"]) if shared() else None
