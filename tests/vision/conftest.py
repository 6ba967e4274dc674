"""A hub on 127.0.0.1, and tiny classifiers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Nets this small only wait for each other in several threads, for seconds when the machine is busy."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random ConvNeXtV2 classifier of two labels for 32 px, as a folder."""
    import torch
    from transformers import ConvNextV2Config, ConvNextV2ForImageClassification

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(1)
    names = {0: "owl", 1: "elk"}
    config = ConvNextV2Config(hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1], image_size=32, id2label=names)
    ConvNextV2ForImageClassification(config).save_pretrained(folder)
    return folder


class Hub(ThreadingHTTPServer):
    """Answers as the hub does: model facts, the tree of files, and the files, with its own headers and error codes."""

    models: dict[str, Path]
    gated: set[str]
    broken: set[str]
    cut: set[str]
    asked: list[tuple[str, str, str]]


class _Answers(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers.get("User-Agent", "")))
        path = self.path.split("?")[0]
        name = next((name for name in (*self.server.models, *self.server.gated) if f"/{name}/" in f"{path}/"), None)
        if any(f"/{part}/" in path for part in self.server.broken):
            self._send(404 if "/resolve/" in path else 500, {"error": "Internal Error"})
        elif name is None:
            self._send(401, {"error": "Invalid username or password."}, {"X-Error-Code": "RepoNotFound"})
        elif name in self.server.gated:
            self._send(403, {"error": f"Access to model {name} is restricted."}, {"X-Error-Code": "GatedRepo"})
        elif path.startswith("/api/"):
            files = sorted(self.server.models[name].iterdir())
            tree = [{"type": "file", "path": f.name, "size": f.stat().st_size, "oid": SHA} for f in files]
            siblings = [{"rfilename": f["path"], "size": f["size"], "blobId": SHA} for f in tree]
            self._send(200, tree if "/tree/" in path else {"id": name, "sha": SHA, "siblings": siblings, "tags": []})
        else:
            file = self.server.models[name] / path.rsplit("/", 1)[1]
            whole, begin = file.read_bytes(), int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
            facts = {"ETag": f'"{file.name}"', "X-Repo-Commit": SHA, "Accept-Ranges": "bytes"}
            if begin:
                facts["Content-Range"] = f"bytes {begin}-{len(whole) - 1}/{len(whole)}"
            self._send(206 if begin else 200, whole[begin:], facts, cut=file.name in self.server.cut)

    def _send(self, status: int, body: object, headers: dict[str, str] | None = None, *, cut: bool = False) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for key, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if cut else data)
            self.close_connection = self.close_connection or cut

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hub cache, so that tests neither see nor change the user's."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)  # read when it was imported
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "hub"


@pytest.fixture
def hub(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that runs during the test; put folders into `hub.models`."""
    server = Hub(("127.0.0.1", 0), _Answers)
    server.models, server.gated, server.broken, server.cut, server.asked = {}, set(), set(), set(), []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def gone_hub(hub: Hub) -> Callable[[], None]:
    """Takes the hub away: from then on its address refuses connections."""

    def close() -> None:
        hub.shutdown()
        hub.server_close()

    return close
