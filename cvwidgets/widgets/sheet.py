"""A still picture of a wall, for whoever opens the notebook without a kernel."""

from __future__ import annotations

import time
from base64 import b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cvwidgets.widgets.sources import Source

IMAGES = 24
SECONDS = 1.0
"""The time that the cell may wait for it; images that are not there by then are left out."""


def still_picture(source: Source) -> str:
    """The first 24 images as one PNG in base64, about 200 kB; empty when there is nothing to show.

    nbconvert and GitHub show it instead of a widget whose state was not saved. JupyterLab prefers the widget in a trusted notebook.
    """
    from cvwidgets.project.loose import contact_sheet

    thumbnails: list[bytes] = []
    until = time.monotonic() + SECONDS
    for position in range(min(len(source), IMAGES)):
        thumbnails += [one for one in source.thumbnails([position]) if isinstance(one, bytes)]
        if time.monotonic() > until:
            break
    return b64encode(contact_sheet(thumbnails)).decode("ascii") if thumbnails else ""
