"""Embeddings: what a model makes of a picture as a whole, as one vector of length 1; near vectors are pictures that look alike to it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cvwidgets.vision.ahead import read_ahead
from cvwidgets.vision.bases import find_base
from cvwidgets.vision.classifier import find_device
from cvwidgets.vision.loading import load_pretrained
from cvwidgets.vision.spreading import batched, on_processors
from cvwidgets.vision.transform import TestTransform, read_processor

if TYPE_CHECKING:
    import numpy as np
    import torch

    from cvwidgets.vision.pooling import Features

    Vector = np.ndarray[Any, np.dtype[np.float32]]

Precision = Literal["float32", "bfloat16"]

CPU_BATCH = 4
"""For each processor: what a small net makes of more no longer lies in the cache (atto at 160 px: a quarter slower in batches of 8)."""
GPU_BATCH = 128
CLEARLY_FASTER = 0.9
"""bfloat16 is taken when it needs at most this share of the time: below that, noise decides, and float32 is the finer one."""
NO_NUMBER = "The model gives no numbers for it (NaN or nothing but zeros)."


@dataclass(frozen=True, slots=True)
class Encoder:
    """A model that is asked for pooled features, `width` of them; `name` is what the user calls it.

    `precision` is what it computes in; what it gives is float32.
    """

    name: str
    width: int
    model: torch.nn.Module
    transform: TestTransform
    precision: Precision
    features: Features

    @property
    def device(self) -> torch.device:
        """Where the model computes."""
        return next(self.model.parameters()).device

    @property
    def short_side(self) -> int:
        """Pixels that a picture's short side is scaled to first: of a picture this large or larger, nothing that the model sees is lost."""
        return self.transform.short_side or min(self.transform.size)


def load_encoder(folder: Path | str, *, device: str = "auto", precision: Literal["auto", "float32", "bfloat16"] = "auto") -> Encoder:
    """Loads a base ("starter", a local folder, a hub name) or a trained classifier's folder for embedding pictures.

    Which of a model's outputs are its pooled features is told in `cvwidgets.vision.pooling`; a classifier's labels play no part in them.

    Args:
        folder: The model.
        device: As `find_device` takes it.
        precision: "auto" takes bfloat16 on GPUs that have it, and on processors that have it where a trial of a second shows it to be
            clearly faster. Vectors in the two differ by a cosine distance of about 1e-4.

    Raises:
        BaseUnavailable: it is neither on disk nor to be had, or transformers does not know it.
        NoFeatures: it gives no pooled features; the message says what it gives.
    """
    from cvwidgets.vision.pooling import find_features

    name = str(folder)
    place = find_base(name)
    model, found = load_pretrained("AutoModel", place, name, needed="a model of pictures", output_loading_info=True)
    model = model.to(find_device(device)).eval()
    transform = TestTransform.from_config(read_processor(place))
    features, width = find_features(model, transform.size, found["missing_keys"], name)
    encoder = Encoder(name, width, model, transform, "float32", features)
    return replace(encoder, precision=_faster(encoder) if precision == "auto" else precision)


def embed(encoder: Encoder, pictures: Iterable[Path | bytes], *, batch_size: int | None = None) -> Iterator[Vector | str]:
    """Yields for each picture, in order, its vector (float32, `(encoder.width,)`, length 1), or in words why there is none.

    A picture is a file, or a thumbnail as JPEG bytes: as good and many times faster as long as its short side is at least
    `encoder.short_side`. Both go through the one test transform. `pictures` is consumed lazily, so that millions can stream through;
    closing the generator stops the reading.

    On a CPU each processor prepares and computes batches of its own, as small nets do not gain from sharing one among several: there is
    no gap between decoding and computing. As many are used as torch may use where this is called (`torch.set_num_threads`).
    """
    if encoder.device.type == "cpu":
        return _on_processors(encoder, pictures, batch_size or CPU_BATCH)
    return _on_device(encoder, pictures, batch_size or GPU_BATCH)


def _on_processors(encoder: Encoder, pictures: Iterable[Path | bytes], size: int) -> Iterator[Vector | str]:
    from cvwidgets.vision.preparing import prepare

    def answer(batch: list[Path | bytes]) -> list[Vector | str]:
        return _answers(encoder, [prepare(encoder.transform, picture) for picture in batch])

    batches = on_processors(answer, pictures, size=size)
    try:
        for answers in batches:
            yield from answers
    finally:
        batches.close()  # type: ignore[attr-defined]


def _on_device(encoder: Encoder, pictures: Iterable[Path | bytes], size: int) -> Iterator[Vector | str]:
    from cvwidgets.vision.preparing import prepare

    threads = min(16, os.cpu_count() or 1)
    prepared = read_ahead(lambda picture: prepare(encoder.transform, picture), pictures, threads=threads, ahead=2 * size)
    try:
        for batch in batched(prepared, size):
            yield from _answers(encoder, batch)
    finally:
        prepared.close()  # type: ignore[attr-defined]


def _answers(encoder: Encoder, batch: Sequence[torch.Tensor | str]) -> list[Vector | str]:
    """Vectors, or reasons, of a batch that is prepared."""
    import torch

    tensors = [pixels for pixels in batch if not isinstance(pixels, str)]
    if not tensors:
        return [pixels for pixels in batch if isinstance(pixels, str)]
    with torch.inference_mode():
        found = _features(encoder, torch.stack(tensors).to(encoder.device))
        lengths = torch.linalg.vector_norm(found, dim=1, keepdim=True)
        good = (torch.isfinite(lengths) & (lengths > 0)).squeeze(1).tolist()
        vectors = (found / lengths).cpu().numpy()
    rows = iter([vector if is_good else NO_NUMBER for vector, is_good in zip(vectors, good, strict=True)])
    return [pixels if isinstance(pixels, str) else next(rows) for pixels in batch]


def _features(encoder: Encoder, pixels: torch.Tensor) -> torch.Tensor:
    """Of pixels in 0..255 (n, 3, height, width) the features (n, width) as float32."""
    import torch

    with torch.autocast(encoder.device.type, dtype=torch.bfloat16, enabled=encoder.precision == "bfloat16"):
        return encoder.features(encoder.transform.normalize(pixels)).float()


def _faster(encoder: Encoder) -> Precision:
    import torch

    device = encoder.device.type
    if device == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    if device != "cpu" or not any("bf16" in name and there is True for name, there in torch.cpu.get_capabilities().items()):
        return "float32"
    short = replace(encoder, precision="bfloat16")
    turns = [(_seconds(encoder), _seconds(short)) for _ in range(3)]  # by turns, so that what else the machine does slows both down
    fine, fast = map(min, zip(*turns[1:], strict=True))  # the first warms up
    return "bfloat16" if fast < CLEARLY_FASTER * fine else "float32"


def _seconds(encoder: Encoder) -> float:
    """A batch of four."""
    import torch

    pixels = torch.zeros(4, 3, *encoder.transform.size)
    with torch.inference_mode():
        began = time.perf_counter()
        _features(encoder, pixels)
        return time.perf_counter() - began
