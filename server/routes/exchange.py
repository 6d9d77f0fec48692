"""A session of exchange: hello, known, push, pull, digest."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from app.sync.protocol import (
    HEADER_BATCH,
    HEADER_ROLLING,
    HEADER_SHA256,
    PATH,
    DigestAnswer,
    DigestAsk,
    HelloAnswer,
    HelloAsk,
    KnownAnswer,
    KnownAsk,
    PullAnswer,
    PullAsk,
    Receipt,
)
from server import devices, pulling
from server.push import receiving
from server.routes.guards import SendingSessionOf, ServiceOf, SessionOf

router = APIRouter(prefix=PATH)


@router.post("/hello")
def hello(ask: HelloAsk, service: ServiceOf, session: SessionOf) -> HelloAnswer:
    """Where the server stands, what the device may see, how far its clock is off."""
    return devices.hello(service, session, ask)


@router.post("/known")
def known(ask: KnownAsk, service: ServiceOf, session: SessionOf) -> KnownAnswer:
    """The receipts of batches that the server knows by their content."""
    return KnownAnswer(receipts=tuple(receiving.known(service, session, ask.batches)))


async def sealed_body(request: Request) -> bytes:
    """The bytes as they came: their hash is what was announced."""
    return await request.body()


SEALED = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


@router.post("/push", response_model=Receipt, openapi_extra=SEALED)
def push(
    request: Request,
    service: ServiceOf,
    session: SendingSessionOf,
    body: Annotated[bytes, Depends(sealed_body)],
    n: Annotated[int, Header(alias=HEADER_BATCH, ge=1, le=2**62)],
    sha256: Annotated[str, Header(alias=HEADER_SHA256, pattern="^[0-9a-f]{64}$")],
    rolling: Annotated[str, Header(alias=HEADER_ROLLING, max_length=200)],
) -> Response:
    """Merge one sealed batch; the same batch again gives the same receipt."""
    receipt = receiving.receive(service, session, n, sha256, rolling, body)
    request.state.told["operations"] = len(receipt.results)
    return Response(receipt.model_dump_json(by_alias=True), media_type="application/json")


@router.post("/pull", response_model=PullAnswer)
def pull(ask: PullAsk, service: ServiceOf, session: SessionOf) -> Response:
    """The state of the rows after the cursors, in the device's scopes."""
    return Response(pulling.pull(service, session, ask), media_type="application/json")


@router.post("/digest")
def digest(ask: DigestAsk, service: ServiceOf, session: SessionOf) -> DigestAnswer:
    """Compare sums, table by table."""
    return pulling.digest(service, session, ask)
