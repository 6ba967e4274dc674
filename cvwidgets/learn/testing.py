"""The one look at the test part: how good the best model of a run is on pictures that decided nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cvwidgets.errors import BaseUnavailable, NoModel
from cvwidgets.evaluation import Evaluation
from cvwidgets.learn.batches import Batches
from cvwidgets.learn.collection import groups_in, open_for
from cvwidgets.learn.decoded import Decoded
from cvwidgets.learn.folder import RunFolder
from cvwidgets.learn.judging import ask, judge
from cvwidgets.learn.shortage import naming_memory
from cvwidgets.recipe import Recipe
from cvwidgets.vision import Classifier, load_classifier

if TYPE_CHECKING:
    from datasets import DatasetDict


def evaluate(dataset: DatasetDict | Path | str, folder: Path | str, *, cache: Path | str | None = None) -> Evaluation:
    """The figures of a run's best model on the test part: read from evaluation.json, or made and written there (a stopped run has none).

    Raises:
        NoModel: the run has no best model yet, or it is damaged.
        TrainingFailed: memory ran out.
    """
    import torch

    run = RunFolder(Path(folder))
    if known := run.read_evaluation():
        return known
    if not (run.best / "model.safetensors").is_file():
        raise NoModel(f"The run in {str(run.path)!r} has no best model yet; figures need one. Train for at least one step.")
    recipe = Recipe.from_json(run.read("recipe.json") or {})
    collection = open_for(Path(dataset) if isinstance(dataset, str) else dataset, recipe)
    transform = _load_best(run, "cpu").transform
    decoded = Decoded(collection, transform, Path(cache or run.path / "cache"))
    batches = Batches(collection, decoded, transform, torch.device("cpu"), torch.contiguous_format, (), recipe.seed)
    with naming_memory():
        return cast(Evaluation, evaluate_best(run, batches, stop=lambda: False))


def evaluate_best(run: RunFolder, batches: Batches, *, stop: Callable[[], bool]) -> Evaluation | None:
    """Tries best/ on the test part in float32, as it will be asked later, and writes evaluation.json; None when `stop()` said so.

    Raises:
        NoModel: it is damaged.
    """
    classifier = _load_best(run, str(batches.device))
    answers = ask(lambda pixels: classifier.model(pixel_values=pixels).logits, batches.plain("test"), stop=stop)
    if answers is None:
        return None
    found = judge(
        answers, classifier.labels, part="test", temperature=classifier.temperature, groups=groups_in(batches.collection.parts["test"])
    )
    run.keep_said("test", answers)
    run.write("evaluation.json", asdict(found))
    return found


def _load_best(run: RunFolder, device: str) -> Classifier:
    try:
        return load_classifier(run.best, device=device)
    except BaseUnavailable as error:
        reason = str(error.__cause__ or error).strip().split("\n")[0]
        raise NoModel(
            f"The best model in {str(run.best)!r} is damaged ({reason}); its figures need it whole. Start a new run by the same recipe."
        ) from error
