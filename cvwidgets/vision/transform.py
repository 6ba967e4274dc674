"""The one test transform: how a picture becomes the numbers a model is asked about, in validation, prediction and everything later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import torch
    from PIL.Image import Image

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
RESAMPLING = {0: "nearest-exact", 1: "bicubic", 2: "bilinear", 3: "bicubic", 4: "bilinear", 5: "bicubic"}
"""Pillow's numbers, as configs hold them; Lanczos and Hamming have no float form in torchvision, bicubic is nearest to them."""
LONGEST = 8
"""A strip longer than this many times its short side is cut to its middle first, or resizing it would take gigabytes."""


@dataclass(frozen=True, slots=True)
class TestTransform:
    """Resizes in float with antialiasing, crops the centre, normalizes; made from a model's processor config.

    `short_side` resizes keeping the shape, `exact` (height, width) warps; at most one of them is set. `crop` is height and width.
    """

    short_side: int | None
    exact: tuple[int, int] | None
    crop: tuple[int, int] | None
    resample: str = "bicubic"
    scale: float = 1 / 255
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    reverse_channels: bool = False

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> TestTransform:
        """The transform that a `preprocessor_config.json` describes.

        ConvNeXt has rules of its own: below 384 px the short side goes to size / crop_pct before the crop, above it the picture is warped.
        """
        short_side, exact, crop = _geometry(config)
        normalize = config.get("do_normalize", True)
        return cls(
            short_side=short_side,
            exact=exact,
            crop=crop,
            resample=RESAMPLING[int(config.get("resample") or (3 if _like_convnext(config) else 2))],
            scale=float(config.get("rescale_factor") or 1 / 255) if config.get("do_rescale", True) else 1.0,
            mean=_triple(config.get("image_mean") or IMAGENET_MEAN) if normalize else (0.0, 0.0, 0.0),
            std=_triple(config.get("image_std") or IMAGENET_STD) if normalize else (1.0, 1.0, 1.0),
            reverse_channels=bool(config.get("do_flip_channel_order", False)),
        )

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of what the model sees."""
        return self.crop or self.exact or (self.short_side or 224, self.short_side or 224)

    def pixels(self, array: np.ndarray[Any, np.dtype[np.uint8]]) -> torch.Tensor:
        """Resized and cropped, not yet normalized: uint8 (height, width, 3) to float32 (3, *size) within 0..255.

        What bicubic overshoots is cut off, as it was in the bytes that the base models were trained on.
        """
        import torch
        from torchvision.transforms.v2 import InterpolationMode
        from torchvision.transforms.v2 import functional as change

        tensor = torch.from_numpy(_middle(array)).permute(2, 0, 1).float()
        wanted = list(self.exact) if self.exact else [self.short_side] if self.short_side else None
        if wanted:
            tensor = change.resize(tensor, wanted, interpolation=InterpolationMode(self.resample), antialias=True)
        crop = self.crop or (self.size if not self.exact else None)
        return (change.center_crop(tensor, list(crop)) if crop else tensor).contiguous().clamp_(0, 255)

    def box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """What the model sees of an upright picture, in its pixels: left, top, right, bottom; beyond its edges where the crop is wider."""
        most = LONGEST * min(height, width)
        across, down = (_seen(side, min(side, most), *cut) for side, cut in zip((width, height), self._cuts(width, height), strict=True))
        return across[0], down[0], across[1], down[1]

    def _cuts(self, width: int, height: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Of the width and of the height: how many pixels it has when it is resized, and how many the crop keeps of them."""
        short, long = min(width, height), min(max(width, height), LONGEST * min(width, height))
        resized = self.exact or (min(height, long), min(width, long))
        if self.short_side and not self.exact:
            other = int(self.short_side * long / short)
            resized = (self.short_side, other) if height <= width else (other, self.short_side)
        crop = self.crop or (self.exact or self.size)
        return (resized[1], crop[1]), (resized[0], crop[0])

    def normalize(self, pixels: torch.Tensor) -> torch.Tensor:
        """What the model is given: pixels (…, 3, height, width) in 0..255, any dtype and device, to float32 around 0."""
        import torch

        mean = torch.tensor(self.mean, device=pixels.device).view(3, 1, 1)
        std = torch.tensor(self.std, device=pixels.device).view(3, 1, 1)
        ordered = pixels.flip(-3) if self.reverse_channels else pixels
        return ordered.float().mul(self.scale).sub_(mean).div_(std)

    def __call__(self, image: Image) -> torch.Tensor:
        """An upright RGB picture as the model is given it: float32 (3, *size)."""
        import numpy as np

        return self.normalize(self.pixels(np.array(image)))


