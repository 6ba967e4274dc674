"""The test images of a run, by the messages that the page sends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cvwidgets import Project
from cvwidgets.learn.said import read_said, write_said
from cvwidgets.project import Run
from cvwidgets.widgets import ScoresPanel
from tests.tried import tried_run

Open = Callable[..., object]


def seen(panel: ScoresPanel) -> ScoresPanel:
    panel.visible = True
    panel.look(changed=True)
    return panel


def test_each_cell_of_the_matrix_opens_its_images_with_what_was_said_suggested(page: Open, project: Project) -> None:
    run = tried_run(project, wrong=[0])
    panel = seen(ScoresPanel(project, run))
    opened = page(panel)
    assert (panel._test["accuracy"], sum(map(sum, panel._test["counts"]))) == (0.75, 4)
    [(label, said)] = [
        (a, b) for i, a in enumerate(("blue", "red")) for j, b in enumerate(("blue", "red")) if i != j and panel._test["counts"][i][j]
    ]
    opened.ask("choose", label=label, said=said)
    assert len(panel.grid.everything) == 1 and panel._shown == f'["{label}","{said}"]'
    project.images.view(panel.grid.everything).assign(said)
    panel.look(changed=True)
    assert (panel._test["accuracy"], panel._test["corrected"], panel._test["changes"]) == (1.0, 1, 1)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("choose", {"label": "blue", "said": "no such"}),
        ("choose", {"label": "no such", "said": "blue"}),
        ("at_epoch", {"epoch": 9}),
    ],
)
def test_what_is_not_there_is_an_answer(page: Open, project: Project, name: str, arguments: dict[str, object]) -> None:
    panel = seen(ScoresPanel(project, tried_run(project, wrong=[0])))
    assert page(panel).ask(name, **arguments)["error"]["kind"] == "BadQuestion"


def test_a_run_that_was_not_tried_says_so_and_what_nobody_sees_is_not_scored(project: Project) -> None:
    run = tried_run(project, wrong=[])
    for name in ("evaluation.json", "said/test.npz"):
        (run.folder / name).unlink()
    (run.folder / "said" / "valid-0001.npz").unlink()
    panel = ScoresPanel(project, run)
    panel.look(changed=True)
    assert panel._test == {}
    assert seen(panel)._test == {"run": "0001", "problem": "not tried", "trying": False, "can_be_tried": True}


def add_epoch(run: Run, number: int) -> None:
    """Another epoch, after which the run takes all valid images for the first label."""
    said = read_said(run.folder / "said" / "valid-0001.npz")
    assert said is not None
    write_said(run.folder / "said" / f"valid-{number:04}.npz", said.keys, np.where(np.arange(2) == [[0]] * len(said.keys), 0.9, 0.1))
    epochs = run.folder / "epochs.jsonl"
    epochs.write_text(epochs.read_text() + epochs.read_text().splitlines()[0].replace('"number": 1', f'"number": {number}') + "\n")


def test_until_a_run_is_tried_the_matrix_is_that_of_its_valid_images_after_the_newest_epoch(page: Open, project: Project) -> None:
    run = tried_run(project, wrong=[])
    for name in ("evaluation.json", "said/test.npz"):
        (run.folder / name).rename(run.folder.with_suffix(f".{Path(name).suffix}"))
    panel = seen(ScoresPanel(project, run))
    opened = page(panel)
    assert (panel._test["epoch"], panel._test["images"], panel._test["accuracy"]) == (1, 4, 0.75)
    opened.ask("choose", label="blue", said="blue")
    shown = panel.grid.everything
    assert panel._shown == '["blue","blue"]' and "after epoch 1" in panel.grid._wall["showing"]
    add_epoch(run, 2)
    panel.look(changed=False)
    assert (panel._test["epoch"], panel._test["accuracy"]) == (2, 0.5)
    assert (panel.grid.everything, panel._shown) == (shown, "earlier")
    for name in ("evaluation.json", "said/test.npz"):
        run.folder.with_suffix(f".{Path(name).suffix}").rename(run.folder / name)
    panel.look(changed=False)
    assert (panel._test["epoch"], panel._test["accuracy"]) == (0, 1.0)


def test_the_valid_images_are_seen_epoch_by_epoch_those_that_changed_first(page: Open, project: Project) -> None:
    run = tried_run(project, wrong=[])
    add_epoch(run, 2)
    panel = seen(ScoresPanel(project, run))
    opened = page(panel)
    opened.ask("at_epoch", epoch=1)
    assert (panel._epochs, panel._valid["right"], panel._valid["changed"]) == (2, 3, 0)
    opened.ask("at_epoch", epoch=2)
    scores = [project.runs.scores(run, epoch) for epoch in (1, 2)]
    changed = set(scores[1].ids[scores[0].said != scores[1].said].tolist())
    assert panel._valid["changed"] == len(changed) and set(panel.grid.everything[: len(changed)]) == changed
    assert opened.ask("at_epoch", epoch=3)["error"]["kind"] == "BadQuestion"
