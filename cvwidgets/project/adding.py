"""Taking images in, in two passes: the first registers, so that they can be seen at once; the second reads them whole."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

from cvwidgets.errors import CvwidgetsError, DecisionError, PictureError, SourceError, UnreadablePicture
from cvwidgets.frames import Frames, is_video
from cvwidgets.project.doors import Items, all_of, open_sources
from cvwidgets.project.recognizing import note_what_is_there, recognize
from cvwidgets.project.tally import KINDS, Tally, called
from cvwidgets.project.ticking import ticking
from cvwidgets.records import UNSORTED, Facts, Found, Header, ImportReport, Known, PassedOver, Refused, Source, State

if TYPE_CHECKING:
    from cvwidgets.pictures import Readers
    from cvwidgets.store import Store

Item = TypeVar("Item")
Pairs = list[tuple[Found, Header]]

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
    `dropped` is a folder of files that came through a browser, which are copied always. `allow_private`: a list of addresses may name
    some of this computer and of private networks. `hub` is a data set of the hub, "user/name" or "user/name:configuration". Of a list of
    files' names `columns` says the header of "file", "label" and "split" where they are called otherwise, and as "also" the further ones
    that are kept with the images; `images` is the folder of the files. `frames` says how frames are taken out of videos, and that those in
    folders are read too.
    """

    sources: tuple[Path, ...] = ()
    label: str | None = None
    state: State | None = None
    copy: bool = False
    within: tuple[Path, ...] = ()
    dropped: Path | None = None
    allow_private: bool = False
    hub: str | None = None
    columns: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    images: Path | None = None
    frames: Frames | None = None

    def check(self) -> None:
        """Looks at what can be told before anything is taken in.

        Raises:
            DecisionError: images are to be kept without a label.
            SourceError: a source, or the folder of a list's files, is missing, lies outside, or is a video where none can be read.
            ValueError: `state` is neither "kept" nor "new".
        """
        from cvwidgets.collect import check_dataset, check_sources, check_video

        if self.state not in (None, "kept", "new"):
            raise ValueError(f"state is {self.state!r}; images come in as 'kept' or 'new'")
        if self.state == "kept" and self.label and self.label.casefold() == UNSORTED.casefold():
            raise DecisionError(f"Images cannot be kept under '{UNSORTED}'; keeping needs a label. Choose one, or add them as new.")
        check_sources((*self.sources, *([self.images] if self.images else [])), within=self.within)
        if self.images and not self.images.is_dir():
            raise SourceError(f"'{self.images}' is no folder; a list's names are relative to one. Choose the folder that they begin in.")
        for source in self.sources:
            if is_video(source.name) and not source.is_dir():
                check_video(source)
        if self.hub is not None:
            check_dataset(self.hub)


def make_wish(
    sources: Sequence[str | Path],
    label: str | None = None,
    state: State | None = None,
    *,
    within: Sequence[str | Path] = (),
    columns: Mapping[str, str | Sequence[str]] | None = None,
    images: str | Path | None = None,
    copy: bool = False,
    allow_private: bool = False,
    frames: Frames | None = None,
) -> Wish:
    """What is asked of an import from outside of a process, whose working folder another one may not share."""
    folder = whole([images])[0] if images else None
    options: dict[str, Any] = {"within": whole(within), "columns": dict(columns or {}), "images": folder, "frames": frames}
    return Wish(whole(sources), label, state, copy, allow_private=allow_private, **options)


def whole(paths: Sequence[str | Path]) -> tuple[Path, ...]:
    """Paths named from the root."""
    return tuple(Path(path).expanduser().absolute() for path in paths)


def check_sources(sources: Sequence[Path]) -> None:
    """Looks whether images may be asked of these paths at all, before a project is made for them.

    Raises:
        SourceError: one is missing, may not be looked at, or is a pipe, socket or device.
    """
    from cvwidgets.collect import check_sources as check

    check(sources)


