"""Batches are counted side by side, in order, and what is left is not begun once somebody breaks off."""

from __future__ import annotations

import pytest
import torch

from cvwidgets.explore.threads import side_by_side


def test_answers_come_in_the_order_of_the_parts_each_counted_by_one_thread() -> None:
    found = list(side_by_side(lambda part: (2 * part, torch.get_num_threads(), torch.is_inference_mode_enabled()), range(50)))
    assert found == [(2 * part, 1, True) for part in range(50)]


def test_parts_are_made_only_a_few_ahead() -> None:
    made = list[int]()
    answers = side_by_side(lambda part: part, (made.append(part) or part for part in range(1000)))
    assert next(answers) == 0
    assert len(made) <= 2 * torch.get_num_threads() + 1


def test_torch_has_its_threads_again_afterwards_also_when_a_part_fails() -> None:
    before = torch.get_num_threads()
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda part: 1 // part, [2, 1, 0, 1]))
    assert torch.get_num_threads() == before
    (later,) = side_by_side(lambda part: part, [3])
    assert later == 3


def test_who_breaks_off_waits_for_nothing_that_was_not_begun() -> None:
    begun = list[int]()
    for _ in side_by_side(begun.append, range(1000)):
        break
    assert len(begun) <= 2 * torch.get_num_threads() + 1
