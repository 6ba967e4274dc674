"""One analysis: what a model says of very many files, a view of its folder that any process may hold, before, during and after the work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.errors import AnalysisError, JobError, NoModel, ReadOnlyProject
from cvwidgets.project.about import About, read_about, write_about
from cvwidgets.project.result_exports import ResultExports
from cvwidgets.project.results import VALUES, ResultFilter, Results
from cvwidgets.project.view import Suggestions, View
from cvwidgets.project.work import PROGRESS
from cvwidgets.records import JobStatus

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.project.exports import Exporting
    from cvwidgets.project.project import Project
    from cvwidgets.project.result_writing import ResultsWritten, Table
    from cvwidgets.store import Store

    Numbers = npt.NDArray[np.int64]

FACTS, LISTED = "analysis.json", "list.json"
LINE = "analysis"
"""Analyses wait for each other: two at once would each take twice as long."""


@dataclass(frozen=True, slots=True)
class AnalysisProgress:
    """How far an analysis is: rows that are `done` `of` how many (0 as long as they are listed), and its pace; None where it has none."""

    status: JobStatus
    done: int
    of: int
    images_per_second: float | None
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Loose:
    """Files that are no images of the project, with what was said of each; `values` by name as those of a view, in the same order."""

    paths: list[Path]
    labels: list[str]
    values: dict[str, npt.NDArray[np.float32]]


class Analysis:
    """A list of files that a model is asked about, and all that it said so far."""

    def __init__(self, folder: Path, project: Project, store: Store) -> None:
        self.name = folder.name
        self.folder = folder
        self._project = project
        self._store = store
        self._facts = jobs.read_facts(folder / FACTS) or {}
        self._results: Results | None = None

    @property
    def source(self) -> str:
        """What it is about, in words."""
        return str(self._facts.get("words", ""))

    @property
    def model(self) -> str:
        """The name of the model that is asked; it was chosen at the start, whatever is in production since."""
        return str(self._facts.get("model", {}).get("name", ""))

    @property
    def version(self) -> int:
        """The model's version."""
        return int(self._facts.get("model", {}).get("version", 0))

    @property
    def created(self) -> str:
        """When it was started, ISO 8601 in UTC."""
        return str(self._facts.get("created", ""))

    def about(self) -> About:
        """Its title, and whether it was deleted."""
        return read_about(self.folder)

    def left_out(self) -> list[dict[str, str]]:
        """What its folders hold that it does not ask about, such as archives and links that lead outside: `path` and `reason`."""
        return list((jobs.read_facts(self.folder / LISTED) or {}).get("left_out", ()))

    # ---- the work

    def status(self) -> JobStatus:
        """How its job stands."""
        return jobs.status(self.folder)

    def progress(self) -> AnalysisProgress:
        """How far it is now."""
        return progress_in(self.folder, self.status())

    def follow(self) -> Iterator[AnalysisProgress]:
        """Says how far it is, as that changes, until it ended. Leaving the loop leaves the work alone.

        Raises:
            JobError: it failed; the message says why.
        """
        for _ in jobs.follow(self.folder, PROGRESS):
            yield self.progress()
        ended = jobs.wait(self.folder)
        if ended.state in ("failed", "lost"):
            raise JobError(ended.reason or f"Analysis {self.name} ended early. Look at its log, then go on with it.")
        yield self.progress()

    def is_whole(self) -> bool:
        """Whether all files were asked about."""
        now = self.progress()
        return jobs.read_facts(self.folder / LISTED) is not None and now.done >= now.of

    def start(self) -> None:
        """Asks about what was not asked about yet, in a process of its own; nothing happens where that is under way, or done."""
        if jobs.is_over(self.status()) and not self.is_whole():
            title = f"Analyze {self.about().title or self.source}"
            jobs.start(self.folder, "cvwidgets.project.analyzing", [str(self.folder)], title=title, line=LINE)

    def stop(self) -> None:
        """Asks it to stop; what was said stays, and `resume` goes on from there."""
        jobs.ask_to_stop(self.folder)

    def resume(self) -> None:
        """Goes on with what was not asked about yet, by the same model.

        Raises:
            AnalysisError: it was deleted.
            ReadOnlyProject: the project can only be looked at.
            JobDidNotStart: its process did not come up.
        """
        if self._store.read_only:
            raise ReadOnlyProject(
                f"The project {self._project.name!r} cannot be written to; what a model says is kept in it. Copy it first."
            )
        if self.about().deleted:
            raise AnalysisError(f"Analysis {self.name} was deleted; going on needs its files. Bring it back first.")
        self.start()

    # ---- what people say of it

    def rename(self, title: str) -> About:
        """Gives it a title; empty for none.

        Raises:
            RunError: it is too long, or cannot be written down.
        """
        return write_about(self.folder, title=title)

    def delete(self) -> About:
        """Takes it out of the list; `restore` brings it back until `Analyses.empty` removes its files.

        Raises:
            AnalysisError: it is under way.
        """
        if not jobs.is_over(self.status()):
            raise AnalysisError(f"Analysis {self.name} is under way; deleting needs one that is over. Cancel it first.")
        return write_about(self.folder, deleted=True)

    def restore(self) -> About:
        """Brings it back.

        Raises:
            AnalysisError: its files were removed.
        """
        if self.about().emptied:
            raise AnalysisError(f"The files of analysis {self.name} were removed; bringing it back needs them. Analyze again.")
        return write_about(self.folder, deleted=False)

    # ---- what was said

    @property
    def results(self) -> Results:
        """What was said so far."""
        if self._results is None:
            listed = jobs.read_facts(self.folder / LISTED) or {}
            labels = listed.get("labels") or self._facts.get("model", {}).get("labels", ())
            found = Results(self._store, self.folder, tuple(map(str, labels)))
            if not listed:
                return found  # another list of labels may come yet
            self._results = found
        return self._results

    def select(self, asked: ResultFilter | None = None, **fields: Any) -> Numbers:
        """The rows that match a filter, or fields of one (`label="bison"`, `low=0.8`, `sort="-confidence"`), in its order.

        Raises:
            FilterError: there is no such field, or it cannot hold that.
        """
        return self.results.chosen(asked or ResultFilter.from_json(fields))

    def view(self, asked: ResultFilter | None = None, **fields: Any) -> View:
        """Those rows that match and are images of the project, to be judged; what was said is suggested if the project has the label."""
        return self.view_of(self.select(asked, **fields))

    def loose(self, asked: ResultFilter | None = None, **fields: Any) -> Loose:
        """Those rows that match and are files outside of the project."""
        results, rows = self.results, self.select(asked, **fields)
        rows = rows[results.ids[rows] < 0]
        said, paths = results.rows[rows], results.paths
        labels = [results.labels[number] if number >= 0 else "" for number in said["label"].tolist()]
        return Loose([Path(paths[row]) for row in rows.tolist()], labels, {name: said[name] for name in VALUES})

    def view_of(self, rows: Numbers) -> View:
        """The images of the project among some rows, in their order."""
        import numpy as np

        results = self.results
        ids = results.ids[rows]
        rows = rows[ids >= 0]
        said = results.rows[rows]
        known = {label.name for label in self._project.labels.list()}
        names = np.array([*(label if label in known else "" for label in results.labels), ""], dtype=object)
        each = names[said["label"]]
        return self._project.images.view(
            ids[ids >= 0],
            values={name: said[name] for name in VALUES},
            words=f"said by {self.model}",
            suggestions=Suggestions("guesses", each),
        )

    def export(
        self, path: Path | str, form: Table = "csv", asked: ResultFilter | None = None, *, links: bool = False, **options: Any
    ) -> ResultsWritten:
        """Writes what was said; see `result_writing.write_results`."""
        from cvwidgets.project.result_writing import write_results

        return write_results(self, Path(path).expanduser().absolute(), form, asked or ResultFilter(), links=links, **options)

    def start_export(self, name: str, form: Table = "csv", asked: ResultFilter | None = None, *, links: bool = False) -> Exporting:
        """Starts `export` in a process of its own, into the project's folder `exports/`, under a name; `exporting` says how far it is.

        Raises:
            ExportError: the name is none for a file, or is taken; the form is unknown; or another export of results is under way.
            JobError: it did not begin.
            ReadOnlyProject: the project can only be looked at.
        """
        return ResultExports(self._project.folder, read_only=self._store.read_only).start(
            self.name, name, form, asked or ResultFilter(), links=links
        )

    def exporting(self) -> Exporting | None:
        """How the export of results that was started last in this project stands; None when there was none."""
        return ResultExports(self._project.folder, read_only=self._store.read_only).latest()

    def __repr__(self) -> str:
        now = self.progress()
        return f"Analysis({self.name!r}, {now.done:,} of {now.of:,}, {now.status.state})"


def progress_in(folder: Path, status: JobStatus) -> AnalysisProgress:
    """How far the analysis in a folder is, whose job stands so."""
    from cvwidgets.store.results import count_rows

    told = jobs.last_line(folder / PROGRESS) or {}
    done, of = count_rows(folder), int((jobs.read_facts(folder / LISTED) or {}).get("count", 0))
    pace = told.get("images_per_second") if status.state == "running" else None
    return AnalysisProgress(status, done, of, pace, (of - done) / pace if pace else None)


def check_model(project: Project, version: int | None) -> dict[str, Any]:
    """The model that is to be asked, as facts: that in production where no version is named.

    Raises:
        NoModel: there is none.
    """
    from cvwidgets.model import name_of

    model = project.models.production() if version is None else project.models.get(version)
    if model is None:
        raise NoModel("No model is in production; analyzing needs one. Train, then promote a run, or name the version of another model.")
    return {"version": model.version, "name": name_of(model), "folder": str(model.folder), "labels": list(model.labels)}
