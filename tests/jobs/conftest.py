"""Jobs to run: small modules in a folder of the test, on the path of the processes that the test starts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import jobs

Write = Callable[[str, str], str]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a module and returns its name: `module("wink", "print(1)")`."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))

    def write(name: str, text: str) -> str:
        (folder / f"{name}.py").write_text(text)
        return name

    return write


@pytest.fixture
def until_stopped(module: Write) -> str:
    """A job that says it runs, with its process's number, and goes on until it is asked to stop."""
    return module(
        "until_stopped",
        "import os, sys, time, pathlib, json\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "(folder / 'epochs.jsonl').write_text(json.dumps({'pid': os.getpid(), 'nice': os.nice(0)}) + '\\n')\n"
        "while not (folder / 'stop').exists(): time.sleep(0.02)\n",
    )


@pytest.fixture
def job(tmp_path: Path, until_stopped: str) -> Iterator[Callable[..., Path]]:
    """Starts `until_stopped` in a folder of its own; whatever still runs at the end of the test is stopped."""
    folders = []

    def start(name: str = "job", **options: str) -> Path:
        folder = tmp_path / name
        jobs.start(folder, until_stopped, [str(folder)], title=name, **options)
        folders.append(folder)
        return folder

    yield start
    for folder in folders:
        jobs.ask_to_stop(folder)
        jobs.wait(folder, seconds=20)


def run_python(text: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process with a script of its own, such as a second kernel."""
    return subprocess.Popen([sys.executable, "-c", text, *map(str, arguments)], stdout=subprocess.PIPE, text=True, start_new_session=True)
