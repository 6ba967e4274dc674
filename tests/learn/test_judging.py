from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
import torch

from cvwidgets.evaluation import Evaluation, wilson
from cvwidgets.learn.judging import Answers, bins_of, calibration_error, judge, summarize


def test_figures_follow_from_the_confusion_matrix() -> None:
    found = summarize(np.array([[8, 2], [1, 9]]), ["owl", "elk"], part="test", loss=0.5)
    assert (found.accuracy, found.images) == (0.85, 20)
    assert found.labels[0].precision == pytest.approx(8 / 9)
    assert found.labels[0].recall == pytest.approx(0.8)
    assert found.macro_f1 == pytest.approx((16 / 19 + 18 / 21) / 2)


@pytest.mark.parametrize(("right", "images", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)])
def test_the_interval_is_wilsons(right: int, images: int, low: float, high: float) -> None:
    assert wilson(right, images) == pytest.approx((low, high), abs=2e-4)


@pytest.mark.parametrize(("accuracy", "images"), [(0.5, 100), (0.8, 150), (0.9, 300), (0.95, 1000)])
def test_intervals_hold_the_truth_as_often_as_they_say(accuracy: float, images: int) -> None:
    right = np.random.default_rng(0).binomial(images, accuracy, 20_000)
    bounds = np.array([wilson(int(count), images) for count in right])
    assert 0.93 <= ((bounds[:, 0] <= accuracy) & (accuracy <= bounds[:, 1])).mean() <= 0.97


def test_a_label_without_images_does_not_pull_the_mean_down() -> None:
    assert summarize(np.array([[5, 0, 0], [0, 5, 0], [0, 0, 0]]), list("abc"), part="valid", loss=0).macro_f1 == 1.0


def test_the_label_may_be_among_the_three_most_probable() -> None:
    logits = torch.tensor([[4.0, 3, 2, 1, 0]] * 5)
    assert judge(Answers(logits, torch.arange(5)), list("abcde"), part="test").top3 == pytest.approx(3 / 5)


def test_a_model_that_is_always_sure_and_half_right_is_off_by_a_half() -> None:
    bins = bins_of(torch.tensor([[50.0, 0]] * 10), torch.tensor([0, 1] * 5))
    assert [(one.images, round(one.confidence, 6), one.accuracy) for one in bins] == [(10, 1.0, 0.5)]
    assert calibration_error(bins) == pytest.approx(0.5)


def test_what_is_said_with_its_true_probability_is_not_off() -> None:
    logits = torch.log(torch.tensor([[0.75, 0.25]] * 4))
    assert judge(Answers(logits, torch.tensor([0, 0, 0, 1])), list("ab"), part="test").ece == pytest.approx(0, abs=1e-6)


def test_a_part_without_images_has_figures_that_claim_nothing() -> None:
    found = judge(Answers(torch.empty(0, 0), torch.empty(0, dtype=torch.int64)), list("ab"), part="test")
    assert (found.images, found.accuracy, found.low, found.high, found.ece, found.reliability) == (0, 0, 0, 1, None, ())


def test_figures_come_back_from_json_and_those_of_an_older_version_too() -> None:
    found = judge(Answers(torch.tensor([[1.0, 0]] * 12), torch.tensor([0] * 11 + [1])), ["owl", "elk"], part="test")
    written = json.loads(json.dumps(asdict(found)))
    assert Evaluation.from_json(written) == found
    assert [score.label for score in found.too_few()] == ["elk"]
    older = {
        name: value for name, value in written.items() if name not in ("top3", "ece", "uncalibrated_ece", "temperature", "reliability")
    }
    assert Evaluation.from_json(older).ece is None
