"""Files that came through a browser: kept under plain names in a folder of their own, told by the names that they had."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any

from cvwidgets.collect.archives import Keep, Top, is_wanted, is_wanted_video, parts_of
from cvwidgets.collect.droplists import read_lists
from cvwidgets.collect.finding import find
from cvwidgets.collect.lists import Fetching, find_in_list
from cvwidgets.collect.named import is_list_name
from cvwidgets.collect.names import are_parts, legible
from cvwidgets.collect.videos import find_in_video
from cvwidgets.errors import SourceError
from cvwidgets.frames import Frames, is_video
from cvwidgets.records import Found, Known, PassedOver, Refused

LIST = "dropped.jsonl"
EXPECTED = "expected.json"
_PLAIN = re.compile(r"[^\w.-]")
_LONGEST = 60


class Drop:
    """A folder in which dropped files are put together, each in a folder with its number; a list beside them has their names.

    Names come from anywhere and may hold anything: a file is kept under what is plain in its name, and shown by all of it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.expected = 0
        """How many files are to come; 0 when nobody said."""
        self.files = 0
        """How many files are complete."""
        self.first = ""
        """What the first of them was called, without its folders."""
        self._lock = Lock()

    @classmethod
    def left(cls, folder: Path) -> Drop:
        """A drop as it was left: what is complete in it counts."""
        drop = cls(folder)
        # It may be on its way into an import, or going, while it is looked at.
        with contextlib.suppress(FileNotFoundError):
            drop.expected = json.loads((folder / EXPECTED).read_text("utf-8"))["files"]
            for line in (folder / LIST).read_text("utf-8").splitlines():
                drop._count(json.loads(line)["name"])
        return drop

    def expect(self, files: int) -> None:
        """Notes how many files are to come."""
        (self.folder / EXPECTED).write_text(json.dumps({"files": files}), "utf-8")
        self.expected = files

    def place(self, number: int, name: str) -> Path:
        """Where the file of that number is to be written; its folder is there."""
        plain = _PLAIN.sub("_", PurePosixPath(name).name).lstrip(".")[-_LONGEST:] or "file"
        folder = self.folder / str(int(number))
        folder.mkdir(exist_ok=True)
        return folder / plain

    def note(self, path: Path, name: str) -> None:
        """The file at `path` is complete; `name` is the one that it had, with the folders below the one that was dropped."""
        line = {"file": path.relative_to(self.folder).as_posix(), "name": legible(name)}
        with self._lock, (self.folder / LIST).open("a", encoding="utf-8") as names:
            names.write(json.dumps(line) + "\n")
            self._count(line["name"])

    def _count(self, name: str) -> None:
        self.files += 1
        self.first = self.first or PurePosixPath(name).name


def find_dropped(
    folder: Path, *, label: str | None = None, keep: Keep, fetching: Fetching | None = None, frames: Frames | None = None
) -> Iterator[Found | Known | Refused | PassedOver | None]:
    """Finds what may be pictures among dropped files, as `find` does in a folder; dropped archives and videos are gone through as well.

    A dropped list gives labels, parts and what else it tells to the pictures that it names and that were dropped along; what a list of
    addresses names is fetched, if there is a way (`fetching`). What else is no picture by its name is passed over; if there is nothing
    else, each of these is refused.
    """
    entries = [json.loads(line) for line in (folder / LIST).read_text("utf-8").splitlines()]
    files = [(entry["name"], parts_of(entry["name"]), folder / entry["file"]) for entry in entries]
    lists = read_lists([(name, file) for name, parts, file in files if parts and is_list_name(name)], [name for name, _, _ in files])
    yield from lists.refused
    yield from lists.passed
    wanted = [parts for _, parts, _ in files if parts and is_wanted(parts)]
    videos = [parts for _, parts, _ in files if parts and is_wanted_video(parts)]
    top = _top([*wanted, *(parts for parts in videos if len(parts) > 1)])  # beside such folders a video is no picture without a part
    passed_over: list[Refused] = []
    for name, parts, file in files:
        if parts and (is_wanted(parts) or is_wanted_video(parts)):
            yield from _find_one(file, parts, lists.told.get(name, ()), top=top, label=label, keep=keep, frames=frames)
        elif not parts:
            yield Refused(name, "Its name leads out of the folder that was dropped.")
        elif name not in lists.used:
            passed_over.append(Refused(name, "By its name it is neither a picture nor an archive."))
    for name, file in lists.addresses.items():
        yield from _fetch(name, file, label, keep, fetching)
    if not wanted and not videos and not lists.addresses:
        yield from passed_over


def _fetch(name: str, file: Path, label: str | None, keep: Keep, fetching: Fetching | None) -> Iterator[Found | Known | Refused | None]:
    """What a list of addresses names."""
    if fetching is None:
        yield Refused(name, "It is a list of addresses, and nothing is fetched here. Choose the list where it lies.")
        return
    try:
        yield from find_in_list(file, label, keep, fetching)
    except SourceError as error:
        yield Refused(name, str(error))


def _top(wanted: Sequence[tuple[str, ...]]) -> Top:
    """Whether the folders at the top are the parts of a split."""
    has_parts = are_parts({parts[0] if len(parts) > 1 else None for parts in wanted})
    return Top(int(has_parts), has_parts)


def _find_one(
    file: Path,
    parts: tuple[str, ...],
    told: Sequence[Mapping[str, Any]],
    *,
    top: Top,
    label: str | None,
    keep: Keep,
    frames: Frames | None,
) -> Iterator[Found | Refused | PassedOver | None]:
    """The file itself, or the frames of a video, under the label that lists or its folders give; of an archive what it holds."""
    shown, film = "/".join(parts), is_video(parts[-1])
    own = {"label": label or top.label(parts, None), "part": top.part(parts)}
    try:
        if film:
            found = find_in_video(file, frames or Frames(), own["label"], keep, name=shown)
        else:
            found = find(file, label=own["label"], keep=keep)
        for item in found:
            if not isinstance(item, Found) or (item.owned and not film):
                yield item
                continue
            for said in told or ({},):
                known = {name: value for name, value in said.items() if value is not None and not (name == "label" and label)}
                facts = {**own, "name": shown, **known, **({"name": item.name, "source": item.source} if film else {})}
                yield replace(item, **facts, listed=bool(told))
    except SourceError as error:
        yield Refused(shown, str(error))
