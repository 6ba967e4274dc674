"""What the numbers of a project advise."""

from __future__ import annotations

from cvwidgets.project import advise_split
from cvwidgets.project.advice import advise
from cvwidgets.records import Label


def test_a_label_with_few_images_is_named_with_how_many_would_help() -> None:
    [advice] = advise([Label(1, "owl", None, kept=7), Label(2, "elk", None, kept=30)])
    assert advice.sentence == "'owl' has 7 images kept; 20 or more make a better model."


def test_uneven_labels_are_named() -> None:
    [advice] = advise([Label(1, "owl", None, kept=20), Label(2, "elk", None, kept=500)])
    assert advice.sentence == "'elk' has 25 times as many kept images as 'owl'."


def test_a_small_test_part_is_said_to_be_rough_and_a_large_one_is_not() -> None:
    said = advise_split(120, (0.6, 0.2, 0.2))
    assert said is not None
    assert said.startswith("20% of 120 images leave 24 images for the test: an accuracy of 80% would be known to about ±16%.")
    assert advise_split(5000, (0.6, 0.2, 0.2)) is None
