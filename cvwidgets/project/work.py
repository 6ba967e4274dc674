"""Imports and searches as jobs: started here, done by `python -m cvwidgets.project.work FOLDER` in a process of its own."""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.errors import DiskFull, ReadOnlyProject, SourceError
from cvwidgets.frames import Frames
from cvwidgets.jobs.lines import parse, read_on
from cvwidgets.jobs.lock import Lock, is_held
from cvwidgets.project.adding import Wish, add_iter
from cvwidgets.project.search_report import QueryReport, SearchReport
from cvwidgets.project.searching import SearchWish, check_search, choose_providers, search_iter
from cvwidgets.records import ImportReport, JobStatus, Refused

if TYPE_CHECKING:
    from cvwidgets.collect import Drop
    from cvwidgets.store import Store

REQUEST = "request.json"
PROGRESS = "progress.jsonl"
OPTIONS = ("label", "state", "copy", "allow_private", "hub", "columns")
"""What a request says of a wish besides its paths."""
DROPPED = "dropped"
"""Where the files that came through a browser lie in the folder of their import, until it is done."""
SENDER = "sender"
"""The lock in a drop's folder that is held while its files are on their way."""
LEFT_FREE = 1 << 30
"""Bytes of the disk that dropped files may not take: the project itself needs room for more than them."""
FORGOTTEN_SECONDS = 24 * 3600
"""A drop that nobody completed goes after a day; its page is closed."""
PACE_SECONDS = 20.0
"""The time that is left is told by the pace of so many seconds."""


