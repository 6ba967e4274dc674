"""The ASGI application: the gate, the routes, the page that tells how one asks, and no word of the machine in what goes wrong."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from cvwidgets.serve import documents
from cvwidgets.serve.desk import Desk
from cvwidgets.serve.gate import App, Gate, Message, Receive, Scope, Send
from cvwidgets.serve.metrics import Metrics
from cvwidgets.serve.routes import add_routes
from cvwidgets.serve.token import Token

PAGE = Path(__file__).parent / "page"
_FENCE = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; frame-ancestors 'none'"
_TITLE = "cvwidgets"
_ABOUT = "Asks an image model about pictures. Each request but those for health and for this page needs the server's token."


def make_app(desk: Desk, token: Token) -> App:
    """The application of a desk, for those who hold the token."""
    choices = desk.choices
    cors = [
        Middleware(
            CORSMiddleware, allow_origins=choices.cors, allow_methods=["GET", "POST"], allow_headers=["Authorization", "Content-Type"]
        )
    ]
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, middleware=cors if choices.cors else [])
    add_routes(app, desk)
    _add_pages(app)
    app.exception_handler(RequestValidationError)(_not_understood)
    app.exception_handler(ClientDisconnect)(_gone)
    app.exception_handler(Exception)(_failed)
    gate = Gate(app, token=token, loopback=choices.host if choices.on_loopback else None, classic=choices.classic)
    return _Counted(gate, desk.metrics, {route.path for route in app.routes})  # type: ignore[attr-defined]


def _add_pages(app: FastAPI) -> None:
    """The page of the interface, and what it is made of; FastAPI's own fetches its scripts from a CDN."""

    @app.get("/", include_in_schema=False)
    async def home() -> Response:
        return RedirectResponse("/docs")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return FileResponse(PAGE / "page.html", headers={"Content-Security-Policy": _FENCE})

    @app.get("/docs/page.{kind}", include_in_schema=False)
    async def part(kind: str) -> Response:
        if kind not in ("js", "css"):
            return JSONResponse({"detail": "There is no such page."}, 404)
        return FileResponse(PAGE / f"page.{kind}")

    described: dict[str, Any] = {}

    @app.get("/openapi.json", include_in_schema=False)
    async def description() -> Response:
        if not described:
            described.update(_describe(app))
        return JSONResponse(described)


def _describe(app: FastAPI) -> dict[str, Any]:
    from cvwidgets import __version__

    described = get_openapi(title=_TITLE, version=__version__, description=_ABOUT, routes=app.routes)
    described["components"]["schemas"].update(documents.SENT)
    described["components"].update(documents.SECURITY)
    return described


async def _not_understood(_request: Request, error: Exception) -> Response:
    """A query that is not understood, in a sentence."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return JSONResponse({"detail": f"{'.'.join(map(str, first['loc'][1:]))}: {first['msg']}."}, 422)


async def _gone(_request: Request, _error: Exception) -> Response:
    """Whoever asked has left; nobody hears this."""
    return Response(status_code=400)


async def _failed(_request: Request, _error: Exception) -> Response:
    """The trace goes to the server's log."""
    return JSONResponse({"detail": "The server failed at this request; its log says why. Ask who runs it."}, 500)


class _Counted:
    """Counts each request by route, status and seconds, those that were turned away too, and keeps answers out of caches."""

    def __init__(self, app: App, metrics: Metrics, known: set[str]) -> None:
        self._app = app
        self._metrics = metrics
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", [])
                message["headers"] += [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            route = scope["path"] if scope["path"] in self._known else "other"
            self._metrics.requests.labels(route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - begun)
