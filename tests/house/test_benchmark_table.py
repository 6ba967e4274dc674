"""The table of figures in README is written by a program; it keeps the rows that were not measured again."""

from __future__ import annotations

import pytest

from tests.benchmarks.table import BEGIN, END, row, scripts, with_rows

EMPTY = f"before\n{BEGIN}\n{END}\nafter\n"
FAST = {"benchmark": "fast", "value": 1, "unit": "s", "target": "< 2", "pairs": 9}


def test_a_row_says_what_was_measured_what_was_needed_and_the_rest() -> None:
    assert row(FAST) == "| fast | 1 s | < 2 | pairs 9 |"


def test_a_row_is_replaced_by_its_name_and_the_text_around_stays() -> None:
    once = with_rows(EMPTY, [row(FAST), row({**FAST, "benchmark": "slow"})])
    twice = with_rows(once, [row({**FAST, "value": 3})])
    assert twice == once.replace("| fast | 1 s", "| fast | 3 s")
    assert twice.startswith("before\n") and twice.endswith(f"{END}\nafter\n") and "| slow | 1 s" in twice


def test_a_readme_without_the_markers_is_left_alone_with_a_sentence() -> None:
    with pytest.raises(SystemExit, match="There is no table between"):
        with_rows("no table here", [row(FAST)])


def test_each_benchmark_is_run_and_what_they_share_is_not() -> None:
    assert all('if __name__ == "__main__":' in script.read_text(encoding="utf-8") for script in scripts([]))
    assert {"open_project", "first_pictures"} <= {script.stem for script in scripts([])}
