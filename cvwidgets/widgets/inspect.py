"""Where the model is asked: an image in, probabilities out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Dict

from cvwidgets.errors import CvwidgetsError
from cvwidgets.widgets.base import Face
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
    """Kernel → page: version, run and number of labels of the model in production; None when there is none."""

    def __init__(self, project: Project, **traits: Any) -> None:
        self._project = project
        self._uploads = Uploads()
        super().__init__(**traits)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: which model answers."""
        if changed:
            model = self._project.models.production()
            self._model = {"version": model.version, "run": model.run, "labels": len(model.labels)} if model else None

    @action(background=True)
    def upload(self, upload: str, name: str, part: int, of: int, buffers: list) -> Answer:
        """Takes a part of an image; after the last one, what the model says of it.

        A small picture comes along for browsers that cannot show the file.
        """
        path = self._uploads.take(upload, name, part, of, buffers[0] if buffers else b"")
        if path is None:
            return Answer({})
        try:
            predictions = self._project.predict(path)
            facts = {"predictions": [{"label": one.label, "probability": one.probability} for one in predictions], "model": self._model}
            return Answer(facts, [_small(path)])
        finally:
            path.unlink()


def _small(path: Path) -> bytes:
    from cvwidgets.project.loose import thumbnail_of

    try:
        return thumbnail_of(path)
    except CvwidgetsError:
        return b""
