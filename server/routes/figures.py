"""The network's figures, for coordinators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.sync.protocol import PATH, FiguresAnswer
from server import figures
from server.routes.guards import ServiceOf, SessionOf

router = APIRouter(prefix=PATH)


@router.get("/figures")
def network_figures(
    service: ServiceOf, session: SessionOf, year: Annotated[int, Query(ge=1900, le=9998)]
) -> FiguresAnswer:
    """Sums and counts of one calendar year; small counts of people are masked."""
    return figures.network_figures(service, session, year)
