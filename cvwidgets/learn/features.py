"""Features: what the last layer of a model is given of each picture, computed once for a base and kept beside the decoded pictures.

Where the recipe varies pictures, the head learns from each one varied once as well.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from cvwidgets.files import replacing
from cvwidgets.learn.batches import Batches
from cvwidgets.learn.collection import Item
from cvwidgets.learn.judging import InParts
from cvwidgets.learn.machine import Computing
from cvwidgets.records import Part
from cvwidgets.vision import Classifier

TABLE, KEYS = "features", "keys"
EXACT, WIDE = "exact", "wide"
"""What is cropped from is kept smaller than the original, and seen otherwise."""


class Features:
    """The features of a collection's pictures under the model that a run begins with; `folder` may be deleted at any time.

    Args:
        classifier: In the state that the run begins with; `layer` names the one linear layer that gives its logits.
        key: Names the weights that it begins with, as `model_key` does.
        folder: Where features are kept, a file for each model and way of computing; of varied pictures only those of the latest run.
    """

    def __init__(self, classifier: Classifier, layer: str, batches: Batches, computing: Computing, *, key: str, folder: Path) -> None:
        self._classifier, self._layer, self._batches, self._computing = classifier, layer, batches, computing
        facts = [key, layer, repr(classifier.transform), computing.precision, computing.device]
        self._varied = f"varied-{_digest([batches.seed, *map(asdict, batches.augmentations)])}"
        self._file = folder / f"{_digest(facts)}.safetensors"
        forms = EXACT, WIDE, self._varied
        self._known = {name: row for name, row in _read(self._file).items() if name.endswith(forms)}
        self._kept = len(self._known)

    def lacking(self, part: Part) -> list[int]:
        """The rows of a part whose features are not known yet."""
        return [row for row, item in enumerate(self._batches.collection.parts[part]) if not self._is_known(part, item)]

    def compute(self, part: Part, rows: Sequence[int]) -> Iterator[int]:
        """Computes the features of rows of a part; yields after each batch how many pictures of it could be read."""
        given = list[torch.Tensor]()
        layer = self._classifier.model.get_submodule(self._layer)

        def look(pixels: torch.Tensor) -> torch.Tensor:
            given.clear()
            with torch.inference_mode(), self._computing.autocast():
                self._classifier.model(pixel_values=pixels)
            return given.pop()

        look_at = InParts(look)
        hook = layer.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0]))
        try:
            with contextlib.closing(self._batches.forms(part, rows)) as batches:  # type: ignore[type-var]
                for batch in batches:
                    names, found = [name for key in batch.keys for name in self._names(part, key)], torch.empty(0, 0)
                    if names:
                        found = look_at(batch.pixels)
                    told = self._batches.team.gather((len(batch.keys), names, found))
                    for _, names, found in told:
                        self._known.update(zip(names, found, strict=True))
                    yield sum(images for images, _, _ in told)
        finally:
            hook.remove()

    def known(self, part: Part) -> list[Item]:
        """The pictures of a part whose features are known, in its order; after computing, all that could be read."""
        return [item for item in self._batches.collection.parts[part] if self._is_known(part, item)]

    def _names(self, part: Part, key: str) -> list[str]:
        """What a picture is known as in each of its forms."""
        return [f"{key}-{form}" for form in ((WIDE, self._varied) if self._batches.varies(part) else (EXACT,))]

    def _is_known(self, part: Part, item: Item) -> bool:
        return all(name in self._known for name in self._names(part, item.key))

    def table(self, part: Part) -> tuple[torch.Tensor, torch.Tensor]:
        """Features float32 (n, width) and labels' numbers int64 (n) of what is known of a part, each picture in all its forms."""
        named = [(name, item.label) for item in self.known(part) for name in self._names(part, item.key)]
        labels = torch.tensor([label for _, label in named], dtype=torch.int64)
        return (torch.stack([self._known[name] for name, _ in named]) if named else torch.empty(0, 0)), labels

    def keep(self) -> None:
        """Writes what was computed, for the next run; a disk that is full, or read-only, is no reason to stop."""
        keys = sorted(self._known)
        if len(keys) == self._kept or not self._batches.team.leads:
            return
        self._kept = len(keys)
        with contextlib.suppress(OSError, SafetensorError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._file) as part:
                save_file({TABLE: torch.stack([self._known[key] for key in keys])}, part, metadata={KEYS: " ".join(keys)})


def _digest(facts: Sequence[object]) -> str:
    return sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _read(file: Path) -> dict[str, torch.Tensor]:
    """What an earlier run kept; nothing when the file is gone or cut short."""
    try:
        with safe_open(file, "pt") as kept:
            return dict(zip(kept.metadata()[KEYS].split(), kept.get_tensor(TABLE), strict=True))
    except (OSError, SafetensorError, ValueError, KeyError, TypeError):
        return {}
