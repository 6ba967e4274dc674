"""How long `Project(path)` takes with 100,000 images, beside one with ten: the medians of pairs, each in a Python of its own.

python tests/benchmarks/open_project.py [IMAGES]    prints one JSON line.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.projects import generate

OPEN = (
    "import sys, time; from cvwidgets import Project\n"
    "begin = time.perf_counter(); project = Project(sys.argv[1]); opened = time.perf_counter()\n"
    "project.labels.list(); print(opened - begin, time.perf_counter() - opened)"
)
PAIRS = 7


def seconds(project: Path) -> tuple[float, float]:
    said = subprocess.run([sys.executable, "-c", OPEN, str(project)], check=True, capture_output=True, text=True).stdout
    opened, counted = map(float, said.split())
    return opened, counted


def measure(images: int) -> dict[str, object]:
    """Medians over pairs of the small and the large project, taken in turns."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = generate(Path(folder) / "small", 10), generate(Path(folder) / "large", images)
        seconds(small), seconds(large)
        taken = [(seconds(small), seconds(large)) for _ in range(PAIRS)]
    value = statistics.median(opened for _, (opened, _) in taken)
    return {
        "benchmark": f"open a project of {images:,} images",
        "value": round(value, 3),
        "unit": "s",
        "target": "< 1",
        "ten images_s": round(statistics.median(opened for (opened, _), _ in taken), 3),
        "counts by label_s": round(statistics.median(counted for _, (_, counted) in taken), 3),
        "pairs": PAIRS,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)))
