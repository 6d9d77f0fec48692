"""The lease, kept inside the encrypted file: only who has the key can write it, so none is made longer from outside."""

from __future__ import annotations

import contextlib
import datetime as dt
import json

from app.rules.lease import Lease, looked, renewed
from app.store.engine import DRIVER_ERRORS
from app.store.notebook import Notebook

_CONTROL = "lease"


def read(notebook: Notebook) -> Lease | None:
    """The lease as it was last counted; ``None`` for a notebook without network, or whose network asks for none."""
    kept = notebook.get_control(_CONTROL)
    if not kept:
        return None
    values = json.loads(kept)
    return Lease(
        days=values["days"],
        renewed_at=dt.datetime.fromisoformat(values["renewed_at"]),
        looked_at=dt.datetime.fromisoformat(values["looked_at"]),
        spent=dt.timedelta(seconds=values["spent"]),
    )


def renew(notebook: Notebook, days: int) -> None:
    """The network answered this notebook now: it opens for ``days`` more; 0: without limit."""
    _keep(notebook, renewed(days, notebook.clock.now()))


def look(notebook: Notebook) -> Lease | None:
    """Count the time that passed since the last look. A full disk forgets the count and opens all the same."""
    lease = read(notebook)
    if lease is not None:
        lease = looked(lease, notebook.clock.now())
        with contextlib.suppress(*DRIVER_ERRORS):
            _keep(notebook, lease)
    return lease


def _keep(notebook: Notebook, lease: Lease | None) -> None:
    values = lease and {
        "days": lease.days,
        "renewed_at": lease.renewed_at.isoformat(),
        "looked_at": lease.looked_at.isoformat(),
        "spent": round(lease.spent.total_seconds()),
    }
    notebook.set_control(_CONTROL, json.dumps(values) if values else "")
