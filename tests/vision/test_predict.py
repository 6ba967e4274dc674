from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image

from cvwidgets import vision
from cvwidgets.errors import NoModel
from cvwidgets.vision.worker import answer


def test_answers_come_in_order_and_add_up(tiny: Path, draw: Callable[..., Path]) -> None:
    paths = [draw(f"{i}.png", seed=i) for i in range(11)]
    answers = list(vision.predict(vision.load_classifier(tiny), paths))
    assert [a.path for a in answers] == [str(p) for p in paths]
    assert all(abs(sum(p.probability for p in a.predictions) - 1) < 1e-5 for a in answers)
    assert all(a.predictions[0].probability >= a.predictions[1].probability for a in answers)


def test_an_answer_does_not_depend_on_its_neighbors(tiny: Path, draw: Callable[..., Path]) -> None:
    classifier = vision.load_classifier(tiny)
    paths = [draw(f"{i}.png", seed=i, size=(90 + i, 70)) for i in range(6)]
    together = {a.path: a for a in vision.predict(classifier, paths)}
    alone = next(vision.predict(classifier, paths[3:4]))
    assert alone.predictions[0].probability == pytest.approx(together[alone.path].predictions[0].probability, abs=1e-5)


def test_one_bad_picture_costs_only_its_own_answer(tiny: Path, draw: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8 no more")
    paths = [draw("1.png"), tmp_path / "broken.jpg", tmp_path / "gone.png", draw("2.png")]
    replies = list(answer({"model": str(tiny), "paths": [str(p) for p in paths], "top": 1}))
    assert [("problem" in r) for r in replies] == [False, True, True, False]
    assert len(replies[0]["predictions"]) == 1
    assert {type(value) for value in replies[0]["predictions"][0]} == {str, float}


def test_millions_of_paths_are_not_read_before_they_are_asked_for(tiny: Path, draw: Callable[..., Path]) -> None:
    picture, taken = draw("1.png"), []

    def endless() -> Iterator[Path]:
        while True:
            taken.append(1)
            yield picture

    answers = vision.predict(vision.load_classifier(tiny), endless())
    next(answers)
    answers.close()
    assert len(taken) < 64


def test_closing_leaves_no_thread_behind(tiny: Path, draw: Callable[..., Path]) -> None:
    answers = vision.predict(vision.load_classifier(tiny), [draw("1.png")] * 50)
    next(answers)
    answers.close()
    for thread in [t for t in threading.enumerate() if t.name.startswith("read-ahead")]:
        thread.join(5)
    assert not [t for t in threading.enumerate() if t.name.startswith("read-ahead")]


def test_a_model_that_was_trained_anew_is_loaded_anew(tiny: Path, tmp_path: Path, draw: Callable[..., Path]) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    question = {"model": str(folder), "paths": [str(draw("1.png"))], "top": None}
    before = next(answer(question))
    other = vision.new_classifier(tiny, ["x", "y", "z"])
    vision.save_classifier(other, folder)
    after = next(answer(question))
    assert len(before["predictions"]) == 2
    assert {label for label, _ in after["predictions"]} == {"x", "y", "z"}


def test_a_model_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match=r"holds no model.safetensors any more. Promote another run"):
        next(answer({"model": str(tmp_path), "paths": []}))


def test_a_photo_of_any_orientation_is_asked_about_upright(tiny: Path, tmp_path: Path, draw: Callable[..., Path]) -> None:
    upright = draw("1.png", size=(90, 60))
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(upright) as image:
        image.rotate(90, expand=True).save(tmp_path / "turned.png", exif=exif)
    answers = list(vision.predict(vision.load_classifier(tiny), [upright, tmp_path / "turned.png"]))
    assert torch.allclose(*(torch.tensor([p.probability for p in a.predictions]) for a in answers))
