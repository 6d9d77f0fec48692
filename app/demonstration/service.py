"""Making the demonstration notebook: a separate file, marked on screen and paper, that is never synchronised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from app.demonstration.files import Files
from app.demonstration.following import Following
from app.demonstration.loading import Loader
from app.demonstration.offers import Offers
from app.demonstration.pictures import COUNT, site_picture
from app.demonstration.visits import Visits
from app.demonstration.year import FACILITATOR, ORGANISATION, PREFIX, Year
from app.models.choices import Role
from app.models.registry import models
from app.store.notebook import Notebook

KeepPicture = Callable[[bytes], tuple[str, int]]
"""Keeps the bytes of a picture encrypted beside the database; answers (sha256, size)."""


def fill(notebook: Notebook, keep_picture: KeepPicture, *, scale: int = 1) -> dict[str, int]:
    """Fill an empty notebook with the invented year; answers how many rows each table received.

    The notebook is marked for ever: ``get_control("demonstration")`` is ``"1"``.
    """
    if scale < 1:
        raise ValueError("scale starts at 1")
    kept = [(*keep_picture(site_picture(rank)), 1400, 1050) for rank in range(COUNT)]
    today = notebook.clock.today()
    now = dt.datetime.combine(today, dt.time(7, 0), dt.UTC)
    loader = Loader(ORGANISATION, FACILITATOR, now)
    year = Year(loader, today, scale)
    year.build()
    Following(year, loader).build()
    Files(year, loader).build()
    Offers(year, loader).build()
    Visits(year, loader, lambda rank: kept[rank % COUNT]).build()
    order = models()
    with notebook.bulk() as raw:
        loader.write(raw, order)
        for name, value in year.counters.items():
            raw.execute("INSERT OR REPLACE INTO _counter VALUES (?, ?)", (name, value))
    notebook.set_control("demonstration", "1")
    notebook.set_control("prefix", PREFIX)
    notebook.set_control("actor", FACILITATOR)
    notebook.set_control("organisation", ORGANISATION)
    notebook.set_control("role", Role.FACILITATOR)
    return {str(model.__tablename__): loader.count(model) for model in order if loader.count(model)}
