"""Whatever a page sends to a widget, the widget answers, the kernel lives, and what is not the page's to change stays as it was."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cvwidgets import Project
from cvwidgets.widgets import (
    AnalysisPanel,
    CollectPanel,
    DataGlance,
    EpochTable,
    ExplorePanel,
    ExportPanel,
    ImageGrid,
    InspectPanel,
    JobsPanel,
    JournalPanel,
    LabelTree,
    ModelsPanel,
    SearchPanel,
    ServePanel,
    TrainPanel,
    TriagePanel,
    Workbench,
)
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.home import HomePanel
from cvwidgets.widgets.settings import SettingsPanel

Open = Callable[..., Any]
MAKERS: dict[str, Callable[[Project], Face]] = {
    "workbench": Workbench,
    "analysis": AnalysisPanel,
    "collect": CollectPanel,
    "triage": TriagePanel,
    "grid": lambda project: ImageGrid(project.images.select(), project=project),
    "train": TrainPanel,
    "epochs": lambda project: EpochTable(),
    "explore": ExplorePanel,
    "exports": ExportPanel,
    "inspect": InspectPanel,
    "jobs": JobsPanel,
    "journal": JournalPanel,
    "labels": LabelTree,
    "models": ModelsPanel,
    "searching": SearchPanel,
    "serve": ServePanel,
    "glance": DataGlance,
    "settings": lambda project: SettingsPanel(),
    "home": lambda project: HomePanel(lambda folder: None, roots=[project.folder]),
}
LEAVES = [
    None,
    True,
    -1,
    0,
    3,
    2**70,
    1e308,
    float("nan"),
    "",
    "id",
    "../../etc/passwd",
    "\0",
    "\ud800",
    "<img src=x onerror=alert(1)>",
    "a" * 100_000,
]


@pytest.fixture
def project(tmp_path: Path, draw: Callable[..., Path]) -> Iterator[Project]:
    draw("source/bison/1.jpg", seed=1)
    with Project(tmp_path / "project") as opened:
        opened.images.add(tmp_path / "source")
        yield opened


def anything(chance: random.Random, depth: int = 3) -> Any:
    """Some JSON."""
    kind = chance.random()
    if depth == 0 or kind < 0.5:
        return chance.choice(LEAVES)
    if kind < 0.75:
        return [anything(chance, depth - 1) for _ in range(chance.randrange(4))]
    return {str(chance.choice(LEAVES)): anything(chance, depth - 1) for _ in range(chance.randrange(4))}


def questions(widget: Face, chance: random.Random) -> Iterator[Any]:
    """Nonsense of all kinds, and questions whose arguments alone make no sense."""
    for _ in range(60):
        yield anything(chance)
    harmless = sorted(set(widget._actions) - {"cancel", "arrive"})
    for name in harmless:
        for _ in range(8):
            known = widget._actions[name]
            arguments = {word: anything(chance, 2) for word in ("label", "name", "version", "ranges", "run", "folder", "value", known.name)}
            yield {"id": f"{name}-{chance.random()}", "action": name, "arguments": chance.choice([arguments, anything(chance)])}


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_nonsense_is_answered_and_the_widget_lives(page: Open, project: Project, kind: str) -> None:
    widget = MAKERS[kind](project)
    opened = page(widget)
    for content in questions(widget, random.Random(kind)):
        opened.receive(content)
        if isinstance(content, dict) and isinstance(content.get("id"), str) and isinstance(content.get("action"), str):
            assert {"ok", "error"} & set(opened.answer(content["id"]))
    assert opened.ask("arrive")["ok"] == {}
    assert project.status().kept == 1


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_a_page_changes_only_what_is_its_own(page: Open, project: Project, kind: str) -> None:
    widget, chance = MAKERS[kind](project), random.Random(kind)
    opened = page(widget)
    guarded = [name for name in widget.keys if not widget.trait_metadata(name, "page", default=False)]
    before = {name: getattr(widget, name) for name in guarded}
    for _ in range(20):
        opened.update({name: anything(chance) for name in [*widget.keys, "no such trait"]})
    # The kernel itself may say meanwhile what went wrong, and, on a wall, that something was decided.
    counting = {"_facts"} if isinstance(widget, ImageGrid) else set()
    assert {name for name in guarded if getattr(widget, name) != before[name]} <= {"_problem", *counting}
    assert all(getattr(widget, name) in range(100) for name in counting)
    assert opened.ask("arrive")["ok"] == {}


@pytest.mark.parametrize("data", [None, 7, [], {}, {"method": "update"}, {"method": "update", "state": 3}, {"method": "explode"}])
def test_a_message_that_is_none_of_a_widget_is_answered(page: Open, project: Project, data: object) -> None:
    opened = page(TriagePanel(project))
    opened.message(data)
    assert opened.answer(None)["error"]["kind"] == "BadQuestion"
