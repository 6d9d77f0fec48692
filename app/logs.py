"""Log files: rotated, small, and never a name of a person: records are told by their ids."""

from __future__ import annotations

import logging
import logging.handlers
import re
from pathlib import Path

_DIGITS = re.compile(r"\d(?:[ .]?\d){8,}")
_QUOTED = re.compile(r"«[^»]*»|'[^']*'|\"[^\"]*\"")


class Redaction(logging.Filter):
    """Removes what could be personal: quoted values and long runs of digits."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        record.msg = _DIGITS.sub("#", _QUOTED.sub("…", text))
        record.args = ()
        return True


def set_up(folder: Path, level: int = logging.INFO) -> logging.Handler:
    """Log to ``folder``/inclusiv.log, three files of 1 MB at most; what is answered is for :func:`take_down`."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / "inclusiv.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(Redaction())
    root = logging.getLogger("app")
    root.setLevel(level)
    root.addHandler(handler)
    return handler


def take_down(handler: logging.Handler) -> None:
    """Stop logging there and close the file."""
    logging.getLogger("app").removeHandler(handler)
    handler.close()
