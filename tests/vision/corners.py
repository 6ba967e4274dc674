"""Pictures whose evidence lies in a known corner, and small models that learnt to tell it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import transformers
from PIL import Image
from torch.nn.functional import cross_entropy

from cvwidgets.vision import Classifier, Explanation, TestTransform, explain

Heat = npt.NDArray[np.float32]
Spot = tuple[tuple[int, int], str]

COLORS = {"blue": (30, 30, 220), "green": (30, 200, 30), "red": (220, 30, 30)}
LABELS = ("blue", "green", "none", "red")
SIDE, PATCH = 64, 16
CORNERS = ((4, 4), (44, 4), (4, 44), (44, 44))
WITHOUT = TestTransform(None, (SIDE, SIDE), None)
"""Shows a model these pictures as they are."""

_MAPS = {"hidden_sizes": [8, 16], "depths": [1, 1], "embedding_size": 8, "layer_type": "basic"}
_STAGES = {"hidden_sizes": [16, 32], "depths": [1, 1], "num_stages": 2, "image_size": SIDE}
_WINDOWS = {"image_size": SIDE, "patch_size": 4, "embed_dim": 16, "depths": [1, 1], "num_heads": [2, 2], "window_size": 4}
_PATCHES = {"image_size": SIDE, "patch_size": 8, "hidden_size": 48, "num_hidden_layers": 1, "num_attention_heads": 4}
SMALL: dict[str, tuple[str, dict[str, Any]]] = {
    "resnet": ("ResNet", _MAPS),
    "convnextv2": ("ConvNextV2", _STAGES),
    "convnext": ("ConvNext", _STAGES),
    "swin": ("Swin", _WINDOWS),
    "swinv2": ("Swinv2", _WINDOWS),
    "vit": ("ViT", {**_PATCHES, "intermediate_size": 96}),
    "deit": ("DeiT", {**_PATCHES, "intermediate_size": 96}),
    "dinov2": ("Dinov2", _PATCHES),
}


def scene(random: np.random.Generator, spots: Sequence[Spot]) -> Image.Image:
    """Gray noise with squares of a color at some places."""
    pixels = random.integers(90, 150, (SIDE, SIDE, 3)).astype(np.uint8)
    for (x, y), color in spots:
        pixels[y : y + PATCH, x : x + PATCH] = COLORS[color]
    return Image.fromarray(pixels)


def small(kind: str) -> Classifier:
    """A random model of a family for these labels."""
    name, options = SMALL[kind]
    torch.manual_seed(0)
    config = getattr(transformers, f"{name}Config")(**options, num_labels=len(LABELS))
    return Classifier(getattr(transformers, f"{name}ForImageClassification")(config).eval(), LABELS, WITHOUT, {})


def taught(kind: str, steps: int = 500) -> Classifier:
    """A model of a family that learnt which color is somewhere in a picture."""
    classifier, random = small(kind), np.random.default_rng(0)
    model: Any = classifier.model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3 if kind in ("vit", "deit", "dinov2") else 2e-3, weight_decay=0.05)
    truth = torch.arange(24) % len(LABELS)
    for _ in range(steps):
        spots = [[] if LABELS[at] == "none" else [(tuple(random.integers(0, SIDE - PATCH, 2)), LABELS[at])] for at in truth]
        loss = cross_entropy(model(pixel_values=torch.stack([WITHOUT(scene(random, one)) for one in spots])).logits, truth)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss.item() < 0.015:
            break
    model.eval()
    return classifier


def explained(classifier: Classifier, path: Path, label: str | None = None, method: Any = "gradcam") -> Explanation:
    """The explanation at the end of `explain`."""
    *_, last = explain(classifier, path, label=label, method=method)
    assert last.explanation is not None
    return last.explanation


def share_in_corner(heat: Heat, corner: tuple[int, int]) -> float:
    """Which share of what speaks for a label lies in the quarter of the picture that a corner is in; by chance it is a quarter."""
    half, warm = SIDE // 2, np.clip(heat, 0, None)
    x, y = (half * (at // half) for at in corner)
    return float(warm[y : y + half, x : x + half].sum() / (warm.sum() or 1))


def least_share(classifier: Classifier, method: str, path: Path, colors: Sequence[str] = tuple(COLORS)) -> float:
    """Over all colors and corners the least share of the heat that lies where the color is."""
    random = np.random.default_rng(1)
    shares = []
    for color in colors:
        for corner in CORNERS:
            scene(random, [(corner, color)]).save(path)
            shares.append(share_in_corner(explained(classifier, path, color, method).heat, corner))
    return min(shares)
