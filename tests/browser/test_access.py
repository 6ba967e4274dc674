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
LOOK = ["light", "dark"]


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
@pytest.mark.parametrize("step", ["Collect", "Triage", "Train", "Inspect"])
def test_no_step_has_a_serious_finding(tab: Tab, dashboard: str, filled: Path, step: str, look: str) -> None:
    page = tab(dashboard, dark=look == "dark")
    open_step(page, step)
    if step == "Triage":
        page.locator(".cvw-tile:visible").first.click()
    page.wait_for_timeout(800)
    assert findings(page) == []


@pytest.mark.parametrize("look", LOOK)
def test_drawers_the_sheet_of_keys_and_the_list_of_projects_have_none(tab: Tab, dashboard: str, filled: Path, look: str) -> None:
    page = tab(dashboard, dark=look == "dark")
    for button in ("Jobs", "Settings"):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("complementary", name=button)).to_be_visible()
        assert findings(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.locator(".cvw-project").click()
    assert findings(page) == []
    page.get_by_role("menuitem", name="All projects").click()
    expect(page.locator(".cvw-card-name").first).to_be_visible()
    assert findings(page) == []


def test_every_step_and_the_header_are_reached_by_the_keyboard(tab: Tab, dashboard: str, filled: Path) -> None:
    page = tab(dashboard)
    page.get_by_role("tab", name="Collect").focus()
    for step in ("Triage", "Train", "Inspect"):
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
