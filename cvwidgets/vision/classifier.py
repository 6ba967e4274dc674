"""Classifiers: a model with its label names and its transform, loaded from a folder or begun on a base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import RecipeError
from cvwidgets.vision.bases import find_base
from cvwidgets.vision.loading import load_pretrained, quiet
from cvwidgets.vision.transform import TestTransform, read_processor, with_size

if TYPE_CHECKING:
    import torch

TEMPERATURE = "calibration_temperature"
"""The field of config.json; transformers takes `temperature` alone for the generation of text."""
HIGHEST_MOMENTUM = 0.5
"""A BatchNorm momentum above this is a mistake of the port: its running statistics would be those of the last batch."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """A model that tells labels apart: `labels` in the order of its outputs, `processor` the config that `transform` was made from."""

    model: torch.nn.Module
    labels: tuple[str, ...]
    transform: TestTransform
    processor: dict[str, Any]

    @property
    def device(self) -> torch.device:
        """Where the model computes."""
        return next(self.model.parameters()).device

    @property
    def temperature(self) -> float:
        """What the logits were divided by when it was saved, so that probabilities are what they say; 1 if by nothing."""
        return float(getattr(self.model.config, TEMPERATURE, 1.0))


def load_classifier(folder: Path | str, *, device: str = "auto") -> Classifier:
    """Loads a trained classifier for asking (evaluation mode, float32) from a folder, a hub name or "starter".

    Raises:
        BaseUnavailable: it is neither on disk nor to be had, or is no image classifier.
    """
    place = find_base(str(folder))
    model = _from_pretrained(place, str(folder))
    names = model.config.id2label
    labels = tuple(str(names[index]) for index in sorted(names))
    return _classifier(model.to(find_device(device)).eval(), labels, read_processor(place))


def new_classifier(base: Path | str, labels: Sequence[str], *, seed: int = 0, image_size: int | None = None) -> Classifier:
    """Begins a classifier of `labels` on a base, on the CPU, in float32; a head of another size is replaced by one drawn from `seed`.

    `image_size` (pixels, square) None keeps the base's own.

    Raises:
        BaseUnavailable: the base is neither on disk nor to be had, or is no image classifier.
    """
    import torch

    place = find_base(str(base))
    names = dict(enumerate(labels))
    numbers = {label: index for index, label in names.items()}
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = _from_pretrained(place, str(base), num_labels=len(labels), id2label=names, label2id=numbers, ignore_mismatched_sizes=True)
    _mend_batch_norm(model)
    processor = read_processor(place)
    return _classifier(model, tuple(labels), with_size(processor, image_size) if image_size else processor)


def save_classifier(classifier: Classifier, folder: Path, *, temperature: float = 1.0) -> None:
    """Writes model.safetensors, config.json (label names inside) and preprocessor_config.json into a folder, made if it is missing.

    The last layer is written divided by `temperature`: whoever loads it, plain transformers too, is told calibrated probabilities. The
    model in memory stays as it is. Of a model without a linear last layer nothing is divided, and its `temperature` is 1.
    """
    import json

    folder.mkdir(parents=True, exist_ok=True)
    weights, heads = classifier.model.state_dict(), find_heads(classifier)
    for name in (f"{head}.{what}" for head in heads for what, _ in classifier.model.get_submodule(head).named_parameters()):
        weights[name] = weights[name] / temperature
    setattr(classifier.model.config, TEMPERATURE, temperature if heads else 1.0)
    with quiet():
        classifier.model.save_pretrained(folder, state_dict=weights)  # type: ignore[operator]
    (folder / "preprocessor_config.json").write_text(json.dumps(classifier.processor, indent=2), "utf-8")


def find_heads(classifier: Classifier) -> list[str]:
    """The names of the linear layers that give the logits: one as a rule, none of some models; of those that take the mean of two, both."""
    from torch.nn import Linear

    model: Any = classifier.model
    inside, count = f"{model.base_model_prefix}.", len(classifier.labels)
    heads = [name for name, part in model.named_modules() if isinstance(part, Linear) and part.out_features == count]
    return [name for name in heads if not name.startswith(inside)]


def find_device(name: str = "auto") -> torch.device:
    """The device to compute on: "auto" takes CUDA, else Apple's GPU, else the CPU.

    Raises:
        RecipeError: a device was named that this machine does not have.
    """
    import torch

    there = ["cuda"] if torch.cuda.is_available() else []
    there += ["mps"] if torch.backends.mps.is_available() else []
    there += ["cpu"]
    if name == "auto":
        return torch.device(there[0])
    kind, _, number = name.partition(":")
    if kind not in there or (number and (kind != "cuda" or not number.isdigit() or int(number) >= torch.cuda.device_count())):
        raise RecipeError(f"Device {name!r} was asked for; here are {', '.join(there)}. Choose one of these, or 'auto'.")
    return torch.device(name)


def _classifier(model: Any, labels: tuple[str, ...], processor: dict[str, Any]) -> Classifier:
    return Classifier(model, labels, TestTransform.from_config(processor), processor)


def _from_pretrained(folder: Path, name: str, **options: Any) -> Any:
    return load_pretrained("AutoModelForImageClassification", folder, name, needed="an image classifier", **options)


def _mend_batch_norm(model: Any) -> None:
    # transformers 5.23 builds MobileNetV2 with momentum 0.997, meant as TensorFlow's: there it weighs the past, in torch the present.
    from torch.nn.modules.batchnorm import _BatchNorm

    for module in model.modules():
        if isinstance(module, _BatchNorm) and module.momentum is not None and module.momentum > HIGHEST_MOMENTUM:
            module.momentum = 0.1
