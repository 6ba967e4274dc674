"""Smaller forms of an ONNX file that `write_onnx` wrote: weights of 8 bits for processors, numbers of 16 bits for GPUs."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cvwidgets.vision.onnx_graph import AROUND

if TYPE_CHECKING:
    from collections.abc import Iterator

Quantize = Literal["int8", "fp16"]


def quantize_onnx(whole: Path, small: Path, quantize: Quantize) -> None:
    """Writes a smaller form of a file; what it takes, gives and tells of itself stays. How far it is off is to be measured.

    "int8" keeps the weights of matrix products in 8 bits, and rounds what they are multiplied with as it comes; convolutions stay as they
    are, which are slower in 8 bits by such rounding. "fp16" computes the net in 16 bits; preparing and softmax stay in 32.
    """
    import onnx

    model = onnx.load(whole)
    del model.graph.value_info[:]  # shapes of before, which neither of both takes
    if quantize == "int8":
        from onnxruntime.quantization import QuantType, quantize_dynamic

        with _quiet():
            quantize_dynamic(model, small, op_types_to_quantize=["MatMul", "Gemm"], weight_type=QuantType.QInt8)
        return
    from onnxruntime.transformers.float16 import convert_float_to_float16

    around = []
    for number, node in enumerate(model.graph.node):
        node.name = node.name or f"node {number}"
        if node.output[0].startswith(AROUND) or node.output[0] == "probabilities":
            around.append(node.name)
    onnx.save(convert_float_to_float16(model, keep_io_types=True, node_block_list=around), small)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps out of logs what onnxruntime's tools say to those who write graphs."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(before)
