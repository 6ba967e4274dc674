"""Some images of a project in a fixed order, what is known of each, and what can be decided of all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, isnan, nan
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

from cvwidgets.errors import DecisionError, FilterError
from cvwidgets.filter import Filter
from cvwidgets.records import Act, State

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.project.images import Images
    from cvwidgets.project.project import Project

    Array = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What is suggested for each image of a view.

    `each` holds texts in the order of the view: a label to which the image should go ("" for none), or of duplicates "trash" for those that
    should go and "" for the one that should stay. `about` says what is put in question: the "labels" of what is kept, nothing ("guesses"
    about New images), whether images show the same ("duplicates"), or whether they belong ("strangers", for which nothing is suggested).
    `under` holds the labels by which they were kept when that was suggested: for an image kept by another one since, it is of no account.
    """

    about: Literal["labels", "guesses", "duplicates", "strangers"]
    each: npt.NDArray[np.object_]
    under: npt.NDArray[np.object_] | None = None


class View:
    """Some images of a project in a fixed order.

    What is decided in a view of one label is about that label and its sub-labels: what an image is elsewhere stays as it is, except that
    keeping it here takes it from where it was kept. Images that have left the label since are left alone; when all have, they are judged
    as they stand.

    Attributes:
        images: The images of the project.
        ids: int64, computed once: images judged later stay in the view until it is asked for again.
        filter: The question that it answers; None when it was made from ids.
        values: What else is known of each image, by name ("confidence", "distance"): float64, in the order of `ids`.
        suggestions: What is suggested for each image, for `accept`; None when nothing is.
        words: What it shows, in one line; how many is not among them.
    """

    def __init__(
        self,
        images: Images,
        ids: Array,
        *,
        filter: Filter | None = None,
        values: Mapping[str, Any] | None = None,
        words: str = "",
        suggestions: Suggestions | None = None,
    ) -> None:
        import numpy as np

        self.images = images
        self.ids = ids
        self._taken = False
        self.filter = filter
        self.values: dict[str, npt.NDArray[np.float64]] = {name: np.asarray(of, np.float64) for name, of in (values or {}).items()}
        self.suggestions = suggestions
        self.words = words or (filter.words() if filter is not None else "")
        if suggestions is not None and len(suggestions.each) != len(ids):
            raise ValueError(f"there are suggestions for {len(suggestions.each)} of {len(ids)} images; one for each is needed")
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
        """The same question asked anew; of a view made from ids, or taken from another one, those that still belong there.

        Raises:
            UnknownLabel: the label is gone.
        """
        if self.filter is not None and not self.values and not self._taken:
            return self.images.select(where=self.filter)
        here = self.images.living(self.ids)
        if self.filter is not None:
            here &= self._matching(self.filter)
        return self.take(here)

    def take(self, where: Array | Mask) -> View:
        """The images at some positions, in the order of these, or where a mask is true; with all that is known of them."""
        values = {name: of[where] for name, of in self.values.items()}
        suggestions = self.suggestions
        if suggestions is not None:
            under = None if suggestions.under is None else suggestions.under[where]
            suggestions = replace(suggestions, each=suggestions.each[where], under=under)
        taken = View(self.images, self.ids[where], filter=self.filter, values=values, words=self.words, suggestions=suggestions)
        taken._taken = True
        return taken

    def between(self, value: str, low: float | None = None, high: float | None = None) -> View:
        """Those images of which a value, such as "confidence", lies in a range; those of which it is not known are left out.

        Args:
            value: One of the names of `values`.
            low: The lowest that is meant, itself included; None for any.
            high: The highest that is meant, itself included; None for any.

        Raises:
            FilterError: there is no such value, or no such range.
        """
        known = self._known(value)
        lowest, highest = _end(value, low, -inf), _end(value, high, inf)
        if lowest > highest:
            raise FilterError(f"No {value} lies from {lowest:g} to {highest:g}; the lower end comes first. Turn them round.")
        import numpy as np

        return self._take(np.flatnonzero((known >= lowest) & (known <= highest)), f"{value} {_range(low, high)}")

    def sorted(self, by: str) -> View:
        """The same images in the order of a value: "distance" puts the lowest first, "-confidence" the highest.

        Those of which it is not known come last; equal ones stay in the order in which they are.

        Raises:
            FilterError: there is no such value.
        """
        import numpy as np

        name = by.removeprefix("-")
        known = self._known(name)
        order = np.lexsort((-known if by.startswith("-") else known, np.isnan(known)))
        return self._take(order, f"by {name}, {'highest' if by.startswith('-') else 'lowest'} first")

    def keep(self) -> Act:
        """Keeps them all, as `Images.keep`, under the label of the view or the sub-label of it that they have.

        Raises:
            DecisionError: an image has no label to be kept for.
            UnknownLabel: the label of the view is gone.
        """
        concerned, label = self._concerned()
        return self.images.keep(self.ids[concerned], label)

    def trash(self) -> Act:
        """Trashes them all, as `Images.trash`, from the label of the view and its sub-labels.

        Raises:
            UnknownLabel: the label of the view is gone.
        """
        concerned, label = self._concerned()
        return self.images.trash(self.ids[concerned], label)

    def sort_out(self, keep: Mask) -> Act:
        """Keeps the images where the mask is true and trashes all others, each as `keep` and `trash` do, in one act with one undo.

        Raises:
            DecisionError: an image has no label to be kept for.
            UnknownLabel: the label of the view is gone.
        """
        concerned, label = self._concerned()
        return self.images.sort_out(self.ids[concerned & keep], self.ids[concerned & ~keep], label)

    def assign(self, label: str) -> Act:
        """Keeps them all under a label, as `Images.assign`."""
        return self.images.assign(self.ids, label)

    def renew(self) -> Act:
        """Puts them all back to New, as `Images.renew`, under the label of the view or the sub-label of it that they have.

        Raises:
            UnknownLabel: the label of the view is gone.
        """
        concerned, label = self._concerned()
        return self.images.renew(self.ids[concerned], label)

    def accept(self) -> Act:
        """Does with each image what is suggested for it, in one act; those for which nothing is are left as they are.

        Raises:
            DecisionError: nothing is suggested for any of them.
            UnknownLabel: a label that is suggested is gone.
        """
        each = {} if self.suggestions is None else dict(zip(self.ids.tolist(), self.suggestions.each.tolist(), strict=True))
        wanted = {image: wanted for image, wanted in each.items() if wanted}
        if self.suggestions is not None and self.suggestions.under is not None:
            under = dict(zip(self.ids.tolist(), self.suggestions.under.tolist(), strict=True))
            wanted = {image.id: wanted[image.id] for image in self.images.get([*wanted]) if image.label == under[image.id]}
        if not wanted:
            raise DecisionError("Nothing is suggested for these images; a suggestion is needed to accept it. Decide about them yourself.")
        if self.suggestions is not None and self.suggestions.about == "duplicates":
            return self.images.trash([*wanted])
        return self.images.assign_each(wanted)

    def reject(self) -> Act:
        """Notes for good that they are right as they are: labels that were suspected, or images that were taken for duplicates.

        Raises:
            DecisionError: there is nothing of the kind to be noted of them.
        """
        if self.suggestions is not None and self.suggestions.about == "duplicates":
            return self.images.separate(self.ids)
        return self.images.confirm(self.ids)

    def _concerned(self) -> tuple[Mask, str | None]:
        """The images that a decision is about, and the label that it is about; None: whichever they have."""
        import numpy as np

        everything = np.ones(len(self.ids), dtype=bool)
        if self.filter is None or self.label is None:
            return everything, None
        # One that became another image since is judged as that one.
        here = self._matching(Filter(labels=self.filter.labels, sub_labels=self.filter.sub_labels)) | ~self.images.living(self.ids)
        return (here, self.label) if here.any() else (everything, None)

    def _matching(self, asked: Filter) -> Mask:
        import numpy as np

        return np.isin(self.ids, self.images.select(where=replace(asked, sort="added")).ids)

    def _known(self, name: str) -> npt.NDArray[np.float64]:
        if name not in self.values:
            has = f"; it knows {', '.join(self.values)}. Ask for one of these." if self.values else " or anything else. Ask one that does."
            raise FilterError(f"This view does not know the {name[:40]!r} of its images{has}")
        return self.values[name]

    def _take(self, positions: Array, words: str) -> View:
        taken = self.take(positions)
        taken.words = f"{self.words} · {words}" if self.words else words
        return taken


def _end(value: str, given: object, without: float) -> float:
    """An end of a range as a number; `without` stands for none.

    Raises:
        FilterError: it is no number.
    """
    if given is None:
        return without
    try:
        end = nan if isinstance(given, bool) or not isinstance(given, Real) else float(given)
    except OverflowError:
        end = nan
    if isnan(end):
        raise FilterError(f"{str(given)[:40]!r} is no end of a range of {value!r}; a number is needed. Give one, or leave it out.")
    return end


def _range(low: float | None, high: float | None) -> str:
    """A range in words, both ends included."""
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f"from {low:g}"
    return f"up to {high:g}" if high is not None else "known"