class Work:
    """An import in a process of its own, known by its folder; any number of pages and kernels may watch it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._place = 0
        self._refused: list[Refused] = []
        self._pace: deque[tuple[float, int]] = deque(maxlen=200)
        self._latest = ImportReport()
        self._lock = threading.Lock()

    @property
    def sources(self) -> list[str]:
        """What is taken in: folders, archives, files, what is searched for; "owl.jpg and 2 more" for what came through a browser."""
        request = jobs.read_facts(self.folder / REQUEST) or {}
        return [
            *request.get("search", {}).get("queries", ()),
            *([f"hub:{request['hub']}"] if request.get("hub") else ()),
            *request.get("sources", ()),
            *([_dropped(request)] if request.get("files") else ()),
        ]

    @property
    def is_search(self) -> bool:
        """Whether it searches the web, by what is asked of it."""
        return "search" in (jobs.read_facts(self.folder / REQUEST) or {})

    @property
    def searched_for(self) -> str | None:
        """The label in whose New a search puts what it finds; None for none."""
        asked = (jobs.read_facts(self.folder / REQUEST) or {}).get("search", {})
        return SearchWish(tuple(asked.get("queries", ())), asked.get("label")).home

    def status(self) -> JobStatus:
        """How the work stands."""
        return jobs.status(self.folder)

    def stop(self) -> None:
        """Asks the work to stop; what is in stays in."""
        jobs.ask_to_stop(self.folder)

    def reports(self) -> Iterator[ImportReport]:
        """The reports from the first one on, as they are written, until the work ended."""
        refused: list[Refused] = []
        for row in jobs.follow(self.folder, PROGRESS):
            yield _report(row, refused)

    def report(self) -> ImportReport:
        """The latest report, without waiting; all zero when none was written yet. Asked again, it reads only what is new."""
        with self._lock:
            lines, self._place = read_on(self.folder / PROGRESS, self._place)
            for row in parse(lines):
                self._latest = _report(row, self._refused)
                self._pace.append((self._latest.seconds, self._latest.settled))
            return self._latest

    def can_be_tried_again(self) -> bool:
        """Whether it ended before its time, and what it takes in was not dropped and gone since."""
        request = jobs.read_facts(self.folder / REQUEST) or {}
        there = not request.get("files") or (self.folder / DROPPED).is_dir()
        return there and self.status().state in ("stopped", "failed", "lost")

    def seconds_left(self) -> float | None:
        """How long it takes still at the pace of the last report, None while that cannot be told: before files are read whole, or after.

        Of a search nobody knows: it depends on what providers have.
        """
        with self._lock:
            now, pace = self._latest, list(self._pace)
        begun = [(at, settled) for at, settled in pace if settled and at >= now.seconds - PACE_SECONDS]
        if isinstance(now, SearchReport) or now.finished or not begun or now.settled <= begun[0][1]:
            return None
        return (now.registered - now.settled) * (now.seconds - begun[0][0]) / (now.settled - begun[0][1])


class WorkFolders:
    """The folders of a project's imports, in `work/`."""

    def __init__(self, project: Path, *, read_only: bool = False) -> None:
        self._project = project
        self._folder = project / "work"
        self._read_only = read_only
        self._senders: dict[Path, Lock] = {}

    def start_adding(self, wish: Wish, *, by: str) -> Work:
        """Writes down what is asked, and starts the process that does it."""
        self._check_writable()
        wish.check()
        return self._start(self._new(), _request(wish, by))

    def begin_drop(self, size: int, files: int = 0) -> Drop:
        """A folder for so many files that come through a browser, of `size` bytes together; forgotten ones go."""
        from cvwidgets.collect import Drop

        self._check_writable()
        self._folder.mkdir(exist_ok=True)
        for old in self._folder.glob(".drop-*"):
            if time.time() - old.stat().st_mtime > FORGOTTEN_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        free = shutil.disk_usage(self._folder).free
        if free - 2 * size < LEFT_FREE:
            raise DiskFull(
                f"These files take {size / 1e9:.1f} GB, twice that while they come in; the disk of {self._project.name!r} has "
                f"{free / 1e9:.1f} GB left, and some must stay free. Free some space, or choose the files with the chooser, which leaves "
                "them where they are."
            )
        drop = Drop(self._folder / f".drop-{time.time_ns()}")
        drop.folder.mkdir()
        self._senders[drop.folder] = Lock(drop.folder / SENDER)
        self._senders[drop.folder].hold()
        drop.expect(files)
        return drop

    def let_go(self, drop: Drop) -> None:
        """Nothing more comes; the drop is one of those that were cut off."""
        if lock := self._senders.pop(drop.folder, None):
            lock.release()

    def forget_drop(self, drop: Drop) -> None:
        """Removes a drop and what came of it."""
        self.let_go(drop)
        shutil.rmtree(drop.folder, ignore_errors=True)

    def cut_off(self) -> tuple[Drop, ...]:
        """The drops whose sending ended before its time, with its page or its kernel; the latest first."""
        from cvwidgets.collect import Drop

        if self._read_only:
            return ()
        folders = sorted(self._folder.glob(".drop-*"), reverse=True)
        drops = (Drop.left(folder) for folder in folders if not is_held(folder / SENDER))
        return tuple(drop for drop in drops if drop.expected)

    def start_adding_drop(self, drop: Drop, wish: Wish, *, by: str) -> Work:
        """Starts the import of what is complete in a drop, whose folder becomes the import's."""
        wish.check()
        folder = self._new()
        self.let_go(drop)
        drop.folder.rename(folder / DROPPED)
        return self._start(folder, {**_request(wish, by), "files": drop.files, "first": drop.first})

    def start_search(self, wish: SearchWish, *, by: str) -> Work:
        """Writes down what is searched for, and starts the process that does it."""
        self._check_writable()
        check_search(wish)
        return self._start(self._new(), {"search": asdict(wish), "by": by})

    def retry(self, *, by: str) -> Work:
        """Starts the last import once more; files that were dropped for it move over."""
        work = self.latest()
        request = jobs.read_facts(work.folder / REQUEST) if work else None
        if work is None or request is None or not jobs.is_over(work.status()):
            raise SourceError("No import waits to be tried again; one that ended is needed. Choose what to add.")
        if request.get("files") and not (work.folder / DROPPED).is_dir():
            raise SourceError("The dropped files are gone; an import of them needs them. Drop them again.")
        folder = self._new()
        if request.get("files"):
            (work.folder / DROPPED).rename(folder / DROPPED)
        return self._start(folder, {**request, "by": by})

    def latest(self) -> Work | None:
        """The import started last."""
        folders = sorted(self._folder.glob("add-*")) if self._folder.is_dir() else []
        return Work(folders[-1]) if folders else None

    def _new(self) -> Path:
        folder = self._folder / f"add-{time.time_ns()}"
        folder.mkdir(parents=True)
        return folder

    def _start(self, folder: Path, request: dict[str, Any]) -> Work:
        (folder / REQUEST).write_text(json.dumps(request), "utf-8")
        work = Work(folder)
        first, *more = work.sources
        title = f"Search {first}" if "search" in request else f"Add {Path(first).name}"
        title += f" and {len(more)} more" if more else ""
        jobs.start(folder, "cvwidgets.project.work", [str(folder)], title=title)
        return work

    def _check_writable(self) -> None:
        if self._read_only:
            raise ReadOnlyProject(
                f"The project {self._project.name!r} cannot be written to; taking images in needs that. "
                "Look at it as it is, or copy it to a folder of your own and open that."
            )


