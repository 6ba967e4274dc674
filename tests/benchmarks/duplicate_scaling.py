"""Finding and grouping duplicates among 100,000 images, to the time that a tenth of them takes.

python tests/benchmarks/duplicate_scaling.py [IMAGES]    prints one JSON line.

Hashes are random, embeddings lie in 50 heaps as those of labels do, and every tenth image is a variant of the one before it: its hash
differs by some bits, its embedding by a little, its thumbnail is another encoding of the same. Thumbnails are drawn, and used again.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from cvwidgets.explore.duplicates import find_pairs, group

LABELS, WIDTH, DRAWN, EVERY = 50, 320, 2000, 10


def draw(seed: int, quality: int) -> bytes:
    """A thumbnail with twenty things in it."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (341, 256), tuple(int(v) for v in random.integers(0, 255, 3)))
    pen = ImageDraw.Draw(image)
    for _ in range(20):
        x, y, w, h = (int(v) for v in random.integers((-40, -40, 15, 15), (340, 250, 120, 120)))
        pen.ellipse((x, y, x + w, y + h), fill=tuple(int(v) for v in random.integers(0, 255, 3)))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def lay_out(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hashes, embeddings, and which drawn thumbnail each image shows."""
    random = np.random.default_rng(count)
    hashes = random.integers(0, 2**64, count, dtype=np.uint64)
    embeddings = random.normal(size=(LABELS, WIDTH)).astype(np.float32)[random.integers(LABELS, size=count)]
    embeddings += 0.8 * random.normal(size=embeddings.shape).astype(np.float32)
    shown = random.integers(DRAWN, size=count)
    variant = np.arange(1, count, EVERY)
    bits = np.uint64(1) << random.integers(0, 64, (3, len(variant))).astype(np.uint64)
    hashes[variant] = hashes[variant - 1] ^ np.bitwise_xor.reduce(bits)
    embeddings[variant] = embeddings[variant - 1] + 0.2 * random.normal(size=(len(variant), WIDTH)).astype(np.float32)
    shown[variant] = shown[variant - 1] + DRAWN
    return hashes, (embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)).astype(np.float16), shown


def take(count: int, look_at: Callable[[int], bytes]) -> tuple[float, float, float]:
    """Seconds that finding and grouping takes, by the clock and by the processors, and the share of the planted pairs that is found."""
    hashes, embeddings, shown = lay_out(count)
    began, worked = time.perf_counter(), time.process_time()
    stacks = group(find_pairs(hashes, embeddings, lambda position: Image.open(io.BytesIO(look_at(int(shown[position]))))))
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    together = {(int(one), int(other)) for stack in stacks for one, other in pairwise(stack)}
    return seconds, cpu_seconds, sum((int(at) - 1, int(at)) in together for at in range(1, count, EVERY)) / (count // EVERY)


def measure(images: int) -> dict[str, object]:
    """The figure; one turn each, as the larger one takes minutes, after a small one for what is loaded once."""
    drawn = [draw(number, 90) for number in range(DRAWN)] + [draw(number, 50) for number in range(DRAWN)]
    take(1000, drawn.__getitem__)
    few, cpu_of_few, found_of_few = take(images // 10, drawn.__getitem__)
    many, cpu_of_many, found_of_many = take(images, drawn.__getitem__)
    return {
        "benchmark": f"duplicates among {images:,} images, to a tenth of them",
        "value": round(many / few, 2),
        "unit": "×",
        "target": "≤ 12",
        "in CPU time, which other work on the machine does not stretch": round(cpu_of_many / cpu_of_few, 2),
        f"{images:,} images_s": round(many, 1),
        f"{images // 10:,} images_s": round(few, 1),
        f"{images:,} images_cpu_s": round(cpu_of_many, 1),
        f"{images // 10:,} images_cpu_s": round(cpu_of_few, 1),
        "planted and found": round(found_of_many, 4),
        "of a tenth": round(found_of_few, 4),
        "memory_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000), ensure_ascii=False))
