from __future__ import annotations

import os
from pathlib import Path

import pytest

from cvwidgets.jobs.lock import Lock, is_held
from tests.conftest import until
from tests.jobs.conftest import run_python

LOOK = "import sys, pathlib; from cvwidgets.jobs.lock import is_held; print(is_held(pathlib.Path(sys.argv[1])))"


def seen_from_outside(path: Path) -> str:
    return run_python(LOOK, path).communicate()[0].strip()


def test_a_lock_is_held_until_it_is_let_go(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    assert not is_held(lock.path)
    assert lock.take() and is_held(lock.path) and seen_from_outside(lock.path) == "True"
    lock.release()
    assert not is_held(lock.path) and seen_from_outside(lock.path) == "False"


def test_looking_at_ones_own_lock_keeps_it_by_whatever_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    monkeypatch.chdir(tmp_path)
    with Lock(tmp_path / "folder" / "lock") as lock:
        for name in (lock.path, tmp_path / "link" / "lock", Path("folder/lock"), tmp_path / "folder" / ".." / "folder" / "lock"):
            assert is_held(name) and not Lock(name).take(seconds=0)
        assert seen_from_outside(lock.path) == "True"


def test_a_lock_dies_with_its_holder_even_when_a_child_of_it_lives_on(tmp_path: Path) -> None:
    text = (
        "import os, sys, pathlib, signal; from cvwidgets.jobs.lock import Lock\n"
        "Lock(pathlib.Path(sys.argv[1])).take()\n"
        "if os.fork() == 0: signal.pause()\n"
        "print('held', flush=True); signal.pause()"
    )
    holder = run_python(text, tmp_path / "lock")
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    assert is_held(tmp_path / "lock")
    holder.kill()
    until(lambda: not is_held(tmp_path / "lock"))
    os.killpg(holder.pid, 9)
    holder.wait()


def test_a_missing_file_or_folder_is_held_by_nobody(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "nowhere" / "lock")
    assert list(tmp_path.iterdir()) == []
