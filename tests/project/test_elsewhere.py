from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.errors import RunError
from cvwidgets.learn import train

QUICK = Recipe(epochs=1, image_size=32, precision="float32")


def packed(project: Project, folder: Path) -> Path:
    """What is kept, packed and moved away from where it was packed."""
    project.runs.pack(folder / "packed", QUICK)
    return (folder / "packed").rename(folder / "moved")


def test_what_is_packed_trains_elsewhere_and_comes_back_as_a_run_with_its_figures(filled: Project, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    filled.runs.pack(tmp_path / "out", QUICK, tick=lambda done, of: told.append((done, of)))
    assert told[-1] == (10, 10)
    away = (tmp_path / "out").rename(tmp_path / "elsewhere")
    for file in (tmp_path / "heap").glob("*/*"):
        file.unlink()  # on another machine the originals are not there
    subprocess.run([sys.executable, "-m", "cvwidgets.learn", str(away)], check=True, capture_output=True)
    run = filled.runs.add(away)
    assert (run.name, run.status().state, run.recipe) == ("0001", "done", QUICK)
    assert run.evaluation() is not None and len(filled.runs.scores(run).ids) == 2
    model = filled.models.promote(run)
    assert (model.folder / "model.safetensors").is_file()


def test_a_run_whose_data_were_changed_elsewhere_is_not_taken_in(filled: Project, tmp_path: Path) -> None:
    import datasets

    away = packed(filled, tmp_path)
    list(train(away / "snapshot", QUICK, away))
    parts = datasets.DatasetDict.load_from_disk(str(away / "snapshot"))
    parts["test"] = parts["test"].select([0])
    parts.save_to_disk(str(tmp_path / "other"))
    (away / "snapshot").rename(tmp_path / "aside")
    (tmp_path / "other").rename(away / "snapshot")
    with pytest.raises(RunError, match="learnt from other images or labels"):
        filled.runs.add(away)
    assert filled.runs.list() == []


def test_a_folder_of_another_project_without_a_model_or_with_links_is_refused(filled: Project, tmp_path: Path) -> None:
    away = packed(filled, tmp_path)
    with pytest.raises(RunError, match="has no best model yet"):
        filled.runs.add(away)
    with Project(tmp_path / "another") as other, pytest.raises(RunError, match="does not have"):
        other.runs.add(away)
    (away / "best").mkdir()
    (away / "best" / "model.safetensors").write_bytes(b"weights")
    (away / "best" / "config.json").symlink_to("/etc/hostname")
    with pytest.raises(RunError, match="is a link"):
        filled.runs.add(away)
    (away / "origin.json").write_text(json.dumps({"snapshot": "../../etc"}))
    with pytest.raises(RunError, match="does not have"):
        filled.runs.add(away)
    with pytest.raises(RunError, match="is no run folder"):
        filled.runs.add(tmp_path / "nowhere")


def test_nothing_is_packed_over_what_is_there_and_a_missing_picture_is_said(filled: Project, tmp_path: Path) -> None:
    away = packed(filled, tmp_path)
    with pytest.raises(RunError, match="is not empty"):
        filled.runs.pack(away)
    snapshot = next((filled.folder / "snapshots").iterdir())
    next((tmp_path / "heap" / "red").iterdir()).unlink()
    from cvwidgets.store.packing import pack_snapshot

    with pytest.raises(OSError, match="No such file"):
        list(pack_snapshot(snapshot, tmp_path / "again"))


@pytest.mark.parametrize(
    ("name", "damage"), [("epochs.jsonl", '{"number": "x"}\n'), ("evaluation.json", '{"labels": [7]}'), ("environment.json", "{}")]
)
def test_what_is_no_run_is_refused_before_anything_is_taken_in(filled: Project, tmp_path: Path, name: str, damage: str) -> None:
    away = packed(filled, tmp_path)
    list(train(away / "snapshot", QUICK, away))
    (away / name).write_text(damage)
    with pytest.raises(RunError, match="is damaged"):
        filled.runs.add(away)
    assert filled.runs.list() == [] and filled.runs.list(deleted=True) == []


def test_a_run_that_was_stopped_elsewhere_goes_on_here_from_where_it_was(filled: Project, tmp_path: Path) -> None:
    recipe = Recipe(epochs=3, image_size=32, precision="float32", threads=1)
    away = filled.runs.pack(tmp_path / "out", recipe)
    next(train(away / "snapshot", recipe, away))
    run = filled.runs.add(away)
    assert (run.status().state, len(run.epochs())) == ("stopped", 1)
    run.resume()
    assert [epoch.number for epoch in run.follow()] == [1, 2, 3]
