"""A model as ONNX beside the same model in torch, picture by picture, from a decoded picture to probabilities, on this machine's processor.

    python -m tests.benchmarks.onnx_speed [--pairs 200]

Two bases learn trashnet by the recipe Quick and go out as ONNX, as it is, in int8 and in fp16: what the export itself measured on all test
images of the run is printed. torch is float32 and eager, and prepares by the one test transform; each picture is asked of all in turn, and
the median of the pictures' ratios is taken. Beside it stands the net alone, without the preparing, on noise, in CPU time too, which other
work on the machine does not stretch. Prints two JSON lines a base.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from cvwidgets import Project, Recipe
from cvwidgets.model import Measured, Model
from cvwidgets.vision import load_classifier, write_core_onnx
from cvwidgets.vision.onnx_trial import open_onnx
from tests.benchmarks.mistakes_found import BASES, SHARED


def learnt(project: Project, base: str) -> Model:
    """A model of a few seconds of training."""
    for _ in project.train(Recipe(base=base, epochs=1, seed=0)):
        pass
    latest = project.runs.latest()
    assert latest is not None
    return project.models.promote(latest)


def seconds(work: Callable[[], Any]) -> tuple[float, float]:
    """How long it takes, and how much of the processors."""
    began, begun = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - begun


def net_alone(model: Model, folder: Path, pairs: int) -> dict[str, float]:
    """Milliseconds of both, and the median of torch's time to ONNX's, for pixels that are prepared already."""
    classifier = load_classifier(model.folder, device="cpu")
    write_core_onnx(classifier, folder / "core.onnx")
    session = open_onnx(folder / "core.onnx")
    pixels = torch.randn(1, 3, *classifier.transform.size)

    def in_torch() -> None:
        with torch.inference_mode():
            classifier.model(pixel_values=pixels).logits.softmax(-1)

    taken = [(seconds(in_torch), seconds(lambda: session.run(None, {"pixels": pixels.numpy()}))) for _ in range(pairs + 5)][5:]
    return {
        "times": round(statistics.median(one[0] / two[0] for one, two in taken), 2),
        "torch_ms": round(1000 * statistics.median(one[0] for one, _ in taken), 1),
        "onnx_ms": round(1000 * statistics.median(two[0] for _, two in taken), 1),
        "times in CPU time": round(statistics.median(one[1] / two[1] for one, two in taken), 2),
    }


def told(one: Measured) -> dict[str, Any]:
    """A form as the line shows it."""
    return {
        "times": one.times,
        "ms": round(one.milliseconds, 1),
        "MB": round(one.size / 1e6, 1),
        "accuracy": round(one.accuracy or 0.0, 4),
        "same label": round(one.agreement, 4),
    }


def measure(project: Project, name: str, base: str, folder: Path, pairs: int) -> list[dict[str, Any]]:
    """The two lines of a base."""
    model = learnt(project, base)
    forms: dict[str, Measured] = {}
    for quantize in ("int8", "fp16"):
        done = project.models.export(model.version, folder / f"{name}-{quantize}", "onnx", quantize=quantize)  # type: ignore[arg-type]
        assert done.tried is not None
        forms = {**{one.form: one for one in done.tried.forms}, **forms}
    images, whole = done.tried.images, forms["onnx"]
    return [
        {
            "benchmark": f"ONNX, a single image on a processor, torch's time to ours, {name}",
            "value": whole.times,
            "unit": "×",
            "target": "≥ 1.8",
            "from decoded picture to probabilities": {"torch_ms": round(forms["torch"].milliseconds, 1), "onnx_ms": whole.milliseconds},
            "the net alone": net_alone(model, folder, pairs),
            **{form: told(forms[form]) for form in ("torch", "onnx", "onnx int8", "onnx fp16")},
            "pairs": images - 1,
            "threads": torch.get_num_threads(),
        },
        {
            "benchmark": f"ONNX, the largest difference of a probability from torch, {name}",
            "value": f"{whole.furthest:.1e}",
            "unit": "",
            "target": "≤ 1e-3",
            "test images": images,
            "int8": f"{forms['onnx int8'].furthest:.1e}",
            "fp16": f"{forms['onnx fp16'].furthest:.1e}",
        },
    ]


def main() -> None:
    """Trains, exports and prints the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200, help="of the net alone")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, Project(Path(place) / "trashnet") as project:
        project.images.add(SHARED / "data" / "trashnet")
        for name, base in BASES.items():
            for line in measure(project, name, base, Path(place), given.pairs):
                print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
