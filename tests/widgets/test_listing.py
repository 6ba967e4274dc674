"""Lists chosen by the messages that the page sends: looked at, mapped, and read by what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.widgets import CollectPanel
from tests.widgets.test_collect import FORM, choose, click, ended, update

Open = Callable[..., object]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / "project") as opened:
        yield opened


@pytest.fixture
def grounds(draw: Callable[..., Path], tmp_path: Path) -> Path:
    """A folder that may be chosen from, beside one that may not."""
    for name in ("secret/1.jpg", "open/bison/2.jpg", "open/bison/3.jpg"):
        draw(name, seed=sum(map(ord, name)))
    return tmp_path / "open"


@pytest.fixture
def table(grounds: Path) -> Path:
    """A list of names in a folder of its own below the root."""
    (grounds / "lists").mkdir()
    (grounds / "lists" / "a.csv").write_text("photo,taxon,split\n2.jpg,bison,train\n3.jpg,bison,test\n../../secret/1.jpg,elk,\n")
    return grounds / "lists" / "a.csv"


def test_a_chosen_list_shows_its_first_lines_and_is_read_by_the_columns_and_folder_that_are_said(
    page: Open, project: Project, grounds: Path, table: Path
) -> None:
    panel = CollectPanel(project, roots=[grounds])
    choose(page, panel, "lists/", "a.csv")
    page(panel).ask("count")
    assert (panel._list["kind"], panel._list["columns"], panel._list["found"]) == ("names", {"file": "photo", "part": "split"}, 0)
    assert panel._list["rows"][0] == ["2.jpg", "bison", "train"]
    page(panel).ask("look_at_list", columns={"file": "photo", "label": "taxon", "part": "split"})
    click(page, panel._folders._select)
    update(panel._folders._dircontent, index=panel._folders._dircontent.options.index("↑ up"))
    update(panel._folders._dircontent, index=panel._folders._dircontent.options.index("bison/"))
    click(page, panel._folders._select)
    assert (panel._list["folder"], panel._list["found"], panel._list["looked"]) == ("open/bison", 2, 3)
    assert "ok" in page(panel).ask("add", **FORM, copy=False)
    work = ended(project, panel)
    assert (work["added"], [one["path"] for one in work["refused"]], panel._list) == (2, ["../../secret/1.jpg"], None)
    assert project.images.parts_given() == {"train": 1, "test": 1} and panel._labels == ["bison"]


@pytest.mark.parametrize("columns", [{"file": "nothing"}, {"weight": "photo"}])
def test_columns_that_are_not_there_are_said(page: Open, project: Project, grounds: Path, table: Path, columns: dict[str, str]) -> None:
    panel = CollectPanel(project, roots=[grounds])
    choose(page, panel, "lists/", "a.csv")
    page(panel).ask("count")
    before = panel._list
    assert page(panel).ask("look_at_list", columns=columns)["error"]["kind"] == "SourceError" and panel._list == before


def test_further_columns_are_shown_and_those_that_stay_ticked_are_kept(page: Open, project: Project, grounds: Path) -> None:
    (grounds / "bison" / "a.csv").write_text("file,label,patient,site\n2.jpg,bison,P1,a\n3.jpg,bison,P1,a\n")
    panel = CollectPanel(project, roots=[grounds])
    choose(page, panel, "bison/", "a.csv")
    page(panel).ask("count")
    assert panel._list["further"] == panel._list["also"] == ("patient", "site")
    roles = {"file": "file", "label": "label", "part": ""}
    page(panel).ask("look_at_list", columns=roles, also=["patient"])
    page(panel).ask("look_at_list", columns={**roles, "part": "site"})
    assert (panel._list["further"], panel._list["also"]) == (("patient",), ("patient",)), "what was ticked before stays"
    refused = page(panel).ask("look_at_list", columns=roles, also=["gone"])
    assert "has no column 'gone'" in refused["error"]["message"]
    assert "ok" in page(panel).ask("add", **FORM, copy=False)
    assert ended(project, panel)["notes"] == ("Kept with the images, to split by: patient.",)


def test_a_list_of_addresses_is_told_from_one_of_names(page: Open, project: Project, grounds: Path) -> None:
    (grounds / "a.txt").write_text("https://a.example/1.jpg\n")
    panel = CollectPanel(project, roots=[grounds])
    choose(page, panel, "a.txt")
    page(panel).ask("count")
    assert panel._list["kind"] == "addresses"
