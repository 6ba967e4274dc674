"""Where the model is asked: an image in, probabilities out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Dict

from cvwidgets.errors import CvwidgetsError, UnreadablePicture
from cvwidgets.model import Model, name_of
from cvwidgets.widgets.asked import LastAsked
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.chooser import legible
from cvwidgets.widgets.messages import Answer, action
from cvwidgets.widgets.uploads import Uploads
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project


class InspectPanel(Face):
    """Asks the model in production what an image shows: drop one, or choose a file.

    Args:
        project: Whose model.
    """

    stem = "inspect"

    _model = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: version, run, name and number of labels of the model in production; None when there is none."""

    def __init__(self, project: Project, **traits: Any) -> None:
        self._project = project
        self._uploads = Uploads()
        self._last = LastAsked(project.folder, by=project.by)
        super().__init__(**traits)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: which model answers."""
        if changed:
            model = self._project.models.production()
            self._model = _facts(model) if model else None

    @action(background=True)
    def upload(self, upload: str, name: str, part: int, of: int, buffers: list) -> Answer:
        """Takes a part of an image; after the last one, what the model says of it.

        A small picture comes along for browsers that cannot show the file.
        """
        path = self._uploads.take(upload, name, part, of, buffers[0] if buffers else b"")
        if path is None:
            return Answer({})
        try:
            predictions = self._predict(path, name)
            self.look(changed=True)  # a model promoted a moment ago, of which the watcher did not tell yet
            facts = {"predictions": predictions, "model": self._model}
            small = _small(path)
            if not self._project.read_only:
                self._last.put(path, name, facts, small)
            return Answer(facts, [small])
        finally:
            path.unlink()

    @action(background=True)
    def last(self) -> Answer:
        """The picture that was asked about last, with its name and what the model said then; an empty answer when there is none.

        The buffers are the small copy and the file as it came.
        """
        asked = self._last.get()
        return Answer({"name": asked.name, **asked.facts}, [asked.small, asked.picture]) if asked else Answer({})

    @action(background=True)
    def warm(self) -> None:
        """Lets the worker load the model in production, so that the first answer takes no longer than the others."""
        if self._project.models.production():
            # A file that is not there: the worker loads the model before it looks, and has nothing to read then.
            list(self._project.predict_many([self._project.folder / "cache" / "inspect" / "no-picture"]))

    def _predict(self, path: Path, name: str) -> list[dict[str, Any]]:
        try:
            return [{"label": one.label, "probability": one.probability} for one in self._project.predict(path)]
        except UnreadablePicture as error:
            raise UnreadablePicture(
                f"'{name[:120]}' cannot be shown to the model. {error} Choose another file, or drop one here."
            ) from error


def _facts(model: Model) -> dict[str, Any]:
    return {"version": model.version, "run": model.run, "name": legible(name_of(model)), "labels": len(model.labels)}


def _small(path: Path) -> bytes:
    from cvwidgets.project.loose import thumbnail_of

    try:
        return thumbnail_of(path)
    except CvwidgetsError:
        return b""
