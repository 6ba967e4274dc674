"""Environments of their own for what ours is measured beside: other packages than we need, some gigabytes, kept for the next time."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path


def install(package: str, place: Path) -> str:
    """Makes an environment with a package unless it is there; returns why there is none, or nothing."""
    if (place / "ready").exists():
        return ""
    venv.create(place, clear=True)
    python = place / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check", package]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["pip failed"])[-1]
    (place / "ready").touch()
    return ""
