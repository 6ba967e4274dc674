"""Whether looking at suspects pays: how much of the accuracy lost to wrong labels comes back after the first 250 were looked at.

python -m tests.benchmarks.loop_pays [--seeds 5] [--looked 250]    prints one JSON line per base.

A fifth of trashnet is put aside for testing and keeps its labels; of the others 10% are flipped as a head confuses them. An oracle looks at
the first suspects and says which suggestions are right: those labels are changed, all others stay. A head (scikit-learn's logistic
regression on standardized embeddings, which loses more to wrong labels than ours) learns from the true, the flipped and the mended labels;
what came back is (mended - flipped) / (true - flipped) of its test accuracies, each a mean over the seeds, as those of a single one are
small differences of noisy numbers.
"""

from __future__ import annotations

import argparse
import json
import warnings
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cvwidgets.explore.heads import out_of_fold
from cvwidgets.explore.mistakes import find_mistakes
from tests.benchmarks.mistakes_found import BASES, Floats, Labels, confusions, embedded, flip, trashnet


def accuracy(embeddings: Floats, labels: Labels, learn: Labels, test: Labels, truth: Labels) -> float:
    head = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return float((head.fit(embeddings[learn], labels).predict(embeddings[test]) == truth[test]).mean())


def measure(embeddings: Floats, truth: Labels, confused: Any, seeds: int, looked: int) -> dict[str, Any]:
    """Accuracies with true, flipped and mended labels, means over the seeds, and what came back."""
    rows, right = [], []
    for seed in range(seeds):
        learn, test = train_test_split(np.arange(len(truth)), test_size=0.2, stratify=truth, random_state=seed)
        flipped, _ = flip(truth[learn], "confusion", 0.1, seed, confused)
        found = find_mistakes(out_of_fold(embeddings[learn], flipped, seed=seed), flipped, limit=looked)
        accepted = found.suggestions == truth[learn][found.positions]
        mended = flipped.copy()
        mended[found.positions[accepted]] = found.suggestions[accepted]
        rows.append([accuracy(embeddings, labels, learn, test, truth) for labels in (truth[learn], flipped, mended)])
        right.append(float(accepted.mean()))
    true, lost, back = np.mean(rows, axis=0)
    facts = {"true": true, "flipped": lost, "mended": back, "suggestions right": np.mean(right)}
    return {"value": round((back - lost) / (true - lost), 3), **{name: round(float(value), 4) for name, value in facts.items()}}


def main() -> None:
    """Measures both bases and prints the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--looked", type=int, default=250)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    photos, truth, _ = trashnet()
    tables = {base: embedded(base, photos) for base in BASES}
    confused = confusions(tables["MobileNetV2"], truth)
    for base, embeddings in tables.items():
        line = {
            "benchmark": f"accuracy that comes back after {given.looked} suspects, {base}",
            "unit": "of what was lost",
            "target": "≥ 0.7",
        }
        print(json.dumps({**line, **measure(embeddings, truth, confused, given.seeds, given.looked), "seeds": given.seeds}), flush=True)


if __name__ == "__main__":
    main()
