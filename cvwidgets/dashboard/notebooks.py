"""Where the notebooks lie that come with cvwidgets, and how a project gets its copy."""

from __future__ import annotations

import shutil
from pathlib import Path

WORKBENCH = "workbench.ipynb"


def notebooks_folder() -> Path:
    """The folder of the notebooks: inside the package when it is installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parent / "notebooks"


def copy_notebooks(project: Path) -> Path:
    """Copies the notebooks that the project's `notebooks/` lacks, and returns that folder; what is there stays as it is.

    Raises:
        OSError: the project's folder cannot be written to.
    """
    folder = project / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in sorted(notebooks_folder().glob("*.ipynb")):
        if not (folder / notebook.name).exists():
            shutil.copyfile(notebook, folder / notebook.name)
    return folder
