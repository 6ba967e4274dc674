"""What new images probably show, by what those with a label look like: to be accepted many at once, or looked at most uncertain first."""

from __future__ import annotations

import numpy as np

from cvwidgets.errors import ExploreError
from cvwidgets.explore.given import Numbers, checked_labels
from cvwidgets.explore.rows import Embeddings, Floats, blocks, check_widths, checked_table, unit_rows

STRENGTH = 0.05
"""Inverse of the regularization, on standardized embeddings, which may have more numbers than there are images."""
MOST = 50_000
"""So many images are learnt from at most; more make it slower and hardly better."""


def prelabel(embeddings: Embeddings, labels: Numbers, new: Embeddings, *, seed: int = 0) -> Floats:
    """Probabilities (m, labels) float32 for new embeddings (m, d), by a logistic regression that learnt from others (n, d).

    `labels` (n,) are numbers from 0, of which each up to the highest has an image. With a single label everything is that.

    Raises:
        ExploreError: embeddings and labels do not fit together, hold what is no number, or a label has no image.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    table, asked = checked_table(embeddings), checked_table(new, "The new embeddings")
    check_widths(table.shape[1], asked.shape[1], "The new embeddings")
    given = checked_labels(labels, len(table))
    counts = np.bincount(given)
    if not len(counts) or not counts.all():
        raise ExploreError(
            "A label without images, or none at all, was found; each needs one to be learnt. Number the labels that have some."
        )
    if len(counts) == 1:
        return np.ones((len(asked), 1), np.float32)
    chosen = np.arange(len(table))
    if len(table) > MOST:
        first = np.unique(given, return_index=True)[1]
        more = np.random.default_rng(seed).choice(len(table), MOST, replace=False)
        chosen = np.union1d(first, more)
    head = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=300, random_state=seed))
    head.fit(unit_rows(table[chosen]), given[chosen])
    said = [head.predict_proba(block) for _, block in blocks(asked)]
    return np.concatenate(said).astype(np.float32) if said else np.zeros((0, len(counts)), np.float32)
