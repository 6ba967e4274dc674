"""`python -m cvwidgets.jobs FOLDER`: the process of the job that is asked for in the folder."""

from __future__ import annotations

import sys
from pathlib import Path

from cvwidgets.jobs.run import run

if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
