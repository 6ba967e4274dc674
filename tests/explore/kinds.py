"""Embeddings whose kinds are known: small ones for stories, and any number of them spread as those of photos are, for benchmarks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WIDTH = 48
_KINDS, _RANK, _CHUNK = 400, 24, 20_000

Floats = npt.NDArray[np.float32]
Kinds = npt.NDArray[np.int64]


def kinds_of(count: int, *, kinds: int = 12, seed: int = 0) -> tuple[Floats, Kinds]:
    """Embeddings around as many directions as there are kinds, the same for every seed, and the kind of each."""
    random = np.random.default_rng(seed)
    centers = np.random.default_rng(99).standard_normal((kinds, WIDTH))
    kind = random.integers(0, kinds, count)
    rows = centers[kind] + 0.6 * random.standard_normal((count, WIDTH))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), kind


def photos_of(count: int, width: int = 320, *, file: Path | None = None) -> npt.NDArray[np.floating[Any]]:
    """Embeddings spread as those of photos are: unit rows (count, width) float32, or with a file a memory map of it (npy), float16.

    Pooled features of a net are no uniform noise: all share a direction, few directions hold most of how they differ, they come in kinds of
    very different sizes, and those of a kind lie around its middle along few directions of their own. So are these: a mixture of Gaussians
    on the sphere, each of a low rank of its own, sizes falling as 1 / rank, with a little noise in all directions.
    """
    of_kinds, random = np.random.default_rng(7), np.random.default_rng(0)
    root, falling = np.float32(width**0.5), np.arange(1, width + 1) ** -0.6
    falling *= (width / (falling**2).sum()) ** 0.5
    middles = (of_kinds.standard_normal(width) + falling * of_kinds.standard_normal((_KINDS, width))).astype(np.float32) / root
    along_own = 0.4 * np.arange(1, _RANK + 1)[:, None] ** -0.5 * falling
    spreads = (along_own * of_kinds.standard_normal((_KINDS, _RANK, width))).astype(np.float32) / root
    sizes = 1 / np.arange(3, _KINDS + 3)
    kinds = random.choice(_KINDS, count, p=sizes / sizes.sum())
    rows = np.empty((count, width), np.float32) if file is None else np.lib.format.open_memmap(file, "w+", np.float16, (count, width))
    for begin in range(0, count, _CHUNK):
        part = kinds[begin : begin + _CHUNK]
        drawn = middles[part] + np.float32(0.2) * random.standard_normal((len(part), width), dtype=np.float32) / root
        along = random.standard_normal((len(part), _RANK), dtype=np.float32)
        for kind in np.unique(part):
            drawn[part == kind] += along[part == kind] @ spreads[kind]
        rows[begin : begin + _CHUNK] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    if file is None:
        return rows
    rows.flush()
    return np.load(file, mmap_mode="r")
