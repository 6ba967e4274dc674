"""What a run begins with: a base, or the model of another run whose last layer knows labels already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from cvwidgets.recipe import Recipe
from cvwidgets.vision import Classifier, find_heads, load_classifier, new_classifier


def begin(recipe: Recipe, labels: Sequence[str], start: Path | None) -> tuple[Classifier, bool]:
    """The classifier that a run begins with, and whether its last layer knows all labels already.

    Of a model to go on from (`start`, a folder) the last layer comes along label by label, by their names: in another order, and without
    those that are gone. What it says of labels that it does not know is nothing yet (weights and bias 0).

    Raises:
        BaseUnavailable: the base, or the model to go on from, is neither on disk nor to be had.
    """
    classifier = new_classifier(start or recipe.base, labels, seed=recipe.seed, image_size=recipe.image_size)
    if start is None:
        return classifier, False
    before = load_classifier(start, device="cpu")
    if before.labels != tuple(labels):
        _bring_along(before, classifier)
    return classifier, set(labels) <= set(before.labels)


@torch.no_grad()
def _bring_along(before: Classifier, classifier: Classifier) -> None:
    """Fills the rows of the last layer from those of another model with the same layers."""
    known = {label: row for row, label in enumerate(before.labels)}
    pairs = [(row, known[label]) for row, label in enumerate(classifier.labels) if label in known]
    rows, taken = [row for row, _ in pairs], [row for _, row in pairs]
    for name in find_heads(classifier):
        new: Any = classifier.model.get_submodule(name)
        old: Any = before.model.get_submodule(name)
        for kind, parameter in new.named_parameters():  # a bias only where there is one
            parameter.zero_()
            parameter[rows] = old.get_parameter(kind)[taken]
