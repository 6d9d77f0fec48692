"""Companies of the invented year that send files: their layout is known, a short name too, and last month's import."""

from __future__ import annotations

import datetime as dt
import hashlib

from app.demonstration.loading import Loader
from app.demonstration.year import ORGANISATION, Site, Year
from app.hours.imports.values import person_key
from app.hours.timesheets.building import CellBuilder
from app.hours.timesheets.cells import Sheet
from app.hours.timesheets.layout import remembered
from app.hours.timesheets.understanding import understand
from app.models.choices import StatementState
from app.models.imports import NameAlias, TimesheetImport, TimesheetLayout
from app.rules.calendar import first_day
from app.rules.statements import statement_id
from app.store.imports import alias_id, layout_id

HEADINGS = ("Matricule", "Nom et prénom", "Mois", "Heures réalisées", "Observations")


class Files:
    """Adds what imports would have left to the invented year."""

    def __init__(self, year: Year, loader: Loader) -> None:
        self._year = year
        self._loader = loader

    def build(self) -> None:
        """One layout and one alias a company, one import for the month before this one."""
        for rank in self._year.FROM_FILES:
            site = self._year.sites[rank]
            self._layout(site)
            self._alias(site)
            self._import(site, self._year.months[-2])

    def _layout(self, site: Site) -> None:
        builder = CellBuilder()
        sample = [HEADINGS, ("101", "MARTIN Julie", "01/2026", 70.0, ""), ("102", "DUPONT Paul", "01/2026", 35.0, "")]
        data = remembered(understand([Sheet("Relevé", [builder.row(row) for row in sample])]))
        self._loader.add(
            TimesheetLayout,
            id=layout_id(site.company, data["fingerprint"]),
            organisation_id="",
            company_id=site.company,
            fingerprint=data["fingerprint"],
            data=data,
        )

    def _alias(self, site: Site) -> None:
        person, _contract, last, first, *_ = site.people[0]
        key = person_key(last, f"{first[:1]}.")
        self._loader.add(
            NameAlias,
            id=alias_id(ORGANISATION, site.company, key),
            company_id=site.company,
            beneficiary_id=person,
            key=key,
            written=f"{last} {first[:1]}.",
        )

    def _import(self, site: Site, month: str) -> None:
        lines = self._year.filed.get((site.rank, month), [])
        if not lines:
            return
        name = f"heures {month}.xlsx"
        at = min(first_day(self._year.months[-1]) + dt.timedelta(days=3), self._year.today)
        self._loader.add(
            TimesheetImport,
            id=self._year.new_id(),
            company_id=site.company,
            file_name=name,
            sha256=hashlib.sha256(f"{site.company} {name}".encode()).hexdigest(),
            months=month,
            line_count=len(lines),
            total_hours=sum(hours for _, _, hours in lines),
            written={
                "version": 1,
                "lines": [[line, contract, month, hours, None] for line, contract, hours in lines],
                "statements": [[statement_id(ORGANISATION, site.company, month), StatementState.EXPECTED.value]],
            },
            created_at=dt.datetime.combine(at, dt.time(9, 15), dt.UTC),
        )
