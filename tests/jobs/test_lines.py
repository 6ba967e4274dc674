"""Files of facts are read while others write them."""

from __future__ import annotations

from pathlib import Path

from cvwidgets import jobs


def test_a_line_is_read_when_it_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "epochs.jsonl"
    assert list(jobs.read_lines(file)) == []
    file.write_text('{"number": 1}\n{"num')
    assert list(jobs.read_lines(file)) == [{"number": 1}]


def test_a_torn_line_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "epochs.jsonl"
    file.write_bytes(b'{"number": 1}\n\x00\x00\n[2]\n{"number": 2}\n')
    assert [row["number"] for row in jobs.read_lines(file)] == [1, 2]


def test_the_last_line_of_a_long_file_is_found_from_its_end(tmp_path: Path) -> None:
    file = tmp_path / "steps.jsonl"
    assert jobs.last_line(file) is None
    file.write_text("".join(f'{{"number": {number}}}\n' for number in range(20_000)))
    assert jobs.last_line(file) == {"number": 19_999}
