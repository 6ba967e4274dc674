from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cvwidgets import jobs
from tests.jobs.conftest import Write


def test_facts_come_as_they_are_written_and_end_with_the_job(tmp_path: Path, module: Write) -> None:
    text = """
import pathlib, sys, time
file, go = pathlib.Path(sys.argv[1]) / "epochs.jsonl", pathlib.Path(sys.argv[1]) / "go"
file.write_text('{"number": 1}\\n{"num')
while not go.exists(): time.sleep(0.01)
with file.open("a") as more: more.write('ber": 2}\\n{"number": 3}\\n')
"""
    folder = tmp_path / "job"
    jobs.start(folder, module("write", text), [str(folder)], title="t")
    facts = jobs.follow(folder)
    assert next(facts) == {"number": 1}
    (folder / "go").touch()
    assert list(facts) == [{"number": 2}, {"number": 3}]


def test_torn_lines_are_left_out_and_half_a_line_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "epochs.jsonl").write_bytes(b'{"number": 1}\n{"num{"number": 2}\n\x00\x00\n[3]\n{"number": 4}\n{"number": 5}')
    assert list(jobs.follow(tmp_path)) == [{"number": 1}, {"number": 4}]


def test_a_job_that_writes_nothing_is_followed_to_its_end(tmp_path: Path, module: Write) -> None:
    jobs.start(tmp_path / "job", module("quiet", ""), title="t")
    assert list(jobs.follow(tmp_path / "job", "steps.jsonl")) == []
    assert jobs.status(tmp_path / "job").state == "done"


def test_leaving_the_loop_leaves_the_job_alone(job: Callable[..., Path]) -> None:
    folder = job()
    for _ in jobs.follow(folder):
        break
    assert jobs.status(folder).state == "running"
