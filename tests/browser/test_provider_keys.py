"""In the dashboard the key of a provider is kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_step
from tests.browser.test_access import findings

Tab = Callable[..., Page]


@pytest.mark.slow
def test_the_key_of_a_provider_is_kept_and_not_shown_again(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard, height=1300)
    open_step(page, "Collect")
    page.get_by_text(re.compile("^Asks ")).click()
    expect(page.get_by_text(re.compile("Pexels needs a key"))).to_be_visible()
    page.get_by_role("button", name="Settings").click()
    field = page.get_by_label("Key of Pexels", exact=True)
    field.fill("s3cret")
    field.press("Tab")
    keys = page.get_by_role("region", name="Keys of providers")
    expect(keys).to_contain_text("A key is kept for you on this machine.")
    expect(field).to_have_value("")
    expect(page.get_by_role("checkbox", name="Pexels")).to_be_enabled()
    assert findings(page) == []
    page.get_by_role("button", name="Remove the key of Pexels").click()
    expect(keys).to_contain_text("Removed")
