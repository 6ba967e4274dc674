"""How fast pictures come in: the first pass beside lightly-studio's index, both passes beside a bare parallel loop.

python tests/benchmarks/import_speed.py [SCALE]    prints two JSON lines; SCALE 0.1 takes a tenth of the files.

The bare loop opens, hashes, resizes and encodes, with as many threads or processes as there are processors, whichever is faster. As
lightly-studio needs other packages than we do, it gets an environment of its own in the system's folder for temporary files, some gigabytes
that stay there for the next time. All sides read the same files, in turns, from the system's cache.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image

from cvwidgets import Project
from tests.benchmarks.environments import install
from tests.benchmarks.projects import draw

PAIRS = 3
SHORT_SIDE = 256
KINDS = {"small files": ((512, 384), 90, 2400), "photos of 3 MB": ((4000, 3000), 97, 120)}
"""Size in pixels, JPEG quality, and how many of them are different; the first pass goes over more names of the same."""

NAMES = {"small files": 3, "photos of 3 MB": 20}
LIGHTLY = Path(tempfile.gettempdir()) / "cvwidgets-benchmarks" / "lightly-studio"
INDEX = """import sys, time
from importlib.metadata import version
import lightly_studio
from lightly_studio import db_manager

db_manager.connect(db_file=sys.argv[2])
dataset = lightly_studio.ImageDataset.create()
begin = time.perf_counter()
dataset.add_images_from_path(path=sys.argv[1], embed=False)
print("TOOK", time.perf_counter() - begin, version("lightly-studio"))"""


def lay_out(folder: Path, kind: str, scale: float) -> tuple[Path, Path]:
    """A folder of different pictures, and one in which each of them has several names."""
    size, quality, count = KINDS[kind]
    drawn = []
    for seed in range(8):
        file = io.BytesIO()
        draw(np.random.default_rng(seed), size).save(file, "JPEG", quality=quality)
        drawn.append(file.getvalue())
    different, named = folder / "different", folder / "named"
    for number in range(max(8, int(count * scale))):
        comment = f"{number:08}".encode()
        whole = drawn[number % len(drawn)]
        path = different / f"{number % 10}" / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(whole[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + whole[2:])
        for copy in range(NAMES[kind]):
            name = named / f"{copy}" / path.name
            name.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, name)
    return different, named


def registered(folder: Path, count: int) -> float:
    """Images per second of our first pass: how many were in at its last two reports, which come by the clock."""
    speeds = []
    with tempfile.TemporaryDirectory() as place, Project(place) as project, closing(project.images.add_iter(folder)) as reports:
        for report in reports:
            speeds.append(report.registered / report.seconds)
            if report.registered == count:
                break
    return max(speeds[-2:])


def imported(folder: Path, count: int) -> float:
    """Images per second of both passes."""
    with tempfile.TemporaryDirectory() as place, Project(place) as project:
        report = project.images.add(folder)
    assert report.settled == count, report
    return count / report.seconds


def quiet() -> dict[str, str]:
    """The environment in which lightly-studio tells nobody anything and asks nobody for models."""
    return {**os.environ, "LIGHTLY_STUDIO_ANALYTICS_ENABLED": "false", "HF_HUB_OFFLINE": "1"}


def index(folder: Path, database: Path) -> tuple[float, str]:
    """Lets lightly-studio index a folder into a new database, without embeddings; returns the seconds, and its version."""
    command = [str(LIGHTLY / "bin" / "python"), "-c", INDEX, str(folder), str(database)]
    said = subprocess.run(command, cwd=database.parent, env=quiet(), check=True, capture_output=True, text=True).stdout
    _, seconds, version = next(line for line in said.splitlines() if line.startswith("TOOK")).split()
    return float(seconds), version


def indexed(folder: Path, count: int) -> tuple[float, str]:
    """Images per second of lightly-studio's index, and its version."""
    with tempfile.TemporaryDirectory() as place:
        seconds, version = index(folder, Path(place) / "index.db")
    return count / seconds, version


def read(path: Path) -> int:
    """The bare loop's work on one file; returns the bytes of its thumbnail."""
    data = path.read_bytes()
    hashlib.sha256(data).hexdigest()
    image = Image.open(io.BytesIO(data))
    scale = SHORT_SIDE / min(image.size)
    image.thumbnail((round(image.width * scale), round(image.height * scale)))  # decodes a large JPEG at a part of its size
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return len(file.getvalue())


def looped(pool: Executor, paths: list[Path]) -> float:
    """Images per second of the bare loop."""
    began = time.perf_counter()
    list(pool.map(read, paths, chunksize=8))
    return len(paths) / (time.perf_counter() - began)


def first_pass(folders: dict[str, Path]) -> dict[str, object]:
    """Ours to lightly-studio's, on each kind of files."""
    line = {"benchmark": "first pass of an import, images/s, ours to lightly-studio", "unit": "×", "target": "≥ 1"}
    if why := install("lightly-studio", LIGHTLY):
        return {**line, "value": "not", "unit": "measured", "lightly-studio could not be installed": why[:200].replace("|", "/")}
    versions = set()

    def theirs(folder: Path, count: int) -> float:
        speed, version = indexed(folder, count)
        versions.add(version)
        return speed

    found = {kind: compare(registered, theirs, "lightly", folder) for kind, folder in folders.items()}
    return {**line, "value": min(facts["ratio"] for facts in found.values()), **found, "version": versions.pop(), "pairs": PAIRS}


def both_passes(folders: dict[str, Path]) -> dict[str, object]:
    """Ours to the bare loop's, on each kind of files."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    found = {}
    with ThreadPoolExecutor(processors) as threads, ProcessPoolExecutor(processors) as processes:
        for kind, folder in folders.items():
            paths = sorted(folder.rglob("*.jpg"))
            for pool in (threads, processes):
                looped(pool, paths[:64])

            def bare(_folder: Path, _count: int, paths: list[Path] = paths) -> float:
                return max(looped(pool, paths) for pool in (threads, processes))

            found[kind] = compare(imported, bare, "bare", folder)
    line = {"benchmark": "import, both passes, images/s, ours to a bare loop", "unit": "×", "target": "≥ 0.8"}
    return {**line, "value": min(facts["ratio"] for facts in found.values()), **found, "pairs": PAIRS}


def compare(ours: Callable[[Path, int], float], theirs: Callable[[Path, int], float], name: str, folder: Path) -> dict[str, float]:
    """Medians over pairs, taken in turns after one of each for the caches."""
    count = sum(1 for _ in folder.rglob("*.jpg"))
    ours(folder, count), theirs(folder, count)
    pairs = [(ours(folder, count), theirs(folder, count)) for _ in range(PAIRS)]
    return {
        "ratio": round(statistics.median(mine / other for mine, other in pairs), 2),
        "ours": round(statistics.median(mine for mine, _ in pairs)),
        name: round(statistics.median(other for _, other in pairs)),
    }


def measure(scale: float) -> Iterator[dict[str, object]]:
    """Both figures."""
    with tempfile.TemporaryDirectory() as place:
        folders = {kind: lay_out(Path(place) / kind, kind, scale) for kind in KINDS}
        yield first_pass({kind: named for kind, (_, named) in folders.items()})
        yield both_passes({kind: different for kind, (different, _) in folders.items()})


if __name__ == "__main__":
    for line in measure(float(sys.argv[1]) if len(sys.argv) > 1 else 1):
        print(json.dumps(line, ensure_ascii=False), flush=True)
