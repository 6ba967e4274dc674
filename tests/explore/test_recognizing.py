"""What was known before is recognized in what is new, however much of it comes at once."""

from __future__ import annotations

import numpy as np
from PIL import Image

from cvwidgets.explore import recognize
from cvwidgets.pictures import perceptual_hash
from tests.explore.test_duplicates import scene

COPIES = 30


def test_each_of_many_copies_that_come_together_is_recognized_though_they_are_nearer_to_each_other() -> None:
    scenes = [scene(seed) for seed in range(5)]
    known = np.array([perceptual_hash(picture) for picture in scenes], np.uint64)
    new = np.full(COPIES, known[3] ^ np.uint64(3), np.uint64)

    def look(position: int) -> Image.Image:
        return scenes[position] if position < len(scenes) else scenes[3].resize((120, 90))

    twins, likeness = recognize(known, new, look)
    assert twins.tolist() == [3] * COPIES and likeness.min() > 0.75


def test_nothing_is_recognized_where_nothing_is_known_and_new_ones_are_not_compared_with_each_other() -> None:
    new = np.full(3, 7, np.uint64)
    for known in (np.zeros(0, np.uint64), ~new):
        twins, likeness = recognize(known, new, lambda _position: scene(1))
        assert twins.tolist() == [-1, -1, -1] and likeness.tolist() == [0, 0, 0]


def test_a_picture_that_lost_a_twentieth_of_its_sides_is_recognized_among_strangers() -> None:
    scenes = [scene(seed) for seed in range(12)]
    cropped = [picture.crop((0, 0, round(0.95 * picture.width), round(0.95 * picture.height))) for picture in scenes]
    pictures = [*scenes, *cropped, *(scene(seed) for seed in range(50, 60))]
    hashes = np.array([perceptual_hash(picture) for picture in pictures], np.uint64)
    twins, _ = recognize(hashes[:12], hashes[12:], pictures.__getitem__)
    assert twins.tolist() == [*range(12), *[-1] * 10]
