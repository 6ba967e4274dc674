"""How soon a fine-tuned model is as good as CV Tools' recipe makes one, and how good it is in the end: trashnet, an honest test.

python -m tests.benchmarks.time_to_accuracy [--base starter] [--seeds 3] [--kept FILE]    prints JSON lines.
A seed takes an hour on 2 cores. What each of its four measurements gave is a line of the kept file, so that one broken off goes on there.

CV Tools, the closest ancestor, trains by transformers' Trainer as its defaults are: learning rate 3e-4, batches of 16, 4 of them
accumulated, 10 epochs, warm-up 0.1, linear decay, AdamW, float32, RandomResizedCrop(224) and a flip, with the model as transformers has
it. Here it learns from the same images as ours, chooses its best epoch by the same valid images, and both are tried on the same test
images by the one test transform at the base's own size and at 224 px. Its wall time is that of all its epochs. Ours is "as good" after the
first epoch whose best so far has as many valid images right as the ancestor's best. The probe is scikit-learn's logistic regression on
standardized features of the base, its penalty found by cross-validation. Beside the wall time stands the processor time, which a machine
with other work distorts less.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset, DatasetDict
from datasets.utils.logging import disable_progress_bar
from scipy.stats import t

from cvwidgets.learn import iterate
from cvwidgets.learn.collection import Collection, open_collection
from cvwidgets.learn.memory import keep_freed
from cvwidgets.pictures import read
from cvwidgets.recipe import PRESETS, Recipe
from cvwidgets.records import Epoch
from cvwidgets.vision import find_base, new_classifier
from tests.benchmarks.mistakes_found import BASES, trashnet

EPOCHS, SIZE = 10, 224


class Pictures(torch.utils.data.Dataset[dict[str, Any]]):
    """The pictures of a part as CV Tools prepares them: random crops to learn from, the one test transform to be judged by."""

    def __init__(self, collection: Collection, part: str, transform: Any, *, learning: bool) -> None:
        from torchvision.transforms import v2

        self.items = collection.parts[part]  # type: ignore[index]
        self.collection, self.transform, self.learning = collection, transform, learning
        self.vary = v2.Compose([v2.RandomResizedCrop(SIZE), v2.RandomHorizontalFlip(), v2.PILToTensor()])

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, at: int) -> dict[str, Any]:
        image = self.collection.open(self.items[at])
        pixels = self.transform.normalize(self.vary(image)) if self.learning else self.transform(image)
        return {"pixel_values": pixels, "labels": self.items[at].label}


def plain_model(base: str, labels: Sequence[str], *, seed: int) -> Any:
    """The classifier that transformers makes of a base, without what of ours makes it faster or mends it."""
    from transformers import AutoModelForImageClassification

    torch.manual_seed(seed)
    names = dict(enumerate(labels))
    return AutoModelForImageClassification.from_pretrained(
        find_base(base), dtype=torch.float32, id2label=names, ignore_mismatched_sizes=True
    )


def prepared(seed: int) -> tuple[DatasetDict, Collection]:
    """The photos, and their three parts by a seed."""
    photos, truth, names = trashnet()
    dataset = DatasetDict({"train": Dataset.from_dict({"path": [str(photo) for photo in photos], "label": [names[at] for at in truth]})})
    return dataset, open_collection(dataset, split=Recipe().split, seed=seed)


def in_own_process(base: str, seed: int, folder: Path) -> dict[str, float]:
    """The ancestor in a process whose memory is as the C library has it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(ancestor, base, seed, folder).result()


