"""`python -m cvwidgets.serve FOLDER`: the server that a page started as a job; its request lies in the job's folder.

From a terminal it is `cvwidgets serve PROJECT`.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(job: Path) -> None:
    """Serves until the job is asked to stop; its request holds fields of `Choices`, its project is the folder above the jobs' own.

    Raises:
        CvwidgetsError: the server cannot begin, or a choice cannot be used.
    """
    from cvwidgets.jobs import read_facts
    from cvwidgets.project.work import REQUEST
    from cvwidgets.serve.choices import Choices
    from cvwidgets.serve.running import run

    run(Choices.from_facts(job.parent.parent, read_facts(job / REQUEST) or {}), job=job)


if __name__ == "__main__":
    main(Path(sys.argv[-1]))  # also as "--job FOLDER"