def read_processor(folder: Path) -> dict[str, Any]:
    """The processor config of a model's folder; without one, the usual of its family at the size in its `config.json`."""
    if (file := folder / "preprocessor_config.json").is_file():
        return dict(json.loads(file.read_text("utf-8")))
    if (file := folder / "processor_config.json").is_file() and "image_processor" in (nested := json.loads(file.read_text("utf-8"))):
        return dict(nested["image_processor"])
    size = json.loads((folder / "config.json").read_text("utf-8")).get("image_size", 224)
    edge = size if isinstance(size, int) else 224
    return {"image_processor_type": "ConvNextImageProcessor", "size": {"shortest_edge": edge}, "crop_pct": 0.875, "resample": 3}


def with_size(config: Mapping[str, Any], size: int) -> dict[str, Any]:
    """The processor config for another picture size (pixels, square), its margin around the crop kept in proportion."""
    if _like_convnext(config):
        return {**config, "size": {"shortest_edge": size}}
    short_side, _, crop = _geometry(config)
    if not short_side or not crop:
        return {**config, "size": {"height": size, "width": size}}
    resized = round(short_side * size / crop[0])
    return {**config, "size": {"shortest_edge": resized}, "crop_size": {"height": size, "width": size}, "do_center_crop": True}


def _like_convnext(config: Mapping[str, Any]) -> bool:
    return "crop_pct" in config or str(config.get("image_processor_type", "")).startswith("ConvNext")


def _geometry(config: Mapping[str, Any]) -> tuple[int | None, tuple[int, int] | None, tuple[int, int] | None]:
    """Short side, exact size, crop."""
    size = config.get("size") or {"shortest_edge": 224}
    sides = {"shortest_edge": size} if isinstance(size, int) else size
    edge = sides.get("shortest_edge")
    if _like_convnext(config):
        edge = int(edge or sides["height"])
        inner = int(edge / (config.get("crop_pct") or 224 / 256))
        return (inner, None, (edge, edge)) if edge < 384 else (None, (edge, edge), None)
    crop = _pair(config.get("crop_size") or sides) if config.get("do_center_crop", "crop_size" in config) else None
    if not config.get("do_resize", True):
        return None, None, crop or _pair(sides)
    if edge:
        return int(edge), None, crop or (int(edge), int(edge))
    return None, _pair(sides), crop


def _pair(size: int | Mapping[str, int]) -> tuple[int, int]:
    if isinstance(size, int):
        return size, size
    edge = size.get("shortest_edge")
    return (edge, edge) if edge else (size["height"], size["width"])


def _triple(values: float | list[float] | tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = (values,) * 3 if isinstance(values, (int, float)) else values
    return float(red), float(green), float(blue)


def _seen(side: int, middle: int, resized: int, kept: int) -> tuple[float, float]:
    """Where a side of a picture begins and ends that is cut to its middle, resized, and cropped or padded as torchvision does."""
    begin = round((resized - kept) / 2) if resized >= kept else -((kept - resized) // 2)
    scale, first = middle / resized, (side - middle) // 2
    return first + begin * scale, first + (begin + kept) * scale


def _middle(array: np.ndarray[Any, np.dtype[np.uint8]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    height, width = array.shape[:2]
    most = LONGEST * min(height, width)
    top, left = max(0, height - most) // 2, max(0, width - most) // 2
    return array[top : top + most, left : left + most]
