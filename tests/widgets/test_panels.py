"""Collecting, training and asking by the messages that the page sends, and the workbench around them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.errors import ProjectError
from cvwidgets.project import Run
from cvwidgets.records import Epoch
from cvwidgets.widgets import CollectPanel, EpochTable, InspectPanel, TrainPanel, Workbench
from cvwidgets.widgets.uploads import Uploads, suffix_of

Draw = Callable[..., Path]
Open = Callable[..., object]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / "project") as opened:
        yield opened


def epoch(number: int, accuracy: float, *, best: bool) -> Epoch:
    return Epoch(number, 1.0, 1.0, accuracy, accuracy, 1e-3, 20.0, 3.0, best)


# ---- collect


def test_a_chosen_folder_is_taken_in_by_a_job(page: Open, project: Project, draw: Draw, tmp_path: Path) -> None:
    draw("source/bison/1.jpg", seed=1)
    (tmp_path / "source" / "bison" / "2.jpg").write_text("no picture")
    panel = CollectPanel(project, roots=[tmp_path])
    panel._chosen = str(tmp_path / "source")
    assert page(panel).ask("add", label=None, state=None, copy=False)["ok"]
    list(project.images.adding().reports())
    panel.look(changed=True)
    assert panel._import["added"] == 1 and panel._import["finished"] and panel._labels == ["bison"]
    assert panel._import["refused_count"] == 1 and panel._import["refused"][0]["path"].endswith("2.jpg")


def test_nothing_outside_the_roots_is_taken_in(page: Open, project: Project, draw: Draw, tmp_path: Path) -> None:
    draw("secret/1.jpg")
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "way").symlink_to(tmp_path / "secret")
    panel = CollectPanel(project, roots=[tmp_path / "open"])
    for outside in (tmp_path / "secret", tmp_path / "open" / ".." / "secret", tmp_path / "open" / "way"):
        panel._chosen = str(outside)
        assert "outside the folders allowed" in page(panel).ask("add", label=None, state=None, copy=False)["error"]["message"]


def test_the_page_cannot_choose_a_path_by_itself(page: Open, project: Project) -> None:
    panel = CollectPanel(project)
    assert page(panel).ask("add", label=None, state=None, copy=False, source="/etc")["error"]["kind"] == "BadQuestion"
    assert "Nothing is chosen" in page(panel).ask("add", label=None, state=None, copy=False)["error"]["message"]


def test_roots_come_from_the_environment(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVWIDGETS_ROOTS", f"{tmp_path}")
    assert CollectPanel(project)._roots == [str(tmp_path)]


def test_a_dropped_file_comes_in_parts_and_is_new(page: Open, project: Project, draw: Draw) -> None:
    data = draw("1.jpg").read_bytes()
    opened = page(CollectPanel(project))
    assert opened.ask("upload", (data[:100],), upload="a", name="<b>.jpg", part=0, of=2)["ok"] == {}
    assert opened.ask("upload", (data[100:],), upload="a", name="<b>.jpg", part=1, of=2)["ok"] == {}
    assert opened.ask("receive")["ok"] == {"added": 1, "known": 0, "refused": []}
    assert project.status().new == 1


def test_a_dropped_file_that_is_no_picture_is_refused_with_its_reason(page: Open, project: Project) -> None:
    opened = page(CollectPanel(project))
    opened.ask("upload", (b"text",), upload="a", name="x.jpg", part=0, of=1)
    (refused,) = opened.ask("receive")["ok"]["refused"]
    assert refused["path"] == "x.jpg" and refused["reason"]


def test_a_dropped_archive_is_sent_to_the_chooser(page: Open, project: Project) -> None:
    answer = page(CollectPanel(project)).ask("upload", (b"PK",), upload="a", name="x.zip", part=0, of=1)
    assert "Choose it with the chooser" in answer["error"]["message"]


@pytest.mark.parametrize(("part", "of"), [(1, 2), (-1, 1), (0, 0), (5, 2)])
def test_parts_out_of_order_are_refused(page: Open, project: Project, part: int, of: int) -> None:
    answer = page(CollectPanel(project)).ask("upload", (b"x",), upload="a", name="x.jpg", part=part, of=of)
    assert "out of order" in answer["error"]["message"]


@pytest.mark.parametrize("upload", ["../../x", "", "/etc/passwd", "a b"])
def test_the_name_of_an_upload_leads_nowhere(upload: str) -> None:
    with pytest.raises(Exception, match="out of order"):
        Uploads().take(upload, "x.jpg", 0, 1, b"")


def test_only_a_plain_suffix_of_a_name_is_used() -> None:
    assert [suffix_of(name) for name in ("A.JPG", "x.tar.gz", "..\\..\\x.png", "x", "x.j/../p", "x.jp g", "x." + "a" * 99)] == [
        ".jpg",
        ".gz",
        ".png",
        "",
        "",
        "",
        "",
    ]


# ---- train


def test_the_epochs_of_a_run_are_read_from_its_folder(tmp_path: Path) -> None:
    lines = [json.dumps(asdict(one)) for one in (epoch(1, 0.5, best=True), epoch(2, 0.4, best=False))]
    (tmp_path / "epochs.jsonl").write_text("\n".join(lines) + "\n")
    table = EpochTable(Run("0001", tmp_path, Recipe(epochs=3)))
    assert [row["number"] for row in table._rows] == [1, 2] and table._words["of"] == 3


def test_epochs_from_anywhere_make_a_table() -> None:
    assert EpochTable([epoch(1, 0.5, best=True)])._rows[0]["valid_accuracy"] == 0.5
    assert EpochTable()._words["empty"].startswith("No epochs yet")


def test_too_few_images_are_said_where_training_was_started(page: Open, project: Project, draw: Draw, tmp_path: Path) -> None:
    draw("source/owl/1.jpg")
    project.images.add(tmp_path / "source")
    panel = TrainPanel(project)
    answer = page(panel).ask("start", recipe={"epochs": 1})
    assert answer["error"]["kind"] == "TooFewImages" and panel._runs == []


@pytest.mark.parametrize("recipe", [{"epochs": 0}, {"epochs": "many"}, {"bogus": 1}, {"split": [1, 1, 1]}, {"base": ""}])
def test_a_recipe_that_cannot_be_is_refused_with_a_sentence(page: Open, project: Project, recipe: dict) -> None:
    assert page(TrainPanel(project)).ask("start", recipe=recipe)["error"]["kind"] == "RecipeError"


@pytest.mark.parametrize("name", ["stop", "resume", "promote", "show_run"])
def test_a_run_that_is_not_there_is_an_answer(page: Open, project: Project, name: str) -> None:
    assert page(TrainPanel(project)).ask(name, run="../../etc")["error"]["kind"] == "UnknownRun"


def test_the_form_offers_the_starter(page: Open, project: Project) -> None:
    assert "starter" in {base["name"] for base in page(TrainPanel(project)).ask("bases")["ok"]["bases"]}


# ---- inspect, workbench


def test_asking_without_a_model_says_what_to_do(page: Open, project: Project, draw: Draw) -> None:
    panel = InspectPanel(project)
    answer = page(panel).ask("upload", (draw("1.jpg").read_bytes(),), upload="a", name="1.jpg", part=0, of=1)
    assert panel._model is None and answer["error"]["kind"] == "NoModel"


def test_the_workbench_takes_its_project_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVWIDGETS_PROJECT", str(tmp_path / "animals"))
    workbench = Workbench()
    assert workbench._facts["name"] == "animals" and workbench.step == "collect"
    workbench.project.close()


def test_without_a_project_the_workbench_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CVWIDGETS_PROJECT", raising=False)
    with pytest.raises(ProjectError, match="Write Workbench"):
        Workbench()


def test_the_header_counts_and_undoes(page: Open, project: Project, draw: Draw, tmp_path: Path) -> None:
    draw("source/owl/1.jpg")
    project.images.add(tmp_path / "source")
    project.images.select("owl").trash()
    workbench = Workbench(project)
    assert workbench._facts["trashed"] == 1 and workbench._facts["last"]["undo"] == "1 image trashed"
    page(workbench).ask("undo")
    workbench.look(changed=True)
    assert workbench._facts["kept"] == 1
