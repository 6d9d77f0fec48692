"""Devices: each notebook that synchronises has its number, its tokens, its place in the row of batches (SYNC.md §7).

The access token lives fifteen minutes. The refresh token is rotated at each use; the former one is accepted until
the new one has been used, so that a lost answer locks nobody out. The rolling token changes with each batch: of two
copies of one notebook, the second to send is told apart. Rights are looked up at each request.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, bindparam, select

from app.errors import NotFound
from app.models.choices import Role
from app.models.wire import moment_text, read_moment
from app.rules.access import Actor, scopes_of
from app.sync.protocol import (
    SCHEMA,
    SCHEMAS,
    Code,
    EnrolAnswer,
    EnrolAsk,
    HelloAnswer,
    HelloAsk,
    Identity,
    SignInAsk,
    StructureSeen,
    TokenAnswer,
    TokenAsk,
    Wipe,
    restored_proof,
    wipe_signature,
)
from server import accounts
from server.accounts import Account
from server.passwords import new_token, token_agrees, token_hash
from server.refusals import Refusal
from server.service import Service
from server.store import tables
from server.store.engine import ask as asked
from server.store.engine import aware

ACCESS_SECONDS = 900
KEY_PROVES = 2
"""After a restoration the device's own key is taken for its refresh token; then (1) its next batch for its rolling."""
STEADY = dt.timedelta(seconds=2)
"""A clock no further off is not corrected: the network's delay is of that size."""

_device = tables.device
_account = tables.account
_access = tables.access
_space = tables.space
_WHO = (
    select(
        _device.c.number,
        _device.c.id,
        _device.c.key,
        _device.c.offset_us,
        _device.c.revoked_at,
        _device.c.takes_work,
        _account.c.name,
        _account.c.facilitator,
        _account.c.organisation,
        _account.c.role,
        _account.c.disabled_at,
        _access.c.expires_at,
    )
    .join(_device, _device.c.number == _access.c.device)
    .join(_account, _account.c.name == _device.c.account)
    .where(_access.c.token == bindparam("token"))
)
"""Asked at every request: built once."""


@dataclass(frozen=True, slots=True)
class Session:
    """A device that showed a valid access token."""

    number: int
    device: str
    account: str
    actor: Actor
    offset: dt.timedelta
    """What is to be added to its times."""
    revoked: bool = False
    """Only ever true for a push that the revocation still takes, into quarantine."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it may hold."""
        return scopes_of(self.actor)


def enrol(service: Service, ask: EnrolAsk, access: str = "") -> EnrolAnswer:
    """Make a device for a password, or for the access token of another device of the same user (after a fork)."""
    if ask.schema_ > SCHEMA:
        raise Refusal(Code.TOO_NEW)
    forked_from = ""
    if access and not ask.password:
        session = authorise(service, access)
        forked_from = session.device
        account = _account_of(service, session.account)
        if account.name != ask.user.strip().casefold():
            raise Refusal(Code.BAD_CREDENTIALS)
    else:
        account = accounts.check_password(service.database, service.clock, service.passwords, ask.user, ask.password)
    account = accounts.bind_facilitator(service.database, account, ask.facilitator)
    key, refresh, rolling, token = secrets.token_hex(32), new_token(), new_token(), new_token()
    now = service.clock.now()
    device = service.clock.new_id()
    with service.database.changing() as connection:
        made = connection.execute(
            _device.insert().values(
                id=device,
                account=account.name,
                name=ask.device_name,
                platform=ask.platform,
                program=ask.program,
                schema=ask.schema_,
                key=key,
                refresh=token_hash(refresh),
                rolling=token_hash(rolling),
                enrolled_at=now,
                seen_at=now,
                forked_from=forked_from,
            )
        )
        number = made.inserted_primary_key
        assert number is not None
        _let_in(connection, number[0], token, now)
        space = connection.execute(select(_space)).one()
    return EnrolAnswer(
        device=device,
        access=token,
        expires_in=ACCESS_SECONDS,
        refresh=refresh,
        rolling=rolling,
        device_key=key,
        identity=_identity(account.name, account.actor, space.network),
        epoch=space.epoch,
        lease_days=space.lease_days,
    )


def sign_in(service: Service, ask: SignInAsk) -> TokenAnswer:
    """New tokens for a password; the device must be of that account."""
    account = accounts.check_password(service.database, service.clock, service.passwords, ask.user, ask.password)
    with service.database.changing() as connection:
        row = connection.execute(select(_device).where(_device.c.id == ask.device)).first()
        if row is None or row.account != account.name:
            raise Refusal(Code.BAD_CREDENTIALS)
        if not row.takes_work:
            _refuse_revoked(row)
        return _rotate(connection, row, service.clock.now(), forget=True)


