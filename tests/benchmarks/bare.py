"""A bare widget, for the notebook of page_traffic.py: it sends the thumbnails of a wall in as many messages as the wall does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
from ipywidgets import Widget, widget_serialization
from traitlets import Instance, Int

from cvwidgets import Project
from cvwidgets.widgets import ImageGrid, front


class Bare(anywidget.AnyWidget):
    """Sends `count` thumbnails, held in memory, as soon as it is asked."""

    _esm = "\n".join([front.script("parts/door"), front.script("parts/thumbnails"), Path(__file__).with_name("wall.js").read_text("utf-8")])

    wall = Instance(Widget).tag(sync=True, **widget_serialization)
    count = Int().tag(sync=True)

    def __init__(self, project: Project, count: int) -> None:
        ids = project.images.select(state="new").ids[:count]
        self._thumbnails = list(project.images.thumbnails(ids).values())
        super().__init__(wall=ImageGrid(project.images.select(state="new")), count=len(self._thumbnails))
        self.on_msg(self._send_all)

    def _send_all(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        batch = content["batch"]
        for begin in range(0, self.count, batch):
            self.send({}, self._thumbnails[begin : begin + batch])
