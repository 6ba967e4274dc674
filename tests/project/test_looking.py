"""Looking is one job at a time, whoever starts it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cvwidgets import Project, jobs

KERNEL = """
import sys
from cvwidgets import Project
with Project(sys.argv[1]) as project:
    print("ready", flush=True)
    sys.stdin.readline()
    project.explore.start()
    print(project.explore.status().status.state, flush=True)
"""


def test_four_kernels_that_start_at_once_start_one_look_which_stop_reaches(tmp_path: Path) -> None:
    with Project(tmp_path / "project") as project:
        command = [sys.executable, "-c", KERNEL, str(project.folder)]
        kernels = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        assert [kernel.stdout.readline() for kernel in kernels] == ["ready\n"] * 4  # type: ignore[union-attr]
        for kernel in kernels:
            kernel.stdin.write("go\n")  # type: ignore[union-attr]
            kernel.stdin.flush()  # type: ignore[union-attr]
        said = [kernel.communicate()[0] for kernel in kernels]
        assert all(state in ("waiting\n", "running\n", "done\n") for state in said)
        project.explore.stop()
        (folder,) = (project.folder / "work").glob("explore-*")
        assert jobs.wait(folder).state in ("stopped", "done")
