from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cvwidgets.learn.augment import Level, augment

PICTURE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8))


@pytest.mark.parametrize("level", ["light", "strong"])
def test_the_same_chance_makes_the_same_picture(level: Level) -> None:
    made = [augment(PICTURE, (32, 32), level=level, chance=np.random.default_rng([7, 1, n])) for n in (3, 3, 4)]
    assert made[0].shape == (32, 32, 3) and made[0].dtype == np.uint8
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


@pytest.mark.parametrize("size", [(1, 1), (2, 500), (500, 2)])
def test_odd_shapes_are_cropped_too(size: tuple[int, int]) -> None:
    for seed in range(20):
        assert augment(Image.new("RGB", size), (32, 24), level="strong", chance=np.random.default_rng(seed)).shape == (32, 24, 3)
