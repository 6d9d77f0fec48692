"""« Partir sur le terrain »: what tomorrow's and today's visits need, and whether it is all here (PRODUCT.md V12)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.errors import EnvironmentProblem
from app.store.agenda import visits_of_day
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.store.visit_sheet import read_sheet
from app.store.visits import VisitCard, expected_beneficiaries, photos_of


@dataclass(frozen=True, slots=True)
class ReadyVisit:
    """One visit to come. ``photos``: those of its earlier visit; ``missing``: of them, those whose file is not here."""

    card: VisitCard
    people: int
    points: int
    photos: int
    missing: int


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is ready in the notebook for today and tomorrow."""

    today: tuple[ReadyVisit, ...]
    tomorrow: tuple[ReadyVisit, ...]

    @property
    def visits(self) -> tuple[ReadyVisit, ...]:
        """Today's, then tomorrow's."""
        return self.today + self.tomorrow

    @property
    def missing_photos(self) -> int:
        """Photos whose file is not on this computer."""
        return sum(one.missing for one in self.visits)


def read_readiness(notebook: Notebook, files: AttachmentFiles, day: dt.date) -> Readiness:
    """Open each visit of the day and of the next as the screen will, its earlier photos included.

    On the store thread. A photo counts as here when its file is, whole and unchanged.
    """
    found: list[tuple[ReadyVisit, ...]] = []
    for when in (day, day + dt.timedelta(days=1)):
        with notebook.read() as connection:
            cards = visits_of_day(connection, notebook.organisation_id, notebook.actor_id, when)
            ready = []
            for card in cards:
                sheet = read_sheet(connection, card.visit_id, when)
                expected = expected_beneficiaries(
                    connection, notebook.organisation_id, sheet.company_id, sheet.lot_id, when
                )
                earlier = photos_of(connection, sheet.previous.visit_id) if sheet.previous is not None else []
                names = {row["sha256"] for row in earlier if row["sha256"]}
                missing = sum(not _is_here(files, one) for one in names)
                ready.append(
                    ReadyVisit(
                        card, max(len(expected), len(sheet.beneficiaries)), sheet.open_points, len(names), missing
                    )
                )
        found.append(tuple(ready))
    return Readiness(*found)


def _is_here(files: AttachmentFiles, sha256: str) -> bool:
    try:
        files.get(sha256)
    except EnvironmentProblem:
        return False
    return True
