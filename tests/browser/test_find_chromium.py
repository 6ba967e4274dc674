"""The finder of the browser always ends well: with a path that starts, or with a sentence that says what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.browser import find_chromium


def run(path: str) -> tuple[str, str]:
    environment = {"PATH": path, "HOME": path, "PLAYWRIGHT_BROWSERS_PATH": path}
    done = subprocess.run([sys.executable, find_chromium.__file__], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip(), done.stderr


def test_without_any_browser_it_says_what_is_skipped_and_what_to_do(tmp_path: Path) -> None:
    found, said = run(str(tmp_path))
    assert not found and "browser tests will be skipped. Put chromium or google-chrome on PATH" in said


def test_a_browser_on_the_path_that_starts_is_taken_and_one_that_does_not_is_passed_over(tmp_path: Path) -> None:
    for name, code in (("chromium", 1), ("google-chrome", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    assert run(str(tmp_path))[0] == str(tmp_path / "google-chrome")
