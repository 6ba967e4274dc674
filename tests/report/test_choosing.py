from __future__ import annotations

from cvwidgets.report.choosing import LISTED, doors, in_turns


def test_pictures_are_taken_of_all_cells_in_turns() -> None:
    assert in_turns([3, 0, 1], most=2) == [(0, 0), (2, 0), (0, 1)]
    assert in_turns([]) == []


def test_the_fullest_wrong_cell_opens_first_and_right_ones_last() -> None:
    assert doors([[5, 2, 0], [7, 0, 1], [0, 0, 9]]) == [(1, 0), (0, 1), (1, 2), (0, 0), (2, 2)]


def test_of_many_labels_each_has_its_most_frequent_confusion_among_those_that_open() -> None:
    many = [[3 if i == j else 2 if i < 40 else 1 if j == 0 else 0 for j in range(60)] for i in range(60)]
    found = doors(many)
    assert LISTED < len(found) < LISTED + 121 and {(59, 0), (59, 59)} <= set(found)
