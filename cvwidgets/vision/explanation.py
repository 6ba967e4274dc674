"""What an explanation is: how warm each place of a picture is for a label, where that lies in the picture, and how it is painted."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

Method = Literal["gradcam", "gradients", "occlusion"]
METHODS: tuple[Method, ...] = ("gradcam", "gradients", "occlusion")
NAMES = {"gradcam": "Grad-CAM", "gradients": "Gradients by patch", "occlusion": "Occlusion"}


@dataclass(frozen=True, slots=True)
class Watched:
    """The part of a model that gradients are asked of: the last by that name, a regular expression.

    Of one that gives tokens, `tokens` come before those of the places; None where it gives a map (n, channels, h, w).
    """

    name: str
    tokens: int | None = None


FAMILIES: dict[Method, dict[str, Watched]] = {
    "gradcam": {
        **dict.fromkeys(("convnext", "convnextv2", "resnet"), Watched(r"encoder\.stages\.\d+")),
        "mobilenet_v2": Watched("conv_1x1"),
        **dict.fromkeys(("swin", "swinv2"), Watched(r"\w+\.layernorm", 0)),
    },
    "gradients": {**dict.fromkeys(("vit", "dinov2"), Watched("embeddings", 1)), "deit": Watched("embeddings", 2)},
}
"""By the `model_type` of config.json; occlusion is for all."""

WARM = ((0.0, (255, 212, 59, 0)), (0.5, (255, 146, 43, 190)), (1.0, (214, 40, 40, 255)))
COLD = ((0.0, (165, 216, 255, 0)), (0.5, (77, 171, 247, 190)), (1.0, (24, 86, 196, 255)))
"""RGBA by strength: of what speaks for a label, and of what speaks against it. Yellow to red and blue are told apart by the color-blind."""
SHADE = (16, 18, 22)
"""What lies over a picture where the model does not see it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a model gives a picture a label: `heat`, float32 (h, w), over what it saw of it, one value for each of its own pixels.

    By "gradcam" 0..1, the place that speaks most for the label being 1; all 0 where none does. By "gradients" -1..1, below 0 what speaks
    against it, the strongest being 1 or -1. By "occlusion" by how much the probability of the label falls when the place is covered, -1..1;
    below 0 it rises. `box` is what the heat covers: left, top, right and bottom in pixels of the upright picture, whose `size` is width and
    height; beyond its edges where the model was shown a margin.
    """

    label: str
    probability: float
    method: Method
    heat: npt.NDArray[np.float32]
    box: tuple[float, float, float, float]
    size: tuple[int, int]

    @property
    def strongest(self) -> float:
        """The value of the place that matters most, for the label or against it."""
        return float(self.heat.flat[np.abs(self.heat).argmax()])

    def to_reply(self) -> dict[str, Any]:
        """As JSON."""
        heat = {"shape": self.heat.shape, "heat": b64encode(self.heat.astype("<f4").tobytes()).decode("ascii")}
        return {"label": self.label, "probability": self.probability, "method": self.method, "box": self.box, "size": self.size, **heat}

    @classmethod
    def from_reply(cls, reply: Mapping[str, Any]) -> Explanation:
        """From what `to_reply` gave, once it went through JSON."""
        heat = np.frombuffer(b64decode(reply["heat"]), "<f4").reshape(reply["shape"]).astype(np.float32)
        box, size = tuple(map(float, reply["box"])), tuple(map(int, reply["size"]))
        return cls(reply["label"], float(reply["probability"]), reply["method"], heat, box, size)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Explaining:
    """How far an explanation is: `done` of `of` places were covered; with the last one the `explanation` is there."""

    done: int
    of: int
    explanation: Explanation | None = None


def methods_for(kind: str) -> tuple[Method, ...]:
    """How models of a kind can be explained, by the `model_type` of config.json; the quickest first."""
    return tuple(method for method in METHODS if method == "occlusion" or kind in FAMILIES[method])


def paint_heat(explanation: Explanation) -> Image.Image:
    """The heat as an RGBA picture of its own size: see-through where nothing matters, red for the label, blue against it."""
    strength = explanation.heat / (abs(explanation.strongest) or 1.0)
    warm, cold = (_colored(np.clip(sign * strength, 0, 1), stops) for sign, stops in ((1, WARM), (-1, COLD)))
    return Image.fromarray(np.where((strength >= 0)[..., None], warm, cold).round().astype(np.uint8), "RGBA")


def paint_over(picture: Image.Image, explanation: Explanation, *, opacity: float = 0.6) -> Image.Image:
    """The heat over the upright picture, of whatever size it is shown in; what the model does not see is shaded.

    `opacity` is 0..1, of the heat.
    """
    across, down = (shown / whole for shown, whole in zip(picture.size, explanation.size, strict=True))
    left, top, right, bottom = (round(edge * scale) for edge, scale in zip(explanation.box, (across, down, across, down), strict=True))
    shade = Image.new("RGBA", picture.size, (*SHADE, 140))
    shade.paste((0, 0, 0, 0), (left, top, right, bottom))
    heat = paint_heat(explanation).resize((max(1, right - left), max(1, bottom - top)), Image.Resampling.BILINEAR)
    heat.putalpha(heat.getchannel("A").point(lambda alpha: round(alpha * opacity)))
    laid = Image.new("RGBA", picture.size)
    laid.paste(heat, (left, top))
    whole = Image.alpha_composite(picture.convert("RGBA"), shade)
    return Image.alpha_composite(whole, laid).convert("RGB")


def _colored(strength: npt.NDArray[Any], stops: tuple[tuple[float, tuple[int, ...]], ...]) -> npt.NDArray[np.float64]:
    at = [where for where, _ in stops]
    return np.stack([np.interp(strength, at, [color[channel] for _, color in stops]) for channel in range(4)], axis=-1)
