"""A store in a folder of its own, and a short way to let images arrive that are only told of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from cvwidgets.errors import UnreadablePicture
from cvwidgets.records import Facts, Found, Header, State
from cvwidgets.store import Registered, Settled, Store, open_store
from tests.store.invariants import check_invariants

HEADER = Header("JPEG", 80, 60, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store; whatever the test did with it, the invariants hold afterwards."""
    opened = open_store(tmp_path / "project")
    yield opened
    opened.close()
    check_invariants(tmp_path / "project")


def found(name: str, label: str | None = None, **facts: object) -> Found:
    """A file of that name as `collect` finds it; it need not exist."""
    return Found(Path("/pictures") / name, **{"size": 100, "mtime_ns": 1, "label": label, **facts})  # type: ignore[arg-type]


def facts_of(content: str) -> Facts:
    """What reading a picture with that content shows."""
    return Facts(HEADER, hashlib.sha256(content.encode()).hexdigest(), 100, hash(content) % 2**64, b"")


Arrive = Callable[..., Registered]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder of the files that `arrive` registers."""
    return tmp_path / "pictures"


@pytest.fixture
def arrive(store: Store, pictures: Path) -> Arrive:
    """Registers files by name, which need not exist: `arrive("1.jpg", "2.jpg", label="bison")`."""

    def arrive_in(*names: str, label: str | None = None, state: State | None = None, **facts: object) -> Registered:
        return store.images.register([(found(str(pictures / name), label, **facts), HEADER) for name in names], state=state)

    return arrive_in


@pytest.fixture
def read(store: Store) -> Callable[..., Settled]:
    """Settles images by what they hold: `read(ids, "content of the first", None)`; None is a broken one. Without contents all differ."""

    def read_in(ids: Sequence[int], *contents: str | None) -> Settled:
        for image in store.images.get([i for i, content in zip(ids, contents, strict=False) if content is None]):
            image.path.parent.mkdir(exist_ok=True)
            image.path.touch()
        held = contents or tuple(f"image {image_id}" for image_id in ids)
        pairs = zip(ids, held, strict=True)
        return store.images.settle([(i, UnreadablePicture("it is cut off") if c is None else facts_of(c)) for i, c in pairs])

    return read_in


@pytest.fixture
def standing(store: Store) -> Callable[[int], tuple[str, str]]:
    """Label and state of an image."""

    def standing_of(image_id: int) -> tuple[str, str]:
        (image,) = store.images.get([image_id])
        return image.label, image.state

    return standing_of
