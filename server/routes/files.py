"""Photographs and documents, in pieces."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.responses import StreamingResponse

from app.sync.protocol import PATH, Code
from server import files
from server.refusals import Refusal
from server.routes.guards import SendingSessionOf, ServiceOf, SessionOf

router = APIRouter(prefix=f"{PATH}/files")

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


async def piece_of(request: Request) -> bytes:
    """The bytes of one piece."""
    return await request.body()


PIECE = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}


@router.head("/{sha256}")
def stand(sha256: Sha256, service: ServiceOf, session: SendingSessionOf) -> Response:
    """Where the file stands."""
    at = files.stand(service, session, sha256)
    return Response(headers={"Upload-Offset": str(at.offset), "Upload-Length": str(at.size)})


@router.patch("/{sha256}", status_code=204, openapi_extra=PIECE)
def append(
    sha256: Sha256,
    service: ServiceOf,
    session: SendingSessionOf,
    piece: Annotated[bytes, Depends(piece_of)],
    upload_offset: Annotated[int, Header(ge=0, le=2**62)],
) -> Response:
    """Add a piece where the file stands."""
    at = files.append(service, session, sha256, upload_offset, piece)
    return Response(status_code=204, headers={"Upload-Offset": str(at.offset)})


@router.get("/{sha256}", response_class=Response)
def fetch(
    sha256: Sha256,
    service: ServiceOf,
    session: SessionOf,
    wanted: Annotated[str, Header(alias="Range", max_length=100)] = "",
) -> Response:
    """The bytes of a whole file, from the start or from ``Range: bytes=N-``."""
    start = 0
    if wanted:
        first = wanted.removeprefix("bytes=").removesuffix("-")
        if not (wanted.startswith("bytes=") and wanted.endswith("-") and first.isascii() and first.isdigit()):
            raise Refusal(Code.MALFORMED)
        start = int(first[:15])
    at, pieces = files.read(service, session, sha256, start)
    headers = {"Content-Length": str(at.size - start), "Cache-Control": "no-store"}
    if start:
        headers["Content-Range"] = f"bytes {start}-{at.size - 1}/{at.size}"
    # Photographs do not pack; packing them would hold the processor for nothing.
    headers["Content-Encoding"] = "identity"
    return StreamingResponse(pieces, 206 if start else 200, headers=headers, media_type="application/octet-stream")
