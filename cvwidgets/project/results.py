"""What a model said of very many files: filtered, sorted and counted without asking it again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cvwidgets.errors import FilterError
from cvwidgets.project.unchanged import Unchanged

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.store import Store

    Numbers = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

VALUES = ("confidence", "margin", "entropy")
ORDERS = {
    "listed": "as listed",
    "-confidence": "most certain first",
    "confidence": "least certain first",
    "margin": "closest to another label first",
    "-margin": "farthest from another label first",
    "-entropy": "most undecided first",
    "entropy": "least undecided first",
    "name": "by name",
    "-name": "by name, backwards",
}
"""The orders that there are, with their words; rows that are equal stay in the order in which they were listed."""
BARS = 40


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """What rows must have, all of it, and their order.

    Attributes:
        labels: The labels said; one of them is enough, and none asks nothing.
        inverted: All labels but these.
        low: The least confidence, 0..1, itself included.
        high: The highest.
        wrong: Only where another label is said than the one that keeps the image today.
        unread: Only files that could not be read; of these all else asks nothing.
        sort: One of `ORDERS`.

    Raises:
        FilterError: a field holds what it cannot.
    """

    labels: tuple[str, ...] = ()
    inverted: bool = False
    low: float = 0.0
    high: float = 1.0
    wrong: bool = False
    unread: bool = False
    sort: str = "listed"

    def __post_init__(self) -> None:
        given: object = self.labels  # it may come from a page
        labels = (given,) if isinstance(given, str) else given
        if not isinstance(labels, (list, tuple)) or not all(isinstance(label, str) for label in labels):
            raise FilterError("The labels to look for are no names. Give a list of them.")
        object.__setattr__(self, "labels", tuple(labels))
        for name in ("inverted", "wrong", "unread"):
            if not isinstance(getattr(self, name), bool):
                raise FilterError(f"{name!r} is true or false; it is neither. Give one of them.")
        for name in ("low", "high"):
            end = getattr(self, name)
            if isinstance(end, bool) or not isinstance(end, (int, float)) or not 0 <= end <= 1:
                raise FilterError(f"A confidence lies from 0 to 1; {str(end)[:40]!r} is given as {name!r}. Give one that does.")
        if self.low > self.high:
            raise FilterError(f"No confidence lies from {self.low:g} to {self.high:g}; the lower end comes first. Turn them round.")
        if self.sort not in ORDERS:
            raise FilterError(f"There is no order {str(self.sort)[:40]!r}; there are {', '.join(ORDERS)}. Give one of them.")

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON."""
        return {**asdict(self), "labels": list(self.labels)}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """The filter of what `to_json` gave; what is missing asks nothing.

        Raises:
            FilterError: a field is unknown, or holds what it cannot.
        """
        known = [field.name for field in fields(cls)]
        if unknown := [name for name in facts if name not in known]:
            raise FilterError(f"Results have no {str(unknown[0])[:40]!r} to filter by; they have {', '.join(known)}. Give those alone.")
        return cls(**facts)


