"""ConvNeXtV2 as it is written into a graph: its response normalization with half the passes over the picture, the same numbers."""

from __future__ import annotations

import copy
from typing import Any


def folded(model: Any) -> Any:
    """A copy of a model in which each global response normalization, w·x·n + b + x, is x·(w·n + 1), and b is in the layer behind it.

    S. Woo et al., ConvNeXt V2 (2023), has the normalization. Models without it are given back as they are.
    """
    from transformers.models.convnextv2.modeling_convnextv2 import ConvNextV2Layer

    if not any(isinstance(layer, ConvNextV2Layer) for layer in model.modules()):
        return model
    import torch

    class Scaling(torch.nn.Module):
        def __init__(self, weight: torch.Tensor) -> None:
            super().__init__()
            self.weight = weight

        def forward(self, features: torch.Tensor) -> torch.Tensor:
            response = torch.linalg.vector_norm(features, ord=2, dim=(1, 2), keepdim=True)
            scaled: torch.Tensor = features * (self.weight * (response / (response.mean(dim=-1, keepdim=True) + 1e-6)) + 1)
            return scaled

    written = copy.deepcopy(model)
    for layer in written.modules():
        if isinstance(layer, ConvNextV2Layer):
            with torch.no_grad():
                layer.pwconv2.bias += layer.pwconv2.weight @ layer.grn.bias.flatten()
            layer.grn = Scaling(layer.grn.weight)
    return written
