"""Trying a model that went out as ONNX: does it say what torch says, how many are right, how long does a picture take."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import ExportError, UnreadablePicture
from cvwidgets.model import Measured, Tried

if TYPE_CHECKING:
    import numpy as np
    import onnxruntime

    from cvwidgets.vision.classifier import Classifier

    Pixels = np.ndarray[Any, np.dtype[np.uint8]]
    Probabilities = np.ndarray[Any, np.dtype[np.float32]]

PARITY = 1e-3
"""So far a probability of the whole ONNX file may be from that of torch."""
TORCH, WHOLE = "torch", "onnx"


@dataclass(slots=True)
class _Tally:
    """What one form said so far."""

    say: Callable[[Pixels], Probabilities]
    seconds: list[float] = field(default_factory=list)
    furthest: float = 0.0
    alike: int = 0
    right: int = 0


def open_onnx(file: Path) -> onnxruntime.InferenceSession:
    """A file of `write_onnx`, to be asked on the processor; warnings of the runtime go nowhere."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # as torch's threads in a job: others work here too
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def try_onnx(
    classifier: Classifier,
    files: Mapping[str, Path],
    pictures: Sequence[tuple[Path, str | None]],
    *,
    tick: Callable[[int, int], None] = lambda _done, _of: None,
) -> Tried:
    """Asks torch, by the one test transform, and all `files` ("onnx", "onnx int8", …) about pictures, one by one.

    Each picture is asked of all in turn, so that times are compared of the same picture at the same moment; the first is not timed.

    Args:
        classifier: The model in torch, on the processor.
        files: The forms of it; "onnx" is the whole one.
        pictures: Files, each with the label that it should have, None where that is not known.
        tick: Told how many pictures are done, and of how many; what it raises breaks off.

    Raises:
        ExportError: "onnx" says something else than torch, a smaller form says no numbers, or no picture can be read.
    """
    import numpy as np

    from cvwidgets.pictures import read

    forms = {TORCH: _Tally(_in_torch(classifier)), **{name: _Tally(_in_onnx(file)) for name, file in files.items()}}
    asked, unread, known = 0, 0, 0
    for number, (path, label) in enumerate(pictures):
        tick(number, len(pictures))
        try:
            pixels = np.array(read(path))
        except (UnreadablePicture, OSError):
            unread += 1
            continue
        truth = classifier.labels.index(label) if label in classifier.labels else None
        _ask(forms, pixels, truth, path, warm=asked > 0)
        asked, known = asked + 1, known + (truth is not None)
    if not asked:
        raise ExportError("There is no picture that can be read to try the export on; one is needed. Keep some images, or relink them.")
    tick(len(pictures), len(pictures))
    measured = tuple(
        Measured(
            form=name,
            milliseconds=round(1000 * median(tally.seconds or [0.0]), 2),
            times=round(median(_ratios(forms[TORCH].seconds, tally.seconds)), 2),
            accuracy=tally.right / known if known else None,
            agreement=tally.alike / asked,
            furthest=tally.furthest,
            size=files[name].stat().st_size if name in files else sum(one.nbytes for one in classifier.model.state_dict().values()),
        )
        for name, tally in forms.items()
    )
    return Tried(measured, asked, unread)


def _ask(forms: Mapping[str, _Tally], pixels: Pixels, truth: int | None, path: Path, *, warm: bool) -> None:
    """One picture, asked of all forms; torch comes first."""
    import numpy as np

    ours: Probabilities | None = None
    for name, tally in forms.items():
        began = time.perf_counter()
        said = tally.say(pixels)
        if warm:
            tally.seconds.append(time.perf_counter() - began)
        ours = said if ours is None else ours
        _check(name, said, ours, path)
        tally.furthest = max(tally.furthest, float(np.abs(said - ours).max()))
        tally.alike += int(said.argmax() == ours.argmax())
        tally.right += int(truth is not None and said.argmax() == truth)


def _check(name: str, said: Probabilities, ours: Probabilities, path: Path) -> None:
    import numpy as np

    off = float(np.abs(said - ours).max())
    if not np.isfinite(off):
        raise ExportError(
            f"As {name} this model gives no numbers for {path.name!r}; probabilities are needed. Export it without quantizing."
        )
    if name == WHOLE and off > PARITY:
        raise ExportError(
            f"As ONNX this model says something else of {path.name!r} than in torch: a probability is off by {off:.4f}, and {PARITY} is "
            "allowed. It is not given out; export as safetensors."
        )


def _in_torch(classifier: Classifier) -> Callable[[Pixels], Probabilities]:
    import torch

    def say(pixels: Pixels) -> Probabilities:
        with torch.inference_mode():
            seen = classifier.transform.normalize(classifier.transform.pixels(pixels))[None]
            said: Probabilities = classifier.model(pixel_values=seen).logits.float().softmax(-1)[0].numpy()
        return said

    return say


def _in_onnx(file: Path) -> Callable[[Pixels], Probabilities]:
    session = open_onnx(file)

    def say(pixels: Pixels) -> Probabilities:
        said: Probabilities = session.run(None, {"image": pixels})[0]
        return said

    return say


def _ratios(torch: Sequence[float], other: Sequence[float]) -> list[float]:
    """How many times as fast as torch, of each picture."""
    return [one / two for one, two in zip(torch, other, strict=True)] or [1.0]