def ancestor(base: str, seed: int, folder: Path) -> dict[str, float]:
    """Trains as CV Tools does; seconds of all epochs, the best valid accuracy, and the test accuracy of that epoch."""
    from transformers import Trainer, TrainingArguments

    disable_progress_bar()
    _, collection = prepared(seed)
    transform = new_classifier(BASES[base], collection.labels, image_size=SIZE).transform
    parts = {part: Pictures(collection, part, transform, learning=part == "train") for part in ("train", "valid", "test")}
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=EPOCHS,
        learning_rate=3e-4,
        per_device_train_batch_size=16,
        per_device_eval_batch_size=16,
        gradient_accumulation_steps=4,
        warmup_steps=0.1,
        eval_strategy="epoch",
        save_strategy="epoch",
        load_best_model_at_end=True,
        metric_for_best_model="accuracy",
        save_total_limit=1,
        remove_unused_columns=False,
        report_to=[],
        disable_tqdm=True,
        use_cpu=not torch.cuda.is_available(),
        seed=seed,
    )

    def figures(given: Any) -> dict[str, float]:
        return {"accuracy": float((given.predictions.argmax(-1) == given.label_ids).mean())}

    model = plain_model(BASES[base], collection.labels, seed=seed)
    trainer = Trainer(model, arguments, train_dataset=parts["train"], eval_dataset=parts["valid"], compute_metrics=figures)
    began, began_cpu = time.perf_counter(), time.process_time()
    trainer.train()
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - began_cpu
    return {
        "s": seconds,
        "cpu_s": cpu_seconds,
        "valid": trainer.state.best_metric or 0.0,
        "test": trainer.evaluate(parts["test"], metric_key_prefix="test")["test_accuracy"],  # type: ignore[arg-type]
    }


def ours(recipe: Recipe, dataset: DatasetDict, folder: Path, cache: Path) -> dict[str, Any]:
    """The figures on the test images; after each epoch the seconds so far, the processor's too, and the best valid accuracy so far."""
    began, began_cpu, best, course = time.perf_counter(), time.process_time(), 0.0, []
    for record in iterate(dataset, recipe, folder, cache=cache):
        if isinstance(record, Epoch):
            best = max(best, record.valid_accuracy)
            course.append({"s": time.perf_counter() - began, "cpu_s": time.process_time() - began_cpu, "valid": best})
    figures = json.loads((folder / "evaluation.json").read_text())
    return {
        "s": time.perf_counter() - began,
        "course": course,
        "test": figures["accuracy"],
        **{name: figures[name] for name in ("ece", "uncalibrated_ece")},
    }


def probe(base: str, collection: Collection) -> float:
    """The test accuracy of a tuned linear probe on the features of the base."""
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classifier = new_classifier(BASES[base], collection.labels)
    given: list[torch.Tensor] = []
    layer = classifier.model.get_submodule("classifier")
    layer.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0]))
    classifier.model.eval()
    tables = {}
    for part in ("train", "test"):
        given.clear()
        items = collection.parts[part]  # type: ignore[index]
        with torch.inference_mode():
            for item in items:
                classifier.model(pixel_values=classifier.transform(read(item.path))[None])  # type: ignore[arg-type]
        tables[part] = torch.cat(given).numpy(), np.array([item.label for item in items])
    learner = make_pipeline(StandardScaler(), LogisticRegressionCV(Cs=np.logspace(-4, 1, 11), max_iter=2000))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        learner.fit(*tables["train"])
    return float(learner.score(*tables["test"]))


def main() -> None:
    """Measures one base and prints its lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="starter", choices=list(BASES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--kept", type=Path)
    given = parser.parse_args()
    disable_progress_bar()
    keep_freed()  # as `python -m cvwidgets.learn` does
    kept = Kept(given.kept)
    seeds = [measure(given.base, seed, kept) for seed in range(given.seeds)]
    report(given.base, seeds)


class Kept:
    """What was measured, by base, seed and measurement, and the file that keeps it, if any: a JSON line for each."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        lines = file.read_text().splitlines() if file and file.exists() else []
        self.known = {(base, seed, name): value for base, seed, name, value in map(json.loads, lines)}

    def get(self, base: str, seed: int, name: str, measured: Callable[[], Any]) -> Any:
        """What is known of it, or what is measured now."""
        key = base, seed, name
        if key not in self.known:
            self.known[key] = measured()
            if self.file:
                with self.file.open("a") as file:
                    print(json.dumps([*key, self.known[key]]), file=file)
        return self.known[key]


