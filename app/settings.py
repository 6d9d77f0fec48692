"""The preferences of this workstation, each declared once.

They lie in ``settings.json`` beside the notebook, hold nothing personal, and are read before
the first window is painted: standard library only. A file that cannot be read is kept aside
and the defaults are used: a preference never prevents the program from starting.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from app import durable, errors

log = logging.getLogger(__name__)

FILE_NAME = "settings.json"
VERSION = 1

T = TypeVar("T", bound=bool | int | str)
T_co = TypeVar("T_co", bound=bool | int | str, covariant=True)


@dataclass(frozen=True, slots=True)
class Preference(Generic[T_co]):
    """One preference: its key in the file, its default (which gives its type), its French label.

    ``choices`` maps each allowed value to its French label; ``minimum`` and ``maximum`` bound a
    number (``unit`` is shown after it); ``pattern`` is what a text must match, whole.
    """

    key: str
    default: T_co
    label: str
    choices: Mapping[str, str] = field(default_factory=dict)
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    pattern: str = ""

    def accepts(self, value: object) -> bool:
        """Whether ``value`` has the right type and lies within the bounds."""
        if type(value) is not type(self.default):
            return False
        if isinstance(value, str):
            if self.choices and value not in self.choices:
                return False
            return not self.pattern or re.fullmatch(self.pattern, value) is not None
        if isinstance(value, int) and not isinstance(value, bool):
            above = self.minimum is None or value >= self.minimum
            return above and (self.maximum is None or value <= self.maximum)
        return True


THEME: Preference[str] = Preference(
    "theme",
    "auto",
    "Apparence",
    choices={
        "auto": "Comme l’ordinateur",
        "light": "Claire",
        "dark": "Sombre",
        "sun": "Plein soleil",
        "contrast": "Contraste élevé",
    },
)
TEXT_SCALE: Preference[int] = Preference("text_scale", 100, "Taille du texte", minimum=100, maximum=200, unit="%")
FIELD_MODE: Preference[bool] = Preference("field_mode", False, "Mode terrain (grandes lignes)")
LOCK_MINUTES: Preference[int] = Preference(
    "lock_minutes", 10, "Verrouiller après une inactivité de", minimum=2, maximum=30, unit="min"
)
WORKSTATION_PREFIX: Preference[str] = Preference(
    "workstation_prefix", "", "Préfixe des numéros de ce poste", pattern="(?:[A-Z0-9]{2,4})?"
)
PRINTER: Preference[str] = Preference("printer", "", "Imprimante")
LAST_PLACE: Preference[str] = Preference("last_place", "today", "Dernier écran ouvert")
HAND: Preference[str] = Preference("hand", "right", "Main qui écrit", choices={"right": "Droite", "left": "Gauche"})

PREFERENCES: tuple[Preference[bool | int | str], ...] = (
    THEME,
    TEXT_SCALE,
    FIELD_MODE,
    LOCK_MINUTES,
    WORKSTATION_PREFIX,
    PRINTER,
    LAST_PLACE,
    HAND,
)


class Settings:
    """The preferences in use. ``folder`` is the data folder; without one nothing is written."""

    def __init__(self, folder: Path | None = None) -> None:
        self._path = folder / FILE_NAME if folder else None
        self._values: dict[str, Any] = {}
        self._writable = True
        if self._path:
            self._read(self._path)

    def get(self, preference: Preference[T]) -> T:
        """The value in use: the stored one when it is acceptable, else the default."""
        value = self._values.get(preference.key)
        return value if preference.accepts(value) else preference.default  # type: ignore[return-value]

    def set(self, preference: Preference[T], value: T) -> None:
        """Keep ``value`` and write the file.

        Raises :class:`errors.InvalidInput` for a value that is not acceptable, and the errors of
        :func:`durable.write`; the value is then used for this session all the same.
        """
        if not preference.accepts(value):
            raise errors.InvalidInput(
                f"Cette valeur ne convient pas pour «\u00a0{preference.label}\u00a0».",
                todo=_expected(preference),
                field=preference.key,
            )
        if self._values.get(preference.key) == value:
            return
        self._values[preference.key] = value
        self._write()

    def reset(self) -> None:
        """Back to every default."""
        self._values.clear()
        self._write()

    def _read(self, path: Path) -> None:
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as problem:
            log.warning("settings not read: %s", problem.errno)
            return
        import json  # 2 ms before the first paint, where nothing was set

        try:
            content = json.loads(text)
            values = content["values"]
            version = content["version"]
            if not isinstance(values, dict) or not isinstance(version, int):
                raise TypeError
        except (ValueError, TypeError, KeyError, RecursionError):
            log.warning("settings unreadable, kept aside, defaults used")
            self._keep_aside(path)
            return
        # Keys that this program does not know are carried over untouched; a file of a newer
        # program is used for what is understood and never rewritten.
        self._values = values
        self._writable = version <= VERSION
        if not self._writable:
            log.info("settings of a newer program: read, not written")

    @staticmethod
    def _keep_aside(path: Path) -> None:
        try:
            os.replace(path, path.with_name(path.name + ".unreadable"))
        except OSError as problem:
            log.warning("unreadable settings not kept aside: %s", problem.errno)

    def _write(self) -> None:
        if self._path is None or not self._writable:
            return
        import json

        content = {"version": VERSION, "values": self._values}
        durable.write(self._path, json.dumps(content, indent=1, sort_keys=True).encode())


def _expected(preference: Preference[T]) -> str:
    if preference.choices:
        return "Choisissez une valeur de la liste."
    if preference.minimum is not None and preference.maximum is not None:
        unit = f"\u00a0{preference.unit}" if preference.unit else ""
        return f"Donnez un nombre entre {preference.minimum} et {preference.maximum}{unit}."
    if preference is WORKSTATION_PREFIX:
        return "Donnez 2 à 4 lettres majuscules sans accent, ou des chiffres."
    return "Corrigez la valeur."
