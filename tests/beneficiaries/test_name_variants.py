"""PRODUCT.md AC 22: three hundred ways to type a name; the right person is in the first five answers for 99 %.

``name_variants.csv`` is the table: what is typed, and who is meant. The others in the notebook are neighbours.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from app.beneficiaries.service import BeneficiariesService
from app.demonstration.invented import FEMALE_NAMES, LAST_NAMES, MALE_NAMES
from app.models.beneficiaries import Beneficiary
from app.rules.french import sort_key
from app.store.notebook import Notebook
from app.store.unit import writing

TABLE = Path(__file__).with_name("name_variants.csv")
NEIGHBOURS = 1_500


def test_three_hundred_variants_find_the_right_person(service: BeneficiariesService, notebook: Notebook) -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == 300
    people: list[dict[str, object]] = []
    wanted: dict[str, str] = {}
    for row in rows:
        if row["dossier"] in wanted:
            continue
        wanted[row["dossier"]] = f"wanted-{len(wanted):04d}"
        people.append(
            {
                "id": wanted[row["dossier"]],
                "last_name": row["nom"],
                "first_name": row["prénom"],
                "birth_name": row["nom de naissance"],
                "birth_date": dt.date.fromisoformat(row["naissance"]),
                "phone": row["téléphone"],
                "file_number": row["dossier"],
                "sort_name": sort_key(f"{row['nom']} {row['prénom']}"),
            }
        )
    given = (*FEMALE_NAMES, *MALE_NAMES)
    for rank in range(NEIGHBOURS):
        last, first = LAST_NAMES[rank % len(LAST_NAMES)], given[(rank * 7 + rank // 80) % len(given)]
        people.append(
            {
                "id": f"neighbour-{rank:05d}",
                "last_name": last,
                "first_name": first,
                "birth_name": "",
                "birth_date": dt.date(1960, 1, 1) + dt.timedelta(days=rank * 11),
                "phone": f"0765{rank:06d}",
                "file_number": f"B-2025-KB-{rank + 1:04d}",
                "sort_name": sort_key(f"{last} {first}"),
            }
        )
    with writing(notebook, "personnes") as unit:
        unit.insert_many(Beneficiary, people)
    missed = [
        f"{row['variante']}: {row['tapé']} ({row['nom']} {row['prénom']})"
        for row in rows
        if wanted[row["dossier"]] not in [one.id for one in service.find(row["tapé"], limit=5)]
    ]
    assert len(missed) <= 3, missed
