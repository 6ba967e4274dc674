"""Where a model is asked about one picture: what it says, why, what is most like it, and what another model says."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import Widget, widget_serialization
from traitlets import Dict, Instance, List, Unicode

from cvwidgets import jobs
from cvwidgets.errors import NoModel, SourceError, UnknownImage, UnreadablePicture
from cvwidgets.model import Model, name_of
from cvwidgets.project import heat_png, methods_of
from cvwidgets.records import UNSORTED
from cvwidgets.widgets.asked import LastAsked
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.chooser import Chooser, folders_of, legible
from cvwidgets.widgets.evidence import similar_to
from cvwidgets.widgets.held import Held, Holding
from cvwidgets.widgets.messages import Answer, action
from cvwidgets.widgets.uploads import Uploads
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project

LONGEST = 1600
"""Pixels of the longest side of a picture as the page is shown it."""
TELLS_SECONDS = 0.25
"""So often the page is told how far an explanation is."""
MOST_SIMILAR = 100


class InspectPanel(Face):
    """Asks a model what a picture shows: drop or paste one, choose a file, give an address, take a photo, or `show` one from Python.

    Args:
        project: Whose models.
        roots: Folders the chooser may show; those in the environment's CVWIDGETS_ROOTS, else anywhere.
        allow_private: Fetch from addresses of this computer and its network too.

    Raises:
        SourceError: none of the roots is a folder.
    """

    stem = "inspect"

    _model = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: version, run, name and number of labels of the model in production; None when there is none."""

    _models = List(Dict()).tag(sync=True)
    """Kernel → page: all registered models, the newest first: as `_model`, with the methods by which each can be explained."""

    _labels = List(Unicode()).tag(sync=True)
    """Kernel → page: the names of the project's labels."""

    _closed = Unicode("").tag(sync=True)
    """Kernel → page: why the picture cannot be added now; empty when it can."""

    _chooser = Instance(Widget, allow_none=True).tag(sync=True, **widget_serialization)
    """Kernel → page: the chooser of files."""

    _roots = List(Unicode()).tag(sync=True)
    """Kernel → page: the folders that may be chosen from, to be shown; empty for anywhere."""

    _given = Dict().tag(sync=True)
    """Kernel → page: the number of what was chosen in the chooser or shown from Python, which the page asks about; empty before."""

    _progress = Dict().tag(sync=True)
    """Kernel → page: how far the explanation is that is being made: `done` and `of`; empty when none is."""

    def __init__(self, project: Project, *, roots: Sequence[str | Path] | None = None, allow_private: bool = False, **traits: Any) -> None:
        self._project = project
        self._allow_private = allow_private
        self._held = Holding()
        self._uploads = Uploads(lambda _, name: self._held.place(name))
        self._last = LastAsked(project.folder, by=project.by)
        self._turns, self._turn = count(1), 0
        self._source: Path | int | None = None
        self._within = folders_of(roots)
        self._files = Chooser(self._within[0] if self._within else Path.cwd(), bound=bool(self._within), choose=self._choose)
        super().__init__(_chooser=self._files, _roots=[legible(str(root)) for root in self._within], **traits)
        self.keep_place(project.bookmarks)
        WATCHER.add(self, project)
        self.look(changed=True)

    def show(self, picture: int | str | Path) -> None:
        """Shows an image of the project, by its id, or a picture's file, and asks the model about it."""
        self._give(picture if isinstance(picture, int) else Path(picture).expanduser())

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: which models there are, the labels, and whether something can be added."""
        if changed:
            model = self._project.models.production()
            self._model = _facts(model) if model else None
            self._models = [
                {**_facts(one), "methods": list(methods_of(one)), "production": one.production}
                for one in reversed(self._project.models.list())
            ]
            self._labels = [label.name for label in self._project.labels.list() if label.name != UNSORTED]
        latest = self._project.images.adding()
        is_adding = latest is not None and not jobs.is_over(latest.status())
        closed = "The project can only be looked at; nothing can be added to it." if self._project.read_only else ""
        self._closed = closed or ("An import is under way; this can be added when it has ended." if is_adding else "")

    # ---- a picture comes in

    @action(background=True)
    def upload(self, upload: str, name: str, part: int, of: int, buffers: list, model: int | None = None) -> Answer:
        """Takes a part of an image; after the last one, what the model says of it, with the picture as a JPEG."""
        path = self._uploads.take(upload, name, part, of, buffers[0] if buffers else b"")
        return Answer({}) if path is None else self._ask(path, name, model)

    @action(background=True)
    def fetch(self, address: str, model: int | None = None) -> Answer:
        """Fetches a picture from the web, by the rules that searches follow; what the model says of it."""
        path = self._project.collect.fetch(address.strip(), self._held.folder, allow_private=self._allow_private)
        return self._ask(path, address.strip(), model, address=address.strip())

    @action(background=True)
    def take_given(self, number: int, model: int | None = None) -> Answer:
        """What the model says of what was chosen in the chooser, or shown from Python; nothing when it is another by now."""
        if number != self._given.get("number") or self._source is None:
            return Answer({})
        source, self._given = self._source, {}
        return self.take_image(source, model) if isinstance(source, int) else self._ask(source, source.name, model)

    @action(background=True)
    def take_image(self, image: int, model: int | None = None) -> Answer:
        """What the model says of an image of the project."""
        found = self._project.images.get([image])
        if not found:
            raise UnknownImage(f"Image {image} is not in the project any more; one that is there is needed. Choose another.")
        return self._ask(found[0].path, found[0].path.name, model, image=image)

    @action(background=True)
    def ask_again(self, word: str, model: int | None = None) -> dict[str, Any]:
        """What a model says of a picture that was asked about before."""
        held, asked = self._held.get(word), self._asked(model)
        return {"predictions": self._predict(held.path, held.name, asked), "model": _facts(asked)}

    @action(background=True)
    def last(self) -> Answer:
        """The picture that was asked about last, and what the model said then; an empty answer when there is none."""
        asked = self._last.get()
        if asked is None:
            return Answer({})
        image, address = asked.facts["image"], asked.facts["address"]
        found = self._project.images.get([image]) if image is not None else []
        path = found[0].path if found else self._held.place(asked.name)
        if not found:
            path.write_bytes(asked.picture or asked.small)
        return self._told(self._held.put(path, asked.name, image=found[0].id if found else None, address=address), asked.facts)

    @action(background=True)
    def warm(self) -> None:
        """Lets the worker load the model in production, so that the first answer takes no longer than the others."""
        if self._project.models.production():
            # A file that is not there: the worker loads the model before it looks, and has nothing to read then.
            list(self._project.predict_many([self._project.folder / "cache" / "inspect" / "no-picture"]))

    # ---- what more is asked of it

    @action(background=True)
    def similar(self, word: str, label: str, count: int, model: int) -> Answer:
        """The kept images of a label that are most like the picture."""
        held = self._held.get(word)
        return similar_to(self._project, held.path, held.image, label, min(max(count, 1), MOST_SIMILAR), model)

    @action(background=True)
    def explain(self, word: str, label: str, method: str, model: int) -> Answer:
        """Why a model gives the picture a label, as a PNG to lay over it; nothing when it was stopped, or something else was asked."""
        held, self._turn = self._held.get(word), next(self._turns)
        mine, told = self._turn, 0.0
        steps = self._project.explain_iter(held.path, label, method, model=model)  # type: ignore[arg-type]
        try:
            for now in steps:
                if self._turn != mine:
                    return Answer({})
                if now.explanation is None and time.monotonic() - told > TELLS_SECONDS:
                    self._progress, told = {"done": now.done, "of": now.of}, time.monotonic()
            found = now.explanation
        finally:
            steps.close()  # type: ignore[attr-defined]
            if self._turn == mine:
                self._progress = {}
        assert found is not None
        box = [edge / side for edge, side in zip(found.box, found.size * 2, strict=True)]
        return Answer({"label": label, "method": method, "box": box, "strongest": found.strongest}, [heat_png(found)])

    @action
    def stop(self) -> None:
        """Breaks off the explanation that is being made."""
        self._turn = next(self._turns)
        self._progress = {}

    @action(background=True)
    def adopt(self, word: str, label: str | None) -> dict[str, Any]:
        """Adds the picture to the project: to New, or kept under a label."""
        held = self._held.get(word)
        self.look(changed=False)
        if self._closed:
            raise SourceError(self._closed)
        adopted = self._project.collect.adopt(held.path, name=held.name, label=label, address=held.address)
        WATCHER.nudge()
        there, image = "It was in the project already, and is " if adopted.was_there else "Added: it is ", adopted.image
        stands = f"kept as {image.label}" if image.state == "kept" else "New"
        return {"image": image.id, "sentence": f"{there}{stands}.", "added": not adopted.was_there}

    @action(background=True)
    def take_out(self, image: int) -> dict[str, Any]:
        """Takes back that a picture was added: its image goes into the trash."""
        self._project.images.trash([image])
        WATCHER.nudge()
        return {"sentence": "Taken back: it is in the trash."}

    @action
    def root(self, number: int) -> None:
        """Goes to another of the roots."""
        if not 0 <= number < len(self._within):
            raise SourceError("That folder is not among those allowed; one of them is needed. Choose one of the list.")
        self._files.go_to(self._within[number])

    # ----

    def _choose(self, chosen: Path | None) -> None:
        if chosen is not None and chosen.is_dir():
            self.trouble(SourceError(f"{legible(chosen.name)} is a folder; the model is asked about one picture. Choose a file in it."))
        elif chosen is not None:
            self._give(chosen)
        self._files.reset()

    def _give(self, source: Path | int) -> None:
        self._source = source
        self._given = {"number": next(self._turns)}

    def _asked(self, version: int | None) -> Model:
        model = self._project.models.production() if version is None else self._project.models.get(version)
        if model is None:
            raise NoModel("No model is in production; predicting needs one. Train, then promote a run.")
        return model

    def _ask(self, path: Path, name: str, version: int | None, *, image: int | None = None, address: str | None = None) -> Answer:
        with ExitStack() as failing:
            failing.callback(self._held.let_go, path)
            self.look(changed=True)  # a model promoted a moment ago, of which the watcher did not tell yet
            model = self._asked(version)
            small = self._picture(path, name)
            predictions = self._predict(path, name, model)
            failing.pop_all()
        facts = {"predictions": predictions, "model": _facts(model), "image": image, "address": address}
        if not self._project.read_only:
            self._last.put(path, name, facts, small.jpeg)
        return self._told(self._held.put(path, name, image=image, address=address), facts, small)

    def _told(self, held: Held, facts: dict[str, Any], small: Any = None) -> Answer:
        """The answer about a picture: what was said of it, what it is, and the picture itself as a JPEG."""
        small = small or self._picture(held.path, held.name)
        header = small.header
        picture = {"width": header.width, "height": header.height, "pages": header.pages, "format": header.format}
        known = self._project.images.get([held.image]) if held.image is not None else []
        stands = {"label": known[0].label, "state": known[0].state} if known else None
        return Answer({**facts, "word": held.word, "name": legible(held.name), "picture": picture, "stands": stands}, [small.jpeg])

    def _picture(self, path: Path, name: str) -> Any:
        from cvwidgets.project.loose import picture_of

        with _naming(name):
            return picture_of(path, longest=LONGEST)

    def _predict(self, path: Path, name: str, model: Model) -> list[dict[str, Any]]:
        with _naming(name):
            return [asdict(one) for one in self._project.predict(path, model=model.version)]


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Says which picture it is that cannot be read."""
    try:
        yield
    except UnreadablePicture as error:
        raise UnreadablePicture(
            f"'{legible(name)[:120]}' cannot be shown to the model. {error} Choose another file, or drop one here."
        ) from error


def _facts(model: Model) -> dict[str, Any]:
    return {"version": model.version, "run": model.run, "name": legible(name_of(model)), "labels": len(model.labels)}
