"""Which labels are taken for which: what is kept beside what models that never saw it say, each cell of the matrix a view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets.errors import ExploreError
from cvwidgets.project.guesses import Guesses
from cvwidgets.project.nearness import PREDICTIONS
from cvwidgets.project.unchanged import Unchanged
from cvwidgets.project.view import Suggestions, View

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.project.prediction import Predictor
    from cvwidgets.project.project import Project
    from cvwidgets.store import Store

    Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Kept images (n,) under the labels of today, and the label that models which never saw them find most probable.

    Attributes:
        labels: The names of all labels concerned, in alphabetical order.
        ids: int64 (n,).
        kept: int64 (n,): the number of the label by which each is kept.
        said: int64 (n,): the number of the label that is most probable.
        confidence: float32 (n,), 0..1: the probability of that label.
        models: By the eyes of which models, in words.
    """

    labels: tuple[str, ...]
    ids: Numbers
    kept: Numbers
    said: Numbers
    confidence: npt.NDArray[np.float32]
    models: tuple[str, ...]

    @property
    def counts(self) -> Numbers:
        """The confusion matrix, int64 (labels, labels): rows are labels kept, columns what was said."""
        return count_cells(self.kept, self.said, len(self.labels))

    @property
    def wrong(self) -> int:
        """Of how many images another label is said than the one they are kept by."""
        return int((self.kept != self.said).sum())

    def cells(self) -> list[tuple[str, str, int]]:
        """Label kept, label said, and how many, of all pairs of different labels that occur; the most frequent first."""
        return wrong_cells(self.kept, self.said, self.labels)


def count_cells(kept: Numbers, said: Numbers, labels: int) -> Numbers:
    """A confusion matrix, int64 (labels, labels), of numbers of labels (n,) and (n,): rows are what is kept, columns what was said."""
    import numpy as np

    counts = np.zeros((labels, labels), np.int64)
    np.add.at(counts, (kept, said), 1)
    return counts


def wrong_cells(kept: Numbers, said: Numbers, labels: Sequence[str]) -> list[tuple[str, str, int]]:
    """Label kept, label said, and how many, of all pairs of different labels in numbers (n,) and (n,); the most frequent first."""
    import numpy as np

    wrong = kept != said
    pairs, counts = np.unique(kept[wrong] * len(labels) + said[wrong], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    both = (divmod(pair, len(labels)) for pair in pairs[order].tolist())
    return [(labels[row], labels[column], count) for (row, column), count in zip(both, counts[order].tolist(), strict=True)]


class Confusions(Guesses):
    """The confusion matrix of what is kept, and the images behind each of its cells."""

    def __init__(self, project: Project, store: Store, predictor: Predictor) -> None:
        super().__init__(project, store, predictor)
        self._confusion = Unchanged(lambda: (store.version(), self._findings.get(PREDICTIONS)), self._confuse)

    def confusion(self) -> Confusion:
        """What is kept now beside what the last look said of it, out of fold: no model is asked about an image that it learnt from.

        An image whose label was corrected since stands under its new label; one that came later is not in it, nor one that was trashed.

        Raises:
            ExploreError: nobody looked yet.
        """
        return self._confusion()

    def confused(self, label: str | None = None, said: str | None = None) -> View:
        """The images behind a cell of the confusion matrix, the surest first; without labels, behind all that are wrong.

        What was said is suggested for them, for `accept`. Of a cell with the same label twice, those that are right, the least sure first,
        nothing is suggested. Value: `confidence`, 0..1.

        Raises:
            ExploreError: nobody looked yet.
        """
        import numpy as np

        found = self.confusion()
        names = np.array([*found.labels, ""], dtype=object)
        here = found.kept != found.said if label is None and said is None else np.ones(len(found.ids), np.bool_)
        for wanted, numbers in ((label, found.kept), (said, found.said)):
            if wanted is not None:
                here = here & (names[numbers] == wanted)
        right = label is not None and label == said
        order = np.argsort(found.confidence if right else -found.confidence, kind="stable")
        where = order[here[order]]
        words = _words(label, said) + f" · by {' and '.join(found.models)}"
        suggestions = (
            None
            if right
            else Suggestions(
                "labels", names[np.where(found.kept == found.said, len(found.labels), found.said)[where]], names[found.kept[where]]
            )
        )
        return self._project.images.view(
            found.ids[where], values={"confidence": found.confidence[where]}, words=words, suggestions=suggestions
        )

    def models(self, finding: str) -> tuple[str, ...]:
        """By the eyes of which models something was found; of "confusion" too."""
        if finding != "confusion":
            return super().models(finding)
        try:
            return self.confusion().models
        except ExploreError:
            return ()

    def _confuse(self) -> Confusion:
        import numpy as np

        from cvwidgets.store.outlines import KEPT

        found, outline = self._need(PREDICTIONS), self._outline()
        at = outline.positions(found["kept_ids"])
        labels = found["kept_labels"]
        likeliest = labels[:, 0] if labels.shape[1] else np.zeros(len(labels), np.int64)
        known = [number for number, name in self._names().items() if name]
        here = (at >= 0) & np.isin(likeliest, known)
        here[here] = (outline.states[at[here]] == KEPT) & np.isin(outline.labels[at[here]], known)
        kept, said = outline.labels[at[here]], likeliest[here]
        numbers = np.unique(np.concatenate([kept, said]))
        names = self._named(numbers)
        order = np.argsort(names.astype(str), kind="stable")
        place = np.empty(len(numbers), np.int64)
        place[order] = np.arange(len(numbers))
        return Confusion(
            labels=tuple(names[order]),
            ids=found["kept_ids"][here],
            kept=place[np.searchsorted(numbers, kept)],
            said=place[np.searchsorted(numbers, said)],
            confidence=found["kept_probabilities"][here][:, 0] if labels.shape[1] else np.zeros(0, np.float32),
            models=tuple(found.facts["kept"]),
        )


def _words(label: str | None, said: str | None) -> str:
    if label is None and said is None:
        return "taken for another label"
    if label == said:
        return f"{label}, and said to be"
    return " ".join(filter(None, (label, "taken for", said if said is not None else "any label")))
