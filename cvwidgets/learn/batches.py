"""Batches for the model: in an order that seed and epoch decide, read ahead in threads, pictures that cannot be read left out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from cvwidgets.augmentation import Augmentation
from cvwidgets.errors import TrainingFailed, UnreadablePicture
from cvwidgets.learn.augment import augment
from cvwidgets.learn.collection import Item
from cvwidgets.learn.decoded import Decoded
from cvwidgets.learn.team import ALONE, Team
from cvwidgets.records import Part, Refused
from cvwidgets.vision import TestTransform, read_ahead

if TYPE_CHECKING:
    from PIL import Image

    from cvwidgets.learn.collection import Collection

CPU_JUDGING_BATCH = 8
"""A CPU judges small batches as fast as large ones."""
GPU_JUDGING_BATCH = 64
Array = np.ndarray[Any, Any]
MOST_LEFT_OUT = 0.1
"""Share of the pictures that may turn out unreadable before training is called off; the first five never do it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures as the model is given them, float32 (n, 3, height, width), their labels' numbers, int64 (n), and their keys.

    Of `Batches.forms` there are several pixels to a label and a key.
    """

    pixels: torch.Tensor
    labels: torch.Tensor
    keys: tuple[str, ...]


@dataclass(slots=True)
class Batches:
    """Makes the batches of a run from a collection, of a team its share of each; `left_out` grows by each picture that cannot be read."""

    collection: Collection
    decoded: Decoded
    transform: TestTransform
    device: torch.device
    memory_format: torch.memory_format
    augmentations: tuple[Augmentation, ...]
    seed: int
    team: Team = ALONE
    left_out: dict[str, Refused] = field(default_factory=dict)

    def leave_out_missing(self) -> None:
        """Looks for every original before anything is learnt, so that a moved folder is said at once.

        Raises:
            TrainingFailed: too many are gone.
        """
        for item in chain(*self.collection.parts.values()):
            if item.path and not item.path.exists() and not self.decoded.has(item):
                self._leave_out(item, UnreadablePicture("the file is gone"))

    def steps(self, epoch: int, batch_size: int, accumulation: int) -> list[list[Array]]:
        """The rows of the training part, shuffled and cut into steps of nearly the same size, each into batches, none above `batch_size`.

        The steps hang on `batch_size` times `accumulation` alone.
        """
        count = len(self.collection.parts["train"])
        order = np.random.default_rng([self.seed, epoch]).permutation(count)
        steps = np.array_split(order, -(-count // (batch_size * accumulation)))
        return [np.array_split(step, -(-len(step) // batch_size)) for step in steps]

    def training(self, plan: Sequence[Array], epoch: int) -> Iterator[Batch]:
        """The batches of a plan (or of what is left of it), augmented."""
        items = self.collection.parts["train"]

        def prepare(row: int) -> Array:
            return self._vary(self.decoded.wide(items[row]), epoch, row) if self.augmentations else self.decoded.exact(items[row])

        return self._stream(items, plan, prepare)

    def varies(self, part: Part) -> bool:
        """Whether the pictures of a part are varied, and so kept whole, to be cropped at random, not as the test transform makes them."""
        return part == "train" and bool(self.augmentations)

    def forms(self, part: Part, rows: Sequence[int]) -> Iterator[Batch]:
        """The batches of some rows of a part, in order; where the part is varied, after each picture itself comes a variation of it.

        `pixels` are (n · forms, 3, height, width). The chance of a variation hangs on the seed and the picture, not on its row, which new
        pictures shift. What is varied is made from what is kept to be cropped.
        """
        items = self.collection.parts[part]

        def prepare(row: int) -> Array:
            if not self.varies(part):
                return self.decoded.exact(items[row])
            image, number = self.decoded.wide(items[row]), int.from_bytes(sha256(items[row].key.encode()).digest()[:8])
            return np.stack([self.transform.pixels(np.array(image)).numpy(), self._vary(image, 0, number).transpose(2, 0, 1)])

        return self._stream(items, self._small(np.array(rows, np.int64)), prepare)

    def plain(self, part: Part) -> Iterator[Batch]:
        """The batches of a part in order, as the test transform makes them; small, so that Stop is soon answered.

        The test part is asked once, so its pictures are not kept in the cache.
        """
        items = self.collection.parts[part]
        return self._stream(items, self._small(np.arange(len(items))), lambda row: self.decoded.exact(items[row], keep=part != "test"))

    def _small(self, rows: Array) -> list[Array]:
        return np.array_split(rows, max(1, -(-len(rows) // (judging_batch(self.device) * self.team.of))))

    def _vary(self, image: Image.Image, *chance: int) -> Array:
        return augment(image, self.transform, self.augmentations, chance=np.random.default_rng([self.seed, *chance]))

    def _stream(self, items: Sequence[Item], plan: Sequence[Array], prepare: Any) -> Iterator[Batch]:
        def guarded(row: int) -> tuple[int, Array | None]:
            try:
                return row, prepare(row)
            except (UnreadablePicture, OSError) as error:
                self._leave_out(items[row], error)
                return row, None

        plan = [self.team.share(batch) for batch in plan]
        rows = (int(row) for batch in plan for row in batch)
        threads = loader_threads(self.device)
        ready = read_ahead(guarded, rows, threads=threads, ahead=2 * threads + 2 * max((len(b) for b in plan), default=1))
        try:
            for batch in plan:
                yield self._collate(items, [(row, array) for row, array in islice(ready, len(batch)) if array is not None])
        finally:
            ready.close()  # type: ignore[attr-defined]

    def _collate(self, items: Sequence[Item], rows: list[tuple[int, Array]]) -> Batch:
        labels = torch.tensor([items[row].label for row, _ in rows], device=self.device)
        if not rows:
            return Batch(torch.empty(0, 3, *self.transform.size, device=self.device), labels, ())
        pixels = torch.from_numpy(np.stack([array for _, array in rows])).to(self.device)
        if pixels.dtype == torch.uint8:
            pixels = pixels.permute(0, 3, 1, 2)
        pixels = self.transform.normalize(pixels.flatten(0, -4)).contiguous(memory_format=self.memory_format)
        return Batch(pixels, labels, tuple(items[row].key for row, _ in rows))

    def tell_left_out(self) -> None:
        """Tells all processes of a team what each could not read.

        Raises:
            TrainingFailed: together they are too many.
        """
        for found in self.team.gather(self.left_out):
            self.left_out |= found
        self._need_most()

    def _leave_out(self, item: Item, error: Exception) -> None:
        self.left_out[item.key] = Refused(item.name, str(error))
        self._need_most()

    def _need_most(self) -> None:
        total = sum(map(len, self.collection.parts.values()))
        if len(self.left_out) > max(5, MOST_LEFT_OUT * total):
            last = [*self.left_out.values()][-1]
            raise TrainingFailed(
                f"{len(self.left_out)} of {total} pictures cannot be read (the last: {last.path}: {last.reason}). "
                "Training needs nine in ten of them. Bring the files back or relink them, then start again."
            )


def judging_batch(device: torch.device) -> int:
    """How many pictures are judged at once."""
    return CPU_JUDGING_BATCH if device.type == "cpu" else GPU_JUDGING_BATCH


def loader_threads(device: torch.device) -> int:
    """How many threads read ahead: few beside a CPU's own computing, many to feed a GPU."""
    cores = max(1, (os.cpu_count() or 1) // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))  # a launcher sets it
    return max(1, min(2, cores // 2)) if device.type == "cpu" else min(16, cores)
