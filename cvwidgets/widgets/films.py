"""What a form asks of videos, as the page sends it."""

from __future__ import annotations

from cvwidgets.frames import Frames
from cvwidgets.widgets.messages import BadQuestion


def frames_of(asked: dict | None) -> Frames | None:
    """What a form asks of videos: {"every": seconds, "scenes": whether, "most": how many}; None for nothing.

    Raises:
        SourceError: a number is none that there can be.
        BadQuestion: it is no such thing.
    """
    if asked is None:
        return None
    every, scenes, most = (asked.get(name) for name in ("every", "scenes", "most"))
    if not _is_number(every) or not isinstance(scenes, bool) or not isinstance(most, int) or isinstance(most, bool):
        raise BadQuestion("What is asked of videos cannot be read. Reload the page.")
    return Frames(float(every), scenes, most)  # type: ignore[arg-type]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
