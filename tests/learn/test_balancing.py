from __future__ import annotations

import pytest
import torch

from cvwidgets.learn.balancing import weigh

RARE = [0] * 90 + [1] * 10


@pytest.mark.parametrize(("balance", "ratio"), [("none", 1.0), ("weights", 9.0), ("auto", 3.0)])
def test_a_picture_of_a_rare_label_counts_more(balance: str, ratio: float) -> None:
    weights = weigh(RARE, 2, balance)  # type: ignore[arg-type]
    assert weights[1] / weights[0] == pytest.approx(ratio)
    assert weights[torch.tensor(RARE)].mean() == pytest.approx(1)


def test_labels_that_are_nearly_even_count_the_same_unless_it_is_asked_for() -> None:
    assert weigh([0] * 20 + [1] * 10, 2, "auto").tolist() == pytest.approx([1, 1])
    assert weigh([0] * 20 + [1] * 10, 2, "weights").tolist() == pytest.approx([0.75, 1.5])


def test_a_label_without_pictures_is_no_trouble() -> None:
    assert torch.isfinite(weigh([0, 0], 2, "weights")).all()
