"""Faults of a picture itself, whatever it shows: dark, bright, blurred, low in information, odd in size or shape.

`measure` looks at one picture once, cheaply, and its record is worth keeping; `find_faults` judges any number of records at once.
The names are cleanvision's vocabulary ("light" is called bright here).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt

from cvwidgets.errors import ExploreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

FaultName = Literal["dark", "bright", "blurred", "low_information", "odd_size", "odd_aspect"]
FAULTS: tuple[FaultName, ...] = get_args(FaultName)

THRESHOLDS: Mapping[FaultName, float] = {
    "dark": 0.68,
    "bright": 0.82,
    "blurred": 0.83,
    "low_information": 0.8,
    "odd_size": 0.5,
    "odd_aspect": 0.5,
}
"""From which score on a picture has the fault. Chosen on a dozen each of trashnet, blood-cell, raccoon, kudzu pictures, good and spoiled:
of the good ones none lay above 0.80 for blurred, of the same blurred by a Gaussian of 3 px none below 0.85."""

MEASURE = np.dtype([(name, np.float32) for name in ("width", "height", "darkest", "brightest", "blur", "information")])
"""What is kept of one picture, 24 bytes: width and height of the original (pixels), the brightness below which 5% and 95% of its pixels
lie, its blur, its information (all 0..1)."""

Measures = npt.NDArray[np.void]

_WINDOW = 9
_GRAIN = 2.0
"""Gray levels (of 255) by which neighboring pixels differ where nothing is shown: noise, and the blocks of JPEG, which are sharp."""
_FEW_EDGES = 0.01
"""Gray levels beyond that, on the average: a picture with no more than these, though it is not even, has lost its edges."""
_EVEN = 3.0
"""Gray levels of standard deviation below which a picture is an even surface, neither sharp nor blurred."""
_SIDE = 64
_MOST_BITS = 12.0
"""Of a 64 px picture: every pixel with a slope of its own."""
_FEWEST = 5
"""So many images are needed to say what is usual among them."""
_USUAL_SIZE, _USUAL_ASPECT = 4.0, 3.0
"""Times the usual side, or the usual shape, from which on a picture is odd even where all others are alike."""
_SPREADS = 3.5


@dataclass(frozen=True, slots=True)
class Faults:
    """`scores` float32 (n, 6), 0..1, 1 the worst; `masks` bool (n, 6), whether it counts as a fault; columns in the order of FAULTS."""

    scores: npt.NDArray[np.float32]
    masks: npt.NDArray[np.bool_]

    def score(self, name: FaultName) -> npt.NDArray[np.float32]:
        """The scores (n,) of one fault."""
        return self.scores[:, FAULTS.index(name)]

    def mask(self, name: FaultName) -> npt.NDArray[np.bool_]:
        """Which of the images (n,) have one fault."""
        return self.masks[:, FAULTS.index(name)]


def measure(image: Image, *, size: tuple[int, int] | None = None) -> Measures:
    """Looks at one upright picture, a thumbnail at best: a record () of dtype MEASURE; many are put together by `np.stack`.

    `size` is width and height of the original where `image` is its thumbnail. Blur is what one sees at the size of a thumbnail.
    """
    from cvwidgets.pictures.thumbnails import shrink

    gray = shrink(image).convert("L")
    pixels = np.asarray(gray, np.float32)
    darkest, brightest = np.percentile(pixels, (5, 95)) / 255
    width, height = size or image.size
    return np.array((width, height, darkest, brightest, _blur(pixels), _information(gray)), MEASURE)


def find_faults(measures: Measures | Sequence[Measures], *, thresholds: Mapping[FaultName, float] | None = None) -> Faults:
    """Judges measured pictures (n,): the first four faults each by itself, size and shape beside the other pictures given.

    `thresholds` replaces some of THRESHOLDS. Fewer than 5 pictures are too few to say what size or shape is odd.

    Raises:
        ExploreError: what is given are no measures.
    """
    given = np.atleast_1d(np.asarray(measures if len(measures) else np.zeros(0, MEASURE)))
    if given.dtype != MEASURE or given.ndim != 1:
        raise ExploreError(
            f"An array of {given.dtype} {given.shape} came to be judged; it must be one row of measures. Make them by measure(image)."
        )
    limits = {**THRESHOLDS, **(thresholds or {})}
    with np.errstate(divide="ignore", invalid="ignore"):
        sides, shapes = np.log(np.sqrt(given["width"] * given["height"])), np.abs(np.log(given["width"] / given["height"]))
    columns = {
        "dark": 1 - given["brightest"],
        "bright": given["darkest"],
        "blurred": given["blur"],
        "low_information": 1 - given["information"],
        "odd_size": _oddness(sides, _USUAL_SIZE),
        "odd_aspect": np.minimum(_oddness(shapes, _USUAL_ASPECT), _beyond(shapes / np.log(_USUAL_ASPECT))),
    }
    scores = np.stack([np.clip(np.nan_to_num(columns[name]), 0, 1) for name in FAULTS], axis=1).astype(np.float32)
    return Faults(scores=scores, masks=scores >= np.array([limits[name] for name in FAULTS], np.float32))


def _blur(pixels: npt.NDArray[np.float32]) -> float:
    """How little a picture loses by being blurred, 0 sharp to 1: in the worse of both directions.

    F. Crété et al., The Blur Effect: Perception and Estimation with a New No-Reference Perceptual Blur Metric, 2007. Strong edges count
    most, so that one thing in focus before a soft background is sharp.
    """
    return max(_blur_along(pixels), _blur_along(pixels.T))


def _blur_along(pixels: npt.NDArray[np.float32]) -> float:
    if pixels.shape[1] <= _WINDOW or pixels.std() < _EVEN:
        return 0.0
    swings = np.abs(np.diff(pixels, axis=1))
    edges = np.maximum(swings - _GRAIN, 0)
    sums = np.cumsum(np.pad(pixels, ((0, 0), (_WINDOW // 2 + 1, _WINDOW // 2)), mode="edge"), axis=1)
    softened = np.abs(np.diff(sums[:, _WINDOW:] - sums[:, :-_WINDOW], axis=1)) / _WINDOW
    return float(1 - np.maximum(edges - softened, 0).mean() / (edges.mean() + _FEW_EDGES))


def _information(gray: Image) -> float:
    """The entropy of a small picture's slopes, 0 an even surface to 1; grain and compression, which say nothing, are averaged away.

    K. Larkin, Reflections on Shannon Information: In Search of a Natural Information-Entropy for Images, 2016.
    """
    from PIL import Image as Pictures

    small = np.asarray(gray.resize((_SIDE, _SIDE), Pictures.Resampling.BOX), np.int32)
    along, down = small[:-1, 1:] - small[:-1, :-1], small[1:, :-1] - small[:-1, :-1]
    _, counts = np.unique((along + 256) * 512 + down + 256, return_counts=True)
    shares = counts / counts.sum()
    return float(-(shares * np.log2(shares)).sum() / _MOST_BITS)


def _oddness(logarithms: npt.NDArray[np.float32], usual: float) -> npt.NDArray[np.float32]:
    """How far values (n,) lie from their median, 0..1: 0.5 at `usual` times it, or farther out where the values themselves spread wide."""
    known = logarithms[np.isfinite(logarithms)]
    if len(known) < _FEWEST:
        return np.zeros(len(logarithms), np.float32)
    away = np.abs(logarithms - np.median(known))
    spread = 1.4826 * np.median(np.abs(known - np.median(known)))
    return _beyond(away / max(np.log(usual), _SPREADS * spread))


def _beyond(ratio: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """0 at 0, 0.5 at 1, towards 1."""
    return np.asarray(1 - np.exp2(-np.square(ratio)), np.float32)
