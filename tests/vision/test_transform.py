from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import ConvNextImageProcessor, MobileNetV2ImageProcessor, ViTImageProcessor

from cvwidgets import vision
from cvwidgets.vision.transform import read_processor, with_size


def _picture(width: int = 150, height: int = 100) -> Image.Image:
    blots = np.random.default_rng(0).integers(40, 216, (5, 7, 3), dtype=np.uint8)
    return Image.fromarray(blots).resize((width, height), Image.Resampling.BICUBIC)


@pytest.mark.parametrize(
    "processor",
    [
        ConvNextImageProcessor(size={"shortest_edge": 64}, crop_pct=0.875),
        ConvNextImageProcessor(size={"shortest_edge": 384}),
        MobileNetV2ImageProcessor(size={"shortest_edge": 72}, crop_size={"height": 64, "width": 64}),
        ViTImageProcessor(size={"height": 64, "width": 64}),
    ],
    ids=["convnext", "convnext-large", "mobilenet", "vit"],
)
def test_a_picture_becomes_what_its_processor_makes_of_it(processor: ConvNextImageProcessor) -> None:
    theirs = processor(_picture(), return_tensors="pt")["pixel_values"][0]
    ours = vision.TestTransform.from_config(json.loads(processor.to_json_string()))(_picture())
    assert ours.shape == theirs.shape
    assert float((ours - theirs).abs().max()) < 0.06  # theirs rounds to whole bytes after resizing
    assert float((ours - theirs).abs().mean()) < 0.01


def test_another_size_keeps_the_margin_around_the_crop() -> None:
    config = {"size": {"shortest_edge": 256}, "crop_size": {"height": 224, "width": 224}, "do_center_crop": True}
    resized = vision.TestTransform.from_config(with_size(config, 112))
    assert (resized.short_side, resized.crop) == (128, (112, 112))
    starter = vision.TestTransform.from_config(with_size(read_processor(vision.find_base("starter")), 96))
    assert (starter.short_side, starter.size) == (109, (96, 96))


def test_a_strip_costs_no_gigabytes() -> None:
    transform = vision.TestTransform.from_config({"size": {"shortest_edge": 64}, "crop_pct": 0.875})
    assert transform(_picture(20_000, 3)).shape == (3, 64, 64)


def test_a_model_without_a_processor_gets_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"image_size": 48}')
    assert vision.TestTransform.from_config(read_processor(tmp_path)).size == (48, 48)


def test_channels_are_turned_around_for_models_that_want_blue_first() -> None:
    config = {"size": {"height": 8, "width": 8}, "do_normalize": False}
    plain = vision.TestTransform.from_config(config)(_picture())
    turned = vision.TestTransform.from_config({**config, "do_flip_channel_order": True})(_picture())
    assert torch.equal(turned, plain.flip(0))


@pytest.mark.parametrize(
    "transform",
    [
        vision.TestTransform(40, None, (32, 32)),
        vision.TestTransform(None, (32, 48), None),
        vision.TestTransform(32, None, (32, 32)),
        vision.TestTransform(None, None, (32, 32)),
        vision.TestTransform(24, None, (32, 32)),
    ],
)
@pytest.mark.parametrize("size", [(90, 60), (60, 90), (37, 300), (20, 20), (64, 64)])
def test_the_box_of_a_picture_is_what_the_model_sees_of_it(transform: vision.TestTransform, size: tuple[int, int]) -> None:
    # A picture whose red rises from left to right and whose green from top to bottom tells of each pixel where it was.
    width, height = size
    ramp = np.zeros((height, width, 3), np.float32)
    ramp[..., 0], ramp[..., 1] = (np.arange(width) + 0.5) * 255 / width, ((np.arange(height) + 0.5) * 255 / height)[:, None]
    ramp[..., 2] = 255
    pixels = transform.pixels(ramp.round().astype(np.uint8)).numpy()
    left, top, right, bottom = transform.box(width, height)
    rows, columns = pixels.shape[1:]
    inside = pixels[2] > 254
    inside[[0, -1]], inside[:, [0, -1]] = False, False  # what lies on an edge is mixed
    at_x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    at_y = top + (np.arange(rows) + 0.5) * (bottom - top) / rows
    seen_x, seen_y = pixels[0] * width / 255, pixels[1] * height / 255
    assert np.abs(seen_x - at_x)[inside].max(initial=0) < 0.02 * width + 1
    assert np.abs(seen_y - at_y[:, None])[inside].max(initial=0) < 0.02 * height + 1
