"""The calls of the wire, one method each, over HTTPS (``app.sync.protocol``).

Every failure comes out as ``CallFailed`` with what is the case (``state.Problem``) and the one thing to do
(``protocol.Reaction``). An answer that is not the server's (the page of a captive portal, of a proxy) is told from the
server's own; who does not prove the server's name is sent nothing. Plain ``http`` is refused except to this machine.
"""

from __future__ import annotations

import errno
import gzip
import ipaddress
import json
import logging
import socket
import ssl
from collections.abc import Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
from pydantic import BaseModel, ValidationError

from app.sync import protocol as wire
from app.sync.protocol import Reaction
from app.sync.state import Problem

log = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)

TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
_COMPRESSED_FROM = 1_000

_PROBLEMS: dict[wire.Code, Problem] = {
    wire.Code.BAD_CREDENTIALS: Problem.SIGN_IN,
    wire.Code.SIGN_IN: Problem.SIGN_IN,
    wire.Code.EXPIRED: Problem.SIGN_IN,
    wire.Code.DISABLED: Problem.SIGN_IN,
    wire.Code.REVOKED: Problem.REVOKED,
    wire.Code.UPGRADE: Problem.TOO_OLD,
    wire.Code.TOO_NEW: Problem.TOO_NEW,
    wire.Code.FULL: Problem.DISK_FULL_THERE,
}


class CallFailed(Exception):
    """A call did not succeed. ``code`` is the server's own, ``None`` when the answer was not its."""

    def __init__(
        self,
        problem: Problem,
        reaction: Reaction,
        code: wire.Code | None = None,
        *,
        wait: float = 0.0,
        wipe: wire.Wipe | None = None,
        offset: int | None = None,
    ) -> None:
        super().__init__(f"{problem.value} {code.value if code else ''}".strip())
        self.problem = problem
        self.reaction = reaction
        self.code = code
        self.wait = wait
        self.wipe = wipe
        self.offset = offset


def tidy_address(text: str) -> str:
    """The address of a server without its end; raises ``ValueError`` when it is not one, or not a safe one.

    ``https`` anywhere, ``http`` on this machine only: passwords and names travel.
    """
    typed = text.strip()
    if "://" not in typed:
        typed = f"https://{typed}"
    typed = typed.rstrip("/")
    parts = urlsplit(typed)
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("not an address")
    _ = parts.port  # raises ValueError for a wrong one
    if parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname)):
        return typed
    raise ValueError("not secure")


def _refuse_plain(request: httpx2.Request) -> None:
    """Whatever address the notebook remembers: nothing leaves this machine unprotected."""
    if request.url.scheme != "https" and not is_this_machine(request.url.host):
        raise CallFailed(Problem.NOT_SECURE, Reaction.TELL)


