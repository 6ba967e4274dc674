"""Models go to a hub on 127.0.0.1 that answers as the real one does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import vision
from cvwidgets.errors import NotSent
from tests.vision.conftest import Hub


@pytest.fixture(autouse=True)
def own_token(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of ann, as the environment has it."""
    monkeypatch.setenv("HF_TOKEN", "hf_ann")


SENT = ("README.md", "config.json", "preprocessor_config.json", "model.safetensors")


def send(folder: Path, name: str = "ann/birds", **options: object) -> str:
    return vision.send_model(folder, name, **{"private": True, "token": None, "message": "Version 1", **options})  # type: ignore[arg-type]


@pytest.fixture
def model(whole: Path) -> Path:
    """The tiny classifier with a card and something beside it that is nobody's business."""
    (whole / "README.md").write_text("---\nlibrary_name: transformers\n---\n\n# Birds\n")
    (whole / "registered.json").write_text("{}")
    return whole


def test_weights_config_and_card_arrive_whole_and_private_and_nothing_else(hub: Hub, model: Path) -> None:
    assert send(model) == f"http://127.0.0.1:{hub.server_port}/ann/birds"
    assert hub.private == {"ann/birds": True}
    assert hub.sent["ann/birds"] == {name: (model / name).read_bytes() for name in SENT}


def test_how_far_it_is_is_told_in_bytes(hub: Hub, model: Path) -> None:
    told: list[tuple[int, int]] = []
    send(model, private=False, tick=lambda done, of: told.append((done, of)))
    size = (model / "model.safetensors").stat().st_size
    assert told[-1] == (size, size) and told == sorted(told)
    assert hub.private == {"ann/birds": False} and hub.sent["ann/birds"]["model.safetensors"] == (model / "model.safetensors").read_bytes()


def test_who_is_told_may_break_it_off_and_nothing_arrives(hub: Hub, model: Path) -> None:
    def stop(_done: int, _of: int) -> None:
        raise NotSent("It was cancelled.")

    with pytest.raises(NotSent, match="It was cancelled"):
        send(model, tick=stop)
    assert hub.sent["ann/birds"] == {}


def test_a_public_repository_does_not_get_what_was_meant_to_be_private(hub: Hub, model: Path) -> None:
    send(model, private=False)
    hub.sent["ann/birds"].clear()
    with pytest.raises(NotSent, match="is on the hub already and public; a private one was asked for"):
        send(model)
    assert hub.sent["ann/birds"] == {}


def test_without_a_token_it_says_how_to_get_one(hub: Hub, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(NotSent, match=r"You have no token for the hub.*hf auth login"):
        send(model)
    assert hub.asked == []


@pytest.mark.parametrize(
    ("name", "token", "words"),
    [
        ("ann/birds", "hf_bob", "does not accept your token.*Log in anew"),
        ("zoo/birds", None, "may not write to 'zoo/birds'.*under your own name"),
        ("no name/x/y", None, "is no name that the hub could know"),
    ],
)
def test_what_the_hub_refuses_is_said_with_what_to_do(hub: Hub, model: Path, name: str, token: str | None, words: str) -> None:
    with pytest.raises(NotSent, match=words) as error:
        send(model, name, token=token)
    assert "hf_" not in str(error.value)


def test_offline_mode_asks_nobody(hub: Hub, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(NotSent, match="Offline mode"):
        send(model)
    assert hub.asked == []


def test_a_hub_out_of_reach_is_said(model: Path, gone_hub: Callable[[], None]) -> None:
    gone_hub()
    with pytest.raises(NotSent, match=r"the hub is out of reach.*send again when it answers"):
        send(model)
