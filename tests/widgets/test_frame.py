"""The frame by the messages that the page sends: projects, where one left, undo, jobs, settings, what is in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cvwidgets import Project
from cvwidgets.keys import key_of
from cvwidgets.settings import read_settings
from cvwidgets.widgets import JobsPanel, TrainPanel, TriagePanel, Workbench
from cvwidgets.widgets.settings import SettingsPanel
from tests.conftest import until

Draw = Callable[..., Path]
Open = Callable[..., Any]


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVWIDGETS_MACHINE_FOLDER", str(tmp_path / "machine"))
    monkeypatch.delenv("CVWIDGETS_PROJECT", raising=False)


@pytest.fixture
def project(tmp_path: Path, draw: Draw) -> Iterator[Project]:
    for number in range(6):
        draw(f"source/owl/{number}.jpg", seed=number)
    with Project(tmp_path / "roots" / "project") as opened:
        opened.images.add(tmp_path / "source")
        yield opened


def home(workbench: Workbench, page: Open) -> Any:
    return page(workbench._home)


def test_the_workbench_takes_its_project_from_the_environment(page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVWIDGETS_PROJECT", str(tmp_path / "animals"))
    workbench = Workbench()
    assert workbench._facts["name"] == "animals"
    assert page(workbench).ask("arrive")["ok"] == {}
    assert workbench._facts["name"] == "animals" and workbench.step == "collect"
    workbench.close()


def test_without_a_project_it_lists_those_there_are_and_opens_one(page: Open, project: Project, tmp_path: Path) -> None:
    workbench = Workbench(roots=[tmp_path / "roots"])
    assert workbench._panels == {}
    (found,) = home(workbench, page).ask("projects")["ok"]["projects"]
    assert (found["name"], found["images"], found["kept"]) == ("project", 6, 6)
    assert home(workbench, page).ask("open_project", folder=found["folder"])["ok"] == {}
    assert workbench._facts["name"] == "project" and "triage" in workbench._panels
    workbench.close()


@pytest.mark.slow
def test_the_number_of_suspected_mistakes_stands_beside_their_step(page: Open, explored_project: Project) -> None:
    workbench = Workbench(explored_project)
    until(lambda: workbench._facts["suspected"] == len(explored_project.mistakes()) > 0)
    explored_project.mistakes().accept()
    until(lambda: workbench._facts["suspected"] == 0)
    workbench.close()


def test_a_project_is_begun_below_the_roots_and_nowhere_else(page: Open, tmp_path: Path) -> None:
    (tmp_path / "roots").mkdir()
    workbench = Workbench(roots=[tmp_path / "roots"])
    assert home(workbench, page).ask("begin", place=0, name="birds")["ok"] == {}
    assert workbench.project is not None and workbench.project.folder == tmp_path / "roots" / "birds"
    for name in ("../escape", "a/b", "", ".hidden"):
        assert home(workbench, page).ask("begin", place=0, name=name)["error"]["kind"] == "ProjectError"
    assert home(workbench, page).ask("begin", place=7, name="x")["error"]["kind"] == "ProjectError"
    workbench.close()


@pytest.mark.parametrize("way", ["elsewhere", "roots/../elsewhere", "roots/link"])
def test_no_project_outside_the_roots_is_opened(page: Open, tmp_path: Path, way: str) -> None:
    Project(tmp_path / "elsewhere").close()
    (tmp_path / "roots").mkdir()
    (tmp_path / "roots" / "link").symlink_to(tmp_path / "elsewhere")
    workbench = Workbench(roots=[tmp_path / "roots"])
    for action in ("open_project", "cover", "restore"):
        assert "outside the folders allowed" in home(workbench, page).ask(action, folder=str(tmp_path / way))["error"]["message"]


def test_going_home_closes_the_project_and_leaves_it_as_it_is(page: Open, project: Project) -> None:
    workbench = Workbench(project)
    page(workbench).ask("go_home")
    assert workbench._panels == {} and workbench.project is None
    assert project.status().kept == 6


def test_the_header_counts_and_undoes(page: Open, project: Project) -> None:
    project.images.select("owl").trash()
    workbench = Workbench(project)
    assert workbench._facts["trashed"] == 6 and workbench._facts["last"]["undo"] == "6 images trashed"
    assert page(workbench).ask("undo")["ok"]["sentence"].startswith("Undone")
    workbench.look(changed=True)
    assert workbench._facts["kept"] == 6


def test_the_next_page_begins_at_the_step_that_was_left(page: Open, project: Project) -> None:
    before = Workbench(project)
    opened = page(before)
    opened.ask("arrive")
    opened.update({"step": "inspect", "_left": {"step": "inspect"}})
    before.close()
    assert Workbench(project).step == "inspect"


def test_a_kernel_that_was_kept_ready_begins_where_the_last_page_was_left(page: Open, project: Project) -> None:
    ready = Workbench(project)
    project.bookmarks.put("workbench", {"step": "train"})
    project.bookmarks.put("triage", {"label": "owl", "state": "kept", "text": "3.jpg"})
    page(ready).ask("arrive")
    assert ready.step == "train" and ready._panels["triage"]._shown["count"] == 1


def test_label_state_place_and_selection_come_back_in_a_new_kernel(page: Open, project: Project) -> None:
    before = TriagePanel(project)
    page(before).ask("choose", label="owl", state="kept", text="")
    page(before.grid).update(
        {"selected": {"version": before.grid._wall["version"], "ranges": [[1, 3], [5, 6]]}, "first": 2, "tile_size": 200}
    )
    before.close()
    after = TriagePanel(project)
    assert after._shown == {"label": "owl", "state": "kept", "text": "", "count": 6}
    assert after.grid.selected["ranges"] == [[1, 3], [5, 6]]
    assert (after.grid.first, after.grid.tile_size) == (2, 200)


def test_a_selection_is_not_found_again_when_other_images_stand_within_it(page: Open, project: Project) -> None:
    before = TriagePanel(project)
    page(before).ask("choose", label="owl", state="kept", text="")
    page(before.grid).update({"selected": {"version": before.grid._wall["version"], "ranges": [[0, 3], [4, 6]]}})
    project.images.trash(before._view.ids[1:2])
    assert TriagePanel(project).grid.selected["ranges"] == [[3, 5]]


@pytest.mark.parametrize(
    "left",
    [{"label": 3, "state": [], "text": None, "selected": "x", "first": {}, "tile_size": "big"}, {"selected": [[1, "a", 2], [2**70, 1, 1]]}],
)
def test_a_place_that_makes_no_sense_is_none(project: Project, left: dict) -> None:
    project.bookmarks.put("triage", left)
    panel = TriagePanel(project)
    assert panel._shown["label"] is None and panel.grid.selected["ranges"] == []


def test_a_form_that_was_left_half_filled_comes_back(page: Open, project: Project) -> None:
    panel = TrainPanel(project)
    page(panel).update({"_left": {"form": {"epochs": "12"}}})
    assert TrainPanel(project)._left == {"form": {"epochs": "12"}}


def test_too_much_to_keep_is_said_and_nothing_else_happens(page: Open, project: Project) -> None:
    panel = TrainPanel(project)
    page(panel).update({"_left": {"form": "x" * 100_000}})
    assert "cannot be kept" in panel._problem and project.bookmarks.get("train") == {}


def test_jobs_are_listed_with_their_end_and_their_log(page: Open, project: Project, tmp_path: Path) -> None:
    work = project.images.start_adding([tmp_path / "source"])
    list(work.reports())
    panel = JobsPanel(project)
    (job,) = panel._jobs
    idle = {"count": 0, "share": None, "training": None, "serving": False}
    assert (job["kind"], job["state"]) == ("import", "done") and panel.busy() == idle
    assert "log" in page(panel).ask("read_log", name=job["name"])["ok"]
    assert page(panel).ask("read_log", name="../../etc/passwd")["error"]


def test_a_setting_is_changed_and_a_wrong_one_refused(page: Open) -> None:
    panel = SettingsPanel()
    assert page(panel).ask("change", name="threads", value=3)["ok"] == {}
    assert read_settings().threads == 3 and panel._values["threads"] == 3
    assert page(panel).ask("change", name="device", value="toaster")["error"]["kind"] == "SettingsError"
    assert page(panel).ask("change", name="nothing", value=1)["error"]["kind"] == "SettingsError"


def test_the_key_of_a_provider_goes_to_the_kernel_and_never_comes_back(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PEXELS_API_KEY", raising=False)
    panel = SettingsPanel()
    shown = page(panel)
    assert shown.ask("list_keys")["ok"] == {} and {one["variable"]: one["where"] for one in panel._keys}["PEXELS_API_KEY"] is None
    assert shown.ask("keep_key", variable="PEXELS_API_KEY", key="s3cret")["ok"] == {} and key_of("PEXELS_API_KEY") == "s3cret"
    assert "s3cret" not in str(shown.sent()) and "No provider wants" in shown.ask("keep_key", variable="PATH", key="x")["error"]["message"]
    assert "no key" in shown.ask("keep_key", variable="PEXELS_API_KEY", key="a b")["error"]["message"]
    shown.ask("keep_key", variable="PEXELS_API_KEY", key="")
    assert key_of("PEXELS_API_KEY") is None


def test_settings_name_only_what_can_be_used(page: Open, tmp_path: Path) -> None:
    (tmp_path / "roots" / "mine").mkdir(parents=True)
    panel = SettingsPanel(roots=[tmp_path / "roots"])
    for folder, words in ((tmp_path / "roots" / "nope", "no folder"), (tmp_path, "outside the folders allowed")):
        assert words in page(panel).ask("change", name="projects", value=str(folder))["error"]["message"]
    assert "no base model" in page(panel).ask("change", name="base", value="nonsense/x y")["error"]["message"]
    for name, value in (("projects", str(tmp_path / "roots" / "mine")), ("base", "facebook/convnextv2-tiny-1k-224"), ("projects", None)):
        assert page(panel).ask("change", name=name, value=value)["ok"] == {}


def test_a_project_that_can_only_be_looked_at_says_so_once(project: Project) -> None:
    folder = project.folder
    project.close()
    for path in [folder, *folder.glob("catalog.db*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        workbench = Workbench(folder)
        read_only = [one for one in workbench._facts["notices"] if one["id"] == "read_only"]
        assert workbench.project is not None and len(read_only) == int(workbench.project.read_only)
        workbench.close()
    finally:
        for path in [folder, *folder.glob("catalog.db*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_hub_that_does_not_answer_is_said_once(page: Open, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    workbench = Workbench(project)
    assert page(workbench._panels["train"]).ask("propose")["ok"]["base"]["name"] == "starter"
    workbench.look(changed=False)
    assert [one["id"] for one in workbench._facts["notices"]] == ["hub"]


def test_a_damaged_project_has_a_way_back_of_one_button(page: Open, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project.folder
    project.close()
    Project(folder).close()  # makes the back-up of the day
    (folder / "catalog.db").write_bytes(b"no catalog any more" * 1000)
    monkeypatch.setenv("CVWIDGETS_PROJECT", str(folder))
    workbench = Workbench()
    assert page(workbench).ask("arrive")["ok"] == {}
    broken = workbench._home._broken
    assert workbench.project is None and broken["restorable"] and "Restore the back-up of" in broken["sentence"]
    assert "made" in home(workbench, page).ask("restore", folder=broken["folder"])["ok"]
    assert workbench._facts["kept"] == 6 and workbench._home._broken == {}
    workbench.close()


def test_nothing_is_sent_while_nothing_changes(page: Open, project: Project) -> None:
    workbench = Workbench(project)
    opened = page(workbench)
    workbench.look(changed=True)
    opened.sent()
    for _ in range(5):
        workbench.look(changed=False)
    assert opened.sent() == []
