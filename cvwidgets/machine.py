"""Where cvwidgets keeps what all projects of a user share on one machine: the line of jobs, what was measured of it."""

from __future__ import annotations

import os
from pathlib import Path


def machine_folder() -> Path:
    """The folder, which may not exist yet; the environment variable `CVWIDGETS_MACHINE_FOLDER` moves it."""
    if folder := os.environ.get("CVWIDGETS_MACHINE_FOLDER"):
        return Path(folder).absolute()
    from platformdirs import user_state_path

    return user_state_path("cvwidgets")
