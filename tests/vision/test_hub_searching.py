"""Base models are looked for on a hub on 127.0.0.1, and on this machine when it does not answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import vision
from tests.vision.conftest import Hub


def listed(name: str, millions: float, downloads: int, *tags: str, kind: str = "F32") -> dict[str, object]:
    """A model as the hub lists it when it is asked for downloads, safetensors and tags."""
    count = int(millions * 1e6)
    return {"id": name, "downloads": downloads, "tags": [*tags], "safetensors": {"parameters": {kind: count}, "total": count}}


@pytest.fixture
def zoo(hub: Hub) -> Hub:
    hub.listed = [
        listed("zoo/convnext-large", 200, 900, "license:mit"),
        listed("zoo/convnext-tiny", 28, 500, "license:apache-2.0"),
        listed("zoo/odd-convnext", 5, 50, "custom_code"),
        listed("zoo/convnext-half", 28, 40, kind="BF16"),
    ]
    return hub


def test_bases_are_found_with_size_license_downloads_and_those_here_marked(zoo: Hub, tiny: Path) -> None:
    zoo.models["zoo/convnext-tiny"] = tiny
    vision.find_base("zoo/convnext-tiny")
    found = vision.search_bases("convnext")
    assert found.problem is None
    assert [(base.name, base.size, base.license, base.downloads, base.available) for base in found.bases] == [
        ("zoo/convnext-large", 800_000_000, "mit", 900, False),
        ("zoo/convnext-tiny", 112_000_000, "apache-2.0", 500, True),
        ("zoo/convnext-half", 56_000_000, None, 40, False),
    ]


def test_only_those_that_are_small_enough_are_found(zoo: Hub) -> None:
    assert [base.name for base in vision.search_bases(largest=120_000_000).bases] == ["zoo/convnext-tiny", "zoo/convnext-half"]
    assert vision.search_bases("vit").bases == ()


def test_offline_it_is_what_lies_here_and_that_is_said(hub: Hub, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.models["zoo/tiny"] = tiny
    vision.find_base("zoo/tiny")
    hub.asked.clear()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found = vision.search_bases("tiny")
    assert [base.name for base in found.bases] == ["zoo/tiny"] and "Offline mode" in str(found.problem)
    assert hub.asked == []


def test_a_hub_out_of_reach_is_said_and_the_starter_is_here(gone_hub: Callable[[], None]) -> None:
    gone_hub()
    found = vision.search_bases()
    assert [base.name for base in found.bases] == ["starter"]
    assert "The hub is out of reach" in str(found.problem)


def test_a_search_that_nobody_wants_any_more_ends(zoo: Hub) -> None:
    assert vision.search_bases("convnext", stop=lambda: True).problem is None