def is_this_machine(host: str) -> bool:
    """Whether ``host`` is the loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Api:
    """The calls to one server. ``transport`` is given by tests; ``close`` it in the end."""

    def __init__(self, server: str, transport: httpx2.BaseTransport | None = None) -> None:
        self.server = server
        self.access = ""
        """The access token in use; empty before the first."""
        self._client = httpx2.Client(
            base_url=server,
            timeout=TIMEOUT,
            transport=transport,
            headers={"Accept": "application/json", "Accept-Encoding": "gzip"},
            event_hooks={"request": [_refuse_plain]},
            trust_env=not is_this_machine(urlsplit(server).hostname or ""),
        )

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    # --- who ---

    def enrol(self, ask: wire.EnrolAsk, *, named: bool = False) -> wire.EnrolAnswer:
        """A new device: by the password, or ``named`` by the access token in hand (a copied notebook)."""
        return self._post("enrol", ask, wire.EnrolAnswer, named=named)

    def sign_in(self, ask: wire.SignInAsk) -> wire.TokenAnswer:
        """The password again."""
        return self._post("sign-in", ask, wire.TokenAnswer, named=False)

    def token(self, ask: wire.TokenAsk) -> wire.TokenAnswer:
        """A new access token."""
        return self._post("token", ask, wire.TokenAnswer, named=False)

    def hello(self, ask: wire.HelloAsk) -> wire.HelloAnswer:
        """The start of a session."""
        return self._post("hello", ask, wire.HelloAnswer)

    # --- records ---

    def known(self, ask: wire.KnownAsk) -> wire.KnownAnswer:
        """Which batches the server has."""
        return self._post("known", ask, wire.KnownAnswer)

    def push(self, n: int, sha: str, rolling: str, body: bytes) -> wire.Receipt:
        """One sealed batch, its bytes as they are."""
        headers = {wire.HEADER_BATCH: str(n), wire.HEADER_SHA256: sha, wire.HEADER_ROLLING: rolling}
        return _read(self._send("POST", "push", body, headers), wire.Receipt)

    def pull(self, ask: wire.PullAsk) -> tuple[bytes, dict[str, Any]]:
        """One page: its bytes, to be kept as they are, and what they say. The envelope is checked, not the values."""
        answer = self._send("POST", "pull", _bytes(ask))
        try:
            page = json.loads(answer.content)
        except (ValueError, RecursionError) as problem:
            raise _foreign(answer) from problem
        if not _is_page(page):
            raise _foreign(answer)
        return answer.content, page

    def digest(self, ask: wire.DigestAsk) -> wire.DigestAnswer:
        """Compare counts and sums."""
        return self._post("digest", ask, wire.DigestAnswer)

    def figures(self, year: int) -> wire.FiguresAnswer:
        """The network's figures of a calendar year; only an account of a coordinator is answered."""
        return _read(self._send("GET", f"figures?year={year}"), wire.FiguresAnswer)

    # --- files ---

    def file_offset(self, sha256: str) -> tuple[int, int]:
        """(bytes the server has, bytes the file has) of an attachment's content."""
        answer = self._send("HEAD", f"files/{sha256}")
        try:
            return int(answer.headers["Upload-Offset"]), int(answer.headers["Upload-Length"])
        except (KeyError, ValueError) as problem:
            raise _foreign(answer) from problem

    def file_append(self, sha256: str, offset: int, data: bytes) -> int:
        """Send bytes from ``offset``; where the server then stands."""
        answer = self._send("PATCH", f"files/{sha256}", data, {"Upload-Offset": str(offset)}, packed=False)
        try:
            return int(answer.headers["Upload-Offset"])
        except (KeyError, ValueError) as problem:
            raise _foreign(answer) from problem

    def file_pieces(self, sha256: str, start: int) -> Iterator[bytes]:
        """The bytes of a content from ``start`` on, piece by piece."""
        headers = {"Range": f"bytes={start}-", "Accept-Encoding": "identity"} if start else {}
        try:
            with self._client.stream("GET", f"{wire.PATH}/files/{sha256}", headers=self._named(headers)) as answer:
                if answer.status_code not in (200, 206):
                    answer.read()
                    raise _refusal(answer)
                if start and answer.status_code != 206:
                    raise CallFailed(Problem.UNREACHABLE, Reaction.WAIT)
                yield from answer.iter_bytes(65_536)
        except httpx2.HTTPError as problem:
            raise _unreached(problem) from problem

    # --- below ---

    def _post(self, name: str, ask: BaseModel, answer: type[M], *, named: bool = True) -> M:
        return _read(self._send("POST", name, _bytes(ask), named=named), answer)

    def _named(self, headers: dict[str, str]) -> dict[str, str]:
        return {**headers, "Authorization": f"Bearer {self.access}"}

    def _send(
        self,
        method: str,
        name: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        *,
        named: bool = True,
        packed: bool = True,
    ) -> httpx2.Response:
        given = dict(headers or {})
        if packed and len(body) > _COMPRESSED_FROM:
            body = gzip.compress(body, compresslevel=1, mtime=0)
            given["Content-Encoding"] = "gzip"
        if packed and body:
            given["Content-Type"] = "application/json"
        try:
            answer = self._client.request(
                method, f"{wire.PATH}/{name}", content=body, headers=self._named(given) if named else given
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
            raise _unreached(problem) from problem
        if not answer.is_success:
            raise _refusal(answer)
        return answer


def _bytes(ask: BaseModel) -> bytes:
    return ask.model_dump_json(by_alias=True).encode()


def _read(answer: httpx2.Response, wanted: type[M]) -> M:
    try:
        return wanted.model_validate_json(answer.content)
    except (ValidationError, ValueError) as problem:
        raise _foreign(answer) from problem


def _is_page(page: Any) -> bool:
    """Whether the envelope is a ``PullAnswer``'s. The rows, many, are taken as the server wrote them."""
    wanted = {"epoch": str, "last_n": int, "scopes": dict, "more": bool, "head": int}
    if not isinstance(page, dict) or not all(isinstance(page.get(name), kind) for name, kind in wanted.items()):
        return False
    return all(
        isinstance(one, dict)
        and isinstance(one.get("rows"), dict)
        and isinstance(one.get("gone"), dict)
        and isinstance(one.get("cursor"), list)
        and isinstance(one.get("by"), dict | None)
        for one in page["scopes"].values()
    )


def _foreign(answer: httpx2.Response) -> CallFailed:
    """An answer that the server did not write: a page in the way."""
    log.info("an answer of %s bytes, status %s, is not the server's", len(answer.content), answer.status_code)
    return CallFailed(Problem.PORTAL, Reaction.WAIT)


def _refusal(answer: httpx2.Response) -> CallFailed:
    """The failure that an answer other than 2xx says."""
    try:
        said = wire.Problem.model_validate_json(answer.content) if answer.content else _of_head(answer)
    except ValueError:
        if answer.status_code in (502, 503, 504):  # what stands before the server says that it is not there
            return CallFailed(Problem.UNREACHABLE, Reaction.WAIT)
        return _foreign(answer)
    try:
        wait = float(answer.headers.get("Retry-After", "0"))
    except ValueError:
        wait = 0.0
    return CallFailed(
        _PROBLEMS.get(said.code, Problem.UNREACHABLE),
        said.reaction,
        said.code,
        wait=min(max(wait, 0.0), 300.0),
        wipe=said.wipe,
        offset=said.offset,
    )


def _of_head(answer: httpx2.Response) -> wire.Problem:
    """An answer to HEAD has no body: its status says the code."""
    for code, (status, _) in wire.REACTIONS.items():
        if status == answer.status_code and code not in (wire.Code.BAD_CREDENTIALS, wire.Code.DISABLED):
            return wire.Problem(code=code, message="")
    raise ValueError("not the server's")


def _unreached(problem: Exception) -> CallFailed:
    """The failure of a call that got no whole answer."""
    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CallFailed(Problem.UNPROVEN, Reaction.WAIT)
        if isinstance(cause, ssl.SSLError):
            return CallFailed(Problem.PORTAL, Reaction.WAIT)
        if isinstance(cause, socket.gaierror):
            return CallFailed(Problem.OFFLINE, Reaction.WAIT)
        if isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN):
            return CallFailed(Problem.OFFLINE, Reaction.WAIT)
        cause = cause.__cause__ or cause.__context__
    if isinstance(problem, httpx2.TimeoutException) and not isinstance(problem, httpx2.ConnectTimeout):
        return CallFailed(Problem.UNREACHABLE, Reaction.HALVE)
    if isinstance(problem, httpx2.ConnectTimeout):
        return CallFailed(Problem.OFFLINE, Reaction.WAIT)
    return CallFailed(Problem.UNREACHABLE, Reaction.WAIT)
