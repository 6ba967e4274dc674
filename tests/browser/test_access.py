"""Everyone can use it: no serious finding of axe-core on any panel, light and dark, and every step reachable by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_step

Tab = Callable[..., Page]
SERIOUS = {"serious", "critical"}
LOOK = ["light", pytest.param("dark", marks=pytest.mark.slow)]


def findings(page: Page) -> list[str]:
    """What axe-core finds serious in our part of the page, one line each."""
    violations = Axe().run(page, context=".cvw").response["violations"]
    return [
        f"{found['id']}: {node['target']} {node['failureSummary'][:200]}"
        for found in violations
        if found["impact"] in SERIOUS
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("look", LOOK)
def test_no_panel_has_a_serious_finding(tab: Tab, dashboard: str, filled: Path, look: str) -> None:
    page = tab(dashboard, dark=look == "dark")
    found = {}
    for step in ("Collect", "Train", "Inspect", "Triage"):
        open_step(page, step)
        expect(page.get_by_role("tabpanel", name=step).get_by_role("button").last).to_be_visible()
        found[step] = findings(page)
    page.locator(".cvw-tile:visible").first.click()
    found["a selection"] = findings(page)
    page.get_by_role("button", name="+ Filter").click()
    expect(page.get_by_role("option", name="Format")).to_be_visible()
    found["the list of filters"] = findings(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="What can be done with all labels").click()
    found["the menu of labels"] = findings(page)
    page.keyboard.press("Escape")
    page.locator(".cvw-tile:visible").first.dblclick()
    expect(page.locator(".cvw-triage .cvw-lens-side")).to_contain_text("SHA-256")
    found["the lens"] = findings(page)
    assert found == {place: [] for place in found}


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOK)
def test_drawers_the_sheet_of_keys_and_the_list_of_projects_have_none(tab: Tab, dashboard: str, filled: Path, look: str) -> None:
    page = tab(dashboard, dark=look == "dark")
    found = {}
    for button in ("Journal", "Jobs", "Settings"):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("complementary", name=button)).to_be_visible()
        found[button] = findings(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    found["the sheet of keys"] = findings(page)
    page.keyboard.press("Escape")
    page.locator(".cvw-project").click()
    found["the menu of projects"] = findings(page)
    page.get_by_role("menuitem", name="All projects").click()
    expect(page.locator(".cvw-card-name").first).to_be_visible()
    found["home"] = findings(page)
    assert found == {place: [] for place in found}


def test_every_step_and_the_header_are_reached_by_the_keyboard(tab: Tab, dashboard: str, filled: Path) -> None:
    page = tab(dashboard)
    page.get_by_role("tab", name="Collect").focus()
    for step in ("Triage", "Train", "Explore", "Inspect"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=step)).to_be_focused()
        expect(page.get_by_role("tab", name=step)).to_have_attribute("aria-selected", "true")
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"))
    assert {"Light or dark", "Settings", "All keys (?)"} <= reached
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring in ("solid", "dashed", "auto")
