"""Asking the web: what comes is bounded, looked at and polite; what does not come is a sentence, and leaves nothing."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets.collect.answers import retry_after
from cvwidgets.collect.web import Limits, Web
from cvwidgets.errors import BadStatus, HostUnreachable, TooLarge, TooSlow, UnexpectedContent, WebError
from tests.collect.site import HOST, PUBLIC, Answer, Site, Streets, reply, reply_head
from tests.conftest import until

Open = Callable[..., Web]
LIMIT = 100_000


def picture(color: str = "red", format: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(file, format)
    return file.getvalue()


@pytest.fixture
def site() -> Iterator[Site]:
    with closing(Site()) as opened:
        yield opened


@pytest.fixture
def open_web(site: Site) -> Iterator[Open]:
    """`open_web(seconds=1)`: a web that ends at the site whatever the name; no failure is tried again unless asked for."""
    opened = []

    def open_with(**limits: float) -> Web:
        within = Limits(**{"seconds": 5, "bytes": LIMIT, "tries": 1, "back_off": 0.01, **limits})  # type: ignore[arg-type]
        opened.append(Web(within, resolve=lambda host, port: [PUBLIC], network=Streets(site.port)))
        return opened[-1]

    yield open_with
    for web in opened:
        web.close()


def test_a_picture_is_fetched_and_told_by_its_content(site: Site, open_web: Open, tmp_path: Path) -> None:
    site.answers["/x.gif"] = reply(picture(), Content_Type="text/plain")
    file = open_web().fetch(f"{HOST}/x.gif", tmp_path)
    assert file.path.read_bytes() == picture() and file.path.suffix == ".jpg" and list(tmp_path.iterdir()) == [file.path]
    assert (file.type, file.size, file.address) == ("JPEG", len(picture()), f"{HOST}/x.gif")
    assert file.sha256 == hashlib.sha256(picture()).hexdigest()


def test_it_says_who_asks_keeps_the_name_of_the_host_and_no_cookies(site: Site, open_web: Open, tmp_path: Path) -> None:
    site.answers["/x.jpg"] = reply(picture(), Set_Cookie="who=you; Path=/")
    web = open_web()
    web.fetch(f"{HOST}/x.jpg", tmp_path), web.fetch(f"{HOST}/x.jpg", tmp_path)
    said = site.headers[-1]
    assert said["User-Agent"].startswith("cvwidgets/") and said["Host"] == "pictures.example" and "Cookie" not in said


def test_a_document_is_read_packed_or_not(site: Site, open_web: Open) -> None:
    site.answers["/plain"] = reply(b'{"a": 1}')
    site.answers["/packed"] = reply(gzip.compress(b'{"a": 2}'), Content_Encoding="gzip")
    site.answers["/deflated"] = reply(zlib.compress(b'{"a": 3}'), Content_Encoding="deflate")
    web = open_web()
    assert [web.json(f"{HOST}/{name}", {"q": "ä b"})["a"] for name in ("plain", "packed", "deflated")] == [1, 2, 3]
    assert site.asked[0] == "/plain?q=%C3%A4+b"


def test_a_redirect_is_followed_and_a_key_does_not_go_to_another_host(site: Site, open_web: Open) -> None:
    site.answers["/from"] = reply(status=302, Location="http://other.example/to")
    site.answers["/to"] = reply(b"1")
    assert open_web().json(f"{HOST}/from", headers={"Authorization": "key"}) == 1
    assert ["Authorization" in headers for headers in site.headers] == [True, False]


def bomb(handler: BaseHTTPRequestHandler) -> None:
    packed = gzip.compress(bytes(20 << 20))
    reply_head(handler, 200, {"Content-Encoding": "gzip", "Content-Length": str(len(packed))})
    handler.wfile.write(packed)


def endless(handler: BaseHTTPRequestHandler) -> None:
    reply_head(handler, 200, {"Transfer-Encoding": "chunked"})
    while True:
        handler.wfile.write(b"1000\r\n" + picture()[:4] + bytes(0x1000 - 4) + b"\r\n")


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    reply_head(handler, 200, {"Content-Length": "5000"})
    handler.wfile.write(picture())
    handler.close_connection = True


def endless_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"X-More: " + b"x" * 1000 + b"\r\n")


def no_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.7\r\n")
    handler.close_connection = True


HOSTILE: dict[str, tuple[Answer, type[WebError], str]] = {
    "html.jpg": (reply(b"<html><body>no</body></html>", Content_Type="image/jpeg"), UnexpectedContent, "is no picture that can be used"),
    "svg.jpg": (reply(b"<svg onload='alert(1)'/>", Content_Type="image/jpeg"), UnexpectedContent, "is no picture that can be used"),
    "empty.jpg": (reply(b""), UnexpectedContent, "The file is empty"),
    "bomb.jpg": (bomb, TooLarge, "larger than"),
    "endless.jpg": (endless, TooLarge, "larger than"),
    "large.jpg": (reply(picture(), Content_Length="99999999999"), TooLarge, "larger than"),
    "cut off.jpg": (cut_off, HostUnreachable, "broke the connection off"),
    "endless head.jpg": (endless_head, HostUnreachable, "broke the connection off"),
    "no http.jpg": (no_http, HostUnreachable, "broke the connection off"),
    "brotli.jpg": (reply(picture(), Content_Encoding="br"), UnexpectedContent, "packed in a way that was not asked for"),
    "not packed.jpg": (reply(picture(), Content_Encoding="gzip"), UnexpectedContent, "packed and damaged"),
    "missing.jpg": (reply(status=404), BadStatus, "has nothing at this address"),
    "forbidden.jpg": (reply(status=403), BadStatus, "does not allow it"),
    "trouble.jpg": (reply(status=500), BadStatus, "had an error of its own"),
    "nowhere.jpg": (reply(status=302), BadStatus, "does not give it"),
    "part.jpg": (reply(picture(), status=206), BadStatus, "does not give it"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_or_too_much_is_refused_and_leaves_nothing(site: Site, open_web: Open, tmp_path: Path, name: str) -> None:
    answer, kind, words = HOSTILE[name]
    path = f"/{name.replace(' ', '-')}"
    site.answers[path] = answer
    with pytest.raises(kind, match=words):
        open_web().fetch(f"{HOST}{path}", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["hangs", "trickles"])
def test_what_takes_too_long_is_cut_at_its_limit(site: Site, open_web: Open, tmp_path: Path, kind: str) -> None:
    site.answers["/x.jpg"] = getattr(site, kind)
    begun = time.monotonic()
    with pytest.raises(TooSlow, match=r"gave nothing whole within 0.3 s"):
        open_web(seconds=0.3).fetch(f"{HOST}/x.jpg", tmp_path)
    assert time.monotonic() - begun < 3 and list(tmp_path.iterdir()) == []


def test_the_time_of_redirects_counts_too(site: Site, open_web: Open) -> None:
    def slowly(handler: BaseHTTPRequestHandler) -> None:
        site.over.wait(0.25)
        reply(status=302, Location="/around")(handler)

    site.answers["/around"] = slowly
    with pytest.raises(TooSlow):
        open_web(seconds=0.6).json(f"{HOST}/around")


def test_redirects_that_never_end_are_followed_so_far(site: Site, open_web: Open) -> None:
    site.answers["/around"] = reply(status=302, Location="/around")
    with pytest.raises(UnexpectedContent, match="leads on more than 5 times"):
        open_web().json(f"{HOST}/around")
    assert len(site.asked) == 6


@pytest.mark.parametrize("body", [b"{", b"<html>", b"[" * 50_000, b"\xff\xfe\xff"])
def test_what_is_no_json_is_said_to_be_none(site: Site, open_web: Open, body: bytes) -> None:
    site.answers["/api"] = reply(body)
    with pytest.raises(UnexpectedContent, match="is no JSON"):
        open_web().json(f"{HOST}/api")


def test_a_busy_host_is_asked_again_when_it_says_and_not_before(site: Site, open_web: Open) -> None:
    answers = iter([reply(status=429, Retry_After="1"), reply(b"1")])
    site.answers["/api"] = lambda handler: next(answers)(handler)
    begun = time.monotonic()
    web = open_web(tries=2)
    assert web.json(f"{HOST}/api") == 1
    assert time.monotonic() - begun >= 1
    health = web.health()["pictures.example"]
    assert (health.asked, health.answered, health.failed, health.in_a_row) == (2, 1, 1, 0) and "HTTP 429" in (health.problem or "")


def test_a_host_that_asks_for_a_long_pause_is_left_alone(site: Site, open_web: Open) -> None:
    site.answers["/api"] = reply(status=503, Retry_After="3600")
    web = open_web(tries=3)
    with pytest.raises(HostUnreachable, match="asks to wait 3,600 s more; 30 s are the most"):
        web.json(f"{HOST}/api")
    assert len(site.asked) == 1


def test_a_host_that_fails_too_often_is_left_alone_and_others_are_not(site: Site, open_web: Open) -> None:
    site.answers["/api"] = reply(status=500)
    site.answers["/well"] = reply(b"1")
    web = open_web(failures=3)
    for _ in range(3):
        with pytest.raises(BadStatus):
            web.json(f"{HOST}/api")
    with pytest.raises(HostUnreachable, match="failed 3 times in a row and is not asked any more"):
        web.json(f"{HOST}/api")
    assert web.json("http://other.example/well") == 1 and len(site.asked) == 4


def test_no_more_is_asked_of_a_host_at_once_than_is_polite(site: Site, open_web: Open) -> None:
    now: list[int] = []
    lock, at_once = threading.Lock(), 0

    def count(handler: BaseHTTPRequestHandler) -> None:
        nonlocal at_once
        with lock:
            at_once += 1
            now.append(at_once)
        site.over.wait(0.05)
        with lock:
            at_once -= 1
        reply(b"1")(handler)

    site.answers["/api"] = count
    web = open_web(per_host=2)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(web.json, [f"{HOST}/api"] * 8)) == {1}
    assert max(now) == 2


def test_closing_breaks_off_what_is_under_way_and_leaves_nothing(site: Site, open_web: Open, tmp_path: Path) -> None:
    site.answers["/x.jpg"] = site.trickles
    web = open_web(seconds=60)
    begun = [web.begin(f"{HOST}/x.jpg", tmp_path) for _ in range(3)]
    until(lambda: list(tmp_path.iterdir()))
    web.close()
    assert all(future.cancelled() for future in begun) and list(tmp_path.iterdir()) == []


def test_what_a_host_asks_to_wait_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert retry_after({"retry-after": later}) == pytest.approx(60, abs=2)
    assert [retry_after({"retry-after": value}) for value in ("5", "", "soon", "-1", "٣")] == [5.0, None, None, None, None]


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_tls_asks_for_the_name_and_is_verified_by_it(tmp_path: Path) -> None:
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=pictures.example",
        "-keyout",
        "key.pem",
        "-out",
        "it.pem",
    ]
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    context, names = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), list[str | None]()
    context.load_cert_chain(tmp_path / "it.pem", tmp_path / "key.pem")
    context.sni_callback = lambda _, name, __: names.append(name)

    def answer(server: socket.socket) -> None:
        with suppress(OSError):
            context.wrap_socket(server.accept()[0], server_side=True)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        streets, unsure = Streets(server.getsockname()[1]), "certificate verify failed: self-signed certificate"
        with (
            Web(Limits(tries=1), resolve=lambda host, port: [PUBLIC], network=streets) as web,
            pytest.raises(HostUnreachable, match=unsure),
        ):
            web.json("https://pictures.example/x")
    assert names == ["pictures.example"]
