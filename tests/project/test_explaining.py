"""Explaining from Python, through the project's one worker, and from the command line's point of view: a picture that is written."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.errors import NoModel, NotExplained, UnknownLabel
from cvwidgets.model import Model
from cvwidgets.project import methods_of, overlay_png


@pytest.fixture
def asked(project: Project, whole: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a model in production, which nobody had to load; its worker ends soon."""
    monkeypatch.setenv("CVWIDGETS_WORKER_IDLE", "5")
    project.models._check = lambda _folder, _name: ["owl", "elk"]
    project.models.promote(project.models.register(whole).version)
    return project


@pytest.mark.slow
def test_an_explanation_comes_from_the_worker_for_any_label_and_can_be_left(asked: Project, draw: Callable[..., Path]) -> None:
    picture = draw("x.jpg", size=(160, 90))
    told = asked.explain(picture, "elk")
    assert told.label == "elk" and told.heat.dtype == np.float32 and told.size == (160, 90) and told.box[0] > 0
    assert asked.explain(picture, model=1).label == asked.predict(picture)[0].label
    with pytest.raises(UnknownLabel, match="does not know 'cat'"):
        asked.explain(picture, "cat")
    with pytest.raises(NotExplained, match="Gradients by patch is not for this kind"):
        asked.explain(picture, method="gradients")
    steps = asked.explain_iter(picture, method="occlusion")
    assert [next(steps).of, asked.predict(picture)[0].probability > 0] == [81, True]  # others are answered in between
    steps.close()  # type: ignore[attr-defined]


def test_explaining_needs_a_model(project: Project, draw: Callable[..., Path]) -> None:
    with pytest.raises(NoModel, match="No model is in production"):
        project.explain(draw("x.jpg"))


def test_what_a_model_can_be_asked_is_read_from_its_folder(asked: Project, tmp_path: Path) -> None:
    assert methods_of(asked.models.get(1)) == ("gradcam", "occlusion")
    assert methods_of(Model(2, None, tmp_path / "gone", ("a",), "")) == ("occlusion",)


def test_an_overlay_is_upright_and_as_large_as_the_picture(draw: Callable[..., Path], tmp_path: Path) -> None:
    from cvwidgets.vision import Explanation

    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(draw("x.png", size=(90, 60))) as image:
        image.save(tmp_path / "turned.png", exif=exif)
    told = Explanation("owl", 0.9, "gradcam", np.ones((8, 8), np.float32), (0, 15, 60, 75), (60, 90))
    with Image.open(io.BytesIO(overlay_png(tmp_path / "turned.png", told))) as painted:
        assert painted.format == "PNG" and painted.size == (60, 90)
