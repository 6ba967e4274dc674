"""How long a run takes from the wish to stop to its end on disk, less one batch: prints one JSON line; 1 second at most is owed.

    python -m tests.benchmarks.stop_to_saved [--images 192] [--tries 5] [--pictures 100000] [--labels 100]

The starter trains in a process of its own, as every run does, and is over when its job says so. Among its steps, the file `stop` is put
into its folder after some of an epoch; a batch is the median time of those. In the head's turn that is done while the head is fitted,
to features of so many pictures and labels, which lie in the cache as if an earlier run had computed them; there is no batch then.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset, DatasetDict
from datasets.utils.logging import disable_progress_bar
from safetensors.torch import save_file

from cvwidgets import jobs
from cvwidgets.learn import train
from cvwidgets.recipe import Recipe
from tests.benchmarks.training_speed import SIZES, lay_out

WIDTH = 320
"""Features of a picture under the starter."""
SECONDS_INTO_FIT = 4.0


def during_steps(folder: Path, images: int) -> float:
    """Seconds, less a batch, in which a run ends that is stopped in its second epoch."""
    recipe = Recipe(epochs=20, head_first=False)
    lay_out(folder, images, SIZES["256 px"]).save_to_disk(str(folder / "snapshot"))
    run = begin(folder, recipe)
    steps = until(lambda: [step for step in jobs.read_lines(run / "steps.jsonl") if step["epoch"] == 2][3:])
    seconds = stop(run)
    if not ((run / "best/model.safetensors").is_file() and (run / "resume/state.json").is_file()):
        raise SystemExit("The run left no model, or nothing to go on from.")
    return seconds - statistics.median(recipe.batch_size / step["images_per_second"] for step in steps)


def during_head(folder: Path, pictures: int, labels: int) -> float:
    """Seconds in which a run ends that is stopped while the head is fitted."""
    recipe = Recipe(epochs=2, precision="float32", augmentation="none", image_size=64)
    few = lay_out(folder, 24, SIZES["256 px"])
    list(train(few, Recipe(**{**recipe.to_json(), "epochs": 1}), folder / "first", cache=folder / "cache"))  # type: ignore[arg-type]
    [features] = (folder / "cache/features").iterdir()
    random = torch.Generator().manual_seed(0)
    numbers = torch.randint(labels, (pictures,), generator=random)
    rows = 0.3 * torch.randn(labels, WIDTH, generator=random)[numbers] + torch.randn(pictures, WIDTH, generator=random)
    keys = [f"{number:064x}" for number in range(pictures)]
    save_file({"features": rows}, features, metadata={"keys": " ".join(f"{key}-exact" for key in keys)})
    columns = {"path": [few["train"][0]["path"]] * pictures, "sha256": keys, "label": [f"label {number}" for number in numbers.tolist()]}
    cuts = {"train": (0, int(0.8 * pictures)), "valid": (int(0.8 * pictures), int(0.9 * pictures)), "test": (int(0.9 * pictures), pictures)}
    tables = {part: {name: values[begins:ends] for name, values in columns.items()} for part, (begins, ends) in cuts.items()}
    DatasetDict({part: Dataset.from_dict(table) for part, table in tables.items()}).save_to_disk(str(folder / "snapshot"))
    run = begin(folder, recipe)
    until((run / "environment.json").is_file)
    time.sleep(SECONDS_INTO_FIT)
    seconds = stop(run)
    if (run / "epochs.jsonl").exists():
        raise SystemExit("The head was fitted before the wish to stop came. Take more pictures or labels.")
    return seconds


def begin(folder: Path, recipe: Recipe) -> Path:
    """Starts a run on the snapshot in a folder."""
    run = folder / "run"
    run.mkdir()
    (run / "recipe.json").write_text(json.dumps(recipe.to_json()))
    (run / "run.json").write_text(json.dumps({"snapshot": "../snapshot", "cache": "../cache", "continues": None}))
    jobs.start(run, "cvwidgets.learn", [str(run)], title="Stop to saved")
    return run


def until(look: Callable[[], Any]) -> Any:
    """What is found once there is something."""
    while not (found := look()):
        time.sleep(0.01)
    return found


def stop(run: Path) -> float:
    """Seconds from the wish to the end."""
    began = time.perf_counter()
    jobs.ask_to_stop(run)
    until(lambda: jobs.is_over(jobs.status(run)))
    seconds = time.perf_counter() - began
    if (state := jobs.status(run).state) != "stopped":
        raise SystemExit(f"The run is {state}, not stopped: {jobs.status(run).reason}")
    return seconds


def main() -> None:
    """Stops so many runs of each kind and prints the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=192)
    parser.add_argument("--tries", type=int, default=5)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--labels", type=int, default=100)
    given = parser.parse_args()
    disable_progress_bar()
    tries: dict[str, list[float]] = {"during steps": [], "during the head": []}
    for _ in range(given.tries):
        with tempfile.TemporaryDirectory() as place:
            tries["during steps"].append(during_steps(Path(place), given.images))
        with tempfile.TemporaryDirectory() as place:
            tries["during the head"].append(during_head(Path(place), given.pictures, given.labels))
    found = {kind: {"median": round(statistics.median(all_), 2), "most": round(max(all_), 2)} for kind, all_ in tries.items()}
    line = {"benchmark": "stop to saved, less one batch", "unit": "s", "target": "≤ 1", "value": max(one["most"] for one in found.values())}
    facts = {"head": f"{given.pictures:,} pictures of {given.labels} labels", "tries": given.tries}
    print(json.dumps({**line, **found, **facts}, ensure_ascii=False))


if __name__ == "__main__":
    main()
