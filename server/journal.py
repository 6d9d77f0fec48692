"""One JSON line for each request on standard output: what was asked, by which device, how long, with what answer.

Never a name, a value, an address or a token: a device's id says enough to whoever administers the network. What other
programs' loggers, warnings and uncaught errors would write goes the same way: where it happened, never their text.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import time
from types import TracebackType
from typing import Any

from server.bodies import App, Message, Receive, Scope, Send

log = logging.getLogger("server")


OURS = ("server", "uvicorn")
"""Whose messages are known to hold no value."""
LEFT = 499
"""Status told of a request whose asker left before the answer."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.partition(".")[0] in OURS
        told: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "event": record.getMessage().strip() if ours else record.name,
            **getattr(record, "told", {}),
        }
        if not ours:
            told["where"] = [f"{record.filename}:{record.lineno}"]
        if record.exc_info and record.exc_info[0] is not None:
            # Where it happened, never what it held: the text of an error may quote a value.
            told["error"] = record.exc_info[0].__name__
            told["where"] = _frames(record.exc_info[2])
        return json.dumps(told, ensure_ascii=False)


def _frames(trace: TracebackType | None) -> list[str]:
    frames = []
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return frames[-8:]


def set_up(level: int = logging.INFO) -> None:
    """Write everything that this process logs, warns or fails with on standard output, as lines of JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.root.handlers = [handler]
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True
    logging.captureWarnings(True)
    sys.excepthook = _failed
    threading.excepthook = lambda found: _failed(found.exc_type, found.exc_value, found.exc_traceback)
    sys.unraisablehook = lambda found: _failed(found.exc_type, found.exc_value, found.exc_traceback)


def _failed(kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
    log.critical("failed", exc_info=(kind, problem or Exception(), trace))


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
        except Exception:
            status = status or 500  # answered by what stands around this
            raise
        finally:
            tell(
                "request",
                method=scope["method"],
                path=_path(scope),
                status=status or LEFT,
                bytes=size,
                ms=round((time.perf_counter() - began) * 1000, 1),
                **facts,
            )


def _path(scope: Scope) -> str:
    """The route asked, as the OpenAPI writes it: with its parameters' names, never their values.

    A request refused before it reached its route is told all the same; ``unknown`` is an address that is none of ours,
    which may hold anything.
    """
    route = scope.get("route")
    if route is not None:
        return str(route.path)
    for known in scope["app"].openapi()["paths"]:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), scope["path"]):
            return str(known)
    return "unknown"
