"""A server from its first moment to its last: token, port, model, answering, the model that follows, the end."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path
from shlex import quote
from socket import socket

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from cvwidgets import jobs
from cvwidgets.errors import ServeError
from cvwidgets.jobs.facts import ADDRESS, REQUEST, write_facts
from cvwidgets.project import Project
from cvwidgets.serve.app import make_app
from cvwidgets.serve.bounds import Bounds
from cvwidgets.serve.choices import Choices
from cvwidgets.serve.desk import Desk, Say
from cvwidgets.serve.gate import App
from cvwidgets.serve.ports import listen, taken_by
from cvwidgets.serve.token import Token, find_token

LOOK_SECONDS = 1.0
"""How often it is looked whether another model is in production."""
FAREWELL_SECONDS = 20
"""What is under way when the server is asked to end has so long to be answered."""
SWITCH_SECONDS = 0.001
"""How long a thread may hold Python before another has its turn: with Python's own 5 ms answers wait for threads that prepare pictures."""


def say(sentence: str) -> None:
    """Writes a line of the log."""
    print(f"{datetime.now():%H:%M:%S} {sentence}", flush=True)


def run(choices: Choices, *, job: Path | None = None, say: Say = say) -> None:
    """Serves a project until it is ended by a signal or, as a job, by the stop file in its folder.

    As a job it writes where it answers, with the token and the model, into that folder as soon as it does, for its owner's eyes alone.

    Raises:
        ServeError: no port is free, the token cannot be used, or there is no project.
        CvwidgetsError: the model cannot be loaded, or what is served cannot be logged.
    """
    if not (choices.project / "catalog.db").is_file():
        raise ServeError(f"There is no project in {str(choices.project)!r}; one with a model is served. Correct the folder.")
    sys.setswitchinterval(SWITCH_SECONDS)
    with ExitStack() as stack:
        token = find_token(choices)
        listener = stack.enter_context(closing(listen(choices.host, choices.port)))
        port = listener.getsockname()[1]
        if port != choices.port:
            say(f"Port {choices.port} is taken by {taken_by(choices.port)}; {port} is taken instead.")
        project = stack.enter_context(Project(choices.project))
        log = project.served.open_log(choices.log_images) if choices.log else None
        answering = project.engines.answering(choices.model, engine=choices.engine, say=say)
        desk = Desk(project, answering, choices, bounds=Bounds(), say=say, log=log)
        stack.callback(desk.close)
        answering.load()
        if answering.loaded is None:
            say("No model is in production yet; until one is promoted every question is answered by 503.")
        told = _Told(choices, token, port, desk, job)
        stack.callback(told.forget)
        stack.enter_context(_keeping_up(desk, told))
        _Server(make_app(desk, token), told, job).run(sockets=[listener])
    say("The server has ended.")


class _Told:
    """Says where the server answers: in its log, and for the page that started it, in facts."""

    def __init__(self, choices: Choices, token: Token, port: int, desk: Desk, job: Path | None) -> None:
        self._choices = choices
        self._token = token
        self._port = port
        self._desk = desk
        self._job = job
        self._is_up = False

    def tell(self) -> None:
        """The server answers from now on."""
        host = f"[{self._choices.host}]" if ":" in self._choices.host else self._choices.host
        address = f"http://{host}:{self._port}"
        self._desk.say(f"{self._desk.project.name} is served at {address}; {address}/docs tells how to ask.")
        self._desk.say(f"The token is that of {self._token.place}.")
        if Path(self._token.place).is_absolute():
            bearer = f'-H "Authorization: Bearer $(cat {quote(self._token.place)})"'
            self._desk.say(f"Try: curl {bearer} -F file=@photo.jpg '{address}/v1/predict?top=3'")
        if self._choices.classic:
            below = ", ".join(str(root) for root in self._choices.roots) or "no folder, as no root was named"
            self._desk.say(
                f"{address}/cv answers {'without' if self._choices.on_loopback else 'with'} the token, for addresses and below {below}."
            )
        self._is_up = True
        self.write()

    def write(self) -> None:
        """Writes the facts as they are now; nothing where no page started the server."""
        if self._job is None or not self._is_up:
            return
        loaded, plan = self._desk.answering.loaded, self._desk.answering.plan
        facts = {
            "host": self._choices.host,
            "port": self._port,
            "token": self._token.text,
            "job": (jobs.read_facts(self._job / REQUEST) or {}).get("id"),
        }
        model = {"model": loaded.model.version, "engine": loaded.engine.kind} if loaded else {"model": None, "engine": None}
        pace = {"pictures_per_second": round(plan.images_per_second, 1)} if plan else {}
        write_facts(self._job / ADDRESS, {**facts, **model, **pace}, private=True)

    def forget(self) -> None:
        """The server answers no more."""
        if self._job is not None:
            (self._job / ADDRESS).unlink(missing_ok=True)


@contextmanager
def _keeping_up(desk: Desk, told: _Told) -> Iterator[None]:
    """Looks for another model in production, from a thread, as long as the block lasts."""
    ended = threading.Event()

    def look() -> None:
        problem, written = None, desk.answering.loaded
        while not ended.wait(LOOK_SECONDS):
            try:
                desk.answering.keep_up()
                if desk.answering.loaded is not written:
                    told.write()
                    written = desk.answering.loaded
            except Exception as error:  # noqa: BLE001 - the door of a thread that must live on: the catalog is busy, the disk full for a moment
                if str(error) != problem:
                    desk.say(str(error))
                problem = str(error)

    thread = threading.Thread(target=look, name="keeping-up", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class _Server(uvicorn.Server):
    """uvicorn, that tells when it answers, and ends when its job is asked to stop."""

    def __init__(self, app: App, told: _Told, job: Path | None) -> None:
        config = uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # whoever asks could name another address as its own
            limit_concurrency=Bounds().connections,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=FAREWELL_SECONDS,
        )
        super().__init__(config)
        self._told = told
        self._job = job

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ends at a signal, and takes leave: uvicorn itself would end the process by it before what is logged is written."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            if self.should_exit and self._job is not None:
                jobs.ask_to_stop(self._job)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begins to answer, and tells."""
        await super().startup(sockets)
        self._told.tell()

    async def on_tick(self, counter: int) -> bool:
        """Whether to end; asked ten times a second."""
        return await super().on_tick(counter) or (self._job is not None and jobs.asked_to_stop(self._job))