def measure(base: str, seed: int, kept: Kept) -> dict[str, Any]:
    """The probe, Quick, Standard and the ancestor's recipe on the same three parts of the photos."""
    dataset, collection = prepared(seed)
    quick = next(preset.recipe for preset in PRESETS if preset.name == "quick")
    shared: dict[str, Any] = {"base": BASES[base], "seed": seed, "split_seed": seed}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        tried = {
            "probe": lambda: probe(base, collection),
            "quick": lambda: ours(Recipe(**{**quick.to_json(), **shared}), dataset, place / "quick", place / "cache"),
            "standard": lambda: ours(Recipe(**shared), dataset, place / "standard", place / "fresh"),
            "ancestor": lambda: in_own_process(base, seed, place / "ancestor"),
        }
        return {"base": base, "seed": seed, **{name: kept.get(base, seed, name, measured) for name, measured in tried.items()}}


def reached(facts: dict[str, Any], clock: str) -> float:
    """The time until Standard was as good on the valid images as the ancestor's best, as a share of all the ancestor's time."""
    sought = facts["ancestor"]["valid"]
    return (
        next((epoch[clock] for epoch in facts["standard"]["course"] if epoch["valid"] >= sought), float("inf")) / facts["ancestor"][clock]
    )


def report(base: str, seeds: list[dict[str, Any]]) -> None:
    """Prints a line for each thing that is needed: the mean of what each seed gave, its 95% interval (Student's t), and each."""

    def mean(of: Callable[[dict[str, Any]], float]) -> float:
        return round(statistics.mean(map(of, seeds)), 3)

    def line(what: str, of: Callable[[dict[str, Any]], float], unit: str, target: str, **details: Any) -> None:
        each = list(map(of, seeds))
        facts = {"benchmark": f"{what}, {base}", "value": mean(of), "unit": unit, "target": target, "each": [round(one, 3) for one in each]}
        if len(each) > 1:
            half = float(t.ppf(0.975, len(each) - 1)) * statistics.stdev(each) / len(each) ** 0.5
            facts["interval"] = [round(statistics.mean(each) + side * half, 3) for side in (-1, 1)]
        print(json.dumps({**facts, **details}), flush=True)

    def test(name: str) -> float:
        return mean(lambda one: one[name]["test"])

    line(
        "time until as good as CV Tools' recipe, to all its time",
        lambda one: reached(one, "s"),
        "×",
        "≤ 0.2",
        of_processor_time=mean(lambda one: reached(one, "cpu_s")),
        ancestor_s=mean(lambda one: one["ancestor"]["s"]),
        all_of_ours_s=mean(lambda one: one["standard"]["s"]),
    )
    line(
        "test accuracy of Standard above CV Tools' recipe",
        lambda one: 100 * (one["standard"]["test"] - one["ancestor"]["test"]),
        "points",
        "≥ 2",
        standard=test("standard"),
        ancestor=test("ancestor"),
    )
    line(
        "test accuracy of Standard above a tuned linear probe",
        lambda one: 100 * (one["standard"]["test"] - one["probe"]),
        "points",
        "≥ 3",
        probe=mean(lambda one: one["probe"]),
    )
    line("time of Quick, to all of CV Tools' recipe", lambda one: one["quick"]["s"] / one["ancestor"]["s"], "×", "≤ 0.05")
    line(
        "test accuracy of Quick above a tuned linear probe",
        lambda one: 100 * (one["quick"]["test"] - one["probe"]),
        "points",
        "≥ 0",
        quick=test("quick"),
    )
    line(
        "calibration error on test after, to before",
        lambda one: one["standard"]["ece"] / one["standard"]["uncalibrated_ece"],
        "×",
        "≤ 1",
        **{name: mean(lambda one, name=name: one["standard"][name]) for name in ("ece", "uncalibrated_ece")},
    )


if __name__ == "__main__":
    main()
