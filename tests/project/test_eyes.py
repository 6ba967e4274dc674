"""By whose eyes images are seen: the starter's, those of the model in production, and an index where there are very many."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from cvwidgets import Project
from cvwidgets.errors import ExploreError, NoModel
from cvwidgets.explore import neighbors, open_index
from cvwidgets.model import Model
from tests.conftest import look_through

Draw = Callable[..., Path]


@pytest.fixture
def project(explored_project: Project) -> Project:
    return explored_project


def test_without_a_model_all_is_said_by_the_starter(project: Project) -> None:
    image = int(project.images.select("red").ids[0])
    assert project.neighbors(image, 3).words.endswith("· by starter")
    assert project.mistakes().words == "suspected mistakes · by starter"
    assert project.explore.models("uncertain") == ("starter",) and project.explore.models("nothing") == ()
    with pytest.raises(NoModel, match="There is no model 'production'"):
        project.neighbors(image, 3, model="production")


def test_the_model_in_production_is_asked_too_and_named(project: Project, trained: Model) -> None:
    image = int(project.images.select("red").ids[0])
    with pytest.raises(ExploreError, match="not looked at yet by model 1 of run 0001"):
        project.neighbors(image, 3, model="production")
    before = project.mistakes(), project.neighbors(image, 100)
    look_through(project)
    assert project.explore.models("mistakes") == ("starter", "model 1 of run 0001")
    assert project.mistakes().words == "suspected mistakes · by starter and model 1 of run 0001"
    assert set(before[0].ids[:2]) <= set(project.mistakes().ids)
    seen = project.neighbors(image, 100, model=trained.version)
    assert seen.words.endswith("by model 1 of run 0001") and set(seen.ids) == set(before[1].ids)
    assert seen.ids.tolist() != before[1].ids.tolist() == project.neighbors(image, 100).ids.tolist()


def test_new_images_are_guessed_by_the_model_in_production_or_as_asked(project: Project, trained: Model) -> None:
    assert project.explore.uncertain().words.endswith("by starter")
    with pytest.raises(ExploreError, match="did not look at the images yet"):
        project.explore.uncertain(model="production")
    assert project.explore.due() and project.explore.unseen() == 0
    look_through(project)
    assert not project.explore.due()
    assert project.explore.uncertain().words.endswith("by model 1 of run 0001")
    assert project.explore.uncertain(model="starter").words.endswith("by starter")


def label_probabilities(project: Project) -> dict[int, float]:
    views = project.mistakes(), project.explore.mistakes(likely=False)
    return {
        image: share for view in views for image, share in zip(view.ids.tolist(), view.values["label probability"].tolist(), strict=True)
    }


def test_what_a_model_learnt_from_is_questioned_by_the_starter_alone(project: Project, trained: Model) -> None:
    before = label_probabilities(project)
    look_through(project)
    both = {image: (before[image], share) for image, share in label_probabilities(project).items() if image in before}
    parts = project.images.parts([*both])
    same = {image: one == pytest.approx(other, abs=1e-6) for image, (one, other) in both.items()}
    assert same and same == {image: parts[image] == "train" for image in both}
    of_both = {image: project.explore.guess(image).models == ("starter", "model 1 of run 0001") for image in both}
    assert of_both == {image: not alone for image, alone in same.items()}


def test_of_a_copy_of_what_a_model_learnt_from_the_starters_word_alone_counts_too(project: Project, trained: Model, tmp_path: Path) -> None:
    ids = project.images.select("red", text="1.jpg").ids
    taught = next(image for image, part in project.images.parts(ids).items() if part == "train")
    copy = tmp_path / "again/blue/copy.jpg"
    copy.parent.mkdir(parents=True)
    PIL.Image.open(project.images.get([taught])[0].path).save(copy, quality=60)
    project.images.add(copy.parent.parent)
    added = int(project.images.select().ids[-1])
    trained.folder.rename(tmp_path / "away")
    look_through(project)
    before = project.explore.guess(added).predictions
    (tmp_path / "away").rename(trained.folder)
    look_through(project)
    assert project.explore.models("mistakes") == ("starter", "model 1 of run 0001")
    assert [one.probability for one in project.explore.guess(added).predictions] == pytest.approx([one.probability for one in before])


def test_a_model_of_which_nobody_knows_any_more_what_taught_it_judges_new_images_alone(project: Project, trained: Model) -> None:
    shutil.rmtree(project.folder / "snapshots")
    look_through(project)
    assert project.explore.models("mistakes") == ("starter",)
    assert project.explore.models("uncertain") == ("model 1 of run 0001",)
    assert project.explore.guess(int(project.images.select("red").ids[0])).models == ("starter",)


def test_a_model_whose_folder_is_gone_is_passed_over(project: Project, trained: Model) -> None:
    shutil.rmtree(trained.folder)
    look_through(project)
    assert project.explore.models("mistakes") == ("starter",)


def test_very_many_images_are_found_by_an_index_that_looking_leaves(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    image = int(project.images.select("red").ids[0])
    asked = [image], project.images.select("blue").ids[:3]
    exact = [project.neighbors(x, 12) for x in asked]  # type: ignore[arg-type]
    monkeypatch.setattr(neighbors, "INDEX_FROM", 20)
    look_through(project)
    (file,) = (project.folder / "cache" / "explore").glob("index-*.faiss")
    assert open_index(file).rows == len(project.images.select())
    for x, before in zip(asked, exact, strict=True):
        now = project.neighbors(x, 12)  # type: ignore[arg-type]
        assert now.ids.tolist() == before.ids.tolist()
        np.testing.assert_allclose(now.values["distance"], before.values["distance"], atol=2e-6)
    assert {one.label for one in project.images.get(project.neighbors(image, 5, label="blue").ids)} == {"blue"}


def test_what_came_after_the_index_is_found_and_a_damaged_one_is_built_again(
    project: Project, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbors, "INDEX_FROM", 20)
    look_through(project)
    (file,) = (project.folder / "cache" / "explore").glob("index-*.faiss")
    built = file.stat().st_mtime_ns
    project.images.add(draw("late.jpg", seed=22, size=(160, 120), color="red", quality=60))
    late = int(project.images.select().ids[-1])
    look_through(project)
    like = int(project.images.select("red", text="22.jpg").ids[0])
    before = project.neighbors(like, 5).ids.tolist()
    assert file.stat().st_mtime_ns == built and late in before
    file.unlink()  # who has it mapped keeps it
    file.write_bytes(b"no index")
    assert project.neighbors(like, 5).ids.tolist() == before
    look_through(project)
    assert open_index(file).rows == len(project.images.select())