def add_iter(
    store: Store,
    wish: Wish,
    *,
    by: str,
    searched: Items | None = None,
    tally: Tally | None = None,
) -> Iterator[ImportReport]:
    """Takes in what is asked for and whatever an earlier import left unread; see `Images.add_iter`.

    `searched` is what a search gives: files whose source has a query. What was judged before is not offered by it again, see `recognize`.
    `tally` has the counts so far of a search that takes in more. All sources are looked at before anything comes in. One that fails later
    is told when the others are in.
    """
    from cvwidgets.pictures import Readers

    wish.check()
    note_what_is_there(store)
    tally = tally or Tally()
    sources = [*open_sources(wish, store), *([searched] if searched else [])]
    state, copy = wish.state or ("new" if wish.label else None), wish.copy or wish.dropped is not None
    trouble: SourceError | None = None
    with Readers() as readers:
        taking_in = _register(store, readers, all_of(sources), tally, state=state, copy=copy, by=by)
        try:
            for _ in ticking(taking_in, seconds=REPORT_SECONDS):
                yield tally.report()
        except SourceError as error:
            trouble = error
        for _ in ticking(_settle(store, readers, tally), seconds=REPORT_SECONDS):
            yield tally.report()
        for _ in ticking(recognize(store, tally, by=by), seconds=REPORT_SECONDS):
            yield tally.report()
    yield tally.report(finished=trouble is None)
    if trouble:
        raise trouble


def _settle(store: Store, readers: Readers, tally: Tally) -> Iterator[None]:
    """The second pass over all images not read whole yet: hash, check, thumbnail; doubles are merged, broken ones leave."""
    done: set[int] = set()
    while pending := [image for image in store.images.pending(PENDING) if image.id not in done]:
        ids = {image.path: image.id for image in pending}
        done.update(ids.values())
        for batch in _batches(readers.examine_many(ids)):
            known = [facts for _, facts in batch if isinstance(facts, Facts)]
            store.thumbnails.put((facts.sha256, facts.thumbnail) for facts in known)
            store.captures.put((facts.sha256, facts.header.taken or "") for facts in known)
            for kind in KINDS:
                if answers := [(ids[path], facts) for path, facts in batch if tally.kind_of(ids[path]) == kind]:
                    tally.settle(kind, len(answers), store.images.settle(answers))
            yield


def _register(
    store: Store,
    readers: Readers,
    found: Items,
    tally: Tally,
    *,
    state: State | None,
    copy: bool,
    by: str,
) -> Iterator[None]:
    """The first pass: path, size and header of each file, in batches that grow."""
    with Headers(readers) as opened:
        for batch in _batches(found):
            files = _not_judged(store, [item for item in batch if isinstance(item, Found)], tally)
            tally.refuse([item for item in batch if isinstance(item, Refused)])
            tally.pass_over([item for item in batch if isinstance(item, PassedOver)])
            tally.know(sum(isinstance(item, Known) for item in batch))
            headers = list(zip(files, opened.read([file.path for file in files]), strict=True))
            tally.refuse([Refused(called(file), str(reason)) for file, reason in headers if isinstance(reason, PictureError)])
            whole = [(_take_in(file, store) if copy else file, header) for file, header in headers if isinstance(header, Header)]
            for items, as_state in _by_state(whole, state):
                tally.register(items, store.images.register(items, state=as_state, by=by))
            if len(whole) > FIRST_BATCH / 2:  # more will follow, and children take a moment to start
                readers.make_ready()
            yield


def _by_state(whole: Pairs, state: State | None) -> Iterator[tuple[Pairs, State | None]]:
    """What comes from one's own folders, as asked, and what was fetched from the web, which is New unless something else was asked."""
    fetched = [item for item in whole if item[0].fetched]
    own = [item for item in whole if not item[0].fetched]
    yield from ((items, as_state) for items, as_state in ((own, state), (fetched, state or "new")) if items)


def _not_judged(store: Store, files: Sequence[Found], tally: Tally) -> list[Found]:
    """The files without those of a search whose address was judged before."""
    asked: dict[str | None, list[str]] = {}
    for file in files:
        if file.source and file.source.query is not None and file.source.address:
            asked.setdefault(file.label, []).append(file.source.address)
    judged = {(label, address) for label, some in asked.items() for address in store.images.judged_addresses(some, label)}
    left = [file for file in files if not (file.source and (file.label, file.source.address) in judged)]
    tally.withhold_found(len(files) - len(left))
    return left


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


def _batches(items: Iterator[Item | None]) -> Iterator[list[Item]]:
    """Cuts a stream into lists: the first one short, the others of `BATCH` items or what came within `REPORT_SECONDS`.

    None among them says that nothing comes for a moment. What came before an error is a list too, and the error comes after it.
    """
    batch: list[Item] = []
    size, begun = FIRST_BATCH, time.monotonic()
    trouble: CvwidgetsError | None = None
    try:
        for item in items:
            if item is not None:
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
    # The copy's own path tells no more which folder it came from.
    source = found.source or Source(address=quote(found.name) if found.name else found.path.absolute().as_uri())
    taken_in = replace(found, path=path, size=facts.st_size, mtime_ns=facts.st_mtime_ns, owned=True, name=called(found))
    return replace(taken_in, source=source)
