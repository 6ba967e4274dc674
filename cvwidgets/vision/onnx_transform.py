"""The one test transform as an ONNX graph: a picture of any size in, what the model is given out; torchvision's resizing has no export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvwidgets.vision.transform import LONGEST

if TYPE_CHECKING:
    import onnx

    from cvwidgets.vision.transform import TestTransform

OPSET = 20
IR_VERSION = 10
"""Of the file, as ONNX 1.16 wrote it: what reads it may be two years older than what writes it."""
HEAD = f'<ir_version: {IR_VERSION}, opset_import: ["": {OPSET}]>\n'
_RESIZING = {
    "bicubic": 'antialias=1, mode="cubic", cubic_coeff_a=-0.5, exclude_outside=1',
    "bilinear": 'antialias=1, mode="linear", exclude_outside=1',
    "nearest-exact": 'mode="nearest", coordinate_transformation_mode="half_pixel", nearest_mode="round_prefer_ceil"',
}


def transform_graph(transform: TestTransform) -> onnx.ModelProto:
    """From `image`, uint8 [height, width, 3], to `pixels`, float32 [1, 3, *size]: what `TestTransform` makes of it, step by step."""
    import onnx.parser

    height, width = transform.size
    steps = [*_cut_strip(), *_resize(transform), *_crop(transform), *_normalize(transform)]
    return onnx.parser.parse_model(
        f"{HEAD}prepare (uint8[height, width, 3] image) => (float[1, 3, {height}, {width}] pixels) {{\n" + "\n".join(steps) + "\n}"
    )


def _cut_strip() -> list[str]:
    return [
        "zero = Constant <value_ints = [0]> ()",
        "two = Constant <value_ints = [2]> ()",
        "both = Constant <value_ints = [0, 1]> ()",
        f"longest = Constant <value = int64 {{{LONGEST}}}> ()",
        "shape = Shape <start = 0, end = 2> (image)",
        "short = ReduceMin <keepdims = 0> (shape)",
        "most = Mul (short, longest)",
        "over = Sub (shape, most)",
        "surplus = Max (over, zero)",
        "begin = Div (surplus, two)",
        "until = Add (begin, most)",
        "middle = Slice (image, begin, until, both)",
        "upright = Transpose <perm = [2, 0, 1]> (middle)",
        "floats = Cast <to = 1> (upright)",
        "batch = Unsqueeze (floats, zero)",
    ]


def _resize(transform: TestTransform) -> list[str]:
    if transform.exact:
        sizes = [f"sizes = Constant <value_ints = [1, 3, {transform.exact[0]}, {transform.exact[1]}]> ()"]
    elif transform.short_side:
        # The long side is rounded down, as torchvision does.
        sizes = [
            f"side = Constant <value = int64 {{{transform.short_side}}}> ()",
            "planes = Constant <value_ints = [1, 3]> ()",
            "cut = Shape <start = 2> (batch)",
            "least = ReduceMin <keepdims = 0> (cut)",
            "grown = Mul (cut, side)",
            "resized = Div (grown, least)",
            "sizes = Concat <axis = 0> (planes, resized)",
        ]
    else:
        return ["whole = Identity (batch)"]
    return [*sizes, f'whole = Resize <{_RESIZING[transform.resample]}> (batch, "", "", sizes)']


def _crop(transform: TestTransform) -> list[str]:
    crop = transform.crop or (transform.size if not transform.exact else None)
    if not crop:
        return ["seen = Identity (whole)"]
    padding = [
        "missing = Sub (wanted, there)",
        "lacking = Max (missing, zero)",
        "before = Div (lacking, two)",
        "after = Sub (lacking, before)",
        "pads = Concat <axis = 0> (before, after)",
        "padded = Pad (whole, pads, , axes)",
    ]
    large_enough = transform.exact or ((transform.short_side or 0,) * 2)
    if large_enough[0] >= crop[0] and large_enough[1] >= crop[1]:
        padding = ["padded = Identity (whole)"]
    return [
        f"wanted = Constant <value_ints = [{crop[0]}, {crop[1]}]> ()",
        "axes = Constant <value_ints = [2, 3]> ()",
        "there = Shape <start = 2> (whole)",
        *padding,
        # Half a pixel goes to the even side, as Python rounds and torchvision with it.
        "around = Sub (there, wanted)",
        "margin = Max (around, zero)",
        "half = Constant <value = float {0.5}> ()",
        "margins = Cast <to = 1> (margin)",
        "halves = Mul (margins, half)",
        "evened = Round (halves)",
        "corner = Cast <to = 7> (evened)",
        "end = Add (corner, wanted)",
        "seen = Slice (padded, corner, end, axes)",
    ]


def _normalize(transform: TestTransform) -> list[str]:
    def three(values: tuple[float, float, float]) -> str:
        return f"float[3, 1, 1] {{{', '.join(map(repr, values))}}}"

    ordered = ["ordered = Identity (clipped)"]
    if transform.reverse_channels:
        ordered = ["backwards = Constant <value_ints = [2, 1, 0]> ()", "ordered = Gather <axis = 1> (clipped, backwards)"]
    return [
        "dark = Constant <value = float {0.0}> ()",
        "bright = Constant <value = float {255.0}> ()",
        "clipped = Clip (seen, dark, bright)",
        *ordered,
        f"scale = Constant <value = float {{{transform.scale!r}}}> ()",
        f"mean = Constant <value = {three(transform.mean)}> ()",
        f"std = Constant <value = {three(transform.std)}> ()",
        "scaled = Mul (ordered, scale)",
        "centered = Sub (scaled, mean)",
        "pixels = Div (centered, std)",
    ]
