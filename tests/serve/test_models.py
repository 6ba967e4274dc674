"""Which model answers: none yet, the one in production whatever happens while it is exchanged, or a version for good."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import BaseUnavailable, NoModel, ServeError
from cvwidgets.jobs import read_facts
from cvwidgets.serve import Choices, run
from tests.conftest import until
from tests.serve.conftest import Running, Serving, picture_bytes, with_models


def promote(running: Running, version: int) -> None:
    with Project(running.folder, by="bob") as project:
        project.models.promote(version)


def answered_by(running: Running, version: int) -> bool:
    return bool(running.http.get("/v1/labels").json()["model"] == version)


def test_without_a_model_in_production_one_is_told_so_until_one_is_promoted(start: Serving, tmp_path: Path, tiny: Path) -> None:
    with start(0) as running:
        assert running.predict(picture_bytes()).status_code == 503 == running.http.get("/v1/labels").status_code
        assert running.predict(picture_bytes()).json()["detail"].startswith("No model is in production yet")
        assert (running.http.get("/health").status_code, running.http.get("/health").json()) == (503, {"status": "no model"})
        assert running.http.get("/v1/model").status_code == 503 and "cvwidgets_model_version 0.0" in running.http.get("/metrics").text
        with Project(running.folder) as project:
            project.models.promote(project._store.models.register(run=None, folder=tiny, labels=("owl", "elk")).version)
        until(lambda: running.http.get("/health").status_code == 200)
        assert running.http.get("/v1/labels").json() == {"model": 1, "labels": ["owl", "elk"]}


def test_a_model_is_exchanged_while_many_ask_and_nobody_is_turned_away(start: Serving) -> None:
    with start(2) as running:
        said: list[tuple[int, int, str]] = []
        enough = threading.Event()

        def ask() -> None:
            while not enough.is_set():
                answer = running.predict(picture_bytes(), top=1)
                body = answer.json()
                said.append((answer.status_code, body["model"], body["results"][0]["predictions"][0]["label"]))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for version in (2, 1, 2):
            promote(running, version)
            until(lambda version=version: answered_by(running, version))
        enough.set()
        for thread in threads:
            thread.join()
        assert {status for status, _, _ in said} == {200} and {model for _, model, _ in said} == {1, 2}
        assert all(label.endswith(str(model)) for _, model, label in said)
        assert [line for line in running.said if "answers now" in line][-1].startswith("Model 2")


def test_a_damaged_model_leaves_the_one_before_answering_and_is_told_once(start: Serving) -> None:
    with start(3) as running:
        (running.folder / "models/m2/model.safetensors").write_bytes(b"cut off")
        (running.folder / "models/m3/preprocessor_config.json").write_text("{")
        for version in (2, 3):
            promote(running, version)
            until(lambda version=version: any(f"Model {version}" in line for line in running.said))
            assert answered_by(running, 1) and running.predict(picture_bytes()).status_code == 200
        told = [line for line in running.said if "cannot answer; model 1" in line]
        assert len(told) == 2


def test_what_cannot_be_told_to_a_page_for_a_moment_is_told_later_and_keeps_no_model_away(start: Serving, tmp_path: Path) -> None:
    told = tmp_path / "job/address.json"
    with start(3) as running:
        told.unlink()
        told.mkdir()  # no file can be written there
        promote(running, 2)
        until(lambda: any("directory" in line for line in running.said))
        told.rmdir()
        until(lambda: (read_facts(told) or {}).get("model") == 2)
        promote(running, 3)
        until(lambda: answered_by(running, 3))


def test_a_version_that_is_pinned_answers_for_good(start: Serving) -> None:
    with start(2, model=2) as running:
        assert answered_by(running, 2)
        promote(running, 1)
        running.http.get("/health")
        assert answered_by(running, 2)


def test_a_server_whose_model_cannot_be_loaded_does_not_begin(tmp_path: Path, tiny: Path) -> None:
    project = with_models(tmp_path / "project", tiny)
    with pytest.raises(NoModel, match="no model of version 7"):
        run(Choices(project, model=7, port=18_300))
    (project / "models/m1/model.safetensors").write_bytes(b"cut off")
    with pytest.raises(BaseUnavailable, match="cannot be loaded as an image classifier"):
        run(Choices(project, port=18_300))
    with pytest.raises(ServeError, match="There is no project"):
        run(Choices(tmp_path / "none"))
    assert not (tmp_path / "none").exists()
