"""Under whose name a notebook speaks to the server, and writes: the account's facilitator, organisation and role."""

from __future__ import annotations

from app.models.wire import moment_text
from app.store import outbox, rows
from app.store.notebook import Notebook
from app.sync import protocol as wire
from app.version import VERSION

SERVER_ROLE = "sync.role"
"""The role of the account, as the server last said it; nothing typed in the notebook changes it."""


def enrol_ask(user: str, password: str, facilitator: str, device_name: str = "") -> wire.EnrolAsk:
    """The body that makes this notebook a device of ``user``."""
    import platform

    return wire.EnrolAsk.model_validate(
        {
            "user": user,
            "password": password,
            "device_name": (device_name or platform.node())[:200],
            "facilitator": facilitator,
            "schema": wire.SCHEMA,
            "program": VERSION,
            "platform": platform.system(),
        }
    )


def take_identity(book: Notebook, identity: wire.Identity) -> None:
    """Act from now on as the server says: facilitator, organisation, role."""
    for name, value in (
        ("actor", identity.facilitator),
        ("organisation", identity.organisation),
        ("role", identity.role),
        (SERVER_ROLE, identity.role),
    ):
        if book.get_control(name) != value:
            book.set_control(name, value)
    book.actor_id, book.organisation_id, book.role = identity.facilitator, identity.organisation, identity.role


_OF_A_FACILITATOR = (("visit", "facilitator_id"), ("beneficiary", "facilitator_id"), ("eligibility_check", "seen_by"))


def adopt(book: Notebook, proposed: str, identity: wire.Identity) -> None:
    """Make the notebook's facilitator the account's: the record proposed, or the one that the account already had.

    Inside a transaction with capture off: what changes is noted by hand.
    """
    raw, kept = book.raw, identity.facilitator
    stands = raw.execute("SELECT 1 FROM facilitator WHERE id = ?", (proposed,)).fetchone() is not None
    if kept == proposed and not stands:
        now = moment_text(book.clock.now())
        rows.put_new(
            raw,
            "facilitator",
            {
                "id": kept,
                "organisation_id": identity.organisation,
                "created_at": now,
                "created_by": kept,
                "last_name": identity.user,
                "role": identity.role,
            },
        )
        outbox.note_new(raw, "facilitator", kept)
    if kept != proposed and stands:
        for kind, name in _OF_A_FACILITATOR:
            for (record_id,) in raw.execute(f'SELECT id FROM "{kind}" WHERE "{name}" = ?', (proposed,)).fetchall():
                outbox.note_change(raw, kind, record_id, name, proposed)
                raw.execute(f'UPDATE "{kind}" SET "{name}" = ? WHERE id = ?', (kept, record_id))
        if raw.execute("SELECT 1 FROM _row WHERE tbl = 'facilitator' AND id = ?", (proposed,)).fetchone() is None:
            raw.execute("DELETE FROM facilitator WHERE id = ?", (proposed,))
            raw.execute("DELETE FROM _dirty WHERE tbl = 'facilitator' AND id = ?", (proposed,))
    if not book.get_control("prefix"):
        letters = "".join(one for one in identity.user.upper() if one.isascii() and one.isalpha())
        book.set_control("prefix", (letters + "XX")[:2])
