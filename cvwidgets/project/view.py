"""Some images of a project in a fixed order, and what can be decided of all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cvwidgets.filter import Filter
from cvwidgets.records import Act, State

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.project.images import Images
    from cvwidgets.project.project import Project

    Array = npt.NDArray[np.int64]


class View:
    """Some images of a project in a fixed order.

    Attributes:
        images: The images of the project.
        ids: int64, computed once: images judged later stay in the view until it is asked for again.
        filter: The question that it answers; None when it was made from ids.
        values: What else is known of each image, by name ("confidence", "distance"): float64, in the order of `ids`.
        words: What it shows, in one line; how many is not among them.
    """

    def __init__(
        self, images: Images, ids: Array, *, filter: Filter | None = None, values: Mapping[str, Any] | None = None, words: str = ""
    ) -> None:
        import numpy as np

        self.images = images
        self.ids = ids
        self.filter = filter
        self.values: dict[str, npt.NDArray[np.float64]] = {name: np.asarray(of, np.float64) for name, of in (values or {}).items()}
        self.words = words or (filter.words() if filter is not None else "")
        if wrong := [name for name, of in self.values.items() if of.shape != ids.shape]:
            raise ValueError(f"{wrong[0]!r} has {self.values[wrong[0]].size} values for {len(ids)} images; one for each is needed")

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"View({len(self):,} images{f', {self.words}' if self.words else ''})"

    @property
    def project(self) -> Project:
        """The project whose images these are, with its journal and labels."""
        return self.images.project

    @property
    def label(self) -> str | None:
        """The label whose images these are, if it is one."""
        labels = self.filter.labels if self.filter is not None else ()
        return labels[0] if len(labels) == 1 else None

    @property
    def state(self) -> State | None:
        """The state that these images had, if it is one."""
        states = self.filter.states if self.filter is not None else ()
        return states[0] if len(states) == 1 else None

    def again(self) -> View:
        """The same question asked anew; of a view made from ids, those that are still in the project.

        Raises:
            UnknownLabel: the label is gone.
        """
        if self.filter is not None:
            return self.images.select(where=self.filter)
        here = self.images.living(self.ids)
        values = {name: of[here] for name, of in self.values.items()}
        return View(self.images, self.ids[here], values=values, words=self.words)

    def keep(self) -> Act:
        """Keeps them all, as `Images.keep`."""
        return self.images.keep(self.ids, self.label)

    def trash(self) -> Act:
        """Trashes them all, as `Images.trash`."""
        return self.images.trash(self.ids, self.label)

    def assign(self, label: str) -> Act:
        """Keeps them all under a label, as `Images.assign`."""
        return self.images.assign(self.ids, label)

    def renew(self) -> Act:
        """Puts them all back to New, as `Images.renew`."""
        return self.images.renew(self.ids, self.label)
