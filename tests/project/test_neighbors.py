"""Neighbors for whoever asks: several pages at once, under several models, also while the cache is not what it was."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from cvwidgets import Project
from cvwidgets.explore import neighbors
from cvwidgets.model import Model
from cvwidgets.store.embeddings import Embeddings
from cvwidgets.store.vectors import HEADER
from tests.conftest import look_through


@pytest.fixture
def project(explored_project: Project) -> Project:
    return explored_project


def nearest(project: Project, model: str = "starter") -> list[int]:
    return project.neighbors(int(project.images.select("red").ids[0]), 12, model=model).ids.tolist()


def embeddings(project: Project) -> Path:
    """The folder of those of the starter, the only ones."""
    (folder,) = (project.folder / "cache" / "embeddings").iterdir()
    return folder


def test_several_ask_at_once_under_two_models_and_each_is_answered(
    project: Project, trained: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbors, "INDEX_FROM", 20)
    look_through(project)
    models = ["starter", "production"]
    alone = {model: nearest(project, model) for model in models}
    index = {path: path.stat().st_mtime_ns for path in (project.folder / "cache" / "explore").glob("index-*.faiss")}
    assert len(index) == 2

    def ask(turn: int) -> bool:
        for path, built in index.items():
            os.utime(path, ns=(built, built + turn // 8))  # built again, now and then
        return nearest(project, models[turn % 2]) == alone[models[turn % 2]]

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(40)))


def test_embeddings_begun_anew_in_another_order_are_read_in_that(project: Project) -> None:
    before, folder = nearest(project), embeddings(project)
    shas = [image.sha256 for image in project.images.get(project.images.select().ids) if image.sha256]
    vectors, _ = Embeddings(project.folder, folder.name).get(shas)
    shutil.rmtree(folder)
    Embeddings(project.folder, folder.name, width=vectors.shape[1]).put(shas[::-1], vectors[::-1])
    assert nearest(project) == before


def test_of_embeddings_that_were_cut_short_the_nearest_are_those_that_are_left(project: Project) -> None:
    image, keys = int(project.images.select("red").ids[0]), embeddings(project) / "keys"
    before = project.neighbors(image, 12)
    os.truncate(keys, HEADER + 32 * 30)
    after = project.neighbors(image, 12)
    assert len(after) == 12 and after.ids.tolist() != before.ids.tolist()
    look_through(project)
    again = project.neighbors(image, 12)  # embedded anew, perhaps in another precision: those equally near may change places
    assert np.allclose(again.values["distance"], before.values["distance"], atol=2e-3) and again.ids[:3].tolist() == before.ids[:3].tolist()
