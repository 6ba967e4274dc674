"""The map of 100,000 images: the plane of most difference at once, and UMAP beside umap-learn's own call.

python tests/benchmarks/map_speed.py [IMAGES]    prints three JSON lines; 100,000 is what the targets speak of.

The embeddings are a mixture of Gaussians on the sphere, spread as those of photos are (`photos_of` in tests/explore/kinds.py), not uniform
noise: 320 numbers each, half precision as they are kept. Beside ours stands `UMAP(metric="cosine", random_state=0).fit_transform` of
umap-learn with its own settings, on the same rows in single precision, and once more without a seed, where it may use all cores and gives
another map each time. Every map is made by a process of its own that has drawn a small one before, so that all is imported and
compiled; ours includes finding the neighbors. Trustworthiness (Venna, Kaski, 2001) is that of the 15 nearest on the map of 2,000 images, by
their exact ranks among all.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from sklearn.neighbors import NearestNeighbors

from cvwidgets.explore import projection
from cvwidgets.explore.rows import Embeddings, Floats, unit_rows
from tests.explore.kinds import photos_of

NEAREST, SAMPLE = 15, 2000
WARM = 5000
"""Enough for umap-learn to seek neighbors as it does among many."""


def learn(rows: Embeddings, seed: int | None) -> Floats:
    """Umap-learn's own call."""
    import umap

    drawn: Floats = umap.UMAP(metric="cosine", random_state=seed).fit_transform(rows.astype(np.float32))
    return drawn


WAYS = {
    "pca": projection.pca,
    "ours": projection.umap,
    "umap-learn": lambda rows: learn(rows, 0),
    "umap-learn, unseeded": lambda rows: learn(rows, None),
}


def draw(way: str, folder: Path) -> None:
    """Makes one map in this process, and tells the seconds of importing and compiling, and of the map."""
    rows = np.load(folder / "rows.npy", mmap_mode="r")
    times = [time.perf_counter()]
    for some in (rows[:WARM], rows):
        drawn = WAYS[way](some)
        times.append(time.perf_counter())
    np.save(folder / f"{way}.npy", drawn)
    print(json.dumps(np.diff(times).tolist()))


def drawn_by(way: str, folder: Path) -> tuple[float, float, Floats]:
    """The seconds of the small map and of the whole one, and that."""
    said = subprocess.run([sys.executable, __file__, "draw", way, str(folder)], check=True, capture_output=True, text=True).stdout
    first, whole = json.loads(said.splitlines()[-1])
    return first, whole, np.load(folder / f"{way}.npy")


def trustworthiness(rows: Embeddings, drawn: Floats) -> float:
    """How few of the nearest on the map are far in truth, 0..1."""
    sample = np.random.default_rng(1).choice(len(rows), min(SAMPLE, len(rows)), replace=False)
    near = NearestNeighbors(n_neighbors=NEAREST + 1).fit(drawn).kneighbors(drawn[sample], return_distance=False)
    unit, beyond = unit_rows(rows), 0
    for some in np.array_split(np.arange(len(sample)), 20):
        likeness = unit[sample[some]] @ unit.T
        likeness[np.arange(len(some)), sample[some]] = np.inf
        for row, number, places in zip(likeness, sample[some], near[some], strict=True):
            others = places[places != number][:NEAREST]
            beyond += sum(max(0, int((row > row[other]).sum()) - NEAREST) for other in others)
    count = len(rows)
    return 1 - 2 / (len(sample) * NEAREST * (2 * count - 3 * NEAREST - 1)) * beyond


def measure(count: int) -> list[dict[str, object]]:
    """The three figures."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        rows = photos_of(count, file=folder / "rows.npy")
        maps = {way: drawn_by(way, folder) for way in WAYS}
        trusted = {way: trustworthiness(rows, drawn) for way, (_, _, drawn) in maps.items()}
    ours, theirs = maps["ours"][1], maps["umap-learn"][1]
    details = {
        "ours_s": round(ours, 1),
        "umap-learn_s": round(theirs, 1),
        "umap-learn, unseeded_s": round(maps["umap-learn, unseeded"][1], 1),
        f"first map of {WARM:,}_s": {way: round(first, 1) for way, (first, _, _) in maps.items()},
    }
    return [
        {
            "benchmark": f"the first map of {count:,} images (PCA), to the time of UMAP",
            "value": round(maps["pca"][1] / ours, 4),
            "unit": "×",
            "target": "≤ 0.05",
            "pca_s": round(maps["pca"][1], 2),
            "umap_s": round(ours, 1),
        },
        {
            "benchmark": f"the map of {count:,} images (UMAP), to umap-learn's own call",
            "value": round(ours / theirs, 2),
            "unit": "×",
            "target": "≤ 1",
            **details,
        },
        {
            "benchmark": f"trustworthiness of the map of {count:,} images, to that of umap-learn's own call",
            "value": round(trusted["ours"] - trusted["umap-learn"], 4),
            "unit": "more",
            "target": "≥ -0.01",
            **{way: round(value, 4) for way, value in trusted.items()},
        },
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["draw"]:
        draw(sys.argv[2], Path(sys.argv[3]))
    else:
        for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
            print(json.dumps(line, ensure_ascii=False), flush=True)