def _request(wish: Wish, by: str) -> dict[str, Any]:
    paths = {"sources": [str(path) for path in wish.sources], "within": [str(path) for path in wish.within]}
    options = {name: getattr(wish, name) for name in OPTIONS}
    options |= {"images": str(wish.images) if wish.images else None, "frames": asdict(wish.frames) if wish.frames else None}
    return {**paths, **options, "by": by}


def _dropped(request: dict[str, Any]) -> str:
    first, more = request.get("first") or "A dropped file", request["files"] - 1
    return f"{first} and {more:,} more" if more else first


def _report(row: dict[str, Any], refused: list[Refused]) -> ImportReport:
    """A line of the progress file as a record; lines hold only what was refused since the line before."""
    refused += [Refused(**item) for item in row["refused"]]
    facts = {**row, "notes": tuple(row["notes"]), "refused": tuple(refused)}
    if "queries" in row:
        return SearchReport(**{**facts, "queries": tuple(QueryReport(**query) for query in row["queries"])})
    return ImportReport(**facts)


def main(folder: Path) -> None:
    """Does what `request.json` asks for, and writes each report as a line; stops when the file `stop` is there."""
    from cvwidgets.store import open_store

    request = json.loads((folder / REQUEST).read_text("utf-8"))
    dropped = folder / DROPPED if request.get("files") else None
    with closing(open_store(folder.parent.parent)) as store, closing(_reports(store, request, dropped)) as reports:  # type: ignore[type-var]
        _write(reports, folder)
    if dropped:
        shutil.rmtree(dropped, ignore_errors=True)


def _reports(store: Store, request: dict[str, Any], dropped: Path | None) -> Iterator[ImportReport]:
    if asked := request.get("search"):
        listed = {name: tuple(asked[name]) for name in ("queries", "providers")}
        search = SearchWish(**{**asked, **listed})
        return search_iter(store, search, choose_providers(search), by=request["by"])
    places: dict[str, Any] = {name: tuple(map(Path, request.get(name, ()))) for name in ("sources", "within")}
    options = {name: request[name] for name in OPTIONS if name in request}
    options["images"] = Path(request["images"]) if request.get("images") else None
    options["frames"] = Frames(**request["frames"]) if request.get("frames") else None
    return add_iter(store, Wish(**places, **options, dropped=dropped), by=request["by"])


def _write(reports: Iterator[ImportReport], folder: Path) -> None:
    """Writes each report as a line, with what was refused since the line before, until somebody asks to stop."""
    said = 0
    with (folder / PROGRESS).open("a", encoding="utf-8", buffering=1) as progress:
        for report in reports:
            progress.write(json.dumps(asdict(replace(report, refused=report.refused[said:]))) + "\n")
            said = len(report.refused)
            if jobs.asked_to_stop(folder):
                return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
