"""What strangers send: each bad picture costs its own answer, nothing takes more than it may, and the server lives on."""

from __future__ import annotations

import re
import socket
import struct
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from cvwidgets import Client
from cvwidgets.project import answering
from cvwidgets.serve import routes
from cvwidgets.serve import running as running_module
from cvwidgets.serve.bounds import Bounds
from cvwidgets.vision import engine, trial
from tests.collect.site import Site, reply
from tests.conftest import until
from tests.serve.conftest import TOKEN, Running, Serving, picture_bytes


def png(width: int, height: int) -> bytes:
    """A PNG whose header says so; its pixels are hardly there."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def head(length: int, kind: str = "image/jpeg") -> bytes:
    """What stands before a body."""
    facts = {"Host": "localhost", "Authorization": f"Bearer {TOKEN}", "Content-Type": kind, "Content-Length": length}
    return "\r\n".join(["POST /v1/predict HTTP/1.1", *(f"{name}: {value}" for name, value in facts.items()), "", ""]).encode()


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (b"hello", "It is not a picture"),
        (png(0, 0), "header is damaged"),
        (png(50_000, 50_000), "megapixels"),
        (png(9_000, 9_000), "more than 50 megapixels"),
        (picture_bytes()[:500], "damaged, cut off"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 400, "HEIC"),
        (b"GIF89a" + b"\0" * 20, "damaged|not a picture|decoded"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_picture_is_told_in_a_sentence_without_a_path(served: Running, picture: bytes, reason: str) -> None:
    told = served.problem(picture)
    assert re.search(reason, told) and told.endswith((".", "'.")) and "/" not in told.replace("cvwidgets[heic]", "")
    assert served.predict(picture_bytes()).status_code == 200


def test_of_an_animated_picture_the_first_frame_is_asked_about(served: Running) -> None:
    frames, memory = [Image.new("RGB", (40, 40), color) for color in ("red", "blue")], BytesIO()
    frames[0].save(memory, "GIF", save_all=True, append_images=frames[1:])
    first = served.predict(memory.getvalue()).json()["results"][0]["predictions"]
    still = served.predict(picture_bytes("PNG", (40, 40))).json()["results"][0]["predictions"]
    assert [p["probability"] for p in first] == pytest.approx([p["probability"] for p in still], abs=0.01)


@pytest.mark.parametrize("expect", [{}, {"Expect": "100-continue"}])
def test_a_hundred_megabytes_are_refused_with_an_answer_that_is_heard(served: Running, expect: dict[str, str]) -> None:
    pieces = (b"\0" * (1 << 20) for _ in range(100))
    said = served.http.post("/v1/predict", content=pieces, headers=expect)
    assert said.status_code == 413 and said.json()["detail"] == "The request is larger than 64 MB, the most at once. Send less."


def test_bounds_hold_for_files_bytes_and_all_requests_together(start: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(Bounds(), file_bytes=5000, body_bytes=20_000, files=3, bytes_together=10_000, body_seconds=0.5)
    monkeypatch.setattr(running_module, "Bounds", lambda: small)
    with start() as running:
        assert running.problem(b"x" * 5001) == "It is larger than 0 MB, the most that is read."
        assert running.predict(b"x" * 10_001).status_code == 429 and running.predict(b"x" * 10_001).headers["retry-after"] == "2"
        many = [("file", ("a.jpg", picture_bytes()))] * 4
        assert running.http.post("/v1/predict", files=many).status_code == 400
        assert running.http.post("/v1/predict", json={"images": [{"base64": "eA=="}] * 4}).status_code == 413
        with socket.create_connection(("127.0.0.1", httpx.URL(running.address).port or 0)) as slow:
            slow.sendall(head(9) + b"x")
            assert b"HTTP/1.1 408" in slow.recv(4096)
        with Client(running.address, TOKEN) as client:
            told = [answer.problem or "" for answer in client.predict_many([b"x" * 20_001, picture_bytes()])]
            assert told[0].startswith("The request is larger") and not told[1]
        assert running.predict(picture_bytes()).status_code == 200


def test_a_client_that_leaves_in_the_middle_disturbs_nobody(served: Running) -> None:
    port = httpx.URL(served.address).port or 0
    for sent in (b"x", picture_bytes()):
        with socket.create_connection(("127.0.0.1", port)) as leaving:
            leaving.sendall(head(len(sent) + (sent == b"x")) + sent)
    assert served.predict(picture_bytes()).status_code == 200
    until(lambda: "cvwidgets_pictures_waiting 0.0" in served.http.get("/metrics").text)


def test_what_addresses_and_paths_give_counts_as_what_is_sent(
    start: Serving, monkeypatch: pytest.MonkeyPatch, site: Site, tmp_path: Path
) -> None:
    picture = picture_bytes(size=(400, 400))
    site.answers["/a.jpg"] = reply(picture)
    (tmp_path / "a.jpg").write_bytes(picture)
    at = {"address": f"http://127.0.0.1:{site.port}/a.jpg"}
    small = replace(Bounds(), body_bytes=2 * len(picture) + 500, bytes_together=4 * len(picture))
    monkeypatch.setattr(running_module, "Bounds", lambda: small)
    with start(allow_private=True, classic=True, roots=(tmp_path,)) as running:
        assert running.http.post("/v1/predict", json={"images": [at] * 2}).status_code == 200
        for _ in range(3):
            assert running.http.post("/v1/predict", json={"images": [at] * 3}).status_code == 413
        assert running.http.post("/v1/predict", json=at).status_code == 200 == running.http.get("/cv?a.jpg").status_code


def test_for_whoever_has_left_nothing_is_done_that_was_not_begun(start: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "LOOK_SECONDS", 0.05)
    large = [("file", ("a.jpg", picture_bytes(size=(4001, 3000))))] * (trial.MOST_HANDS + 2)  # one at a time is decoded of these

    def waiting(running: Running) -> float:
        return float(re.findall(r"^cvwidgets_pictures_waiting (\S+)", running.http.get("/metrics").text, re.MULTILINE)[0])

    with start() as running:
        request = running.http.build_request("POST", "/v1/predict", files=large)
        with engine._large:
            with socket.create_connection(("127.0.0.1", httpx.URL(running.address).port or 0)) as leaving:
                leaving.sendall(head(len(request.read()), request.headers["content-type"]) + request.read())
                until(lambda: waiting(running) == len(large))
            until(lambda: waiting(running) < len(large))
            assert waiting(running) <= trial.MOST_HANDS
        until(lambda: waiting(running) == 0)
        assert running.predict(picture_bytes()).status_code == 200


def test_when_too_many_wait_one_is_told_when_to_come_back(start: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_module, "Bounds", lambda: replace(Bounds(), files=1000))
    with start() as running:
        said = running.http.post("/v1/predict", json={"images": [{"base64": "eA=="}] * (answering.ROOM + 1)})
        assert said.status_code == 429 and int(said.headers["retry-after"]) >= 1 and said.json()["detail"].startswith("0 pictures wait")
        assert running.predict(picture_bytes()).status_code == 200
