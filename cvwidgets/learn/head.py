"""The head first: a linear classifier on the features of a model that stays as it is, in seconds, from which fine-tuning goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

Table = tuple[torch.Tensor, torch.Tensor]
"""Features float32 (n, width) and labels' numbers int64 (n)."""

STRENGTHS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)
"""What is tried, from the strongest penalty on: scikit-learn's C, for standardized features."""
USUAL = 0.3
"""What is taken where no valid picture can choose."""
WORSE = 2
"""So many tries without a better one end the search."""
MOST_ITERATIONS = 100
ROWS = 32_768
"""So many pictures are passed over before it is asked again whether to stop: a fraction of a second; fewer at once take longer in all."""
UNSEEN = 10.0
"""How far below all others the logit of a label lies of which no picture was seen."""


@dataclass(frozen=True, slots=True)
class Head:
    """Logits are `features @ weight.T + bias`: weight float32 (labels, width), bias (labels)."""

    weight: torch.Tensor
    bias: torch.Tensor

    def __call__(self, features: torch.Tensor) -> torch.Tensor:
        """The logits (n, labels) of features (n, width)."""
        return features @ self.weight.T + self.bias


class Interrupted(Exception):
    """Someone asked to stop while a head was fitted."""


def fit_head(train: Table, valid: Table, weights: torch.Tensor, *, stop: Callable[[], bool] = lambda: False) -> Iterator[Head]:
    """Yields one head after another while they get better on the valid part: multinomial logistic regression by L-BFGS.

    Each is the mean of the heads under a penalty that gets weaker, the last one's too: one found alone has about a point less right of
    pictures to come, wherever the penalty ends (RECIPES.md). None where a feature is no number.

    Args:
        train: What is learnt from.
        valid: Other pictures, which choose by their loss where the penalty ends.
        weights: How much a picture of each label counts, float32 (labels); a label without pictures gets no say.
        stop: Asked many times a second.

    Raises:
        Interrupted: `stop` said so.
    """
    features, labels = train
    if not torch.isfinite(features).all():
        return
    mean, spread = features.mean(0), features.std(0, correction=0)
    spread = torch.where(spread > 1e-6 * spread.max(), spread, torch.ones_like(spread))
    there = torch.bincount(labels, minlength=len(weights)) > 0
    learner = _Learner((features - mean) / spread, labels, weights, stop)
    best, since = float("inf"), 0
    found = list[tuple[torch.Tensor, torch.Tensor]]()
    for strength in STRENGTHS if len(valid[1]) else (USUAL,):
        found.append(learner.fit(strength))
        weight, bias = (torch.stack(every).mean(0) for every in zip(*found, strict=True))
        bias = torch.where(there, bias, bias.min() - UNSEEN)
        head = Head(weight / spread, bias - weight @ (mean / spread))
        loss = float(torch.nn.functional.cross_entropy(head(valid[0]), valid[1])) if len(valid[1]) else 0.0
        if loss < best:
            best, since = loss, 0
            yield head
        elif (since := since + 1) >= WORSE:
            return


class _Learner:
    """Fits heads to standardized features, each from where the one before ended."""

    def __init__(self, rows: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor, stop: Callable[[], bool]) -> None:
        self._parts, self._weights, self._stop = list(zip(torch.split(rows, ROWS), torch.split(labels, ROWS), strict=True)), weights, stop
        self._images = len(labels)
        self._weight = torch.zeros(len(weights), rows.shape[1], requires_grad=True)
        self._bias = torch.zeros(len(weights), requires_grad=True)

    def fit(self, strength: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight (labels, width) and bias (labels) under a penalty of `1 / strength`."""
        search = torch.optim.LBFGS([self._weight, self._bias], max_iter=MOST_ITERATIONS, line_search_fn="strong_wolfe")

        def misfit() -> torch.Tensor:
            search.zero_grad()
            total = torch.zeros(())
            for rows, labels in self._parts:
                if self._stop():
                    raise Interrupted
                logits = rows @ self._weight.T + self._bias
                loss = torch.nn.functional.cross_entropy(logits, labels, self._weights, reduction="sum") / self._images
                loss.backward()  # type: ignore[no-untyped-call]
                total += loss.detach()
            penalty = self._weight.square().sum() / (2 * strength * self._images)
            penalty.backward()  # type: ignore[no-untyped-call]
            return total + penalty.detach()

        search.step(misfit)  # type: ignore[no-untyped-call]
        return self._weight.detach().clone(), self._bias.detach().clone()
