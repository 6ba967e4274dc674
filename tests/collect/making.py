"""Archives made for tests, of every kind that is read."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

Members = dict[str, bytes]


def make_zip(path: Path, members: Members, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def make_tar(path: Path, members: Members, mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


MAKERS: dict[str, Callable[[Path, Members], Path]] = {
    "zip": make_zip,
    "stored.zip": lambda path, members: make_zip(path, members, zipfile.ZIP_STORED),
    "tar": make_tar,
    "tar.gz": lambda path, members: make_tar(path, members, "w:gz"),
    "tar.bz2": lambda path, members: make_tar(path, members, "w:bz2"),
    "tar.xz": lambda path, members: make_tar(path, members, "w:xz"),
}
