"""What this machine computes fastest with, found by a short trial, kept per machine, and pinned in each run."""

from __future__ import annotations

import copy
import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import torch

from cvwidgets.errors import RecipeError, SettingsError
from cvwidgets.files import write_whole
from cvwidgets.machine import machine_folder
from cvwidgets.recipe import Recipe
from cvwidgets.settings import read_settings
from cvwidgets.vision import Classifier, find_device

CLEARLY_FASTER = 0.9
"""Another way of computing is taken when it needs at most this share of the time: below that, noise decides."""
TRIAL_IMAGES = 4
TRIAL_SECONDS = 6.0
"""Beyond this no way of computing takes another turn."""
LEAST_STEPS, MOST_STEPS = 1, 3
"""How many steps of each way are measured, after one that warms up."""
_PRECISIONS: tuple[Literal["float32", "bfloat16"], ...] = ("float32", "bfloat16")


@dataclass(frozen=True, slots=True)
class Computing:
    """How a run computes; pinned in its environment.json so that going on gives the same numbers."""

    device: str
    threads: int
    precision: Literal["float32", "bfloat16"]
    channels_last: bool

    @property
    def memory_format(self) -> torch.memory_format:
        """How the four axes of pictures lie in memory."""
        return torch.channels_last if self.channels_last else torch.contiguous_format

    def autocast(self) -> torch.autocast:
        """The context in which forward passes run."""
        return torch.autocast(torch.device(self.device).type, dtype=torch.bfloat16, enabled=self.precision == "bfloat16")


def find_computing(classifier: Classifier, recipe: Recipe) -> Computing:
    """How a recipe is computed on this machine, by the recipe, the settings and, where both leave it open, a trial.

    Raises:
        RecipeError, SettingsError: the device that is named is not there.
    """
    return choose_computing(classifier, recipe, device_of(recipe), threads_of(recipe))


def threads_of(recipe: Recipe) -> int:
    """How many threads compute: as the recipe says, else the settings, else as torch was started with."""
    return recipe.threads or read_settings().threads or torch.get_num_threads()


def device_of(recipe: Recipe) -> torch.device:
    """The device that a recipe is trained on: its own, else that of the settings, else the best there is.

    Raises:
        RecipeError: the recipe names one that this machine does not have.
        SettingsError: the settings do.
    """
    settings = read_settings()
    if recipe.device != "auto" or settings.device == "auto":
        return find_device(recipe.device)
    try:
        return find_device(settings.device)
    except RecipeError as error:
        raise SettingsError(
            f"The settings name {settings.device!r} to train on, which this machine does not have now; a training needs a device that is "
            "there. Choose another in the settings, or 'auto'."
        ) from error


def choose_computing(classifier: Classifier, recipe: Recipe, device: torch.device, threads: int) -> Computing:
    """What the recipe asks for, and for "auto" what an earlier or a short new trial (a few steps) found to be clearly faster."""
    trial = _trial(classifier, recipe, device, threads)
    precision = trial.precision if recipe.precision == "auto" else recipe.precision
    return Computing(str(device), threads, precision, trial.channels_last)


@contextmanager
def pinned(computing: Computing) -> Iterator[None]:
    """Fixes the number of threads and asks for repeatable algorithms; puts both back as they were."""
    threads, repeatable, warn = (
        torch.get_num_threads(),
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )
    torch.set_num_threads(computing.threads)
    if computing.device.startswith("cuda"):
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(repeatable, warn_only=warn)


def processor_name(device: torch.device) -> str:
    """What computes, in words: the GPU's or the processor's name."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _trial(classifier: Classifier, recipe: Recipe, device: torch.device, threads: int) -> Computing:
    config = classifier.model.config
    shape = [getattr(config, name, None) for name in ("model_type", "hidden_sizes", "hidden_size", "depths", "num_hidden_layers")]
    facts = [processor_name(device), threads, torch.__version__, shape, classifier.transform.size, recipe.batch_size >= TRIAL_IMAGES]
    file, key = machine_folder() / "computing.json", json.dumps(facts)
    known = {}
    with suppress(OSError, ValueError):
        known = json.loads(file.read_text("utf-8"))
    with suppress(KeyError, TypeError):
        return Computing(str(device), threads, known[key]["precision"], known[key]["channels_last"])
    found = _fastest(classifier, min(TRIAL_IMAGES, recipe.batch_size), device, threads)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps({**known, key: asdict(found)}, indent=1).encode())
    return found


def _fastest(classifier: Classifier, images: int, device: torch.device, threads: int) -> Computing:
    """The way whose shortest step is the shortest; they take turns, so that what else the machine does slows all of them down."""
    ways = [Computing(str(device), threads, precision, last) for precision in _PRECISIONS for last in (False, True)]
    shortest: dict[Computing, float] = {}
    model, began = copy.deepcopy(classifier.model).to(device).train(), time.perf_counter()
    with torch.random.fork_rng():
        pixels = torch.randn(images, 3, *classifier.transform.size, device=device)
        for turn in range(1 + MOST_STEPS):
            if turn > LEAST_STEPS and time.perf_counter() - began > TRIAL_SECONDS:
                break
            for way in list(ways):
                try:
                    seconds = _seconds_of_step(model, pixels, way)
                except (RuntimeError, TypeError):  # the device does not have it
                    ways.remove(way)
                else:
                    shortest[way] = min(seconds, shortest[way]) if turn > 1 else seconds  # turn 0 warms up
    plain = Computing(str(device), threads, "float32", False)
    best = min(ways, key=shortest.__getitem__, default=plain)
    return best if plain in ways and shortest[best] < CLEARLY_FASTER * shortest[plain] else plain


def _seconds_of_step(model: torch.nn.Module, pixels: torch.Tensor, computing: Computing) -> float:
    model.to(memory_format=computing.memory_format)
    model.zero_grad()
    pixels = pixels.contiguous(memory_format=computing.memory_format)
    with pinned(computing):
        began = time.perf_counter()
        with computing.autocast():
            logits = model(pixel_values=pixels).logits
        logits.float().square().mean().backward()
        float(logits.detach()[0, 0])  # waits for a GPU
        return time.perf_counter() - began
