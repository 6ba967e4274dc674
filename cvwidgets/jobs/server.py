"""`python -m cvwidgets.jobs.server FOLDER MODULE:FUNCTION`: the worker's process, which answers until nobody asks any more.

A client sends two lines, the token and its question (JSON), and gets lines of JSON: `{"reply": …}` as often as the function yields,
then `{"end": true}`, or `{"error": {"type", "text"}}`. Its address lies in the folder, readable by its owner alone.
"""

from __future__ import annotations

import contextlib
import hmac
import importlib
import json
import os
import secrets
import select
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

from cvwidgets.errors import CvwidgetsError
from cvwidgets.jobs.facts import ADDRESS, LOG, REQUEST, STOP, read_facts, write_facts
from cvwidgets.jobs.reason import reason_of

_IDLE = 600.0
_LOOK = 0.5
_GREETING = 10.0

Handler = Callable[[dict[str, Any]], Iterator[dict[str, Any]]]


class Turns:
    """A lock that is given in the order in which it was asked for, so that a question of many replies starves nobody."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asked = 0
        self._given = 0

    def __enter__(self) -> None:
        with self._changed:
            mine = self._asked
            self._asked += 1
            self._changed.wait_for(lambda: self._given == mine)

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._given += 1
            self._changed.notify_all()


class Server:
    """One listening socket and a thread per question; the function runs for one reply at a time, of one question after the other."""

    def __init__(self, folder: Path, handler: str) -> None:
        self._folder, self._handler = folder, handler
        self._token = secrets.token_hex(32)
        self._turns = Turns()
        self._talks: set[threading.Thread] = set()
        self._last = time.monotonic() + _GREETING  # who started it is on the way
        self._ending = False

    def serve(self) -> None:
        """Answers until it is asked to stop, its folder goes away, or nobody asked for `CVWIDGETS_WORKER_IDLE` seconds."""
        address = self._folder / ADDRESS
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
            listener.settimeout(_LOOK)
            job = (read_facts(self._folder / REQUEST) or {}).get("id")
            write_facts(address, {"port": listener.getsockname()[1], "token": self._token, "job": job}, private=True)
            while self._is_wanted(address):
                with contextlib.suppress(TimeoutError):
                    self._begin(listener.accept()[0])
            # First nobody finds the way any more; who is on it already is turned away by the closing socket, and starts another.
            address.unlink(missing_ok=True)
        self._ending = True
        for talk in list(self._talks):
            talk.join(timeout=5)

    def _is_wanted(self, address: Path) -> bool:
        self._talks = {talk for talk in self._talks if talk.is_alive()}
        if self._talks:
            self._last = time.monotonic()
        idle = time.monotonic() - self._last > float(os.environ.get("CVWIDGETS_WORKER_IDLE", _IDLE))
        return address.exists() and not (self._folder / STOP).exists() and bool(self._talks or not idle)

    def _begin(self, connection: socket.socket) -> None:
        talk = threading.Thread(target=self._talk, args=(connection,), daemon=True)
        self._talks.add(talk)
        self._last = time.monotonic()
        talk.start()

    def _talk(self, connection: socket.socket) -> None:
        """One question from its first byte to the end of its answer, or to the client's leaving."""
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as incoming:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(_GREETING)
            if not hmac.compare_digest(incoming.readline(200).strip(), self._token.encode()):
                return
            line = incoming.readline()
            connection.settimeout(None)
            try:
                with contextlib.closing(self._answer(json.loads(line), connection)) as answer:
                    for reply in answer:
                        connection.sendall(_line(reply=reply))
                if not self._ending:
                    connection.sendall(_line(end=True))
            except OSError as error:
                if not _has_left(connection):  # an error of the handler; with the client gone there is nobody to tell
                    connection.sendall(self._error(error))
            except Exception as error:  # noqa: BLE001 - the door of the worker: whatever goes wrong is the answer, and the worker lives on
                connection.sendall(self._error(error))

    def _answer(self, question: dict[str, Any], connection: socket.socket) -> Generator[dict[str, Any], None, None]:
        with self._turns:
            module, _, name = self._handler.partition(":")
            handler: Handler = getattr(importlib.import_module(module), name)
            answer = iter(handler(question))
        try:
            while not self._ending and not _has_left(connection):
                with self._turns:
                    reply = next(answer, None)
                if reply is None:
                    return
                yield reply
        finally:
            if hasattr(answer, "close"):
                with self._turns:
                    answer.close()

    def _error(self, error: Exception) -> bytes:
        if not isinstance(error, CvwidgetsError):
            traceback.print_exception(error)
        text = reason_of(error, log=self._folder / LOG, what="the prediction")
        return _line(error={"type": type(error).__name__, "text": text})


def _line(**message: object) -> bytes:
    return json.dumps(message).encode() + b"\n"


def _has_left(connection: socket.socket) -> bool:
    """Whether the client hung up: it says nothing after its question, so anything there is to read is the end."""
    try:
        return bool(select.select([connection], [], [], 0)[0])
    except (OSError, ValueError):
        return True


if __name__ == "__main__":
    Server(Path(sys.argv[1]), sys.argv[2]).serve()
