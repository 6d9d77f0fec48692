"""One JSON line for each request on standard output: what was asked, by which device, how long, with what answer.

Never a name, a value, an address or a token: a device's id says enough to whoever administers the network.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

from server.bodies import App, Message, Receive, Scope, Send

log = logging.getLogger("server")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            # Where it happened, never what it held: the text of an error may quote a value.
            told["error"] = record.exc_info[0].__name__
            trace, frames = record.exc_info[2], []
            while trace is not None:
                frames.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
                trace = trace.tb_next
            told["where"] = frames[-8:]
        return json.dumps(told, ensure_ascii=False)


def set_up(level: int = logging.INFO) -> None:
    """Write the server's lines, and uvicorn's, on standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    for name in ("server", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
    logging.getLogger("uvicorn.access").disabled = True


def tell(event: str, **facts: str | int | float) -> None:
    """One line: ids, counts and durations only."""
    log.info(event, extra={"told": facts})


class Journal:
    """Tells every request once it is answered."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0
        size = 0

        async def counting(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            size += len(message.get("body", b""))
            await send(message)

        facts: dict[str, str | int] = {}
        scope.setdefault("state", {})["told"] = facts
        try:
            await self._app(scope, receive, counting)
        finally:
            route = scope.get("route")
            tell(
                "request",
                method=scope["method"],
                path=getattr(route, "path", "unknown"),
                status=status,
                bytes=size,
                ms=round((time.perf_counter() - began) * 1000, 1),
                **facts,
            )
