"""How many pictures a second the training's input gives, beside what ConvNeXtV2-atto takes: prints one JSON line; ten times is owed.

    python -m tests.benchmarks.input_pipeline [--images 96] [--pairs 7]

The originals have 12 megapixels and were decoded once, as the first epoch does. From then on an epoch's batches, augmented by the Standard
recipe and normalized, are read as fast as they come, with nobody who learns from them, by as many threads as the machine has cores; and by
the one thread that a training on a CPU of two cores gives it. The bare loop learns from a batch in memory.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from itertools import chain
from pathlib import Path
from unittest import mock

from datasets.utils.logging import disable_progress_bar

from cvwidgets.learn import batches
from cvwidgets.learn.training import Training, set_up
from cvwidgets.recipe import Recipe
from tests.benchmarks.training_speed import SIZES, bare, lay_out


def epoch(training: Training, number: int, threads: int) -> float:
    """The images/s of an epoch that nobody learns from."""
    plan = list(chain(*training.batches.steps(number, training.recipe.batch_size, 1)))
    with mock.patch.object(batches, "loader_threads", lambda _device: threads):
        began = time.perf_counter()
        images = sum(len(batch.labels) for batch in training.batches.training(plan, number))
    return images / (time.perf_counter() - began)


def main() -> None:
    """Measures in pairs and prints the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=96)
    parser.add_argument("--pairs", type=int, default=7)
    given = parser.parse_args()
    disable_progress_bar()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        recipe = Recipe(base="starter")
        training = set_up(lay_out(folder, given.images, SIZES["12 megapixels"]), recipe, folder / "run", cache=None, start=None)
        training.write_environment()
        first = epoch(training, 1, 2)
        learning = bare(recipe, given.images, folder / "run")
        next(learning)
        rows = [(epoch(training, n, 2), epoch(training, n, 1), next(learning)) for n in range(2, 2 + given.pairs)]
    many, one, bare_speed = ([row[at] for row in rows] for at in range(3))
    line = {
        "benchmark": "input of a training alone, to what atto takes",
        "value": round(statistics.median(a / b for a, b in zip(many, bare_speed, strict=True)), 1),
        "unit": "×",
        "target": "≥ 10",
        "by_one_thread": round(statistics.median(a / b for a, b in zip(one, bare_speed, strict=True)), 1),
        "images_per_second": round(statistics.median(many), 1),
        "atto": round(statistics.median(bare_speed), 1),
        "first_epoch": round(first, 1),
    }
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
