"""Calibration: one number that a model's logits are divided by, so that of all answers given with 80% about 80% are right."""

from __future__ import annotations

import math

import torch

from cvwidgets.learn.judging import Answers

BOUND = 10.0
"""The temperature stays between a tenth and ten."""
SPREAD = 0.5
"""How far from 1, as a logarithm, a temperature is believed to be before an image was seen: ten images that all are right say little."""


def find_temperature(answers: Answers) -> float:
    """The temperature at which what was said of the valid part fits the truth best; 1 without images.

    Temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", 2017) by the negative log-likelihood, with a weak normal
    prior on its logarithm. No label is told otherwise: dividing all logits by one number keeps their order.
    """
    from scipy.optimize import minimize_scalar

    if not len(answers.truth):
        return 1.0
    logits, truth = answers.logits.double(), answers.truth

    def misfit(log: float) -> float:
        loss = torch.nn.functional.cross_entropy(logits / math.exp(log), truth, reduction="sum")
        return float(loss) + 0.5 * (log / SPREAD) ** 2

    return math.exp(minimize_scalar(misfit, bounds=(-math.log(BOUND), math.log(BOUND)), method="bounded").x)
