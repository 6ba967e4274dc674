"""Servers as people start them: a process that prints an address and ends when it is told to."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from http.cookiejar import CookieJar
from http.cookies import SimpleCookie
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

PORT = 20_000 + os.getpid() % 20_000
"""Where this process's servers begin to look for a free port; tests that run beside it begin elsewhere."""


class Answer(NamedTuple):
    status: int
    text: str
    headers: Message


class Served:
    """A server that `text` started: its address as printed, its token, and the folder of its temporary files."""

    def __init__(self, text: str, folder: Path, *arguments: object) -> None:
        self.temporary = folder / "temporary"
        self.temporary.mkdir(exist_ok=True)
        environment = {**os.environ, "TMPDIR": str(self.temporary)}
        command = [sys.executable, "-c", f"import sys; from pathlib import Path; from cvwidgets.dashboard import *; {text}"]
        self.process = subprocess.Popen([*command, *map(str, arguments)], stdout=subprocess.PIPE, env=environment, text=True)
        assert self.process.stdout is not None
        self.said: list[str] = []
        while "token=" not in "".join(self.said):
            line = self.process.stdout.readline()
            assert line, f"the server ended: {self.said}"
            self.said.append(line)
        self.address = self.said[-1].split(" is at ")[1].strip()
        self.token = parse_qs(urlsplit(self.address).query)["token"][0]

    def ask(self, path: str = "/", *, token: str | None = None) -> tuple[int, str]:
        """Status and text of one request, led where it leads."""
        parts = urlsplit(self.address)
        address = f"{parts.scheme}://{parts.netloc}{path}" + (f"?token={token}" if token is not None else "")
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({}))
        try:
            with opener.open(address, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def knock(self, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: str = "") -> Answer:
        """One request, its path sent as it stands; led nowhere."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        connection.request(method, path, body=body.encode(), headers=dict(headers or {}))
        answer = connection.getresponse()
        text = "" if answer.status == 101 else answer.read().decode(errors="replace")
        connection.close()
        return Answer(answer.status, text, answer.headers)

    def cookies(self) -> dict[str, str]:
        """What a browser sends once it has come with the token: the cookies of the page."""
        first = self.knock(f"/?token={self.token}")
        login = SimpleCookie(first.headers["Set-Cookie"])
        page = self.knock("/", headers={"Cookie": login.output(attrs=[], header="", sep=";").strip()})
        both = {**login, **SimpleCookie(page.headers["Set-Cookie"])}
        return {name: morsel.coded_value for name, morsel in both.items()}

    def end(self, number: int = signal.SIGTERM) -> str:
        """Ends it as the system or Ctrl-C does, and returns its last words."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)[0]


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """Starts servers with Python text and arguments; those still running at the end are ended."""
    started: list[Served] = []

    def start(text: str, *arguments: object) -> Served:
        started.append(Served(text, tmp_path_factory.mktemp("serving"), *arguments))
        return started[-1]

    yield start
    for served in started:
        if served.process.poll() is None:
            served.end()


def write_notebook(path: Path, *sources: str) -> Path:
    cells = [
        {"cell_type": "code", "execution_count": None, "id": str(n), "metadata": {}, "outputs": [], "source": s}
        for n, s in enumerate(sources)
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path
