"""What a file's or folder's name tells: whether to look at it at all, and under which label."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cvwidgets.records import UNSORTED

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

_PARTS = frozenset(("train", "training", "valid", "validation", "val", "dev", "test", "testing", "eval"))


def are_parts(names: Collection[str | None]) -> bool:
    """Tells folders beside each other that name the parts of a split, such as train and test, and no labels; None is a file beside them."""
    folded = {name.casefold() if name else None for name in names}
    return len(folded) > 1 and folded <= _PARTS and not folded.isdisjoint(("train", "training"))


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
