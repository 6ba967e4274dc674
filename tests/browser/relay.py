"""A reverse proxy as small as one can be: another port that passes on what lies below one path, websockets too."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


@contextmanager
def relay(address: str) -> Iterator[str]:
    """The address as it is seen from outside, for as long as the block lasts; other paths are answered by 404."""
    parts = urlsplit(address)
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_answer, args=(door, parts.port, parts.path.encode()), daemon=True).start()
        yield parts._replace(netloc=f"127.0.0.1:{door.getsockname()[1]}").geturl()
        door.shutdown(socket.SHUT_RDWR)


def _answer(door: socket.socket, port: int | None, path: bytes) -> None:
    with suppress(OSError):
        while True:
            threading.Thread(target=_pass_on, args=(door.accept()[0], port, path), daemon=True).start()


def _pass_on(outside: socket.socket, port: int | None, path: bytes) -> None:
    with outside, suppress(OSError):
        asked = outside.recv(65_536)
        if not asked.split(b" ", 2)[1].startswith(path):
            outside.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", port or 80)) as inside:
            inside.sendall(asked)
            back = threading.Thread(target=_pump, args=(inside, outside), daemon=True)
            back.start()
            _pump(outside, inside)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
