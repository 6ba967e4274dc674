"""How fast thumbnails become embeddings, decoding included: beside the bare forward pass, and beside transformers' own pipeline.

    python -m tests.benchmarks.embedding_speed [--images 128] [--pairs 7] [--base starter]

Prints two JSON lines. The bare pass is a plain loop over batches prepared in memory, with the same model, precision and processors; of
several sizes of its batches the fastest is the reference. Beside it stands how far off one is that computes a batch on each processor, as
we do: what decoding costs. The pipeline is image-feature-extraction with `pool=True`, in float32, called in a plain loop. All take their
turns in each round; the median of the rounds' ratios is taken.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import pipeline

from cvwidgets.pictures import make_thumbnail
from cvwidgets.vision import Encoder, embed, find_base, load_encoder, read_ahead
from cvwidgets.vision.embedding import CPU_BATCH, GPU_BATCH
from cvwidgets.vision.preparing import prepare
from tests.benchmarks.projects import draw

PLAIN = (CPU_BATCH, 16, 64)
"""Batches of the bare pass on a CPU."""
SIZES = ((640, 480), (480, 640), (640, 360), (600, 400), (500, 500))


def drawn(images: int) -> list[bytes]:
    """Thumbnails of pictures of the usual shapes."""
    random = np.random.default_rng(0)
    return [make_thumbnail(draw(random, SIZES[number % len(SIZES)])) for number in range(images)]


def batches(encoder: Encoder, thumbnails: list[bytes], size: int) -> list[torch.Tensor]:
    """The thumbnails as the model is given them."""
    prepared = [pixels for thumbnail in thumbnails if not isinstance(pixels := prepare(encoder.transform, thumbnail), str)]
    return [encoder.transform.normalize(torch.stack(prepared[n : n + size]).to(encoder.device)) for n in range(0, len(prepared), size)]


def forward(encoder: Encoder, pixels: torch.Tensor) -> None:
    """The bare pass, up to where the numbers are there."""
    with torch.inference_mode(), torch.autocast(encoder.device.type, dtype=torch.bfloat16, enabled=encoder.precision == "bfloat16"):
        encoder.model(pixel_values=pixels).pooler_output.float().cpu()


def spread(encoder: Encoder, ready: list[torch.Tensor], processors: int) -> None:
    """The bare pass with a batch for each processor."""

    def one(pixels: torch.Tensor) -> None:
        torch.set_num_threads(1)
        forward(encoder, pixels)

    for _ in read_ahead(one, ready, threads=processors, ahead=2 * processors):
        pass
    torch.set_num_threads(processors)


def seconds(work: Callable[[], Any]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(images: int, pairs: int, base: str) -> tuple[list[dict[str, float]], str]:
    """The seconds of each way in each round, after one that warms up; and the precision."""
    encoder, thumbnails, processors = load_encoder(base), drawn(images), torch.get_num_threads()
    on_cpu = encoder.device.type == "cpu"
    ready = {size: batches(encoder, thumbnails, size) for size in (PLAIN if on_cpu else (GPU_BATCH,))}
    pipe = pipeline("image-feature-extraction", str(find_base(base)), dtype=torch.float32, device=encoder.device, pool=True)
    ways: dict[str, Callable[[], Any]] = {
        "ours": lambda: list(embed(encoder, thumbnails)),
        **{f"bare, batches of {size}": lambda size=size: [forward(encoder, pixels) for pixels in ready[size]] for size in ready},
        **({"spread": lambda: spread(encoder, ready[CPU_BATCH], processors)} if on_cpu else {}),
        "pipeline": lambda: [pipe(Image.open(io.BytesIO(thumbnail))) for thumbnail in thumbnails],
    }
    return [{name: seconds(way) for name, way in ways.items()} for _ in range(pairs + 1)][1:], encoder.precision


def main() -> None:
    """Measures and prints the two lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=128)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--base", default="starter")
    given = parser.parse_args()
    rounds, precision = measure(given.images, given.pairs, given.base)
    speed = {name: round(given.images / statistics.median(taken[name] for taken in rounds), 1) for name in rounds[0]}
    times = {name: statistics.median(taken[name] / taken["ours"] for taken in rounds) for name in rounds[0]}
    shared = {"base": given.base, "precision": precision, "pairs": given.pairs}
    lines: list[dict[str, object]] = [
        {
            "benchmark": "embedding images/s from thumbnails, to the bare forward pass",
            "value": round(min(value for name, value in times.items() if name.startswith("bare")), 2),
            "unit": "×",
            "target": "≥ 0.9",
            **{name: value for name, value in speed.items() if name not in ("pipeline", "spread")},
            **({"to a bare pass on each processor": round(times["spread"], 2)} if "spread" in times else {}),
            **shared,
        },
        {
            "benchmark": "embedding images/s from thumbnails, to transformers' pipeline in a loop",
            "value": round(times["pipeline"], 2),
            "unit": "×",
            "target": "≥ 1.5",
            "ours": speed["ours"],
            "pipeline": speed["pipeline"],
            **shared,
        },
    ]
    for line in lines:
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
