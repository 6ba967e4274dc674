"""Models that were trained elsewhere come in, answer, and go out to the hub."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from cvwidgets import Project
from cvwidgets.errors import BaseUnavailable, ModelRefused, NoModel, NotSent, ReadOnlyProject
from cvwidgets.model import Model, name_of
from tests.conftest import look_through
from tests.vision.conftest import Hub


@pytest.fixture
def unchecked(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that takes the labels from the config, without the seconds that loading a model in the worker takes."""

    def labels(folder: Path, _name: str) -> list[str]:
        return [*json.loads((folder / "config.json").read_text())["id2label"].values()]

    monkeypatch.setattr(project.models, "_check", labels)
    return project


def test_a_folder_is_copied_in_and_listed_and_promoted_and_the_one_before_comes_back(unchecked: Project, whole: Path) -> None:
    first = unchecked.models.register(whole, title="Birds of May")
    assert (first.version, first.run, first.source, first.title, first.labels) == (1, None, str(whole), "Birds of May", ("owl", "elk"))
    (whole / "preprocessor_config.json").write_text('{"size": {"shortest_edge": 64}}')
    second = unchecked.models.register(str(whole))
    shutil.rmtree(whole)
    assert [model.version for model in unchecked.models.list()] == [1, 2] and unchecked.models.production() is None
    assert unchecked.models.promote(second.version).production and name_of(second) == "model 2 from birds"
    assert unchecked.models.promote(1) == unchecked.models.production()
    assert first.folder.parent == unchecked.folder / "models" and (first.folder / "model.safetensors").is_file()
    assert "Birds of May" in (first.folder / "README.md").read_text()


def test_the_same_files_once_more_keep_their_version_and_take_the_title_of_now(unchecked: Project, whole: Path) -> None:
    unchecked.models.register(whole)
    again = unchecked.models.register(whole, title="Owls")
    assert (again.version, again.title) == (1, "Owls") and len(unchecked.models.list()) == 1


def test_two_who_register_the_same_at_once_get_one_version(unchecked: Project, whole: Path) -> None:
    together = Barrier(2)
    with ThreadPoolExecutor(2) as hands:
        begun = [hands.submit(unchecked.models.register, whole, between=together.wait) for _ in range(2)]
        assert [one.result().version for one in begun] == [1, 1]
    assert len(list((unchecked.folder / "models").iterdir())) == 1


def test_what_a_killed_process_left_half_copied_goes_when_nobody_can_need_it(unchecked: Project, whole: Path) -> None:
    models = unchecked.folder / "models"
    for name, age in (("old", 8), ("new", 1)):
        (models / f".draft-{name}").mkdir(parents=True)
        os.utime(models / f".draft-{name}", (time.time() - age * 86400,) * 2)
    home = unchecked.models.register(whole).folder
    assert sorted(path.name for path in models.iterdir()) == [".draft-new", home.name]


def test_a_name_of_the_hub_is_fetched_and_told(unchecked: Project, whole: Path, hub: Hub) -> None:
    hub.models["zoo/birds"] = whole
    model = unchecked.models.register("zoo/birds")
    assert (model.source, name_of(model)) == ("zoo/birds", "model 1 from zoo/birds")
    assert "base_model: zoo/birds" in (model.folder / "README.md").read_text()
    with pytest.raises(BaseUnavailable, match="no model 'zoo/dodo'"):
        unchecked.models.register("zoo/dodo")


def test_weights_of_what_is_no_classifier_are_not_even_fetched(unchecked: Project, whole: Path, hub: Hub) -> None:
    (whole / "config.json").write_text('{"architectures": ["BertForMaskedLM"]}')
    hub.models["zoo/bert"] = whole
    with pytest.raises(ModelRefused, match="'zoo/bert' is no image classifier"):
        unchecked.models.register("zoo/bert")
    assert not any("safetensors" in path for _, path, _ in hub.asked)


