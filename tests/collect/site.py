"""A web of its own for tests: names that lead to public IP addresses, behind which a server of this computer answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore

Answer = Callable[[BaseHTTPRequestHandler], None]
PUBLIC = "93.184.215.14"
HOST = "http://pictures.example"


class Site:
    """A server that answers as its `answers` say, by path; what was asked, and of whom, is in `asked`."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.over = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.headers.append(dict(self.headers))
                site.answers.get(self.path.partition("?")[0], reply(b"", 404))(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_: object) -> None:
                """Whoever asked went away."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def hangs(self, _: BaseHTTPRequestHandler) -> None:
        """Never answers."""
        self.over.wait(30)

    def trickles(self, handler: BaseHTTPRequestHandler) -> None:
        """Gives a byte now and then, for ever."""
        reply_head(handler, 200, {"Content-Length": "50000"})
        while not self.over.wait(0.05):
            handler.wfile.write(b"\xff")


def reply(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    """Answers with this; headers by name, _ for -."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reply_head(handler, status, {"Content-Length": str(len(body)), **named})
        handler.wfile.write(body)

    return answer


def reply_head(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()


class Streets(httpcore.AsyncNetworkBackend):
    """The network as tests know it: one public IP address, where the site is; who was called on stands in `called`."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.called: list[str] = []
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.called.append(host)
        if host != PUBLIC:
            raise httpcore.ConnectError("nobody lives here")
        return await self._network.connect_tcp("127.0.0.1", self.port, timeout, local_address, socket_options)
