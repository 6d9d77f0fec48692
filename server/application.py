"""The server as an ASGI application: routes, errors as the protocol's, bodies bounded, a line for each request."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from app.sync.protocol import Code
from server.bodies import Bounded, Paced
from server.journal import Journal, log
from server.refusals import Refusal
from server.routes import exchange, figures, files, identity
from server.service import Service
from server.store.engine import Busy, Full

GZIP_LEVEL = 1
"""Fast: a page of rows is packed in a few milliseconds, to a fifth of its size."""


def create(service: Service) -> FastAPI:
    """The application over a service; the service's database is ready."""
    app = FastAPI(title="Inclusiv’Terrain, serveur du réseau", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.service = service
    for router in (identity.router, exchange.router, figures.router, files.router):
        app.include_router(router)

    @app.get("/health")
    def health() -> dict[str, str]:
        """Whether the server and its database answer."""
        with service.database.reading() as connection:
            connection.execute(text("SELECT seq FROM sync_space WHERE id = 1")).one()
        return {"status": "ok"}

    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _no_route)
    app.add_exception_handler(Busy, _busy)
    app.add_exception_handler(Full, _full)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=GZIP_LEVEL)
    app.add_middleware(Bounded, limit=max(service.limits.batch_bytes, service.limits.chunk_bytes))
    app.add_middleware(Paced, per_minute=service.requests_per_minute)
    app.add_middleware(Journal)
    return app


def _answer(refusal: Refusal) -> Response:
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    return Response(refusal.problem.model_dump_json(), refusal.status, headers=headers, media_type="application/json")


def _refused(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Refusal)
    return _answer(problem)


def _malformed(_: Request, problem: Exception) -> Response:
    return _answer(Refusal(Code.MALFORMED))


def _no_route(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    if problem.status_code == 404:
        return _answer(Refusal(Code.NOT_FOUND))
    return JSONResponse(Refusal(Code.MALFORMED).problem.model_dump(mode="json"), problem.status_code)


def _busy(_: Request, problem: Exception) -> Response:
    return _answer(Refusal(Code.BUSY, retry_after=2))


def _full(_: Request, problem: Exception) -> Response:
    return _answer(Refusal(Code.FULL, retry_after=60))


def _failed(_: Request, problem: Exception) -> Response:
    log.error("failed", exc_info=problem)
    return _answer(Refusal(Code.FAILED, retry_after=10))
