"""Where the model is called from anywhere: the server on or off, how it is asked, what was asked lately, and what comes back of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Dict, List

from cvwidgets import jobs
from cvwidgets.errors import CvwidgetsError, JobError
from cvwidgets.model import name_of
from cvwidgets.project import within
from cvwidgets.project.loose import thumbnail_of
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.chooser import folders_of, legible
from cvwidgets.widgets.messages import Answer, action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project
    from cvwidgets.project.serving import Server

SHOWN = 12
"""So many of the last requests are listed."""
HOURLY = 48
"""Confidence is told hour by hour for so many hours, then day by day."""
SECONDS = 4.0
"""What is asked lately is counted again after so long at the earliest."""


class ServePanel(Face):
    """Starts and stops the REST server, shows how it is asked, and what was asked: how sure the answers were, and which labels.

    Args:
        project: Whose model is served.
        roots: Folders below which `/cv` may be allowed to read; those in the environment's CVWIDGETS_ROOTS, else anywhere.
    """

    stem = "serve"

    _models = List().tag(sync=True)
    """Kernel → page: the models that may answer, newest first: version, name, whether in production."""

    _server = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: how the server stands, where it answers, what it said last. Its token is not in here: it is told when asked for."""

    _served = Dict().tag(sync=True)
    """Kernel → page: how many requests and pictures are logged, the last ones, confidence over time, shares of labels."""

    _drift = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: how measuring the drift stands, and what it found."""

    _read_only = Dict().tag(sync=True)
    """Kernel → page: `why` nothing can be started; empty when it can."""

    def __init__(self, project: Project, *, roots: Sequence[str | Path] | None = None, **traits: Any) -> None:
        self._project = project
        self._within = folders_of(roots)
        self._stamp: tuple[int, int] | None = None
        self._counted = -SECONDS
        why = "The project can only be looked at; serve it by 'cvwidgets serve'." if project.read_only else ""
        super().__init__(_read_only={"why": why}, **traits)
        self.keep_place(project.bookmarks)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: how the server stands; what was asked is counted for a page alone, every few seconds at most."""
        if changed:
            self._models = [
                {"version": model.version, "name": legible(name_of(model)), "production": model.production}
                for model in reversed(self._project.models.list())
            ]
        server = self._project.serving.status()
        self._server = _facts(server) if server else None
        drift = self._project.served.drift()
        self._drift = {**asdict(drift), "status": drift.status.state, "reason": drift.status.reason} if drift else None
        if self.arrived and time.monotonic() - self._counted > SECONDS and (stamp := self._project.served.stamp()) != self._stamp:
            self._stamp, self._counted = stamp, time.monotonic()
            self._served = self._figures(lost=stamp[1])

    def come_back(self) -> None:
        """A page came: it is shown what was asked lately."""
        super().come_back()
        self._stamp, self._counted = None, -SECONDS
        WATCHER.nudge()

    @action(background=True)
    def start(
        self,
        port: int = 8000,
        model: int | None = None,
        engine: str = "auto",
        log: bool = False,
        log_images: bool = False,
        classic: bool = False,
        roots: list[str] | None = None,
    ) -> None:
        """Starts the server, on this machine alone; it goes on without the page."""
        below = [within(Path(root).expanduser().absolute(), self._within) for root in roots or ()]
        self._project.serving.start(port=port, model=model, engine=engine, log=log, log_images=log_images, classic=classic, roots=below)
        self.look(changed=False)

    @action(background=True)
    def stop(self) -> None:
        """Asks the server to end."""
        self._project.serving.stop()
        WATCHER.nudge()

    @action(background=True)
    def token(self) -> dict[str, Any]:
        """The server's token, for whoever asks to see it or to copy it."""
        server = self._project.serving.status()
        if server is None or server.token is None:
            raise JobError("No server answers now; the token is that of one that does. Start it.")
        return {"token": server.token}

    @action(background=True)
    def pictures(self, shas: list[str]) -> Answer:
        """Small pictures (JPEG) of logged requests, in this order; an empty buffer where there is none any more."""
        return Answer({}, [self._small(sha) for sha in shas[:100]])

    @action(background=True)
    def take_in(self, most: int) -> dict[str, Any]:
        """Takes the most uncertain pictures in as New; the answer says which images these are."""
        before = set(self._offered())
        report = self._project.served.take_in(most)
        WATCHER.nudge()
        return {"ids": [image for image in self._offered() if image not in before], "known": report.known + report.withheld}

    @action(background=True)
    def take_out(self, ids: list[int]) -> dict[str, Any]:
        """Trashes those that were taken in; Undo brings them back."""
        sentence = self._project.images.trash(ids).sentence
        WATCHER.nudge()
        return {"sentence": sentence}

    @action(background=True)
    def measure(self) -> None:
        """Starts to measure how far what is served is from training."""
        self._project.served.start_drift()
        self.look(changed=False)

    @action(background=True)
    def stop_measuring(self) -> None:
        """Ends that; nothing is kept of it."""
        drift = self._project.served.drift()
        if drift is not None and not jobs.is_over(drift.status):
            self._project.jobs.stop(drift.job)

    def _offered(self) -> list[int]:
        found: list[int] = self._project.images.select(where={"providers": "served", "states": ["new"]}).ids.tolist()
        return found

    def _small(self, sha: str) -> bytes:
        try:
            path = self._project.served.requests().picture(sha)
            return thumbnail_of(path) if path else b""
        except (CvwidgetsError, ValueError):
            return b""

    def _figures(self, *, lost: int) -> dict[str, Any]:
        requests = self._project.served.requests()
        count, pictures = requests.counts()
        hours = requests.over_time("hour")
        moments = hours if len(hours) <= HOURLY else requests.over_time("day")
        return {
            "requests": count,
            "pictures": pictures,
            "lost": lost,
            "today": self._project.served.today(),
            "latest": [
                {"id": one.id, "when": one.when, "sha256": one.sha256 if one.has_picture else "", "model": one.model,
                 "seconds": one.seconds, "label": one.predictions[0].label, "probability": one.predictions[0].probability}
                for one in requests.latest(SHOWN)
            ],
            "by": "hour" if moments is hours else "day",
            "moments": [asdict(moment) for moment in moments],
            "shares": [asdict(share) for share in requests.shares()],
        }  # fmt: skip


def _facts(server: Server) -> dict[str, Any]:
    taken = next((line.partition(" ")[2] for line in server.said if " is taken by " in line), "")
    return {
        "state": server.status.state,
        "reason": server.status.reason,
        "started": server.status.started,
        "address": server.address,
        "model": server.model,
        "engine": server.engine,
        "asked": server.asked,
        "taken": taken if server.address else "",
        "said": list(server.said),
        "snippets": server.snippets(),
    }
