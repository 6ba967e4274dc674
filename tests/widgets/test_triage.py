"""Judging images by the messages that the page sends, on a real project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.widgets import ImageGrid, TriagePanel

Draw = Callable[..., Path]
Open = Callable[..., object]
HOSTILE = ["<img src=x onerror=alert(1)>", "Robert'); DROP TABLE labels;--", "שלום", "🦬", "a" * 200, '"quoted"']


def arrived(project: Project, page: Open) -> TriagePanel:
    """The panel with a page that shows it."""
    panel = TriagePanel(project)
    page(panel).ask("arrive")
    return panel


@pytest.fixture
def project(tmp_path: Path, draw: Draw) -> Iterator[Project]:
    for number in range(4):
        draw(f"source/bison/{number}.jpg", seed=number)
        draw(f"loose/{number}.jpg", seed=10 + number)
    with Project(tmp_path / "project") as opened:
        opened.images.add(tmp_path / "source")
        opened.images.add(tmp_path / "loose")
        yield opened


def counts(panel: TriagePanel, name: str) -> tuple[int, int, int]:
    label = next(label for label in panel._labels if label["name"] == name)
    return label["new"], label["kept"], label["trashed"]


def decide(page: Open, grid: ImageGrid, kind: str, label: str | None = None, *ranges: list[int]) -> dict:
    return page(grid).ask("decide", kind=kind, label=label, version=grid._wall["version"], ranges=list(ranges))


def test_what_waits_for_a_look_is_shown_first(project: Project) -> None:
    panel = TriagePanel(project)
    assert panel._shown == {"label": None, "state": "new", "text": "", "count": 4}
    assert panel.grid._wall["showing"] == "4 images to look at"


def test_labelling_the_selected_is_one_act_that_undo_takes_back(page: Open, project: Project) -> None:
    panel = TriagePanel(project)
    assert decide(page, panel.grid, "assign", "bison", [0, 3])["ok"]["sentence"]
    panel.look(changed=True)
    assert counts(panel, "bison") == (0, 7, 0)
    page(panel.grid).ask("undo")
    panel.look(changed=True)
    assert counts(panel, "bison") == (0, 4, 0) and panel.grid._last["redo"]


def test_judged_images_stay_where_they_are_until_the_wall_is_asked_for_again(page: Open, project: Project) -> None:
    panel = arrived(project, page)
    decide(page, panel.grid, "trash", None, [1, 2])
    panel.look(changed=True)
    facts = page(panel.grid).ask("facts", version=panel.grid._wall["version"], start=0, stop=4)["ok"]["facts"]
    assert [fact["judged"] for fact in facts] == [False, True, False, False] and panel._stale == {"judged": 1, "came": 0}
    page(panel).ask("refresh")
    assert panel.grid._wall["count"] == 3 and panel._stale == {"judged": 0, "came": 0}


def test_a_label_that_is_typed_for_the_first_time_is_added(page: Open, project: Project) -> None:
    panel = TriagePanel(project)
    decide(page, panel.grid, "assign", "elk", [0, 2])
    panel.look(changed=True)
    assert counts(panel, "elk") == (0, 2, 0)


def test_keeping_without_a_label_is_refused_with_a_sentence_and_nothing_changes(page: Open, project: Project) -> None:
    panel = TriagePanel(project)
    assert decide(page, panel.grid, "keep", None, [0, 4])["error"]["kind"] == "DecisionError"
    panel.look(changed=True)
    assert counts(panel, "Unsorted") == (4, 0, 0)


@pytest.mark.parametrize("ranges", [[], [[3, 1]], [[99, 120]], [[-5, 0]]])
def test_a_decision_about_nothing_is_refused(page: Open, project: Project, ranges: list) -> None:
    panel = TriagePanel(project)
    assert "No image is selected" in decide(page, panel.grid, "trash", None, *ranges)["error"]["message"]


def test_a_decision_on_a_wall_that_is_gone_is_refused(page: Open, project: Project) -> None:
    panel = TriagePanel(project)
    page(panel).ask("choose", label="bison", state="kept", text="")
    answer = page(panel.grid).ask("decide", kind="trash", label=None, version=1, ranges=[[0, 1]])
    assert "nothing was decided" in answer["error"]["message"]


@pytest.mark.parametrize("name", HOSTILE)
def test_labels_may_be_called_anything_and_come_back_as_they_were(page: Open, project: Project, name: str) -> None:
    panel = TriagePanel(project)
    name = name.replace("/", "")
    page(panel.tree).ask("add_label", name=name)
    panel.look(changed=True)
    page(panel).ask("choose", label=name, state="new", text="")
    assert panel._shown["label"] == name and name in {label["name"] for label in panel._labels}


def test_labels_are_renamed_and_deleted_and_undo_brings_them_back(page: Open, project: Project) -> None:
    panel = TriagePanel(project)
    page(panel.tree).ask("rename_label", name="bison", new_name="wisent")
    panel.look(changed=True)
    assert counts(panel, "wisent") == (0, 4, 0)
    page(panel.tree).ask("delete_label", name="wisent")
    panel.look(changed=True)
    assert "wisent" not in {label["name"] for label in panel._labels}
    page(panel.grid).ask("undo")
    panel.look(changed=True)
    assert counts(panel, "wisent") == (0, 4, 0)


def test_a_text_finds_files_by_name(page: Open, project: Project) -> None:
    panel = TriagePanel(project)
    page(panel).ask("choose", label=None, state="new", text="3.jp")
    assert panel._shown["count"] == 1


def test_a_state_that_is_none_is_refused(page: Open, project: Project) -> None:
    assert page(TriagePanel(project)).ask("choose", label=None, state="lost", text="")["error"]["kind"] == "DecisionError"


def test_what_another_kernel_decides_is_seen(page: Open, project: Project) -> None:
    panel = arrived(project, page)
    before = panel.grid._facts
    with Project(project.folder) as elsewhere:
        elsewhere.images.select("bison", "kept").trash()
    panel.grid.look(changed=True)
    panel.look(changed=True)
    assert counts(panel, "bison") == (0, 0, 4) and panel.grid._facts > before


def test_what_comes_in_is_shown_at_the_end_and_the_selection_stays(page: Open, project: Project, draw: Draw) -> None:
    panel = arrived(project, page)
    panel.grid.set_state({"selected": {"version": panel.grid._wall["version"], "ranges": [[1, 3]]}})
    chosen = panel.grid.selection
    project.images.add(draw("more/1.jpg", seed=99))
    panel.look(changed=True)
    assert panel.grid._wall["count"] == 5 and panel.grid.selection == chosen and panel._stale == {"judged": 0, "came": 0}


def test_a_kernel_kept_ready_shows_the_first_page_the_project_as_it_is_then(page: Open, project: Project) -> None:
    panel = TriagePanel(project)
    project.images.select(state="new").trash()
    panel.look(changed=True)
    assert (panel._shown["state"], panel._shown["count"]) == ("kept", 4)
    page(panel).ask("arrive")
    project.images.select(state="kept").renew()
    panel.look(changed=True)
    assert (panel._shown["state"], panel._shown["count"], panel._stale["judged"]) == ("kept", 4, 4)


def test_nothing_is_sent_while_nothing_changes(page: Open, project: Project) -> None:
    panel = TriagePanel(project)
    panel.look(changed=True)
    opened, wall = page(panel), page(panel.grid)
    opened.sent(), wall.sent()
    for _ in range(5):
        panel.look(changed=False)
        panel.grid.look(changed=False)
    assert opened.sent() == wall.sent() == []


def test_a_view_in_a_cell_can_be_judged_without_its_project(page: Open, project: Project) -> None:
    grid = ImageGrid(project.images.select("bison"))
    grid.set_state({"selected": {"version": 1, "ranges": [[0, 2]]}})
    assert decide(page, grid, "trash", None, *grid.selected["ranges"])["ok"]
    assert grid.selection == [int(number) for number in project.images.select("bison", "trashed").ids]


def test_thumbnails_of_a_view_come_from_the_project(page: Open, project: Project) -> None:
    answer = page(ImageGrid(project.images.select())).ask("pictures", version=1, positions=[0, 7])
    assert [buffer[:2] for buffer in answer["buffers"]] == [b"\xff\xd8", b"\xff\xd8"]
