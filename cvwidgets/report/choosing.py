"""Which pictures a report has room for: some behind each cell of the confusion matrix, all cells in turns, so that none takes it all."""

from __future__ import annotations

from collections.abc import Sequence

PER_CELL = 24
"""So many pictures stand behind a cell at most."""
ROOM = 5_000_000
"""Bytes that all pictures behind cells take in the file; with everything else it stays below 10 MB."""
EXAMPLES = 12
"""So many of the surest answers are shown, right and wrong ones each."""
MATRIX_LABELS = 40
"""Of more labels the confusion matrix is a list, the most frequent confusions first."""
LISTED = 300
"""So many confusions are listed."""


def in_turns(lengths: Sequence[int], most: int = PER_CELL) -> list[tuple[int, int]]:
    """In which order pictures are taken of groups so long: (group, place in it), the first of each group, then the second of each …"""
    return [(group, place) for place in range(min(most, max(lengths, default=0))) for group, length in enumerate(lengths) if place < length]


def doors(confusion: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The cells (truth, said) of a confusion matrix whose pictures can be opened: the wrong ones, the fullest first, then the right ones.

    Of many labels they are those that are listed, and the most frequent confusion of each label.
    """
    wrong = confusions(confusion)
    if len(confusion) > MATRIX_LABELS:
        first: dict[int, int] = {}
        for truth, said in wrong:
            first.setdefault(truth, said)
        wrong = list(dict.fromkeys([*wrong[:LISTED], *first.items()]))
    return [*wrong, *((label, label) for label, row in enumerate(confusion) if row[label])]


def confusions(confusion: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The cells that hold images under a wrong label, the fullest first."""
    wrong = [(truth, said) for truth, row in enumerate(confusion) for said, count in enumerate(row) if count and truth != said]
    return sorted(wrong, key=lambda cell: -confusion[cell[0]][cell[1]])


def room_of(jpeg: bytes) -> int:
    """How many bytes a picture takes in the file, where it is written as base64 with some words around it."""
    return 4 * -(-len(jpeg) // 3) + 250
