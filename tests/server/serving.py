"""The network's server as an administrator runs it: verbs, and a process of its own on a real port."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.architecture.source import ROOT

_RUN = "import sys; from server.command import main; sys.exit(main())"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def verb(*arguments: str | Path, code: int = 0) -> Any:
    """One verb with ``--json``; its value, or what it said."""
    from server.command import main

    said, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(told):
        answer = main([*(str(one) for one in arguments), "--json"])
    assert answer == code, said.getvalue()
    return json.loads(told.getvalue()) if code == 0 else said.getvalue()


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Served:
    """A server that answers. ``journal`` is what it wrote on its standard output and its standard error."""

    port: int
    process: subprocess.Popen[bytes]
    journal: Path

    @property
    def address(self) -> str:
        """What a notebook is told, where no certificate was given."""
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        """All that it wrote so far."""
        return self.journal.read_text(encoding="utf-8")

    def lines(self) -> list[dict[str, Any]]:
        """The same, line by line: each must be JSON."""
        return [json.loads(line) for line in self.said().splitlines()]

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Ask it to stop and wait; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        return self.process.wait(timeout=40)


@contextlib.contextmanager
def serving(
    journal: Path, *arguments: str | Path, environment: Mapping[str, str] | None = None, before: str = ""
) -> Iterator[Served]:
    """``inclusiv-server run`` with these arguments, once it listens; ``before`` is Python done first in its process."""
    port = free_port()
    with open(journal, "wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", f"{before}\n{_RUN}", "run", "--port", str(port), *arguments],
            cwd=ROOT,
            env={**ENVIRONMENT, **(environment or {})},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    served = Served(port, process, journal)
    try:
        # With several workers the parent listens before any of them answers.
        ready = "startup complete" if "--workers" in arguments else "Uvicorn running"
        until = time.monotonic() + 60
        while ready not in served.said():
            assert process.poll() is None, served.said()
            assert time.monotonic() < until, served.said()
            time.sleep(0.02)  # no signal says that another program has written a line
        yield served
    finally:
        served.stop()
