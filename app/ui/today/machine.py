"""What the computer says of itself before leaving for the site: battery, free disk, printer. Never an error."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

_SUPPLIES = Path("/sys/class/power_supply")


@dataclass(frozen=True, slots=True)
class Machine:
    """``battery`` in percent and ``plugged``: ``None`` when the computer does not say. ``free`` bytes."""

    battery: int | None
    plugged: bool | None
    free: int
    printers: tuple[str, ...]


def battery(supplies: Path = _SUPPLIES) -> tuple[int | None, bool | None]:
    """(percent, plugged in); ``None`` for what cannot be known here."""
    if sys.platform == "win32":
        return _windows_battery()
    percent: int | None = None
    plugged: bool | None = None
    try:
        for one in sorted(supplies.iterdir()):
            kind = _read(one / "type")
            if kind == "Battery" and (level := _read(one / "capacity")).isdecimal():
                percent = int(level)
            elif kind == "Mains":
                plugged = _read(one / "online") == "1"
    except OSError:
        return None, None
    return percent, plugged


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _windows_battery() -> tuple[int | None, bool | None]:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (
            ("line", ctypes.c_ubyte),
            ("flag", ctypes.c_ubyte),
            ("percent", ctypes.c_ubyte),
            ("saver", ctypes.c_ubyte),
            ("left", ctypes.c_ulong),
            ("full", ctypes.c_ulong),
        )

    status = Status()
    asked = getattr(ctypes, "windll", None)
    if asked is None or not asked.kernel32.GetSystemPowerStatus(ctypes.byref(status)):
        return None, None
    percent = None if status.percent > 100 else int(status.percent)
    return percent, None if status.line > 1 else status.line == 1


def free_bytes(folder: Path) -> int:
    """Free room on the disk of a folder; 0 when it cannot be read."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def printers() -> tuple[str, ...]:
    """The printers the system knows."""
    from PySide6.QtPrintSupport import QPrinterInfo

    return tuple(QPrinterInfo.availablePrinterNames())
