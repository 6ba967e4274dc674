"""What a run holds while it trains: model, optimizer, batches and where it is; set up from a dataset, a recipe and a run folder."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from cvwidgets.errors import TrainingFailed
from cvwidgets.learn.averaging import Average
from cvwidgets.learn.balancing import weigh
from cvwidgets.learn.batches import Array, Batch, Batches
from cvwidgets.learn.beginning import begin
from cvwidgets.learn.collection import open_for
from cvwidgets.learn.decoded import Decoded
from cvwidgets.learn.events import Events
from cvwidgets.learn.features import Features
from cvwidgets.learn.folder import RunFolder
from cvwidgets.learn.head import Head
from cvwidgets.learn.machine import Computing, device_of, find_computing, processor_name, threads_of
from cvwidgets.learn.memory import Gauge
from cvwidgets.learn.optimizing import learning_rate, make_optimizer
from cvwidgets.learn.resuming import Progress, finish, load_state, read_progress, save_state
from cvwidgets.learn.shortage import has_room, let_go, out_of_memory, ran_out
from cvwidgets.learn.team import Team, find_team, make_accelerator
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch, Step
from cvwidgets.vision import Classifier, find_heads, model_key

if TYPE_CHECKING:
    from accelerate import Accelerator
    from datasets import DatasetDict

SECONDS_BETWEEN_STATES = 120.0
"""A kill never costs more training than this."""


@dataclass(slots=True)
class Training:
    """A run under way. `whole` is False only within an optimizer step, when the weights are nobody's business."""

    recipe: Recipe
    folder: RunFolder
    classifier: Classifier
    computing: Computing
    accelerator: Accelerator
    model: torch.nn.Module
    optimizer: torch.optim.AdamW
    batches: Batches
    progress: Progress
    features: Features | None
    """What the head is learnt from in the first epoch; None when that is an epoch like all others."""
    average: Average | None
    """The moving average of the weights that is judged and kept in place of them, when the recipe asks for one."""
    weights: torch.Tensor
    """How much a picture of each label counts, float32 (labels)."""
    events: Events
    gauge: Gauge
    whole: bool = True
    saved: tuple[int, int, float] = (0, 0, 0.0)

    @property
    def team(self) -> Team:
        """The processes that train together."""
        return self.folder.team

    def steps(self) -> list[list[Array]]:
        """The steps of the epoch under way, each a list of batches that it accumulates."""
        return self.batches.steps(self.progress.epoch, self.recipe.batch_size, self.recipe.accumulation)

    def set_rate(self, steps: int) -> float:
        """Sets and returns the learning rate of the coming step, `steps` being those of one epoch."""
        before = 1 if self.features else 0
        done = (self.progress.epoch - 1 - before) * steps + self.progress.step
        rate = learning_rate(self.recipe, done, steps * (self.recipe.epochs - before))
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["share"]
        return rate

    @property
    def judged(self) -> Classifier:
        """What is judged and kept: the average of the weights where there is one."""
        return replace(self.classifier, model=self.average.model) if self.average else self.classifier

    def step(self, batches: Sequence[Batch]) -> tuple[float, int]:
        """Learns from the batches of one step; returns their mean loss and how many pictures they hold, in all processes together.

        Raises:
            TrainingFailed: memory ran out, or the loss is no number any more.
        """
        self.whole = False
        try:
            loss, images = self._learn(batches)
        except (RuntimeError, MemoryError) as error:
            if not ran_out(error):
                raise
            let_go(error)
            # The others of a team wait for this step's gradients: nothing can be tried.
            raise out_of_memory(self.recipe, partial(has_room, self) if self.team.of == 1 else None) from error
        self.whole = True
        return loss, images

    def _learn(self, batches: Sequence[Batch]) -> tuple[float, int]:
        images = int(self.team.total(sum(len(batch.labels) for batch in batches)))
        total = 0.0
        with self._own_chance():
            for batch in batches if images else ():
                if not len(batch.labels) and self.team.of == 1:
                    continue
                with nullcontext() if batch is batches[-1] else self.accelerator.no_sync(self.model):
                    loss = self.loss(batch)
                    # The processes' gradients are averaged, and their losses are to be summed.
                    self.accelerator.backward(loss / (images / self.team.of))
                total += float(loss.detach())
            total = self.team.total(total)
            if not math.isfinite(total):
                raise TrainingFailed(
                    f"The loss is no number any more in step {self.progress.step + 1} of epoch {self.progress.epoch}; the learning rate "
                    f"{self.recipe.learning_rate:g} is too high for this base. Start again with a learning_rate a third of it."
                )
            self.optimizer.step()
            self.optimizer.zero_grad()
            if self.average:
                self.average.take(self.classifier.model)
        return total / max(1, images), images

    def loss(self, batch: Batch) -> torch.Tensor:
        """The sum of the losses of this process's pictures."""
        if not len(batch.labels):  # takes part in the averaging of gradients all the same, without moving any running statistics
            self.model.eval()
            nothing: torch.Tensor = self.model(pixel_values=batch.pixels.new_zeros(1, *batch.pixels.shape[1:])).logits
            self.model.train()
            return nothing.float().sum() * 0
        logits = self.model(pixel_values=batch.pixels).logits
        return torch.nn.functional.cross_entropy(
            logits.float(), batch.labels, self.weights, reduction="sum", label_smoothing=self.recipe.label_smoothing
        )

    @torch.no_grad()
    def put_head(self, head: Head) -> None:
        """Puts a head into the model, in place of the one it has."""
        for model in (self.classifier.model, *([self.average.model] if self.average else [])):
            layer: Any = model.get_submodule(find_heads(self.classifier)[0])
            layer.weight.copy_(head.weight)
            layer.bias.copy_(head.bias)

    def note(self, record: Step | Epoch) -> None:
        """Writes a step or an epoch down, for whoever looks at the run."""
        self.folder.append(record)
        if self.team.leads:
            self.events.add(record)

    def save(self) -> None:
        """Writes the state to go on from."""
        if not self.team.leads:
            return
        self.events.flush()
        save_state(self.folder.resume, self.progress, self.classifier.model, self.optimizer, self.average)
        self.saved = (self.progress.epoch, self.progress.step, time.monotonic())

    def save_now_and_then(self) -> None:
        """Writes the state when the last is old."""
        if time.monotonic() - self.saved[2] > SECONDS_BETWEEN_STATES:
            self.save()

    def finish(self) -> None:
        """Notes that every epoch is done."""
        if self.team.leads:
            finish(self.folder.resume, self.progress)

    def leave(self) -> None:
        """What stays on disk however the run ends: a best model, once anything was learnt, and where to go on."""
        if not self.team.leads:
            return
        self.events.close()
        if not self.whole:
            return
        if self.saved[:2] != (self.progress.epoch, self.progress.step):
            self.save()
        if self.progress.best_epoch is None and (self.progress.epoch, self.progress.step) > (1, 0):
            self.folder.keep_best(self.judged, self.recipe)
        self.write_environment()

    def write_environment(self) -> None:
        """Writes environment.json: on what and with what it runs, and the pictures left out so far."""
        known = self.folder.read("environment.json") or {}
        left_out = {entry["path"]: entry for entry in known.get("left_out", [])}
        left_out |= {refused.path: asdict(refused) for refused in self.batches.left_out.values()}
        collection = self.batches.collection
        self.folder.write(
            "environment.json",
            {
                **asdict(self.computing),
                "processes": self.team.of,
                "processor": processor_name(torch.device(self.computing.device)),
                "python": platform.python_version(),
                "torch": torch.__version__,
                "image_size": list(self.classifier.transform.size),
                "labels": list(collection.labels),
                "images": {part: len(items) for part, items in collection.parts.items()},
                "left_out": list(left_out.values()),
            },
        )

    @contextmanager
    def _own_chance(self) -> Iterator[None]:
        """Dropout of a step depends on (seed, epoch, step, process) alone, and the caller's random numbers stay as they were."""
        device = torch.device(self.computing.device)
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            own = self.team.number * 1_000_000_007
            torch.manual_seed(self.recipe.seed * 1_000_003 + self.progress.epoch * 100_003 + self.progress.step + own)
            yield


