"""Whether a folder holds an image classifier that can be used here: first by its files, then by loading it; no code of others runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cvwidgets.errors import ModelRefused
from cvwidgets.model import WEIGHTS

INDEX = "model.safetensors.index.json"
PROCESSORS = ("preprocessor_config.json", "processor_config.json")
PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")
WHY_NO_PICKLE = (
    "pickle can run code when it is loaded and is never opened. Where you trust who made it, load it with transformers (`from_pretrained`) "
    "and save it anew (`save_pretrained`)"
)
"""Why weights as pickle are refused, and how they are converted; the end of a sentence about a model without safetensors."""


def check_config(folder: Path, name: str) -> None:
    """Looks whether a config is an image classifier's, with names for its labels.

    Raises:
        ModelRefused: it is something else; the message says what.
    """
    config = _read(folder / "config.json", name)
    kinds = [str(kind) for kind in config.get("architectures") or ()]
    if not any("ForImageClassification" in kind for kind in kinds):
        what = ", ".join(kinds) or str(config.get("model_type") or "of no kind that its config tells")
        raise ModelRefused(f"{name!r} is no image classifier ({what}); one is needed. Choose another, or train from it as a base.")
    if config.get("problem_type") == "multi_label_classification":
        raise ModelRefused(f"{name!r} gives an image several labels at once; one that chooses a single label is needed. Choose another.")
    labels = config.get("id2label")
    names = list(labels.values()) if isinstance(labels, Mapping) else []
    if len(names) < 2 or all(str(one) == f"LABEL_{number}" for number, one in labels.items()):  # type: ignore[union-attr]
        raise ModelRefused(f"{name!r} has no names for its labels; at least two are needed. Write them into id2label of its config.json.")


def check_files(folder: Path, name: str) -> tuple[Path, ...]:
    """Looks through a model's folder without loading it, and returns the files that it needs.

    Raises:
        ModelRefused: a file is missing, cut short or leads elsewhere, it is no image classifier, or its weights are no safetensors.
    """
    check_config(folder, name)
    processors = [folder / one for one in PROCESSORS if (folder / one).is_file()]
    if not processors:
        raise ModelRefused(
            f"{name!r} has no {PROCESSORS[0]}, which says how pictures are shown to it. Save its image processor there, or choose another."
        )
    for processor in processors:
        _read(processor, name)
    weights = _weights(folder, name)
    for file in weights:
        if file.suffix == ".safetensors" and not _is_whole(file):
            raise ModelRefused(f"The weights {file.name} of {name!r} are cut short or damaged; they are needed whole. Copy them again.")
    return (folder / "config.json", *processors, *weights)


def has_pickles(folder: Path) -> bool:
    """Whether files lie in a folder that are pickle by their names; none is opened."""
    return any(file for pattern in PICKLES for file in folder.glob(pattern))


def weights_are_whole(folder: Path) -> bool:
    """Whether the weights in a folder are as long as their headers say; their content is not looked at."""
    return all(map(_is_whole, folder.glob("*.safetensors")))


def check_classifier(folder: Path, name: str) -> tuple[str, ...]:
    """Loads a model and asks it about a gray picture; returns its labels in the order of its outputs.

    Raises:
        ModelRefused: some of its weights are not there, or it says nothing that can be used.
        BaseUnavailable: it cannot be loaded as an image classifier.
    """
    from cvwidgets.vision.loading import load_pretrained

    model, found = load_pretrained("AutoModelForImageClassification", folder, name, needed="an image classifier", output_loading_info=True)
    if missing := sorted(found["missing_keys"]):
        raise ModelRefused(
            f"The weights of {name!r} lack {missing[0]}{f' and {len(missing) - 1} more' if missing[1:] else ''}; they are needed whole. "
            "It may be a base that was never trained to tell labels apart: train from it, or choose another."
        )
    names = model.config.id2label
    try:
        said = _ask(model, folder)
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise ModelRefused(
            f"{name!r} cannot be asked about a picture ({error}); its {PROCESSORS[0]} should say how one is shown to it. Choose another."
        ) from error
    if said.shape != (1, len(names)) or not said.isfinite().all():
        raise ModelRefused(f"{name!r} gives no probability for each of its {len(names)} labels; they are needed. Choose another.")
    return tuple(str(names[number]) for number in sorted(names))


def _ask(model: Any, folder: Path) -> Any:
    import torch
    from PIL import Image

    from cvwidgets.vision.transform import TestTransform, read_processor

    transform = TestTransform.from_config(read_processor(folder))
    with torch.inference_mode():
        return model.eval()(pixel_values=transform(Image.new("RGB", (64, 48), "gray"))[None]).logits


def _weights(folder: Path, name: str) -> list[Path]:
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    if (folder / INDEX).is_file():
        parts = _read(folder / INDEX, name).get("weight_map")
        names = sorted({str(part) for part in parts.values()}) if isinstance(parts, Mapping) else []
        if names and all(Path(part).name == part and part.endswith(".safetensors") and (folder / part).is_file() for part in names):
            return [folder / INDEX, *(folder / part for part in names)]
        raise ModelRefused(f"Some of the parts that {INDEX} of {name!r} names are not there; all are needed. Copy it again.")
    if has_pickles(folder):
        raise ModelRefused(f"{name!r} has its weights as pickle alone, and safetensors are needed: {WHY_NO_PICKLE}, or choose another.")
    raise ModelRefused(f"{name!r} has no weights; {WEIGHTS} is needed. Choose another.")


def _is_whole(file: Path) -> bool:
    """Whether a file is as long as the header of its tensors says; their content is not looked at."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, "np"):
            return True
    except (OSError, SafetensorError):
        return False


def _read(file: Path, name: str) -> dict[str, Any]:
    try:
        facts = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        facts = None
    except (OSError, ValueError) as error:
        raise ModelRefused(f"The {file.name} of {name!r} cannot be read ({error}); it is needed whole. Copy it again.") from error
    if not isinstance(facts, dict):
        raise ModelRefused(f"{name!r} holds no {file.name} as transformers writes it; it is needed. Choose the folder of a model.")
    return facts
