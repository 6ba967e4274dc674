"""The figures that a run lacks, made by `python -m cvwidgets.project.evaluating RUN_FOLDER`, and told in the cards of its models."""

from __future__ import annotations

import sys
from pathlib import Path

from cvwidgets.machine import let_threads_rest


def main(folder: Path) -> None:
    """Tries the best model of a run on its test part, then writes the cards of the models that are from it anew."""
    from cvwidgets.learn.__main__ import main as learn
    from cvwidgets.project.project import Project

    learn(folder, only_evaluate=True)
    with Project(folder.parent.parent) as project:
        project.models.renew_cards(folder.name)


if __name__ == "__main__":
    let_threads_rest()
    main(Path(sys.argv[1]))
