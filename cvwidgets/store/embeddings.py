"""Embeddings kept below `cache/embeddings/`, a folder for each model, by the hash of their image's bytes; it may be deleted at any time.

In a model's folder lie

- `keys`: a line of JSON on HEADER bytes (format, model, width, name of the file with the vectors), then the SHA-256 of each row, 32 bytes;
- `vectors-<random>`: the rows, little-endian float16 of that width, one behind the other;
- `lock`: held by whoever writes.

A row is there when both its vector and its key are, and keys are written last. No row is ever written twice, so whoever reads needs no
lock. When the two files do not fit together (a process was killed while it wrote, or other hands cut one short), the next who writes
begins both anew under another name, with the rows that are whole; who still reads the old ones reads what they held.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from cvwidgets.errors import CatalogBusy, ExploreError, ProjectError
from cvwidgets.files import is_disk_full
from cvwidgets.store.failures import disk_full, disk_is_full, read_only
from cvwidgets.store.hashes import HASH_BYTES, Index, parse
from cvwidgets.store.vectors import HEADER, Header, Vectors, append, begin, count_rows, fit, new_hashes, read_header, read_rows

BUSY_SECONDS = 30.0
"""How long one waits for another process to write its rows, which takes it a moment."""
_UNIT = 0.01
"""By how much the length of a vector may be off 1; float16 keeps it within a thousandth."""

Found = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EmbeddingFacts:
    """What a cache holds: vectors of `width` under the model that the user calls `model`, of `count` images."""

    model: str
    width: int
    count: int


class Embeddings:
    """The embeddings of a project's images under one model. Any number of threads and processes may hold one; each call looks afresh.

    A cache: what cannot be read is missing, and a damaged one is begun anew. But embedding takes long, so what cannot be written is said,
    and not dropped as a thumbnail is. Rows of images that were removed stay.
    """

    def __init__(self, project: Path, key: str, *, model: str | None = None, width: int | None = None) -> None:
        """`key` knows the model (`cvwidgets.vision.model_key`), `model` is what the user calls it; `width` must be that of what is kept."""
        if not key.isalnum():
            raise ValueError(f"{key!r} is no key of a model")
        self.folder = project / "cache" / "embeddings" / key
        self._project = project
        self._key, self._model, self._width = key, model, width
        self._known: tuple[str, Index] = ("", Index())

    @property
    def facts(self) -> EmbeddingFacts | None:
        """What is kept, None where there is nothing yet.

        Raises:
            ExploreError: it is of another model or width.
        """
        with ExitStack() as stack:
            header, index, _ = self._look(stack)
            return EmbeddingFacts(header.model, header.width, index.count) if header else None

    def missing(self, shas: Sequence[str]) -> list[str]:
        """The hashes that have no embedding, in the order given, each once.

        Raises:
            ExploreError: what is kept is of another model or width.
        """
        with ExitStack() as stack:
            _, index, _ = self._look(stack)
        absent = np.flatnonzero(index.rows(parse(shas)) < 0)
        return list(dict.fromkeys(shas[at] for at in absent.tolist()))

    def get(self, shas: Sequence[str]) -> tuple[Vectors, Found]:
        """The embeddings that are there, float16 (k, width) in the order given, and for each hash whether it is among them, bool (n,).

        They are a copy that nothing done to the files can reach; `rows` has them without one.

        Raises:
            ExploreError: what is kept is of another model or width.
        """
        with ExitStack() as stack:
            header, index, vectors = self._look(stack)
            rows = index.rows(parse(shas))
            found = rows >= 0
            if header is None or vectors is None:
                return self._nothing(header), found
            read, whole = read_rows(vectors, header, rows[found])
        found[found] = whole
        return read, found

    def rows(self, shas: Sequence[str]) -> tuple[Vectors, Rows]:
        """All embeddings as one array on the disk (memory-mapped, read-only, (rows, width)), and for each hash its row, -1 for none.

        It stays what it is while others write, and after the folder was deleted. As of any mapped file: were its file cut short by other
        hands while it is looked at, the system would end this process; nothing in here ever does that.

        Raises:
            ExploreError: what is kept is of another model or width.
        """
        with ExitStack() as stack:
            header, index, vectors = self._look(stack)
            rows = index.rows(parse(shas))
            if header is None or vectors is None or not index.count:
                return self._nothing(header), rows
            return np.memmap(vectors, "<f2", "r", shape=(index.count, header.width)), rows

    def put(self, shas: Sequence[str], vectors: npt.NDArray[np.floating[Any]]) -> int:
        """Keeps embeddings, (n, width) of any float, each of length 1; those already there stay as they are. Returns how many were new.

        A process that is killed in the middle leaves none of them, all, or the first ones.

        Raises:
            ExploreError: a vector holds what is no number, or what is kept is of another model or width; nothing was changed.
            DiskFull: there was no room; nothing was changed.
            ReadOnlyProject: the project can only be looked at.
            CatalogBusy: another process wrote all the time.
            ProjectError: the project is gone, or lies where files cannot be locked.
        """
        hashes, halves = parse(shas), self._checked(shas, vectors)
        if not len(shas):
            return 0
        try:
            with self._writing(halves.shape[1]) as (index, keys, stream):
                fresh = new_hashes(hashes, index)
                append(keys, hashes[fresh], stream, halves[fresh])
                return len(fresh)
        except OSError as error:
            if is_disk_full(error) or disk_is_full(self._project):
                raise disk_full(self._project) from error
            if not self._project.is_dir():
                raise ProjectError(
                    f"The project folder {self._project} is not there any more; embeddings are kept in it. Put it back, then open it again."
                ) from error
            raise read_only(self._project) from error

    def _checked(self, shas: Sequence[str], vectors: npt.NDArray[np.floating[Any]]) -> Vectors:
        if vectors.ndim != 2 or len(vectors) != len(shas):
            raise ValueError(f"{len(shas)} hashes were given with vectors of shape {vectors.shape}")
        if bad := len(vectors) - int(np.isfinite(vectors).all(axis=1).sum()):
            raise ExploreError(
                f"{bad} of {len(vectors)} embeddings hold what is no number (NaN or infinite); only numbers are kept. "
                "Leave them out, or take another model."
            )
        if (abs(np.linalg.norm(vectors.astype(np.float64), axis=1) - 1) > _UNIT).any():
            raise ValueError("embeddings are kept with length 1; normalize them")
        return vectors.astype("<f2")

    def _nothing(self, header: Header | None) -> Vectors:
        return np.empty((0, header.width if header else self._width or 0), np.float16)

    def _look(self, stack: ExitStack) -> tuple[Header | None, Index, BinaryIO | None]:
        """What is there now: its header, which rows there are, and the open file of the vectors; all of one generation."""
        for _ in range(2):  # the second time for one that was begun anew in between
            with suppress(OSError):
                keys = stack.enter_context((self.folder / "keys").open("rb"))
                if (header := read_header(keys)) is None:
                    break
                self._refuse_other(header, self._width)
                vectors = stack.enter_context((self.folder / header.vectors).open("rb"))
                return header, self._index(header, keys, vectors), vectors
        return None, Index(), None

    def _refuse_other(self, header: Header, width: int | None) -> None:
        if header.key == self._key and width in (None, header.width):
            return
        found = f"{header.width} numbers each, made by {header.model!r}"
        needed = f"{self._model or self._key!r}" + (f", which gives {width}," if width else "")
        raise ExploreError(
            f"The embeddings kept in {self.folder} have {found}; those of {needed} were needed, and two models are never mixed. "
            "Delete that folder, which is a cache, and embed again."
        )

    def _index(self, header: Header, keys: BinaryIO, vectors: BinaryIO) -> Index:
        """Which rows are whole; of those known from the last look only the new ones are read."""
        count = count_rows(header, keys, vectors)
        generation, index = self._known
        if generation != header.vectors or index.count > count:
            index = Index()
        keys.seek(HEADER + index.count * HASH_BYTES)
        more = np.frombuffer(keys.read((count - index.count) * HASH_BYTES), np.uint8)
        index = index.with_more(more[: len(more) // HASH_BYTES * HASH_BYTES].reshape(-1, HASH_BYTES))
        self._known = header.vectors, index
        return index

    @contextmanager
    def _writing(self, width: int) -> Iterator[tuple[Index, BinaryIO, BinaryIO]]:
        """The open files, which fit together and which nobody else writes to; begun where there are none."""
        with ExitStack() as stack:
            while True:
                try:
                    header, keys, vectors = self._open(stack, width)
                    break
                except FileNotFoundError:  # somebody deleted the cache just now
                    stack.close()
                    if not self._project.is_dir():
                        raise
            yield self._index(header, keys, vectors), keys, vectors

    def _open(self, stack: ExitStack, width: int) -> tuple[Header, BinaryIO, BinaryIO]:
        for place in (self.folder.parent.parent, self.folder.parent, self.folder):  # never the project itself, were it gone
            with suppress(FileExistsError):  # `exist_ok` asks again, and is told otherwise when somebody deletes the folder in between
                place.mkdir()
        lock = stack.enter_context((self.folder / "lock").open("ab"))
        _hold(lock, self.folder)
        looked, _, _ = self._look(stack)
        if looked:
            self._refuse_other(looked, width)
        if looked is None or not fit(self.folder, looked):
            begin(self.folder, looked, Header(self._key, self._model or self._key, width))
        keys = stack.enter_context((self.folder / "keys").open("r+b", buffering=0))
        header = read_header(keys)
        if header is None:
            raise FileNotFoundError(self.folder / "keys")
        vectors = stack.enter_context((self.folder / header.vectors).open("r+b", buffering=0))
        # Asked after the files were opened: in a folder that was deleted and made again since, others hold another lock.
        if not os.path.samestat(os.fstat(lock.fileno()), (self.folder / "lock").stat()):
            raise FileNotFoundError(self.folder / "lock")
        return header, keys, vectors


def _hold(lock: BinaryIO, folder: Path) -> None:
    """Takes the lock, which closing the file lets go.

    Every opening of the file has a lock of its own, which keeps apart the threads of one process as well. A child that is forked in between
    holds it until it ends: so one waits, and not for ever.
    """
    import portalocker

    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            portalocker.lock(lock, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
            return
        except portalocker.AlreadyLocked:
            if time.monotonic() > until:
                raise CatalogBusy(
                    f"The embeddings in {folder} were held by another process for {BUSY_SECONDS:.0f} s; writing some takes a moment. "
                    "Wait for the other one, or end it, and try again; nothing was changed."
                ) from None
            time.sleep(0.01)
        except portalocker.LockException as error:
            raise ProjectError(
                f"{folder} cannot be locked ({error.__cause__ or error}); keeping embeddings needs a file system with locks. "
                "Keep the project on a local disk."
            ) from error
