from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from cvwidgets.dashboard import notebooks_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("notebook", sorted(notebooks_folder().glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs_from_an_empty_folder(notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CVWIDGETS_PROJECT", raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]))
    NotebookClient(nbformat.read(notebook, as_version=4), timeout=120, resources={"metadata": {"path": tmp_path}}).execute()
    begins_where_a_project_is_chosen = notebook.stem == "workbench"
    assert (tmp_path / "demo" / "catalog.db").exists() is not begins_where_a_project_is_chosen
