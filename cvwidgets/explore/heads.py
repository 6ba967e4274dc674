"""A head on embeddings, cross-validated in seconds: what images would be called by heads that learnt from all others but them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cvwidgets.explore.given import Numbers, checked_groups, checked_labels
from cvwidgets.explore.rows import NUMBERS, Embeddings, Floats, Positions, Tick, blocks, checked_table, part_of

if TYPE_CHECKING:
    import torch

# Chosen on trashnet with 5% and 10% of the labels flipped, under embeddings of ConvNeXtV2-atto and of MobileNetV2, for the share of true
# mistakes among those suspected first; tests/benchmarks/mistakes_found.py measures it.
_LANDMARKS = 1000
_REPEATS = 5
_PAYS_BELOW = 100_000
"""So many images are learnt from in all repeats together; beyond, once: the more images, the less does one part of them matter."""
_SAMPLE = 20_000
_WHITENING = 0.4
_LEAST_SHARE = 0.001
"""Of all variance: directions with less are counted as if they had that much."""
_REACH = 0.8
_RIDGE = 0.6
_JITTER = 1e-4
"""Makes landmarks that are the same image no trouble."""
_TEMPERATURES = np.geomspace(0.5, 40, 60)


@dataclass(frozen=True, slots=True)
class _Kernel:
    """Features whose products are a Gaussian kernel's, by landmarks (Nyström): C. Williams, M. Seeger, Using the Nyström Method to Speed Up
    Kernel Machines, 2001. In torch, whose threads wait without burning the processor where others work too."""

    mean: torch.Tensor
    turn: torch.Tensor
    landmarks: torch.Tensor
    spread: torch.Tensor

    def features(self, rows: torch.Tensor) -> torch.Tensor:
        """Unit rows (n, d) to features (n, landmarks)."""
        return _gaussian((rows - self.mean) @ self.turn, self.landmarks) @ self.spread


def out_of_fold(
    embeddings: Embeddings,
    labels: Numbers,
    *,
    groups: Numbers | None = None,
    folds: int = 5,
    label_count: int | None = None,
    seed: int = 0,
    tick: Tick | None = None,
) -> Floats:
    """Asks about each image a head that learnt from other images alone: probabilities float32 (n, labels), of embeddings (n, d).

    `labels` (n,) are numbers from 0; there are `label_count` columns, or as many as the highest label needs. Images of one group (n,) are
    duplicates and never on both sides; without `groups` every image is one of its own. The head is a ridge regression on Gaussian kernel
    features, solved in closed form and averaged over several ways to fold, its sharpness fitted to the answers. `tick` is told the share
    that is done, and may raise to break off.

    A label with fewer images than folds is in as many of them as it can; of one with a single image (or group) no head knows anything, so
    that this image gets next to nothing for it: `find_mistakes` says which these are. With less than two images or labels nothing can be
    learnt, and all labels there are get the same.

    Raises:
        ExploreError: embeddings and labels do not fit together, or hold what is no number.
    """
    table = checked_table(embeddings)
    given, units = checked_labels(labels, len(table)), np.unique(checked_groups(groups, len(table)), return_inverse=True)[1]
    width = max(label_count or 1, int(given.max(initial=0)) + 1)
    there = np.bincount(given, minlength=width) > 0
    if there.sum() < 2 or len(np.unique(units)) < 2:
        return np.tile((there / max(1, there.sum())).astype(np.float32), (len(table), 1))
    if folds < 2:
        raise ValueError(f"folds must be at least 2, not {folds}")
    repeats = min(_REPEATS, max(1, _PAYS_BELOW // len(table)))
    random = np.random.default_rng([seed, 0x00F])
    total, mean, turn = np.zeros((len(table), width)), *_whitening(table, random)
    for repeat in range(repeats):
        fold = _deal(given, units, min(folds, len(np.unique(units))), random)
        kernel = _kernel(table, mean, turn, random)
        answers = _answers(table, given, fold, kernel, width, part_of(tick, repeat / repeats, (repeat + 1) / repeats))
        total += answers.numpy()
    return _sharpened(total / repeats, given, there)


def _deal(labels: Positions, units: Positions, folds: int, random: np.random.Generator) -> Positions:
    """The fold of each image: units whole, and of each label as many in one fold as in another."""
    first = np.unique(units, return_index=True)[1]
    shuffled = random.permutation(len(first))
    by_label = shuffled[np.argsort(labels[first[shuffled]], kind="stable")]
    dealt = np.empty(len(first), np.int64)
    dealt[by_label] = np.arange(len(first)) % folds
    return dealt[units]


def _whitening(table: Embeddings, random: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean of the rows, and the turn after which directions in which they vary much count less, though still more."""
    import torch

    rows = _some(table, _SAMPLE, random)
    mean = rows.mean(dim=0)
    values, vectors = torch.linalg.eigh(((rows - mean).T @ (rows - mean) / len(rows)).double())
    kept = values > max(1e-6 * float(values[-1]), 1e-12)
    if not kept.any():  # all images are the same
        return mean, torch.zeros(table.shape[1], 1)
    scale = (values[kept] + _LEAST_SHARE * values.sum()) ** (-_WHITENING / 2)
    return mean, (vectors[:, kept] * scale / (values[kept] * scale**2).sum().sqrt()).float()


