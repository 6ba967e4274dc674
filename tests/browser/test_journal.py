"""The journal in the dashboard: read, filtered, gone back in; and the trash that asks before it is emptied."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project

Tab = Callable[..., Page]


@pytest.fixture
def journal(tab: Tab, dashboard: str, filled: Path) -> Iterator[Locator]:
    """The journal, open in the drawer, after two acts by ann."""
    with Project(filled, by="ann") as project:
        project.images.trash(project.images.select("heron").ids)
        project.labels.add("<b>owl</b>")
    shutil.rmtree(filled / "bookmarks", ignore_errors=True)  # or the drawer would be open already
    page = tab(dashboard)
    page.get_by_role("button", name="Journal").click()
    found = page.locator(".cvw-journal")
    expect(found.get_by_role("listitem").first).to_contain_text("Label <b>owl</b> added")
    yield found
    with Project(filled, by="ann") as project:
        while (act := project.journal.last()) is not None:
            project.journal.undo(act.id)


def test_any_act_is_undone_and_others_acts_come_in_by_themselves(journal: Locator, filled: Path) -> None:
    row = journal.get_by_role("listitem").filter(has_text="12 images trashed")
    expect(row.locator("time")).to_have_text("just now")
    row.get_by_role("button", name=re.compile("^Undo this")).click()
    expect(journal.get_by_role("status")).to_have_text("Undone: 12 images trashed")
    struck = journal.get_by_role("listitem").filter(has=journal.page.locator("s"))
    expect(struck).to_contain_text("12 images trashed Undone")
    expect(struck.get_by_role("button", name=re.compile("^Do it again"))).to_be_focused()
    with Project(filled, by="bob") as other:
        other.labels.add("wren")
    expect(journal.get_by_role("listitem").first).to_contain_text("bob")


@pytest.mark.slow
def test_acts_are_filtered_by_words_kind_and_person(journal: Locator) -> None:
    journal.get_by_role("combobox", name="Kind of act").select_option("imports")
    expect(journal.get_by_role("listitem").first).to_contain_text(re.compile("added|taken out|merged"))
    journal.get_by_role("combobox", name="Kind of act").select_option("")
    journal.get_by_role("textbox", name="Find in the journal").fill("nothing like this")
    expect(journal.get_by_text("No act is like that.")).to_be_visible()
    journal.get_by_role("textbox", name="Find in the journal").fill("OWL")
    journal.get_by_role("combobox", name="Who did it").select_option("ann")
    expect(journal.get_by_role("listitem")).to_contain_text([re.compile("owl")])
    journal.page.wait_for_timeout(1000)  # the hand rests; what it chose is left with the kernel
    journal.page.reload()
    expect(journal.get_by_role("textbox", name="Find in the journal")).to_have_value("OWL")
    journal.get_by_role("textbox", name="Find in the journal").fill("")
    journal.get_by_role("combobox", name="Who did it").select_option("")


@pytest.mark.slow
def test_the_trash_asks_with_the_number_and_escape_leaves_it_alone(journal: Locator, filled: Path) -> None:
    journal.get_by_role("button", name="Empty trash …").click()
    question = journal.get_by_role("group", name="Empty the trash?")
    expect(question).to_contain_text("12 images are removed for good. No file is deleted: the pictures are not the project's own.")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    found = Axe().run(journal.page, context=".cvw-journal").response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    journal.page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(journal.get_by_role("button", name="Empty trash …")).to_be_focused()
    with Project(filled) as project:
        assert project.trash.look().images == 12
