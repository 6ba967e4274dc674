"""The jobs of a project in one list: imports and trainings, those that run and those that ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from cvwidgets import jobs
from cvwidgets.errors import DiskFull, JobError
from cvwidgets.files import is_disk_full
from cvwidgets.jobs.facts import LOG, REQUEST
from cvwidgets.project.carrying import carrying
from cvwidgets.project.exploring import progress_of
from cvwidgets.project.exports import exporting
from cvwidgets.project.search_report import SearchReport
from cvwidgets.project.watched import WatchedFolders
from cvwidgets.project.work import Work
from cvwidgets.records import ImportReport, JobState, JobStatus

LOG_BYTES = 32_768
"""So much of the end of a log is shown at most."""
LOOKED_AT = 200
"""So many folders of each kind are looked at for the latest jobs, each for some microseconds."""
TOLD_FROM = 0.1
"""The part of the first epoch after which the time left is told: before, most of the time went into loading and warming up."""
Facts = dict[str, Any]
Kind = Literal["import", "training", "exploring", "export", "model", "watching"]


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
        return tuple(sorted(listed, key=lambda job: not _is_live(job.state)))

    def stop(self, name: str) -> None:
        """Asks a job to stop; what it has done stays.

        Raises:
            JobError: there is no such job, or the project may not be written to.
            DiskFull: there is no room for the wish.
        """
        folder = self._find(name)
        try:
            if _kind(folder) == "watching":
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
        for pattern in ("work/add-*", "work/watch-*", "work/explore-*", "work/export-*", "work/model-*", "runs/[0-9]*"):
            for folder in sorted(self._project.glob(pattern), reverse=True)[:most]:
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
        try:
            of_kind = {
                "import": self._import,
                "training": _training,
                "exploring": _exploring,
                "export": _exporting,
                "model": _carrying,
                "watching": _watching,
            }
            job = of_kind[_kind(folder)](name, folder, status)
        except (KeyError, TypeError, ValueError):  # facts of another version, or damaged ones: one job must not hide the others
            job = _listed(name, _kind(folder), status, None, "What it wrote cannot be read.", None)
        if not _is_live(job.state):
            self._ended[name, begun] = job
            self._works.pop(name, None)
        return job

    def _import(self, name: str, folder: Path, status: JobStatus) -> Job:
        work = self._works.setdefault(name, Work(folder))
        report = work.report()
        live = _is_live(status.state)
        share = min(1.0, (report.registered + report.settled) / (2 * report.found)) if report.found else None
        if isinstance(report, SearchReport):
            share = min(1.0, (report.added + report.earlier) / report.asked)
        share = 1.0 if status.state == "done" else share  # what was refused is not settled
        sentence = _waiting(status) or (_so_far(report) if live else _came_of(report))
        return _listed(name, "import", status, share, sentence, work.seconds_left() if live else None)


def _kind(folder: Path) -> Kind:
    if folder.parent.name != "work":
        return "training"
    kinds: dict[str, Kind] = {"explore": "exploring", "export": "export", "model": "model", "watch": "watching"}
    return kinds.get(folder.name.partition("-")[0], "import")


def _watching(name: str, folder: Path, status: JobStatus) -> Job:
    watched = WatchedFolders(folder.parent.parent).list()
    alive, came = sum(one.alive for one in watched), sum(one.told.came for one in watched)
    words = f"{alive:,} {'folder' if alive == 1 else 'folders'} watched, {came:,} {'image' if came == 1 else 'images'} came so far"
    words = words if _is_live(status.state) else "What came is in; Collect goes on with it"
    return _listed(name, "watching", status, None, _waiting(status) or words, None)


def _exporting(name: str, folder: Path, status: JobStatus) -> Job:
    found = exporting(folder)
    live = _is_live(status.state)
    share = 1.0 if status.state == "done" else found.done / found.of if found.of else None
    words = f"{found.done:,} of {found.of:,} images written" if live else str(found.folder) if found.result else "Nothing was left behind"
    return _listed(name, "export", status, share, _waiting(status) or words, _left(status, None, 0, share) if live else None)


def _carrying(name: str, folder: Path, status: JobStatus) -> Job:
    found, words = carrying(folder), "Nothing was changed"
    if found.result:
        words = str(found.result.get("address") or f"It is model {found.result['version']}")
    elif _is_live(status.state):
        words = f"{found.done / 1e6:,.0f} of {found.of / 1e6:,.0f} MB" if found.of else "Fetching, checking and copying"
    share = 1.0 if status.state == "done" else found.done / found.of if found.of else None
    return _listed(name, "model", status, share, _waiting(status) or words, None)


def _exploring(name: str, folder: Path, status: JobStatus) -> Job:
    found = progress_of(folder)
    share = 1.0 if status.state == "done" else found.share
    live = _is_live(status.state)
    words = found.words if live else "What it found is in Explore" if status.state == "done" else "It goes on where it was"
    return _listed(name, "exploring", status, share, _waiting(status) or words, _left(status, None, 0, share) if live else None)


def _training(name: str, folder: Path, status: JobStatus) -> Job:
    of = int((jobs.read_facts(folder / "recipe.json") or {}).get("epochs", 0))
    epoch, step = jobs.last_line(folder / "epochs.jsonl"), jobs.last_line(folder / "steps.jsonl")
    done = int(epoch["number"]) if epoch else 0
    under_way = step["number"] / max(step["of"], 1) if step and step["epoch"] > done else 0.0
    share = min(1.0, (done + under_way) / of) if of else None
    if _is_live(status.state):
        words = f"Epoch {min(done + 1, of)} of {of}" if done < of else "Judging the model on the test images"
        left = _left(status, epoch, of - done - under_way, share if under_way >= TOLD_FROM else None)
    else:
        words, left = f"{done} of {of} {'epoch' if of == 1 else 'epochs'}", None
    return _listed(name, "training", status, share, _waiting(status) or words, left)


def _left(status: JobStatus, epoch: Facts | None, epochs: float, share: float | None) -> float | None:
    """Seconds to the end by the last epoch's time; within the first epoch by what it took so far."""
    if epoch:
        return float(epochs * epoch["seconds"])
    if status.started is None or not share:
        return None
    elapsed = (datetime.now(UTC) - datetime.fromisoformat(status.started)).total_seconds()
    return max(0.0, elapsed * (1 - share) / share)


def _listed(name: str, kind: Kind, status: JobStatus, share: float | None, sentence: str, left: float | None) -> Job:
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
        stoppable=_is_live(status.state),
    )


def _waiting(status: JobStatus) -> str:
    if status.state != "waiting":
        return ""
    return f"Waits for {status.waits_for[0]}" if status.waits_for else "Waits for its turn"


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


def _is_live(state: JobState) -> bool:
    return state in ("waiting", "running")
