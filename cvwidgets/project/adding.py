"""Taking images in, in two passes: the first registers, so that they can be seen at once; the second reads them whole."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeVar

from cvwidgets.errors import CvwidgetsError, DecisionError, PictureError, SourceError, UnreadablePicture
from cvwidgets.project.ticking import ticking
from cvwidgets.records import UNSORTED, Facts, Found, Header, ImportReport, Refused, State

if TYPE_CHECKING:
    from cvwidgets.pictures import Readers
    from cvwidgets.store import Registered, Settled, Store

Item = TypeVar("Item")
Kind = Literal["added", "known", "earlier"]
"""How an image that is read stands to this import: new by it, shown by a file of it but there before, or left unread by an earlier one."""
KINDS: tuple[Kind, ...] = ("added", "known", "earlier")

REPORT_SECONDS = 0.4
WAITED_SECONDS = 0.001
"""A disk that takes longer to hand out the start of a file is asked for several at a time."""

BATCH = 512
PENDING = 4096
FIRST_BATCH = 32
"""So few that the first pictures are on screen within a second, from a slow disk too."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of an import.

    `copy` takes files into the project instead of referring to them. Out of the folders `within`, if there are any, no link may lead.
    `dropped` is a folder of files that came through a browser, which are copied always.
    """

    sources: tuple[Path, ...] = ()
    label: str | None = None
    state: State | None = None
    copy: bool = False
    within: tuple[Path, ...] = ()
    dropped: Path | None = None

    def check(self) -> None:
        """Looks at what can be told before anything is taken in.

        Raises:
            DecisionError: images are to be kept without a label.
            SourceError: a source is missing, or lies outside.
            ValueError: `state` is neither "kept" nor "new".
        """
        from cvwidgets.collect import check_sources

        if self.state not in (None, "kept", "new"):
            raise ValueError(f"state is {self.state!r}; images come in as 'kept' or 'new'")
        if self.state == "kept" and self.label and self.label.casefold() == UNSORTED.casefold():
            raise DecisionError(f"Images cannot be kept under '{UNSORTED}'; keeping needs a label. Choose one, or add them as new.")
        check_sources(self.sources, within=self.within)


def check_sources(sources: Sequence[Path]) -> None:
    """Looks whether images may be asked of these paths at all, before a project is made for them.

    Raises:
        SourceError: one is missing, may not be looked at, or is a pipe, socket or device.
    """
    from cvwidgets.collect import check_sources as check

    check(sources)


def add_iter(store: Store, wish: Wish, *, by: str) -> Iterator[ImportReport]:
    """Takes in what is asked for and whatever an earlier import left unread; see `Images.add_iter`.

    All sources are looked at before anything comes in. One that fails later is told when the others are in.
    """
    from cvwidgets.collect import find, find_dropped
    from cvwidgets.pictures import Readers

    wish.check()
    tally, label, keep = Tally(), wish.label, store.owned.put
    sources = [find(source, label=label, keep=keep, within=wish.within) for source in wish.sources]
    if wish.dropped:
        sources.append(find_dropped(wish.dropped, label=label, keep=keep))
    copy = wish.copy or wish.dropped is not None
    trouble: SourceError | None = None
    with Readers() as readers:
        taking_in = _register(store, readers, _all_of(sources), tally, state=wish.state or ("new" if label else None), copy=copy, by=by)
        try:
            for _ in ticking(taking_in, seconds=REPORT_SECONDS):
                yield tally.report()
        except SourceError as error:
            trouble = error
        for _ in ticking(_settle(store, readers, tally), seconds=REPORT_SECONDS):
            yield tally.report()
    yield tally.report(finished=trouble is None)
    if trouble:
        raise trouble


def _all_of(sources: Sequence[Iterator[Found | Refused]]) -> Iterator[Found | Refused]:
    """What all sources give; the first error of one comes at the end."""
    failed: list[SourceError] = []
    for source in sources:
        try:
            yield from source
        except SourceError as error:
            failed.append(error)
    if failed:
        raise failed[0]


def _settle(store: Store, readers: Readers, tally: Tally) -> Iterator[None]:
    """The second pass over all images not read whole yet: hash, check, thumbnail; doubles are merged, broken ones leave."""
    done: set[int] = set()
    while pending := [image for image in store.images.pending(PENDING) if image.id not in done]:
        ids = {image.path: image.id for image in pending}
        done.update(ids.values())
        for batch in _batches(readers.examine_many(ids)):
            known = [facts for _, facts in batch if isinstance(facts, Facts)]
            store.thumbnails.put((facts.sha256, facts.thumbnail) for facts in known)
            for kind in KINDS:
                if answers := [(ids[path], facts) for path, facts in batch if tally.kind_of(ids[path]) == kind]:
                    tally.settle(kind, len(answers), store.images.settle(answers))
            yield


def _register(
    store: Store, readers: Readers, found: Iterator[Found | Refused], tally: Tally, *, state: State | None, copy: bool, by: str
) -> Iterator[None]:
    """The first pass: path, size and header of each file, in batches that grow."""
    with Headers(readers) as opened:
        for batch in _batches(found):
            files = [item for item in batch if isinstance(item, Found)]
            tally.refuse([item for item in batch if isinstance(item, Refused)])
            headers = list(zip(files, opened.read([file.path for file in files]), strict=True))
            tally.refuse([Refused(called(file), str(reason)) for file, reason in headers if isinstance(reason, PictureError)])
            whole = [(_take_in(file, store) if copy else file, header) for file, header in headers if isinstance(header, Header)]
            tally.register(whole, store.images.register(whole, state=state, by=by))
            if len(whole) > FIRST_BATCH / 2:  # more will follow, and children take a moment to start
                readers.make_ready()
            yield


class Headers:
    """Reads headers one by one from a disk that answers at once, several at a time from one that makes us wait; a context manager.

    Threads that do not wait only take the interpreter from each other: they need twice the time.
    """

    def __init__(self, readers: Readers) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self._readers = readers
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="headers")
        self._waits = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)

    def read(self, paths: Sequence[Path]) -> list[Header | UnreadablePicture]:
        """The headers of the files, in their order, or why there is none."""
        if self._waits:
            return list(self._threads.map(self._readers.read_header, paths))
        begun, computed = time.monotonic(), time.thread_time()
        headers = list(map(self._readers.read_header, paths))
        waited = time.monotonic() - begun - (time.thread_time() - computed)
        self._waits = waited > WAITED_SECONDS * len(paths)
        return headers


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Cuts a stream into lists: the first one short, the others of `BATCH` items or what came within `REPORT_SECONDS`.

    What came before an error is a list too, and the error comes after it.
    """
    batch: list[Item] = []
    size, begun = FIRST_BATCH, time.monotonic()
    trouble: CvwidgetsError | None = None
    try:
        for item in items:
            batch.append(item)
            if len(batch) >= size or time.monotonic() - begun > REPORT_SECONDS:
                yield batch
                batch, size, begun = [], BATCH, time.monotonic()
    except CvwidgetsError as error:
        trouble = error
    if batch:
        yield batch
    if trouble:
        raise trouble


