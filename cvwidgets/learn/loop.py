"""The loop: a generator of steps and epochs that whoever holds it may close, and that goes on exactly where it was left."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from cvwidgets.errors import TrainingFailed
from cvwidgets.learn.calibrating import find_temperature
from cvwidgets.learn.features import Features
from cvwidgets.learn.folder import RunFolder
from cvwidgets.learn.head import Head, Interrupted, fit_head
from cvwidgets.learn.judging import Answers, ask, join, judge
from cvwidgets.learn.machine import pinned
from cvwidgets.learn.memory import most_device_memory, most_memory
from cvwidgets.learn.shortage import naming_memory
from cvwidgets.learn.team import ALONE
from cvwidgets.learn.testing import evaluate_best
from cvwidgets.learn.training import SECONDS_BETWEEN_STATES, Training, set_up
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch, Part, Step

if TYPE_CHECKING:
    from datasets import DatasetDict


def train(dataset: DatasetDict | Path | str, recipe: Recipe, folder: Path | str, *, cache: Path | str | None = None) -> Iterator[Epoch]:
    """Trains a classifier by a recipe and yields each epoch when it is over; see `iterate`, of which it shows the epochs.

    Closing it (leaving the loop) stops the training; called again with the same folder, it goes on.
    """
    with closing(iterate(dataset, recipe, folder, cache=cache)) as records:  # type: ignore[type-var]
        for record in records:
            if isinstance(record, Epoch):
                yield record


def iterate(
    dataset: DatasetDict | Path | str,
    recipe: Recipe,
    folder: Path | str,
    *,
    cache: Path | str | None = None,
    start: Path | str | None = None,
) -> Iterator[Step | Epoch]:
    """Trains a classifier by a recipe, step by step; the run folder holds everything it finds out.

    Reads the file `stop` in the folder after every batch. However it ends, best/ holds the best model so far (by accuracy on the valid
    part, at a tie by loss; the present weights when no epoch was judged yet) and resume/ where to go on: called again with the same
    folder, recipe and pictures it goes on from there, to the same weights bit for bit as if it had never stopped. After the last epoch
    the best is tried once on the test part, into evaluation.json; a stopped run is not (`evaluate` does it later).

    Started by `accelerate launch` in several processes, each learns from its share of every batch and yields the same records; a loop
    that leaves early leaves in all. The main one alone writes, and tries the best while the others have come to their end.

    Args:
        dataset: a `DatasetDict` in memory or its folder, with `path` and `label` (`sha256`) or an image and a label column.
        recipe: everything else that decides the run.
        folder: the run folder, made if it is missing.
        cache: where decoded pictures are kept; None keeps them in the run folder.
        start: a model's folder to go on from instead of the recipe's base. Its last layer comes along; where there is a label that it does
            not know, it is learnt anew in the first epoch, if the recipe learns it first.

    Raises:
        BaseUnavailable: the base is neither on disk nor to be had.
        TooFewImages: fewer than two labels, or a label with too few images.
        RecipeError: the folder holds a run of another recipe, or the device is not there.
        SettingsError: the recipe leaves the device open, and the one that the settings name is not there.
        TrainingFailed: memory ran out, the loss is no number any more, too many pictures cannot be read, or the state to go on from is
            damaged or of another version.
        NoModel: the best model was damaged meanwhile.
    """
    dataset = Path(dataset) if isinstance(dataset, str) else dataset
    with naming_memory():
        training = set_up(dataset, recipe, Path(folder), cache=Path(cache) if cache else None, start=Path(start) if start else None)
    stopped = False
    if training.progress.epoch <= recipe.epochs:
        training.folder.forget_evaluation()
    with pinned(training.computing), naming_memory():
        try:
            while training.progress.epoch <= recipe.epochs and not stopped:
                if training.features and training.progress.epoch == 1:
                    answers = yield from _learn_head(training, training.features)
                    learnt = time.perf_counter()
                else:
                    yield from _steps(training)
                    learnt = time.perf_counter()
                    answers = None if training.folder.asked_to_stop() else _ask_valid(training)
                if answers is None:
                    stopped = True
                else:
                    yield _end_epoch(training, answers, learnt)
        finally:
            training.leave()
        if stopped:
            return
        training.finish()
        if training.team.leads and training.folder.read_evaluation() is None:
            alone = RunFolder(training.folder.path)
            evaluate_best(alone, replace(training.batches, team=ALONE), stop=alone.asked_to_stop)
            training.write_environment()  # test pictures may be gone by now


def _steps(training: Training) -> Iterator[Step]:
    """The steps that are left of the epoch under way, until someone asks to stop."""
    progress, folder = training.progress, training.folder
    plan = training.steps()
    left = plan[progress.step :]
    training.model.train()
    with closing(training.batches.training(list(chain(*left)), progress.epoch)) as batches:  # type: ignore[type-var]
        for parts in left:
            began = time.perf_counter()
            rate = training.set_rate(len(plan))
            group = []
            for batch in islice(batches, len(parts)):
                if folder.asked_to_stop():
                    return
                group.append(batch)
            loss, images = training.step(group)
            seconds = time.perf_counter() - began
            progress.step += 1
            progress.loss += loss * images
            progress.images += images
            progress.seconds += seconds
            step = Step(progress.epoch, progress.step, len(plan), loss, rate, images / seconds, *training.gauge.read())
            training.note(step)
            training.save_now_and_then()
            yield step
            if folder.asked_to_stop():
                return


def _learn_head(training: Training, features: Features) -> Generator[Step, None, Answers | None]:
    """The first epoch: the head alone, from the features of the base as it is; what it says of the valid part, None when asked to stop."""
    progress, folder = training.progress, training.folder
    began = time.perf_counter()
    training.model.eval()
    parts: tuple[Part, ...] = ("train", "valid")
    lacking = training.team.lead(lambda: {part: features.lacking(part) for part in parts})
    of, done = sum(map(len, lacking.values())), 0
    kept = began
    try:
        for part, rows in ((part, rows) for part, rows in lacking.items() if rows):
            with closing(features.compute(part, rows)) as batches:  # type: ignore[type-var]
                for images in batches:
                    done += images
                    if folder.asked_to_stop():
                        return None
                    step = Step(progress.epoch, done, of, None, 0.0, done / (time.perf_counter() - began), *training.gauge.read())
                    training.note(step)
                    yield step
                    if time.perf_counter() - kept > SECONDS_BETWEEN_STATES:
                        features.keep()
                        kept = time.perf_counter()
    finally:
        features.keep()
    found = training.team.lead(lambda: _fit_head(training, features, began))
    if found is None:
        return None
    head, answers = found
    if head is None or answers is None:
        raise TrainingFailed(
            f"What the base {training.recipe.base!r} makes of the pictures is no number (NaN); its weights are damaged. Take another."
        )
    training.put_head(head)
    return answers


def _fit_head(training: Training, features: Features, began: float) -> tuple[Head | None, Answers | None] | None:
    """The best head, and what it says of the valid part; None where a feature is no number, and no answer at all when asked to stop."""
    train, valid = features.table("train"), features.table("valid")
    alone, head, progress = RunFolder(training.folder.path), None, training.progress
    try:
        for head in fit_head(train, valid, training.weights.cpu(), stop=alone.asked_to_stop):
            training.put_head(head)
    except Interrupted:
        return None
    if head is None:
        return None, None
    progress.images, progress.seconds = len(features.known("train")), time.perf_counter() - began
    progress.loss = progress.images * float(torch.nn.functional.cross_entropy(head(train[0]), train[1]))
    return head, Answers(head(valid[0]), valid[1], tuple(item.key for item in features.known("valid")))


def _ask_valid(training: Training) -> Answers | None:
    """What the model says of the valid part; None when asked to stop meanwhile."""
    model = training.judged.model.eval()
    training.team.share_buffers(model)

    def answer(pixels: torch.Tensor) -> torch.Tensor:
        with training.computing.autocast():
            return model(pixel_values=pixels).logits  # type: ignore[no-any-return]

    with closing(training.batches.plain("valid")) as batches:  # type: ignore[type-var]
        answers = ask(answer, batches, stop=training.folder.asked_to_stop)
    return join(training.team.gather(answers)) if answers else None


def _end_epoch(training: Training, answers: Answers, learnt: float) -> Epoch:
    """Ends the epoch in all processes as the main one does."""
    training.batches.tell_left_out()
    epoch, training.progress = training.team.lead(lambda: (_judge_epoch(training, answers, learnt), training.progress))
    return epoch


def _judge_epoch(training: Training, answers: Answers, learnt: float) -> Epoch:
    """Judges what was said of the valid part, keeps the model if it is the best, and ends the epoch, which learnt until `learnt`."""
    progress, folder = training.progress, training.folder
    found = judge(answers, training.classifier.labels, part="valid")
    merits = {"accuracy": found.accuracy, "macro_f1": found.macro_f1, "loss": -found.loss, "last": float(progress.epoch)}
    merit = merits[training.recipe.choose_by]
    best = progress.beats_best(merit, found.loss)
    epoch = Epoch(
        number=progress.epoch,
        train_loss=progress.loss / max(1, progress.images),
        valid_loss=found.loss,
        valid_accuracy=found.accuracy,
        macro_f1=found.macro_f1,
        lr=0.0 if training.features and progress.epoch == 1 else training.optimizer.param_groups[-1]["lr"],
        images_per_second=progress.images / max(1e-9, progress.seconds),
        seconds=progress.seconds + time.perf_counter() - learnt,
        best=best,
        memory=most_memory(),
        device_memory=most_device_memory(torch.device(training.computing.device)),
    )
    if best:
        folder.keep_best(training.judged, training.recipe, temperature=find_temperature(answers))
        progress.best_epoch, progress.best_merit, progress.best_loss = epoch.number, merit, found.loss
    folder.keep_said(f"valid-{epoch.number:04}", answers)
    training.note(epoch)
    progress.begin_epoch()
    patience = training.recipe.patience
    if patience and progress.best_epoch is not None and epoch.number - progress.best_epoch >= patience:
        progress.epoch = training.recipe.epochs + 1
    training.save()
    return epoch
