"""The test images of a run, by the messages that the page sends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.widgets import ScoresPanel
from cvwidgets.widgets.watcher import WATCHER
from tests.tried import add_epoch, answered_run, tried_run

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
        ("choose", {"label": "no such"}),
        ("choose", {"said": "blue"}),
        ("at_epoch", {"epoch": 9}),
    ],
)
def test_what_is_not_there_is_an_answer(page: Open, project: Project, name: str, arguments: dict[str, object]) -> None:
    panel = seen(ScoresPanel(project, tried_run(project, wrong=[0])))
    assert page(panel).ask(name, **arguments)["error"]["kind"] == "BadQuestion"


def test_each_label_has_its_figures_under_the_labels_of_today_and_opens_what_is_wrong_of_it(page: Open, project: Project) -> None:
    panel = seen(ScoresPanel(project, tried_run(project, wrong=[0, 1, 2])))
    opened = page(panel)
    figures = {label: (recall, images) for label, _precision, recall, _f1, images in panel._labels}
    wrong = {label: round(images * (1 - recall)) for label, (recall, images) in figures.items()}
    assert sum(wrong.values()) == 3 and (panel._test["macro_f1"], panel._test["top3"], panel._rows) == (pytest.approx(0.2), None, [])
    for label in ("blue", "red"):
        opened.ask("choose", label=label)
        assert (len(panel.grid.everything), panel._shown) == (wrong[label], f'["{label}"]')
    assert panel.grid._wall["showing"].endswith("test images of red taken for another label")
    opened.ask("choose")
    assert (len(panel.grid.everything), panel._shown) == (3, "[]")
    project.images.view(panel.grid.everything).trash()
    panel.look(changed=True)
    assert sum(images for *_, images in panel._labels) == 1 and panel._test["macro_f1"] == 1.0


def test_how_sure_a_run_said_to_be_stands_as_it_was_tried(project: Project) -> None:
    run = answered_run(project)
    evaluation = run.evaluation()
    panel = seen(ScoresPanel(project, run))
    assert evaluation is not None and panel._calibration["ece"] == evaluation.ece and panel._calibration["temperature"] == 1.4
    assert sum(images for images, _confidence, _accuracy in panel._calibration["bins"]) == evaluation.images
    panel.show(tried_run(project, wrong=[]))  # by an older version, which did not say
    panel.look(changed=False)
    assert panel._calibration == {}


def test_of_very_many_labels_the_worst_cells_are_listed_in_the_place_of_the_matrix(
    page: Open, project: Project, draw: Callable[..., Path], tmp_path: Path
) -> None:
    for number in range(60):
        for seed in range(3):
            draw(f"many/kind {number:02}/{seed}.jpg", seed=1000 + 10 * number + seed, color="green")
    project.images.add(tmp_path / "many")
    run = answered_run(project, sure=1.0)
    panel = seen(ScoresPanel(project, run))
    opened = page(panel)
    scores = project.runs.scores(run)
    first, *others = panel._rows
    assert (panel._test["labels"], panel._test["counts"], len(panel._labels)) == ((), [], 62)
    assert (first["key"], first["count"], first["note"]) == ("[]", int((scores.truth != scores.said).sum()), "of 64 test images")
    assert [row["count"] for row in others[: len(scores.cells())]] == [count for *_, count in scores.cells()]
    label, said, count = scores.cells()[0]
    assert others[0]["word"] == f"{label} taken for {said}" and others[-1]["word"] == "red, right"
    opened.ask("choose", label=label, said=said)
    assert (len(panel.grid.everything), panel._shown) == (count, others[0]["key"])


def test_a_run_says_how_it_stands_beside_the_one_before_and_does_not_reckon_again_as_long_as_nothing_changed(
    project: Project,
) -> None:
    first, second = tried_run(project, wrong=[0, 1]), tried_run(project, wrong=[1])
    panel = ScoresPanel(project, second)
    WATCHER.remove(panel)  # here it looks when it is told to, and only then
    found = project.runs.compare(first, second)
    seen(panel)
    assert panel._test["beside"] == {"run": "0001", "images": 4, "difference": 0.25, "low": found.low, "high": found.high}
    told = panel._test
    panel.look(changed=False)
    assert panel._test is told
    panel.show(first)
    panel.look(changed=False)
    assert "beside" not in panel._test


def test_a_run_that_was_not_tried_says_so_and_what_nobody_sees_is_not_scored(project: Project) -> None:
    run = tried_run(project, wrong=[])
    for name in ("evaluation.json", "said/test.npz"):
        (run.folder / name).unlink()
    (run.folder / "said" / "valid-0001.npz").unlink()
    panel = ScoresPanel(project, run)
    panel.look(changed=True)
    assert panel._test == {}
    assert seen(panel)._test == {"run": "0001", "problem": "not tried", "trying": False, "can_be_tried": True}


def test_until_a_run_is_tried_the_matrix_is_that_of_its_valid_images_after_the_newest_epoch(page: Open, project: Project) -> None:
    run = tried_run(project, wrong=[])
    for name in ("evaluation.json", "said/test.npz"):
        (run.folder / name).rename(run.folder.with_suffix(f".{Path(name).suffix}"))
    panel = seen(ScoresPanel(project, run))
    opened = page(panel)
    assert (panel._test["epoch"], panel._test["images"], panel._test["accuracy"]) == (1, 4, 0.75)
    assert [images for *_, images in panel._labels] == [2, 2] and "beside" not in panel._test and panel._calibration == {}
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
