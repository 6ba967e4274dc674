"""`cvwidgets.Client` asks a server from Python."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from cvwidgets import Client
from cvwidgets.errors import CallFailed, UnreadablePicture
from tests.collect.site import Site, reply
from tests.serve.conftest import TOKEN, Running, picture_bytes


@pytest.fixture
def client(served: Running) -> Iterator[Client]:
    with Client(served.address, TOKEN) as client:
        yield client


def test_a_file_its_bytes_and_its_address_are_answered_alike(served: Running, client: Client, site: Site) -> None:
    path = served.folder.parent / "pictures/owl.jpg"
    site.answers["/a.jpg"] = reply(path.read_bytes())
    first = client.predict(path)
    assert len(first) == 2 and sum(one.probability for one in first) == pytest.approx(1)
    assert first == client.predict(str(path)) == client.predict(path.read_bytes()) == client.predict(f"http://127.0.0.1:{site.port}/a.jpg")
    assert client.predict(path, top=1) == first[:1] and client.labels() == ["owl1", "elk1"] and client.model()["model"] == 1


def test_many_stream_in_order_and_a_bad_one_has_its_problem(client: Client, served: Running, tmp_path: Path) -> None:
    good, bad = served.folder.parent / "pictures/owl.jpg", tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    answers = list(client.predict_many([good, bad, *[good] * 30], top=1))
    assert [bool(answer.problem) for answer in answers] == [False, True, *[False] * 30] and answers[1].path == str(bad)
    with pytest.raises(UnreadablePicture, match="not a picture"):
        client.predict(bad)


def test_a_file_that_is_not_there_does_not_stop_the_stream(client: Client, served: Running) -> None:
    good = served.folder.parent / "pictures/owl.jpg"
    problems = [answer.problem for answer in client.predict_many([good, good.with_name("none.jpg"), good])]
    assert problems == [None, "It cannot be read (No such file or directory).", None]


@pytest.mark.parametrize("token", [f"{TOKEN}\n{TOKEN}", f"{TOKEN}ä"])
def test_a_token_that_cannot_be_sent_is_not_shown(token: str) -> None:
    with pytest.raises(CallFailed, match="Copy it again") as refused:
        Client(token=token)
    assert TOKEN not in str(refused.value)
    with pytest.raises(CallFailed, match="is no address"):
        Client("http://[::1")


def test_what_goes_wrong_is_one_sentence(served: Running, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CallFailed, match="The token is missing or wrong") as refused:
        Client(served.address, "wrong").labels()
    assert refused.value.status == 401
    monkeypatch.setenv("CVWIDGETS_TOKEN", TOKEN)
    assert Client(served.address).labels() and Client(served.address).is_up()
    nobody = Client("http://127.0.0.1:9")
    assert not nobody.is_up()
    with pytest.raises(CallFailed, match="Start it by 'cvwidgets serve PROJECT'"):
        nobody.predict(picture_bytes())


def test_a_server_that_is_full_is_asked_again_when_it_says(site: Site) -> None:
    answers = iter([reply(b"{}", 429, Retry_After="0"), reply(b'{"labels": ["owl"]}')])
    lock = threading.Lock()

    def in_turn(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            next(answers)(handler)

    site.answers["/v1/labels"] = in_turn
    assert Client(f"http://127.0.0.1:{site.port}").labels() == ["owl"] and len(site.asked) == 2
    site.answers["/v1/labels"] = reply(b"<html>")
    with pytest.raises(CallFailed, match="no answer of cvwidgets"):
        Client(f"http://127.0.0.1:{site.port}").labels()
