"""Exports as jobs: started here, done by `python -m cvwidgets.project.exports FOLDER` in a process of its own, seen from anywhere."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cvwidgets import jobs
from cvwidgets.errors import ExportError, ReadOnlyProject
from cvwidgets.files import sweep_drafts, write_whole
from cvwidgets.jobs.lock import Lock, is_held
from cvwidgets.project.counting import Stopped, counting
from cvwidgets.project.outgoing import FORMS, Export, Form
from cvwidgets.project.single import SingleJobs
from cvwidgets.project.work import PROGRESS, REQUEST, SENDER
from cvwidgets.sending import check_sending, send_files

if TYPE_CHECKING:
    from cvwidgets.project.project import Project
    from cvwidgets.records import JobStatus

EXPORTS, RESULT = "exports", "export.json"
DRAFT = ".send-"
"""What the folders in `work/` begin with that hold what is on its way to the hub."""
LONGEST_NAME = 80
Stage = Literal["writing", "sending"]
Fractions = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Exporting:
    """An export in a process of its own: where to, how it stands, how many of how many images are written; `result` when it is done.

    One that goes to the `hub` under a name is written first, then sent: `done` and `of` are bytes then, and `result` has its `address`.
    `job` is its name among `project.jobs`.
    """

    job: str
    name: str
    folder: Path
    form: Form
    status: JobStatus
    done: int
    of: int
    result: dict[str, Any] | None
    hub: str | None = None
    stage: Stage = "writing"


class Exports:
    """What goes out by a page: exports, as jobs in `work/`, into the project's folder `exports/`, each under its name, or to the hub."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._jobs = SingleJobs(project.folder, "export", "cvwidgets.project.exports")

    def start(self, name: str, form: Form, *, split: tuple[float, float, float] | None, seed: int, by: str) -> Exporting:
        """Starts one; see `Project.start_export`."""
        self._check_writable()
        if form not in FORMS:
            raise ExportError(f"There is no form {form!r} to export as; {', '.join(FORMS)} are known. Choose one of these.")
        folder = self._project.folder / EXPORTS
        place = folder / checked_name(name)
        asked = {"folder": str(place), "form": form, "split": split, "seed": seed, "by": by}
        with self._jobs.starting() as running:
            self._check_alone(running)
            if (latest := self.latest()) and not latest.hub:  # it is over, and may have been killed; other drafts may be at work
                sweep_drafts(latest.folder)
            if place.exists():
                raise ExportError(f"There is an export {name!r} already; each needs a name of its own. Choose another, or remove {place}.")
            return exporting(self._jobs.start(asked, title=f"Export {name}"))

    def push_to_hub(
        self,
        name: str,
        *,
        private: bool = True,
        split: Fractions | None = None,
        seed: int = 0,
        depth: int | None = None,
        token: str | None = None,
        tick: Callable[[Stage, int, int], None] | None = None,
    ) -> str:
        """Sends what is kept to the hub, as a data set `name` ("org/name") that is made if it is missing, and returns its address.

        Pictures, labels, parts and where each picture came from go, as the "parquet" form of `Project.export` writes them, with a card; in
        one commit, which takes away what an earlier one left. Columns of the user's own stay here: they may name people. It is written
        down in the project first, and gone from there at the end.

        Args:
            name: Its name on the hub.
            private: Only for those who are let in; a public one of that name is refused.
            split: As of `Project.export`, like `seed` and `depth`.
            token: That of `hf auth login` or HF_TOKEN, unless one is given.
            tick: Told images "writing", then bytes "sending", done and of how many; what it raises breaks off.

        Raises:
            NotSent: there is no token, or none with that right; the hub is out of reach or refuses.
            ExportError: nothing is kept, or a picture cannot be read.
            TooFewImages: with `split`, a label has too few images for three parts.
            DiskFull: there was no room.
        """
        check_sending(name, token)
        tell = tick or (lambda _stage, _done, _of: None)
        with drafting(self._project) as draft:
            folder = draft / "images"
            options: dict[str, Any] = {"split": split, "seed": seed, "depth": depth, "columns": False}
            self._project.export(folder, "parquet", **options, tick=lambda done, of: tell("writing", done, of))
            return send_files(
                {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()},
                name,
                kind="dataset",
                private=private,
                token=token,
                message="Images, by cvwidgets",
                tick=lambda done, of: tell("sending", done, of),
                outdated=lambda path: path.startswith("data/") and path.endswith(".parquet"),
            )

    def start_sending(self, name: str, *, private: bool = True, split: Fractions | None = None, seed: int = 0) -> Exporting:
        """Starts `push_to_hub` in a process of its own, by the token of `hf auth login` or HF_TOKEN; `latest` says how far it is.

        Raises:
            NotSent: the name is none, offline mode is on, or there is no token.
            ExportError: another export is under way.
            JobError: it did not begin.
            ReadOnlyProject: the project can only be looked at.
        """
        self._check_writable()
        check_sending(name)
        # What is asked holds no token: the job has this process's environment.
        asked = {"hub": name, "private": private, "split": split, "seed": seed, "by": self._project.by}
        with self._jobs.starting() as running:
            self._check_alone(running)
            return exporting(self._jobs.start(asked, title=f"Send images to {name}"))

    def _check_writable(self) -> None:
        if self._project.read_only:
            raise ReadOnlyProject(
                f"The project {self._project.name!r} cannot be written to; an export is kept in it. Export from a script."
            )

    def _check_alone(self, running: Path | None) -> None:
        if running is not None:
            raise ExportError(f"The export {exporting(running).name!r} is under way; one at a time. Wait for its end, or stop it.")

    def latest(self) -> Exporting | None:
        """The export started last; None when there was none."""
        latest = self._jobs.latest()
        return exporting(latest) if latest else None


