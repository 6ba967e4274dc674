"""Serving by the messages that the page sends; the server itself has tests of its own."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cvwidgets import Project
from cvwidgets.model import Model
from cvwidgets.records import Prediction
from cvwidgets.widgets import ServePanel
from tests.conftest import until
from tests.project.conftest import trained  # noqa: F401

Open = Callable[..., Any]


@pytest.fixture
def project(explored_project: Project) -> Project:
    return explored_project


def serve(project: Project, *pictures: Path) -> None:
    log = project.served.open_log(images=True)
    for path in pictures:
        data = path.read_bytes()
        said = [Prediction("red", 0.7), Prediction("blue", 0.3)]
        log.put(sha256=hashlib.sha256(data).hexdigest(), predictions=said, model=1, seconds=0.01, picture=data)
    log.close()


@pytest.fixture
def on(project: Project, trained: Model) -> Iterator[ServePanel]:  # noqa: F811
    """A panel whose server answers."""
    pytest.importorskip("cvwidgets.serve")
    panel = ServePanel(project)
    try:
        yield panel
    finally:
        project.serving.stop()
        until(lambda: (found := project.serving.status()) is None or found.status.state not in ("waiting", "running"), seconds=60)


def test_without_a_model_nothing_is_started_and_it_is_said_why(page: Open, project: Project) -> None:
    answer = page(ServePanel(project)).ask("start")
    assert answer["error"]["kind"] == "NoModel"
    assert project.serving.status() is None


def test_what_is_no_choice_is_refused(page: Open, project: Project, trained: Model, tmp_path: Path) -> None:  # noqa: F811
    opened = page(ServePanel(project, roots=[tmp_path]))
    for choices in ({"token": "mine"}, {"host": "0.0.0.0"}, {"port": "8000"}, {"classic": True, "roots": ["/etc"]}, {"model": 7}):
        assert "error" in opened.ask("start", **choices)
    assert "error" in opened.ask("token")
    assert project.serving.status() is None


def test_what_was_asked_is_shown_to_a_page_with_its_pictures(page: Open, project: Project, draw: Callable[..., Path]) -> None:
    panel = ServePanel(project)
    assert panel._served == {}
    picture = draw("1.jpg")
    serve(project, picture)
    opened = page(panel)
    opened.ask("arrive", serial=0)
    until(lambda: panel.look(changed=False) or panel._served)
    assert (panel._served["requests"], panel._served["pictures"], panel._served["latest"][0]["label"]) == (1, 1, "red")
    sha = panel._served["latest"][0]["sha256"]
    small, none = opened.ask("pictures", shas=[sha, "0" * 64])["buffers"]
    assert bytes(small[:2]) == b"\xff\xd8" and not len(none)


def test_uncertain_pictures_come_in_and_go_again(page: Open, project: Project, draw: Callable[..., Path]) -> None:
    serve(project, draw("1.jpg", seed=800), draw("2.jpg", seed=801))
    opened = page(ServePanel(project))
    ids = opened.ask("take_in", most=50)["ok"]["ids"]
    assert [image.state for image in project.images.get(ids)] == ["new", "new"]
    opened.ask("take_out", ids=ids)
    assert [image.state for image in project.images.get(ids)] == ["trashed", "trashed"]
    project.journal.undo()
    assert [image.state for image in project.images.get(ids)] == ["new", "new"]


@pytest.mark.slow
def test_a_server_starts_says_its_token_when_asked_alone_and_stops(page: Open, on: ServePanel, project: Project) -> None:
    opened = page(on)
    assert "error" not in opened.ask("start", port=18_000, log=True)
    server = project.serving.wait()
    on.look(changed=False)
    token = opened.ask("token")["ok"]["token"]
    assert on._server["address"] == server.address and on._server["model"] == 1
    assert token == server.token
    assert token not in json.dumps(on.get_state(), default=str)
    assert token not in repr(server)
    assert "runs already" in opened.ask("start")["error"]["message"]
    opened.ask("stop")
    until(lambda: on.look(changed=False) or on._server["state"] == "stopped", seconds=60)
    assert on._server["address"] is None


@pytest.mark.slow
def test_the_snippets_work_as_they_are_printed_and_give_the_same_label(
    page: Open, on: ServePanel, project: Project, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    page(on).ask("start", port=18_100, log_images=True)
    server = project.serving.wait()
    on.look(changed=False)
    draw("photo.jpg", seed=5)
    said = project.predict(tmp_path / "photo.jpg", top=1)[0]
    environment = {**os.environ, "CVWIDGETS_TOKEN": str(server.token)}
    texts = on._server["snippets"]
    for name, command in (("curl", ["bash", "-c"]), ("Python", [sys.executable, "-c"]), ("Python alone", [sys.executable, "-c"])):
        done = subprocess.run([*command, texts[name]], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert re.findall(r"\b(?:red|blue)\b", done.stdout)[0] == said.label
    until(lambda: len(project.served.requests()) == 3)
    assert project.served.requests().counts() == (3, 1)
