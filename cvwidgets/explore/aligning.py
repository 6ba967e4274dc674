"""Lays one small picture over another: where the second one's frame lies in the first, when it was cropped, scaled or mirrored.

A placement (4,) is x, y of the frame's middle and the logarithms of its half width and half height, in units in which the first picture
reaches from -1 to 1 both ways: 0, 0, 0, 0 lies exactly over it. So the size in pixels plays no part, and a crop is nothing but a scale.
Found by Gauss-Newton steps on brightness, from coarse to fine, with gain and offset of the brightness solved for in the same step and
pixels that do not fit (a text over the picture) weighed down: G. Evangelidis and E. Psarakis, Parametric Image Alignment Using Enhanced
Correlation Coefficient Maximization, 2008, in its spirit. All pairs of a batch are laid over each other at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

COARSE = 32
"""Side, in pixels, of the pictures that are aligned first."""

_HALFWAY = 16
_STEPS = {_HALFWAY: 5, COARSE: 4}
"""Steps taken at each side of the way from coarse to fine."""
_HOPEFUL = 0.5
"""Fit halfway below which nothing finer is tried. Of 1,196 pairs of photos and what was made of them none fitted worse than 0.8; of other
pairs that were proposed most do."""
_FARTHEST, _LARGEST = 0.6, 0.6
"""How far a frame may move, and how much it may grow or shrink (as a logarithm): about 45% cropped off."""
NOISE = 2 / 255
"""Brightness, 0..1, that is nothing but noise."""
_PRIOR = 0.01
_AT_FIRST, _USUAL = 0.1, 0.15
"""What speaks for a frame that lies straight over the other picture, before anything fits: how much, by how much brightness is off at
first, and how far frames usually are from there. Without it a text on an even wall pulls the frame away; with more of it crops of 30% are
not found. Once the pictures fit, it plays no part."""
_MOVE = 0.15
"""The most that one step changes."""


def align(first: Tensor, second: Tensor, ways: Tensor, starts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Lays each second picture over its first, or over its mirror image where that fits better; both float32 (m, COARSE, COARSE) in 0..1.

    `ways` int64 (k, m) are what is tried: 0 and 1 lay the second over the first and over the first's mirror image, 2 and 3 the first over
    the second and its mirror image: from a crop to the whole the way is often missed that is found from the whole to the crop. `starts`
    (k, m, 4) are the placements from which.

    Returns placements (m, 4), whether the first one was mirrored for it (m,), and how well each fits (m,): the correlation of what is finer
    than the broad light and dark, -1..1; 0 where it was not worth the while to go on to the end.
    """
    import torch

    count = len(first)
    placement, mirrored, fit = first.new_zeros((count, 4)), torch.zeros(count, dtype=torch.bool), first.new_zeros(count)
    one, other = (shrunk(pictures, COARSE // _HALFWAY) for pictures in (first, second))
    number = torch.arange(count)
    at = ways * count + number
    seen, goal = torch.cat([one, one.flip(2), other, other.flip(2)])[at.flatten()], torch.cat([other, other, one, one])[at.flatten()]
    place = refine(seen, goal, starts.flatten(0, 1), _STEPS[_HALFWAY])
    best, which = _fit(seen, goal, place).view(ways.shape).max(dim=0)
    number = number[best > _HOPEFUL]
    place, way = place.view(starts.shape)[which[number], number], ways[which[number], number]
    mirrored[number] = way % 2 == 1
    place = torch.where((way >= 2)[:, None], _seen_from_the_other(place, mirrored[number]), place)
    one = torch.where(mirrored[number, None, None], first[number].flip(2), first[number])
    placement[number] = refine(one, second[number], place, _STEPS[COARSE])
    fit[number] = _fit(one, second[number], placement[number])
    return placement, mirrored, fit


def refine(first: Tensor, second: Tensor, placement: Tensor, steps: int) -> Tensor:
    """Takes some more steps at the size given, (m, side, side); returns the placements (m, 4)."""
    import torch

    slopes = _with_slopes(first)
    across, down = _grid(second)
    goal = second.flatten(1)
    weight = torch.ones_like(goal)
    scale = torch.full_like(goal[:, :1], _AT_FIRST)
    for _ in range(steps):
        seen, inside = _looked_up(slopes, placement)
        value, dx, dy = seen.unbind(1)
        wide, high = placement[:, 2:].exp().unbind(1)
        columns = torch.stack([dx, dy, dx * across * wide[:, None], dy * down * high[:, None], value - 0.5, torch.ones_like(value)], dim=1)
        weighed = columns * (weight * inside)[:, None]
        normal, aim = weighed @ columns.transpose(1, 2), weighed @ goal[..., None]
        # The less fits, the less the pictures can say against a frame that lies straight over the other.
        prior = _PRIOR * goal.shape[1] * (scale / _USUAL) ** 2
        aim[:, :4, 0] -= prior * placement
        ridge = torch.cat([prior.expand(-1, 4), torch.zeros_like(prior).expand(-1, 2)], dim=1) + 1e-4 * goal.shape[1]
        solved, _ = torch.linalg.solve_ex(normal + torch.diag_embed(ridge), aim)
        missed = (goal - (solved.transpose(1, 2) @ columns)[:, 0]).abs()
        scale = (missed * inside).sum(1, keepdim=True) / inside.sum(1, keepdim=True).clamp(min=1) + 0.004
        weight = 1 / (1 + (missed / (2 * scale)) ** 2)
        gain = solved[:, 4].clamp(min=0.3)
        placement = placement + (solved[:, :4, 0] / gain).nan_to_num().clamp(-_MOVE, _MOVE)
        placement = torch.cat([placement[:, :2].clamp(-_FARTHEST, _FARTHEST), placement[:, 2:].clamp(-_LARGEST, _LARGEST)], dim=1)
    return placement


def laid(pictures: Tensor, placement: Tensor) -> tuple[Tensor, Tensor]:
    """What the frames show of pictures (m, channels, side, side): the same shape, and where there was something to see (m, side, side)."""
    seen, inside = _looked_up(pictures, placement)
    return seen.view_as(pictures), inside.view(len(pictures), *pictures.shape[2:])


def shrunk(pictures: Tensor, factor: int) -> Tensor:
    """Pictures (m, side, side) at a whole fraction of their side."""
    from torch.nn import functional

    return functional.avg_pool2d(pictures[:, None], factor)[:, 0] if factor > 1 else pictures


def averaged(pictures: Tensor, window: int) -> Tensor:
    """Each pixel of (m, side, side) the mean of the window around it, as far as it lies in the picture."""
    import torch

    at = torch.arange(pictures.shape[-1])
    near = ((at[:, None] - at).abs() <= window // 2).float()
    near = near / near.sum(1, keepdim=True)
    return near @ pictures @ near.T  # several times faster than pooling


def _seen_from_the_other(placement: Tensor, mirrored: Tensor) -> Tensor:
    """Turns where the first frame lies in the second picture into where the second lies in the first; the picture below is mirrored."""
    import torch

    middle = -placement[:, :2] / placement[:, 2:].exp()
    side = torch.where(mirrored, -1.0, 1.0)
    return torch.stack([middle[:, 0] * side, middle[:, 1], -placement[:, 2], -placement[:, 3]], dim=1)


def _grid(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """x and y of the middle of each pixel, flat, in -1..1."""
    import torch

    side = pictures.shape[-1]
    at = (torch.arange(side, device=pictures.device) + 0.5) * 2 / side - 1
    return at.repeat(side), at.repeat_interleave(side)


def _with_slopes(pictures: Tensor) -> Tensor:
    """Pictures and their slopes along x and y in units of the grid, (m, 3, side, side)."""
    import torch
    from torch.nn import functional

    side = pictures.shape[-1]
    padded = functional.pad(pictures[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    dx = (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) * (side / 4)
    dy = (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]) * (side / 4)
    return torch.stack([pictures, dx, dy], dim=1)


def _looked_up(pictures: Tensor, placement: Tensor) -> tuple[Tensor, Tensor]:
    """The pixels of the frames, flat (m, channels, pixels), and 1 where they lie inside the picture, else 0 (m, pixels)."""
    import torch
    from torch.nn import functional

    across, down = _grid(pictures)
    x = placement[:, 0:1] + placement[:, 2:3].exp() * across
    y = placement[:, 1:2] + placement[:, 3:4].exp() * down
    side = pictures.shape[-1]
    where = torch.stack([x, y], dim=2).view(-1, side, side, 2)
    seen = functional.grid_sample(pictures, where, mode="bilinear", padding_mode="border", align_corners=False)
    return seen.flatten(2), ((x.abs() <= 1) & (y.abs() <= 1)).float()


def _fit(first: Tensor, second: Tensor, placement: Tensor) -> Tensor:
    """Correlation (m,) of the laid pictures without their broad light and dark, -1..1; 1 where neither has anything finer."""
    window = first.shape[-1] // 4 + 1
    seen, inside = laid(first[:, None], placement)
    one, other = ((picture - averaged(picture, window)) * inside for picture in (seen[:, 0], second))
    noise = NOISE**2 * first.shape[-1] ** 2
    product, own, others = (one * other).sum((1, 2)), (one * one).sum((1, 2)), (other * other).sum((1, 2))
    return (product + noise) / ((own + noise) * (others + noise)).sqrt()
