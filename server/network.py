"""The network that this server serves: made from the shipped charter data, brought up to date by a newer program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app.errors import InvalidInput
from app.models.wire import default_of, moment_text, names_of, to_wire
from app.rules.derived import derived_fields
from app.rules.merge import Clock
from app.rules.shipped import Reference, ShippedRecord, read_entries, shipped_records
from server.service import Service
from server.store import tables
from server.store.engine import ask
from server.store.shelf import Shelf

SERVER = 0
"""Number of the « device » that the server itself is."""
LONGEST_LEASE = 365
"""Days; beyond, a network rather wants no lease at all."""


def shipped_networks(folder: Path) -> list[Reference]:
    """The networks of the shipped charters."""
    return [one for one in read_entries(folder) if one.table == "network"]


def init(service: Service, folder: Path, code: str) -> int:
    """Make the network ``code`` from the charters of ``folder``, or bring it up to date; how many records changed.

    What people changed since is left as they wrote it. A database holds one network: raises ``InvalidInput`` for
    an unknown one, and for another than the one that is there.
    """
    entries = read_entries(folder)
    networks = {one.code for one in entries if one.table == "network"}
    if code not in networks:
        raise InvalidInput(
            "Ce réseau n’est pas parmi ceux qui sont livrés.",
            f"Réseaux connus\u00a0: {', '.join(sorted(networks))}.",
            "Donnez l’un de ces codes.",
        )
    own = [one for one in entries if one.network_code in ("", code)]
    with service.database.writing() as connection:
        space = connection.execute(select(tables.space)).one()
        if space.network not in ("", code):
            raise InvalidInput(
                "Cette base tient déjà un autre réseau.",
                "Rien n’a été modifié.",
                "Donnez une autre base par --database ou --data-dir.",
            )
        connection.execute(tables.space.update().values(network=code))
        return _bring_up_to_date(connection, service, shipped_records(own), space.seq + 1)


def _bring_up_to_date(connection: Connection, service: Service, records: list[ShippedRecord], seq: int) -> int:
    now = service.clock.now()
    shelf = Shelf(connection, seq, now)
    shelf.load((one.kind, one.record_id) for one in records)
    for one in records:
        fields = {name: to_wire(value) for name, value in one.fields.items() if name not in derived_fields(one.kind)}
        row = shelf.find(one.kind, one.record_id)
        if row is None:
            values: dict[str, Any] = {name: default_of(one.kind, name) for name in names_of(one.kind)}
            values |= {"id": one.record_id, "organisation_id": "", "created_at": moment_text(now), **fields}
            shelf.put(one.kind, one.record_id, values, {"": Clock(seq, SERVER, moment_text(now))})
        elif not one.once:
            changed = {
                name: value
                for name, value in fields.items()
                if row.values[name] != value and row.stored.clock(name).device == SERVER
            }
            if changed:
                clock = Clock(seq, SERVER, moment_text(now))
                shelf.put(
                    one.kind,
                    one.record_id,
                    {**row.values, **changed},
                    {**row.clocks, **dict.fromkeys(changed, clock)},
                )
    count = len(shelf.touched)
    if count:
        shelf.flush()
    return count


def lease_days(service: Service) -> int:
    """After how many days without contact a notebook asks for the network before it opens; 0: never."""
    with service.database.reading() as connection:
        return int(ask(connection, "SELECT lease_days FROM sync_space WHERE id = 1")[0][0])


def set_lease(service: Service, days: int) -> None:
    """Set it; each notebook hears of it at its next contact. Raises ``InvalidInput`` beyond a year."""
    if not 0 <= days <= LONGEST_LEASE:
        raise InvalidInput(
            "Ce nombre de jours ne convient pas.",
            "Rien n’a été modifié.",
            f"Donnez de 1 à {LONGEST_LEASE} jours, ou 0 pour que les carnets ne demandent jamais le réseau.",
        )
    with service.database.changing() as connection:
        connection.execute(tables.space.update().values(lease_days=days))


def network_of(service: Service) -> str:
    """Code of the network, empty before ``init``."""
    with service.database.reading() as connection:
        return str(ask(connection, "SELECT network FROM sync_space WHERE id = 1")[0][0])
