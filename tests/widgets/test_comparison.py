"""Runs beside each other, and a run that was trained again beside the one before, by the messages that the page sends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cvwidgets import Project
from cvwidgets.project import Run
from cvwidgets.project.about import write_about
from cvwidgets.widgets import ComparisonPanel, TrainPanel
from tests.tried import tried_run

Open = Callable[..., object]


@pytest.fixture
def runs(project: Project) -> list[Run]:
    return [tried_run(project, wrong=[0, 1]), tried_run(project, wrong=[1], epochs=9), tried_run(project, wrong=[2])]


def seen(panel: ComparisonPanel) -> ComparisonPanel:
    panel.visible = True
    panel.look(changed=True)
    return panel


def test_runs_stand_beside_each_other_and_what_they_disagree_on_is_seen(page: Open, project: Project, runs: list[Run]) -> None:
    panel = seen(ComparisonPanel(project, runs))
    opened = page(panel)
    assert [(run["name"], len(run["epochs"])) for run in panel._runs] == [("0001", 1), ("0002", 1), ("0003", 1)]
    assert panel._recipe == [["epochs", 12, 9, 12]]
    assert [one["accuracy"] for one in panel._found["runs"]] == [0.5, 0.75, 0.75] and panel._found["disputed"] == 3
    opened.ask("choose_set", name="disputed")
    assert (len(panel.grid.everything), panel._shown) == (3, "disputed")
    opened.ask("choose_set", name="0003")
    assert len(panel.grid.everything) == panel._found["runs"][2]["alone"] == 1
    assert opened.ask("choose_set", name="0009")["error"]["kind"] == "BadQuestion"
    opened.ask("leave")
    assert (panel._runs, panel._found, panel._shown) == ([], {}, "")


def test_what_was_put_right_counts_for_all_of_them_and_what_nobody_sees_is_not_compared(project: Project, runs: list[Run]) -> None:
    panel = ComparisonPanel(project, runs[:2])
    panel.look(changed=True)
    assert panel._found == {} and len(panel._runs) == 2
    seen(panel)
    scores = project.runs.scores(runs[1])
    wrong = scores.truth != scores.said
    project.images.view(scores.ids[wrong].tolist()).assign(scores.labels[scores.said[wrong][0]])
    panel.look(changed=True)
    assert [one["accuracy"] for one in panel._found["runs"]] == [0.75, 1.0] and panel._found["corrected"] == 1


def test_a_run_that_was_not_tried_is_said_and_its_curves_stand_there_all_the_same(project: Project, runs: list[Run]) -> None:
    (runs[1].folder / "said" / "test.npz").unlink()
    panel = seen(ComparisonPanel(project, runs))
    assert "Run 0002 has not been tried on test images" in panel._found["problem"] and len(panel._runs[1]["epochs"]) == 1


def test_a_run_trained_again_shows_before_and_after_by_itself_until_other_runs_are_chosen(
    page: Open, project: Project, runs: list[Run]
) -> None:
    write_about(runs[2].folder, beside="0002")
    panel = TrainPanel(project)
    opened = page(panel)
    assert [run.name for run in panel.comparison.runs] == ["0002", "0003"]
    opened.ask("show_run", run="1")
    assert panel.comparison.runs == ()
    opened.ask("compare_runs", runs=["0003", "0001"])
    opened.ask("show_run", run="3")
    assert [run.name for run in panel.comparison.runs] == ["0001", "0003"]


def test_a_run_is_reviewed_again_by_its_own_recipe_with_what_changed_since_it(page: Open, project: Project) -> None:
    run = tried_run(project, wrong=[0], split_seed=4)
    tried_run(project, wrong=[])
    project.images.view(project.images.select("red", "kept").ids[:2].tolist()).assign("blue")
    opened = page(TrainPanel(project))
    recipe = opened.ask("recipe_of", run="1")["ok"]["recipe"]
    changes = opened.ask("review", recipe=recipe, since="1")["ok"]["changes"]
    assert (recipe, changes["run"], changes["relabelled"]) == (run.recipe.to_json(), "0001", 2)
    assert opened.ask("start", recipe=recipe, beside="9")["error"]["kind"] == "UnknownRun"
