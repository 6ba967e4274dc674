"""Servers in threads, over real sockets, with a tiny model in production."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.jobs import read_facts
from cvwidgets.serve import Choices, run, running
from cvwidgets.vision import trial
from tests.collect.site import Site
from tests.conftest import draw_picture, until
from tests.vision.conftest import tiny  # noqa: F401

TOKEN = "a-token-for-tests-alone"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@dataclass
class Running:
    """A server that runs: where, and what its log says; `http` asks it with the token."""

    address: str
    folder: Path
    said: list[str]
    http: httpx.Client

    def predict(self, picture: bytes, **params: Any) -> httpx.Response:
        """Asks about a picture as the body."""
        return self.http.post("/v1/predict", content=picture, params=params)

    def problem(self, picture: bytes) -> str:
        """Why a picture is not answered."""
        said = self.predict(picture)
        assert said.status_code == 422, said.text
        return str(said.json()["results"][0]["problem"])


Serving = Callable[..., AbstractContextManager[Running]]


def with_models(folder: Path, model: Path, count: int = 1) -> Path:
    """A project with so many models, the first in production; each calls its labels otherwise."""
    with Project(folder, by="ann") as project:
        for number in range(1, count + 1):
            place = folder / "models" / f"m{number}"
            shutil.copytree(model, place)
            config = (place / "config.json").read_text()
            (place / "config.json").write_text(config.replace('"owl"', f'"owl{number}"').replace('"elk"', f'"elk{number}"'))
            project._store.models.register(run=None, folder=place, labels=(f"owl{number}", f"elk{number}"))
        if count:
            project.models.promote(1)
    return folder


@contextmanager
def serving(folder: Path, tmp_path: Path, **choices: Any) -> Iterator[Running]:
    """A server in a thread, which ends as a job does: by the stop file."""
    job, said, failed = tmp_path / "job", [], []
    job.mkdir(exist_ok=True)
    (tmp_path / "token").write_text(TOKEN)

    def serve() -> None:
        try:
            run(
                Choices(folder, **{"port": 18_300, "token_file": tmp_path / "token", "engine": "torch", **choices}),
                job=job,
                say=said.append,
            )
        except BaseException as error:  # noqa: BLE001 - it is raised where the test can see it
            failed.append(error)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    until(lambda: failed or (job / "address.json").exists(), seconds=60)
    assert not failed, failed
    facts = read_facts(job / "address.json") or {}
    address = f"http://127.0.0.1:{facts['port']}"
    try:
        with httpx.Client(base_url=address, headers=HEADERS, timeout=120, trust_env=False) as http:
            yield Running(address, folder, said, http)
    finally:
        (job / "stop").touch()
        thread.join(30)
        (job / "stop").unlink()
    assert not failed, failed


@pytest.fixture(scope="session", autouse=True)
def short_trial() -> Iterator[None]:
    """Each plan is tried with a few pictures alone, and a new model is looked for often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trial, "SECONDS", 0.0)
        patch.setattr(trial, "ROUNDS", 1)
        patch.setattr(running, "LOOK_SECONDS", 0.1)
        yield


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, tiny: Path) -> Iterator[Running]:  # noqa: F811
    """A server of a project with one model, for all tests that only ask it; `/cv` answers below its folder `pictures`."""
    home = tmp_path_factory.mktemp("served")
    draw_picture(home / "pictures/owl.jpg", 3)
    project = with_models(home / "project", tiny)
    with serving(project, home, classic=True, roots=(home / "pictures",), allow_private=True) as running:
        yield running


@pytest.fixture
def start(tmp_path: Path, tiny: Path) -> Serving:  # noqa: F811
    """Starts a server of the test's own: `start(models=2, log=True)`."""

    def begin(models: int = 1, **choices: Any) -> AbstractContextManager[Running]:
        return serving(with_models(tmp_path / "project", tiny, models), tmp_path, **choices)

    return begin


@pytest.fixture
def site() -> Iterator[Site]:
    """A server of this computer that stands for the web."""
    site = Site()
    yield site
    site.close()


def picture_bytes(kind: str = "JPEG", size: tuple[int, int] = (80, 60), color: str = "red", **save: Any) -> bytes:
    """The bytes of a picture."""
    memory = io.BytesIO()
    Image.new("RGB", size, color).save(memory, kind, **save)
    return memory.getvalue()
