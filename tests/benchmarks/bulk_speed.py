"""How fast a model is asked about very many files, and how soon a filter of what it said answers.

    python -m tests.benchmarks.bulk_speed [--images 96] [--pairs 5] [--base starter]

Prints two JSON lines. The first is images/s of an analysis (from files on disk to rows on disk, as its job does it) to a bare loop that
decodes and computes: plain Pillow, the one test transform, a forward pass in float32, in batches of several sizes, decoding in as many
threads as there are processors; the fastest of these is the reference. All take their turns in each round; the median of the rounds'
ratios is taken. The second is the slowest median of several filters of 100,000 rows of 100 labels, half of them images of the project, each
asked as the page asks: which rows, the view of those in the project, the files of a screen, and all counts.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from cvwidgets import Project
from cvwidgets.project.analyzing import _ask
from cvwidgets.store.results import write_list
from cvwidgets.vision import Classifier, new_classifier
from cvwidgets.vision.predict import CPU_BATCH
from cvwidgets.widgets.asking import loose_source
from tests.analyzed import analyzed
from tests.benchmarks.projects import draw, generate

LABELS = tuple(f"label {number}" for number in range(6))
SIZES = ((500, 375), (375, 500), (500, 333), (500, 500))
BATCHES = (1, CPU_BATCH, 16, 64)
ROWS, MANY, SCREEN = 100_000, 100, 200
ASKED: dict[str, dict[str, Any]] = {
    "range": {"low": 0.02, "high": 0.06, "sort": "-confidence"},
    "labels inverted": {"labels": ["label 1", "label 2"], "inverted": True, "sort": "margin"},
    "wrong only": {"wrong": True, "sort": "-entropy"},
    "by name": {"low": 0.01, "sort": "name"},
}


def laid_out(folder: Path, images: int) -> list[Path]:
    """JPEGs of about 500 px."""
    random = np.random.default_rng(0)
    paths = [folder / f"{number}.jpg" for number in range(images)]
    for number, path in enumerate(paths):
        draw(random, SIZES[number % len(SIZES)]).save(path, quality=90)
    return paths


def bare(classifier: Classifier, paths: list[Path], size: int) -> None:
    """Decode ahead in threads, compute a batch, keep the probabilities."""

    def decode(path: Path) -> torch.Tensor:
        with Image.open(path) as image:
            return classifier.transform(image.convert("RGB"))

    said = []
    with ThreadPoolExecutor(os.cpu_count()) as pool, torch.inference_mode():
        pixels = pool.map(decode, paths)
        for begin in range(0, len(paths), size):
            batch = torch.stack([next(pixels) for _ in paths[begin : begin + size]]).to(classifier.device)
            said.append(classifier.model(pixel_values=batch).logits.softmax(-1).cpu())


def analyze(classifier: Classifier, paths: list[Path]) -> None:
    """What the job does once its model is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        write_list(Path(folder), [str(path) for path in paths], np.full(len(paths), -1))
        (Path(folder) / "list.json").write_text(json.dumps({"count": len(paths), "labels": [*classifier.labels]}))
        _ask(Path(folder), classifier)


def seconds(work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long it takes, by a clock."""
    began = clock()
    work()
    return clock() - began


def in_turn(ways: dict[str, Callable[[], Any]], number: int, clock: Callable[[], float]) -> dict[str, float]:
    """The seconds of each way; each round begins with another one, as what was before slows down what comes next."""
    names = [*ways]
    shift = number % len(names)
    return {name: seconds(ways[name], clock) for name in names[shift:] + names[:shift]}


def measure_asking(images: int, pairs: int, base: str) -> dict[str, object]:
    """Images/s beside the bare loop."""
    classifier = new_classifier(base, LABELS)
    classifier.model.eval()
    if torch.cuda.is_available():
        classifier.model.to("cuda")
    with tempfile.TemporaryDirectory() as folder:
        paths = laid_out(Path(folder), images)
        ways = {"ours": lambda: analyze(classifier, paths)} | {
            f"bare, batches of {size}": lambda size=size: bare(classifier, paths, size) for size in BATCHES
        }
        rounds = [in_turn(ways, number, time.perf_counter) for number in range(pairs + 1)][1:]
        spent = [in_turn(ways, number, time.process_time) for number in range(pairs)]
    in_cpu_time = {name: statistics.median(taken[name] / taken["ours"] for taken in spent) for name in spent[0] if name != "ours"}
    ratios = {name: statistics.median(taken[name] / taken["ours"] for taken in rounds) for name in rounds[0] if name != "ours"}
    return {
        "benchmark": "analysis of very many files, images/s, to a bare loop of decode and forward",
        "value": round(min(ratios.values()), 2),
        "unit": "×",
        "target": "≥ 0.9",
        "in CPU time, which other work on the machine does not stretch": round(min(in_cpu_time.values()), 2),
        **{name: round(images / statistics.median(taken[name] for taken in rounds), 1) for name in rounds[0]},
        "base": base,
        "images of 500 px": images,
        "pairs": pairs,
    }


def measure_filters(times: int) -> dict[str, object]:
    """How soon filters answer, once the rows were looked at for the first time."""
    random = np.random.default_rng(0)
    said = np.tile(random.dirichlet(np.ones(MANY), ROWS // 100).astype(np.float32), (100, 1))
    with tempfile.TemporaryDirectory() as folder, Project(generate(Path(folder) / "p", ROWS // 2)) as project:
        known = [image.path for image in project.images.get(project.images.select().ids)]
        far = [Path(f"/far/{number}.jpg") for number in range(ROWS - len(known))]
        analysis = analyzed(project, known + far, said, [f"label {n}" for n in range(MANY)])

        def ask(asked: dict[str, Any]) -> None:
            rows = analysis.select(**asked)
            analysis.view_of(rows), loose_source(analysis, rows[-SCREEN:]), analysis.results.counts()

        def decide() -> None:
            project.images.view([1 + int(time.time_ns() % 1000)]).assign("label 3")

        first = seconds(lambda: ask({}))
        taken = {name: statistics.median(seconds(lambda asked=asked: ask(asked)) for _ in range(times)) for name, asked in ASKED.items()}
        after = statistics.median([decide(), seconds(lambda: ask(ASKED["wrong only"]))][1] for _ in range(times))  # type: ignore[func-returns-value, misc]
    return {
        "benchmark": "a filter of 100,000 results of 100 labels, the slowest kind",
        "value": round(1000 * max(taken.values()), 1),
        "unit": "ms",
        "target": "< 100",
        **{f"{name}_ms": round(1000 * value, 1) for name, value in taken.items()},
        "after each decision_ms": round(1000 * after),
        "the first time_ms": round(1000 * first),
        "times": times,
    }


def main() -> None:
    """Measures and prints the two lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=96)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--base", default="starter")
    given = parser.parse_args()
    print(json.dumps(measure_filters(15), ensure_ascii=False), flush=True)
    print(json.dumps(measure_asking(given.images, given.pairs, given.base), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
