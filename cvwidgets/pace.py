"""How fast a recipe goes on this machine, as a short trial found it, and what a run will take by that: time, memory, disk."""

from __future__ import annotations

from dataclasses import dataclass

from cvwidgets.recipe import Recipe

STATE = 4
"""The state to go on from holds so many times the weights at most: the weights, their average, and AdamW's two moments."""
BEGINNING = 8.0
"""Seconds until a process has loaded what it computes with."""
SAID = 65
"""Bytes that what is said of an image takes, which is kept for each epoch and, of the test images, at the end."""
LINE, EVENT, EVENTS = 140, 170, 10_000
"""Bytes that a step takes as a line of the run and as values for TensorBoard, which is told of so many steps at most."""
HEAD_BATCH = 8
"""While the head is learnt there is a line for so many images, at least."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds per picture of learning, of judging, and of decoding an original the first time.

    `memory` is the most that the trial took, in bytes, Python and its libraries included (of a GPU its own memory alone; None where the
    system does not tell); `weights` is the size of a checkpoint, in bytes. So are what the cache keeps of a picture: `exact` as it is
    judged, `wide` to be cropped at random (the mean of some), `features` those that the head is learnt from.
    """

    learning: float
    judging: float
    decoding: float
    memory: int | None
    weights: int
    exact: int
    wide: int
    features: int
    device: str
    precision: str
    threads: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a run will take at most: `seconds` if no epoch ends it early, `memory` and `disk` in bytes; on which device in which precision.

    `cache` is what it adds to the project's cache, in bytes, where nothing of its pictures is there yet.
    """

    seconds: float
    memory: int | None
    disk: int
    cache: int
    device: str
    precision: str


def expect(pace: Pace, recipe: Recipe, images: tuple[int, int, int], *, room: float = float("inf")) -> Expectation:
    """What a run by a recipe will take on so many images to train, to choose by, and to test; `room`: bytes that the cache may hold."""
    train, valid, test = images
    whole = recipe.epochs - recipe.head_first
    head = (train + valid) * pace.judging if recipe.head_first else 0.0
    epochs = whole * (train * pace.learning + valid * pace.judging)
    decoding = (train + valid + test) * pace.decoding
    return Expectation(
        seconds=BEGINNING + head + epochs + decoding + test * pace.judging,
        memory=pace.memory,
        disk=pace.weights * (1 + (STATE if whole else 1)) + _written(recipe, images),
        cache=round(min(_cached(pace, recipe, images), room)),
        device=pace.device,
        precision=pace.precision,
    )


def _written(recipe: Recipe, images: tuple[int, int, int]) -> int:
    """Bytes of what a run says beside its weights: of each image in each epoch, and of each step."""
    train, valid, test = images
    steps = (recipe.epochs - recipe.head_first) * -(-train // (recipe.batch_size * recipe.accumulation))
    lines = steps + ((train + valid) // HEAD_BATCH if recipe.head_first else 0)
    return SAID * (recipe.epochs * valid + test) + LINE * lines + EVENT * min(steps, EVENTS)


def _cached(pace: Pace, recipe: Recipe, images: tuple[int, int, int]) -> int:
    """Bytes of the decoded pictures that are kept, those of the test aside, and of the features that the head is learnt from."""
    train, valid, _ = images
    forms = 2 if recipe.augmentations else 1
    features = pace.features * (forms * train + valid) if recipe.head_first else 0
    return train * (pace.wide if recipe.augmentations else pace.exact) + valid * pace.exact + features
