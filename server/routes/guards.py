"""Who asks: the session behind an access token, for every route that needs one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from app.sync.protocol import Code
from server import devices
from server.devices import Session
from server.refusals import Refusal
from server.service import Service


def service_of(request: Request) -> Service:
    """The service of this process."""
    found: Service = request.app.state.service
    return found


ServiceOf = Annotated[Service, Depends(service_of)]


def token_of(authorization: Annotated[str, Header()] = "") -> str:
    """The access token of the request; raises ``Refusal``."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token or len(token) > 200:
        raise Refusal(Code.EXPIRED)
    return token


def session_of(request: Request, service: ServiceOf, token: Annotated[str, Depends(token_of)]) -> Session:
    """The session of a device that is in good standing."""
    session = devices.authorise(service, token)
    request.state.told["device"] = session.device
    return session


def sending_session_of(request: Request, service: ServiceOf, token: Annotated[str, Depends(token_of)]) -> Session:
    """The same, or a revoked device whose work is still taken."""
    session = devices.authorise(service, token, sending=True)
    request.state.told["device"] = session.device
    return session


SessionOf = Annotated[Session, Depends(session_of)]
SendingSessionOf = Annotated[Session, Depends(sending_session_of)]
