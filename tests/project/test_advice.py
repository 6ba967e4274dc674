"""What the numbers of a project advise."""

from __future__ import annotations

from cvwidgets.project import advise_split
from cvwidgets.project.advice import FEWEST, advise, sum_up
from cvwidgets.records import Label
from cvwidgets.store import kept


def test_a_label_with_few_images_is_named_with_how_many_would_help() -> None:
    [advice] = advise([Label(1, "owl", None, kept=7), Label(2, "elk", None, kept=30)])
    assert advice.sentence == "'owl' has 7 images kept; 20 or more make a better model."


def test_a_label_that_no_training_takes_is_told_so() -> None:
    [advice] = advise([Label(1, "owl", None, kept=2), Label(2, "elk", None, kept=20)])
    assert advice.sentence == "'owl' has 2 images kept; training needs at least 3 of each label."
    assert kept.FEWEST == FEWEST


def test_a_thousand_labels_with_few_images_are_three_sentences() -> None:
    said = sum_up([Label(n, f"{n:04}", None, kept=1 + n % 18) for n in range(1000)] + [Label(1000, "elk", None, kept=400)])
    assert said == (
        "Training needs at least 3 images of each label; 112 have fewer ('0000', '0001', …).",
        "1,000 labels have fewer than 20 images kept ('0000', '0001', …); 20 or more of each make a better model.",
        "'elk' has 400 times as many kept images as '0000'; a model will tend to say 'elk'. More images of '0000' help.",
    )


def test_uneven_labels_are_named() -> None:
    [advice] = advise([Label(1, "owl", None, kept=20), Label(2, "elk", None, kept=500)])
    assert advice.sentence == "'elk' has 25 times as many kept images as 'owl'; a model will tend to say 'elk'. More images of 'owl' help."


def test_a_small_test_part_is_said_to_be_rough_and_a_large_one_is_not() -> None:
    said = advise_split(120, (0.6, 0.2, 0.2))
    assert said is not None
    assert said == (
        "Of 120 images kept, 24 are for the test: an accuracy of 80% measured there may in truth be 64% to 96% (±16 points). With 30% for "
        "the test it would be ±13; several split seeds, or more images, make it surer."
    )
    assert advise_split(5000, (0.6, 0.2, 0.2)) is None


def test_of_very_many_images_a_tenth_is_said_to_be_enough_for_the_test() -> None:
    said = advise_split(20_000, (0.6, 0.2, 0.2))
    assert said is not None and "4,000 are for the test; 10% of all would be enough (an accuracy of 80% is sure to ±1.8 points" in said
    assert advise_split(20_000, (0.8, 0.1, 0.1)) is None
