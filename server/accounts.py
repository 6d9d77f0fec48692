"""Accounts: who may use the network's server, for which organisation, with which role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.clock import Clock
from app.errors import InvalidInput, NotFound
from app.models.choices import Role
from app.rules.access import Actor
from app.sync.protocol import Code
from server.passwords import SHORTEST, Passwords
from server.refusals import Refusal
from server.store import tables
from server.store.engine import Database, aware

FREE_TRIES = 5
LONGEST_WAIT = 900
"""Seconds. After ``FREE_TRIES`` wrong passwords each further one doubles the wait, up to this."""

_account = tables.account


@dataclass(frozen=True, slots=True)
class Account:
    """One account. ``facilitator`` is empty until a first notebook brings its record."""

    name: str
    facilitator: str
    organisation: str
    role: Role
    disabled: bool

    @property
    def actor(self) -> Actor:
        """The account as the rules of access see it."""
        return Actor(self.facilitator, self.organisation, self.role)


def add(
    database: Database, clock: Clock, passwords: Passwords, name: str, organisation: str, role: Role, password: str
) -> Account:
    """Open an account; ``organisation`` is the code or the id of one of the network's. Raises ``InvalidInput``."""
    chosen = _checked_name(name)
    kept = passwords.hash(_checked_password(password))
    organisation_id = find_organisation(database, organisation)
    with database.changing() as connection:
        if connection.execute(select(_account.c.name).where(_account.c.name == chosen)).first():
            raise InvalidInput("Un compte porte déjà ce nom.", "Rien n’a été modifié.", "Choisissez un autre nom.")
        connection.execute(
            _account.insert().values(
                name=chosen,
                facilitator="",
                organisation=organisation_id,
                role=str(role),
                password=kept,
                created_at=clock.now(),
                failures=0,
            )
        )
    return Account(chosen, "", organisation_id, role, False)


def find_organisation(database: Database, wanted: str) -> str:
    """The id of an organisation given by its code or its id; raises ``InvalidInput`` listing the codes."""
    organisation = tables.typed().tables["organisation"]
    with database.reading() as connection:
        rows = connection.execute(
            select(organisation.c.id, organisation.c.code).where(organisation.c.deleted_at.is_(None))
        ).all()
    for row in rows:
        if wanted in (row.id, row.code):
            return str(row.id)
    known = ", ".join(sorted(row.code for row in rows)) or "aucune"
    raise InvalidInput(
        "Cette organisation n’est pas du réseau.", f"Organisations connues\u00a0: {known}.", "Corrigez --organisation."
    )


def set_password(database: Database, passwords: Passwords, name: str, password: str) -> None:
    """Change a password; devices in use stay signed in. Raises ``InvalidInput``, ``NotFound``."""
    kept = passwords.hash(_checked_password(password))
    _update(database, name, {"password": kept, "failures": 0, "blocked_until": None})


def set_role(database: Database, name: str, role: Role) -> None:
    """Change the role; it counts from the next request of each device. Raises ``NotFound``."""
    _update(database, name, {"role": str(role)})


def disable(database: Database, clock: Clock, name: str, *, closed: bool = True) -> None:
    """Close an account (its notebooks keep their work but exchange nothing more) or open it again."""
    _update(database, name, {"disabled_at": clock.now() if closed else None})


def all_accounts(database: Database) -> list[Account]:
    """Every account, by name."""
    with database.reading() as connection:
        return [_read(row) for row in connection.execute(select(_account).order_by(_account.c.name))]


def check_password(database: Database, clock: Clock, passwords: Passwords, name: str, password: str) -> Account:
    """The account of a right password; raises ``Refusal`` (wrong, too many tries, closed).

    A try is counted before it is judged: many at once wait like many in a row.
    """
    chosen = name.strip().casefold()
    now = clock.now()
    with database.changing() as connection:
        row = connection.execute(select(_account).where(_account.c.name == chosen).with_for_update()).first()
        if row is not None:
            if row.blocked_until is not None and aware(row.blocked_until) > now:
                raise Refusal(Code.SLOW_DOWN, retry_after=int((aware(row.blocked_until) - now).total_seconds()) + 1)
            failures = row.failures + 1
            wait = min(2 ** min(failures - FREE_TRIES, 20), LONGEST_WAIT) if failures > FREE_TRIES else 0
            until = now + dt.timedelta(seconds=wait) if wait else None
            counted = {"failures": failures, "blocked_until": until}
            connection.execute(_account.update().where(_account.c.name == chosen).values(**counted))
    right = passwords.agrees(row.password if row is not None else None, password)
    if row is None or not right:
        raise Refusal(Code.BAD_CREDENTIALS)
    _update(database, chosen, {"failures": 0, "blocked_until": None})
    account = _read(row)
    if account.disabled:
        raise Refusal(Code.DISABLED)
    return account


def bind_facilitator(database: Database, account: Account, facilitator: str) -> Account:
    """Give an account the facilitator record of its first notebook; one that has a record keeps it.

    Raises ``Refusal`` when the record is another account's: nobody writes under a colleague's name.
    """
    if account.facilitator or not facilitator:
        return account
    with database.changing() as connection:
        taken = select(_account.c.name).where(_account.c.facilitator == facilitator)
        if connection.execute(taken).first() is not None:
            raise Refusal(Code.FORBIDDEN)
        chosen = _account.update().where(_account.c.name == account.name)
        connection.execute(chosen.values(facilitator=facilitator))
    return Account(account.name, facilitator, account.organisation, account.role, account.disabled)


def _update(database: Database, name: str, values: dict[str, object]) -> None:
    chosen = name.strip().casefold()
    with database.changing() as connection:
        done = connection.execute(_account.update().where(_account.c.name == chosen).values(**values))
        if done.rowcount == 0:
            raise NotFound("Aucun compte ne porte ce nom.", "Rien n’a été modifié.", "Voir «\u00a0user list\u00a0».")


def _read(row: Any) -> Account:
    return Account(row.name, row.facilitator, row.organisation, Role(row.role), row.disabled_at is not None)


def _checked_name(name: str) -> str:
    chosen = name.strip().casefold()
    if not chosen or len(chosen) > 100 or any(letter.isspace() or not letter.isprintable() for letter in chosen):
        raise InvalidInput(
            "Un nom de compte s’écrit sans espace.", "Rien n’a été modifié.", "Par exemple\u00a0: nadia.diallo."
        )
    return chosen


def _checked_password(password: str) -> str:
    if len(password) < SHORTEST:
        raise InvalidInput(
            f"Le mot de passe doit avoir au moins {SHORTEST} caractères.",
            "Rien n’a été modifié.",
            "Quatre mots tirés au hasard conviennent.",
        )
    return password
