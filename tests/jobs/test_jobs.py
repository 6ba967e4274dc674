from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import jobs
from cvwidgets.errors import DiskFull, JobDidNotStart
from tests.conftest import until
from tests.jobs.conftest import Write, run_python

Start = Callable[..., Path]


def pid_of(folder: Path) -> int:
    return int(next(jobs.follow(folder))["pid"])


def test_a_job_runs_its_module_with_its_arguments_and_ends_done(tmp_path: Path, module: Write) -> None:
    jobs.start(tmp_path / "job", module("greet", "import sys; print('hello', *sys.argv[1:])"), ["you", "there"], title="Greeting")
    status = jobs.wait(tmp_path / "job", seconds=20)
    assert (status.state, status.reason, status.title) == ("done", None, "Greeting")
    assert status.started is not None and status.ended is not None and status.started <= status.ended
    assert status.log is not None and status.log.read_text() == "hello you there\n"


def test_a_job_survives_the_killing_of_its_starter_and_all_its_group(tmp_path: Path, until_stopped: str) -> None:
    folder = tmp_path / "job"
    kernel = run_python(
        "import sys, pathlib; from cvwidgets import jobs\n"
        f"jobs.start(pathlib.Path(sys.argv[1]), {until_stopped!r}, [sys.argv[1]], title='t'); print('started', flush=True); input()",
        folder,
    )
    assert kernel.stdout is not None and kernel.stdout.readline() == "started\n"
    os.killpg(kernel.pid, signal.SIGKILL)
    kernel.wait()
    until(lambda: jobs.status(folder).state == "running")
    jobs.ask_to_stop(folder)
    assert jobs.wait(folder, seconds=20).state == "stopped"


def test_a_job_on_a_full_disk_still_says_how_it_ended(tmp_path: Path, module: Write) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", small], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        fill = module("fill", "import sys, pathlib; pathlib.Path(sys.argv[1], 'file').write_bytes(b'x' * 1_000_000)")
        jobs.start(small / "job", fill, [str(small)], title="t")
        status = jobs.wait(small / "job", seconds=20)
        assert status.state == "failed" and status.reason is not None and status.reason.startswith("The disk is full; ")
        with pytest.raises(DiskFull, match="Free some space"):
            jobs.start(small / "other", fill, [str(small)], title="t")
    finally:
        subprocess.run(["umount", "-l", small], check=True)


def test_a_killed_job_is_lost_and_says_where_its_log_is(job: Start) -> None:
    folder = job()
    os.kill(pid_of(folder), signal.SIGKILL)
    status = jobs.wait(folder, seconds=20)
    assert status.state == "lost"
    assert status.reason is not None and str(folder / "log.txt") in status.reason


def test_a_finished_job_leaves_no_zombie_in_the_kernel_that_started_it(job: Start) -> None:
    folder = job()
    pid = pid_of(folder)
    jobs.ask_to_stop(folder)
    until(lambda: not Path(f"/proc/{pid}").exists())


def test_the_systems_wish_to_end_a_job_stops_it_as_asked(job: Start) -> None:
    folder = job()
    os.kill(pid_of(folder), signal.SIGTERM)
    assert jobs.wait(folder, seconds=20).state == "stopped"


def test_a_job_gives_way_to_what_people_do(job: Start) -> None:
    assert next(jobs.follow(job()))["nice"] == os.nice(0) + 10


