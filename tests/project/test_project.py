"""The project as scripts see it: opening, deciding, undoing, and the surface that may be relied on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import DecisionError, NoModel, NothingToUndo, RecipeError, TooFewImages, UnknownRun

SCRIPT = """
from cvwidgets import Project
project = Project("animals")
report = project.images.add("downloads/")
for epoch in project.train(base="starter", epochs=2): print(epoch.number, epoch.valid_accuracy)
run = project.runs.latest(); project.models.promote(run)
print([(p.label, p.probability) for p in project.predict("x.jpg")])
print(len(project.images.to_pandas()))
"""


def test_opening_makes_a_project_and_opening_again_finds_it(tmp_path: Path, heap: Path) -> None:
    with Project(tmp_path / "animals") as made:
        made.images.add(heap)
    with Project(tmp_path / "animals") as found:
        assert found.status().images == 11


def test_decisions_are_undone_and_redone_as_a_whole(project: Project, heap: Path) -> None:
    project.images.add(heap)
    act = project.images.select(label="red").trash()
    assert (act.images, act.by) == (5, "ann")
    project.journal.undo()
    assert len(project.images.select(label="red", state="kept")) == 5
    project.journal.redo()
    assert len(project.images.select(label="red", state="trashed")) == 5


def test_a_view_of_a_parent_label_decides_for_its_sub_labels_too(project: Project, heap: Path) -> None:
    for color in ("red", "blue"):
        project.images.add(heap / color, label=f"colors/{color}", state="kept")
    view = project.images.select(label="colors")
    view.trash()
    assert [len(project.images.select(label=f"colors/{color}", state="trashed")) for color in ("red", "blue")] == [5, 5]
    view.renew()
    assert len(project.images.select(label="colors", state="new")) == 10
    view.keep()
    assert len(project.images.select(label="colors/red", state="kept")) == 5


def test_an_image_trashed_for_one_label_and_kept_for_another_counts_once(project: Project, heap: Path) -> None:
    project.images.add(heap)
    red = project.images.select(label="red")
    red.trash()
    red.assign("blue")
    status = project.status()
    assert (status.images, status.new, status.kept, status.trashed) == (11, 1, 10, 0)


def test_undo_reaches_acts_of_earlier_visits(tmp_path: Path, heap: Path) -> None:
    with Project(tmp_path / "animals") as first:
        first.images.add(heap)
        first.images.select(label="red").assign("blue")
    with Project(tmp_path / "animals") as second:
        second.journal.undo()
        assert len(second.images.select(label="red", state="kept")) == 5


def test_an_import_is_not_undone_by_undo(project: Project, heap: Path) -> None:
    project.images.add(heap)
    with pytest.raises(NothingToUndo):
        project.journal.undo()


def test_keeping_needs_a_label(project: Project, heap: Path) -> None:
    project.images.add(heap / "someone.jpg")
    with pytest.raises(DecisionError, match="label"):
        project.images.select().keep()


def test_another_process_sees_a_change_by_the_version(tmp_path: Path, heap: Path) -> None:
    with Project(tmp_path / "p") as here, Project(tmp_path / "p") as there:
        before = here.journal.version()
        there.images.add(heap)
        assert here.journal.version() != before


def test_asking_without_a_model_or_a_run_is_one_sentence(project: Project, heap: Path) -> None:
    with pytest.raises(NoModel, match="Train"):
        project.predict(heap / "someone.jpg")
    with pytest.raises(UnknownRun):
        project.runs.latest()


def test_training_names_the_labels_that_have_too_few_images(project: Project, heap: Path) -> None:
    for path in list((heap / "blue").iterdir())[2:]:
        path.unlink()
    project.images.add(heap)
    with pytest.raises(TooFewImages, match="blue"):
        project.train()


def test_an_unknown_recipe_field_is_named(project: Project) -> None:
    with pytest.raises(RecipeError, match="epoch_count"):
        project.train(epoch_count=3)


@pytest.mark.slow
def test_the_surface_for_scripts_runs_as_printed_without_a_main_guard(tmp_path: Path, heap: Path) -> None:
    heap.rename(tmp_path / "downloads")
    (tmp_path / "downloads" / "someone.jpg").rename(tmp_path / "x.jpg")
    environment = {**os.environ, "CVWIDGETS_WORKER_IDLE": "5"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second, predictions, count = done.stdout.splitlines()
    assert (first.split()[0], second.split()[0], count) == ("1", "2", "10")
    assert sum(probability for _, probability in eval(predictions)) == pytest.approx(1, abs=1e-3)