@contextmanager
def drafting(project: Project) -> Iterator[Path]:
    """A folder for what is on its way to the hub, in the project, gone at the end; those that killed processes left go too."""
    if project.read_only:
        with tempfile.TemporaryDirectory() as place:
            yield Path(place)
        return
    work = project.folder / "work"
    work.mkdir(exist_ok=True)
    for left in work.glob(f"{DRAFT}*"):
        if not is_held(left / SENDER):
            shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(dir=work, prefix=DRAFT))
    lock = Lock(draft / SENDER)
    lock.hold()
    try:
        yield draft
    finally:
        lock.release()
        shutil.rmtree(draft, ignore_errors=True)


def checked_name(name: str) -> str:
    """A name that a folder may have on any system.

    Raises:
        ExportError: it is none.
    """
    bare = name.strip()
    if (
        not bare
        or len(bare) > LONGEST_NAME
        or bare.strip(".") == ""
        or bare[0] == "."
        or set(bare) & set('/\\:*?"<>|\0')
        or not bare.isprintable()
    ):
        raise ExportError(
            f"An export cannot be called {name[: 2 * LONGEST_NAME]!r}; a folder's name of 1 to {LONGEST_NAME} letters is needed, without "
            'any of / \\ : * ? " < > | and no dot before it. Choose another.'
        )
    return bare


def exporting(folder: Path) -> Exporting:
    """How the export in a job's folder stands."""
    asked, told = jobs.read_facts(folder / REQUEST) or {}, jobs.last_line(folder / PROGRESS) or {}
    place, hub = Path(asked.get("folder", "")), asked.get("hub")
    return Exporting(
        job=f"work/{folder.name}",
        name=hub or place.name,
        folder=place,
        form=asked.get("form", "imagefolder"),
        status=jobs.status(folder),
        done=told.get("done", 0),
        of=told.get("of", 0),
        result=jobs.read_facts(folder / RESULT),
        hub=hub,
        stage=told.get("stage", "writing"),
    )


def main(folder: Path) -> None:
    """Does the export that is asked for; stopped between two images it leaves nothing behind."""
    from cvwidgets.project.project import Project

    asked = json.loads((folder / REQUEST).read_text("utf-8"))
    split = tuple(asked["split"]) if asked["split"] else None
    with Project(folder.parent.parent, by=asked["by"]) as project:
        try:
            if asked.get("hub"):
                ticks = {stage: counting(folder, stage=stage) for stage in ("writing", "sending")}
                options: dict[str, Any] = {"private": asked["private"], "split": split, "seed": asked["seed"]}
                address = project.exports.push_to_hub(asked["hub"], **options, tick=lambda stage, done, of: ticks[stage](done, of))
                write_whole(folder / RESULT, json.dumps({"address": address}).encode())
                return
            found: Export = project.export(asked["folder"], asked["form"], split=split, seed=asked["seed"], tick=counting(folder))
        except Stopped:
            return
    write_whole(folder / RESULT, json.dumps({**asdict(found), "folder": asked["folder"]}).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
