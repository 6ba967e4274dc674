"""How a model that went out is asked, in lines to copy, without anything of ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cvwidgets.model import Measured

ONNX = "model.onnx"
FORM_COLUMNS = ("form", "size", "a picture takes", "accuracy", "same label as torch")
FORM_WORDS = {"torch": "safetensors (torch)", "onnx": "ONNX", "onnx int8": "ONNX, int8", "onnx fp16": "ONNX, fp16"}


def transformers_lines(folder: Path) -> str:
    """The lines that ask a folder of safetensors about photo.jpg and print its label, with transformers alone."""
    return f'from transformers import pipeline\nprint(pipeline("image-classification", {str(folder)!r})("photo.jpg")[0]["label"])\n'


def onnx_lines(folder: Path) -> str:
    """The lines that ask an ONNX file about photo.jpg and print its label, with onnxruntime, numpy and Pillow alone."""
    return f"""import json, numpy, onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession({str(folder / ONNX)!r}, providers=onnxruntime.get_available_providers())
labels = json.loads(session.get_modelmeta().custom_metadata_map["labels"])
photo = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("RGB")
(probabilities,) = session.run(None, {{"image": numpy.array(photo)}})
print(labels[probabilities.argmax()])
"""


def form_rows(forms: Sequence[Measured]) -> list[tuple[str, str, str, str, str]]:
    """What was measured, in the columns of `FORM_COLUMNS`; what is lost of the accuracy stands behind it, in points."""
    first = forms[0].accuracy if forms else None
    return [
        (
            FORM_WORDS.get(one.form, one.form),
            f"{one.size / 1e6:.1f} MB" if one.size >= 1e6 else f"{one.size / 1e3:.0f} kB",
            f"{one.milliseconds:.1f} ms" if one.form == "torch" else f"{one.milliseconds:.1f} ms ({one.times:.1f} × as fast)",
            _accuracy(one.accuracy, first, is_first=one.form == "torch"),
            f"{one.agreement:.1%}",
        )
        for one in forms
    ]


def _accuracy(accuracy: float | None, first: float | None, *, is_first: bool) -> str:
    if accuracy is None or first is None:
        return "–"
    return f"{accuracy:.1%}" if is_first else f"{accuracy:.1%} ({100 * (accuracy - first):+.1f})"
