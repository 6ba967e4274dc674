"""What is proposed for comparison: all that is near, and never so much that many images cannot be compared."""

from __future__ import annotations

import numpy as np
from PIL import ImageOps

from cvwidgets.explore.candidates import NEAREST, RADIUS, by_embedding, by_hash
from cvwidgets.pictures import perceptual_hash
from tests.explore.test_duplicates import scene

MIRROR = np.uint64(0xAAAA_AAAA_AAAA_AAAA)
Found = set[tuple[int, int]]


def names(found: tuple[np.ndarray, np.ndarray]) -> Found:
    return set(zip(*(part.tolist() for part in found), strict=True))


def hashes(count: int) -> np.ndarray:
    """Random hashes, every second one 0 to 9 bits from the one before it, half of these mirrored."""
    random = np.random.default_rng(0)
    made = random.integers(0, 2**64, count, dtype=np.uint64)
    for number in range(1, count, 2):
        bits = random.choice(64, random.integers(0, 10), replace=False)
        made[number] = made[number - 1] ^ np.bitwise_or.reduce(np.uint64(1) << bits.astype(np.uint64), initial=np.uint64(0))
        made[number] ^= MIRROR * np.uint64(number % 4 == 1)
    return made


def test_all_hashes_within_the_radius_are_proposed_also_mirrored_ones() -> None:
    made = hashes(1000)
    bits = made[:, None] ^ made
    near = np.minimum(np.bitwise_count(bits), np.bitwise_count(bits ^ MIRROR)) <= RADIUS
    wanted = {(later, earlier) for later, earlier in np.argwhere(near).tolist() if earlier < later}
    assert names(by_hash(made, np.arange(1000))) == wanted and len(wanted) > 300


def test_the_hash_of_a_mirrored_picture_is_near_the_hash_with_its_odd_frequencies_turned() -> None:
    for seed in range(10):
        plain, turned = np.array([perceptual_hash(scene(seed)), perceptual_hash(ImageOps.mirror(scene(seed)))], np.uint64)
        assert np.bitwise_count(plain ^ turned ^ MIRROR) <= RADIUS


def test_later_images_are_proposed_what_they_would_have_been_and_no_others() -> None:
    made, vectors = hashes(400), embeddings(400)
    for search, rows in ((by_hash, made), (by_embedding, vectors)):
        whole = names(search(rows, np.arange(400)))  # type: ignore[operator]
        assert names(search(rows, np.arange(400), 300)) == {pair for pair in whole if pair[0] >= 300}  # type: ignore[operator]
        assert names(search(rows[:300], np.arange(300))) == {pair for pair in whole if pair[0] < 300}  # type: ignore[operator]


def embeddings(count: int) -> np.ndarray:
    """Random directions, every second one near the one before it."""
    random = np.random.default_rng(1)
    made = random.normal(size=(count, 64)).astype(np.float32)
    made[1::2] = made[::2] + 0.3 * random.normal(size=(count // 2, 64))
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_many_embeddings_are_searched_in_cells_and_what_is_near_is_found() -> None:
    vectors = embeddings(3000)
    wanted = {(number, number - 1) for number in range(1, 3000, 2)}
    assert wanted <= names(by_embedding(vectors, np.arange(3000)))
    assert len(wanted - names(by_embedding(vectors, np.arange(3000), exact=0))) <= 15


def test_of_images_all_alike_each_is_compared_with_few() -> None:
    same = np.tile(embeddings(2)[:1], (3000, 1))
    for later, earlier in (by_hash(np.zeros(3000, np.uint64), np.arange(3000)), by_embedding(same, np.arange(3000))):
        assert np.bincount(later).max() <= NEAREST
        assert set(later) == set(range(1, 3000)) and (earlier < later).all()
