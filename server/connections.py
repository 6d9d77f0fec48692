"""A connection that must ask something: half a head, sent byte by byte or never ended, does not hold it for ever."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 20.0
"""For the head of a request."""
IDLE_SECONDS = 65.0
"""Between two requests of one connection."""
MOST = 800
"""Connections of one worker; beyond, they are told to come again. Below the files that a process may open."""


class Patient(H11Protocol):
    """uvicorn's connection, with a limit for the time that a head may take."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect(HEAD_SECONDS)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect(IDLE_SECONDS + HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _expect(self, seconds: float) -> None:
        self._forget()
        self._deadline = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
