"""Collecting by the messages that the page sends: nothing outside the roots is listed, chosen or taken in, whatever they say."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ipywidgets import Widget

from cvwidgets import Project
from cvwidgets.errors import SourceError
from cvwidgets.widgets import CollectPanel
from cvwidgets.widgets.uploads import Uploads, suffix_of

Draw = Callable[..., Path]
Open = Callable[..., object]
FORM = {"label": None, "state": None}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / "project") as opened:
        yield opened


@pytest.fixture
def grounds(draw: Draw, tmp_path: Path) -> Path:
    """A folder that may be chosen from, with links that lead out of it, beside one that may not."""
    for name in ("secret/1.jpg", "open/bison/2.jpg", "open/bison/3.jpg", "open/elk/4.jpg"):
        draw(name, seed=sum(map(ord, name)))
    (tmp_path / "open" / "way").symlink_to(tmp_path / "secret")
    (tmp_path / "open" / "bison" / "link.jpg").symlink_to(tmp_path / "secret" / "1.jpg")
    return tmp_path / "open"


def click(page: Open, button: object) -> None:
    page(button).receive({"event": "click"})


def update(widget: Widget, **state: object) -> None:
    """The page sets traits of a widget, or tries to."""
    widget.comm.handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})


def listed(panel: CollectPanel) -> set[str]:
    files = panel._files
    return {*files._dircontent.options, *(name for name, _ in files._pathlist.options)}


def choose(page: Open, panel: CollectPanel, *names: str) -> None:
    """Goes down the folders, as a person does."""
    files = panel._files
    click(page, files._select)
    for name in names:
        update(files._dircontent, index=files._dircontent.options.index(name))
    click(page, files._select)


def ended(project: Project, panel: CollectPanel) -> dict:
    list(project.images.adding().reports())
    panel.look(changed=True)
    return panel._import


# ---- choosing


def test_a_chosen_folder_is_counted_and_taken_in_by_a_job(page: Open, project: Project, grounds: Path) -> None:
    (grounds / "bison" / "text.jpg").write_text("no picture")
    panel = CollectPanel(project, roots=[grounds])
    choose(page, panel)
    page(panel).ask("count")
    assert (panel._choice["name"], panel._choice["survey"]["files"], panel._choice["survey"]["labels"]) == ("open", 4, ("bison", "elk"))
    assert "ok" in page(panel).ask("add", **FORM, copy=False)
    work = ended(project, panel)
    assert (work["added"], work["state"], panel._labels, panel._choice) == (3, "done", ["bison", "elk"], None)
    assert {Path(one["path"]).name: "outside" in one["reason"] for one in work["refused"]} == {
        "way": True,
        "link.jpg": True,
        "text.jpg": False,
    }


def test_only_what_lies_below_the_root_is_listed_under_its_name(page: Open, project: Project, grounds: Path) -> None:
    panel = CollectPanel(project, roots=[grounds])
    assert listed(panel) == {"open", "bison/", "elk/"}
    choose(page, panel, "bison/")
    assert listed(panel) == {"open", "open/bison", "↑ up", "2.jpg", "3.jpg"}
    assert panel._choice["name"] == "open/bison"


def test_the_button_says_what_it_takes_and_going_on_leaves_a_file(page: Open, project: Project, grounds: Path) -> None:
    files = CollectPanel(project, roots=[grounds])._files
    said = [files._select.description]
    click(page, files._select)
    for name in ("bison/", "2.jpg", "↑ up"):
        update(files._dircontent, index=files._dircontent.options.index(name))
        said.append(files._select.description)
    click(page, files._cancel)
    said.append(files._select.description)
    assert said == ["Browse …", "Take this folder", "Take this file", "Take this folder", "Browse …"]


def test_a_folder_of_very_many_files_is_not_listed_whole(page: Open, project: Project, tmp_path: Path) -> None:
    (tmp_path / "many" / "z").mkdir(parents=True)
    for number in range(600):
        (tmp_path / "many" / f"{number:03}.jpg").touch()
    options = CollectPanel(project, roots=[tmp_path / "many"])._files._dircontent.options
    assert (len(options), options[0], options[-1]) == (502, "z/", "… and 100 more files")


@pytest.mark.parametrize("name", ["../secret/1.jpg", "/etc/passwd", "..", "bison/link.jpg", "link.jpg", "a\0b", "way"])
def test_a_name_that_the_page_types_leads_nowhere(page: Open, project: Project, grounds: Path, name: str) -> None:
    panel = CollectPanel(project, roots=[grounds])
    click(page, panel._files._select)
    update(panel._files._dircontent, index=panel._files._dircontent.options.index("bison/"))
    update(panel._files._filename, value=name)
    click(page, panel._files._select)
    assert (panel._source, panel._choice["name"]) == (grounds / "bison", "open/bison")


def test_options_that_the_page_makes_up_lead_nowhere(page: Open, project: Project, grounds: Path) -> None:
    panel = CollectPanel(project, roots=[grounds])
    click(page, panel._files._select)
    for part in (panel._files._dircontent, panel._files._pathlist):
        update(part, _options_labels=["../../secret", "/etc"], index=0)
        assert not {"secret/", "1.jpg"} & set(panel._files._dircontent.options)
    click(page, panel._files._select)
    assert panel._source is None or panel._source.is_relative_to(grounds)


def test_the_page_cannot_lift_the_roots_or_choose_by_itself(page: Open, project: Project, grounds: Path) -> None:
    panel = CollectPanel(project, roots=[grounds])
    update(panel, _roots=[], _choice={"path": "/etc"}, _closed="", _chooser=None)
    assert "Nothing is chosen" in page(panel).ask("add", **FORM, copy=False)["error"]["message"]
    assert page(panel).ask("add", **FORM, copy=False, source="/etc")["error"]["kind"] == "BadQuestion"
    assert "not among those allowed" in page(panel).ask("root", number=1)["error"]["message"]


def test_a_folder_that_became_a_link_since_it_was_chosen_is_refused(page: Open, project: Project, grounds: Path) -> None:
    panel = CollectPanel(project, roots=[grounds])
    choose(page, panel, "elk/")
    (grounds / "elk").rename(grounds / "moved")
    (grounds / "elk").symlink_to(grounds.parent / "secret")
    for question in (page(panel).ask("count"), page(panel).ask("add", **FORM, copy=False)):
        assert "lies outside the folders allowed" in question["error"]["message"]
    assert project.images.adding() is None


def test_an_archive_leads_nowhere_either(page: Open, project: Project, grounds: Path) -> None:
    with zipfile.ZipFile(grounds / "a.zip", "w") as archive:
        archive.writestr("../../evil.jpg", (grounds / "bison" / "2.jpg").read_bytes())
        archive.writestr("elk/5.jpg", (grounds / "bison" / "2.jpg").read_bytes())
    panel = CollectPanel(project, roots=[grounds])
    choose(page, panel, "a.zip")
    page(panel).ask("add", **FORM, copy=False)
    work = ended(project, panel)
    assert work["added"] == 1 and [one["reason"] for one in work["refused"]] == ["Its name leads out of the archive."]
    assert not list(grounds.parent.glob("**/evil.jpg"))


def test_names_are_never_html_and_always_can_be_sent(page: Open, project: Project, tmp_path: Path) -> None:
    for name in ("<img src=x onerror=alert(1)>", "caf\udce9"):
        (tmp_path / "open" / name).mkdir(parents=True)
    panel = CollectPanel(project, roots=[tmp_path / "open"])
    assert listed(panel) == {"open", "<img src=x onerror=alert(1)>/", "caf�/"}
    choose(page, panel, "caf�/")
    assert panel._source == tmp_path / "open" / "caf\udce9" and panel._choice["name"] == "open/caf�"
    assert panel._files._label.layout.display == "none"


def test_another_root_is_begun_anew(page: Open, project: Project, grounds: Path) -> None:
    panel = CollectPanel(project, roots=[grounds / "elk", grounds / "bison"])
    choose(page, panel)
    page(panel).ask("root", number=1)
    assert (panel._source, {name for name, _ in panel._files._pathlist.options}) == (None, {"bison"})
    choose(page, panel)
    assert panel._source == grounds / "bison"


def test_roots_come_from_the_environment(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVWIDGETS_ROOTS", f"{tmp_path}")
    assert CollectPanel(project)._roots == [str(tmp_path)]
    monkeypatch.setenv("CVWIDGETS_ROOTS", f"{tmp_path / 'gone'}")
    with pytest.raises(SourceError, match="gone is no folder"):
        CollectPanel(project)


# ---- dropping


def send(page: Open, panel: CollectPanel, **files: bytes) -> dict:
    opened = page(panel)
    drop = opened.ask("drop", size=sum(map(len, files.values())), files=len(files), page="p")["ok"]["drop"]
    for number, (name, data) in enumerate(files.items()):
        half = len(data) // 2
        for part, piece in enumerate((data[:half], data[half:])):
            answer = opened.ask("upload", (piece,), drop=drop, upload=f"u{number}", name=name, part=part, of=2)
            assert answer.get("ok") == {}
    return opened.ask("receive", drop=drop, **FORM)


def test_dropped_files_come_in_parts_and_become_an_import(page: Open, project: Project, draw: Draw) -> None:
    panel = CollectPanel(project)
    assert send(page, panel, **{"owl/<b>.jpg": draw("1.jpg").read_bytes(), "x.jpg": b"text"})["ok"] == {"files": 2}
    work = ended(project, panel)
    assert (work["added"], work["sources"], [one["path"] for one in work["refused"]]) == (1, ["<b>.jpg and 1 more"], ["x.jpg"])
    assert panel._labels == ["owl"] and project.status().kept == 1


def test_a_drop_of_nothing_leaves_nothing(page: Open, project: Project) -> None:
    panel = CollectPanel(project)
    assert send(page, panel)["ok"] == {"files": 0}
    assert project.images.adding() is None and not list((project.folder / "work").iterdir())


def test_a_drop_that_nobody_began_is_refused(page: Open, project: Project) -> None:
    opened = page(CollectPanel(project))
    for answer in (
        opened.ask("upload", (b"x",), drop="../..", upload="a", name="x.jpg", part=0, of=1),
        opened.ask("receive", drop="", **FORM),
    ):
        assert "Drop them again" in answer["error"]["message"]


@pytest.mark.parametrize(("part", "of"), [(1, 2), (-1, 1), (0, 0), (5, 2)])
def test_parts_out_of_order_are_refused(page: Open, project: Project, part: int, of: int) -> None:
    opened = page(CollectPanel(project))
    drop = opened.ask("drop", size=1, files=3, page="p")["ok"]["drop"]
    answer = opened.ask("upload", (b"x",), drop=drop, upload="a", name="x.jpg", part=part, of=of)
    assert "out of order" in answer["error"]["message"]


@pytest.mark.parametrize("upload", ["../../x", "", "/etc/passwd", "a b"])
def test_the_name_of_an_upload_leads_nowhere(upload: str) -> None:
    with pytest.raises(SourceError, match="out of order"):
        Uploads().take(upload, "x.jpg", 0, 1, b"")


def test_only_a_plain_suffix_of_a_name_is_used() -> None:
    names = ("A.JPG", "x.tar.gz", "..\\..\\x.png", "x", "x.j/../p", "x.jp g", "x." + "a" * 99)
    assert [suffix_of(name) for name in names] == [".jpg", ".gz", ".png", "", "", "", ""]


# ---- the import


def test_while_an_import_is_under_way_another_waits(page: Open, project: Project, grounds: Path) -> None:
    panel = CollectPanel(project, roots=[grounds])
    choose(page, panel)
    page(panel).ask("add", **FORM, copy=False)
    if panel._closed:  # on a fast machine it has ended already
        assert "An import is under way" in page(panel).ask("drop", size=1, files=3, page="p")["error"]["message"]
    ended(project, panel)
    assert panel._closed == ""


def test_an_import_that_failed_says_why_and_is_tried_again(page: Open, project: Project, tmp_path: Path, draw: Draw) -> None:
    (tmp_path / "open" / "empty").mkdir(parents=True)
    panel = CollectPanel(project, roots=[tmp_path / "open"])
    choose(page, panel, "empty/")
    page(panel).ask("add", **FORM, copy=False)
    work = ended(project, panel)
    assert (work["state"], work["again"]) == ("failed", True) and "holds no files" in work["reason"]
    draw("open/empty/1.jpg")
    assert "ok" in page(panel).ask("retry")
    assert (ended(project, panel)["added"], panel._import["again"]) == (1, False)


def test_what_can_be_seen_of_a_refused_file_is_shown(page: Open, project: Project, grounds: Path) -> None:
    (grounds / "bison" / "half.jpg").write_bytes((grounds / "bison" / "2.jpg").read_bytes()[:-200])
    (grounds / "bison" / "text.jpg").write_text("no picture")
    panel = CollectPanel(project, roots=[grounds])
    choose(page, panel, "bison/")
    page(panel).ask("add", **FORM, copy=False)
    names = [Path(one["path"]).name for one in ended(project, panel)["refused"]]
    pictures = {name: page(panel).ask("refused_picture", number=number)["buffers"][0] for number, name in enumerate(names)}
    assert pictures["half.jpg"].startswith(b"\xff\xd8") and (pictures["text.jpg"], pictures["link.jpg"]) == (b"", b"")
    assert page(panel).ask("refused_picture", number=-1)["buffers"] == [b""]


def test_a_project_that_can_only_be_looked_at_says_so_at_the_button(page: Open, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(project), "read_only", True)
    panel = CollectPanel(project)
    assert "only be looked at" in panel._closed
    assert "only be looked at" in page(panel).ask("drop", size=1, files=3, page="p")["error"]["message"]