def _kernel(table: Embeddings, mean: torch.Tensor, turn: torch.Tensor, random: np.random.Generator) -> _Kernel:
    import torch

    landmarks = (_some(table, _LANDMARKS, random) - mean) @ turn
    one = torch.eye(len(landmarks), dtype=torch.float64)
    lower = torch.linalg.cholesky(_gaussian(landmarks, landmarks).double() + _JITTER * one)
    return _Kernel(mean, turn, landmarks, torch.linalg.solve_triangular(lower, one, upper=False).T.float())


def _answers(table: Embeddings, labels: Positions, fold: Positions, kernel: _Kernel, width: int, tick: Tick | None) -> torch.Tensor:
    """What heads say of the images of the fold that they did not learn from, (n, labels): near 1 for the label, near 0 for others."""
    import torch

    folds, size = int(fold.max()) + 1, kernel.spread.shape[1]
    products, sums = torch.zeros(folds, size, size, dtype=torch.float64), torch.zeros(folds, size, width, dtype=torch.float64)
    counts, totals = torch.zeros(folds, width, dtype=torch.float64), torch.zeros(folds, size, dtype=torch.float64)
    for rows, features in _featured(table, kernel):
        given = torch.nn.functional.one_hot(torch.from_numpy(labels[rows]), width).float()
        for part in range(folds):
            mine = torch.from_numpy(fold[rows] == part)
            some, one = features[mine], given[mine]
            products[part] += some.T @ some
            sums[part] += some.T @ one
            counts[part] += one.sum(dim=0)
            totals[part] += some.sum(dim=0)
        if tick is not None:
            tick(0.5 * rows.stop / len(table))
    heads = [_solved(*(of_all.sum(dim=0) - of_all[part] for of_all in (products, sums, counts, totals))) for part in range(folds)]
    said = torch.empty(len(table), width, dtype=torch.float64)
    for rows, features in _featured(table, kernel):
        for part, (weights, share) in enumerate(heads):
            mine = torch.from_numpy(fold[rows] == part)
            said[rows][mine] = features[mine].double() @ weights + share
        if tick is not None:
            tick(0.5 + 0.5 * rows.stop / len(table))
    return said


def _solved(products: torch.Tensor, sums: torch.Tensor, counts: torch.Tensor, totals: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The weights of a head from what was summed up over the images it learns from, and the shares of labels among these."""
    import torch

    share = counts / counts.sum()
    lower = torch.linalg.cholesky(products + _RIDGE * torch.eye(len(products), dtype=torch.float64))
    return torch.cholesky_solve(sums - torch.outer(totals, share), lower), share


def _featured(table: Embeddings, kernel: _Kernel) -> Iterator[tuple[slice, torch.Tensor]]:
    import torch

    step = max(1, NUMBERS // max(kernel.spread.shape[0], table.shape[1]))
    for begin in range(0, len(table), step):
        rows = slice(begin, min(begin + step, len(table)))
        for _, block in blocks(table[rows]):
            yield rows, kernel.features(torch.from_numpy(block))


def _some(table: Embeddings, count: int, random: np.random.Generator) -> torch.Tensor:
    import torch

    among = np.arange(len(table)) if len(table) <= count else np.sort(random.choice(len(table), count, replace=False))
    return torch.from_numpy(np.concatenate([block for _, block in blocks(table, among)]))


def _gaussian(rows: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    square = (rows**2).sum(dim=1)[:, None] + (others**2).sum(dim=1) - 2 * rows @ others.T
    return (-_REACH * square.clamp_(min=0)).exp_()


def _sharpened(said: npt.NDArray[np.float64], labels: Positions, there: npt.NDArray[np.bool_]) -> Floats:
    """Answers to probabilities, at the one sharpness that suits the labels best (C. Guo et al., On Calibration of Modern Neural Networks,
    2017); labels without images get 0."""
    said = np.where(there, said, -np.inf)
    said -= said.max(axis=1, keepdims=True)
    some = slice(None, None, max(1, len(labels) // _SAMPLE))
    own = said[some][np.arange(len(labels[some])), labels[some]]

    def loss(sharpness: float) -> float:
        return float((np.log(np.exp(sharpness * said[some]).sum(axis=1)) - sharpness * own).mean())

    shares = np.exp(min(_TEMPERATURES, key=loss) * said)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)
