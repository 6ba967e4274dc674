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
NOTHING = "none"
GROUNDS = {False: "#ffffff", True: "#17181b"}
"""The color behind the points, in the light and in the dark look; that of the frame."""


class ImageMap:
    """A scatter of all images that stand on the map; made anew when others do.

    `chosen` is told the ids of what is drawn around; `hovered` the image under the pointer, None for none.
    """

    def __init__(
        self, project: Project, *, dark: bool, height: int, chosen: Callable[[Ids], None], hovered: Callable[[int | None], None]
    ) -> None:
        import jscatter
        import pandas as pd

        found = project.map()
        if not len(found.ids):
            raise ExploreError("No image stands on the map; images with an embedding are needed. Add some, then explore them.")
        self.ids, self.method = found.ids, found.method
        self._chosen, self._hovered, self._marking = chosen, hovered, False
        frame = pd.DataFrame({"x": found.points[:, 0], "y": found.points[:, 1], **_columns(project, found)})
        self._scatter: Any = jscatter.Scatter(data=frame, x="x", y="y", height=height)
        self._scatter.axes(False).background(GROUNDS[dark]).tooltip(False).size(POINT)
        self.color("label")
        self._scatter.legend(True)
        self.widget: Widget = self._scatter.widget
        self.widget.observe(self._was_chosen, "selection")
        self.widget.observe(self._was_hovered, "hovering")

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

    def close(self) -> None:
        """Takes the widget down."""
        self.widget.close()

    def _was_chosen(self, change: Any) -> None:
        if not self._marking:
            points = np.asarray([] if change["new"] is None else change["new"], np.int64)
            self._chosen(self.ids[points])

    def _was_hovered(self, change: Any) -> None:
        point = change["new"]
        self._hovered(int(self.ids[point]) if point is not None and 0 <= point < len(self.ids) else None)


def _columns(project: Project, found: Map) -> dict[str, Any]:
    """A word for each image by each of `COLORINGS`."""
    import pandas as pd

    try:
        suspected = np.isin(found.ids, project.mistakes().ids)
    except ExploreError:
        suspected = np.zeros(len(found.ids), bool)
    parts = project.images.parts(found.ids)
    words = {
        "label": np.where(found.kept, found.labels, NOTHING),
        "state": np.where(found.kept, "kept", "new"),
        "suspected": np.where(suspected, "suspected", "not suspected"),
        "part": np.array([parts.get(image, NOTHING) for image in found.ids.tolist()], dtype=object),
    }
    return {name: pd.Categorical(of) for name, of in words.items()}
