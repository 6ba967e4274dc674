"""How fast a recipe goes on this machine, as a short trial found it, and what a run will take by that: time, memory, disk."""

from __future__ import annotations

from dataclasses import dataclass

from cvwidgets.recipe import Recipe

STATE = 4
"""The state to go on from holds so many times the weights at most: the weights, their average, and AdamW's two moments."""
BEGINNING = 8.0
"""Seconds until a process has loaded what it computes with."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds per picture of learning, of judging, and of decoding an original the first time.

    `memory` is the most that the trial took, in bytes, Python and its libraries included (of a GPU its own memory alone; None where the
    system does not tell); `weights` is the size of a checkpoint, in bytes.
    """

    learning: float
    judging: float
    decoding: float
    memory: int | None
    weights: int
    device: str
    precision: str
    threads: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a run will take: `seconds` if no epoch ends it early, `memory` and `disk` in bytes; and on which device in which precision."""

    seconds: float
    memory: int | None
    disk: int
    device: str
    precision: str


def expect(pace: Pace, recipe: Recipe, images: tuple[int, int, int]) -> Expectation:
    """What a run by a recipe will take on so many images to train, to choose by, and to test."""
    train, valid, test = images
    whole = recipe.epochs - recipe.head_first
    head = (train + valid) * pace.judging if recipe.head_first else 0.0
    epochs = whole * (train * pace.learning + valid * pace.judging)
    decoding = (train + valid + test) * pace.decoding
    return Expectation(
        seconds=BEGINNING + head + epochs + decoding + test * pace.judging,
        memory=pace.memory,
        disk=pace.weights * (1 + (STATE if whole else 1)),
        device=pace.device,
        precision=pace.precision,
    )
