"""What a place holds before anything is taken in: counted as fast as the disk can list it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cvwidgets.collect.finding import check_sources
from cvwidgets.collect.folders import find_in_folder
from cvwidgets.collect.lists import is_list
from cvwidgets.collect.parquet import count_rows, parquet_files
from cvwidgets.errors import SourceError
from cvwidgets.frames import is_video
from cvwidgets.records import Found, PassedOver

SECONDS = 0.3
LABELS_NAMED = 12


@dataclass(frozen=True, slots=True)
class Survey:
    """What was counted so far: `files` that may be pictures, `bytes` they take, `labels` that their folders give (the first dozen by name).

    A single file, a list (`is_list`) or an archive is one file; what is in it shows when it is opened. `videos` are counted beside the
    files, a single one as both. `whole` when all was seen.
    """

    files: int = 0
    bytes: int = 0
    label_count: int = 0
    labels: tuple[str, ...] = ()
    unlabeled: int = 0
    folder: bool = True
    videos: int = 0
    whole: bool = False
    is_list: bool = False


def survey(source: Path, *, within: Sequence[Path] = ()) -> Iterator[Survey]:
    """Counts what `find` would give, opening no file but Parquet's; about three times a second, and at the end.

    Raises:
        SourceError: the source is missing, lies outside of `within`, or cannot be listed.
    """
    check_sources([source], within=within)
    if not source.is_dir():
        videos, size = int(is_video(source.name)), source.stat().st_size
        yield Survey(files=1, bytes=size, folder=False, videos=videos, whole=True, is_list=is_list(source))
        return
    files = size = unlabeled = videos = 0
    labels: dict[str, None] = {}
    said = time.monotonic()
    for found in find_in_folder(source, None, within):
        videos += isinstance(found, PassedOver)
        if isinstance(found, Found):
            files, size = files + 1, size + found.size
            unlabeled += found.label is None
            if found.label:
                labels[found.label] = None
        if time.monotonic() - said > SECONDS:
            said = time.monotonic()
            yield _survey(files, size, unlabeled, labels, videos, whole=False)
    for file in parquet_files(source, within):
        with suppress(SourceError):  # told when it is read
            rows, names = count_rows(file)
            files, size = files + rows, size + file.stat().st_size
            labels |= dict.fromkeys(names or ())
            unlabeled += rows if names == () else 0
    yield _survey(files, size, unlabeled, labels, videos, whole=True)


def _survey(files: int, size: int, unlabeled: int, labels: dict[str, None], videos: int, *, whole: bool) -> Survey:
    return Survey(files, size, len(labels), tuple(sorted(labels)[:LABELS_NAMED]), unlabeled, videos=videos, whole=whole)
