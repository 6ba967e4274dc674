"""AdamW and its learning rate: which weights decay, how fast each layer learns, and how the rate goes over the steps."""

from __future__ import annotations

import math
import re
from collections import defaultdict

import torch

from cvwidgets.recipe import Recipe

BLOCK = re.compile(r"^(.*\.\d+)\.")
"""Of a weight's name, what names the block that it lies in: up to the last number."""


def make_optimizer(model: torch.nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW in which matrices and kernels decay, while biases and scales (one axis longer than 1) do not.

    `share` of a group is its learning rate as a share of the recipe's: by `layer_decay` the earlier layers learn slower (J. Howard,
    S. Ruder, Universal Language Model Fine-tuning for Text Classification, 2018; as for images in BEiT, arXiv 2106.08254).
    """
    shares = shares_by_layer(model, recipe.layer_decay)
    groups: dict[tuple[float, bool], list[torch.nn.Parameter]] = defaultdict(list)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups[shares[name], parameter.squeeze().ndim > 1].append(parameter)
    return torch.optim.AdamW(
        [
            {"params": members, "weight_decay": recipe.weight_decay if decays else 0.0, "share": share}
            for (share, decays), members in groups.items()
        ],
        lr=recipe.learning_rate,
    )


def shares_by_layer(model: torch.nn.Module, layer_decay: float) -> dict[str, float]:
    """The share of each weight by name: `layer_decay` in the first block of layers, 1 in the head, in equal ratios between."""
    blocks: dict[str, int] = {}
    places = {}
    for name, _ in model.named_parameters():
        found = BLOCK.match(name)
        block = found[1] if found else ("head" if blocks.keys() - {"stem"} else "stem")
        places[name] = blocks.setdefault(block, len(blocks))
    last = max(1, len(blocks) - 1)
    return {name: layer_decay ** (1 - place / last) for name, place in places.items()}


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """The rate of a step (from 0) of all `steps`: up in a line during the warm-up, then along the schedule towards 0."""
    warmup = round(recipe.warmup * steps)
    if step < warmup:
        return recipe.learning_rate * (step + 1) / (warmup + 1)
    done = (step - warmup) / max(1, steps - warmup)
    fall = {"cosine": (1 + math.cos(math.pi * done)) / 2, "linear": 1 - done, "constant": 1.0}[recipe.schedule]
    return recipe.learning_rate * fall
