"""The folders that a project watches: which, and how it goes, as files in its folder `watched/`; who looks is `project/watching.py`."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cvwidgets import jobs
from cvwidgets.clock import now
from cvwidgets.errors import DiskFull, ReadOnlyProject, SourceError
from cvwidgets.files import is_disk_full, write_whole
from cvwidgets.project.adding import Wish
from cvwidgets.project.single import SingleJobs
from cvwidgets.records import State

FOLDER, TOLD = "watched", ".told"
EVERY, SOONEST, LATEST = 5.0, 0.1, 86_400.0
"""Seconds from one look to the next: usually, at least, at most."""


@dataclass(frozen=True, slots=True)
class Told:
    """How the watching of a folder goes: the last look (ISO 8601, UTC), how many images `came` and files were `refused` in all.

    `waiting` files are not whole yet; `problem` is a sentence when the last look found nothing to look at.
    """

    looked: str | None = None
    came: int = 0
    refused: int = 0
    waiting: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """A folder that is watched: what comes into it is added under a `label` (None: its sub-folders') as `state`, every so many seconds.

    No link may lead out of the folders `within`, if there are any. `alive` says whether a process looks now, `told` how it goes.
    """

    folder: Path
    label: str | None = None
    state: State | None = "new"
    every: float = EVERY
    within: tuple[Path, ...] = ()
    by: str = ""
    since: str = ""
    paused: bool = False
    alive: bool = False
    told: Told = Told()

    @property
    def key(self) -> str:
        """What it is called within its project."""
        return hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]

    def check(self) -> None:
        """Looks at what can be told before it is watched.

        Raises:
            SourceError: it is no folder, lies outside, or `every` is none that there can be.
            DecisionError: images are to be kept without a label.
        """
        Wish((self.folder,), self.label, self.state, within=self.within).check()
        if not self.folder.is_dir():
            raise SourceError(f"'{self.folder}' is a file; only folders are watched. Choose a folder, or add the file.")
        if not (math.isfinite(self.every) and SOONEST <= self.every <= LATEST):
            raise SourceError(f"A look every {self.every:g} s is asked for; {SOONEST:g} s to a day can be had. Ask for another number.")


class WatchedFolders:
    """The list of a project's watched folders, and the one process that looks at all of them."""

    def __init__(self, project: Path, *, read_only: bool = False) -> None:
        self._project = project
        self._folder = project / FOLDER
        self._read_only = read_only
        self._jobs = SingleJobs(project, "watch", "cvwidgets.project.watching")

    def list(self) -> tuple[Watched, ...]:
        """All of them, the first one first."""
        if not self._folder.is_dir():
            return ()
        job = self._jobs.latest()
        alive = job is not None and not jobs.is_over(jobs.status(job))
        read = [self._read(path, alive=alive) for path in self._folder.glob("*.json") if not path.stem.endswith(TOLD)]
        return tuple(sorted((one for one in read if one), key=lambda one: (one.since, one.folder)))

    def put(self, wanted: Watched) -> Watched:
        """Watches a folder from now on, or as is said now, and sees to it that somebody looks."""
        self._check_writable()
        wanted.check()
        known = self.find(wanted.folder)
        wanted = replace(wanted, since=known.since if known else now())
        self._write(wanted)
        self.go_on(within=wanted.within)
        return next(one for one in self.list() if one.folder == wanted.folder)

    def find(self, folder: Path) -> Watched | None:
        """The one of that folder; None when it is not watched."""
        return next((one for one in self.list() if one.folder == folder), None)

    def pause(self, folder: Path, *, paused: bool, within: Sequence[Path] = ()) -> None:
        """Looks no more, or again; `within` as for `go_on`.

        Raises:
            SourceError: the folder is not watched.
        """
        self._check_writable()
        self._write(replace(self._need(folder), paused=paused))
        self.go_on(within=within)

    def pause_all(self) -> None:
        """Looks at none any more, until that is asked for again."""
        for one in self.list():
            self._write(replace(one, paused=True))

    def remove(self, folder: Path) -> None:
        """Watches a folder no more; what came stays.

        Raises:
            SourceError: the folder is not watched.
        """
        self._check_writable()
        key = self._need(folder).key
        for name in (f"{key}.json", f"{key}{TOLD}.json"):
            (self._folder / name).unlink(missing_ok=True)

    def go_on(self, *, within: Sequence[Path] = ()) -> None:
        """Starts the process that looks, if there is anything to look at and none does.

        It looks at nothing outside of the folders `within`, if there are any, whatever the list says: that came with the project.

        Raises:
            JobError: it did not begin.
        """
        if self._read_only or all(one.paused or one.alive for one in self.list()):
            return
        with self._jobs.starting() as running:
            if running is None:
                self._jobs.start({"within": [str(folder) for folder in within]}, title="Watch folders")

    def latest_job(self) -> Path | None:
        """The folder of the process started last."""
        return self._jobs.latest()

    def tell(self, one: Watched, told: Told) -> None:
        """Writes how the watching of a folder goes, unless it is watched no more."""
        if (self._folder / f"{one.key}.json").exists():
            write_whole(self._folder / f"{one.key}{TOLD}.json", json.dumps(asdict(told)).encode())

    def _read(self, path: Path, *, alive: bool) -> Watched | None:
        asked = jobs.read_facts(path)
        if asked is None:  # gone meanwhile, or damaged
            return None
        told = jobs.read_facts(path.with_name(f"{path.stem}{TOLD}.json")) or {}
        try:
            places: dict[str, Any] = {"folder": Path(asked.pop("folder")), "within": tuple(map(Path, asked.pop("within", ())))}
            return Watched(**asked, **places, alive=alive and not asked.get("paused"), told=Told(**told))
        except (KeyError, TypeError):  # of a later version
            return None

    def _write(self, one: Watched) -> None:
        facts = {name: value for name, value in asdict(one).items() if name not in ("alive", "told")}
        facts |= {"folder": str(one.folder), "within": [str(folder) for folder in one.within]}
        try:
            self._folder.mkdir(exist_ok=True)
            write_whole(self._folder / f"{one.key}.json", json.dumps(facts).encode())
        except OSError as error:
            if is_disk_full(error):
                raise DiskFull("The disk is full; which folders are watched is written down. Free some space and try again.") from error
            raise

    def _need(self, folder: Path) -> Watched:
        if found := self.find(folder):
            return found
        raise SourceError(f"The folder '{folder}' is not watched; one that is can be paused or left. Look at the list of them.")

    def _check_writable(self) -> None:
        if self._read_only:
            raise ReadOnlyProject(
                f"The project {self._project.name!r} cannot be written to; a folder is watched for what is added to it. "
                "Look at it as it is, or copy it to a folder of your own and open that."
            )


def watched(folder: str | Path, label: str | None, state: State | None, every: float, within: Sequence[str | Path], *, by: str) -> Watched:
    """What is asked for, with paths named from the root."""
    places = tuple(Path(path).expanduser().absolute() for path in (folder, *within))
    return Watched(places[0], label or None, state, float(every), places[1:], by)
