"""Calibration: one number that a model's logits are divided by, so that of all answers given with 80% about 80% are right."""

from __future__ import annotations

import math

import torch

from cvwidgets.learn.judging import Answers

BOUND = 10.0
"""The temperature stays between a tenth and ten."""
SPREAD = 0.5
"""How far from 1, as a logarithm, a temperature is believed to be before an image was seen: ten images that all are right say little."""
SURE = 1.645
"""A temperature is taken when its gain is so many times its own standard error: in 95 of 100 cases where there is none, it stays 1."""


def find_temperature(answers: Answers) -> float:
    """The temperature at which what was said of the valid part fits the truth best; 1 without images, and where none is clearly better.

    Temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", 2017), by the Brier score: a few images under a wrong
    label, of which a good model is sure, would decide the likelihood. A weak normal prior lies on the logarithm. No label is told
    otherwise: dividing all logits by one number keeps their order.
    """
    from scipy.optimize import minimize_scalar

    if not len(answers.truth):
        return 1.0
    logits, truth = answers.logits.double(), answers.truth

    def misfit(log: float) -> float:
        return float(_misses(logits / math.exp(log), truth).sum()) + 0.5 * (log / SPREAD) ** 2

    found = math.exp(minimize_scalar(misfit, bounds=(-math.log(BOUND), math.log(BOUND)), method="bounded").x)
    gains = _misses(logits, truth) - _misses(logits / found, truth)
    error = float(gains.std()) / math.sqrt(len(gains)) if len(gains) > 1 else math.inf
    return found if float(gains.mean()) > SURE * error else 1.0


def _misses(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """The Brier score of each image: the squared distance of its probabilities from the truth, 0..2."""
    return (logits.softmax(-1) - torch.nn.functional.one_hot(truth, logits.shape[1])).square().sum(-1)
