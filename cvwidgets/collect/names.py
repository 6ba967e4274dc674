"""What a file's or folder's name tells: whether to look at it at all, and under which label."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from cvwidgets.records import UNSORTED, Part

# fmt: off
_OTHER_SUFFIXES = frozenset((
    ".txt", ".md", ".rst", ".log", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg",
    ".html", ".htm", ".css", ".js", ".py", ".pyc", ".ipynb", ".sh", ".bat", ".ps1", ".r", ".m", ".c", ".h", ".cpp", ".java",
    ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".rtf", ".tex", ".bib",
    ".db", ".db-wal", ".db-shm", ".sqlite", ".sqlite3", ".parquet", ".arrow", ".feather", ".pkl", ".pickle", ".npy", ".npz", ".mat",
    ".h5", ".hdf5", ".tfrecord", ".safetensors", ".pt", ".pth", ".onnx", ".ckpt", ".bin", ".lock", ".tmp", ".part", ".crdownload",
    ".mp3", ".wav", ".flac", ".ogg", ".m4a", ".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg", ".wmv", ".3gp",
    ".exe", ".dll", ".so", ".dylib", ".iso", ".lnk", ".url", ".xmp", ".aae", ".thm", ".sha256", ".md5", ".sum",
))
# fmt: on
"""Suffixes of what people keep beside pictures. Anything else is looked into: a suffix may lie or be missing."""

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar")

_OTHER_NAMES = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini", "license", "readme", "makefile", "icon\r"))
_OTHER_FOLDERS = frozenset(("__macosx", "__pycache__", "@eadir", "$recycle.bin", "system volume information", "lost+found"))

_PARTS: dict[str, Part] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("valid", "validation", "val", "dev"), "valid"),
    **dict.fromkeys(("test", "testing", "eval"), "test"),
}
"""What the parts of a split are called."""
_BETWEEN = re.compile(r"[-._ 0-9]+")
"""What stands between the words of a Parquet file's name: https://huggingface.co/docs/hub/datasets-file-names-and-splits."""


def are_parts(names: Collection[str | None]) -> bool:
    """Tells folders beside each other that name the parts of a split, such as train and test, and no labels; None is a file beside them."""
    folded = {name.casefold() if name else None for name in names}
    return len(folded) > 1 and folded <= _PARTS.keys() and not folded.isdisjoint(("train", "training"))


def part_of(name: str) -> Part | None:
    """The part of a split that a folder's name or a table's cell says; None where it says none."""
    return _PARTS.get(name.strip().casefold())


def part_in(path: str) -> Part | None:
    """The part that a Parquet file's name says, or else the folders that it lies in, the inner ones first."""
    for name in reversed(path.removesuffix(".parquet").split("/")):
        if found := [part for word in _BETWEEN.split(name) if (part := part_of(word))]:
            return found[0]
    return None


def is_other_file(name: str) -> bool:
    """Tells files that are no pictures by their name: hidden ones, texts, tables, documents, sound and video."""
    lower = name.lower()
    return name.startswith(".") or lower in _OTHER_NAMES or lower[max(0, lower.rfind(".")) :] in _OTHER_SUFFIXES


def is_other_folder(name: str) -> bool:
    """Tells folders that are hidden or belong to the system, not to people."""
    return name.startswith(".") or name.lower() in _OTHER_FOLDERS


def is_archive(name: str) -> bool:
    """Tells archives by their name."""
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def label_of(folders: Sequence[str]) -> str | None:
    """Returns the label that nested folders give, as a slash path; None for no folder, or for the one named Unsorted."""
    label = legible("/".join(folders))
    return None if not label or label.casefold() == UNSORTED.casefold() else label


def legible(name: str) -> str:
    """Returns a name that can be shown and stored as UTF-8: what the file system could not decode becomes a replacement mark."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
