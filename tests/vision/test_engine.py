"""Models answer many at once: by torch or onnxruntime, by threads that share what waits, as a short trial found."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cvwidgets.errors import BaseUnavailable, ModelRefused, QueueFull
from cvwidgets.vision import load_classifier, predict, trial
from cvwidgets.vision.crew import Crew, Plan, Said
from cvwidgets.vision.engine import Engine, EngineMaker
from cvwidgets.vision.trial import describe, try_plans
from tests.conftest import draw_picture, until


@pytest.fixture(scope="module")
def maker(tiny: Path) -> EngineMaker:
    return EngineMaker(tiny)


def encoded(seed: int, size: tuple[int, int] = (90, 70)) -> bytes:
    memory = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 255, (*reversed(size), 3), dtype=np.uint8)
    Image.fromarray(pixels).save(memory, "PNG")
    return memory.getvalue()


def wait(futures: Sequence[Future[Said]]) -> list[Said]:
    return [one.result(30) for one in futures]


@pytest.mark.parametrize("kind", ["torch", "onnx"])
def test_an_engine_answers_as_the_one_test_transform_does(maker: EngineMaker, tiny: Path, tmp_path: Path, kind: str) -> None:
    sizes = [(90, 70), (33, 200), (1100, 300), (32, 32), (20, 20)]
    paths = [draw_picture(tmp_path / f"{number}.png", number, size) for number, size in enumerate(sizes)]
    engine = maker.make(kind, 1)  # type: ignore[arg-type]
    ours = engine.ask([pixels for path in paths if not isinstance(pixels := engine.prepare(path.read_bytes()), str)])
    theirs = [{p.label: p.probability for p in answer.predictions} for answer in predict(load_classifier(tiny), paths)]
    for row, expected in zip(ours, theirs, strict=True):
        assert row == pytest.approx([expected[label] for label in engine.labels], abs=1e-4)


@pytest.mark.parametrize("plan", [Plan("torch", 2, 1), Plan("torch", 2, 1, batch=4), Plan("torch", 2, 1, batch=4, apart=True)])
def test_each_who_asks_gets_the_answer_to_their_own_picture(maker: EngineMaker, plan: Plan) -> None:
    engine, pictures = maker.make("torch", 1), [encoded(seed) for seed in range(12)]
    alone = [engine.ask([engine.prepare(picture)])[0] for picture in pictures]  # type: ignore[list-item]
    crew = Crew(plan, room=100)
    said = wait(crew.ask(engine, [*pictures, b"no picture", b""]))
    crew.close()
    for one, expected in zip(said[:12], alone, strict=True):
        assert one == pytest.approx(expected, abs=1e-5)
    assert isinstance(said[12], str) and said[13] == "It is empty." and crew.there == 0


def test_those_who_wait_when_the_engine_is_exchanged_are_answered_by_the_one_they_came_to(maker: EngineMaker) -> None:
    plan = Plan("torch", 1, 1, batch=4)
    first, second = maker.make("torch", 1), maker.make("torch", 1)
    second = replace(second, compute=lambda pixels: np.full((len(pixels), 2), 0.5, np.float32))
    crew = Crew(plan, room=100)
    asked = [crew.ask(engine, [encoded(1)])[0] for engine in (first, second) * 5]
    said = wait(asked)
    crew.close()
    assert all(one == [0.5, 0.5] for one in said[1::2]) and not any(one == [0.5, 0.5] for one in said[::2])


def test_there_is_room_for_so_many_and_no_more_until_some_are_answered(maker: EngineMaker) -> None:
    hold = threading.Event()
    engine = maker.make("torch", 1)

    def slow(pixels: torch.Tensor) -> np.ndarray:  # type: ignore[type-arg]
        hold.wait(30)
        return np.full((len(pixels), 2), 0.5, np.float32)

    crew = Crew(Plan("torch", 1, 1, images_per_second=2.0), room=6)
    waiting = crew.ask(replace(engine, compute=slow), [encoded(1)] * 5)
    with pytest.raises(QueueFull, match="5 pictures wait for the model; 6 are the most") as full:
        crew.ask(engine, [encoded(1)] * 2)
    assert full.value.retry_after == 3 and crew.there == 5
    assert waiting[4].cancel()  # whoever left is not worked for
    hold.set()
    assert len(wait(waiting[:4])) == 4
    until(lambda: crew.there == 0)
    crew.close()


def test_who_leaves_makes_room_and_nothing_is_kept_of_it(maker: EngineMaker) -> None:
    go, begun = threading.Event(), threading.Event()
    engine = maker.make("torch", 1)

    def held(pixels: torch.Tensor) -> np.ndarray:  # type: ignore[type-arg]
        begun.set()
        go.wait(30)
        return engine.compute(pixels)

    crew = Crew(Plan("torch", 1, 1), room=4)
    first, *others = crew.ask(replace(engine, compute=held), [encoded(seed) for seed in range(4)])
    begun.wait(30)
    assert [one.cancel() for one in (first, *others)] == [False, True, True, True]
    assert crew.there == 1 and not crew._coming._waiting
    last = crew.ask(engine, [encoded(9)])
    go.set()
    assert len(wait([first, *last])) == 2
    crew.close()


def test_an_error_without_a_word_is_told_by_its_kind(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EngineMaker, "_core", property(lambda _: (_ for _ in ()).throw(NotImplementedError())))
    with pytest.raises(ModelRefused, match="NotImplementedError"):
        EngineMaker(tiny).make("onnx", 1)


def test_what_goes_wrong_in_a_model_is_told_to_those_who_asked_and_the_crew_lives_on(maker: EngineMaker) -> None:
    engine = maker.make("torch", 1)
    nothing = replace(engine, compute=lambda pixels: np.full((len(pixels), 2), np.nan, np.float32))
    broken = replace(engine, compute=lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
    crew = Crew(Plan("torch", 1, 1), room=10)
    with pytest.raises(ZeroDivisionError):
        wait(crew.ask(broken, [encoded(1)]))
    assert wait(crew.ask(nothing, [encoded(1)])) == ["The model gives no numbers for it (NaN)."]
    assert isinstance(wait(crew.ask(engine, [encoded(1)]))[0], list)
    crew.close()


def test_a_trial_takes_what_costs_least_and_says_what_it_tried(maker: EngineMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "SECONDS", 0.0)
    monkeypatch.setattr(trial, "ROUNDS", 1)
    said: list[str] = []
    tried = try_plans(maker, ["onnx", "torch"], said.append)
    assert tried.engine.kind == tried.plan.kind and tried.engine.threads == tried.plan.threads and tried.plan.images_per_second > 0
    assert any(line.startswith("onnxruntime: ") for line in said) and any(line.startswith("torch: ") for line in said)
    assert describe(tried.plan) in " ".join(said)


def test_a_plan_that_needs_more_memory_than_there_is_takes_no_part(maker: EngineMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "SECONDS", 0.0)
    engine, said = maker.make("torch", 1), list[str]()

    def small(pixels: torch.Tensor) -> np.ndarray:  # type: ignore[type-arg]
        if len(pixels) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return engine.compute(pixels)

    alone, many = Plan("torch", 1, 1), Plan("torch", 1, 1, batch=4)
    found = trial._race(dict.fromkeys((alone, many), replace(engine, compute=small)), said.append, by_processor=True)
    assert [plan.batch for plan in found] == [1] and said == ["Up to 4 at once cannot be computed here (CUDA out of memory.)."]


def test_a_model_that_onnxruntime_cannot_run_is_answered_by_torch(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(self: EngineMaker) -> Engine:
        raise RuntimeError("no form in ONNX\nand more")

    monkeypatch.setattr(trial, "SECONDS", 0.0)
    monkeypatch.setattr(EngineMaker, "_core", property(odd))
    said: list[str] = []
    assert try_plans(EngineMaker(tiny), ["onnx", "torch"], said.append).plan.kind == "torch"
    assert said[0] == "onnxruntime cannot run the model (no form in ONNX). Use torch."
    with pytest.raises(ModelRefused, match="onnxruntime cannot run the model"):
        try_plans(EngineMaker(tiny), ["onnx"], said.append)


def test_a_damaged_folder_is_told(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text((tiny / "config.json").read_text())
    (tmp_path / "model.safetensors").write_bytes((tiny / "model.safetensors").read_bytes())
    (tmp_path / "preprocessor_config.json").write_text("{")
    with pytest.raises(ModelRefused, match="does not say how pictures are shown to it"):
        EngineMaker(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"cut off")
    with pytest.raises(BaseUnavailable):
        EngineMaker(tmp_path)
