"""How alike two pictures are once one is laid over the other: the number that says whether they show the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvwidgets.explore.aligning import COARSE, averaged, laid, refine, shrunk

if TYPE_CHECKING:
    from torch import Tensor

FINE = 96
"""Side, in pixels, of the pictures that are judged."""

_PATCH = {COARSE: (6, 2), FINE: (12, 4)}
"""Side of a patch, and how many pixels one begins after the other, by the side of the pictures."""
_SOFT_COARSE, _SOFT = 3, 5
"""Pixels that are averaged first, so that what encoding and resizing leave of fine grain makes no difference."""
_NOISE = (1.5 / 255) ** 2
"""Variance of brightness that they cause even so: patches that differ by no more are alike."""
_DETAIL = (4 / 255) ** 2
"""Variance at which a patch counts half: an even wall behind the thing tells nothing, its shape and its print tell the same."""
_OVERLAID = 0.3
"""Share of what counts that may be covered (a text, a watermark, what has become all white): the patches least alike."""
_COLOR, _COLOR_SPREAD = 0.03, 0.06
_LIGHT, _LIGHT_EVEN, _LIGHT_SPREAD = 0.3, 0.03, 0.1
"""By how much of the range colors and brightness may differ on the whole, the brightness of even pictures by less; and how fast the
likeness falls beyond that."""
_EVEN = 0.02
"""Mean weight of the patches below which a picture is nearly even."""
_PLACE, _SKEW, _SHAPE_SPREAD = 0.4, 0.15, 0.15
"""How far a frame may have moved, grown or shrunk (0.36 for 30% of a side cut off), and how much more it may have grown in one direction
than in the other; and how fast the likeness falls beyond that. Anything fits anything when it may be pulled long enough."""
_BEYOND, _BEYOND_SPREAD, _SCENE = 0.02, 0.05, 0.5
"""Share of both pictures that may lie beyond the other: a crop lies inside what it was cut from, two exposures of one scene overlap. The
likeness of these falls to half over the next 5%."""
_SHARPNESS = 10
"""Power that the likeness is raised to: pictures of one kind reach 0.97 before, what was made of one picture has 0.98 to 1."""


def roughly(first: Tensor, second: Tensor, placement: Tensor) -> Tensor:
    """How alike the structure of laid pictures is, (m,) -1..1, from luma alone (m, COARSE, COARSE) in 0..1: a first look before `judge`."""
    one, other = averaged(first, _SOFT_COARSE), averaged(second, _SOFT_COARSE)
    seen, inside = laid(one[:, None], placement)
    luma, _, _ = _leveled(seen[:, 0], other, inside)
    return _without_the_lowest(*_structure(luma, other, inside))


def judge(first: Tensor, second: Tensor, placement: Tensor) -> Tensor:
    """How alike pictures are, float32 (m,) in 0..1, from luma, blue and red (m, 3, FINE, FINE) in 0..1 and where they roughly lie (m, 4).

    The structure of SSIM (Z. Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity, 2004) in patches,
    weighed by how much there is to see in them, without the worst 30%; less where colors differ, where brightness does by more than a
    third, and where neither picture lies inside the other.
    """
    import torch

    one, other = averaged(first[:, 0], _SOFT), averaged(second[:, 0], _SOFT)
    placement = refine(shrunk(one, 2), shrunk(other, 2), placement, 4)
    placement = refine(one, other, placement, 3)
    seen, inside = laid(torch.cat([one[:, None], first[:, 1:]], dim=1), placement)
    luma, gain, light = _leveled(seen[:, 0], other, inside)
    alike, weight = _structure(luma, other, inside)
    structure = _without_the_lowest(alike, weight)
    difference = (seen[:, 1:] - 0.5) * gain - (second[:, 1:] - 0.5)
    color = -_without_the_lowest(-_patches(difference).abs().amax(1), weight)
    told = (weight.mean(1) / _EVEN).clamp(max=1)
    allowed = _LIGHT_EVEN + (_LIGHT - _LIGHT_EVEN) * told
    skew = (placement[:, 2] - placement[:, 3]).abs()
    shape = _fading(placement.abs().amax(1), _PLACE, _SHAPE_SPREAD) * _fading(skew, _SKEW, _SHAPE_SPREAD)
    beyond = ((_beyond(placement) - _BEYOND) / _BEYOND_SPREAD).clamp(0, 1)
    whole = shape * (1 - (1 - _SCENE) * beyond) * _fading(color, _COLOR, _COLOR_SPREAD) * _fading(light, allowed, _LIGHT_SPREAD)
    return structure.clamp(0, 1) ** _SHARPNESS * whole


def _beyond(placement: Tensor) -> Tensor:
    """The share of each of two pictures (m,) that lies outside the other, the smaller of both: 0 when one lies inside the other."""
    middle, half = placement[:, :2], placement[:, 2:].exp()
    shared = ((middle + half).clamp(max=1) - (middle - half).clamp(min=-1)).clamp(min=0).prod(1)
    return 1 - shared / (4 * half.prod(1)).clamp(max=4)


def _leveled(seen: Tensor, goal: Tensor, inside: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """`seen` (m, side, side) with the contrast and brightness of `goal`, the gain that took (m, 1, 1, 1), how far brightness was off (m,).

    What does not fit counts less from turn to turn.
    """
    weight, missed = inside, inside
    for _ in range(3):
        total = weight.sum((1, 2), keepdim=True).clamp(min=1)
        mean, aim = ((picture * weight).sum((1, 2), keepdim=True) / total for picture in (seen, goal))
        spread = ((seen - mean) ** 2 * weight).sum((1, 2), keepdim=True) / total
        together = ((seen - mean) * (goal - aim) * weight).sum((1, 2), keepdim=True) / total
        gain = ((together + _NOISE) / (spread + _NOISE)).clamp(0.5, 2)
        missed = ((seen - mean) * gain + aim - goal).abs()
        scale = (missed * inside).sum((1, 2), keepdim=True) / inside.sum((1, 2), keepdim=True).clamp(min=1) + 1 / 255
        weight = inside / (1 + (missed / (2 * scale)) ** 2)
    return (seen - mean) * gain + aim, gain[:, None], (mean - aim).abs()[:, 0, 0]


def _structure(one: Tensor, other: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
    """How alike the pictures are in each patch (m, patches), -1..1, and how much that tells."""
    import torch

    values = torch.stack([inside, one, other, one * one, other * other, one * other], dim=1)
    values[:, 1:] *= inside[:, None]
    share, *sums = _patches(values).unbind(1)
    mean, aim, own, others, product = (part / share.clamp(min=1e-3) for part in sums)
    own, others = (own - mean**2).clamp(min=0), (others - aim**2).clamp(min=0)
    alike = (2 * (product - mean * aim) + _NOISE) / (own + others + _NOISE)
    told = (own + others) / (own + others + _DETAIL)
    return alike, (told + 1e-3) * (share > 0.6)


def _patches(pictures: Tensor) -> Tensor:
    """The mean of each patch of (m, channels, side, side): (m, channels, patches)."""
    from torch.nn import functional

    return functional.avg_pool2d(pictures, *_PATCH[pictures.shape[-1]]).flatten(2)


def _without_the_lowest(values: Tensor, weight: Tensor) -> Tensor:
    """The weighted mean (m,) of values (m, k), without the lowest that make up the share that may be covered."""
    order = values.argsort(1)
    values, weight = values.gather(1, order), weight.gather(1, order)
    total = weight.cumsum(1)
    kept = (total - _OVERLAID * total[:, -1:]).clamp(min=0).minimum(weight)
    return (values * kept).sum(1) / kept.sum(1).clamp(min=1e-9)


def _fading(value: Tensor, allowed: Tensor | float, spread: float) -> Tensor:
    return (-(((value - allowed).clamp(min=0) / spread) ** 2)).exp()
