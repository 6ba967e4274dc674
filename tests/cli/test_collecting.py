"""Pictures of the web from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.collect import meadow
from tests.collect.web_apis import serving


def test_a_search_and_whom_to_thank_for_what_it_found(
    cvwidgets: Command, tmp_path: Path, draw: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as site:
        for n in range(8):
            site.give(f"/{n}.jpg", draw(f"web/{n}.jpg", seed=n, size=(160, 120)).read_bytes())
        meadow.install(tmp_path / "packages", site.origin, monkeypatch)
        said = cvwidgets("search", "p", "daisy", "--label", "daisy", "-n", "9", "--provider", "meadow", "--allow-private").stdout
        again = json.loads(cvwidgets("search", "p", "daisy", "-n", "2", "--provider", "meadow", "--allow-private", "--json").stdout)
    assert said.splitlines()[0] == "9 asked, 8 seen, 0 known, 0 judged before, 0 refused, 8 new."
    assert "Meadow has no more than 8 pictures for 'daisy'." in said
    assert (again["known"], again["added"], again["queries"][0]["ended"]) == (8, 0, "done")
    assert cvwidgets("attribution", "p").stdout == "ATTRIBUTION.csv: 8 rows.\n"
    assert "CC BY 4.0,meadow,daisy" in (tmp_path / "ATTRIBUTION.csv").read_text("utf-8-sig")
    assert "There is no provider 'x'" in cvwidgets("search", "q", "daisy", "--provider", "x").stderr and not (tmp_path / "q").exists()
