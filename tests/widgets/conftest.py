"""The page's side of the talk: a comm that keeps what the kernel sends, through which tests ask as a browser would."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm
from ipywidgets import Widget

from cvwidgets import Project
from tests.vision.conftest import hub, own_cache, tiny, whole  # noqa: F401


class PageComm(BaseComm):
    """Keeps all messages instead of sending them over a network."""

    def publish_msg(self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any) -> None:
        self.__dict__.setdefault("messages", SimpleQueue()).put((msg_type, data or {}, list(buffers or ())))


class Page:
    """What a browser shows of one widget."""

    def __init__(self, widget: Widget) -> None:
        self.widget = widget
        self._count = 0

    def receive(self, content: object, buffers: tuple[bytes, ...] = ()) -> None:
        """A message comes to the kernel."""
        self.message({"method": "custom", "content": content}, buffers)

    def update(self, state: object) -> None:
        """The page has changed traits."""
        self.message({"method": "update", "state": state})

    def message(self, data: object, buffers: tuple[bytes, ...] = ()) -> None:
        """A message as it comes over the network, whatever is in it."""
        self.widget.comm.handle_msg({"content": {"data": data}, "buffers": list(buffers)})

    def answer(self, number: object, seconds: float = 20) -> dict[str, Any]:
        """The answer of that id, with its `buffers`."""
        until = time.monotonic() + seconds
        while True:
            kind, data, buffers = self.widget.comm.messages.get(timeout=max(0.01, until - time.monotonic()))
            content = data.get("content", {})
            if kind == "comm_msg" and data.get("method") == "custom" and content.get("id") == number:
                return {**content, "buffers": buffers}

    def ask(self, action: str, buffers: tuple[bytes, ...] = (), seconds: float = 20, **arguments: object) -> dict[str, Any]:
        """Asks, and waits for the answer."""
        self._count += 1
        self.receive({"id": f"q{self._count}", "action": action, "arguments": arguments}, buffers)
        return self.answer(f"q{self._count}", seconds)

    def sent(self) -> list[dict[str, Any]]:
        """What came since the last time, as it is."""
        messages = []
        try:
            while True:
                messages.append(self.widget.comm.messages.get_nowait()[1])
        except Empty:
            return messages


@pytest.fixture(autouse=True)
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Widget], Page]]:
    """Opens a widget as a page does."""
    monkeypatch.setattr(comm, "create_comm", PageComm)
    yield Page
    Widget.close_all()


@pytest.fixture
def project(draw: Callable[..., Path], tmp_path: Path) -> Iterator[Project]:
    """Ten kept pictures of each of two labels."""
    for seed in range(10):
        draw(f"heap/red/{seed}.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.jpg", seed=100 + seed, color="blue")
    with Project(tmp_path / "project") as opened:
        opened.images.add(tmp_path / "heap")
        yield opened