def refresh(service: Service, ask: TokenAsk) -> TokenAnswer:
    """A new access token; the refresh token is rotated. Raises ``Refusal`` (sign in, revoked, disabled)."""
    with service.database.changing() as connection:
        row = connection.execute(
            select(_device, _account.c.disabled_at)
            .join(_account, _account.c.name == _device.c.account)
            .where(_device.c.id == ask.device)
        ).first()
        if row is None:
            raise Refusal(Code.SIGN_IN)
        latest, former = token_agrees(row.refresh, ask.refresh), token_agrees(row.former_refresh, ask.refresh)
        # A restored server knows an older token only; the device's own key then proves it, once.
        proven = row.restored == KEY_PROVES and hmac.compare_digest(
            restored_proof(row.key, ask.device, ask.refresh).encode(), ask.proof.encode()
        )
        if not (latest or former or proven):
            raise Refusal(Code.SIGN_IN)
        if not row.takes_work:
            _refuse_revoked(row)
        if row.disabled_at is not None and row.revoked_at is None:
            raise Refusal(Code.DISABLED)
        # The former token again: the answer was lost, the latest was never used and is forgotten.
        return _rotate(connection, row, service.clock.now(), keep=row.former_refresh if former else row.refresh)


def authorise(service: Service, token: str, *, sending: bool = False) -> Session:
    """Who shows an access token. Raises ``Refusal``: expired, disabled, revoked (with the order to erase).

    ``sending``: a revoked device may still send its work, when the revocation takes it.
    """
    with service.database.reading() as connection:
        row = connection.execute(_WHO, {"token": token_hash(token)}).first()
    if row is None or aware(row.expires_at) <= service.clock.now():
        raise Refusal(Code.EXPIRED)
    revoked = row.revoked_at is not None
    if revoked and not (sending and row.takes_work):
        _refuse_revoked(row)
    if row.disabled_at is not None and not revoked:
        raise Refusal(Code.DISABLED)
    actor = Actor(row.facilitator, row.organisation, Role(row.role))
    return Session(row.number, row.id, row.name, actor, dt.timedelta(microseconds=row.offset_us), revoked)


def hello(service: Service, session: Session, ask: HelloAsk) -> HelloAnswer:
    """Start a session: measure the clock, say where the server stands."""
    now = service.clock.now()
    try:
        offset = now - read_moment(ask.clock)
    except ValueError:
        raise Refusal(Code.MALFORMED) from None
    if abs(offset) <= STEADY:
        offset = dt.timedelta()
    with service.database.changing() as connection:
        connection.execute(
            _device.update()
            .where(_device.c.number == session.number)
            .values(
                offset_us=offset // dt.timedelta(microseconds=1),
                seen_at=now,
                schema=min(ask.schema_, 10**6),
                program=ask.program,
                unsent=min(ask.unsent, 10**6),
            )
        )
        connection.execute(_access.delete().where(_access.c.expires_at < now))
        space = connection.execute(select(_space)).one()
        row = connection.execute(
            select(_device.c.last_n, _device.c.last_sha256).where(_device.c.number == session.number)
        ).one()
        structures = _structures(connection) if session.actor.role is Role.COORDINATOR else ()
        kept = _fields_kept(connection, session.account, ask.refused)
    return HelloAnswer(
        identity=_identity(session.account, session.actor, space.network),
        epoch=space.epoch,
        head=space.seq,
        last_n=row.last_n,
        last_sha256=row.last_sha256,
        clock=moment_text(now),
        limits=service.limits,
        schema_=SCHEMA,
        oldest_schema=min(SCHEMAS),
        lease_days=space.lease_days,
        structures=structures,
        kept=kept,
    )


def _fields_kept(
    connection: Connection, account: str, refused: Iterable[tuple[str, int]]
) -> tuple[tuple[str, ...] | None, ...]:
    """For each refused operation of an account (first digits of its batch's hash, place): the fields kept of it here.

    None of them when it was about somebody erased for good; ``None`` when it is not here, or was dropped.
    """
    found: list[tuple[str, ...] | None] = []
    for sha256, position in refused:
        rows = asked(
            connection,
            "SELECT h.body, h.settled_at FROM sync_receipt r JOIN sync_held h ON h.device = r.device AND h.n = r.n "
            "WHERE r.account = ? AND r.sha256 >= ? AND r.sha256 < ? AND h.position = ?",
            (account, sha256, sha256 + "g", position),
        )
        bodies = [row.body for row in rows if row.body or row.settled_at is None]
        operation = json.loads(bodies[0] or "{}") if bodies else None
        fields = operation.get("fields", {}) if isinstance(operation, dict) else None
        found.append(tuple(sorted(fields)) if isinstance(fields, dict) else None)
    return tuple(found)


