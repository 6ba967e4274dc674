from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets.dashboard import copy_notebooks, notebooks_folder, open_lab
from cvwidgets.errors import JobDidNotStart
from tests.dashboard.conftest import PORT, Served

START = "open_lab(Path(sys.argv[1]), port=int(sys.argv[2]), user='Ada', browser=False)"


def test_the_notebooks_are_found() -> None:
    names = {path.name for path in notebooks_folder().glob("*.ipynb")}
    steps = {"1_collect.ipynb", "2_triage.ipynb", "3_train.ipynb", "4_explore.ipynb", "5_inspect.ipynb", "6_serve.ipynb"}
    assert names >= {"workbench.ipynb", *steps}


def test_a_project_gets_the_notebooks_it_lacks_and_keeps_what_was_changed(tmp_path: Path) -> None:
    folder = copy_notebooks(tmp_path)
    (folder / "3_train.ipynb").write_text("mine")
    (folder / "2_triage.ipynb").unlink()
    copy_notebooks(tmp_path)
    assert (folder / "3_train.ipynb").read_text() == "mine"
    assert (folder / "2_triage.ipynb").read_bytes() == (notebooks_folder() / "2_triage.ipynb").read_bytes()


def test_jupyterlab_opens_on_the_projects_notebooks_asks_for_the_token_and_for_no_news(
    serve: Callable[..., Served], tmp_path: Path
) -> None:
    lab = serve(START, tmp_path, PORT + 20)
    assert "/lab/tree/notebooks/1_collect.ipynb" in lab.address and (tmp_path / "notebooks" / "1_collect.ipynb").exists()
    status, page = lab.ask("/lab", token=lab.token)
    config = json.loads(re.findall(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)[0])
    assert status == 200 and config["news"] == {"disabled": True}
    assert "@jupyterlab/apputils-extension:announcements" in config["disabledExtensions"]
    assert "jupyter-config-data" not in lab.ask("/lab")[1] or "password" in lab.ask("/lab")[1].lower()
    assert lab.ask("/api/contents/notebooks")[0] == 403
    assert json.loads(lab.ask("/lab/api/update", token=lab.token)[1]) == {"notification": None}
    assert "Jobs that run go on" in lab.end()


def test_a_project_that_cannot_be_written_to_is_said_in_three_beats(tmp_path: Path) -> None:
    (tmp_path / "notebooks").write_text("in the way")
    with pytest.raises(JobDidNotStart, match=r"cannot be copied .* works on a copy in the project. Change the folder's permissions"):
        open_lab(tmp_path, browser=False)