def test_a_job_knows_nothing_of_the_kernel_it_came_from(tmp_path: Path, module: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    monkeypatch.setenv("JUPYTER_TOKEN", "secret")
    inherited, other = os.pipe()
    os.set_inheritable(inherited, True)
    text = f"""import os
print([os.environ.get(name) for name in ("MPLBACKEND", "JPY_PARENT_PID", "JUPYTER_TOKEN")], os.path.exists("/proc/self/fd/{inherited}"))"""
    jobs.start(tmp_path / "job", module("look", text), title="t")
    jobs.wait(tmp_path / "job", seconds=20)
    os.close(inherited), os.close(other)
    assert (tmp_path / "job" / "log.txt").read_text() == "['Agg', None, None] False\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from cvwidgets.errors import TooFewImages; raise TooFewImages('Label owl has 1 image.')", "^Label owl has 1 image.$"),
        ("raise MemoryError", "^The memory ran out; .*smaller batch"),
        ("import errno; raise OSError(errno.ENOSPC, 'x')", "^The disk is full; .*Free some space"),
        ("raise KeyError('a')", "^The job ended with KeyError: 'a'; the log has the rest: .*log.txt$"),
        ("import sys; sys.exit(3)", "^The job ended with exit code 3; the log has the rest: "),
        ("no python", "^The job ended with SyntaxError: .*; the log has the rest: "),
    ],
)
def test_a_failed_job_says_why_in_one_plain_sentence(tmp_path: Path, module: Write, text: str, reason: str) -> None:
    jobs.start(tmp_path / "job", module("fail", text), title="t")
    status = jobs.wait(tmp_path / "job", seconds=20)
    assert status.state == "failed"
    with pytest.raises(RuntimeError, match=reason):
        raise RuntimeError(status.reason)
    assert "Traceback" in (tmp_path / "job" / "log.txt").read_text()


def test_a_folder_holds_one_job_at_a_time_and_takes_another_afterwards(tmp_path: Path, job: Start) -> None:
    folder = job()
    until(lambda: jobs.status(folder).state == "running")
    with pytest.raises(JobDidNotStart, match=r"one job at a time. Wait for its end, or stop it"):
        job()
    assert jobs.status(folder).state == "running"
    jobs.ask_to_stop(folder)
    assert jobs.wait(folder, seconds=20).state == "stopped"
    job()
    until(lambda: jobs.status(folder).state == "running")


def test_a_killed_job_is_started_again_in_its_folder(job: Start) -> None:
    folder = job()
    os.kill(pid_of(folder), signal.SIGKILL)
    assert jobs.wait(folder, seconds=20).state == "lost"
    job()
    until(lambda: jobs.status(folder).state == "running")


def test_many_who_look_at_a_job_disturb_neither_it_nor_each_other(job: Start) -> None:
    folder = job()
    until(lambda: jobs.status(folder).state == "running")
    look = "import sys, pathlib; from cvwidgets import jobs; print({jobs.status(pathlib.Path(sys.argv[1])).state for _ in range(500)})"
    lookers = [run_python(look, folder) for _ in range(3)]
    assert [looker.communicate()[0] for looker in lookers] == ["{'running'}\n"] * 3


def test_a_job_that_cannot_begin_says_so_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(JobDidNotStart, match=r"ended at once with code 1; .*Read its log at .*log.txt"):
        jobs.start(tmp_path / "job", "timeit", title="t")
    assert jobs.status(tmp_path / "job").state == "failed"


def test_a_folder_that_cannot_be_written_to_is_said_in_three_beats(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JobDidNotStart, match=r"cannot be written .*to be a folder that can be written to.*Change"):
        jobs.start(tmp_path / "file" / "job", "timeit", title="t")


def test_a_folder_where_nothing_ever_began_is_lost_and_asking_it_to_stop_leaves_nothing(tmp_path: Path) -> None:
    status = jobs.status(tmp_path)
    assert status.state == "lost" and status.reason is not None and "never began" in status.reason
    jobs.ask_to_stop(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_log_keeps_its_last_words_and_stays_bounded(tmp_path: Path, module: Write) -> None:
    jobs.start(tmp_path / "job", module("talk", "for n in range(200_000): print(n, 'x' * 50)\nprint('last words')"), title="t")
    jobs.wait(tmp_path / "job", seconds=60)
    log = (tmp_path / "job" / "log.txt").read_text()
    assert len(log) < 8 * 1024**2 and log.startswith("[earlier lines were cut]\n") and log.endswith("\nlast words\n")