def test_what_is_refused_leaves_nothing_behind(unchecked: Project, whole: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="There is no folder"):
        unchecked.models.register(tmp_path / "nowhere")
    (whole / "model.safetensors").rename(tmp_path / "elsewhere.safetensors")
    (whole / "model.safetensors").symlink_to(tmp_path / "elsewhere.safetensors")
    with pytest.raises(ModelRefused, match="is a link to elsewhere"):
        unchecked.models.register(whole)
    assert unchecked.models.list() == [] and not list((unchecked.folder / "models").glob("*"))


def test_how_its_labels_differ_from_those_of_the_project_is_said(unchecked: Project, heap: Path, whole: Path) -> None:
    unchecked.images.add(heap)
    model = unchecked.models.register(whole)
    assert unchecked.models.unlike(model) == (
        "Its labels are not the project's: it does not know blue, red and it tells owl, elk, which are not kept here."
    )
    for label in model.labels:
        unchecked.labels.add(label)
    unchecked.images.select("red").assign("elk")
    unchecked.images.select("blue").assign("owl")
    assert unchecked.models.unlike(model) is None


def test_a_project_that_can_only_be_looked_at_takes_none(unchecked: Project, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(unchecked._store), "read_only", property(lambda _store: True))
    with pytest.raises(ReadOnlyProject, match="registering copies a model into it"):
        unchecked.models.register(whole)


def test_a_registered_model_whose_folder_is_gone_is_listed_still(unchecked: Project, whole: Path) -> None:
    shutil.rmtree(unchecked.models.register(whole).folder)
    assert [name_of(model) for model in unchecked.models.list()] == ["model 1 from elsewhere"]


def test_a_model_goes_to_the_hub_with_its_card(unchecked: Project, whole: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    unchecked.models.register(whole, title="Birds")
    with pytest.raises(NotSent, match="You have no token"):
        unchecked.models.push_to_hub(1, "ann/birds")
    monkeypatch.setenv("HF_TOKEN", "hf_ann")
    assert unchecked.models.push_to_hub(1, "ann/birds").endswith("/ann/birds")
    assert sorted(hub.sent["ann/birds"]) == ["README.md", "config.json", "model.safetensors", "preprocessor_config.json"]
    assert hub.private["ann/birds"]
    with pytest.raises(NoModel, match="no model of version 7"):
        unchecked.models.push_to_hub(7, "ann/birds")


def test_a_model_of_a_run_that_is_gone_goes_with_the_card_that_it_has(
    explored_project: Project, trained: Model, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_ann")
    explored_project.models.push_to_hub(trained.version, "birds", private=False)
    assert b"Run 0001" in hub.sent["ann/birds"]["README.md"] and hub.private == {"ann/birds": False}


def test_explore_asks_a_registered_model_about_new_images_alone(explored_project: Project, trained: Model) -> None:
    store = explored_project._store
    store.models.promote(store.models.register(run=None, folder=trained.folder, labels=trained.labels).version)
    look_through(explored_project)
    assert explored_project.explore.models("mistakes") == ("starter",)
    assert explored_project.explore.models("uncertain") == ("model 2 from elsewhere",)


@pytest.mark.slow
def test_a_registered_model_is_loaded_once_and_answers(project: Project, whole: Path, draw: Callable[..., Path]) -> None:
    project.models.promote(project.models.register(whole).version)
    assert (
        {one.label for one in project.predict(draw("owl.jpg"))}
        == {"owl", "elk"}
        == {one.label for one in project.predict(draw("owl.jpg"), model=1)}
    )
    with pytest.raises(NoModel, match="no model of version 7"):
        project.predict(draw("owl.jpg"), model=7)
    config = json.loads((whole / "config.json").read_text())
    (whole / "config.json").write_text(json.dumps({**config, "hidden_sizes": [4, 8, 16, 16]}))
    with pytest.raises(BaseUnavailable, match="'birds' cannot be loaded as an image classifier"):
        project.models.register(whole)
    assert len(project.models.list()) == 1
