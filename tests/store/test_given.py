"""The parts that images came with: kept with them, used by a split that asks for them, and mended where look-alikes straddle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cvwidgets.errors import TooFewImages
from cvwidgets.records import Facts, Found, Header, Part
from cvwidgets.store import Store
from cvwidgets.store.groups import Grouping

AS_CAME = Grouping("given")
SPLIT = (0.6, 0.2, 0.2)
Came = Callable[..., list[int]]


@pytest.fixture
def came(store: Store, tmp_path: Path) -> Came:
    """Takes images of a label in, so many with each part ("" for none), and gives their ids in this order."""

    def come(label: str, **counts: int) -> list[int]:
        ids: list[int] = []
        for part, count in counts.items():
            for number in range(count):
                path = tmp_path / "came" / f"{label}-{part}-{number}.jpg"
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(str(path).encode())
                status = path.stat()
                found = Found(path, status.st_size, status.st_mtime_ns, label, part=None if part == "none" else part)  # type: ignore[arg-type]
                ids += store.images.register([(found, HEADER)]).ids
                store.images.settle([(ids[-1], facts(path.read_bytes()))])
        return ids

    return come


HEADER = Header("JPEG", 64, 48, 1)


def facts(content: bytes) -> Facts:
    from hashlib import sha256

    digest = sha256(content).hexdigest()
    return Facts(HEADER, digest, len(content), int(digest[:16], 16), b"")


def parts(store: Store, ids: list[int]) -> dict[str, int]:
    where = store.images.parts(ids)
    return dict(Counter(str(where.get(one)) for one in ids))


def freeze(store: Store, alike: tuple[tuple[int, int], ...] = ()):
    return store.snapshots.freeze(split=SPLIT, seed=1, alike=alike, grouping=AS_CAME)


def test_the_parts_that_images_came_with_are_used_as_they_are(store: Store, came: Came) -> None:
    elk, owl = came("elk", train=10, valid=3, test=2), came("owl", train=5, valid=1, test=4)
    snapshot = freeze(store)
    assert (snapshot.train, snapshot.valid, snapshot.test) == (15, 4, 6)
    assert parts(store, elk) == {"train": 10, "valid": 3, "test": 2} and parts(store, owl) == {"train": 5, "valid": 1, "test": 4}
    assert snapshot.left_out == ("Split as the images came: 25 of 25 came with a part.",)


def test_a_part_that_none_came_with_is_taken_from_train_and_stays(store: Store, came: Came) -> None:
    elk, owl = came("elk", train=12, test=4), came("owl", none=20)
    snapshot = freeze(store)
    before = store.images.parts([*elk, *owl])
    assert parts(store, elk) == {"train": 9, "valid": 3, "test": 4} and parts(store, owl) == {"train": 12, "valid": 4, "test": 4}
    assert snapshot.left_out == (
        "Split as the images came: 16 of 36 came with a part; the rest is learnt from.",
        "For valid nothing came: 7 images were taken from train, by the shares and the split seed.",
        "For test nothing of 'owl' came: 4 images were taken from train, by the shares and the split seed.",
    )
    came("elk", none=10)
    freeze(store)
    assert store.images.parts([*elk, *owl]) == before, "what an image is asked or teaches never changes"


def test_images_without_a_part_are_learnt_from(store: Store, came: Came) -> None:
    came("owl", train=3, valid=1, test=1)
    elk = came("elk", train=3, valid=1, test=1, none=7)
    freeze(store)
    assert parts(store, elk[-7:]) == {"train": 7}


def test_what_came_for_the_test_and_looks_like_what_is_learnt_from_is_learnt_from(store: Store, came: Came) -> None:
    elk = came("elk", train=5, valid=2, test=3, none=1)
    came("owl", train=3, valid=1, test=1)
    seen, asked, other, loose = elk[0], elk[7], elk[8], elk[10]
    snapshot = freeze(store, alike=((seen, asked), (other, loose)))
    where = store.images.parts(elk)
    assert (where[asked], where[other], where[loose]) == ("train", "test", "test")
    assert "1 image that came for test is in another part: alike images of train, or split otherwise before." in snapshot.left_out
    assert not [act for act in store.decisions.acts() if act.kind == "mend split"], "nothing that was split before moved"


def test_a_label_that_came_for_the_test_alone_is_refused_with_a_way_out(store: Store, came: Came) -> None:
    came("owl", train=3, valid=1, test=1)
    came("elk", test=5)
    with pytest.raises(TooFewImages, match=r"'elk' has no image in train and valid.*or split each image for itself"):
        freeze(store)


def test_other_splits_do_not_care(store: Store, came: Came) -> None:
    came("elk", train=6, test=4)
    came("owl", test=10)
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1)
    assert (snapshot.train, snapshot.valid, snapshot.test) == (12, 4, 4)


@pytest.mark.parametrize("order", [("train", "test"), ("test", "train")])
def test_the_same_bytes_in_two_parts_are_learnt_from(store: Store, came: Came, tmp_path: Path, order: tuple[Part, Part]) -> None:
    came("owl", none=1)
    for number, part in enumerate(order):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(b"same")
        found = Found(path, 4, path.stat().st_mtime_ns, "elk", part=part)
        (one,) = store.images.register([(found, HEADER)]).ids
        store.images.settle([(one, facts(b"same"))])
    assert store.snapshots.came_with() == {"train": 1}


def test_a_file_that_comes_again_may_come_with_another_part(store: Store, came: Came) -> None:
    (elk,) = came("elk", train=1)
    (image,) = store.images.get([elk])
    status = image.path.stat()
    again = Found(image.path, status.st_size, status.st_mtime_ns, "elk", part="test")
    store.images.register([(again, HEADER)])
    assert given(store, [elk]) == {elk: "test"}
    store.images.register([(replace(again, owned=True, part="valid"), HEADER)])
    store.images.register([(replace(again, owned=True, part="test"), HEADER)])
    assert given(store, [elk]) == {elk: "valid"}, "of what lies in the project by its bytes the one learnt from most"


def given(store: Store, ids: list[int]) -> Mapping[int, Part]:
    return store.snapshots.parts_given(ids)
