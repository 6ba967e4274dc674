"""How near the training loop comes to a bare one: prints one JSON line; 0.85 or more is owed for atto, 0.93 for tiny.

    python -m tests.benchmarks.training_speed [--images 192] [--pairs 5] [--base starter|tiny]

Tiny is a ConvNeXtV2-tiny with chance weights: its steps take as long as those of a trained one. The bare loop has the same model, batch
size, precision, optimizer and threads, and its tensors in memory. Epochs of both alternate, the first epoch of ours (which decodes the
originals) is not counted, and the median of the pairs' ratios is taken.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from datasets import Dataset, DatasetDict
from datasets.utils.logging import disable_progress_bar

from cvwidgets.learn import iterate
from cvwidgets.learn.machine import Computing
from cvwidgets.learn.optimizing import make_optimizer
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch
from cvwidgets.vision import new_classifier
from tests.benchmarks.projects import draw

LABELS = ("a", "b", "c", "d", "e", "f")
SIZES = {"256 px": (341, 256), "12 megapixels": (4000, 3000)}


def lay_out(folder: Path, images: int, size: tuple[int, int]) -> DatasetDict:
    """JPEG files with some structure and some noise, all different, as rows of path and label."""
    random = np.random.default_rng(0)
    for number in range(images):
        draw(random, size).save(folder / f"{number}.jpg", quality=92)
    rows = {"path": [str(folder / f"{n}.jpg") for n in range(images)], "label": [LABELS[n % len(LABELS)] for n in range(images)]}
    few = {column: values[: 2 * len(LABELS)] for column, values in rows.items()}
    return DatasetDict({"train": Dataset.from_dict(rows), "valid": Dataset.from_dict(few), "test": Dataset.from_dict(few)})


def base_of(name: str, folder: Path) -> str:
    """A base to train from: "tiny" is drawn into the folder."""
    if name != "tiny":
        return name
    from transformers import ConvNextImageProcessor, ConvNextV2Config, ConvNextV2ForImageClassification

    place = folder / "tiny"
    config = ConvNextV2Config(depths=[3, 3, 9, 3], hidden_sizes=[96, 192, 384, 768], image_size=224)
    ConvNextV2ForImageClassification(config).save_pretrained(place)
    ConvNextImageProcessor(size={"shortest_edge": 224}, crop_pct=0.875, resample=3).save_pretrained(place)
    return str(place)


def bare(recipe: Recipe, images: int, run: Path) -> Iterator[float]:
    """Yields the images/s of one epoch after another of a loop that does nothing but learn."""
    known = json.loads((run / "environment.json").read_text())
    computing = Computing(known["device"], known["threads"], known["precision"], known["channels_last"])
    classifier = new_classifier(recipe.base, LABELS)
    model = classifier.model.to(computing.device).to(memory_format=computing.memory_format).train()
    optimizer = make_optimizer(model, recipe)
    size = recipe.batch_size
    pixels = torch.randn(size, 3, *classifier.transform.size, device=computing.device).contiguous(memory_format=computing.memory_format)
    labels = torch.arange(size, device=computing.device) % len(LABELS)
    while True:
        began = time.perf_counter()
        for _ in range(images // size):
            with computing.autocast():
                logits = model(pixel_values=pixels).logits
            loss = torch.nn.functional.cross_entropy(logits.float(), labels)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            loss.item()
        yield images / (time.perf_counter() - began)


def measure(name: str, images: int, pairs: int, base: str) -> dict[str, object]:
    """The ratio of ours to the bare loop on originals of one size."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        recipe = Recipe(base=base_of(base, folder), epochs=pairs + 1)
        epochs = (r for r in iterate(lay_out(folder, images, SIZES[name]), recipe, folder / "run") if isinstance(r, Epoch))
        first = next(epochs)
        other = bare(recipe, images, folder / "run")
        next(other)
        both = [(epoch.images_per_second, next(other)) for epoch in epochs]
    return {
        "originals": name,
        "ratio": round(statistics.median(ours / theirs for ours, theirs in both), 3),
        "ours": round(statistics.median(ours for ours, _ in both), 1),
        "bare": round(statistics.median(theirs for _, theirs in both), 1),
        "first_epoch": round(first.images_per_second, 1),
    }


def main() -> None:
    """Measures every size and prints the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=192)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--base", default="starter", help="starter, tiny, or another base")
    given = parser.parse_args()
    disable_progress_bar()
    found = [measure(name, given.images, given.pairs, given.base) for name in SIZES]
    of, target = (", tiny", "≥ 0.93") if given.base == "tiny" else ("", "≥ 0.85")
    line: dict[str, object] = {"benchmark": f"training images/s, ours to a bare loop{of}", "unit": "×", "target": target}
    line["value"] = min(facts["ratio"] for facts in found)  # type: ignore[type-var]
    print(json.dumps({**line, **{f"{facts.pop('originals')} originals": facts for facts in found}}, ensure_ascii=False))


if __name__ == "__main__":
    main()
