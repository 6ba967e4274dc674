"""The machine: where cvwidgets keeps what all projects of a user share on it, its devices, and how threads wait on it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path


def machine_folder() -> Path:
    """The folder, which may not exist yet; the environment variable `CVWIDGETS_MACHINE_FOLDER` moves it."""
    if folder := os.environ.get("CVWIDGETS_MACHINE_FOLDER"):
        return Path(folder).absolute()
    from platformdirs import user_state_path

    return user_state_path("cvwidgets")


def list_devices() -> tuple[str, ...]:
    """What a training may be computed on here, as recipes name it: "cpu", and the graphics cards that the system tells of.

    torch is not asked, as loading it takes a page's kernel seconds and hundreds of megabytes; what torch cannot use after all is said when
    a run or a trial begins.
    """
    cards = sorted(Path("/proc/driver/nvidia/gpus").glob("*"))
    if len(cards) > 1:
        return ("cpu", "cuda", *(f"cuda:{number}" for number in range(1, len(cards))))
    if cards or shutil.which("nvidia-smi"):
        return "cpu", "cuda"
    return ("cpu", "mps") if sys.platform == "darwin" and platform.machine() == "arm64" else ("cpu",)


def let_threads_rest() -> None:
    """Lets torch's threads sleep soon after they find nothing to do; called before torch is loaded, which reads it from the environment.

    Left to themselves they spin for milliseconds, which makes training 3 to 4 times slower when others use the machine too. Those that
    slept at once would be woken for each part of a step, which costs a tenth of it: some ten microseconds bridge most of the waits.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
