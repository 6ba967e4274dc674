from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import jobs
from cvwidgets.records import JobStatus
from tests.conftest import until
from tests.jobs.conftest import Write, run_python

Start = Callable[..., Path]


def in_line(folder: Path) -> JobStatus:
    """The status of a job once it took its place in line."""
    until(lambda: jobs.status(folder).state == "running" or jobs.status(folder).ahead)
    return jobs.status(folder)


def test_three_jobs_take_their_turns_in_the_order_they_came(job: Start) -> None:
    folders = [job(name, line="cpu") for name in ("first", "second", "third")]
    first, second, third = folders
    assert in_line(first).state == "running"
    until(lambda: sorted(jobs.status(folder).ahead for folder in folders) == [0, 1, 2])
    assert jobs.status(second).waits_for == ("first",)
    assert jobs.status(third).waits_for == ("first", "second")
    for folder, next_one in ((first, second), (second, third)):
        jobs.ask_to_stop(folder)
        assert next(jobs.follow(next_one))["pid"]
        assert jobs.status(folder).state == "stopped"


def test_lines_of_different_devices_do_not_wait_for_each_other(job: Start) -> None:
    assert next(jobs.follow(job("a", line="cpu"))) and next(jobs.follow(job("b", line="cuda:0")))


def test_stopping_a_job_in_line_ends_it_before_its_turn(job: Start) -> None:
    first, second = job("first", line="cpu"), job("second", line="cpu")
    assert in_line(second).state == "waiting"
    jobs.ask_to_stop(second)
    status = jobs.wait(second, seconds=20)
    assert (status.state, status.started) == ("stopped", None)
    assert jobs.status(first).state == "running"


def test_jobs_that_are_killed_leave_no_hole_in_the_line(job: Start) -> None:
    first, second, third = (job(name, line="cpu") for name in ("first", "second", "third"))
    assert in_line(third).ahead == 2
    for folder in (second, first):
        os.kill(process_of(folder), signal.SIGKILL)
    assert next(jobs.follow(third))["pid"]
    assert jobs.status(third).state == "running"


def process_of(folder: Path) -> int:
    """The process whose command line names the folder; the status itself never judges by it."""
    lines = {int(p.parent.name): p.read_bytes().split(b"\0") for p in Path("/proc").glob("[0-9]*/cmdline") if p.exists()}
    return next(pid for pid, line in lines.items() if b"cvwidgets.jobs" in line and os.fsencode(folder) in line)


def test_the_line_is_one_for_all_processes_of_the_machine(tmp_path: Path, job: Start, until_stopped: str) -> None:
    first, second = job("first", line="cpu"), tmp_path / "second"
    text = (
        "import sys, pathlib; from cvwidgets.jobs import start; "
        "start(pathlib.Path(sys.argv[1]), sys.argv[2], [sys.argv[1]], title='2', line='cpu')"
    )
    assert run_python(text, second, until_stopped).wait() == 0
    assert in_line(second).waits_for == ("first",)
    jobs.ask_to_stop(second)
    jobs.ask_to_stop(first)
    assert jobs.wait(second, seconds=20).state == "stopped"


def test_a_line_that_cannot_be_kept_fails_the_job_with_the_way_out(
    job: Start, machine_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine_folder / "lines").write_text("not a folder")
    status = jobs.wait(job(line="cpu"), seconds=20)
    assert status.state == "failed"
    assert status.reason is not None and "Name one in CVWIDGETS_MACHINE_FOLDER" in status.reason


def test_a_job_that_is_done_keeps_its_turn_until_its_process_has_freed_the_device(tmp_path: Path, job: Start, module: Write) -> None:
    text = (
        "import atexit, sys, time, pathlib\n@atexit.register\n"
        "def free():\n    while not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.02)"
    )
    jobs.start(tmp_path / "first", module("slow_to_end", text), [str(tmp_path / "go")], title="first", line="cpu")
    second = job("second", line="cpu")
    assert jobs.wait(tmp_path / "first", seconds=20).state == "done"
    assert in_line(second).waits_for == ("first",)
    (tmp_path / "go").touch()
    assert next(jobs.follow(second))["pid"]
