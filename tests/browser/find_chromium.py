"""Finds the Chromium that browser tests open, gets one where it may, and says in a sentence what it did.

python tests/browser/find_chromium.py [--install]    prints its path on standard output, sentences on standard error; always ends well.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> Path | None:
    """A Chromium that starts: one on PATH, else the one playwright downloaded earlier."""
    on_path = (Path(found) for name in NAMES if (found := shutil.which(name)))
    return next((path for path in (*on_path, *_from_playwright()) if _starts(path)), None)


def install() -> Path | None:
    """A Chromium from Debian's package where it may install, else playwright's download; None when neither can be had."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _say("No Chromium found; installing the package chromium.")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-q"], 300, quiet)
        _run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"], 600, quiet)
        if path := find():
            return path
    _say("Downloading playwright's Chromium (about 170 MB).")
    libraries = ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
    _run([sys.executable, "-m", "playwright", "install", *libraries, "chromium"], 600)
    return find()


def _from_playwright() -> list[Path]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return []
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return [path] if path.is_file() else []


def _starts(path: Path) -> bool:
    # Ubuntu's package of that name is a shim that only says where to get the real one, and ends with an error.
    return _run([str(path), "--version", "--no-sandbox"], 30)


def _run(command: list[str], seconds: int, env: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(
            command, timeout=seconds, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def main() -> None:
    """Prints the path of the browser, or says that there is none and what that means."""
    path = find() or (install() if "--install" in sys.argv[1:] else None)
    if path is None:
        _say(
            "No Chromium could be found or installed; the browser tests will be skipped. Put chromium or google-chrome on PATH to run them."
        )
        return
    _say("Browser tests use this Chromium:")
    print(path)


if __name__ == "__main__":
    main()
