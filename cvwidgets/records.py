"""The plain facts that rooms hand to each other: frozen, without behavior. recipe.py, evaluation.py, model.py stand beside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

State = Literal["new", "kept", "trashed"]
Part = Literal["train", "valid", "test"]
STATES: tuple[State, ...] = ("new", "kept", "trashed")
PARTS: tuple[Part, ...] = ("train", "valid", "test")
GROUP = "group"
"""The column that a snapshot split by groups has beside `path`, `sha256` and `label`: it names what was not torn apart."""
UNSORTED = "Unsorted"
"""Name of the label that holds images without a label; it always exists and cannot be kept for."""


# ---------------------------------------------------------------- pictures
@dataclass(frozen=True, slots=True)
class Header:
    """What a header says, pixels undecoded: sides as seen (after EXIF orientation), pages, when its camera took it (ISO 8601, no zone)."""

    format: str
    width: int
    height: int
    pages: int
    taken: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a picture once it was read whole.

    `sha256` is lower-case hex of its bytes, `size` their number, `phash` unsigned, 64 bit; `thumbnail` an upright JPEG, short side 256.
    """

    header: Header
    sha256: str
    size: int
    phash: int
    thumbnail: bytes


# ---------------------------------------------------------------- collecting
@dataclass(frozen=True, slots=True)
class Source:
    """Where an image came from, as far as it is known: address and page are URLs, `when` is ISO 8601 in UTC."""

    address: str | None = None
    page: str | None = None
    query: str | None = None
    license: str | None = None
    author: str | None = None
    provider: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a picture, found by `collect`; nothing of it was read yet.

    `label` is a slash path (None: no label); `owned` files lie in the project; `name` is what people call one whose path says nothing;
    `fetched` ones came from the web one by one, and wait for a look. `part` is the part of a split that it was given where it comes from;
    of `listed` ones a list says the label, not the place where they lie. `columns` are the user's own, by name, with what they say of it.
    """

    path: Path
    size: int
    mtime_ns: int
    label: str | None = None
    owned: bool = False
    source: Source | None = None
    name: str | None = None
    fetched: bool = False
    part: Part | None = None
    listed: bool = False
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """An address of the web whose picture came before, and was not fetched again."""

    address: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken in, and why, in one sentence."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A video that was not read, or not to its end, and why, as the end of a sentence."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How far an import is; the last one, with `finished`, is its result.

    `found` files seen, `registered` of them visible, `settled` read whole; `added` images are new, `known` files showed one that was
    there. `conflicts` arrived under two labels, `judged` look like ones judged before; `withheld` were, and a search offers them no more.
    """

    found: int = 0
    registered: int = 0
    settled: int = 0
    added: int = 0
    known: int = 0
    conflicts: int = 0
    judged: int = 0
    withheld: int = 0
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    finished: bool = False


# ---------------------------------------------------------------- the catalog
@dataclass(frozen=True, slots=True)
class Image:
    """One picture of the project. `sha256` and `phash` are None until it was read whole.

    `label` and `state` are those of its kept label if it has one, else of its latest other membership.
    `problem` is a sentence when its file vanished or changed, else None.
    """

    id: int
    path: Path
    owned: bool
    sha256: str | None
    format: str
    width: int
    height: int
    pages: int
    size: int
    phash: int | None
    label: str
    state: State
    problem: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A class, as a slash path of the tree, with how many images it holds by state (sub-labels not counted).

    `color` is #rrggbb; `hotkey` is the key that assigns it, a digit or a letter in upper case.
    """

    id: int
    name: str
    parent_id: int | None
    new: int = 0
    kept: int = 0
    trashed: int = 0
    color: str | None = None
    hotkey: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """An image whose bytes arrived under more than one label; it does not train until it is decided."""

    image_id: int
    labels: tuple[str, ...]
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the journal: who did what to how many, when (ISO 8601, UTC), in one sentence; `stands` when undo may take it back."""

    id: int
    kind: str
    by: str
    when: str
    images: int
    sentence: str
    undone: bool = False
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What one act did to one image: the label and state that it stood by before and after, None where it was not in the project."""

    act: Act
    label_before: str | None
    state_before: State | None
    label: str | None
    state: State | None


@dataclass(frozen=True, slots=True)
class TrashContent:
    """What emptying the trash would remove: images nowhere kept or new, bytes of the project's own files; `unread` ones stay there."""

    images: int = 0
    bytes: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen list of what was kept: `folder` is a `datasets.DatasetDict` on disk, `id` the hash of its rows."""

    id: str
    folder: Path
    labels: tuple[str, ...]
    train: int
    valid: int
    test: int
    left_out: tuple[str, ...] = ()
    """Sentences about kept images that do not train, and why (conflicts, unread, missing), or that changed their part."""


# ---------------------------------------------------------------- learning
@dataclass(frozen=True, slots=True)
class Step:
    """One optimizer step, `number` of `of` in `epoch` (from 1), and its mean loss; while the head is learnt, a picture without loss.

    `memory` and `device_memory` are as of an `Epoch`.
    """

    epoch: int
    number: int
    of: int
    loss: float | None
    lr: float
    images_per_second: float
    memory: int | None = None
    device_memory: int | None = None


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training images; accuracy and F1 are 0..1, on the valid part. `best` marks the best so far.

    `lr` is the learning rate of its last step, 0 where the head alone was learnt, without any.
    `memory` and `device_memory` are the most bytes that its process held by then, of main memory and of a GPU's own; None: not known.
    """

    number: int
    train_loss: float
    valid_loss: float
    valid_accuracy: float
    macro_f1: float
    lr: float
    images_per_second: float
    seconds: float
    best: bool
    memory: int | None = None
    device_memory: int | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """A label and its probability, 0..1."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says of one file: predictions, most probable first, or why it could not be read."""

    path: str
    predictions: tuple[Prediction, ...] = ()
    problem: str | None = None


# ---------------------------------------------------------------- jobs

JobState = Literal["waiting", "running", "done", "stopped", "failed", "lost"]


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job stands. `ahead` counts the jobs before it in line while it waits; `reason` is a sentence when it failed or is lost.

    `waits_for` holds the titles of these, the one that runs now first. `started` and `ended` are ISO 8601 in UTC, None before.
    """

    state: JobState
    ahead: int = 0
    reason: str | None = None
    started: str | None = None
    ended: str | None = None
    log: Path | None = None
    title: str = ""
    waits_for: tuple[str, ...] = ()
