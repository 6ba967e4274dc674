"""The panel of what is wrong: what its tabs list, what the wall shows of a row, and how looking is begun."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.errors import DecisionError
from cvwidgets.widgets import ExplorePanel
from tests.conftest import until

Open = Callable[..., Any]


@pytest.fixture
def project(explored_project: Project) -> Project:
    return explored_project


@pytest.fixture
def panel(project: Project, page: Open) -> ExplorePanel:
    shown = ExplorePanel(project)
    page(shown).ask("choose", tab="mistakes", row="")
    return shown


def shown(panel: ExplorePanel) -> list[str]:
    return [fact["name"] for fact in panel.grid._up[1].facts(0, 100)]


def test_each_tab_has_its_number_and_its_rows(panel: ExplorePanel, page: Open) -> None:
    assert {tab for tab, count in panel._counts.items() if not count} == {"map"}
    assert panel._rows[0]["word"] == "All labels"
    words = {}
    for tab in ("duplicates", "uncertain", "strangers"):
        page(panel).ask("choose", tab=tab, row="")
        words[tab] = [row["word"] for row in panel._rows]
    assert words["duplicates"][0] == "All stacks" and words["uncertain"][1] == "Most certain first"
    assert words["strangers"][:2] == ["Strangers", "Dark"]


def test_a_row_shows_its_images_with_what_is_suggested(panel: ExplorePanel, page: Open) -> None:
    page(panel).ask("choose", tab="mistakes", row="label:blue")
    assert set(shown(panel)[:2]) == {"wrong200.jpg", "wrong201.jpg"} and panel._row == "label:blue"
    assert panel.grid._up[1].facts(0, 1)[0]["suggested"] == "red"


def test_a_cell_of_the_confusion_matrix_is_a_door(panel: ExplorePanel, page: Open, project: Project) -> None:
    page(panel).ask("choose", tab="confusion", row="")
    assert panel._matrix["labels"] == ("blue", "red") and panel._rows[0]["count"] == panel._counts["confusion"] == len(shown(panel))
    page(panel).ask("choose", tab="confusion", row='["blue","red"]')
    assert {"wrong200.jpg", "wrong201.jpg"} <= set(shown(panel)) and panel._row == '["blue","red"]'
    before = panel._matrix["counts"]
    project.explore.confused("blue", "red").accept()
    panel._count()
    assert panel._matrix["counts"][0][1] == 0 < before[0][1] and "wrong200.jpg" in shown(panel)


def test_what_came_in_again_has_a_row_beside_the_stacks(panel: ExplorePanel, page: Open, project: Project, tmp_path: Path) -> None:
    (known,) = [image for image in project.images.get(project.images.select("red", "kept").ids) if image.path.name == "5.jpg"]
    Image.open(known.path).resize((120, 90)).save(tmp_path / "again.jpg", quality=70)
    page(panel).ask("choose", tab="duplicates", row="judged")
    assert "judged" not in {row["key"] for row in panel._rows}
    project.images.add(tmp_path / "again.jpg")
    page(panel).ask("choose", tab="duplicates", row="judged")
    assert shown(panel) == ["5.jpg", "again.jpg"] and [row["count"] for row in panel._rows if row["key"] == "judged"] == [1]


def test_what_belongs_is_said_of_strangers_and_nothing_is_right_about_a_guess(panel: ExplorePanel, page: Open, project: Project) -> None:
    page(panel).ask("choose", tab="strangers", row="")
    assert panel.grid._wall["suggests"] == "strangers" and "black.jpg" in shown(panel)
    at = shown(panel).index("black.jpg")
    page(panel.grid).ask("decide", kind="reject", label=None, version=panel.grid._wall["version"], ranges=[[at, at + 1]])
    page(panel).ask("choose", tab="strangers", row="")
    assert "black.jpg" not in shown(panel)
    page(panel).ask("choose", tab="uncertain", row="")
    assert panel.grid._wall["suggests"] == "guesses" and page(panel.grid)
    with pytest.raises(DecisionError, match="kept"):
        project.explore.uncertain().reject()


def test_stacks_are_made_anew_by_another_threshold(panel: ExplorePanel, page: Open) -> None:
    page(panel).ask("stack_from", likeness=0.99999)
    assert panel._counts["duplicates"] == 0 and panel._stacking["threshold"] == 0.99999
    page(panel).ask("stack_from", likeness=-3.0)
    assert panel._stacking["threshold"] == panel._stacking["lowest"] and panel._counts["duplicates"] >= 1


def test_the_pair_at_the_threshold_is_shown_in_pictures(panel: ExplorePanel, page: Open) -> None:
    told = page(panel).ask("pair", likeness=0.9)
    assert {one["name"] for one in told["ok"]["near"]} == {"3.jpg", "small.jpg"} and told["ok"]["likeness"] > 0.75
    assert [picture[:2] for picture in told["buffers"]] == [b"\xff\xd8"] * 2


def test_a_suspected_mistake_says_why_in_pictures(panel: ExplorePanel, page: Open) -> None:
    version = panel.grid._wall["version"]
    told = page(panel).ask("why", version=version, position=0)
    said = told["ok"]
    assert said["name"].startswith("wrong") and (said["label"], said["suggested"]) == ("blue", "red")
    assert said["probabilities"][0] < said["probabilities"][1]
    assert len(told["buffers"]) == len(said["near"]) == 6 and "red" in {one["label"] for one in said["near"]}
    assert page(panel).ask("why", version=version + 9, position=0)["ok"] == {}
    assert page(panel).ask("why", version=version, position=10**6)["ok"] == {}


def test_a_varied_few_are_as_many_as_asked_for_and_have_their_suggestion(panel: ExplorePanel, page: Open) -> None:
    page(panel).ask("choose_few", count=1)
    assert panel._row == "few" and shown(panel) == ["new.jpg"]
    assert panel.grid._up[1].facts(0, 1)[0]["suggested"] == "red"


def test_what_is_similar_to_the_selected_is_shown_nearest_first(panel: ExplorePanel, page: Open) -> None:
    assert "No image is selected" in page(panel).ask("similar", count=5)["error"]["message"]
    page(panel.grid).update({"selected": {"version": panel.grid._wall["version"], "ranges": [[0, 1]]}})
    page(panel).ask("similar", count=5)
    assert len(shown(panel)) == 5 and panel.grid._wall["showing"].startswith("5 images · nearest to wrong")


def test_all_that_is_sure_enough_is_accepted_in_one_act(panel: ExplorePanel, page: Open, project: Project) -> None:
    assert [page(panel).ask("count_above", confidence=share)["ok"]["count"] for share in (0.5, 1.0)] == [1, 0]
    assert page(panel).ask("accept_above", confidence=0.5)["ok"]["sentence"] == "1 image moved to red"
    assert project.journal.last().sentence == "1 image moved to red"  # type: ignore[union-attr]


def test_a_project_that_was_never_looked_through_says_how_to_begin(tmp_path: Path, page: Open, draw: Callable[..., Path]) -> None:
    with Project(tmp_path / "fresh") as fresh:
        fresh.images.add(draw("heap/red/1.jpg"))
        panel = ExplorePanel(fresh)
        page(panel).ask("choose", tab="mistakes", row="")
        assert panel._looking["state"] == "none" and panel._looking["unseen"] == 1
        assert set(panel._counts.values()) == {None} and panel._rows == []


@pytest.mark.slow
def test_looking_is_begun_by_the_page_and_ends_with_what_was_found(tmp_path: Path, page: Open, draw: Callable[..., Path]) -> None:
    with Project(tmp_path / "fresh") as fresh:
        fresh.images.add(draw("heap/red/1.jpg"))
        panel = ExplorePanel(fresh, visible=True)
        page(panel).ask("start")
        assert list(fresh.explore.follow())[-1].share == 1
        panel.look(changed=False)
        assert panel._looking["state"] == "done" and panel._looking["unseen"] == 0
        assert panel._counts["mistakes"] == panel._counts["duplicates"] == 0


def test_what_is_drawn_around_on_the_map_stands_on_the_wall_and_what_is_selected_there_is_marked(
    panel: ExplorePanel, page: Open, project: Project
) -> None:
    page(panel).ask("choose", tab="map", row="state")
    scatter = panel._map
    assert len(panel._drawn.ids) == len(project.images.select())  # type: ignore[union-attr]
    scatter.selection = np.array([3, 5])
    until(lambda: panel.grid._wall["count"] == 2)
    assert [row["name"] for row in panel.grid._up[1].facts(0, 9)] == [
        image.path.name
        for image in project.images.get(panel._drawn.ids[[3, 5]])  # type: ignore[union-attr]
    ]
    page(panel.grid).update({"selected": {"version": panel.grid._wall["version"], "ranges": [[1, 2]]}})
    assert scatter.selection.tolist() == [5] and panel.grid._wall["count"] == 2
    page(panel.grid).update({"selected": {"version": panel.grid._wall["version"], "ranges": []}})
    assert sorted(scatter.selection.tolist()) == [3, 5]
    page(panel).ask("choose", tab="map", row="label")
    assert panel.grid._wall["count"] == 2


def test_a_point_of_the_map_has_its_picture_and_one_that_is_not_there_has_none(panel: ExplorePanel, page: Open) -> None:
    assert page(panel).ask("peek", point=0)["ok"] == {}
    page(panel).ask("choose", tab="map", row="label")
    assert page(panel).ask("peek", point=3)["buffers"][0][:2] == b"\xff\xd8"
    assert page(panel).ask("peek", point=10**6)["ok"] == {}


def test_a_map_is_colored_by_the_labels_of_now(panel: ExplorePanel, page: Open, project: Project) -> None:
    page(panel).ask("choose", tab="map", row="label")
    before = panel._map
    page(panel).ask("choose", tab="map", row="state")
    assert panel._map is before
    project.mistakes().accept()
    page(panel).ask("choose", tab="map", row="label")
    assert panel._map is not before
