"""How frames are taken out of a video, and which files are videos by their name."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cvwidgets.errors import SourceError

SUFFIXES = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi")
MOST = 100_000
LEAST_SECONDS, LONGEST_SECONDS = 0.01, 86_400.0


@dataclass(frozen=True, slots=True)
class Frames:
    """One frame `every` so many seconds, or with `scenes` one whenever the scene has changed; at most so many as `most` of one video.

    Raises:
        SourceError: a value is none that there can be.
    """

    every: float = 1.0
    scenes: bool = False
    most: int = 1000

    def __post_init__(self) -> None:
        if not (math.isfinite(self.every) and LEAST_SECONDS <= self.every <= LONGEST_SECONDS):
            raise SourceError(
                f"A frame is asked for every {self.every:g} s; {LEAST_SECONDS:g} s to a day can be had. Ask for another number of seconds."
            )
        if not 1 <= self.most <= MOST:
            raise SourceError(f"{self.most:,} frames of a video are asked for; 1 to {MOST:,} can be had. Ask for another number.")


def is_video(name: str) -> bool:
    """Tells videos that are read by their name."""
    return name.lower().endswith(SUFFIXES)
