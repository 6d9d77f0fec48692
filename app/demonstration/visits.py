"""The invented year's visits: signed reports with findings, actions, photographs, and the visits of today."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Callable
from typing import Any

from app.clock import natural_id
from app.demonstration import invented
from app.demonstration.loading import Loader
from app.demonstration.year import FACILITATOR, Site, Year
from app.models.attachments import Attachment
from app.models.choices import (
    ActionState,
    AttachmentKind,
    AttendanceKind,
    MeetingStatus,
    PointState,
    PresenceStatus,
    SignerRole,
    VisitKind,
    VisitState,
)
from app.models.visits import Action, Attendance, Observation, PointReview, Signature, Visit
from app.rules.calendar import first_day
from app.rules.numbering import Series

VISITS = 500
"""Signed visits at scale 1."""
OWN_VISITS = 41
"""Signed visits of the facilitator who tries the demonstration this year: her next one is number 42."""

Photo = Callable[[int], tuple[str, int, int, int]]
"""Gives an invented photograph by rank: (sha256, size, width, height)."""


class Visits:
    """Builds the visits into the year's loader."""

    def __init__(self, year: Year, loader: Loader, photo: Photo) -> None:
        self.year = year
        self.loader = loader
        self.photo = photo
        self.random = random.Random(42)
        self._observations: list[dict[str, Any]] = []
        self._open: dict[str, list[dict[str, Any]]] = {}
        """Open observations of a site, by lot."""

    def build(self) -> None:
        """Queue the signed visits in order of date, then those of today."""
        today, sites = self.year.today, self.year.sites
        begin = first_day(self.year.months[0])
        span = (today - begin).days - 5
        count = VISITS * self.year.scale
        days = sorted(begin + dt.timedelta(days=self.random.randrange(span)) for _ in range(count))
        this_year = [rank for rank, day in enumerate(days) if day.year == today.year]
        own = set(self.random.sample(this_year, OWN_VISITS))
        for rank, day in enumerate(days):
            site = sites[0] if rank % 80 == 0 else sites[rank % len(sites)]
            self._signed(site, day, 0 if rank in own else 1 + rank % 7, rank)
        self._planned(sites[0], "09:30")
        self._planned(sites[2], "14:00")
        for observation in self._observations:
            self.loader.add(Observation, **observation)

    def _planned(self, site: Site, time: str) -> None:
        self.loader.add(
            Visit,
            id=self.year.new_id(),
            kind=VisitKind.SITE,
            state=VisitState.DRAFT,
            operation_id=site.operation,
            lot_id=site.lot,
            company_id=site.company,
            facilitator_id=FACILITATOR,
            planned_on=self.year.today,
            planned_time=time,
        )

    def _signed(self, site: Site, day: dt.date, member: int, rank: int) -> None:
        facilitator, name, prefix = self.year.team(member)
        draw = self.random
        present = [person for person in site.people if person[4] <= day <= person[5]][:6]
        started = dt.datetime.combine(day, dt.time(8 + rank % 7, (rank * 7) % 60), dt.UTC)
        finished = started + dt.timedelta(minutes=35 + rank % 25)
        visit = self.loader.add(
            Visit,
            id=self.year.new_id(),
            number=self.year.number(Series.VISIT, prefix, day.year),
            kind=VisitKind.SITE if rank % 9 else VisitKind.FOLLOW_UP,
            state=VisitState.FINAL,
            operation_id=site.operation,
            lot_id=site.lot,
            company_id=site.company,
            facilitator_id=facilitator,
            planned_on=day,
            planned_time=started.strftime("%H:%M"),
            started_at=started,
            finished_at=finished,
            place="Base de vie du chantier",
            summary=f"{len(present)} personnes en insertion sur le chantier. Le suivi des heures est à jour.",
            summary_edited=True,
            next_visit_on=day + dt.timedelta(days=30),
        )
        self._people_present(visit, site, name, present)
        self._points(visit, site, day, [person[0] for person in present], draw)
        _, last, given, role = site.contact
        for place, (signer, kind, label) in enumerate(
            ((name, SignerRole.FACILITATOR, ""), (f"{given} {last}", SignerRole.COMPANY, role))
        ):
            self.loader.add(
                Signature,
                id=self.year.new_id(),
                visit_id=visit,
                signer_name=signer,
                role=kind,
                role_label=label,
                strokes=scribble(rank * 2 + place),
                signed_at=finished,
                place="Sur le chantier",
                device="Poste de démonstration",
                position=place,
            )
        for photo in range(4):
            sha256, size, width, height = self.photo(rank * 4 + photo)
            self.loader.add(
                Attachment,
                id=self.year.new_id(),
                owner_kind="visit",
                owner_id=visit,
                kind=AttachmentKind.PHOTO,
                name=f"photo-{photo + 1}.jpg",
                size=size,
                sha256=sha256,
                width=width,
                height=height,
                caption=("Poste de travail", "Zone de stockage", "Façade nord", "Accès au chantier")[photo],
                taken_at=started + dt.timedelta(minutes=5 + photo),
                position=photo,
            )

    def _people_present(
        self, visit: str, site: Site, facilitator: str, present: list[tuple[str, str, str, str, dt.date, dt.date]]
    ) -> None:
        contact, last, given, role = site.contact
        first_name, last_name = facilitator.split(" ", 1)
        people = (
            (None, last_name, first_name, "PLIE des Trois-Rivières", "Facilitatrice ou facilitateur"),
            (contact, last, given, site.company_name, role),
        )
        for place, (contact_id, person, first, organisation, label) in enumerate(people):
            self.loader.add(
                Attendance,
                id=self.year.new_id(),
                visit_id=visit,
                kind=AttendanceKind.SITE_PERSON,
                contact_id=contact_id,
                last_name=person,
                first_name=first,
                organisation_name=organisation,
                role_label=label,
                presence=PresenceStatus.PRESENT,
                position=place,
            )
        for place, (beneficiary, contract, person, first, _, _) in enumerate(present):
            self.loader.add(
                Attendance,
                id=self.year.new_id(),
                visit_id=visit,
                kind=AttendanceKind.BENEFICIARY,
                beneficiary_id=beneficiary,
                employment_contract_id=contract,
                last_name=person,
                first_name=first,
                organisation_name=site.company_name,
                role_label=site.job_title,
                meeting=MeetingStatus.SEEN if place % 4 else MeetingStatus.ALONE,
                all_well=place % 3 > 0,
                position=place + 2,
            )

    def _points(self, visit: str, site: Site, day: dt.date, present: list[str], draw: random.Random) -> None:
        for earlier in self._open.pop(site.lot, []):
            closed = draw.random() < 0.6
            self.loader.add(
                PointReview,
                id=natural_id("point_review", visit, earlier["id"]),
                visit_id=visit,
                observation_id=earlier["id"],
                state=PointState.CLOSED if closed else PointState.CARRIED,
            )
            if closed:
                earlier.update(state=PointState.CLOSED, closed_on=day)
            else:
                self._open.setdefault(site.lot, []).append(earlier)
        for number, (section, text) in enumerate(draw.sample(invented.OBSERVATIONS, 2), 1):
            observation = {
                "id": self.year.new_id(),
                "visit_id": visit,
                "number": number,
                "section": section,
                "text": text,
                "beneficiary_id": draw.choice(present) if present and section == "beneficiary" else None,
                "state": PointState.OPEN if number == 1 else PointState.CLOSED,
                "closed_on": None if number == 1 else day,
                "to_follow": number == 1,
            }
            self._observations.append(observation)
            if number == 1:
                self._open.setdefault(site.lot, []).append(observation)
        recent = (self.year.today - day).days < 25
        self.loader.add(
            Action,
            id=self.year.new_id(),
            visit_id=visit,
            company_id=site.company,
            operation_id=site.operation,
            text=draw.choice(invented.ACTIONS),
            owner_name=site.company_name,
            due_on=day + dt.timedelta(days=21),
            state=ActionState.OPEN if recent else ActionState.DONE,
            done_on=None if recent else day + dt.timedelta(days=18),
        )


def scribble(seed: int) -> list[list[list[int]]]:
    """Strokes that look like handwriting and are nobody's signature."""
    draw = random.Random(seed)
    strokes = []
    x = 120
    for _ in range(draw.randint(2, 3)):
        stroke = []
        height, speed = draw.uniform(120, 260), draw.uniform(0.3, 0.6)
        for step in range(draw.randint(26, 44)):
            x += draw.randint(3, 9)
            y = 500 + height * math.sin(step * speed) * math.cos(step * 0.11) + draw.randint(-12, 12)
            stroke.append([min(960, x), max(60, min(940, round(y))), 500 + draw.randint(-120, 120), step * 14])
        strokes.append(stroke)
        x += 20
    return strokes
