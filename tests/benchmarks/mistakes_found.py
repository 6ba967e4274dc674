"""How many of planted wrong labels are found: trashnet with labels flipped, beside cleanlab and beside the loss of a trained model.

python -m tests.benchmarks.mistakes_found [--seeds 3] [--images 1000]    prints JSON lines; `--seeds 1` takes a few minutes.

5% and 10% of the labels are flipped, at random or as a head that learnt from true labels confuses them. Precision is the share of planted
ones among as many suspects as were planted; photos that trashnet itself has under a wrong label count as misses for all. Beside it, under
the same embeddings: cleanlab's `find_label_issues` on probabilities of scikit-learn's logistic regression cross-validated in 5 folds (as
it comes, and on standardized features with C = 0.1: the better one is the reference). The loss is that of a net on the very images that it
was trained on: the same base, by the recipe Standard of `cvwidgets.learn`, on the flipped labels of so many photos, drawn by
a seed. `--seeds 0` measures that alone, `--images 0` leaves it out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from datasets import Dataset, DatasetDict
from datasets.utils.logging import disable_progress_bar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cvwidgets.explore.heads import out_of_fold
from cvwidgets.explore.mistakes import find_mistakes
from cvwidgets.learn import train
from cvwidgets.recipe import Recipe
from cvwidgets.vision import load_classifier, predict
from cvwidgets.vision.embedding import embed, load_encoder

SHARED = Path(__file__).resolve().parents[3] / "shared"
BASES = {"starter": "starter", "MobileNetV2": str(SHARED / "weights" / "mobilenet_v2_1.0_224")}
KINDS = ("random", "confusion")
SHARES = (0.05, 0.10)

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def trashnet() -> tuple[list[Path], Labels, list[str]]:
    """Photos, labels and names."""
    photos = sorted((SHARED / "data" / "trashnet").glob("*/*.jpg"))
    if not photos:
        raise SystemExit("../shared/data/trashnet is not here; it is needed to flip its labels.")
    names = sorted({photo.parent.name for photo in photos})
    return photos, np.array([names.index(photo.parent.name) for photo in photos]), names


def embedded(base: str, photos: list[Path]) -> Floats:
    return np.stack([vector for vector in embed(load_encoder(BASES[base]), photos) if not isinstance(vector, str)])


def confusions(embeddings: Floats, truth: Labels) -> npt.NDArray[np.float64]:
    """For each label how often which others are said of its images."""
    said = out_of_fold(embeddings, truth).argmax(axis=1)
    counts = np.zeros((truth.max() + 1,) * 2)
    np.add.at(counts, (truth, said), 1.0)
    np.fill_diagonal(counts, 0)
    return counts + 1e-9


def flip(truth: Labels, kind: str, share: float, seed: int, confused: npt.NDArray[np.float64]) -> tuple[Labels, Mask]:
    """Labels with a share of them flipped, and which."""
    random, labels = np.random.default_rng(seed), truth.copy()
    wrong = random.choice(len(truth), round(share * len(truth)), replace=False)
    for position in wrong:
        weights = confused[truth[position]].copy() if kind == "confusion" else np.ones(len(confused))
        weights[truth[position]] = 0
        labels[position] = random.choice(len(weights), p=weights / weights.sum())
    return labels, np.isin(np.arange(len(truth)), wrong)


def regressions() -> dict[str, Any]:
    return {
        "plain": LogisticRegression(max_iter=2000),
        "standardized": make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000)),
    }


def by_cleanlab(head: Any, embeddings: Floats, labels: Labels) -> Labels:
    """All positions: those that cleanlab finds, by self-confidence, then the others by the same."""
    asked = cross_val_predict(head, embeddings, labels, cv=5, method="predict_proba")
    issues = find_label_issues(labels, asked, return_indices_ranked_by="self_confidence", n_jobs=1)
    rest = np.argsort(get_label_quality_scores(labels, asked), kind="stable")
    return np.concatenate([issues, rest[~np.isin(rest, issues)]]).astype(np.int64)


def by_loss(asked: Floats, labels: Labels) -> Labels:
    return np.argsort(asked[np.arange(len(labels)), labels], kind="stable")


def measure(embeddings: Floats, truth: Labels, confused: npt.NDArray[np.float64], seeds: int) -> Iterator[dict[str, Any]]:
    """For each kind and share: precision of ours and of the references, means over seeds."""
    for kind in KINDS:
        for share in SHARES:
            found: dict[str, list[float]] = {}
            for seed in range(seeds):
                labels, wrong = flip(truth, kind, share, seed, confused)
                mistakes = find_mistakes(out_of_fold(embeddings, labels), labels)
                orders = {"ours": mistakes.positions}
                for name, head in regressions().items():
                    orders[f"cleanlab, {name}"] = by_cleanlab(head, embeddings, labels)
                for name, order in orders.items():
                    found.setdefault(name, []).append(float(wrong[order[: wrong.sum()]].mean()))
                found.setdefault("estimate to planted", []).append(mistakes.estimate.wrong / float(wrong.sum()))
            yield {"flipped": f"{share:.0%} {kind}", **{name: round(statistics.mean(values), 3) for name, values in found.items()}}


def fine_tuned(base: str, photos: list[Path], labels: Labels, names: list[str], epochs: int) -> Floats:
    """What the base says of all photos (n, labels) after it was trained on all of them; of its epochs the one best on some of these."""
    rows = {"path": [str(photo) for photo in photos], "label": [names[label] for label in labels]}
    few = Dataset.from_dict({name: values[::25] for name, values in rows.items()})
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        list(
            train(DatasetDict({"train": Dataset.from_dict(rows), "valid": few, "test": few}), Recipe(base=BASES[base], epochs=epochs), run)
        )
        classifier = load_classifier(run / "best")
        answers = [{said.label: said.probability for said in answer.predictions} for answer in predict(classifier, photos)]
    return np.array([[answer[name] for name in names] for answer in answers], np.float32)


def beside_cleanlab(base: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
    better = [max(value for name, value in case.items() if name.startswith("cleanlab")) for case in cases]
    ours = [case["ours"] for case in cases]
    line = {"benchmark": f"mistakes found, to cleanlab, {base}", "value": round(sum(ours) / sum(better), 3), "unit": "×", "target": "≥ 1"}
    worst = min(own / other for own, other in zip(ours, better, strict=True))
    shown = {case["flipped"]: {name: value for name, value in case.items() if name != "flipped"} for case in cases}
    return {**line, "the worst case": round(worst, 3), **shown}


def beside_loss(
    tables: dict[str, Floats], truth: Labels, photos: list[Path], names: list[str], images: int, epochs: int
) -> Iterator[dict[str, Any]]:
    """Ours under each base beside the loss of that base, fine-tuned on the same flipped labels."""
    few = np.sort(np.random.default_rng(0).permutation(len(photos))[:images])
    labels, wrong = flip(truth[few], "confusion", 0.1, 0, confusions(tables["MobileNetV2"], truth))
    for base, embeddings in tables.items():
        theirs = by_loss(fine_tuned(base, [photos[at] for at in few], labels, names, epochs), labels)
        known = float(wrong[theirs[: wrong.sum()]].mean())
        order = find_mistakes(out_of_fold(embeddings[few], labels), labels).positions
        found = float(wrong[order[: wrong.sum()]].mean())
        line = {"benchmark": f"mistakes found, to the loss of a fine-tuned net, {base}", "value": round(found / known, 3), "unit": "×"}
        facts = {"flipped": "10% confusion, one seed", "photos": len(few), "epochs": epochs}
        yield {**line, "target": "≥ 1.3", **facts, "ours": round(found, 3), "loss": round(known, 3)}


def main() -> None:
    """Measures both bases and prints the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    disable_progress_bar()
    photos, truth, names = trashnet()
    tables = {base: embedded(base, photos) for base in BASES}
    confused = confusions(tables["MobileNetV2"], truth)
    for base, embeddings in tables.items() if given.seeds else ():
        print(json.dumps(beside_cleanlab(base, list(measure(embeddings, truth, confused, given.seeds))), ensure_ascii=False), flush=True)
    for line in beside_loss(tables, truth, photos, names, given.images, given.epochs) if given.images else ():
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
