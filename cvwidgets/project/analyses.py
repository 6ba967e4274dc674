"""The analyses of a project: what its models said of folders, views and parts of a split; each goes on without who started it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.clock import now
from cvwidgets.errors import AnalysisError, DiskFull, ReadOnlyProject
from cvwidgets.files import is_disk_full, write_whole
from cvwidgets.project.about import FILE as ABOUT
from cvwidgets.project.about import write_about
from cvwidgets.project.analysis import FACTS, Analysis, check_model
from cvwidgets.project.run import Run
from cvwidgets.project.view import View
from cvwidgets.records import PARTS, Part

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.project.project import Project
    from cvwidgets.store import Store

    Numbers = npt.NDArray[np.int64]

FOLDER, ASKED = "analyses", "asked.npy"
CHECKED = 1000
"""Of more files than this, named one by one, each that is missing costs its own row instead of being told before the start."""


class Analyses:
    """All analyses of a project, in its folder `analyses/`, by number."""

    def __init__(self, project: Project, store: Store) -> None:
        self._project = project
        self._store = store
        self._folder = project.folder / FOLDER
        self._known: dict[str, Analysis] = {}

    def start(
        self,
        source: View | Run | str | Path | Sequence[str | Path],
        model: int | None = None,
        title: str = "",
        *,
        part: Part = "test",
        within: Sequence[str | Path] = (),
    ) -> Analysis:
        """Asks a model about very many images, in a process of its own that outlives this one.

        Of folders all files are listed first that could be pictures, with those of their sub-folders; a file that cannot be read costs its
        own row. The model stays the one of now, whatever is promoted meanwhile.

        Args:
            source: A folder, files and folders, a view of the project, or a run for the images of one part of its split.
            model: The version that is asked; the one in production by default.
            title: What the analysis is called; what it is about by default.
            part: With a run: "train", "valid" or "test".
            within: Folders out of which no link may lead; none for anywhere.

        Raises:
            NoModel: no model is in production, or there is no such version.
            SourceError: a folder or file is missing, or lies outside of `within`.
            AnalysisError: there is nothing to be asked about.
            ReadOnlyProject: the project can only be looked at.
            JobDidNotStart: the process did not come up.
            DiskFull: there is no room for what it is about.
        """
        analysis = self._add(source, model, title, part, within)
        analysis.start()
        return analysis

    def _add(
        self,
        source: View | Run | str | Path | Sequence[str | Path],
        model: int | None,
        title: str,
        part: Part,
        within: Sequence[str | Path],
    ) -> Analysis:
        """An analysis that nobody works on yet."""
        if self._store.read_only:
            raise ReadOnlyProject(
                f"The project {self._project.name!r} cannot be written to; what a model says is kept in it. Copy it first."
            )
        facts: dict[str, Any] = {"model": check_model(self._project, model), "by": self._project.by, "created": now()}
        ids: Numbers | None = None
        if isinstance(source, Run):
            ids, facts["words"] = self._part(source, part), f"{part} images of run {source.name}"
        elif isinstance(source, View):
            ids, facts["words"] = source.ids, _images(source)
        else:
            facts |= _files(source, within)
        if ids is not None and not len(ids):
            what = facts["words"] if isinstance(source, Run) else "images there"
            raise AnalysisError(f"There are no {what} to be asked about; one at least is needed. Choose others.")
        try:
            analysis = Analysis(self._new(facts, ids), self._project, self._store)
        except OSError as error:
            if is_disk_full(error):
                raise DiskFull("The disk has no room for an analysis. Free some space and analyze again.") from error
            raise
        if title.strip():
            analysis.rename(title)
        return analysis

    def deleted(self) -> list[Analysis]:
        """Those that were deleted and can be brought back, oldest first."""
        return [one for one in self._all() if one.about().deleted and not one.about().emptied]

    def latest(self) -> Analysis | None:
        """The one started last; None when there was none."""
        return next(reversed(self.list()), None)

    def get(self, name: str | int) -> Analysis:
        """The analysis of a number such as "0001"; "1" is enough.

        Raises:
            AnalysisError: there is none.
        """
        named = str(name)
        found = next((one for one in self._all() if named.isdigit() and int(one.name) == int(named)), None)
        if found is None:
            raise AnalysisError(
                f"There is no analysis {named[:40]!r}; one of the list is needed. Look at the list again, or analyze something."
            )
        return found

    def empty(self) -> int:
        """Removes the files of those that were deleted, for good; how many bytes that gave back."""
        freed = 0
        for one in self.deleted():
            write_about(one.folder, emptied=True)
            for path in [path for path in one.folder.iterdir() if path.name not in (FACTS, ABOUT)]:
                freed += path.stat().st_size if path.is_file() else 0
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        return freed

    def _all(self) -> list[Analysis]:
        """Every one, also those that were deleted; the same object for the same folder, which remembers what it has read."""
        names = sorted((name for name in self._numbers() if (self._folder / name / FACTS).is_file()), key=int)
        self._known = {name: self._known.get(name) or Analysis(self._folder / name, self._project, self._store) for name in names}
        return [*self._known.values()]

    def _numbers(self) -> list[str]:
        return [folder.name for folder in self._folder.glob("[0-9]*") if folder.name.isdecimal()]

    def _new(self, facts: dict[str, Any], ids: Numbers | None) -> Path:
        """A folder of the next number, which nobody else has."""
        import numpy as np

        self._folder.mkdir(exist_ok=True)
        number = max(map(int, self._numbers()), default=0)
        while True:
            number += 1
            folder = self._folder / f"{number:04}"
            try:
                folder.mkdir()
                break
            except FileExistsError:  # another kernel was faster
                continue
        if ids is not None:
            np.save(folder / ASKED, ids.astype(np.int64))
        write_whole(folder / FACTS, json.dumps(facts).encode())
        return folder

    def _part(self, run: Run, part: Part) -> Numbers:
        import numpy as np

        if part not in PARTS:
            raise AnalysisError(f"A split has no part {part!r}; it has {', '.join(PARTS)}. Name one of these.")
        hashes = self._store.snapshots.hashes(run.snapshot, part) if run.snapshot else None
        if hashes is None:
            raise AnalysisError(
                f"What run {run.name} was trained on is not known any more; its parts are needed. Choose another run or images."
            )
        return np.array(sorted(self._store.images.by_hash([*hashes]).values()), np.int64)

    def list(self) -> list[Analysis]:
        """All that are not deleted, oldest first."""
        return [one for one in self._all() if not one.about().deleted]


def _files(source: str | Path | Sequence[str | Path], within: Sequence[str | Path]) -> dict[str, Any]:
    """Files and folders as they are asked for, named from the root.

    Raises:
        SourceError: one is missing, or lies outside.
    """
    from cvwidgets.collect import check_sources

    given = [source] if isinstance(source, (str, Path)) else [*source]
    paths = [Path(path).expanduser().absolute() for path in given]
    roots = [Path(root).expanduser().resolve() for root in within]
    if not paths:
        raise AnalysisError("No folder and no file is named; one at least is needed. Name one.")
    check_sources(paths if roots or len(paths) <= CHECKED else paths[:1], within=roots)
    words = str(paths[0]) if len(paths) == 1 else f"{paths[0].name} and {len(paths) - 1:,} more"
    return {"paths": [str(path) for path in paths], "within": [str(root) for root in roots], "words": words}


def _images(view: View) -> str:
    """A view in words."""
    count = f"{len(view):,} {'image' if len(view) == 1 else 'images'}"
    return f"{count}, {view.words}" if view.words else count
