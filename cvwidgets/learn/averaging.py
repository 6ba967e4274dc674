"""A moving average of the weights: what the last steps agree on, which is often better than where the last one ended."""

from __future__ import annotations

import copy
import math

import torch


class Average:
    """The exponential moving average of a model's weights (B. Polyak, A. Juditsky, Acceleration of Stochastic Approximation by Averaging,
    1992), running statistics of BatchNorm included.

    Args:
        model: Whose weights; its present ones are the average at first.
        steps: Over about how many steps.
    """

    def __init__(self, model: torch.nn.Module, steps: float) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.taken = 0
        self._decay = math.exp(-1 / max(steps, 1e-9))

    @torch.no_grad()
    def take(self, model: torch.nn.Module) -> None:
        """Moves the average towards the present weights; the first steps count more, so that it does not lag behind where it began."""
        self.taken += 1
        decay = min(self._decay, self.taken / (self.taken + 9))
        for mine, new in zip(self.model.state_dict().values(), model.state_dict().values(), strict=True):
            if mine.is_floating_point():
                mine.lerp_(new, 1 - decay)
            else:
                mine.copy_(new)
