"""What New images probably are, which to look at first, and what is near: the part of `Explorer` that asks a model, and says which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.errors import ExploreError
from cvwidgets.explore.limits import VARIED
from cvwidgets.project.nearness import PREDICTIONS, STARTER, TRAINED, Nearness, eyes
from cvwidgets.project.twins import Twins
from cvwidgets.project.view import Suggestions, View
from cvwidgets.records import Prediction, State

if TYPE_CHECKING:
    from cvwidgets.project.prediction import Predictor
    from cvwidgets.project.project import Project
    from cvwidgets.store import Store


@dataclass(frozen=True, slots=True)
class Guess:
    """What is thought of one image: the labels that it most probably has, the most probable first, by the eyes of these models."""

    predictions: tuple[Prediction, ...] = ()
    models: tuple[str, ...] = ()


class Guesses(Twins):
    """Views in the order of what a model makes of the images."""

    def __init__(self, project: Project, store: Store, predictor: Predictor) -> None:
        super().__init__(project, store)
        self._nearness = Nearness(project, store, predictor)

    def neighbors(
        self,
        x: int | str | Path | Sequence[int],
        k: int = 20,
        *,
        label: str | None = None,
        model: str | int = STARTER,
        states: Sequence[State] = ("new", "kept"),
    ) -> View:
        """The k images nearest to one (or, of several, to any of these), by cosine distance under a model; value `distance`, 0..2.

        `x` is the id of an image, several, or a picture's file anywhere. `label`: only among those under it; `states`: only among those in
        one of these. `model`: "starter", "production", or the version of a registered model; the view's words say
        which. Of 200,000 images and more an index proposes, whose recall is 0.99; of fewer all are compared.

        Raises:
            ExploreError: the image was not looked at yet by this model.
            NoModel: there is no such model.
            UnreadablePicture: the file cannot be used as a picture.
            UnknownLabel: there is no such label.
        """
        return self._nearness.neighbors(x, k, label=label, model=model, states=states)

    def models(self, finding: str) -> tuple[str, ...]:
        """By the eyes of which models something was found ("mistakes", "uncertain", "duplicates", "strangers", "map"), in words."""
        return self._seen_by(self._guesses(None) if finding == "uncertain" else finding)

    def uncertain(self, *, most_certain_first: bool = False, model: str | None = None) -> View:
        """New images with the label that what is kept suggests, the most uncertain first; values are `confidence` and `margin`, 0..1.

        `model`: by whose eyes, "starter" or "production"; by default the latter where there is one. The view's words say which.

        Raises:
            ExploreError: nobody looked yet, or not by the model in production.
            NoModel: there is no such model.
        """
        import numpy as np

        finding = self._guesses(model)
        found = self._need(finding)
        order = np.argsort(found["confidence"], kind="stable")[:: -1 if most_certain_first else 1]
        at = order[np.isin(found["ids"][order], self._project.images.select(state="new").ids)]
        each = self._named(found["suggestions"][at])
        values = {name: found[name][at] for name in ("confidence", "margin")}
        words = f"New, most {'certain' if most_certain_first else 'uncertain'} first{self._by(finding)}"
        return self._project.images.view(found["ids"][at], values=values, words=words, suggestions=Suggestions("guesses", each))

    def guess(self, image: int) -> Guess:
        """What the last look through the project made of an image: of a kept one by models that never saw it. Empty where it knows nothing.

        What was decided since is not in it; nor is a label that is gone.
        """
        if (found := self._findings.get(PREDICTIONS)) is None:
            return Guess()
        for state in ("kept", "new"):
            for at in (found[f"{state}_ids"] == image).nonzero()[0]:
                names = self._named(found[f"{state}_labels"][at])
                told = zip(names, found[f"{state}_probabilities"][at].tolist(), strict=True)
                models = tuple(found.facts[state])
                if state == "kept" and not found["kept_by_both"][at]:
                    models = models[:1]  # the model in production learnt from it, or did not see it
                return Guess(tuple(Prediction(*one) for one in told if one[0]), models)
        return Guess()

    def varied(self, count: int = VARIED) -> View:
        """So many New images that are unlike each other, the most typical first: what to look at first of very many.

        Each with the label that what is kept suggests, where that is known. The same images give the same few.

        Raises:
            ExploreError: nobody looked yet.
        """
        import numpy as np

        from cvwidgets.explore import choose_diverse

        self._need("duplicates")
        vectors, ids = self._nearness.vectors(self._project.images.select(state="new").ids)
        few = ids[choose_diverse(vectors, max(count, 1))] if len(ids) else ids
        words = f"New, a varied few · by {STARTER}"
        if (found := self._findings.get(self._guesses(None))) is None:
            return self._project.images.view(few, words=words)
        told = dict(zip(found["ids"].tolist(), self._named(found["suggestions"]), strict=True))
        each = np.array([told.get(image, "") for image in few.tolist()], dtype=object)
        return self._project.images.view(few, words=words, suggestions=Suggestions("guesses", each))

    def _guesses(self, model: str | None) -> str:
        """The finding that holds what a model guesses; what an earlier model in production guessed counts no more."""
        production = self._project.models.production()
        seen = production is not None and self._seen_by(TRAINED) == (eyes(production).name,)
        if model is None:
            return TRAINED if seen else "uncertain"
        if self._nearness.eyes(model).name == STARTER:
            return "uncertain"
        if not seen:
            raise ExploreError("The model in production did not look at the images yet; that comes first. Explore them again.")
        return TRAINED

    def _seen_by(self, finding: str) -> tuple[str, ...]:
        found = self._findings.get(finding)
        return tuple(found.facts.get("models", (STARTER,))) if found else ()

    def _by(self, finding: str) -> str:
        return f" · by {' and '.join(self._seen_by(finding))}"
