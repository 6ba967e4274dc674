"""Files that came through a browser: kept under plain names in a folder of their own, told by the names that they had."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from threading import Lock

from cvwidgets.collect.archives import Keep, is_wanted, parts_of
from cvwidgets.collect.finding import find
from cvwidgets.collect.names import label_of, legible
from cvwidgets.collect.videos import find_in_video
from cvwidgets.errors import SourceError
from cvwidgets.frames import Frames, is_video
from cvwidgets.records import Found, PassedOver, Refused

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
    folder: Path, *, label: str | None = None, keep: Keep, frames: Frames | None = None
) -> Iterator[Found | Refused | PassedOver | None]:
    """Finds what may be pictures among dropped files, as `find` does in a folder; dropped archives and videos are gone through as well.

    What is no picture by its name is passed over; if there is nothing else, each of these is refused.
    """
    passed_over: list[Refused] = []
    lines = (folder / LIST).read_text("utf-8").splitlines()
    for dropped in map(json.loads, lines):
        parts = parts_of(dropped["name"])
        if parts and is_video(parts[-1]):
            shown = "/".join(parts)
            yield from find_in_video(folder / dropped["file"], frames or Frames(), label or label_of(parts[:-1]), keep, name=shown)
        elif parts and not is_wanted(parts):
            passed_over.append(Refused(dropped["name"], "By its name it is neither a picture nor an archive."))
        elif parts:
            yield from _find_one(folder / dropped["file"], parts, label, keep)
        else:
            yield Refused(dropped["name"], "Its name leads out of the folder that was dropped.")
    if len(passed_over) == len(lines):
        yield from passed_over


def _find_one(file: Path, parts: tuple[str, ...], label: str | None, keep: Keep) -> Iterator[Found | Refused | PassedOver | None]:
    """The file itself, under the label that its folders give; of an archive what it holds."""
    shown = "/".join(parts)
    try:
        for item in find(file, label=label or label_of(parts[:-1]), keep=keep):
            if isinstance(item, Found) and not item.owned:
                yield Found(item.path, item.size, item.mtime_ns, item.label, name=shown)
            else:
                yield item
    except SourceError as error:
        yield Refused(shown, str(error))
