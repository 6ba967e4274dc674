"""The process that looks at a project's watched folders, `python -m cvwidgets.project.watching FOLDER`, and adds what comes into them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.clock import now
from cvwidgets.errors import CvwidgetsError, SourceError
from cvwidgets.project.adding import Wish, add_iter
from cvwidgets.project.watched import Told, Watched, WatchedFolders
from cvwidgets.project.work import PROGRESS, REQUEST
from cvwidgets.records import ImportReport

if TYPE_CHECKING:
    from cvwidgets.collect import Lookout
    from cvwidgets.store import Store

TICK = 0.2
LINGER = 5.0
"""Seconds that it waits for another folder when there is none to look at."""
SELDOM = 20.0
"""Seconds after which a look that found nothing is written down; and how many times longer than a look the pause after it is."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one look at a watched folder brought, `at` a moment (ISO 8601, UTC): images that are new, files `known` and `refused`.

    `reason` is why the first file was refused; `problem` is a sentence when there was nothing to look at, empty again afterwards.
    """

    folder: Path
    at: str
    added: int = 0
    known: int = 0
    refused: int = 0
    reason: str = ""
    problem: str = ""


def arrivals(job: Path, *, since: str) -> Iterator[Arrival]:
    """What the looks of a process brought since a moment, as it comes, until the process ends."""
    for row in jobs.follow(job, PROGRESS):
        if row["at"] >= since:
            yield Arrival(**{**row, "folder": Path(row["folder"])})


@dataclass(slots=True)
class _Post:
    """One folder with who looks at it; `due` is when, `written` when it was written down last (both of time.monotonic)."""

    asked: Watched
    lookout: Lookout
    told: Told
    due: float = 0.0
    written: float = 0.0


@dataclass(slots=True)
class _Watch:
    store: Store
    job: Path
    folders: WatchedFolders
    within: tuple[Path, ...]
    posts: dict[str, _Post] = field(default_factory=dict)

    def turn(self) -> bool:
        """Looks at what is due; False when there is no folder to look at at all."""
        self._post()
        for post in list(self.posts.values()):
            if time.monotonic() >= post.due and not jobs.asked_to_stop(self.job):
                self._look(post)
        return bool(self.posts)

    def _post(self) -> None:
        """Takes up the list as it is now; who is on it still remembers what was seen."""
        from cvwidgets.collect import Lookout

        found = [one for one in self.folders.list() if not one.paused]
        listed, told = {one.key: replace(one, told=Told(), alive=False) for one in found}, {one.key: one.told for one in found}
        for key in self.posts.keys() - listed.keys():
            del self.posts[key]
        for key, one in listed.items():
            if key not in self.posts or self.posts[key].asked != one:
                self.posts[key] = _Post(one, Lookout(one.folder, one.label, self.within or one.within), told[key])

    def _look(self, post: _Post) -> None:
        begun = time.monotonic()
        told = replace(post.told, looked=now(), waiting=0, problem="")
        report = ImportReport()
        try:
            look = post.lookout.look()
            told = replace(told, waiting=look.waiting)
            if look.items:
                report = self._add(post, look.items)
        except CvwidgetsError as error:
            told = replace(told, problem=_problem(post.asked, error))
        told = replace(told, came=told.came + report.added, refused=told.refused + len(report.refused))
        self._tell(post, told, report)
        took = time.monotonic() - begun
        pause = min(post.asked.every, 1.0) if told.waiting else post.asked.every
        post.due = time.monotonic() + max(pause, SELDOM * took if not look_brought(report) else pause)

    def _add(self, post: _Post, items: tuple[Any, ...]) -> ImportReport:
        """Adds what came; whatever ends it before its time lets the next look give it again."""
        asked, report = post.asked, ImportReport()
        reports = add_iter(self.store, Wish(label=asked.label, state=asked.state), by=asked.by, searched=iter(items))
        try:
            with closing(reports):  # type: ignore[type-var]
                for report in reports:  # noqa: B007 - the last one counts
                    if jobs.asked_to_stop(self.job):
                        break
        finally:
            if not report.finished:
                post.lookout.forget(items)
        return report

    def _tell(self, post: _Post, told: Told, report: ImportReport) -> None:
        """Writes down how it goes, and a line when something came or is in the way."""
        moved = replace(told, looked=post.told.looked) != post.told
        if moved or time.monotonic() - post.written > SELDOM:
            self.folders.tell(post.asked, told)
            post.written = time.monotonic()
        if look_brought(report) or told.problem != post.told.problem:
            reason = report.refused[0].reason if report.refused else ""
            facts = asdict(
                Arrival(post.asked.folder, str(told.looked), report.added, report.known, len(report.refused), reason, told.problem)
            )
            with (self.job / PROGRESS).open("a", encoding="utf-8") as progress:
                progress.write(json.dumps({**facts, "folder": str(post.asked.folder)}) + "\n")
        post.told = told


def look_brought(report: ImportReport) -> bool:
    """Whether a look found anything that had not been seen before."""
    return bool(report.found)


def _problem(asked: Watched, error: CvwidgetsError) -> str:
    if isinstance(error, SourceError) and not asked.folder.exists():
        return "The folder is not there now; it is looked at again when it comes back."
    return str(error)


def main(job: Path) -> None:
    """Looks until it is asked to stop, nothing is left to look at, or the project is gone."""
    from cvwidgets.store import open_store

    project = job.parent.parent
    within = tuple(map(Path, (jobs.read_facts(job / REQUEST) or {}).get("within", ())))
    with closing(open_store(project)) as store:
        watch = _Watch(store, job, WatchedFolders(project), within)
        busy = time.monotonic()
        while not jobs.asked_to_stop(job) and (project / "catalog.db").exists() and time.monotonic() - busy < LINGER:
            if watch.turn():
                busy = time.monotonic()
            time.sleep(TICK)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