def _structures(connection: Connection) -> tuple[StructureSeen, ...]:
    """When each structure was last heard of, its latest user counting for it; accounts closed are left out."""
    of_user: dict[tuple[str, str], dt.datetime] = {}
    rows = connection.execute(
        select(_account.c.organisation, _account.c.name, _device.c.seen_at)
        .join(_device, _device.c.account == _account.c.name)
        .where(_account.c.disabled_at.is_(None), _device.c.revoked_at.is_(None))
    )
    for organisation, name, seen_at in rows:
        seen = aware(seen_at)
        of_user[organisation, name] = max(seen, of_user.get((organisation, name), seen))
    found: dict[str, dt.datetime] = {}
    for (organisation, _name), seen in of_user.items():
        found[organisation] = min(seen, found.get(organisation, seen))
    return tuple(StructureSeen(organisation, moment_text(seen)) for organisation, seen in sorted(found.items()))


def revoke(service: Service, device: str, *, take_work: bool = False) -> None:
    """Withdraw a device: at its next contact it erases its key. ``take_work``: its unsent batches are kept apart."""
    with service.database.changing() as connection:
        done = connection.execute(
            _device.update()
            .where(_device.c.id == device)
            .values(revoked_at=service.clock.now(), takes_work=int(take_work))
        )
        if done.rowcount == 0:
            raise NotFound("Cet appareil est inconnu.", "Rien n’a été modifié.", "Voir «\u00a0device list\u00a0».")


def withdrawn_copy(connection: Connection, session: Session, n: int, rolling: str, now: dt.datetime) -> int:
    """The number of the device that a copy of a withdrawn notebook counts as, when it sends its batch ``n`` with this
    token: the one that the token was given to, else a new one, withdrawn as well."""
    first = connection.execute(select(_device).where(_device.c.number == session.number)).one()
    copies = select(_device).where(_device.c.forked_from == first.id, _device.c.last_n == n - 1)
    for row in connection.execute(copies):
        if token_agrees(row.rolling, rolling):
            return int(row.number)
    made = connection.execute(
        _device.insert().values(
            id=secrets.token_hex(16),
            account=first.account,
            name=first.name,
            platform=first.platform,
            program=first.program,
            schema=first.schema,
            key=first.key,
            refresh="",
            rolling="",
            last_n=n - 1,
            enrolled_at=now,
            seen_at=now,
            forked_from=first.id,
            revoked_at=first.revoked_at,
            takes_work=first.takes_work,
        )
    )
    assert made.inserted_primary_key is not None
    return int(made.inserted_primary_key[0])


def all_devices(service: Service) -> list[dict[str, Any]]:
    """Every device, latest seen first: what an administrator needs to choose one, no token."""
    with service.database.reading() as connection:
        rows = connection.execute(select(_device).order_by(_device.c.seen_at.desc(), _device.c.number))
        return [
            {
                "device": row.id,
                "account": row.account,
                "name": row.name,
                "platform": row.platform,
                "program": row.program,
                "enrolled_at": moment_text(aware(row.enrolled_at)),
                "seen_at": moment_text(aware(row.seen_at)),
                "unsent_batches": row.unsent,
                "copied_from": row.forked_from,
                "revoked_at": moment_text(aware(row.revoked_at)) if row.revoked_at else None,
            }
            for row in rows
        ]


def _identity(account: str, actor: Actor, network: str) -> Identity:
    return Identity(
        user=account,
        facilitator=actor.facilitator_id,
        organisation=actor.organisation_id,
        role=cast("Any", actor.role.value),
        network=network,
        scopes=scopes_of(actor),
    )


def _account_of(service: Service, name: str) -> Account:
    return next(one for one in accounts.all_accounts(service.database) if one.name == name)


def _rotate(connection: Connection, row: Any, now: dt.datetime, *, keep: str = "", forget: bool = False) -> TokenAnswer:
    token, following = new_token(), new_token()
    connection.execute(
        _device.update()
        .where(_device.c.number == row.number)
        .values(
            refresh=token_hash(following),
            former_refresh="" if forget else keep,
            restored=min(row.restored, 1),
            seen_at=now,
        )
    )
    _let_in(connection, row.number, token, now)
    return TokenAnswer(access=token, expires_in=ACCESS_SECONDS, refresh=following)


def _let_in(connection: Connection, number: int, token: str, now: dt.datetime) -> None:
    connection.execute(
        _access.insert().values(
            token=token_hash(token), device=number, expires_at=now + dt.timedelta(seconds=ACCESS_SECONDS)
        )
    )


def _refuse_revoked(row: Any) -> None:
    if row.revoked_at is not None:
        wipe = Wipe(signature=wipe_signature(row.key, row.id), send_work_first=bool(row.takes_work))
        raise Refusal(Code.REVOKED, wipe=wipe)
