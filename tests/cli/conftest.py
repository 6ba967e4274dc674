"""Commands, done as people type them."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cvwidgets.cli import main
from tests.vision.conftest import hub, own_cache, tiny, whole  # noqa: F401


class Said(NamedTuple):
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Said]


@pytest.fixture
def cvwidgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Does in `tmp_path` what `cvwidgets …` does, in this process, as starting Python takes longer than most commands."""
    monkeypatch.chdir(tmp_path)
    for name, value in {"CVWIDGETS_WORKER_IDLE": "5", "NO_COLOR": "1", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["cvwidgets", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capfd.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return Said(code, *capfd.readouterr())

    return run
