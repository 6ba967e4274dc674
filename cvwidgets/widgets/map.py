"""The map of the images, by jupyter-scatter: what is drawn around on it goes to the wall, what is selected there is marked on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from cvwidgets.errors import ExploreError

if TYPE_CHECKING:
    import numpy.typing as npt
    from ipywidgets import Widget

    from cvwidgets.project import Map, Project

    Ids = npt.NDArray[np.int64]

COLORINGS = {"label": "By label", "state": "By state", "suspected": "Suspected or not", "part": "By part of the split"}
"""What the points may be colored by, with its words."""

POINT = 6
"""Pixels across a point."""
MARGIN = 1.2
"""So much wider than the images lie apart is what the map shows at first: there is room to draw around those on the edge."""
HANDLING = {
    "actionKeyMap": {"lasso": "shift", "merge": "meta", "remove": "alt"},  # jupyter-scatter takes the first one away
    "deselectOnEscape": False,  # wherever on the page it was pressed
}
"""What keys do on the map: by Shift one draws around points in either mode, by Cmd or Alt more are chosen, or fewer."""
GROUNDS = {False: "#ffffff", True: "#17191c"}
"""The color behind the points, in the light and in the dark look; that of the frame."""


class ImageMap:
    """A scatter of all images where `found` says that they stand; made anew when others do, or elsewhere.

    `chosen` is told the ids of what is drawn around. What a pointer does on it, `mouse_mode` of the widget, is for the page to change.
    """

    def __init__(self, project: Project, found: Map, *, dark: bool, height: int, chosen: Callable[[Ids], None]) -> None:
        import jscatter
        import pandas as pd

        if not len(found.ids):
            raise ExploreError("No image stands on the map; images with an embedding are needed. Add some, then explore them.")
        self.ids, self._found, self._dark = found.ids, found, dark
        self._chosen, self._marking = chosen, False
        frame = pd.DataFrame({"x": found.points[:, 0], "y": found.points[:, 1], **_columns(project, found)})
        across, down = _bounds(found.points)
        self._scatter: Any = jscatter.Scatter(data=frame, x="x", y="y", x_scale=across, y_scale=down, height=height)
        self._scatter.axes(False).background(GROUNDS[dark]).tooltip(False).size(POINT).reticle(False).mouse("lasso")
        self.color("label")
        self._scatter.legend(True).options(regl_scatterplot_options=HANDLING)
        self.widget: Widget = self._scatter.widget
        self.widget.toolbar_buttons = []
        self.widget.observe(self._was_chosen, "selection")

    def shows(self, found: Map, *, dark: bool) -> bool:
        """Whether it is still the one of these images, with the labels that they have, and of this look."""
        here = self._found
        same = all(np.array_equal(getattr(here, name), getattr(found, name)) for name in ("ids", "points", "kept", "labels"))
        return same and here.method == found.method and self._dark == dark

    def color(self, by: str) -> None:
        """Colors the points by one of `COLORINGS`."""
        self._scatter.color(by=by)

    def mark(self, ids: Ids) -> None:
        """Marks images on the map, without telling that they were chosen there."""
        self._marking = True
        try:
            self._scatter.selection(np.flatnonzero(np.isin(self.ids, ids)))
        finally:
            self._marking = False

    def image_at(self, point: int) -> int | None:
        """The image that a point stands for, by its number among all points."""
        return int(self.ids[point]) if 0 <= point < len(self.ids) else None

    def show_whole(self) -> None:
        """Moves the view back to all points."""
        self._scatter.widget.reset_view()  # at once: a glide ends where its last frame happens to be

    def close(self) -> None:
        """Takes the widget down."""
        self.widget.close()

    def _was_chosen(self, change: Any) -> None:
        if not self._marking:
            points = np.asarray([] if change["new"] is None else change["new"], np.int64)
            self._chosen(self.ids[points])


def _bounds(points: npt.NDArray[np.float32]) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ends of both axes: equally long, since distances say how alike images are, with the images in the middle."""
    low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
    reach = MARGIN * max(float((high - low).max()), 1e-6) / 2
    (x, y) = ((low + high) / 2).tolist()
    return (x - reach, x + reach), (y - reach, y + reach)


def _columns(project: Project, found: Map) -> dict[str, Any]:
    """A word for each image by each of `COLORINGS`."""
    import pandas as pd

    try:
        suspected = np.isin(found.ids, project.mistakes().ids)
    except ExploreError:
        suspected = np.zeros(len(found.ids), bool)
    parts = project.images.parts(found.ids)
    words = {
        "label": np.where(found.kept, found.labels, "not kept"),
        "state": np.where(found.kept, "kept", "new"),
        "suspected": np.where(suspected, "suspected", "not suspected"),
        "part": np.array([parts.get(image, "not in the split") for image in found.ids.tolist()], dtype=object),
    }
    return {name: pd.Categorical(of) for name, of in words.items()}
