"""Kill −9 at random moments of import, decisions and training: after reopening every decision is there, and work goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.recipe import Recipe
from tests.project.killing import DECIDE, IMPORT, TAKE_IN, Killer, check_everything


def kills(*, everyday: int, slow: int) -> pytest.MarkDecorator:
    """So many kills in the everyday tests, and so many in the slow ones: 10 and 200 in all."""
    return pytest.mark.parametrize("times", [everyday, pytest.param(slow, marks=pytest.mark.slow)])


@pytest.fixture
def large_heap(draw: Callable[..., Path], tmp_path: Path) -> Path:
    """Two labels of 150 pictures each."""
    for seed in range(150):
        draw(f"heap/red/{seed}.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.jpg", seed=1000 + seed, color="blue")
    return tmp_path / "heap"


@kills(everyday=4, slow=90)
def test_an_import_killed_at_any_moment_goes_on_where_it_was(tmp_path: Path, large_heap: Path, times: int) -> None:
    killer = Killer(seed=1)
    while killer.kills < times:
        folder, before = tmp_path / f"after {killer.kills} kills", -1
        while before < killer.kills < times:
            before = killer.kills
            killer.run(TAKE_IN if before % 2 else IMPORT, folder, large_heap, longest=1.2)
            check_everything(folder)
        with Project(folder) as project:
            project.images.add(large_heap)
            assert (project.status().kept, project.images.counts().unread) == (300, 0)


@kills(everyday=5, slow=90)
def test_decisions_killed_at_any_moment_are_whole_or_not_there(tmp_path: Path, large_heap: Path, times: int) -> None:
    killer = Killer(seed=2)
    for done in range(0, times, 15):  # what is looked at grows with the journal
        folder = tmp_path / f"after {done} kills"
        with Project(folder) as project:
            project.images.add(large_heap)
        for _ in range(min(15, times - done)):
            said = killer.run(DECIDE, folder, longest=0.7)
            check_everything(folder)
            with Project(folder) as project:
                assert [act.id for act in project.journal.acts(limit=1)] >= [int(act) for act in said[-1:]], "what was said is done"
                counts = {count for label in project.labels.list() for count in (label.kept, label.trashed) if count}
                assert counts <= {150, 300}, "an act on 300 images of two labels is there as a whole, or not at all"
    assert killer.kills == times


@pytest.fixture
def training(tmp_path: Path, large_heap: Path) -> Iterator[Project]:
    """A project with a few images, on which a training takes some seconds."""
    with Project(tmp_path / "p") as project:
        for label in ("red", "blue"):
            project.images.add(*sorted((large_heap / label).iterdir())[:30], label=label, state="kept")
        yield project


@kills(everyday=1, slow=20)
def test_a_training_killed_at_any_moment_is_lost_and_can_be_resumed(training: Project, times: int) -> None:
    killer = Killer(seed=3)
    while killer.kills < times:
        run = training.runs.start(Recipe(epochs=3, image_size=64))
        while killer.kills < times and run.status().state != "done":
            killer.training(run, longest=12)
            assert run.status().state in ("lost", "done")
            check_everything(training.folder)
            run.resume()
        assert {epoch.number for epoch in run.follow()} == {1, 2, 3}  # what is trained again is told again
        assert [epoch.number for epoch in run.epochs()] == [1, 2, 3]
        evaluation = run.evaluation()
        assert evaluation is not None
        assert evaluation.accuracy > 0.9
