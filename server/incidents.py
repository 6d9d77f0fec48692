"""Differences that notebooks reported between what they hold and what the server holds (SYNC.md §7.12): no value.

A notebook compares counts and sums after each session and receives again what differs. That it had to is a fault
somewhere, which the network's administrator sees here, as long as nobody says that it was looked at.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.wire import moment_text, read_moment
from app.rules.french import format_date, format_time
from app.rules.record_words import noun
from server.devices import Session
from server.service import Service
from server.store import tables
from server.store.engine import aware

DIFFERENCE = "difference"

_incident = tables.incident


@dataclass(frozen=True, slots=True)
class Incident:
    """One kind of record that differed between a notebook and the server in one scope."""

    device: str
    name: str
    """What the device is called, « Portable de Nadia »."""
    account: str
    scope: str
    table: str
    here: int
    """Records that the notebook counted, the last time."""
    there: int
    """Records that the server counted."""
    times: int
    since: dt.datetime
    at: dt.datetime
    """The last time."""

    @property
    def sentence(self) -> str:
        """As a line of a list."""
        at, who = self.at.astimezone(), f"{self.name or self.device} ({self.account})"
        told = f"{self.here} dans le carnet, {self.there} au serveur"
        if self.here == self.there:
            told = f"{self.here} de chaque côté, contenus différents"
        again = f", {self.times} fois depuis le {format_date(self.since.astimezone().date())}" if self.times > 1 else ""
        return f"{format_date(at.date())} {format_time(at)} · {who} · {noun(self.table).many}\u00a0: {told}{again}"


def note(service: Service, session: Session, differing: Mapping[tuple[str, str], tuple[int, int]]) -> None:
    """Keep what a device reported: by (scope, table), its count and the server's. Again: once more, not beside."""
    now = service.clock.now()
    with service.database.changing() as connection:
        rows = connection.execute(
            select(_incident).where(_incident.c.device == session.number, _incident.c.kind == DIFFERENCE)
        )
        known = {(found["scope"], found["table"]): (row.number, found) for row in rows for found in [_read(row)]}
        for (scope, table), (here, there) in differing.items():
            number, former = known.get((scope, table), (None, {"times": 0, "since": moment_text(now)}))
            told = {
                "scope": scope,
                "table": table,
                "here": here,
                "there": there,
                "times": former["times"] + 1,
                "since": former["since"],
            }
            values = {"device": session.number, "kind": DIFFERENCE, "detail": json.dumps(told), "at": now}
            if number is None:
                connection.execute(_incident.insert().values(**values))
            else:
                connection.execute(_incident.update().where(_incident.c.number == number).values(**values))


def all_incidents(service: Service) -> list[Incident]:
    """What was reported and not cleared since, the latest first."""
    device = tables.device
    query = (
        select(_incident, device.c.id, device.c.name, device.c.account)
        .join(device, device.c.number == _incident.c.device)
        .order_by(_incident.c.at.desc(), _incident.c.number)
    )
    with service.database.reading() as connection:
        rows = connection.execute(query).all()
    return [
        Incident(
            row.id,
            row.name,
            row.account,
            found["scope"],
            found["table"],
            found["here"],
            found["there"],
            found["times"],
            read_moment(found["since"]),
            aware(row.at),
        )
        for row in rows
        for found in [_read(row)]
    ]


def clear(service: Service) -> int:
    """Say that they were looked at; how many there were."""
    with service.database.changing() as connection:
        return int(connection.execute(_incident.delete()).rowcount)


def _read(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.detail)
    return found