def set_up(dataset: DatasetDict | Path, recipe: Recipe, folder: Path, *, cache: Path | None, start: Path | None) -> Training:
    """Opens everything a run needs, new or where it was left."""
    team = find_team(device_of(recipe))
    run = RunFolder(folder, team)
    run.pin_recipe(recipe)
    collection = open_for(dataset, recipe)
    progress = _find_progress(run, collection.fingerprint)
    _need_the_same(team, (collection.fingerprint, progress.epoch, progress.step))
    with team.first_on_machine():
        classifier, knows = begin(recipe, collection.labels, start)
    computing = _find_computing(run, classifier, recipe)
    device = torch.device(computing.device)
    classifier.model.to(device).to(memory_format=computing.memory_format)
    accelerator = make_accelerator(computing)
    optimizer = make_optimizer(classifier.model, recipe)
    steps = len(collection.parts["train"]) / (recipe.batch_size * recipe.accumulation)
    average = Average(classifier.model, recipe.averaging * steps) if recipe.averaging else None
    load_state(run.resume, classifier.model, optimizer, average)
    decoded = Decoded(collection, classifier.transform, cache or folder / "cache", writers=team.of)
    batches = Batches(
        collection, decoded, classifier.transform, device, computing.memory_format, recipe.augmentations, recipe.seed, team=team
    )
    heads = find_heads(classifier) if recipe.head_first and not knows else []
    kept = (cache or folder / "cache") / "features"
    features = (
        Features(classifier, heads[0], batches, computing, key=model_key(start or recipe.base), folder=kept) if len(heads) == 1 else None
    )
    weights = weigh([item.label for item in collection.parts["train"]], len(collection.labels), recipe.balance).to(device)
    model = accelerator.prepare(classifier.model)
    each = len(batches.steps(1, recipe.batch_size, recipe.accumulation))
    events = Events(folder, recipe, progress, steps=each, without=1 if features else 0)
    gauge = Gauge(device)
    training = Training(
        recipe, run, classifier, computing, accelerator, model, optimizer, batches, progress, features, average, weights, events, gauge
    )
    training.saved = (progress.epoch, progress.step, time.monotonic())
    batches.leave_out_missing()
    run.rewind(progress.epoch, progress.step)
    training.write_environment()
    return training


