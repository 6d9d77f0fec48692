"""What PySide6 6.12 does to the interpreter, mended: constants that die, sources read at each import.

The wheels of PySide6 6.12.0 return ``None`` (and, from some calls such as ``emit``, true or false) without counting
the reference, which is right only from Python 3.12 on, where these constants are immortal (PEP 683). On 3.11 each such
call takes one reference away, and after some thousands of them the interpreter ends with « none_dealloc:
deallocating None » or « bool_dealloc » (measured: 1 000 calls of ``QFont.setPixelSize``, 1 000 references fewer; 6.11.1
counts rightly). Making the constants immortal, as Python 3.12 does itself, mends it:
docs/decisions/0003-immortal-constants.md.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import PySide6.QtCore  # noqa: F401

CONSTANTS = (None, True, False, NotImplemented, Ellipsis)
_MANY = 1 << 60


def spare_sources() -> None:
    """Stop PySide6 from reading the source of every module imported from now on, and keeping it all in memory.

    Its hook on ``import`` looks for the word « PySide6 » in them, for the modules that would ask for
    ``from __feature__ import``: nobody does here. It cost 5 ms before the first paint and, through ``linecache``, 25 MB
    in the end. A bundle holds no source and pays nothing. Done when this module is imported; without effect where
    PySide6 no longer does so.
    """
    feature: Any = importlib.import_module("shibokensupport.feature")  # there once a module of PySide6 is
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda module: False


def keep_constants() -> None:
    """Give the constants more references than a program can lose. Does nothing from Python 3.12 on, nor twice."""
    if sys.version_info >= (3, 12):
        return
    import ctypes

    for constant in CONSTANTS:
        if sys.getrefcount(constant) < sys.maxsize // 16:
            # the count is the first word of every object of CPython 3.11, as wide as a pointer
            ctypes.c_ssize_t.from_address(id(constant)).value = min(_MANY, sys.maxsize // 4)


spare_sources()
