from __future__ import annotations

import hashlib

import numpy as np

from cvwidgets.store.hashes import Index, parse

SHAS = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(200)]


def test_hashes_that_begin_alike_are_told_apart() -> None:
    alike = ["ab" * 8 + f"{number:048x}"[::-1] for number in range(40)]
    index = Index().with_more(parse(alike[:20])).with_more(parse(alike[20:30]))
    assert index.rows(parse(alike[::-1])).tolist() == [*[-1] * 10, *range(29, -1, -1)]


def test_an_index_that_grew_finds_all_that_one_made_at_once_does() -> None:
    hashes = parse(SHAS)
    grown = Index()
    for start in range(0, 150, 7):
        grown = grown.with_more(hashes[start : min(start + 7, 150)])
    assert grown.rows(hashes).tolist() == [*range(150), *[-1] * 50]


def test_no_hash_is_found_where_there_is_none() -> None:
    assert Index().rows(parse(SHAS[:2])).tolist() == [-1, -1]
    assert Index().with_more(parse(SHAS)).rows(parse([])).shape == (0,)
    assert Index().with_more(np.empty((0, 32), np.uint8)).count == 0
