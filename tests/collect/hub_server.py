"""A hub on 127.0.0.1 that answers about data sets as the hub's documentation says (https://huggingface.co/docs/hub/api)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

SHA = "0123456789abcdef0123456789abcdef01234567"
CONVERTED = "refs/convert/parquet"


class Hub(ThreadingHTTPServer):
    """`sets` holds the folder of each data set, `made` that of what the hub itself made of one; `guarded` ones are shown to nobody here."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.sets: dict[str, Path] = {}
        self.made: dict[str, Path] = {}
        self.guarded: set[str] = set()
        self.asked: list[str] = []
        self.cut: set[str] = set()
        """Files whose sending breaks off half-way."""


class _Answers(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        path = unquote(asked.path)
        self.server.asked.append(f"{self.command} {path}")
        if path == "/api/datasets":
            words = parse_qs(asked.query).get("search", [""])[0]
            found = [name for name in self.server.sets if words in name]
            sizes = {name: sum(file.stat().st_size for file in self.server.sets[name].rglob("*") if file.is_file()) for name in found}
            told = {"mainSize", "downloads", "tags", "cardData"} <= set(parse_qs(asked.query).get("expand", []))
            facts = {name: {"mainSize": sizes[name]} if told and sizes[name] else {} for name in found}
            return self._send(200, [{"id": name, "downloads": 7, "tags": ["license:mit"], **facts[name]} for name in found])
        name = next((name for name in (*self.server.sets, *self.server.guarded) if f"/datasets/{name}/" in f"{path}/"), None)
        if name is None:
            return self._send(401, {"error": "Invalid username or password."}, {"X-Error-Code": "RepoNotFound"})
        if name in self.server.guarded:
            return self._send(403, {"error": "Access is restricted."}, {"X-Error-Code": "GatedRepo"})
        folder = self.server.made.get(name) if CONVERTED in path else self.server.sets[name]
        if folder is None:
            return self._send(404, {"error": "Invalid rev id"}, {"X-Error-Code": "RevisionNotFound"})
        if path.startswith("/api/"):
            files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
            siblings = [{"rfilename": file.relative_to(folder).as_posix(), "size": file.stat().st_size, "blobId": SHA} for file in files]
            return self._send(200, {"id": name, "sha": SHA, "siblings": siblings, "tags": ["license:mit"], "cardData": {"license": "mit"}})
        inner = path.split("/resolve/")[1].removeprefix(CONVERTED).removeprefix(SHA).lstrip("/")
        content = (folder / inner).read_bytes()
        return self._send(200, content, {"ETag": f'"{inner.replace("/", "-")}"', "X-Repo-Commit": SHA}, cut=inner in self.server.cut)

    def _send(self, status: int, body: object, headers: dict[str, str] | None = None, *, cut: bool = False) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for key, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if cut else data)
        if cut and self.command != "HEAD":
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that runs in the block, and is the one that is asked."""
    server = Hub()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)  # read when it was imported
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield server
    server.shutdown()
    server.server_close()
