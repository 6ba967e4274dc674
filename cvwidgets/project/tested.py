"""The test images of a run as it saw them: what each is, what was said of it, and small pictures of some."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets.learn.said import FOLDER, read_said
from cvwidgets.project.thumbnails import Thumbnails, opened
from cvwidgets.report import Cell, Shown, in_turns
from cvwidgets.report.choosing import EXAMPLES, ROOM, doors, room_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from cvwidgets.evaluation import Evaluation
    from cvwidgets.project.run import Run
    from cvwidgets.store import Store

    Numbers = npt.NDArray[np.int64]

SIDE, LARGE_SIDE, QUALITY = 112, 192, 72
"""Short sides in pixels of pictures behind cells, about 4 kB each, and of examples; and the quality of their JPEG."""
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Tested:
    """Test images (n,) by their hashes, with the numbers of the true and the said label, int64, and both probabilities, float32.

    `of_truth` is NaN where the label is not among those that were kept of an answer.
    """

    labels: tuple[str, ...]
    keys: tuple[str, ...]
    truth: Numbers
    said: Numbers
    confidence: npt.NDArray[np.float32]
    of_truth: npt.NDArray[np.float32]


def read_tested(run: Run, labels: Sequence[str], under: Mapping[str, str]) -> Tested | None:
    """What the run said of its test images; None where that was not kept, or does not fit its labels.

    `under` is the label of each image of its snapshot, by hash.
    """
    import numpy as np

    said = read_said(run.folder / FOLDER / "test.npz")
    number = {label: at for at, label in enumerate(labels)}
    if said is None or not len(said.keys) or not said.labels.size or said.labels.max() >= len(labels):
        return None
    if not all(under.get(key) in number for key in said.keys):
        return None
    truth = np.array([number[under[key]] for key in said.keys], np.int64)
    is_own = said.labels == truth[:, None]
    own = np.where(is_own, said.probabilities, 0).max(axis=1).astype(np.float32)
    return Tested(
        labels=tuple(labels),
        keys=said.keys,
        truth=truth,
        said=said.labels[:, 0].astype(np.int64),
        confidence=said.probabilities[:, 0].astype(np.float32),
        of_truth=np.where(is_own.any(axis=1), own, np.float32("nan")),
    )


class Showing:
    """Makes the pictures that a report shows.

    Args:
        store: Where thumbnails and names are.
        tested: What there is to show.
        tick: Told how many pictures are made, and of how many at most; what it raises breaks off.
    """

    def __init__(self, store: Store, tested: Tested, tick: Callable[[int, int], None] | None) -> None:
        self._store = store
        self._tested = tested
        self._tick = tick

    def cells(self, evaluation: Evaluation) -> tuple[Cell, ...]:
        """The cells that can be opened, with as many pictures as there is room for: the surest wrong ones, the least sure right ones."""
        import numpy as np

        found, chosen = self._tested, doors(evaluation.confusion)
        order = np.argsort(-found.confidence, kind="stable")
        cell_of = dict[tuple[int, int], list[int]]()
        for at in order.tolist():
            cell_of.setdefault((int(found.truth[at]), int(found.said[at])), []).append(at)
        members = [cell_of.get(cell, [])[:: -1 if cell[0] == cell[1] else 1] for cell in chosen]
        shown: list[list[Shown]] = [[] for _ in chosen]
        turns, room = in_turns([len(one) for one in members]), ROOM
        with closing(self._show([members[cell][place] for cell, place in turns], SIDE)) as pictures:
            for done, ((cell, _), one) in enumerate(zip(turns, pictures, strict=True), 1):
                room -= room_of(one.jpeg or b"")
                if room < 0:
                    break
                shown[cell].append(one)
                if self._tick is not None:
                    self._tick(done, len(turns))
        return tuple(
            Cell(truth, said, evaluation.confusion[truth][said], tuple(some)) for (truth, said), some in zip(chosen, shown, strict=True)
        )

    def surest(self, *, right: bool) -> tuple[Shown, ...]:
        """The answers that were given with most confidence, of those that are right or of those that are wrong."""
        import numpy as np

        found = self._tested
        here = np.flatnonzero((found.truth == found.said) == right)
        return tuple(self._show(here[np.argsort(-found.confidence[here], kind="stable")][:EXAMPLES].tolist(), LARGE_SIDE))

    def _show(self, positions: Sequence[int], side: int) -> Generator[Shown, None, None]:
        with closing(Thumbnails(self._store)) as thumbnails:
            for begin in range(0, len(positions), AT_ONCE):
                some = positions[begin : begin + AT_ONCE]
                ids = self._store.images.by_hash([self._tested.keys[at] for at in some])
                names = {image.id: image.path.name for image in self._store.images.get([*ids.values()])}
                pictures = thumbnails.get(ids.values())
                for at in some:
                    image = ids.get(self._tested.keys[at], -1)
                    yield self._shown(at, names.get(image, ""), _small(pictures.get(image), side))

    def _shown(self, at: int, name: str, jpeg: bytes | None) -> Shown:
        found = self._tested
        of_truth = float(found.of_truth[at])
        return Shown(
            name=name,
            truth=found.labels[found.truth[at]],
            said=found.labels[found.said[at]],
            confidence=float(found.confidence[at]),
            of_truth=of_truth if of_truth == of_truth else None,  # NaN is not equal to itself
            jpeg=jpeg,
        )


def _small(thumbnail: bytes | None, side: int) -> bytes | None:
    """A picture with a short side of so many pixels, and the long one at most twice that."""
    picture = opened(thumbnail)
    if picture is None:
        return None
    scale = min(1.0, side / min(picture.size), 2 * side / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    memory = io.BytesIO()
    picture.draft("RGB", size)
    picture.convert("RGB").resize(size).save(memory, "JPEG", quality=QUALITY, optimize=True)
    return memory.getvalue()
