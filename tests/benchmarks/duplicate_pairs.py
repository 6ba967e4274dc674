"""Duplicates on real photos: trashnet with 1,000 planted variants, blood cells that all look alike, and imagededup on the same pictures.

python tests/benchmarks/duplicate_pairs.py [VARIANTS] [SEED]    prints JSON lines; VARIANTS 100 takes 300 photos.

Variants are made of photos drawn by the seed (some of them twice): JPEG quality 30 to 90, resized by 0.25 to 2, 5 to 15% of both sides
cropped off, mirrored, brightness off by up to 20%, a small text; one of these each. The threshold was chosen on seed 0; the seed here is 1.
A pair counts as right when both images come from one photo. Which photos of trashnet are duplicates of each other nobody has written down:
the pairs found among the photos themselves are counted and said, not judged, nor are those of their variants. As imagededup needs other
packages than we do, it gets an environment of its own in the system's folder for temporary files, some gigabytes that stay there.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from cvwidgets.explore.duplicates import THRESHOLD, find_pairs, group
from cvwidgets.pictures import examine
from cvwidgets.vision.embedding import embed, load_encoder
from tests.benchmarks.environments import install

SHARED = Path(__file__).resolve().parents[3] / "shared"
PHOTOS, CELLS = SHARED / "data" / "trashnet", SHARED / "data" / "bccd"
ON_CELLS = "blood cells that all look alike, grouped at the same threshold"
MOBILENET = SHARED / "weights" / "mobilenet_v2_1.0_224"
VARIANTS, SEED = 1000, 1
WORDS = ("sample", "for sale", "IMG 2041", "(c) 2024", "draft", "page 3", "hello", "no. 17")
IMAGEDEDUP = Path(tempfile.gettempdir()) / "cvwidgets-benchmarks" / "imagededup"
ASK = """import json, sys
from importlib.metadata import version
from pathlib import Path
import numpy as np
import torch
from imagededup.methods import CNN, PHash
from imagededup.utils import CustomModel

folder, given = Path(sys.argv[1]), np.load(sys.argv[2])
names = sorted(path.name for path in folder.iterdir())
answers = {}
hashed = PHash(verbose=False)
codes = hashed.encode_images(str(folder), num_enc_workers=0)
for most in range(0, 33, 2):
    found = hashed.find_duplicates(encoding_map=codes, max_distance_threshold=most, num_dist_workers=0)
    answers[f"PHash {most}"] = found
cnn = CNN(verbose=False, model_config=CustomModel(name="given", model=torch.nn.Identity(), transform=lambda image: image))
vectors = {name: vector for name, vector in zip(names, given)}
for least in (0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99):
    answers[f"CNN {least}"] = cnn.find_duplicates(encoding_map=vectors, min_similarity_threshold=least, num_sim_workers=0)
