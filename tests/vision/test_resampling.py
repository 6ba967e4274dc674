from __future__ import annotations

import numpy as np
import pytest
import torch

from cvwidgets import vision
from cvwidgets.vision.resampling import quick_pixels

TRANSFORMS = [
    vision.TestTransform(182, None, (160, 160)),
    vision.TestTransform(224, None, (224, 224), "bilinear"),
    vision.TestTransform(256, None, None),
    vision.TestTransform(64, None, (100, 64)),
    vision.TestTransform(20, None, (20, 20), "nearest-exact"),
    vision.TestTransform(None, (50, 70), None),
    vision.TestTransform(None, (224, 224), (200, 160)),
    vision.TestTransform(None, None, (40, 40)),
]


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("size", [(256, 341), (341, 256), (256, 256), (33, 90), (181, 183), (1024, 20), (7, 9)])
def test_the_quick_way_gives_what_the_test_transform_gives(transform: vision.TestTransform, size: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    quick, slow = quick_pixels(transform, picture), transform.pixels(picture)
    assert (quick.shape, quick.dtype, quick.is_contiguous()) == (slow.shape, slow.dtype, True)
    assert torch.allclose(quick, slow, atol=1e-3, rtol=0)
