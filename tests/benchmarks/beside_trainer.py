"""Training beside transformers' Trainer as its defaults are, both with ConvNeXtV2-tiny: prints one JSON line; twice its speed is owed.

    python -m tests.benchmarks.beside_trainer [--images 96] [--pairs 3]

Both learn in batches of 16 at 224 px on the same device from the same files: ours by the Standard recipe in the precision that it finds
for the machine (bfloat16 on a CPU that has it), the Trainer with transformers' model as it is in float32, which is its default, from
random crops and flips. Epochs of both alternate; the first of each, in which ours decodes the originals, is not counted.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datasets import DatasetDict
from datasets.utils.logging import disable_progress_bar

from cvwidgets.learn import iterate
from cvwidgets.learn.collection import open_for
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch
from cvwidgets.vision import new_classifier
from tests.benchmarks.time_to_accuracy import Pictures, plain_model
from tests.benchmarks.training_speed import SIZES, base_of, lay_out

BATCH = 16


def trainer(dataset: DatasetDict, recipe: Recipe, folder: Path) -> Iterator[float]:
    """Yields the images/s of one epoch of transformers' Trainer after another."""
    import torch
    from transformers import Trainer, TrainingArguments

    collection = open_for(dataset, recipe)
    transform = new_classifier(recipe.base, collection.labels, image_size=224).transform
    model = plain_model(recipe.base, collection.labels, seed=0)
    pictures = Pictures(collection, "train", transform, learning=True)
    arguments: dict[str, Any] = {"per_device_train_batch_size": BATCH, "num_train_epochs": 1, "save_strategy": "no", "report_to": []}
    arguments |= {"remove_unused_columns": False, "disable_tqdm": True, "use_cpu": not torch.cuda.is_available()}
    while True:
        began = time.perf_counter()
        Trainer(model, TrainingArguments(str(folder), **arguments), train_dataset=pictures).train()
        yield len(pictures) / (time.perf_counter() - began)


def main() -> None:
    """Measures in pairs and prints the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=96)
    parser.add_argument("--pairs", type=int, default=3)
    given = parser.parse_args()
    disable_progress_bar()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        dataset = lay_out(folder, given.images, SIZES["256 px"])
        recipe = Recipe(base=base_of("tiny", folder), batch_size=BATCH, head_first=False, epochs=given.pairs + 1)
        other = trainer(dataset, recipe, folder / "trainer")
        next(other)
        records = iterate(dataset, recipe, folder / "run")
        epochs = [(one.images_per_second, next(other)) for one in records if isinstance(one, Epoch)][1:]
        computed = json.loads((folder / "run" / "environment.json").read_text())
    line = {
        "benchmark": "training images/s, ours to transformers' Trainer, tiny",
        "value": round(statistics.median(ours / theirs for ours, theirs in epochs), 2),
        "unit": "×",
        "target": "≥ 2",
        "ours": round(statistics.median(ours for ours, _ in epochs), 1),
        "trainer": round(statistics.median(theirs for _, theirs in epochs), 1),
        "precision": computed["precision"],
    }
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
