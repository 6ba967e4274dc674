"""A hub on 127.0.0.1, and tiny classifiers."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

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
    """Answers as the hub does: model facts, the tree of files, and the files, with its own headers and error codes.

    It lists what `listed` holds, and takes what comes by the token `hf_ann` under the name ann: the files in `sent`.
    """

    models: dict[str, Path]
    gated: set[str]
    broken: set[str]
    cut: set[str]
    asked: list[tuple[str, str, str]]
    listed: list[dict[str, Any]]
    sent: dict[str, dict[str, bytes]]
    private: dict[str, bool]


class _Answers(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers.get("User-Agent", "")))
        path = self.path.split("?")[0]
        repository = path.removeprefix("/api/models/").removeprefix("/api/datasets/")
        name = next((name for name in (*self.server.models, *self.server.gated) if f"/{name}/" in f"{path}/"), None)
        if path == "/api/models":
            self._list()
        elif repository in self.server.private:
            siblings = [{"rfilename": path} for path in self.server.sent.get(repository, {})]
            facts = {"id": repository, "sha": SHA, "private": self.server.private[repository], "tags": []}
            self._send(200, {**facts, "siblings": siblings})
        elif any(f"/{part}/" in path for part in self.server.broken):
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

    def do_POST(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers.get("User-Agent", "")))
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/api/validate-yaml":
            return self._send(200, {"errors": [], "warnings": []})
        if self.headers.get("Authorization") != "Bearer hf_ann":
            return self._send(401, {"error": "Invalid username or password."})
        if self.path == "/api/repos/create":
            return self._create(json.loads(body))
        name = self.path.removeprefix("/api/models/").removeprefix("/api/datasets/").strip("/").rsplit("/", 2)[0]
        if self.path.endswith("/preupload/main"):
            files = [{"path": f["path"], "uploadMode": _mode(f["path"]), "shouldIgnore": False} for f in json.loads(body)["files"]]
            return self._send(200, {"files": files})
        if self.path.endswith("/info/lfs/objects/batch"):
            place = f"http://127.0.0.1:{self.server.server_port}/lfs/"
            objects = [{**one, "actions": {"upload": {"href": place + one["oid"]}}} for one in json.loads(body)["objects"]]
            return self._send(200, {"transfer": "basic", "objects": objects})
        for line in map(json.loads, body.splitlines()):
            if line["key"] == "file":
                self.server.sent[name][line["value"]["path"]] = base64.b64decode(line["value"]["content"])
            elif line["key"] == "lfsFile":
                self.server.sent[name][line["value"]["path"]] = self.server.sent[""].pop(line["value"]["oid"])
            elif line["key"] == "deletedFile":
                del self.server.sent[name][line["value"]["path"]]
        return self._send(200, {"success": True, "commitUrl": f"http://127.0.0.1/{name}/commit/{SHA}", "commitOid": SHA, "hookOutput": ""})

    def do_PUT(self) -> None:
        self.server.sent.setdefault("", {})[self.path.rsplit("/", 1)[1]] = _body(self)
        self._send(200, {})

    def _create(self, asked: dict[str, Any]) -> None:
        name = f"{asked.get('organization') or 'ann'}/{asked['name']}"
        if (asked.get("organization") or "ann") != "ann":
            return self._send(403, {"error": "You don't have the rights to create a model under this namespace"})
        there = name in self.server.private
        self.server.sent.setdefault(name, {})
        self.server.private.setdefault(name, asked.get("private", asked.get("visibility") == "private"))
        return self._send(409 if there else 200, {"url": f"http://127.0.0.1:{self.server.server_port}/{name}", "name": name})

    def _list(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        assert asked["pipeline_tag"] == ["image-classification"] and asked["filter"] == ["transformers", "safetensors"]
        words = asked.get("search", [""])[0]
        self._send(200, [one for one in self.server.listed if words in one["id"]][: int(asked["limit"][0])])

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


def _mode(path: str) -> str:
    return "lfs" if path.endswith((".safetensors", ".parquet")) else "regular"


def _body(request: BaseHTTPRequestHandler) -> bytes:
    """What was sent, of a length that was told or in chunks."""
    if length := request.headers.get("Content-Length"):
        return request.rfile.read(int(length))
    data = b""
    while size := int(request.rfile.readline(), 16):
        data += request.rfile.read(size)
        request.rfile.readline()
    request.rfile.readline()
    return data


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hub cache, so that tests neither see nor change the user's."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)  # read when it was imported
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    return tmp_path / "hub"


@pytest.fixture
def hub(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that runs during the test; put folders into `hub.models`."""
    with running_hub() as server:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        yield server


@contextmanager
def running_hub() -> Iterator[Hub]:
    """A hub that knows nothing yet, for as long as the block lasts."""
    server = Hub(("127.0.0.1", 0), _Answers)
    server.models, server.gated, server.broken, server.cut, server.asked = {}, set(), set(), set(), []
    server.listed, server.sent, server.private = [], {}, {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
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


@pytest.fixture
def whole(tiny: Path, tmp_path: Path) -> Path:
    """The tiny classifier with its image processor beside it, in a folder of the test's own."""
    folder = tmp_path / "birds"
    folder.mkdir()
    for file in tiny.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    processor = {"image_processor_type": "ConvNextImageProcessor", "size": {"shortest_edge": 32}, "crop_pct": 0.875}
    (folder / "preprocessor_config.json").write_text(json.dumps(processor))
    return folder
