"""Who is let in: the door in front of all routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.responses import JSONResponse

from cvwidgets.serve.token import Token

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN = frozenset(("/health", "/", "/docs", "/docs/page.js", "/docs/page.css", "/openapi.json"))
"""What everybody is told: that it lives, and how one asks. Nothing of the project is in it."""
CLASSIC = "/cv"
OWN_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))
_PASSED_ON = (b"forwarded", b"x-forwarded-", b"x-real-ip", b"via")
"""What begins the names of headers that a proxy adds: who asks is somewhere else then, though the connection comes from this computer."""
_FROM_PAGES = (b"none", b"same-origin")


class Gate:
    """Lets requests through that hold the token; on the `loopback` address that is served, those alone that call it by its own names.

    A page of the web can lead a name of its own to 127.0.0.1 (DNS rebinding) and ask as if it were one of ours: its Host header tells.
    `/cv` needs no token where nobody but this computer reaches the server, unless a proxy or another page's script asks.
    """

    def __init__(self, app: App, *, token: Token, loopback: str | None, classic: bool) -> None:
        self._app = app
        self._token = token
        self._own_names = OWN_NAMES | {loopback} if loopback else None
        self._open_cv = classic and loopback is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is let in, and answers the rest."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if self._own_names and _name(headers.get(b"host", b"")) not in self._own_names:
            await _refuse(400, "This server is asked as 127.0.0.1 or localhost alone. Correct the address.")(scope, receive, send)
        elif self._is_let_in(scope["path"], scope["method"], headers):
            await self._app(scope, receive, send)
        else:
            answer = _refuse(401, "The token is missing or wrong; it is needed as 'Authorization: Bearer …'. Ask who runs the server.")
            answer.headers["WWW-Authenticate"] = "Bearer"
            await answer(scope, receive, send)

    def _is_let_in(self, path: str, method: str, headers: dict[bytes, bytes]) -> bool:
        if path in OPEN or method == "OPTIONS" or self._token.lets_in(headers.get(b"authorization")):
            return True
        is_own = headers.get(b"sec-fetch-site", b"none") in _FROM_PAGES and not any(name.startswith(_PASSED_ON) for name in headers)
        return path == CLASSIC and self._open_cv and is_own


def _name(host: bytes) -> str:
    """The name in a Host header, without its port."""
    text = host.decode("latin-1").strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.rpartition(":")[0] if ":" in text else text


def _refuse(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"detail": sentence}, status)
