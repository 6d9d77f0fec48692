"""Trades (ROME), communes and priority districts (QPV), read once from the shipped tables when first asked."""

from __future__ import annotations

import csv
from functools import cached_property
from pathlib import Path

from app.beneficiaries.values import Option, PlaceHelp
from app.rules.french import fold

_BUILDING = ("btp", "connexe")
_ELISION = str.maketrans({"'": "’"})


class Nomenclatures:
    """The tables of ``resources/reference/tables``; ``folder`` is given by whoever wires the program."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _trades(self) -> tuple[tuple[str, str, str, int], ...]:
        """(code, label, folded words, rank): trades of building first."""
        return tuple(
            (
                row["code_rome"],
                row["libelle"].translate(_ELISION),
                f" {fold(row['code_rome'])} {fold(row['libelle'])}",
                _BUILDING.index(row["perimetre_btp"]) if row["perimetre_btp"] in _BUILDING else len(_BUILDING),
            )
            for row in self._rows("rome_codes.csv")
        )

    @cached_property
    def _communes(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Post code → (INSEE code, name)."""
        found: dict[str, list[tuple[str, str]]] = {}
        for row in self._rows("communes_idf.csv"):
            if row["type"] == "commune" and row["code_insee"] == "75056":
                continue  # its districts say it better
            for postcode in row["codes_postaux"].split():
                found.setdefault(postcode, []).append((row["code_insee"], row["nom"].translate(_ELISION)))
        return {postcode: tuple(sorted(rows, key=lambda one: fold(one[1]))) for postcode, rows in found.items()}

    @cached_property
    def _districts(self) -> tuple[dict[str, str], ...]:
        return tuple(self._rows("qpv_91_94.csv"))

    def trade_label(self, code: str) -> str:
        """The words of a ROME code; an empty text when unknown."""
        return next((label for known, label, _, _ in self._trades if known == code), "")

    def find_trades(self, text: str, limit: int = 8) -> tuple[Option, ...]:
        """Trades whose words begin with all the words typed (or by code), those of building first."""
        words = fold(text).split()
        if not words:
            return ()
        found = [
            (rank, label, code)
            for code, label, folded, rank in self._trades
            if all(f" {word}" in folded for word in words)
        ]
        return tuple(Option(code, label) for _, label, code in sorted(found)[:limit])

    def place_help(self, postcode: str, town: str = "", generation: str = "2024") -> PlaceHelp:
        """Communes of a post code, and the districts of the chosen town (of all its communes without one).

        Districts over several communes are offered at the end of every list of their department; « hors QPV » comes
        last. Nothing is chosen by itself: the tables know the commune of a district, not its streets.
        """
        communes = self._communes.get(postcode, ())
        chosen = [insee for insee, name in communes if not town or fold(name) == fold(town)]
        known = [row for row in self._districts if row["generation"] == generation]
        mine = [row for row in known if row["code_insee"] in chosen]
        shared = [
            row for row in known if row["multi_communes"] == "oui" and row["departement"] == postcode[:2] and chosen
        ]
        return PlaceHelp(
            tuple(name for _, name in communes),
            tuple(
                Option(f"{row['generation']}:{row['code_qpv']}", row["nom"].translate(_ELISION))
                for row in (*sorted(mine, key=_by_name), *sorted(shared, key=_by_name))
            ),
            Option(f"{generation}:", outside_label(generation)),
        )

    def district_label(self, generation: str, code: str) -> str:
        """The name of a district, or its code when the table does not know it; « hors QPV » without a code.

        Empty when nothing was looked at.
        """
        if not code:
            return outside_label(generation) if generation else ""
        for row in self._districts:
            if row["generation"] == generation and row["code_qpv"] == code:
                return row["nom"].translate(_ELISION)
        return code

    def knows_district(self, generation: str, code: str) -> bool:
        """Whether the table holds this district; without a code, whether it knows the generation."""
        if not code:
            return any(row["generation"] == generation for row in self._districts)
        return any(row["generation"] == generation and row["code_qpv"] == code for row in self._districts)

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (self._folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))


def outside_label(generation: str) -> str:
    """« Hors QPV (périmètre 2024) »."""
    return f"Hors QPV (périmètre {generation})"


def _by_name(row: dict[str, str]) -> str:
    return fold(row["nom"])
