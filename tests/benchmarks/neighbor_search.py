"""The nearest of 50,000 exactly, beside faiss, and of a million by the index, from a memory map.

python tests/benchmarks/neighbor_search.py [ALL] [MANY]    prints three JSON lines; 50,000 and 1,000,000 are what the targets speak of.

The embeddings are a mixture of Gaussians on the sphere, spread as those of photos are (`photos_of` in tests/explore/kinds.py), not uniform
noise, which has no neighbors worth finding: 320 numbers each, single precision for the exact search, half precision from a memory map
for the index. Beside the exact search stands `IndexFlatIP`, built and asked for as many neighbors of all, on the same threads, in turns.
Recall is measured on rows drawn apart from those that the index was set by. A single look-up is the whole call, in turns at both sizes:
among the first 10,000, where all are looked at, and among all, by the index opened from its file.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import faiss
import numpy as np

from cvwidgets.explore.index import build_index, open_index
from cvwidgets.explore.neighbors import nearest, recall
from cvwidgets.explore.rows import Embeddings
from tests.explore.kinds import photos_of

K = 20
PAIRS = 3
SMALL = 10_000
LOOK_UPS, SAMPLE = 200, 1000


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def of_all(count: int) -> dict[str, object]:
    """The neighbors of all, exactly, to faiss: the median of pairs, after one of each on a tenth."""
    rows, own = photos_of(count), np.arange(count)

    def flat(some: Embeddings) -> None:
        index = faiss.IndexFlatIP(some.shape[1])
        index.add(some)
        index.search(some, K)

    flat(rows[: count // 10]), nearest(rows[: count // 10], rows[: count // 10], k=K)
    pairs = [(seconds(lambda: nearest(rows, rows, k=K, own=own)), seconds(lambda: flat(rows))) for _ in range(PAIRS)]
    return {
        "benchmark": f"the {K} nearest of all {count:,} × {rows.shape[1]}, exactly, to faiss IndexFlatIP",
        "value": round(statistics.median(ours / theirs for ours, theirs in pairs), 2),
        "unit": "×",
        "target": "≤ 1.1",
        "ours_s": round(statistics.median(ours for ours, _ in pairs), 2),
        "faiss_s": round(statistics.median(theirs for _, theirs in pairs), 2),
        "threads": faiss.omp_get_max_threads(),
        "pairs": PAIRS,
    }


def of_many(count: int, folder: Path) -> Iterator[dict[str, object]]:
    """Recall of the index, and single look-ups beside those among few."""
    rows = photos_of(count, file=folder / "rows.npy")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    built = seconds(lambda: build_index(rows).save(folder / "rows.index"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    opened = seconds(lambda: open_index(folder / "rows.index"))
    index, sample = open_index(folder / "rows.index"), np.sort(np.random.default_rng(3).choice(count, SAMPLE, replace=False))
    exact = nearest(rows, rows[sample], k=K, own=sample)
    found = nearest(rows, rows[sample], k=K, own=sample, index=index, exact_below=0)
    yield {
        "benchmark": f"recall@{K} among {count:,} × {rows.shape[1]} by the index, memory-mapped",
        "value": round(recall(found, exact), 4),
        "unit": "of the nearest",
        "target": "≥ 0.98",
        "sample": SAMPLE,
        "share of the lists looked into": round(index.looked_into, 4),
        "built_s": round(built, 1),
        "memory of building_MB": peak // 1024,
        "file_MB": (folder / "rows.index").stat().st_size >> 20,
        "opened_s": round(opened, 4),
    }
    few = rows[:SMALL]
    asked = [int(number) for number in np.random.default_rng(4).integers(0, min(SMALL, count), LOOK_UPS)]
    for number in asked[:10]:
        nearest(few, rows[number], k=K), nearest(rows, rows[number], k=K, index=index, exact_below=0)
    pairs = [
        (
            seconds(lambda: nearest(rows, rows[number], k=K, own=number, index=index, exact_below=0)),  # noqa: B023
            seconds(lambda: nearest(few, rows[number], k=K, own=number)),  # noqa: B023
        )
        for number in asked
    ]
    alone = statistics.median(seconds(lambda: nearest(rows, rows[number], k=K)) for number in asked[:3])  # noqa: B023
    many, some = (statistics.median(side) for side in zip(*pairs, strict=True))
    yield {
        "benchmark": f"a single look-up among {count:,}, to one among {SMALL:,}",
        "value": round(many / some, 2),
        "unit": "×",
        "target": "≤ 5",
        "among many_ms": round(1000 * many, 2),
        "among few_ms": round(1000 * some, 2),
        "among many, slowest of 200_ms": round(1000 * max(one for one, _ in pairs), 1),
        "among many without the index_ms": round(1000 * alone),
    }


if __name__ == "__main__":
    sizes = [int(size) for size in sys.argv[1:]] + [50_000, 1_000_000][len(sys.argv) - 1 :]
    print(json.dumps(of_all(sizes[0]), ensure_ascii=False), flush=True)
    with tempfile.TemporaryDirectory() as place:
        for line in of_many(sizes[1], Path(place)):
            print(json.dumps(line, ensure_ascii=False), flush=True)
