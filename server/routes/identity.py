"""Enrolment, sign-in, tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header

from app.sync.protocol import PATH, EnrolAnswer, EnrolAsk, SignInAsk, TokenAnswer, TokenAsk
from server import devices
from server.routes.guards import ServiceOf, token_of

router = APIRouter(prefix=PATH)


@router.post("/enrol")
def enrol(ask: EnrolAsk, service: ServiceOf, authorization: Annotated[str, Header()] = "") -> EnrolAnswer:
    """Make a device, for a password or for the access token of another device of the same user."""
    return devices.enrol(service, ask, token_of(authorization) if authorization else "")


@router.post("/sign-in")
def sign_in(ask: SignInAsk, service: ServiceOf) -> TokenAnswer:
    """New tokens for a password."""
    return devices.sign_in(service, ask)


@router.post("/token")
def token(ask: TokenAsk, service: ServiceOf) -> TokenAnswer:
    """A new access token for a refresh token."""
    return devices.refresh(service, ask)
