"""Keeps Python 3.11 alive under PySide6 6.12.

The wheels of PySide6 6.12.0 return ``None`` from every call without a value without counting the reference, which
is right only from Python 3.12 on, where ``None`` is immortal (PEP 683). On 3.11 each such call takes one reference
away, and after some five thousand of them the interpreter ends with « none_dealloc: deallocating None » (measured:
1 000 calls of ``QFont.setPixelSize``, 1 000 references fewer; 6.11.1 counts rightly). Making ``None`` immortal, as
Python 3.12 does itself, mends it: docs/decisions/immortal-none.md.
"""

from __future__ import annotations

import sys

_IMMORTAL = 1 << 60


def keep_none() -> None:
    """Give ``None`` more references than a program can lose. Does nothing from Python 3.12 on, nor twice."""
    if sys.version_info >= (3, 12) or sys.getrefcount(None) > _IMMORTAL // 2:
        return
    import ctypes

    # the count is the first word of every object of CPython 3.11, as wide as a pointer
    count = ctypes.c_ssize_t.from_address(id(None))
    count.value = min(_IMMORTAL, sys.maxsize // 4)
