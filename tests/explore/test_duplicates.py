"""Duplicates are found whatever was done to them, and what is only of one kind stays apart."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from cvwidgets.errors import ExploreError, UnreadablePicture
from cvwidgets.explore.duplicates import THRESHOLD, Look, Pairs, at_threshold, find_pairs, group
from cvwidgets.pictures import make_thumbnail, perceptual_hash

Change = Callable[[Image.Image], Image.Image]


def scene(seed: int, size: tuple[int, int] = (400, 300)) -> Image.Image:
    """A picture with large and small things in it, of other colors and places for each seed."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", size, tuple(int(v) for v in random.integers(60, 220, 3)))
    pen = ImageDraw.Draw(image)
    for reach in (150, 110, 80, 60, 50, 40, 40, 30, 30, 20, 20, 20):
        x, y = (int(random.integers(-reach // 2, side - reach // 2)) for side in size)
        w, h = (int(v) for v in random.integers(reach // 3, reach, 2))
        shape = pen.ellipse if random.random() < 0.5 else pen.rectangle
        shape((x, y, x + w, y + h), fill=tuple(int(v) for v in random.integers(0, 255, 3)))
    return image


def encoded(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


def scaled(image: Image.Image, factor: float) -> Image.Image:
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.BICUBIC)


def with_text(image: Image.Image) -> Image.Image:
    image = image.copy()
    ImageDraw.Draw(image).text((25, 250), "holiday 2024", fill="white", stroke_width=2, stroke_fill="black", font_size=26)
    return image


CHANGES: dict[str, Change] = {
    "encoded anew": lambda image: encoded(image, 30),
    "a quarter as large": lambda image: scaled(image, 0.25),
    "twice as large": lambda image: scaled(image, 2),
    "cropped by 15%": lambda image: image.crop((60, 0, 400, 255)),
    "cropped on all sides": lambda image: image.crop((20, 15, 380, 285)),
    "mirrored": ImageOps.mirror,
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.8),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "with a text over it": with_text,
    "all at once": lambda image: encoded(with_text(scaled(ImageOps.mirror(image).crop((0, 20, 370, 300)), 0.9)), 50),
}


class Heap:
    """Pictures as a project has them: hashes, embeddings (here nothing but colors), thumbnails, and who was looked at."""

    def __init__(self, pictures: Sequence[Image.Image]) -> None:
        self.thumbnails = [make_thumbnail(picture.convert("RGB")) for picture in pictures]
        self.hashes = np.array([perceptual_hash(picture.convert("RGB")) for picture in pictures], np.uint64)
        small = [np.asarray(picture.convert("RGB").resize((6, 6)), np.float32) / 255 - 0.5 for picture in pictures]
        rows = [(colors + colors[:, ::-1]).ravel() for colors in small]  # as nets do, they hardly tell left from right
        self.embeddings = np.stack([row / np.linalg.norm(row) for row in rows]) if pictures else np.zeros((0, 108), np.float32)
        self.looked_at: set[int] = set()

    def look(self, position: int) -> Image.Image:
        self.looked_at.add(position)
        return Image.open(io.BytesIO(self.thumbnails[position]))

    def pairs(self, **options: object) -> Pairs:
        return find_pairs(self.hashes, self.embeddings, self.look, **options)  # type: ignore[arg-type]


def stacks(pairs: Pairs, **options: object) -> list[list[int]]:
    return [stack.tolist() for stack in group(pairs, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize("change", CHANGES)
def test_a_picture_is_found_again_whatever_was_done_to_it(change: str) -> None:
    originals = [scene(seed) for seed in range(10)]
    pairs = Heap([*originals, *(CHANGES[change](picture) for picture in originals)]).pairs()
    assert stacks(pairs) == [[number, number + 10] for number in range(10)]
    assert set(pairs.mirrored[pairs.likeness >= THRESHOLD]) == {change in ("mirrored", "all at once")}


def test_all_that_was_made_of_one_picture_is_one_stack() -> None:
    made = [change(scene(0)) for change in CHANGES.values()]
    assert stacks(Heap([scene(0), *made, *(scene(seed) for seed in range(1, 6))]).pairs()) == [list(range(len(made) + 1))]


def test_pictures_of_one_kind_stay_apart_however_near_their_hashes_and_embeddings_are() -> None:
    def cells(seed: int) -> Image.Image:
        random, image = np.random.default_rng(seed), Image.new("RGB", (320, 240), (225, 205, 210))
        for x, y in random.uniform(0, 1, (25, 2)) * (320, 240):
            ImageDraw.Draw(image).ellipse((x - 16, y - 16, x + 16, y + 16), fill=(200, 130, 140), outline=(170, 100, 120), width=3)
        return image

    heap = Heap([cells(seed) for seed in range(30)])
    heap.hashes[:], heap.embeddings[:] = heap.hashes[0], heap.embeddings[0]
    assert stacks(heap.pairs()) == []
    assert len(heap.looked_at) == 30


def test_frames_of_a_film_in_which_things_move_stay_apart() -> None:
    def frame(number: int) -> Image.Image:
        image = Image.blend(scene(100), Image.new("RGB", (400, 300), "gray"), 0.8)
        thing = scene(7, (140, 140))
        image.paste(thing, (25 * number, 20 + 15 * number))
        return image

    assert stacks(Heap([frame(number) for number in range(8)]).pairs()) == []


def test_two_exposures_of_one_scene_that_only_overlap_are_alike_by_less_than_the_threshold() -> None:
    wide = scene(5, (600, 300))
    (likeness,) = Heap([wide.crop((0, 0, 480, 280)), wide.crop((80, 20, 560, 300))]).pairs().likeness
    assert 0.4 < likeness < 0.6


def test_one_thing_in_two_colors_is_no_duplicate() -> None:
    picture = scene(3)
    red, green, blue = picture.split()
    assert stacks(Heap([picture, Image.merge("RGB", (blue, green, red))]).pairs()) == []


def test_copies_of_the_same_bytes_are_alike_by_1_and_are_not_looked_at() -> None:
    heap = Heap([scene(0), scene(1), scene(0), scene(0)])
    pairs = heap.pairs(contents=np.array(["a", "b", "a", "a"]))
    assert (pairs.first.tolist(), pairs.second.tolist(), pairs.likeness.tolist()) == ([0, 0], [2, 3], [1, 1])
    assert stacks(pairs, threshold=1.0) == [[0, 2, 3]]
    assert heap.looked_at <= {0, 1}


def test_what_looks_the_same_but_has_other_bytes_is_alike_by_less_than_1() -> None:
    (likeness,) = Heap([scene(0), scene(0)]).pairs().likeness
    assert 0.99 < likeness < 1


def test_new_images_are_compared_with_all_and_nothing_else_is_done_again() -> None:
    pictures = [scene(0), scene(1), CHANGES["mirrored"](scene(0)), CHANGES["cropped by 15%"](scene(1)), scene(2)]
    heap = Heap([*pictures, CHANGES["darker"](scene(1)), CHANGES["darker"](scene(2))])
    whole = heap.pairs()
    known = find_pairs(heap.hashes[:5], heap.embeddings[:5], heap.look)
    heap.looked_at.clear()
    later = heap.pairs(new=[5, 6], known=known)
    for name in ("first", "second", "mirrored", "likeness"):
        np.testing.assert_allclose(getattr(later, name), getattr(whole, name), atol=1e-5)
    alone = heap.pairs(new=[6])
    assert 6 in alone.second and all(6 in pair for pair in zip(alone.first, alone.second, strict=True))


def test_an_old_picture_that_nothing_new_resembles_is_not_looked_at_again() -> None:
    heap = Heap([*(scene(seed) for seed in range(12)), CHANGES["encoded anew"](scene(4))])
    assert len(heap.pairs(new=[12], known=find_pairs(heap.hashes[:12], None, heap.look))) == 1
    heap.looked_at.clear()
    assert find_pairs(heap.hashes, None, heap.look, new=[12]).first.tolist() == [4]
    assert heap.looked_at == {4, 12}


def test_the_order_of_the_images_changes_no_stack() -> None:
    pictures = [change(scene(seed)) for seed in range(3) for change in list(CHANGES.values())[:4]]
    turned = Heap(pictures[::-1]).pairs()
    assert stacks(Heap(pictures).pairs()) == [[11 - position for position in stack][::-1] for stack in stacks(turned)[::-1]]


def test_the_same_images_give_the_same_pairs_twice() -> None:
    heap = Heap([change(scene(0)) for change in CHANGES.values()])
    one, other = heap.pairs(), heap.pairs()
    assert all(np.array_equal(getattr(one, name), getattr(other, name)) for name in Pairs.__slots__)


def test_a_threshold_is_moved_without_looking_again() -> None:
    heap = Heap([scene(0), CHANGES["all at once"](scene(0)), scene(1), CHANGES["encoded anew"](scene(1))])
    pairs = heap.pairs()
    heap.looked_at.clear()
    at = at_threshold(pairs, float(pairs.likeness.min()) + 0.001)
    assert at is not None and (pairs.first[at], pairs.second[at]) == (0, 1)
    assert stacks(pairs, threshold=pairs.likeness.min() + 0.001) == [[2, 3]]
    assert stacks(pairs, threshold=pairs.likeness.min()) == [[0, 1], [2, 3]]
    assert not heap.looked_at


def test_a_picture_that_cannot_be_had_is_named_and_stops_nothing() -> None:
    heap = Heap([scene(0), scene(0), scene(1), scene(1), scene(1)])

    def look(position: int) -> Image.Image | None:
        if position == 1:
            raise UnreadablePicture("It is gone.")
        return None if position == 4 else heap.look(position)

    pairs = find_pairs(heap.hashes, heap.embeddings, look)
    assert stacks(pairs) == [[2, 3]]
    assert pairs.unseen.tolist() == [1, 4]


def test_a_thumbnail_that_is_cut_off_is_one_that_cannot_be_had() -> None:
    heap = Heap([scene(0), scene(0)])
    heap.thumbnails[1] = heap.thumbnails[1][:2000]
    assert heap.pairs().unseen.tolist() == [1]


def test_arrays_do_in_place_of_pictures() -> None:
    heap = Heap([scene(0), CHANGES["mirrored"](scene(0))])
    looks: list[Look] = [lambda at: np.asarray(heap.look(at)), lambda at: np.asarray(heap.look(at).convert("L"))]
    assert [stacks(find_pairs(heap.hashes, heap.embeddings, look)) for look in looks] == [[[0, 1]], [[0, 1]]]


@pytest.mark.parametrize("count", [0, 1])
def test_none_or_one_image_has_no_duplicates(count: int) -> None:
    heap = Heap([scene(0)] * count)
    assert len(heap.pairs()) == 0
    assert len(heap.pairs(new=[], contents=np.array(["a"] * count))) == 0
    assert (stacks(heap.pairs()), at_threshold(heap.pairs())) == ([], None)


def test_many_images_all_alike_are_one_stack_without_comparing_each_with_each() -> None:
    pairs = Heap([scene(0)] * 40).pairs()
    assert stacks(pairs) == [list(range(40))]
    assert len(pairs) < 40 * 10


def test_even_surfaces_of_one_color_are_alike_and_of_others_are_not() -> None:
    colors = ["orange", "orange", "teal", "white", "black", "white"]
    assert stacks(Heap([Image.new("RGB", (300, 200), color) for color in colors]).pairs()) == [[0, 1], [3, 5]]


def test_images_without_an_embedding_are_compared_by_their_hashes() -> None:
    heap = Heap([scene(0), scene(0), scene(1), scene(1)])
    heap.embeddings[0], heap.embeddings[2] = np.nan, 0
    assert stacks(heap.pairs()) == [[0, 1], [2, 3]]
    assert stacks(find_pairs(heap.hashes, None, heap.look)) == [[0, 1], [2, 3]]


def test_half_precision_and_signed_hashes_are_as_good() -> None:
    heap = Heap([scene(0), CHANGES["cropped by 15%"](scene(0)), scene(1)])
    assert stacks(find_pairs(heap.hashes.view(np.int64), heap.embeddings.astype(np.float16), heap.look)) == [[0, 1]]


def test_arrays_that_do_not_fit_are_refused_with_a_sentence() -> None:
    heap = Heap([scene(0), scene(1)])
    with pytest.raises(ExploreError, match="2 hashes came with 1 embeddings"):
        find_pairs(heap.hashes, heap.embeddings[:1], heap.look)
    with pytest.raises(ExploreError, match="2 hashes came with 3 contents"):
        heap.pairs(contents=np.zeros(3))
    with pytest.raises(ExploreError, match="must be one row of 64-bit numbers"):
        find_pairs(heap.embeddings, None, heap.look)  # type: ignore[arg-type]
    with pytest.raises(ExploreError, match="must be rows of floating-point numbers"):
        find_pairs(heap.hashes, heap.hashes, heap.look)
    with pytest.raises(ExploreError, match="New image 2 is not among the 2 images"):
        heap.pairs(new=[1, 2])


def test_it_tells_how_far_it_is_and_ends_when_it_is_told_to() -> None:
    heap, told = Heap([change(scene(0)) for change in CHANGES.values()]), list[float]()
    heap.pairs(tick=told.append)
    assert told == sorted(told) and told[-1] == 1 and len(told) > 4

    def stop(done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        heap.pairs(tick=stop)