class Results:
    """The rows of one analysis as they are on disk, and how they stand to the images of today.

    Any thread may ask. What depends on the catalog is asked of it again only when that has changed.

    Args:
        store: The project's.
        folder: That of the analysis.
        labels: What the model can say, in the order of its outputs.
    """

    def __init__(self, store: Store, folder: Path, labels: tuple[str, ...]) -> None:
        from cvwidgets.store.results import read_rows

        self.labels = labels
        self._store = store
        self._folder = folder
        self._lock = threading.RLock()
        self._rows = read_rows(folder)
        self._listed: tuple[list[str], Numbers, Numbers] | None = None
        # Files come seldom, decisions often: which images the rows are is found anew after arrivals alone.
        self._arrived = Unchanged(lambda: (self.of, store.images.arrivals_stamp()), self._find_ids)
        self._ids = Unchanged(lambda: (self.of, store.version()), self._arrived)
        self._truth = Unchanged(lambda: (self.of, store.version()), self._find_truth)
        self._wrong = Unchanged(lambda: (len(self.rows), store.version()), self._find_wrong)
        self._counts = Unchanged(lambda: (len(self.rows), store.version()), self._count)
        self._orders: dict[str, Numbers] = {}

    # ---- what there is

    @property
    def rows(self) -> npt.NDArray[np.void]:
        """The rows so far: see `store.results.ROW`."""
        from cvwidgets.store.results import count_rows, read_rows

        with self._lock:
            if count_rows(self._folder) != len(self._rows):
                self._rows, self._orders = read_rows(self._folder), {}
            return self._rows

    @property
    def paths(self) -> list[str]:
        """The files that the rows are, or will be, about; none as long as they are being listed."""
        return self._list[0]

    def file_of(self, row: int) -> Path:
        """The file of a row: where it was listed, or where the project knows its image now that it was moved."""
        listed = Path(self.paths[row])
        if listed.is_file() or (image := int(self.ids[row])) < 0:
            return listed
        return next((found.path for found in self._store.images.get([image])), listed)

    @property
    def of(self) -> int:
        """How many files there are to be asked about."""
        return len(self.paths)

    @property
    def probabilities(self) -> npt.NDArray[np.float16]:
        """All that was said, (rows, labels), as it lies on disk.

        Raises:
            OSError: it is gone or cut short.
        """
        from cvwidgets.store.results import read_probabilities

        return read_probabilities(self._folder, len(self.labels), len(self.rows))

    def problems(self) -> dict[int, str]:
        """Why files could not be read, by row."""
        from cvwidgets.store.results import read_problems

        return read_problems(self._folder)

    @property
    def _list(self) -> tuple[list[str], Numbers, Numbers]:
        """Paths, ids as they were listed, places in the order of names."""
        import numpy as np

        from cvwidgets.store.results import read_list

        with self._lock:
            if self._listed is None:
                self._listed = read_list(self._folder)
            return self._listed or ([], np.zeros(0, np.int64), np.zeros(0, np.int64))

    # ---- the images of today

    @property
    def ids(self) -> Numbers:
        """The image of each row, (rows,); -1 for a file that the project does not know."""
        return self._ids()[: len(self.rows)]

    def kept_labels(self) -> list[str | None]:
        """The label that keeps the image of each row today; None where none does, so that nobody knows what is right."""
        labels, names = self._truth()
        return [names.get(number) for number in labels[: len(self.rows)].tolist()]

    def wrong(self) -> Mask:
        """Of which rows something else is said than what is kept today, (rows,); where nothing is kept nothing is wrong.

        A model that was trained on upper labels alone is right when it says the upper label of what is kept.
        """
        return self._wrong()

    def _find_wrong(self) -> Mask:
        import numpy as np

        (kept, names), rows = self._truth(), self.rows
        kept = kept[: len(rows)]
        known = np.flatnonzero((kept >= 0) & (rows["label"] >= 0))
        numbers, which = np.unique(kept[known], return_inverse=True)
        rights = np.array(
            [[_is_right(label, names[number], self.labels) for label in self.labels] for number in numbers.tolist()], np.bool_
        )
        wrong = np.zeros(len(rows), np.bool_)
        if len(known):
            wrong[known] = ~rights[which, rows["label"][known]]
        return wrong

    def _find_ids(self) -> Numbers:
        import numpy as np

        paths, ids, _ = self._list
        now: Numbers = np.where(self._store.images.living(ids), ids, -1)
        loose = np.flatnonzero(now < 0)
        now[loose] = self._store.images.ids_at([paths[row] for row in loose.tolist()])
        return now

    def _find_truth(self) -> tuple[Numbers, dict[int, str]]:
        import numpy as np

        ids = self._ids()
        images, labels, names = self._store.images.kept_labels()
        at = np.searchsorted(images, ids)
        at[at == len(images)] = 0
        there = images[at] == ids if len(images) else np.zeros(len(ids), np.bool_)
        return np.where(there, labels[at] if len(images) else -1, -1), names

    # ---- questions

    def chosen(self, asked: ResultFilter) -> Numbers:
        """The rows that match, in the order that is asked for."""
        import numpy as np

        rows = self.rows
        if asked.unread:
            return self._in_order(np.flatnonzero(rows["label"] < 0), asked.sort if asked.sort.endswith("name") else "listed")
        here = rows["label"] >= 0
        here &= (rows["confidence"] >= np.float32(asked.low)) & (rows["confidence"] <= np.float32(asked.high))
        if asked.labels:
            numbers = [number for number, label in enumerate(self.labels) if label in asked.labels]
            here &= np.isin(rows["label"], numbers) ^ asked.inverted
        if asked.wrong:
            here &= self.wrong()[: len(rows)]  # more may have come meanwhile
        return self._in_order(np.flatnonzero(here), asked.sort)

    def _in_order(self, chosen: Numbers, sort: str) -> Numbers:
        import numpy as np

        name = sort.removeprefix("-")
        if name == "listed":
            return chosen
        with self._lock:
            rows = self.rows  # an order is that of the rows that are known, which may be more by now
            if sort not in self._orders:  # of all rows, once: a filter that moves takes its own out of it
                keys = self._list[2][: len(rows)] if name == "name" else rows[name]
                self._orders[sort] = np.argsort(-keys if sort.startswith("-") else keys, kind="stable")
            order = self._orders[sort]
        here = np.zeros(len(rows), np.bool_)
        here[chosen] = True
        return order[here[order]]

    def counts(self) -> dict[str, Any]:
        """What is shown beside a filter.

        `labels` is [name, count] of what was said, most first. Counts of rows: `unread`; `known`, what is kept of them today; `wrong` of
        these; `inside`, those that are images of the project. `bars` are how many lie in each of 40 equal steps of confidence.
        """
        return self._counts()

    def _count(self) -> dict[str, Any]:
        import numpy as np

        rows, ids = self.rows, self.ids
        read = rows[rows["label"] >= 0]
        counts = np.bincount(read["label"], minlength=len(self.labels))
        order = [number for number in np.argsort(-counts, kind="stable").tolist() if counts[number]]
        known = int((self._truth()[0][: len(rows)] >= 0).sum())
        return {
            "labels": [[self.labels[number], int(counts[number])] for number in order],
            "unread": len(rows) - len(read),
            "known": known,
            "wrong": int(self.wrong().sum()),
            "inside": int((ids >= 0).sum()),
            "bars": np.histogram(read["confidence"], BARS, (0, 1))[0].tolist(),
        }


def _is_right(said: str, kept: str, labels: tuple[str, ...]) -> bool:
    return said == kept or (kept not in labels and kept.startswith(f"{said}/"))