def _find_progress(run: RunFolder, fingerprint: str) -> Progress:
    progress = read_progress(run.resume)
    if progress and progress.fingerprint != fingerprint:
        raise TrainingFailed(
            f"The run in {str(run.path)!r} was begun on other pictures; going on needs the same. Start a new run in a folder of its own."
        )
    return progress or Progress(fingerprint)


def _need_the_same(team: Team, seen: tuple[str, int, int]) -> None:
    if len(set(team.gather(seen))) > 1:
        raise TrainingFailed(
            "The processes of this run see different pictures, or a different state to go on from; all need the same run folder and "
            "snapshot. Put both on a disk that every machine has, then start again."
        )


def _find_computing(run: RunFolder, classifier: Classifier, recipe: Recipe) -> Computing:
    """How the main process says that it is computed, on this process's own device where several share the work."""
    computing = run.team.lead(lambda: _choose_computing(run, classifier, recipe))
    return replace(computing, device=torch.device(computing.device).type) if run.team.of > 1 else computing


def _choose_computing(run: RunFolder, classifier: Classifier, recipe: Recipe) -> Computing:
    known: dict[str, Any] | None = run.read("environment.json")
    if known and known["device"] == str(device_of(recipe)) and read_progress(run.resume):
        threads = known["threads"] if known.get("processes", 1) == run.team.of else threads_of(recipe)
        return Computing(known["device"], threads, known["precision"], known["channels_last"])
    return find_computing(classifier, recipe)
