from __future__ import annotations

import numpy as np
import pytest

from cvwidgets.learn.judging import summarize, wilson


def test_figures_follow_from_the_confusion_matrix() -> None:
    found = summarize(np.array([[8, 2], [1, 9]]), ["owl", "elk"], part="test", loss=0.5)
    assert (found.accuracy, found.images) == (0.85, 20)
    assert found.labels[0].precision == pytest.approx(8 / 9)
    assert found.labels[0].recall == pytest.approx(0.8)
    assert found.macro_f1 == pytest.approx((16 / 19 + 18 / 21) / 2)


@pytest.mark.parametrize(("right", "images", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)])
def test_the_interval_is_wilsons(right: int, images: int, low: float, high: float) -> None:
    assert wilson(right, images) == pytest.approx((low, high), abs=2e-4)


def test_a_label_without_images_does_not_pull_the_mean_down() -> None:
    assert summarize(np.array([[5, 0, 0], [0, 5, 0], [0, 0, 0]]), list("abc"), part="valid", loss=0).macro_f1 == 1.0
