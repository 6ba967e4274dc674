"""The room stays light until it is used."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_room_loads_neither_pillow_nor_numpy() -> None:
    code = "import sys, cvwidgets.pictures; print(sorted({'PIL', 'numpy', 'torch'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