place = {name: number for number, name in enumerate(names)}
pairs = {how: sorted({tuple(sorted((place[a], place[b]))) for a in found for b in found[a]}) for how, found in answers.items()}
Path(sys.argv[3]).write_text(json.dumps({"version": version("imagededup"), "pairs": pairs}))"""

Pair = tuple[int, int]
Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Heap:
    """Image files in the order of their names, the photo that each was made of, and how."""

    paths: list[Path]
    origins: list[int]
    kinds: list[str]
    hashes: np.ndarray
    thumbnails: list[bytes]

    def look(self, position: int) -> Image.Image:
        return Image.open(io.BytesIO(self.thumbnails[position]))


def crop(image: Image.Image, random: Random) -> Image.Image:
    width, height = (round(side * (1 - share)) for side, share in zip(image.size, random.uniform(0.05, 0.15, 2), strict=True))
    x, y = (int(random.integers(0, whole - part + 1)) for whole, part in ((image.width, width), (image.height, height)))
    return image.crop((x, y, x + width, y + height))


def resize(image: Image.Image, random: Random) -> Image.Image:
    factor = 2 ** random.uniform(-2, 1)
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)


def write_on(image: Image.Image, random: Random) -> Image.Image:
    """A text about a twelfth as high as the picture, black on white or white on black, anywhere."""
    image, size = image.copy(), image.height / 12
    at = (random.uniform(0.02, 0.6) * image.width, random.uniform(0.02, 0.85) * image.height)
    fill, edge = [("white", "black"), ("black", "white")][random.integers(2)]
    ImageDraw.Draw(image).text(at, str(random.choice(WORDS)), fill=fill, font_size=size, stroke_width=1, stroke_fill=edge)
    return image


def brighten(image: Image.Image, random: Random) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(random.uniform(0.8, 1.2))


CHANGES: dict[str, Callable[[Image.Image, Random], Image.Image]] = {
    "encoded anew": lambda image, random: image,
    "resized": resize,
    "cropped": crop,
    "mirrored": lambda image, random: ImageOps.mirror(image),
    "brightness": brighten,
    "text": write_on,
}


def plant(folder: Path, variants: int, seed: int) -> Heap:
    """Links photos into a folder and writes variants of them beside; at the full number of variants all photos."""
    random = np.random.default_rng([seed, 0xD0B1E])
    photos = sorted(PHOTOS.rglob("*.jpg"))
    if variants < VARIANTS:
        photos = sorted(random.choice(photos, min(len(photos), 3 * variants), replace=False).tolist())
    made = []
    for number, photo in enumerate(photos):
        (folder / f"{number:05}.jpg").symlink_to(photo)
        made.append((number, "photo"))
    for number in range(variants):
        origin, kind = int(random.integers(len(photos))), list(CHANGES)[number % len(CHANGES)]
        with Image.open(photos[origin]) as photo:
            quality = int(random.integers(30, 91)) if kind == "encoded anew" else 90
            CHANGES[kind](photo.convert("RGB"), random).save(folder / f"{len(made):05}.jpg", quality=quality)
        made.append((origin, kind))
    return gather(sorted(folder.iterdir()), made)


def gather(paths: list[Path], made: list[tuple[int, str]]) -> Heap:
    facts = [examine(path) for path in paths]
    hashes = np.array([fact.phash for fact in facts], np.uint64)
    return Heap(paths, [origin for origin, _ in made], [kind for _, kind in made], hashes, [fact.thumbnail for fact in facts])


def vectors(heap: Heap, model: str) -> np.ndarray:
    """Embeddings of the images as the project keeps them; thumbnails are what they are made of there."""
    rows = list(embed(load_encoder(model), heap.thumbnails))
    return np.stack([row for row in rows if not isinstance(row, str)]).astype(np.float16)


def found_by_us(heap: Heap, embeddings: np.ndarray) -> set[Pair]:
    stacks = group(find_pairs(heap.hashes, embeddings, heap.look), threshold=THRESHOLD)
    return {pair for stack in stacks for pair in combinations(stack.tolist(), 2)}


@dataclass(frozen=True, slots=True)
class Judgment:
    """What of the pairs found is right."""

    right: int
    wrong: int
    missed: int
    among_photos: int
    recalls: dict[str, float]

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def judge(heap: Heap, found: set[Pair], alike: set[Pair]) -> Judgment:
    """Judges pairs; those whose photos are `alike` (pairs of photos found without any variant) are neither right nor wrong."""
    by_origin: dict[int, list[int]] = {}
    for image, origin in enumerate(heap.origins):
        by_origin.setdefault(origin, []).append(image)
    true = {pair for images in by_origin.values() for pair in combinations(images, 2)}
    ways = {pair: tuple(sorted(heap.origins[image] for image in pair)) for pair in found}
    wrong = {pair for pair in found - true if ways[pair] not in alike}
    recalls = {}
    for kind in CHANGES:
        of_kind = [pair for pair in true if {heap.kinds[image] for image in pair} == {kind, "photo"}]
        recalls[kind] = round(sum(pair in found for pair in of_kind) / max(1, len(of_kind)), 3)
    photos = sum(all(heap.kinds[image] == "photo" for image in pair) for pair in found)
    return Judgment(len(true & found), len(wrong), len(true - found), photos, recalls)


def line(how: str, judgment: Judgment, target: str = "–") -> dict[str, object]:
    found = judgment.right + judgment.wrong
    return {
        "benchmark": f"duplicates of photos, {how}",
        "value": round(judgment.f1, 4),
        "unit": "F1 on pairs",
        "target": target,
        "precision": round(judgment.right / max(1, found), 4),
        "recall": round(judgment.right / max(1, judgment.right + judgment.missed), 4),
        "pairs planted": judgment.right + judgment.missed,
        "found": judgment.recalls,
        "pairs among the photos themselves": judgment.among_photos,
    }


def among_themselves(heap: Heap, embeddings: np.ndarray) -> set[Pair]:
    """The pairs found among the photos when there are no variants."""
    count = heap.kinds.count("photo")
    return found_by_us(Heap(heap.paths[:count], heap.origins, heap.kinds, heap.hashes[:count], heap.thumbnails), embeddings[:count])


def ours(heap: Heap, embeddings: np.ndarray) -> dict[str, object]:
    """Our figure; all pairs of two photos count as wrong in `counting them as wrong`."""
    alike = among_themselves(heap, embeddings)
    began = time.perf_counter()
    found = found_by_us(heap, embeddings)
    seconds = time.perf_counter() - began
    strict = judge(heap, found, set())
    facts = line(f"{len(heap.paths) - heap.kinds.count('photo'):,} planted, ours", judge(heap, found, alike), "≥ 0.95")
    return {
        **facts,
        "F1 counting them as wrong": round(strict.f1, 4),
        "threshold": THRESHOLD,
        "images": len(heap.paths),
        "s": round(seconds, 1),
    }


def on_cells() -> dict[str, object]:
    """How many blood-cell images are grouped; overlapping exposures of the same cells are among them."""
    paths = sorted(CELLS.rglob("*.jpg"))
    heap = gather(paths, [(number, "photo") for number in range(len(paths))])
    pairs = find_pairs(heap.hashes, vectors(heap, "starter"), heap.look)
    stacks = group(pairs, threshold=THRESHOLD)
    grouped = sum(map(len, stacks))
    return {
        "benchmark": ON_CELLS,
        "value": round(100 * grouped / len(paths), 2),
        "unit": "%",
        "target": "< 1",
        "images": len(paths),
        "grouped": " ".join(paths[at].stem for stack in stacks for at in stack),
        "next likeness": round(float(pairs.likeness[pairs.likeness < THRESHOLD].max(initial=0)), 3),
        "threshold": THRESHOLD,
    }


def theirs(heap: Heap, alike: set[Pair]) -> Iterator[dict[str, object]]:
    """imagededup's two ways: as they come, and at the threshold that is best for them on these very pictures.

    Their CNN is asked with MobileNetV2's features on ImageNet, as its own weights would have to be fetched.
    """
    target = "–"
    if why := install("imagededup", IMAGEDEDUP):
        said = {"value": "not", "unit": "measured", "target": target, "imagededup could not be installed": why[:200].replace("|", "/")}
        yield {"benchmark": "duplicates of photos, imagededup", **said}
        return
    with tempfile.TemporaryDirectory() as place:
        given, answer = Path(place) / "given.npy", Path(place) / "answer.json"
        np.save(given, vectors(heap, str(MOBILENET)).astype(np.float32))
        command = [str(IMAGEDEDUP / "bin" / "python"), "-c", ASK, str(heap.paths[0].parent), str(given), str(answer)]
        subprocess.run(command, check=True, capture_output=True, text=True)
        told = json.loads(answer.read_text())
    judged = {how: judge(heap, {(a, b) for a, b in pairs}, alike) for how, pairs in told["pairs"].items()}
    for way, usual in (("PHash", "PHash 10"), ("CNN", "CNN 0.9")):
        best = max((how for how in judged if how.startswith(way)), key=lambda how: judged[how].f1)
        facts = line(f"imagededup's {way}", judged[usual])
        yield {**facts, "at the best threshold for it": f"{judged[best].f1:.4f} ({best})", "version": told["version"]}


def measure(variants: int, seed: int) -> Iterator[dict[str, object]]:
    """All figures, or why there are none."""
    if not PHOTOS.is_dir() or not CELLS.is_dir():
        why = {"value": "not", "unit": "measured", "target": "≥ 0.95", "missing": "../shared/data/trashnet or bccd"}
        yield {"benchmark": "duplicates of photos, ours", **why}
        return
    with tempfile.TemporaryDirectory() as place:
        heap = plant(Path(place), variants, seed)
        embeddings = vectors(heap, "starter")
        yield ours(heap, embeddings)
        yield on_cells()
        yield from theirs(heap, among_themselves(heap, embeddings))


if __name__ == "__main__":
    for facts in measure(*(int(given) for given in sys.argv[1:3]), *(VARIANTS, SEED)[len(sys.argv) - 1 :]):
        print(json.dumps(facts, ensure_ascii=False), flush=True)
