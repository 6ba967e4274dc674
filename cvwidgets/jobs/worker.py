"""The client's side of the worker: a process per folder that holds what is slow to load, and answers all kernels."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Generator
from itertools import islice
from pathlib import Path
from typing import Any

from cvwidgets import errors
from cvwidgets.errors import CvwidgetsError, JobDidNotStart, PredictionFailed
from cvwidgets.jobs.facts import ADDRESS, HOLD, LOG, REQUEST, STARTING, read_facts
from cvwidgets.jobs.lock import is_held
from cvwidgets.jobs.start import start
from cvwidgets.jobs.status import ask_to_stop

_PATIENCE = 60.0


class _Gone(Exception):
    """The worker ended before its answer did."""


class Worker:
    """Asks the one worker of a folder, which is started when it is needed, and ends when nobody asked for ten minutes.

    `handler` names a function, as "module:function", that takes a question and yields replies, all of them JSON objects; it is imported
    in the worker alone. The replies of several questions take turns. `CVWIDGETS_WORKER_IDLE` sets the seconds to an idle worker's end.
    """

    def __init__(self, folder: Path, handler: str = "cvwidgets.vision.worker:answer") -> None:
        self.folder = folder.absolute()
        self._handler = handler

    def ask(self, question: dict[str, Any]) -> Generator[dict[str, Any], None, None]:
        """Yields the replies to a question as they come; leaving the loop stops the worker's work on it.

        A worker that dies in between is started again and asked again, once; replies that were there already do not come twice.

        Raises:
            CvwidgetsError: of the class that the handler raised.
            PredictionFailed: the worker cannot be started, died twice, or its handler failed otherwise.
        """
        given = 0
        for _ in range(2):
            with contextlib.suppress(_Gone), contextlib.closing(self._answer(question)) as answer:
                for reply in islice(answer, given, None):
                    given += 1
                    yield reply
                return
        raise PredictionFailed(
            f"The prediction worker ended twice while it was answering; it was started again in between. Read its log at "
            f"{self.folder / LOG}, and ask about fewer or smaller pictures at once."
        )

    def stop(self) -> None:
        """Asks the worker to end now; the next question starts another."""
        ask_to_stop(self.folder)

    def _answer(self, question: dict[str, Any]) -> Generator[dict[str, Any], None, None]:
        import socket

        port, token = self._address()
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection, connection.makefile("rb") as incoming:
                connection.settimeout(None)  # a first answer waits for torch and the model; a dead worker hangs up at once
                connection.sendall(f"{token}\n{json.dumps(question)}\n".encode())
                while (message := _message(incoming.readline())) != {"end": True}:
                    if "error" in message:
                        raise _raised(message["error"]["type"], message["error"]["text"])
                    yield message["reply"]
        except OSError as error:
            raise _Gone from error

    def _address(self) -> tuple[int, str]:
        """Port and token of the living worker; starts one when there is none."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if is_held(self.folder / HOLD):
                if address := self._written_address():
                    return address
            elif not is_held(self.folder / STARTING):
                self._start()
            time.sleep(0.02)
        raise PredictionFailed(
            f"The prediction worker gave no address within {_PATIENCE:.0f} seconds; it needs a moment to start. Read its log at "
            f"{self.folder / LOG}, then try again."
        )

    def _written_address(self) -> tuple[int, str] | None:
        address, request = read_facts(self.folder / ADDRESS), read_facts(self.folder / REQUEST)
        if address is None or request is None or address["job"] != request["id"]:  # of a worker that was killed
            return None
        return address["port"], address["token"]

    def _start(self) -> None:
        try:
            arguments = [str(self.folder), self._handler]
            start(self.folder, "cvwidgets.jobs.server", arguments, title="Prediction worker", nice=0)  # people wait for it
        except JobDidNotStart as error:
            if not is_held(self.folder / HOLD) and not is_held(self.folder / STARTING):  # else another kernel was faster
                raise PredictionFailed(str(error)) from error


def _message(line: bytes) -> dict[str, Any]:
    """One line of the worker; without its end the worker is gone, and what is no message comes from a stranger at its old port."""
    try:
        message = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        message = None
    if not isinstance(message, dict) or not message.keys() & {"reply", "error", "end"}:
        raise _Gone
    return message


def _raised(name: str, text: str) -> CvwidgetsError:
    kind = getattr(errors, name, PredictionFailed)
    return kind(text) if isinstance(kind, type) and issubclass(kind, CvwidgetsError) else PredictionFailed(text)
