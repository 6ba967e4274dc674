"""The journal as the page asks for it: pages, filters, undo of any act, and the trash that asks before it is emptied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cvwidgets import Project
from cvwidgets.widgets import JournalPanel, Workbench
from cvwidgets.widgets.watcher import WATCHER

Open = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path, draw: Callable[..., Path]) -> Iterator[Project]:
    """Four pictures of the project's own, of two labels."""
    for seed in range(4):
        draw(f"source/{('elk', 'bison')[seed % 2]}/{seed}.jpg", seed=seed)
    with Project(tmp_path / "project", by="ann") as opened:
        opened.images.add(tmp_path / "source", copy=True)
        yield opened


def asked(opened: Any, **wanted: object) -> list[dict[str, Any]]:
    """The acts that the page gets."""
    return opened.ask("list_acts", **{"before": None, "limit": 50, "by": "", "kind": "", "text": "", **wanted})["ok"]["acts"]


def test_acts_come_page_by_page_with_everyone_who_acted(page: Open, project: Project) -> None:
    for name in ("one", "two", "three"):
        project.labels.add(name)
    opened = page(JournalPanel(project))
    first = opened.ask("list_acts", before=None, limit=2, by="", kind="labels", text="")["ok"]
    assert ([act["sentence"] for act in first["acts"]], first["more"]) == (["Label three added", "Label two added"], True)
    assert first["people"] == project.journal.people() and "ann" in first["people"]
    rest = opened.ask("list_acts", before=first["acts"][-1]["id"], limit=2, by="", kind="labels", text="")["ok"]
    assert ([act["sentence"] for act in rest["acts"]], rest["more"]) == (["Label one added"], False)
    assert [act["sentence"] for act in asked(opened, text="TWO")] == ["Label two added"]
    assert asked(opened, by="nobody") == []


def test_any_act_is_undone_and_done_again_from_the_panel(page: Open, project: Project) -> None:
    act = project.images.trash(project.images.select("elk").ids)
    project.images.renew(project.images.select("bison").ids)
    opened = page(JournalPanel(project))
    assert opened.ask("undo_act", act=act.id)["ok"]["sentence"] == "Undone: 2 images trashed"
    assert [(one["stands"], one["undone"]) for one in asked(opened, kind="decisions")] == [(True, False), (False, True)]
    assert opened.ask("redo_act", act=act.id)["ok"]["sentence"] == "Redone: 2 images trashed"
    assert opened.ask("redo_act", act=act.id)["error"]["kind"] == "NothingToUndo"


def test_an_undo_that_later_acts_forbid_is_refused_in_a_sentence(page: Open, project: Project) -> None:
    ids = project.images.select("elk").ids
    act = project.images.trash(ids)
    project.images.keep(ids[:1])
    answer = page(JournalPanel(project)).ask("undo_act", act=act.id)
    assert answer["error"]["message"].startswith("“2 images trashed” cannot be undone as a whole: 1 image of it was changed")
    assert len(project.images.select("elk", "trashed")) == 1


def test_the_trash_says_what_it_holds_before_it_is_emptied(page: Open, project: Project) -> None:
    project.images.trash(project.images.select("elk").ids)
    opened = page(JournalPanel(project))
    content = opened.ask("look_at_trash")["ok"]
    assert (content["images"], content["unread"]) == (2, 0) and content["bytes"] > 0
    assert opened.ask("empty_trash", images=1)["error"]["kind"] == "DecisionError"
    assert opened.ask("empty_trash", images=2)["ok"]["sentence"] == "Trash emptied: 2 images removed for good"
    assert project.images.counts().images == 2


def test_what_others_do_is_told(page: Open, project: Project) -> None:
    panel = JournalPanel(project)
    before = panel._changes
    with Project(project.folder, by="bob") as other:
        other.labels.add("owl")
    WATCHER.look()
    assert panel._changes > before
    assert asked(page(panel))[0]["by"] == "bob"


def test_the_filter_is_there_again_in_the_next_kernel(page: Open, project: Project) -> None:
    page(JournalPanel(project)).update({"_left": {"kind": "labels", "by": "", "text": "two"}})
    assert JournalPanel(project)._left == {"kind": "labels", "by": "", "text": "two"}


def test_the_workbench_has_the_journal_in_its_drawer(page: Open, project: Project) -> None:
    assert isinstance(Workbench(project)._panels["journal"], JournalPanel)
