"""The originals' bytes: a picture is known by what it is, not by where it lies, and a file is hashed once."""

from __future__ import annotations

from pathlib import Path

from cvwidgets.pictures import hash_file


class Originals:
    """Hashes of files, each made once as long as the file's size, time and inode stay; may be asked from many threads."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, int, int], str]] = {}

    def hash(self, path: Path) -> str:
        """The SHA-256 of a file's bytes as lower-case hex.

        Raises:
            UnreadablePicture: the file is gone or cannot be read.
        """
        try:
            facts = path.stat()
        except OSError:
            return hash_file(path)  # says why not
        look = (facts.st_size, facts.st_mtime_ns, facts.st_ino)
        known = self._known.get(path)
        if known is None or known[0] != look:
            known = self._known[path] = (look, hash_file(path))
        return known[1]
