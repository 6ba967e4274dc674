"""Small models of each family, with random weights."""

from __future__ import annotations

from typing import Any

FAMILIES = ["ConvNextV2", "MobileNetV2", "ResNet", "ViT", "Swin", "DeiT"]


def small_model(kind: str) -> Any:
    """A classifier of owl, elk and bear for 32 px."""
    import transformers

    small: dict[str, Any] = {"hidden_sizes": [8, 8, 8, 8], "depths": [1, 1, 1, 1]} if kind in ("ConvNextV2", "ResNet") else {}
    if kind in ("ViT", "DeiT"):
        small = {"hidden_size": 12, "num_hidden_layers": 1, "num_attention_heads": 3, "intermediate_size": 12}
    if kind == "Swin":
        small = {"embed_dim": 12, "depths": [1, 1], "num_heads": [3, 3], "window_size": 4}
    config = getattr(transformers, f"{kind}Config")(image_size=32, id2label={0: "owl", 1: "elk", 2: "bear"}, **small)
    name = "DeiTForImageClassificationWithTeacher" if kind == "DeiT" else f"{kind}ForImageClassification"
    return getattr(transformers, name)(config).eval()
