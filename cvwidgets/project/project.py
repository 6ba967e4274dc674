"""The one object people keep: a project folder, opened, with its parts in reach."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from cvwidgets.explore.limits import THRESHOLD
from cvwidgets.model import Base, BasesFound
from cvwidgets.project.activity import Jobs
from cvwidgets.project.analyses import Analyses
from cvwidgets.project.bases import find_bases
from cvwidgets.project.bookmarks import Bookmarks
from cvwidgets.project.collecting import Collect
from cvwidgets.project.engines import Engines
from cvwidgets.project.explaining import Explains
from cvwidgets.project.explorer import Explorer, Map
from cvwidgets.project.exports import Exporting, Exports
from cvwidgets.project.filters import Filters
from cvwidgets.project.images import Images
from cvwidgets.project.journal import Journal
from cvwidgets.project.labels import Labels
from cvwidgets.project.lookalikes import Stack
from cvwidgets.project.models import Models
from cvwidgets.project.prediction import Predictor
from cvwidgets.project.recipes import Recipes
from cvwidgets.project.runs import Runs
from cvwidgets.project.served import Served
from cvwidgets.project.serving import Serving
from cvwidgets.project.status import ProjectStatus, summarize
from cvwidgets.project.trash import Trash
from cvwidgets.project.view import View
from cvwidgets.recipe import Recipe
from cvwidgets.records import Answer, Epoch, Prediction

if TYPE_CHECKING:
    from cvwidgets.glance import Glance
    from cvwidgets.pace import Expectation
    from cvwidgets.project.outgoing import Export, Form
    from cvwidgets.project.reviewing import Review, Trial
    from cvwidgets.project.run import Run


class Project(Explains):
    """A folder of images with all that was decided, trained and kept about them.

    Opening a folder that holds no project makes one there. A folder that cannot be written opens to look
    (`read_only`). Any number of processes may have the same project open.

    Args:
        folder: The project's folder; made when it is missing.
        by: Who decides, for the journal; by default the name in the environment's CVWIDGETS_USER, in JUPYTERHUB_USER, or the system's.

    Raises:
        NewerCatalog: a later version of cvwidgets wrote the project.
        DamagedCatalog: its catalog cannot be read.
    """

    def __init__(self, folder: str | Path, *, by: str | None = None) -> None:
        from cvwidgets.store import open_store

        self.folder = Path(folder).expanduser().resolve()
        self.by = by or _user_name()
        self._store = open_store(self.folder)
        self.images = Images(self._store, project=self, by=self.by)
        self.collect = Collect(self._store, by=self.by)
        self.labels = Labels(self._store, by=self.by)
        self.journal = Journal(self._store, by=self.by)
        self.trash = Trash(self._store, by=self.by)
        self.filters = Filters(self._store)
        self.recipes = Recipes(self, self._store)
        self.runs = Runs(self._store, by=self.by, alike=lambda stop: self.explore.compare(stop=stop))
        self.models = Models(self._store, self.runs, check=lambda folder, name: self._predictor.check(folder, name))
        self.jobs = Jobs(self.folder)
        self.exports = Exports(self)
        self.bookmarks = Bookmarks(self.folder, by=self.by, read_only=self.read_only)
        self._predictor = Predictor(self.folder, self.models, read_only=self.read_only)
        self.explore = Explorer(self, self._store, self._predictor)
        self.analyses = Analyses(self, self._store)
        self.served = Served(self, self._store, self._predictor)
        self.serving = Serving(self.folder, self.models, read_only=self.read_only)
        self.engines = Engines(self)

    @property
    def name(self) -> str:
        """The folder's name, which is the project's."""
        return self.folder.name

    @property
    def read_only(self) -> bool:
        """True when the project can be looked at, but nothing in it decided."""
        return self._store.read_only

    @property
    def network(self) -> str | None:
        """The kind of network folder that the project lies on ("nfs4", "cifs"); None on a disk of this computer."""
        return self._store.network

    def glance(self) -> Glance:
        """The data at a glance: counts, sizes, and what one should know in words; about a second for a million images."""
        from cvwidgets.project.glancing import glance

        return glance(self, self._store)

    def status(self) -> ProjectStatus:
        """How the project stands: images by label and state, what waits, what is wrong, the runs and the model in production."""
        return summarize(self)

    def train(self, recipe: Recipe | None = None, *, continues: Run | str | None = None, **fields: Any) -> Iterator[Epoch]:
        """Starts a training of all that is kept, in a process of its own, and follows it epoch by epoch.

        The training has begun when this returns. Leaving the loop, or losing this process, leaves it running
        (`project.runs.latest().stop()` stops it); Ctrl-C while waiting asks it to stop.

        Args:
            recipe: How to train, such as the one of another run; the usual one by default.
            continues: A run that is over, whose best weights it begins with; then the recipe is by default that of `Runs.further`.
            **fields: Fields of `Recipe` that differ from it, such as `base="starter", epochs=5, seed=0`.

        Raises:
            RecipeError: a field is unknown or out of its range, or does not go with the run to continue.
            RunError: that run cannot be continued; see `Runs.start`.
            TooFewImages: a label has too few images, or there are fewer than two labels.
            TrainingFailed: the training ended with an error, or its process vanished.
        """
        begun = recipe or (Recipe() if continues is None else self.runs.further(continues))
        return self.runs.start(Recipe.from_json({**begun.to_json(), **fields}), continues=continues).follow()

    def review(self, recipe: Recipe | None = None, *, since: Run | None = None, continues: Run | None = None) -> Review:
        """What a run would learn from, what changed since a run, and what one should know; nothing is started.

        Since the run that it `continues`, or the last one, unless another is named. Reads all that is kept: a few seconds for 100,000
        images.

        Raises:
            RecipeError, RunError: the recipe does not go with the run to continue, or that cannot be continued.
        """
        from cvwidgets.project.reviewing import review

        return review(self, self._store, recipe or (self.runs.further(continues) if continues else Recipe()), since, continues)

    def try_pace(self, recipe: Recipe | None = None, *, continues: Run | None = None, again: bool = True) -> Trial:
        """Starts measuring what a run would take on this machine, in a process of its own: seconds, or nothing when it is known.

        `.wait()` gives time, memory and disk. A trial that failed is made anew, unless `again` is False.

        Raises:
            JobDidNotStart: the process did not come up.
        """
        from cvwidgets.project.reviewing import try_pace

        return try_pace(self, self._store, recipe or Recipe(), continues=continues, again=again)

    def known_expectations(self, recipes: Sequence[Recipe]) -> list[Expectation | None]:
        """What runs by recipes would take, without trying anything: None for each that no trial was made for."""
        from cvwidgets.project.reviewing import known_expectations

        return known_expectations(self, self._store, recipes)

    def export(
        self,
        folder: str | Path,
        form: Form = "imagefolder",
        *,
        split: tuple[float, float, float] | None = None,
        seed: int = 0,
        depth: int | None = None,
        columns: bool = True,
        tick: Callable[[int, int], None] | None = None,
    ) -> Export:
        """Writes what is kept, with its pictures and where they came from, into a folder of its own that other programs read.

        The folder is there whole or not at all. `images.add` of an "imagefolder" gives the same images under the same labels again.

        Args:
            folder: Made; it may be there when it is empty.
            form: One of `FORMS`: "imagefolder", "parquet" (the hub's), "dataset" (`datasets.load_from_disk`), "csv" (a list alone).
            split: Fractions of train, valid and test, of the same images as a run by these and the seed; None for the parts that the images
                came with, if they did.
            seed: Decides who is in which part.
            depth: 1 exports the roots of the label tree, 2 their children, and so on; None each label.
            columns: Write the user's own columns too, as lists and data sets brought them: patients, sites.
            tick: Told how many images are written, and of how many; what it raises breaks off.

        Raises:
            ExportError: nothing is kept, the form is unknown, the folder is not empty, or a picture cannot be read.
            TooFewImages: with `split`, a label has too few images for three parts.
            DiskFull: there was no room.
        """
        from cvwidgets.project.outgoing import export

        place = Path(folder).expanduser().absolute()
        options: dict[str, Any] = {"split": split, "seed": seed, "depth": depth, "columns": columns}
        return export(self._store, place, form, **options, alike=self.explore.compare, by=self.by, tick=tick)

    def start_export(
        self, name: str, form: Form = "imagefolder", *, split: tuple[float, float, float] | None = None, seed: int = 0
    ) -> Exporting:
        """Starts `export` in a process of its own, into the project's folder `exports/`, under a name; `exporting` says how far it is.

        Raises:
            ExportError: the name is none for a folder, or is taken; the form is unknown; or another export is under way.
            JobError: it did not begin.
            ReadOnlyProject: the project can only be looked at.
        """
        return self.exports.start(name, form, split=split, seed=seed, by=self.by)

    def exporting(self) -> Exporting | None:
        """How the export that was started last stands; None when there was none."""
        return self.exports.latest()

    def predict(self, path: str | Path, top: int | None = None, *, model: int | None = None) -> list[Prediction]:
        """What a model says of one picture, most probable first; probabilities add up to 1 over all labels.

        Args:
            path: The picture's file.
            top: How many labels; all by default.
            model: The version that is asked; the one in production by default.

        Raises:
            NoModel: no model is in production, or there is no such version.
            UnreadablePicture: the file cannot be used as a picture.
            PredictionFailed: the worker gave no answer.
        """
        return self._predictor.predict(Path(path), top=top, model=model)

    def predict_many(self, paths: Iterable[str | Path], top: int | None = None, *, model: int | None = None) -> Iterator[Answer]:
        """What a model says of each picture, in order, as a stream: a million paths need no more memory than a few hundred.

        A file that cannot be read gives an answer with its `problem`; others go on. `model` is a version, by default that in production.

        Raises:
            NoModel: no model is in production, or there is no such version.
            PredictionFailed: the worker gave no answer.
        """
        return self._predictor.predict_many(paths, top=top, model=model)

    def neighbors(
        self, x: int | str | Path | Sequence[int], k: int = 20, *, label: str | None = None, model: str | int = "starter"
    ) -> View:
        """The k images nearest to an image, to several, or to a picture's file; see `Explorer.neighbors`."""
        return self.explore.neighbors(x, k, label=label, model=model)

    def duplicates(self, threshold: float = THRESHOLD) -> tuple[Stack, ...]:
        """Stacks of images that show the same picture; see `Explorer.duplicates`."""
        return self.explore.duplicates(threshold)

    def mistakes(self, label: str | None = None) -> View:
        """The kept images whose label is probably wrong; see `Explorer.mistakes`."""
        return self.explore.mistakes(label)

    def map(self) -> Map:
        """Where the images stand on the map; see `Explorer.map`."""
        return self.explore.map()

    def bases(self) -> tuple[Base, ...]:
        """The base models a training may start from, the proposed one first, as far as they can be known without asking the hub."""
        from cvwidgets.vision import list_bases

        return tuple(list_bases())

    def propose_base(self) -> Base:
        """The base a form offers first: ConvNeXtV2-tiny when it is on disk or the hub answers within seconds, else the starter."""
        from cvwidgets.vision import propose_base

        return propose_base()

    def find_bases(self, words: str = "", *, largest: int | None = None) -> BasesFound:
        """Base models of the hub by what is in their names and the bytes that they take, those on this machine marked; see `find_bases`."""
        return find_bases(words, largest=largest)

    def close(self) -> None:
        """Lets go of the catalog; jobs and the prediction worker go on."""
        self.bookmarks.flush()
        self.images.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Project({str(self.folder)!r})"


def _user_name() -> str:
    if named := os.environ.get("CVWIDGETS_USER") or os.environ.get("JUPYTERHUB_USER"):
        return named
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user without a name
        return "someone"
