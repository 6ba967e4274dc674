"""A classifier as one ONNX file: for everywhere with the pictures' preparing inside, or its core alone for who prepares them already."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from cvwidgets.errors import ExportError
from cvwidgets.vision.onnx_transform import HEAD, IR_VERSION, OPSET, transform_graph

if TYPE_CHECKING:
    import onnx
    import torch

    from cvwidgets.vision.classifier import Classifier

LARGEST = 2_000_000_000
"""Bytes of weights; Protobuf holds 2 GiB in a file."""
AROUND = ("prepare/", "answer/")
"""What the names of all begin with that is inside a file besides the net."""


def write_onnx(classifier: Classifier, file: Path, *, facts: Mapping[str, str] | None = None) -> None:
    """Writes a file that any ONNX runtime asks without anything of ours: resizing, cropping, normalizing and softmax are inside.

    Its input is `image`, an upright RGB picture of any size as uint8 [height, width, 3]; its output `probabilities`, float32 [labels].
    Its metadata hold the label names in the order of the output (`labels`, a JSON list) and `facts`. The file is not there whole before
    this returns.

    Raises:
        ExportError: the model has no form in ONNX, or is too large for one file.
    """
    import onnx

    whole = _joined(transform_graph(classifier.transform), _joined(trace(classifier, any_number=False), _softmax(classifier, flat=True)))
    onnx.save(_told(whole, classifier, facts or {}), file)


def write_core_onnx(classifier: Classifier, file: Path) -> None:
    """Writes the model without the preparing: for a server that prepares pictures itself and asks about several at once.

    Its input is `pixels`, float32 [n, 3, height, width] as `TestTransform.normalize` gives them; its output `probabilities`,
    float32 [n, labels]. The metadata hold `labels` as those of `write_onnx` do.

    Raises:
        ExportError: the model has no form in ONNX, or is too large for one file.
    """
    import onnx

    onnx.save(_told(_joined(trace(classifier, any_number=True), _softmax(classifier, flat=False)), classifier, {}), file)


def trace(classifier: Classifier, *, any_number: bool) -> onnx.ModelProto:
    """The net alone: `pixels` float32 [n, 3, height, width] to `logits` float32 [n, labels], where n is 1 or `any_number`.

    Raises:
        ExportError: the model has no form in ONNX, or is too large for one file.
    """
    import onnx
    import torch

    from cvwidgets.vision.response_norm import folded

    if (size := sum(weights.nbytes for weights in classifier.model.state_dict().values())) > LARGEST:
        raise ExportError(
            f"The weights take {size / 1e9:.1f} GB; an ONNX file holds at most {LARGEST / 1e9:.0f}. Export as safetensors, or train a "
            "smaller base."
        )
    example = torch.zeros(2 if any_number else 1, 3, *classifier.transform.size, device=classifier.device)
    file: Any = io.BytesIO()  # a path alone, by its types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what may differ for other sizes: there is one size
        try:
            torch.onnx.export(
                _logits_of(folded(classifier.model)),
                (example,),
                file,
                input_names=["pixels"],
                output_names=["logits"],
                dynamic_axes={"pixels": {0: "n"}, "logits": {0: "n"}} if any_number else None,
                opset_version=OPSET,
                dynamo=False,
            )
        except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
            reason = str(error).strip().split("\n")[0]
            raise ExportError(f"This model has no form in ONNX ({reason}). Export it as safetensors, or train another base.") from error
    model = onnx.load_from_string(file.getvalue())
    model.ir_version = IR_VERSION
    return model


def _logits_of(model: Any) -> torch.nn.Module:
    """The same model with a bare tensor for an answer."""
    import torch

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            return cast("torch.Tensor", self.inner(pixel_values=pixels).logits)

    return Logits().eval()


def _softmax(classifier: Classifier, *, flat: bool) -> onnx.ModelProto:
    """From `logits` [n, labels] to `probabilities` of that shape, or of one picture to [labels]."""
    import onnx.parser

    labels = len(classifier.labels)
    rows = f"float[n, {labels}] probabilities) {{ probabilities = Softmax <axis = -1> (logits) }}"
    row = (
        f"float[{labels}] probabilities) {{ rows = Softmax <axis = -1> (logits)\n"
        "first = Constant <value_ints = [0]> ()\n probabilities = Squeeze (rows, first) }"
    )
    return onnx.parser.parse_model(f"{HEAD}answer (float[n, {labels}] logits) => ({row if flat else rows}")


def _joined(first: onnx.ModelProto, second: onnx.ModelProto) -> onnx.ModelProto:
    """Both after each other: what the second takes is what the first gives."""
    from onnx import compose

    (given,), (taken,) = first.graph.output, second.graph.input
    one, two = (compose.add_prefix(m, f"{m.graph.name}/", rename_inputs=False, rename_outputs=False) for m in (first, second))
    joined = compose.merge_models(one, two, io_map=[(given.name, taken.name)])
    del joined.opset_import[len(first.opset_import) :]  # each is in there twice, which quantizing does not take
    return joined


def _told(model: onnx.ModelProto, classifier: Classifier, facts: Mapping[str, str]) -> onnx.ModelProto:
    import onnx.helper

    model.producer_name, model.graph.name = "cvwidgets", "classifier"
    onnx.helper.set_model_props(model, {"labels": json.dumps(classifier.labels, ensure_ascii=False), **facts})
    return model
