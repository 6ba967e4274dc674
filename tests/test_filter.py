"""A filter is plain facts: its JSON, its words, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from cvwidgets.errors import FilterError
from cvwidgets.filter import SORTS, Filter, checked_name


def test_a_filter_comes_back_from_its_json() -> None:
    asked = Filter(labels=("a/b",), sub_labels=False, states=("kept",), min_side=1000, added_to="2026-11-21", act=3, sort="-name")
    assert Filter.from_json(asked.to_json()) == asked
    assert Filter().to_json() == {}


def test_a_single_value_stands_for_a_list_of_one() -> None:
    assert Filter.from_json({"formats": "JPEG", "states": "new"}) == Filter(formats=("JPEG",), states=("new",))


def test_a_filter_says_in_words_what_it_asks() -> None:
    asked = Filter(labels=("bison", "elk"), formats=("JPEG", "PNG", "WEBP"), min_side=1000, max_bytes=1_500_000, sort="name")
    assert asked.words() == "bison or elk, JPEG, PNG or WEBP, from 1,000 px, up to 1.5 MB · by name"
    assert Filter(labels=("Unsorted",), providers=("",)).words() == "without a label, files of one's own"
    assert Filter(added_from="2026-11-01", added_to="2026-11-01", problem="missing").words() == "added on 2026-11-01, file missing"
    assert (
        Filter(labels=("bison",), sub_labels=False, states=("new", "kept"), act=12).words()
        == "bison without sub-labels, New or Kept, of act 12"
    )
    assert Filter().words() == ""


def test_what_is_taken_away_is_no_longer_asked() -> None:
    assert Filter(text="a", min_side=3, max_side=9).without("min_side", "max_side") == Filter(text="a")


@pytest.mark.parametrize(
    "facts",
    [
        {"colour": "red"},
        {"states": "lost"},
        {"parts": ["train", 3]},
        {"labels": 3},
        {"labels": ["\ud800"]},
        {"min_side": "100"},
        {"min_side": True},
        {"max_bytes": -1},
        {"act": 2**70},
        {"added_from": "yesterday"},
        {"added_to": "2026-02-30"},
        {"problem": "ugly"},
        {"sort": "beauty"},
        {"sub_labels": 1},
        {"text": "a" * 201},
        {"text": None},
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(facts: dict[str, Any]) -> None:
    with pytest.raises(FilterError, match=r"\. (Give|Choose)"):
        Filter.from_json(facts)


@pytest.mark.parametrize("name", ["", "   ", "a" * 201, "two\nlines"])
def test_a_name_that_nobody_could_read_is_refused(name: str) -> None:
    with pytest.raises(FilterError, match="cannot name a filter"):
        checked_name(name)


def test_each_order_has_its_words_and_all_but_chance_can_be_turned_round() -> None:
    assert {name.removeprefix("-") for name in SORTS if f"-{name.removeprefix('-')}" not in SORTS} == {"random"}
    assert len({*SORTS.values()}) == len(SORTS)
