"""A model stands beside the one before it by figures that are its own, and its card tells them once they are there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import NoModel
from cvwidgets.model import Model
from cvwidgets.project import Run
from tests.tried import give_best, tried_run

NOT_TRIED = "It was not tried on its test images yet."


def promoted(project: Project, number: int, **recipe: object) -> tuple[Run, Model]:
    """A run that has so many test images wrong, and its model, in production."""
    run = give_best(tried_run(project, wrong=range(number), **recipe), number)
    return run, project.models.promote(run)


def hide_figures(run: Run) -> dict[str, str]:
    """Takes the figures away, as of a run that was stopped; gives what brings them back."""
    figures = {"evaluation.json": (run.folder / "evaluation.json").read_text()}
    (run.folder / "evaluation.json").unlink()
    return figures


def test_how_a_model_stands_beside_another_is_said_with_its_interval(filled: Project) -> None:
    (_, better), (_, worse) = promoted(filled, 0), promoted(filled, 1)
    found = filled.models.beside(worse.version, better.version)
    assert (found.images, found.difference) == (2, -0.5) and found.low < -0.5 < found.high
    assert found.sentence.startswith("It has 50.0 points fewer right than model 1 on the 2 test images that both share (95% sure between -")
    assert filled.models.beside(1, 2).sentence.startswith("It has 50.0 points more right than model 2")


def test_what_cannot_be_compared_is_said_with_the_reason(filled: Project, whole: Path) -> None:
    _, model = promoted(filled, 0)
    filled.models._check = lambda _folder, _name: ["owl", "elk"]
    elsewhere = filled.models.register(whole).version
    assert filled.models.beside(elsewhere, model.version).sentence == (
        "It cannot be compared with model 1: model 2 was trained elsewhere, and nobody knows which images it learnt from."
    )
    run, stopped = promoted(filled, 1)
    hide_figures(run)
    assert filled.models.beside(stopped.version, 1).reason == "model 3 was not tried on its test images yet"
    assert filled.models.beside(promoted(filled, 2, depth=1)[1].version, 1).reason == "their runs tell labels of other depths apart"
    with pytest.raises(NoModel):
        filled.models.beside(1, 9)


def test_runs_that_share_no_test_image_are_said_to(filled: Project) -> None:
    (_, first), (_, second) = promoted(filled, 0), promoted(filled, 1)
    filled.images.trash(filled.images.select(state="kept").ids)
    assert filled.models.beside(second.version, first.version).reason == "their runs share no test images that are still kept"


def test_figures_of_a_run_that_went_on_are_not_those_of_an_earlier_model(filled: Project) -> None:
    (_, first), (run, earlier) = promoted(filled, 0), promoted(filled, 1)
    assert filled.models.figures(earlier.version) is not None
    later = filled.models.promote(give_best(run, 7))
    assert filled.models.figures(earlier.version) is None and filled.models.figures(later.version) is not None
    assert filled.models.beside(earlier.version, first.version).reason == (
        "run 0002 went on after model 2, and its figures are those of a later checkpoint"
    )
    shutil.rmtree(run.folder / "best")
    for ended, is_known in (("2999-01-01T00:00:00.000+00:00", False), ("2000-01-01T00:00:00.000+00:00", True)):
        (run.folder / "end.json").write_text(json.dumps({"state": "done", "reason": None, "started": None, "ended": ended}))
        assert (filled.models.figures(later.version) is not None) == is_known


def test_a_card_tells_the_figures_that_came_later_wherever_it_is_read_or_goes(filled: Project, whole: Path, tmp_path: Path) -> None:
    run = tried_run(filled, wrong=[0])
    shutil.copytree(whole, run.folder / "best")
    figures = hide_figures(run)
    (run.folder / "run.json").write_text(json.dumps({"snapshot": "nowhere"}))
    model = filled.models.promote(run)
    kept, weights = model.folder / "README.md", (model.folder / "model.safetensors").read_bytes()
    assert NOT_TRIED in kept.read_text() and NOT_TRIED in filled.models.card(model.version)
    for name, text in figures.items():
        (run.folder / name).write_text(text)
    assert "50.0% are right" in filled.models.card(model.version)
    filled.models.export(model.version, tmp_path / "out")
    assert "50.0% are right" in (tmp_path / "out" / "README.md").read_text() and NOT_TRIED in kept.read_text()
    filled.models.renew_cards(run.name)
    assert "50.0% are right" in kept.read_text() and (model.folder / "model.safetensors").read_bytes() == weights


def test_a_card_keeps_its_figures_when_its_run_went_on(filled: Project) -> None:
    run, model = promoted(filled, 1)
    give_best(run, 7)
    hide_figures(run)
    assert "50.0% are right" in filled.models.card(model.version)
    shutil.rmtree(model.folder)
    with pytest.raises(NoModel, match="files of model 1 are gone"):
        filled.models.card(model.version)
