"""The jobs of a project in one list: imports and trainings, those that run and those that ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cvwidgets import jobs
from cvwidgets.errors import DiskFull, JobError
from cvwidgets.files import is_disk_full
from cvwidgets.jobs.facts import LOG, REQUEST
from cvwidgets.project.kinds import IMPORTS, KINDS, Kind, Told, is_live, waiting
from cvwidgets.project.search_report import SearchReport
from cvwidgets.project.watched import WatchedFolders
from cvwidgets.project.work import Work
from cvwidgets.records import ImportReport, JobState, JobStatus

LOG_BYTES = 32_768
"""So much of the end of a log is shown at most."""
LOOKED_AT = 200
"""So many folders of each kind are looked at for the latest jobs, each for some microseconds."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as a list shows it: `name` is its folder within the project, `share` how far it is (0..1; None while nobody knows).

    `sentence` says where it is or what came of it, `seconds_left` is an estimate from its pace; `started` and `ended` are ISO 8601, UTC.
    """

    name: str
    kind: Kind
    title: str
    state: JobState
    share: float | None
    sentence: str
    seconds_left: float | None
    started: str | None
    ended: str | None
    reason: str | None
    stoppable: bool


class Jobs:
    """What runs in processes of its own, read from their folders; asked each second, it reads no more than what is new."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._works: dict[str, Work] = {}
        self._ended: dict[tuple[str, int], Job] = {}

    def list(self, most: int = 30) -> tuple[Job, ...]:
        """The jobs: those that run first, then the newest."""
        # An early run that was resumed is among those that run: more are looked at than are listed.
        found = sorted(self._folders(max(most, LOOKED_AT)), key=lambda pair: pair[1], reverse=True)[:most]
        listed = [self._job(folder, begun) for folder, begun in found]
        return tuple(sorted(listed, key=lambda job: not is_live(job.state)))

    def stop(self, name: str) -> None:
        """Asks a job to stop; what it has done stays.

        Raises:
            JobError: there is no such job, or the project may not be written to.
            DiskFull: there is no room for the wish.
        """
        folder = self._find(name)
        try:
            if self._kind(name)[0] == "watching":
                WatchedFolders(self._project).pause_all()  # else the next page would go on
            jobs.ask_to_stop(folder)
        except OSError as error:
            if is_disk_full(error):
                raise DiskFull("The disk is full; asking a job to stop needs a little room. Free some space and try again.") from error
            raise JobError(
                f"The job '{name}' cannot be asked to stop ({error.strerror}); its folder must be writable for you. Ask who started it."
            ) from error

    def log(self, name: str, lines: int = 200) -> str:
        """The last lines of what a job wrote; empty when it wrote nothing.

        Raises:
            JobError: there is no such job.
        """
        try:
            with (self._find(name) / LOG).open("rb") as file:
                file.seek(0, 2)
                file.seek(max(0, file.tell() - LOG_BYTES))
                return "".join(file.read().decode("utf-8", "replace").splitlines(keepends=True)[-lines:])
        except OSError:
            return ""

    def _folders(self, most: int) -> Iterator[tuple[Path, int]]:
        """The folders of the last jobs of each kind, with the time at which each was asked for."""
        listed = {place: _newest_first(self._project / place) for place in {begins.partition("/")[0] for begins in (IMPORTS, *KINDS)}}
        for begins in (IMPORTS, *KINDS):
            place, _, prefix = begins.partition("/")
            own = (name for name in listed[place] if name.startswith(prefix) and name[len(prefix) :][:1].isdecimal())
            for folder in (self._project / place / name for name in islice(own, most)):
                try:
                    yield folder, (folder / REQUEST).stat().st_mtime_ns
                except OSError:
                    continue

    def _find(self, name: str) -> Path:
        known = {self._name(folder): folder for folder, _ in self._folders(10_000)}
        if name not in known:
            raise JobError(f"There is no job '{name[:80]}' in this project; one of the list is needed. Look at the list again.")
        return known[name]

    def _name(self, folder: Path) -> str:
        return folder.relative_to(self._project).as_posix()

    def _job(self, folder: Path, begun: int) -> Job:
        name = self._name(folder)
        if ended := self._ended.get((name, begun)):
            return ended
        status = jobs.status(folder)
        kind, tell = self._kind(name)
        try:
            told = tell(folder, status)
        except (KeyError, TypeError, ValueError):  # facts of another version, or damaged ones: one job must not hide the others
            told = None, "What it wrote cannot be read.", None
        job = _listed(name, kind, status, told)
        if not is_live(job.state):
            self._ended[name, begun] = job
            self._works.pop(name, None)
        return job

    def _kind(self, name: str) -> tuple[Kind, Callable[[Path, JobStatus], Told]]:
        return next((told for begins, told in KINDS.items() if name.startswith(begins)), ("import", self._import))

    def _import(self, folder: Path, status: JobStatus) -> Told:
        work = self._works.setdefault(self._name(folder), Work(folder))
        report = work.report()
        live = is_live(status.state)
        share = min(1.0, (report.registered + report.settled) / (2 * report.found)) if report.found else None
        if isinstance(report, SearchReport):
            share = min(1.0, (report.added + report.earlier) / report.asked)
        share = 1.0 if status.state == "done" else share  # what was refused is not settled
        sentence = waiting(status) or (_so_far(report) if live else _came_of(report))
        return share, sentence, work.seconds_left() if live else None


def _newest_first(folder: Path) -> list[str]:
    """The names in a folder, whose ends are times or numbers; none while it is not there."""
    try:
        return sorted((entry.name for entry in os.scandir(folder)), reverse=True)
    except OSError:
        return []


def _listed(name: str, kind: Kind, status: JobStatus, told: Told) -> Job:
    share, sentence, left = told
    return Job(
        name=name,
        kind=kind,
        title=status.title or name,
        state=status.state,
        share=share,
        sentence=sentence,
        seconds_left=left,
        started=status.started,
        ended=status.ended,
        reason=status.reason,
        stoppable=is_live(status.state),
    )


def _so_far(report: ImportReport) -> str:
    if isinstance(report, SearchReport):
        return f"{report.found:,} pictures seen, {report.added:,} of {report.asked:,} new"
    return f"{report.settled:,} of {report.found:,} files read" if report.found else "Looking for files"


def _came_of(report: ImportReport) -> str:
    if isinstance(report, SearchReport):
        return report.sentence
    facts = [f"{report.added:,} added"]
    facts += [f"{report.known:,} known already"] if report.known else []
    facts += [f"{len(report.refused):,} refused"] if report.refused else []
    return ", ".join(facts)
