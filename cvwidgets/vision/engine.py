"""A classifier made ready to answer in this process, by torch or by onnxruntime: from a picture's bytes to probabilities."""

from __future__ import annotations

import io
import math
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cvwidgets.errors import ModelRefused, UnreadablePicture

if TYPE_CHECKING:
    import numpy as np
    import torch

    from cvwidgets.vision.classifier import Classifier
    from cvwidgets.vision.transform import TestTransform

    Rows = np.ndarray[Any, np.dtype[np.float32]]

Kind = Literal["torch", "onnx"]

MOST_PIXELS = 50_000_000
"""Pictures of more are not decoded for strangers: what the test transform makes of one takes 15 bytes a pixel."""
LARGE_PIXELS = 12_000_000
"""Of pictures larger than this one is decoded at a time, so that many of them at once take no more memory than one."""
QUICK_SIDE = 1024
"""Up to this side the quick way of resizing pays, which learns something of each new side first."""
ALIKE = 1e-3
"""How far a probability by onnxruntime may be from that by torch."""
NO_NUMBER = "The model gives no numbers for it (NaN)."

_large = threading.Lock()


@dataclass(frozen=True, slots=True)
class Engine:
    """What answers: `prepare` for each picture, `ask` for one or several that are prepared; both from any thread.

    `threads` of the processor are what one question computes with: by onnxruntime of itself, by torch as `enter` tells it.
    """

    kind: Kind
    labels: tuple[str, ...]
    transform: TestTransform
    threads: int
    compute: Callable[[torch.Tensor], Rows]

    def enter(self) -> None:
        """Is called once by each thread that asks, before it does."""
        import torch

        torch.set_num_threads(self.threads)

    def prepare(self, picture: bytes) -> torch.Tensor | str:
        """Resized and cropped, not yet normalized (see `TestTransform.pixels`), or in a sentence why the bytes are no picture for it."""
        return prepare(self.transform, picture)

    def ask(self, pixels: Sequence[torch.Tensor]) -> list[list[float] | str]:
        """For each prepared picture the probabilities in the order of `labels`, or in a sentence why there are none."""
        import torch

        with torch.inference_mode():
            rows = self.compute(self.transform.normalize(torch.stack(list(pixels)))).tolist()
        return [row if math.isfinite(math.fsum(row)) else NO_NUMBER for row in rows]


def prepare(transform: TestTransform, picture: bytes) -> torch.Tensor | str:
    """Decodes the bytes of a stranger's picture and brings it to what the model sees, or says in a sentence why not."""
    import numpy as np

    from cvwidgets.pictures.opening import open_image, plain_reasons
    from cvwidgets.pictures.reader import decode
    from cvwidgets.vision.resampling import quick_pixels

    if not picture:
        return "It is empty."
    try:
        with plain_reasons():
            image = open_image(io.BytesIO(picture), "")
            pixels = image.width * image.height
            if pixels > MOST_PIXELS:
                return f"It has more than {MOST_PIXELS // 1_000_000} megapixels, the most that is read here; scale it down first."
            with _large if pixels > LARGE_PIXELS else nullcontext():
                array = np.array(decode(image))
                if array.shape[0] * array.shape[1] > MOST_PIXELS:  # an icon's header may tell less than what is inside
                    return f"It has more than {MOST_PIXELS // 1_000_000} megapixels, the most that is read here; scale it down first."
                return quick_pixels(transform, array) if max(array.shape) <= QUICK_SIDE else transform.pixels(array)
    except UnreadablePicture as error:
        return str(error)


class EngineMaker:
    """A model of a folder, loaded once, of which engines of several kinds can be made."""

    def __init__(self, folder: Path) -> None:
        """Loads it.

        Raises:
            BaseUnavailable: the folder holds no image classifier, or damaged weights.
            ModelRefused: what says how pictures are shown to it is damaged.
        """
        from cvwidgets.vision.classifier import load_classifier
        from cvwidgets.vision.memory import keep_freed_memory

        keep_freed_memory()
        try:
            self._classifier: Classifier = load_classifier(folder)
        except (ValueError, LookupError, TypeError) as error:
            raise ModelRefused(
                f"The model in {str(folder)!r} does not say how pictures are shown to it ({error}); its files are needed whole. "
                "Promote another one, or train again."
            ) from error

    @property
    def on_cpu(self) -> bool:
        """Whether torch computes on the processor, not on a GPU."""
        return self._classifier.device.type == "cpu"

    def make(self, kind: Kind, threads: int) -> Engine:
        """An engine that answers each question with so many threads of the processor.

        Raises:
            ModelRefused: onnxruntime cannot run the model, or says other things of a picture than torch.
        """
        torch_engine = self._engine("torch", threads, self._by_torch)
        if kind == "torch":
            return torch_engine
        try:
            engine = self._engine("onnx", threads, _by_onnx(self._core, threads))
            apart = _apart(engine, torch_engine)
        except Exception as error:
            # A door: torch's exporter and onnxruntime raise what they ran into, of no common kind.
            reason = str(error).strip() or type(error).__name__
            raise ModelRefused(f"onnxruntime cannot run the model ({reason.splitlines()[0]:.200}). Use torch.") from error
        if not apart <= ALIKE:
            raise ModelRefused(f"onnxruntime and torch differ by {apart:.2g} in a probability; {ALIKE:g} is the most. Use torch.")
        return engine

    def _engine(self, kind: Kind, threads: int, compute: Callable[[torch.Tensor], Rows]) -> Engine:
        return Engine(kind, self._classifier.labels, self._classifier.transform, threads, compute)

    def _by_torch(self, pixels: torch.Tensor) -> Rows:
        logits = self._classifier.model(pixel_values=pixels.to(self._classifier.device)).logits
        rows: Rows = logits.float().softmax(-1).cpu().numpy()
        return rows

    @cached_property
    def _core(self) -> bytes:
        from cvwidgets.vision.onnx_graph import write_core_onnx

        with tempfile.TemporaryDirectory(prefix="cvwidgets-") as folder:
            file = Path(folder) / "core.onnx"
            write_core_onnx(self._classifier, file)
            return file.read_bytes()


def _by_onnx(core: bytes, threads: int) -> Callable[[torch.Tensor], Rows]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    # Threads that spin while they wait slow down those that decode.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(core, options, providers=["CPUExecutionProvider"])

    def compute(pixels: torch.Tensor) -> Rows:
        rows: Rows = session.run(["probabilities"], {"pixels": pixels.numpy()})[0]
        return rows

    return compute


def _apart(engine: Engine, other: Engine) -> float:
    """The largest difference between two engines in a probability, on noise."""
    import torch

    pixels = torch.rand(3, *engine.transform.size, generator=torch.Generator().manual_seed(0)) * 255
    (ours,), (theirs,) = engine.ask([pixels]), other.ask([pixels])
    if isinstance(ours, str) or isinstance(theirs, str):
        return math.inf
    return max(abs(one - two) for one, two in zip(ours, theirs, strict=True))
