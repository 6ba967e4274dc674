"""The most memory that a training takes beside a bare loop: prints one JSON line; 1.15 × at most is owed.

    python -m tests.benchmarks.training_memory [--images 192] [--epochs 3] [--tries 3] [--base starter]

Each in a process of its own. Ours is a run as every run is, by the Standard recipe with fewer epochs; the bare loop has the same model,
batch size, precision and threads, and one batch of tensors. Compared is the most that each process held at once, its libraries included.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from datasets.utils.logging import disable_progress_bar

from cvwidgets import jobs
from cvwidgets.learn.memory import most_memory
from cvwidgets.recipe import Recipe
from tests.benchmarks.stop_to_saved import begin
from tests.benchmarks.training_speed import SIZES, bare, lay_out


def ours(folder: Path, recipe: Recipe) -> int:
    """The bytes that a run says it took."""
    run = begin(folder, recipe)
    status = jobs.wait(run)
    if status.state != "done":
        raise SystemExit(f"The run is {status.state}: {status.reason}")
    return int((jobs.last_line(run / "epochs.jsonl") or {})["memory"])


def bare_loop(run: Path, images: int) -> int:
    """The bytes that a bare loop takes which computes as a run did, for as many epochs."""
    command = [sys.executable, "-m", "tests.benchmarks.training_memory", "--bare", str(run), "--images", str(images)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Measures both so many times and prints the line; with `--bare` runs the bare loop alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=192)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--base", default="starter")
    parser.add_argument("--bare", type=Path)
    given = parser.parse_args()
    disable_progress_bar()
    if given.bare:
        recipe = Recipe.from_json(json.loads((given.bare / "recipe.json").read_text()))
        list(islice(bare(recipe, given.images, given.bare), recipe.epochs))
        print(most_memory())
        return
    both = []
    for _ in range(given.tries):
        with tempfile.TemporaryDirectory() as place:
            lay_out(Path(place), given.images, SIZES["256 px"]).save_to_disk(str(Path(place) / "snapshot"))
            took = ours(Path(place), Recipe(base=given.base, epochs=given.epochs))
            both.append((took, bare_loop(Path(place) / "run", given.images)))
    line: dict[str, object] = {"benchmark": f"training memory, ours to a bare loop, {given.base}", "unit": "×", "target": "≤ 1.15"}
    line["value"] = round(statistics.median(one / other for one, other in both), 3)
    for name, sizes in zip(("ours", "bare"), zip(*both, strict=True), strict=True):
        line[f"{name} MB"] = round(statistics.median(sizes) / 1e6)
    print(json.dumps({**line, "tries": given.tries}, ensure_ascii=False))


if __name__ == "__main__":
    main()
