"""The list of models, by the messages that the page sends."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from cvwidgets import Project
from cvwidgets.project.carrying import main
from cvwidgets.widgets import InspectPanel, ModelsPanel, TrainPanel
from tests.conftest import until
from tests.tried import give_best, tried_run
from tests.vision.conftest import Hub
from tests.vision.test_hub_searching import listed

Open = Callable[..., object]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project that takes the labels of a model from its config, without the seconds that loading it takes."""
    with Project(tmp_path / "project") as opened:
        opened.models._check = lambda folder, _name: [*json.loads((folder / "config.json").read_text())["id2label"].values()]
        yield opened


def ended(panel: ModelsPanel) -> dict[str, object]:
    """How what was on its way ended."""
    until(lambda: panel.look(changed=True) or (panel._carrying or {}).get("state") not in (None, "waiting", "running"), 60)
    assert panel._carrying is not None
    return panel._carrying


def test_versions_are_listed_promoted_and_gone_back_to(page: Open, project: Project, whole: Path) -> None:
    project.models.register(whole, title="Birds")
    (whole / "preprocessor_config.json").write_text("{}")
    project.models.register(whole)
    panel = ModelsPanel(project)
    opened = page(panel)
    assert opened.ask("promote", version=2)["ok"]["unlike"].startswith("Its labels are not the project's")
    assert opened.ask("promote", version=1)["ok"]["before"] == 2
    told = [(one["version"], one["title"], one["production"], one["accuracy"]) for one in panel._models]
    assert told == [(2, "", False, None), (1, "Birds", True, None)]
    assert InspectPanel(project)._model == {"version": 1, "run": None, "name": "model 1 from birds", "labels": 2}
    assert TrainPanel(project)._runs == []


def test_promoting_says_by_how_much_a_model_is_worse_and_what_goes_back_or_why_nobody_can_tell(
    page: Open, project: Project, whole: Path, draw: Callable[..., Path]
) -> None:
    for seed in range(20):
        draw(f"heap/{'red' if seed % 2 else 'blue'}/{seed}.jpg", seed=seed, color="red" if seed % 2 else "blue")
    project.images.add(whole.parent / "heap")
    for wrong in ([], [0, 1]):
        give_best(tried_run(project, wrong), len(wrong))
    runs, models = page(TrainPanel(project)), page(ModelsPanel(project))
    assert runs.ask("promote", run="0001")["ok"] == {"version": 1}
    worse = "It has 50.0 points fewer right than model 1 on the 4 test images that both share (95% sure between -83.2 and +16.6 points)."
    assert runs.ask("promote", run="0002")["ok"] == {"version": 2, "before": 1, "sentence": worse}
    better = models.ask("promote", version=1)["ok"]
    assert better["before"] == 2 and better["sentence"].startswith("It has 50.0 points more right than model 2 on the 4 test images")
    project.models.register(whole)
    assert models.ask("promote", version=3)["ok"]["sentence"].startswith(
        "It cannot be compared with model 1: model 3 was trained elsewhere"
    )


def test_what_is_not_in_sight_of_the_page_is_not_taken(page: Open, project: Project, tmp_path: Path) -> None:
    (tmp_path / "allowed").mkdir()
    opened = page(ModelsPanel(project, roots=[tmp_path / "allowed"]))
    assert opened.ask("register", source=str(tmp_path), title="")["error"]["kind"] == "SourceError"
    assert "No model is named yet" in opened.ask("register", source=" ", title="")["error"]["message"]
    assert opened.ask("promote", version=9)["error"]["kind"] == "NoModel"
    assert project.models.carrying() is None


def test_a_model_that_cannot_be_used_is_refused_by_the_job_with_the_reason(page: Open, project: Project, whole: Path) -> None:
    (whole / "model.safetensors").write_bytes(b"cut")
    panel = ModelsPanel(project, roots=[whole.parent])
    assert page(panel).ask("register", source=str(whole), title="")["ok"] == {}
    end = ended(panel)
    assert end["state"] == "failed" and "are cut short or damaged" in str(end["reason"])
    [job] = project.jobs.list()
    assert (job.kind, job.title, job.sentence) == ("model", "Register birds", "Nothing was changed")


def test_a_model_is_sent_by_a_job_and_the_token_is_written_nowhere(
    page: Open, project: Project, whole: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.models.register(whole)
    panel = ModelsPanel(project)
    opened = page(panel)
    assert "You have no token" in opened.ask("send_to_hub", version=1, name="ann/birds", private=True)["error"]["message"]
    monkeypatch.setenv("HF_TOKEN", "hf_ann")
    assert opened.ask("send_to_hub", version=1, name="ann/birds", private=True)["ok"] == {}
    end = ended(panel)
    assert (end["state"], end["result"]) == ("done", {"address": f"http://127.0.0.1:{hub.server_port}/ann/birds"})
    assert end["done"] == end["of"] == (whole / "model.safetensors").stat().st_size
    assert hub.private == {"ann/birds": True}
    assert not any(b"hf_ann" in file.read_bytes() for file in project.folder.rglob("*") if file.is_file())


def test_what_is_cancelled_on_its_way_arrives_nowhere(project: Project, whole: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_ann")
    project.models.register(whole)
    request = {"kind": "send", "what": "ann/birds", "version": 1, "private": True}
    folder = project.folder / "work" / "model-1"
    folder.mkdir(parents=True)
    (folder / "request.json").write_text(json.dumps(request))
    (folder / "stop").touch()
    main(folder)
    assert hub.sent["ann/birds"] == {} and not (folder / "model.json").exists()


def test_bases_are_found_by_words_and_size(page: Open, project: Project, hub: Hub) -> None:
    hub.listed = [listed("zoo/convnext-large", 200, 900), listed("zoo/convnext-tiny", 28, 500, "license:mit")]
    opened = page(TrainPanel(project))
    [base] = opened.ask("find_bases", words="convnext", megabytes=150)["ok"]["bases"]
    assert (base["name"], base["license"], base["available"]) == ("zoo/convnext-tiny", "mit", False)


def test_a_model_goes_out_by_a_job_and_is_downloaded_whole(page: Open, project: Project, whole: Path) -> None:
    project.models.register(whole)
    panel = ModelsPanel(project)
    opened = page(panel)
    assert "Only ONNX" in opened.ask("export", version=1, format="safetensors", quantize="int8")["error"]["message"]
    job = opened.ask("export", version=1, format="safetensors", quantize=None)["ok"]["job"]
    until(lambda: panel.look(changed=False) or (panel._outward or {}).get("state") not in (None, "waiting", "running"), 60)
    assert panel._outward is not None and panel._outward["state"] == "done"
    result = panel._outward["result"]
    assert result["rows"] == [] and result["lines"].startswith("from transformers import pipeline\n")
    data, of = b"", 1
    while len(data) < of:
        answer = opened.ask("download", job=job, begin=len(data))
        data, of = data + answer["buffers"][0], answer["ok"]["of"]
    with ZipFile(BytesIO(data)) as archive:
        assert archive.read("model-1-safetensors/model.safetensors") == (whole / "model.safetensors").read_bytes()
    [listed] = project.jobs.list()
    assert (listed.kind, listed.title) == ("model export", "Export model 1 as model-1-safetensors")
    assert "Another export came since" in opened.ask("download", job="work/outward-1", begin=0)["error"]["message"]
    shutil.rmtree(panel._outward["folder"])
    panel.look(changed=False)
    assert panel._outward["result"] is None
