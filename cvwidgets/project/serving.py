"""The REST server as a job: started and stopped from a page or a script, served by `python -m cvwidgets.serve` in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.errors import JobError, NoModel, ReadOnlyProject
from cvwidgets.jobs.facts import ADDRESS
from cvwidgets.jobs.facts import REQUEST as JOB
from cvwidgets.project.single import SingleJobs
from cvwidgets.project.work import REQUEST
from cvwidgets.records import JobStatus

if TYPE_CHECKING:
    from cvwidgets.project.models import Models

FIRST_PORT = 8000
SAID_BYTES = 16_384
"""So much of the end of a server's log is looked at for what it said last."""
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Server:
    """A server that a page or a script started: how it stands, and once it answers, where and by which model.

    `job` is its name among `project.jobs`, `asked` what was chosen. `address` and `token` are None until it answers, and when it is over;
    `model` is the version that answers, `engine` what computes ("torch", "onnx"). `said` holds the last lines of its log.
    """

    job: str
    status: JobStatus
    asked: dict[str, Any]
    address: str | None
    token: str | None
    model: int | None
    engine: str | None
    said: tuple[str, ...]

    def __repr__(self) -> str:  # a token shall not stand in a notebook because a cell ended with a server
        return f"Server({self.address or self.status.state!r}, model={self.model}, engine={self.engine!r})"


class Serving:
    """The server of a project, in `work/`; one at a time is started here, however many `cvwidgets serve` run."""

    def __init__(self, project: Path, models: Models, *, read_only: bool) -> None:
        self._project = project
        self._models = models
        self._read_only = read_only
        self._jobs = SingleJobs(project, "serve", "cvwidgets.serve")

    def start(
        self,
        *,
        port: int = FIRST_PORT,
        host: str = "127.0.0.1",
        model: int | None = None,
        log: bool = False,
        log_images: bool = False,
        classic: bool = False,
        roots: Sequence[str | Path] = (),
        allow_private: bool = False,
        cors: Sequence[str] = (),
        engine: str = "auto",
    ) -> Server:
        """Starts a server that outlives this process; `wait` waits until it answers, `status` says how it stands.

        Args:
            port: The first one that is tried; the next free one is taken.
            host: Where it listens; by default for programs on this computer alone.
            model: The version that answers; by default the one in production at each moment.
            log: Take down what is answered, see `served`.
            log_images: Keep the pictures too.
            classic: Answer `GET /cv?PATH_OR_URL[:n]`.
            roots: Folders below which `/cv` reads.
            allow_private: Fetch from addresses of this computer and its network.
            cors: Origins whose pages may ask.
            engine: "auto" for the faster one by a short trial, "torch" or "onnx".

        Raises:
            NoModel: no model is in production, or there is none of the version.
            JobError: a server runs already, or this one did not begin.
            ReadOnlyProject: the project can only be looked at.
        """
        if self._read_only:
            raise ReadOnlyProject(
                f"The project {self._project.name!r} cannot be written to; a server started here is kept in it. Use 'cvwidgets serve'."
            )
        if model is not None:
            self._models.get(model)
        elif self._models.production() is None:
            raise NoModel("No model is in production; serving needs one. Train, then promote a run.")
        asked = {
            "port": port, "host": host, "model": model, "log": log or log_images, "log_images": log_images, "classic": classic,
            "roots": [str(Path(root).expanduser().absolute()) for root in roots], "allow_private": allow_private, "cors": [*cors],
            "engine": engine,
        }  # fmt: skip
        with self._jobs.starting() as running:
            if running is not None:
                raise JobError("A server of this project runs already; one at a time is started here. Stop it first.")
            return _server(self._jobs.start(asked, title="Serve", nice=0))  # people wait for its answers

    def stop(self) -> None:
        """Asks the server to end; it answers what is under way."""
        if (latest := self._jobs.latest()) is not None:
            jobs.ask_to_stop(latest)

    def status(self) -> Server | None:
        """How the server that was started last stands; None when there was none."""
        latest = self._jobs.latest()
        return _server(latest) if latest else None

    def wait(self, *, seconds: float = 180.0) -> Server:
        """Waits until the server answers.

        Raises:
            JobError: there is none, it ended, or it does not answer within the time; the message says why.
        """
        until = time.monotonic() + seconds
        while (server := self.status()) is not None and server.address is None:
            if jobs.is_over(server.status):
                break
            if time.monotonic() > until:
                raise JobError(
                    f"The server did not answer within {seconds:.0f} s; it loads the model first. Read its log: {server.status.log}"
                )
            time.sleep(_LOOK_SECONDS)
        if server is None or server.address is None:
            reason = server.status.reason if server else None
            raise JobError(reason or "No server of this project runs; one is needed. Start it.")
        return server


def _server(folder: Path) -> Server:
    status = jobs.status(folder)
    facts = jobs.read_facts(folder / ADDRESS) or {} if status.state == "running" else {}
    if facts.get("job") != (jobs.read_facts(folder / JOB) or {}).get("id"):  # of one that was killed here before
        facts = {}
    host = facts.get("host", "")
    return Server(
        job=f"work/{folder.name}",
        status=status,
        asked=jobs.read_facts(folder / REQUEST) or {},
        address=f"http://{f'[{host}]' if ':' in host else host}:{facts['port']}" if facts else None,
        token=facts.get("token"),
        model=facts.get("model"),
        engine=facts.get("engine"),
        said=_said(status.log),
    )


def _said(log: Path | None, most: int = 12) -> tuple[str, ...]:
    """The last lines of a log."""
    try:
        with (log or Path()).open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - SAID_BYTES))
            return tuple(line for line in file.read().decode("utf-8", "replace").splitlines() if line.strip())[-most:]
    except OSError:
        return ()


def stage_of(folder: Path) -> tuple[str, bool]:
    """For the list of jobs: where the server in a folder answers, or what it said last, and whether it answers."""
    server = _server(folder)
    if server.address:
        return f"Answers at {server.address}", True
    if jobs.is_over(server.status):
        return "It answers no more", False
    last = server.said[-1] if server.said else "Loading the model"
    return last.partition(" ")[2] if last[:2].isdigit() else last, False
