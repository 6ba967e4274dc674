"""AdamW and its learning rate: which weights decay, and how the rate goes over the steps."""

from __future__ import annotations

import math

import torch

from cvwidgets.recipe import Recipe


def make_optimizer(model: torch.nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW in which matrices and kernels decay, while biases and scales (one axis longer than 1) do not."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    decayed = [parameter for parameter in trained if parameter.squeeze().ndim > 1]
    rest = [parameter for parameter in trained if parameter.squeeze().ndim <= 1]
    groups = [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": rest, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=recipe.learning_rate)


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """The rate of a step (from 0) of all `steps`: up in a line during the warm-up, then along the schedule towards 0."""
    warmup = round(recipe.warmup * steps)
    if step < warmup:
        return recipe.learning_rate * (step + 1) / (warmup + 1)
    done = (step - warmup) / max(1, steps - warmup)
    fall = {"cosine": (1 + math.cos(math.pi * done)) / 2, "linear": 1 - done, "constant": 1.0}[recipe.schedule]
    return recipe.learning_rate * fall
