"""Which company a file speaks of: by SIRET, else by its name as companies write it. Never a guess between two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from app.hours.imports.values import OpenedFile
from app.rules.french import fold
from app.store.imports import CompanyRow

_FORMS = frozenset(
    (
        *("sas", "sasu", "sarl", "sa", "eurl", "sci", "scop", "scic", "snc", "ets", "etablissements", "societe", "ste"),
        *("ei", "etti", "geiq", "ai", "aci", "entreprise"),
    )
)
"""Legal forms and the like, written or not."""


class CompaniesNamed:
    """The companies of the notebook, found by what a file says of them."""

    def __init__(self, known: Iterable[CompanyRow]) -> None:
        self._by_siret: dict[str, str] = {}
        self._by_name: dict[str, set[str]] = {}
        self._by_bare: dict[str, set[str]] = {}
        for one in known:
            if one.siret:
                self._by_siret[one.siret] = one.id
            self._by_name.setdefault(fold(one.name), set()).add(one.id)
            self._by_bare.setdefault(_bare(one.name), set()).add(one.id)

    def find(self, name: str, siret: str = "") -> str:
        """The id of the company, empty when none or several may be meant. The SIRET decides when it is known."""
        number = "".join(one for one in siret if one.isdigit())
        if number in self._by_siret:
            return self._by_siret[number]
        for found in (self._by_name.get(fold(name)), self._by_bare.get(_bare(name)) if _bare(name) else None):
            if found and len(found) == 1:
                return next(iter(found))
        return ""

    def all_of(self, written: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """Company by (name, SIRET) as written; those not recognised are absent."""
        return {pair: found for pair in dict.fromkeys(written) if (found := self.find(*pair))}


_AROUND = 40
"""Rows above a table where its company may be named."""
_SIRET = re.compile(r"(?<!\d)\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{5}(?!\d)")


def mentions(opened: OpenedFile) -> Iterator[tuple[str, str]]:
    """(name, SIRET) of whatever stands above the tables and may name a company: « Entreprise utilisatrice : … »."""
    for table in opened.layout.tables:
        sheet = opened.contents.sheets[table.sheet]
        yield sheet.name, ""
        for row in sheet.rows[: min(table.header if table.header >= 0 else table.first, _AROUND)]:
            for cell in row:
                if cell is None or not cell.text or len(cell.text) > 200:
                    continue
                for number in _SIRET.findall(cell.text):
                    yield "", number
                for piece in (cell.text, *re.split(r"\s*[:–—|]\s*|\s{3,}| - ", cell.text)):
                    if piece.strip():
                        yield piece, ""


def _bare(name: str) -> str:
    return " ".join(word for word in fold(name).split() if word not in _FORMS)
