"""Where a model keeps its pooled features: one vector for a whole picture, found by asking the model once and checking what it says.

Taken is the first of these that the model gives and that its own weights decide:

1. `pooler_output` (ConvNeXt, MobileNet, ResNet, Swin, BEiT, DINOv2; of models with a text side, as CLIP and SigLIP, what
   `get_image_features` gives);
2. of a map of features the mean over its places (PoolFormer, SegFormer: the global average pooling of He et al., arXiv 1512.03385);
3. of tokens the class token where the model has one (ViT, DeiT: Dosovitskiy et al., arXiv 2010.11929, and what their heads are given),
   else the mean over the tokens.

Transformers builds a pooler that the file has no weights for (ViT trained as a classifier) from chance, and loads halves of models: so an
output counts only when it stays the same while all weights that were not in the file are changed. A model that hides parts of a picture
at random (a masked autoencoder) gives two answers to one picture and is refused as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import torch

from cvwidgets.errors import NoFeatures

SAME = 0.999
"""Cosine of two answers above which they are one: float32 adds up a little differently in another batch."""

Pool = Callable[[Mapping[str, Any]], torch.Tensor | None]
Features = Callable[[torch.Tensor], torch.Tensor]


def find_features(model: torch.nn.Module, size: tuple[int, int], lacking: Collection[str], name: str) -> tuple[Features, int]:
    """What turns normalized pixels (n, 3, *size) into pooled features (n, width), and the width.

    Args:
        model: As `AutoModel` gives it, in evaluation mode; weights that its file lacks are overwritten.
        size: Height and width of what it sees.
        lacking: Names of its weights that were not in the file.
        name: What the user calls it.

    Raises:
        NoFeatures: it gives none; the message says what it gives.
    """
    ask = _asking(model)
    try:
        first, second = _ask_twice(model, ask, size, lacking)
    except (RuntimeError, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise NoFeatures(
            f"The model {name!r} cannot be asked about a picture alone ({reason}); comparing images needs one that can. {_ADVICE}"
        ) from error
    found = {pool: (one, pool(second)) for pool in _pools(model) if (one := pool(first)) is not None}
    if found and not any(torch.isfinite(one).all() for one, _ in found.values()):
        raise NoFeatures(f"The model {name!r} gives no numbers (NaN); its weights are damaged. {_ADVICE}")
    for pool, (one, other) in found.items():
        if other is not None and _all_same(torch.cat([one, other])):
            return _through(ask, pool), one.shape[1]
    if found:
        why = f"weights that its file lacks ({sorted(lacking)[0]} …)" if lacking else "chance: it answers otherwise each time"
        raise NoFeatures(f"What the model {name!r} says of a picture hangs on {why}; comparing images needs features that stay. {_ADVICE}")
    raise NoFeatures(
        f"The model {name!r} gives {_told(first)}, but no pooled features; comparing images needs one vector for each. {_ADVICE}"
    )


_ADVICE = "Choose another model, or 'starter'."


def _asking(model: Any) -> Callable[[torch.Tensor], Mapping[str, Any]]:
    """Asks a model; one that also reads text is asked for its side of pictures alone."""
    ask = getattr(model, "get_image_features", model)

    def ask_it(pixels: torch.Tensor) -> Mapping[str, Any]:
        given = ask(pixel_values=pixels)
        if isinstance(given, torch.Tensor):
            return {"pooler_output": given}
        return given if isinstance(given, Mapping) else {}

    return ask_it


def _ask_twice(
    model: torch.nn.Module, ask: Callable[[torch.Tensor], Mapping[str, Any]], size: tuple[int, int], lacking: Collection[str]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Its answers to one noise, given as a batch of two; before the second, all weights that its file lacks are overwritten."""
    random = torch.Generator().manual_seed(0)
    device = next(model.parameters()).device
    pixels = torch.randn(1, 3, *size, generator=random).expand(2, -1, -1, -1).contiguous().to(device)
    with torch.inference_mode():
        first = ask(pixels)
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if key in lacking:
                weight.copy_(torch.randn(weight.shape, generator=random))
    with torch.inference_mode():
        return first, ask(pixels)


def _pools(model: torch.nn.Module) -> tuple[Pool, ...]:
    has_class_token = any(key.endswith(("cls_token", "class_embedding")) for key, _ in model.named_parameters())
    return _pooler, _mean_of_map, _class_token if has_class_token else _mean_of_tokens


def _pooler(given: Mapping[str, Any]) -> torch.Tensor | None:
    pooled = given.get("pooler_output")
    return pooled.flatten(1) if isinstance(pooled, torch.Tensor) and pooled.shape[2:].numel() == 1 else None


def _mean_of_map(given: Mapping[str, Any]) -> torch.Tensor | None:
    places = _last(given, 4)
    return None if places is None else places.mean((2, 3))


def _class_token(given: Mapping[str, Any]) -> torch.Tensor | None:
    tokens = _last(given, 3)
    return None if tokens is None else tokens[:, 0]


def _mean_of_tokens(given: Mapping[str, Any]) -> torch.Tensor | None:
    tokens = _last(given, 3)
    return None if tokens is None else tokens.mean(1)


def _last(given: Mapping[str, Any], axes: int) -> torch.Tensor | None:
    """The last hidden state; that of a decoder speaks of things it looks for (a detector's queries), not of the picture."""
    last = given.get("last_hidden_state")
    return last if isinstance(last, torch.Tensor) and last.dim() == axes and "encoder_last_hidden_state" not in given else None


def _all_same(rows: torch.Tensor) -> bool:
    unit = torch.nn.functional.normalize(rows.float())
    return bool((unit @ unit[0] > SAME).all())


def _through(ask: Callable[[torch.Tensor], Mapping[str, Any]], pool: Pool) -> Features:
    def features(pixels: torch.Tensor) -> torch.Tensor:
        pooled = pool(ask(pixels))
        assert pooled is not None  # it was there when it was found
        return pooled

    return features


def _told(given: Mapping[str, Any]) -> str:
    names = [key for key, value in given.items() if value is not None]
    return ", ".join(names) or "nothing by name"
