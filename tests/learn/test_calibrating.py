from __future__ import annotations

import pytest
import torch

from cvwidgets.learn.calibrating import find_temperature
from cvwidgets.learn.judging import Answers, judge


def _said(count: int, sureness: float, seed: int = 0) -> Answers:
    """What a model says that is `sureness` times too sure: truth is drawn from its probabilities before."""
    chance = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(count, 4, generator=chance)
    truth = torch.multinomial(logits.softmax(-1), 1, generator=chance).squeeze(1)
    return Answers(logits * sureness, truth)


@pytest.mark.parametrize("sureness", [0.5, 1.0, 3.0])
def test_the_temperature_takes_back_by_how_much_a_model_is_too_sure(sureness: float) -> None:
    assert find_temperature(_said(4000, sureness)) == pytest.approx(sureness, rel=0.08)


def test_what_was_found_on_some_images_holds_for_others() -> None:
    found, other = find_temperature(_said(2000, 3.0)), _said(2000, 3.0, seed=1)
    after = judge(Answers(other.logits / found, other.truth), list("abcd"), part="test", temperature=found)
    assert after.ece is not None and after.uncalibrated_ece is not None
    assert after.ece < 0.03 < 0.15 < after.uncalibrated_ece
    assert after.accuracy == judge(other, list("abcd"), part="test").accuracy


def test_a_few_images_that_all_are_right_do_not_make_a_model_sure() -> None:
    assert 0.5 < find_temperature(Answers(torch.tensor([[2.0, 0]] * 5), torch.zeros(5, dtype=torch.int64))) < 1
    assert find_temperature(Answers(torch.empty(0, 0), torch.empty(0, dtype=torch.int64))) == 1


def test_a_model_that_is_as_sure_as_it_should_be_is_left_alone() -> None:
    assert sum(find_temperature(_said(100, 1.0, seed=seed)) == 1 for seed in range(100)) >= 85


def test_a_few_images_under_a_wrong_label_do_not_make_a_good_model_unsure() -> None:
    random = torch.Generator().manual_seed(0)
    truth = torch.randint(4, (100,), generator=random)
    logits = 6 * torch.nn.functional.one_hot(truth, 4) + torch.randn(100, 4, generator=random)
    said = truth.clone()
    said[:6] = (said[:6] + 1) % 4
    assert find_temperature(Answers(logits, said)) < 1.25