def _take_in(found: Found, store: Store) -> Found:
    """The same file, as a copy that the project owns."""
    if found.owned:
        return found
    with found.path.open("rb") as stream:
        path = store.owned.put(stream, found.path.name)
    facts = path.stat()
    return replace(found, path=path, size=facts.st_size, mtime_ns=facts.st_mtime_ns, owned=True, name=called(found))


def called(found: Found) -> str:
    """What people call a file: the name that it came with, else its path."""
    return found.name or str(found.path)


@dataclass(slots=True)
class Tally:
    """The counts of one import while it runs; written by the thread that works, read by the one that reports."""

    begun: float = field(default_factory=time.monotonic)
    found: int = 0
    registered: int = 0
    settled: int = 0
    added: int = 0
    known: int = 0
    conflicts: int = 0
    paged: int = 0
    earlier: int = 0
    earlier_refused: int = 0
    refused: list[Refused] = field(default_factory=list)
    kinds: dict[int, Kind] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """What people call the files that the project owns now, by the name that they have there."""

    def refuse(self, refused: Sequence[Refused]) -> None:
        """Counts files that were refused before they were registered."""
        self.found += len(refused)
        self.refused += refused

    def register(self, batch: Sequence[tuple[Found, Header]], registered: Registered) -> None:
        """Counts what the first pass registered."""
        self.found += len(batch)
        self.registered += len(batch)
        self.known += registered.known
        self.added += len(registered.ids)
        self.kinds.update(dict.fromkeys(registered.waiting, "known"))
        self.kinds.update(dict.fromkeys(registered.ids, "added"))
        self.conflicts += registered.conflicts
        self.names.update((found.path.name, found.name) for found, _ in batch if found.name)
        self.refused += map(self._as_called, registered.refused)
        self.paged += sum(header.pages > 1 for _, header in batch)

    def kind_of(self, image_id: int) -> Kind:
        """How an image stands to this import."""
        return self.kinds.get(image_id, "earlier")

    def settle(self, kind: Kind, count: int, settled: Settled) -> None:
        """Counts what the second pass read whole, all of one kind; merged and broken images were counted by the first."""
        merged = sum(self.kind_of(image_id) == "added" for image_id in settled.merged)
        self.added -= merged
        self.known += merged
        if kind == "earlier":
            self.earlier += count
            self.earlier_refused += len(settled.refused)
            return
        if kind == "added":
            self.added -= len(settled.refused)
        else:
            self.known -= len(settled.refused)
        self.settled += count
        self.conflicts += settled.conflicts
        self.refused += map(self._as_called, settled.refused)

    def _as_called(self, refused: Refused) -> Refused:
        return replace(refused, path=self.names.get(Path(refused.path).name, refused.path))

    def report(self, *, finished: bool = False) -> ImportReport:
        """The counts of this moment, as a record."""
        return ImportReport(
            found=self.found,
            registered=self.registered,
            settled=self.settled,
            added=self.added,
            known=self.known,
            conflicts=self.conflicts,
            refused=tuple(self.refused),
            notes=tuple(self._notes()),
            seconds=time.monotonic() - self.begun,
            finished=finished,
        )

    def _notes(self) -> Iterator[str]:
        if self.paged == 1:
            yield "1 file has several pages or frames; the first one is taken."
        elif self.paged:
            yield f"{self.paged:,} files have several pages or frames; of each the first one is taken."
        if self.earlier:
            broken = f"; {self.earlier_refused:,} of them could not be read" if self.earlier_refused else ""
            yield f"{self.earlier:,} images of an earlier import were read too{broken}."
