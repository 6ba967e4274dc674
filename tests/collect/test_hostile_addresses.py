"""Hostile addresses: each is refused with a sentence, nobody is called on, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cvwidgets.collect.addresses import inside
from cvwidgets.collect.web import Limits, Web
from cvwidgets.errors import AddressRefused, UnexpectedContent
from tests.collect.site import HOST, PUBLIC, Site, Streets, reply

NAMES = {
    "localhost": ["127.0.0.1"],
    "localhost.": ["127.0.0.1"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "six.example": ["::1"],
    "router.example": ["192.168.1.1"],
    "both.example": ["10.0.0.7", "fd00::7"],
    "metadata.example": ["169.254.169.254"],
    "carrier.example": ["100.64.0.1"],
    "mapped.example": ["::ffff:10.0.0.7"],
    "pictures.example": [PUBLIC],
    "mixed.example": ["10.0.0.7", PUBLIC],
}

SELF, PRIVATE, ANOTHER = "this computer itself", "a network that is not public", "an address that stands for another one"
UNUSUAL, NO_HOST, NO_ADDRESS, NOT_WEB = "in an unusual way", "names no host", "is no address", "is not an address of the web"
USER, PORT = "a user's name or password", "where no web server listens"

HOSTILE = {
    "http://127.0.0.1/x.jpg": SELF,
    "http://127.0.0.1:8888/api": SELF,
    "http://127.255.255.254/": SELF,
    "http://127.1/": UNUSUAL,
    "http://127.0.1/": UNUSUAL,
    "http://2130706433/": UNUSUAL,
    "http://0x7f000001/": UNUSUAL,
    "http://0x7f.1/": UNUSUAL,
    "http://0177.0.0.1/": NO_ADDRESS,
    "http://127.0.0.1./": UNUSUAL,
    "http://127.0.0.0x1/": UNUSUAL,
    "http://0/": UNUSUAL,
    "http://0.0.0.0/": SELF,
    "http://①②⑦.⓪.⓪.①/": NO_ADDRESS,
    "http://１２７.0.0.1/": NO_ADDRESS,
    "http://127。0。0。1/": SELF,
    "http://127.0.0.%31/": NO_HOST,
    "http://%6c%6f%63alhost/": NO_HOST,
    "http://[::1]/": SELF,
    "http://[0:0:0:0:0:0:0:1]/": SELF,
    "http://[::]/": SELF,
    "http://[::ffff:127.0.0.1]/": ANOTHER,
    "http://[::ffff:7f00:1]/": ANOTHER,
    "http://[::127.0.0.1]/": ANOTHER,
    "http://[64:ff9b::7f00:1]/": ANOTHER,
    "http://[64:ff9b:1::a00:7]/": ANOTHER,
    "http://[2002:7f00:1::]/": ANOTHER,
    "http://[2001:0:53aa:64c:0:0:80ff:fffe]/": ANOTHER,
    "http://[fd00::7]/": PRIVATE,
    "http://[fc00::1]/": PRIVATE,
    "http://[fe80::1]/": PRIVATE,
    "http://[fec0::1]/": PRIVATE,
    "http://[ff02::1]/": PRIVATE,
    "http://[fe80::1%25eth0]/": NO_HOST,
    "http://[2001:db8::1]/": PRIVATE,
    "http://10.0.0.7/": PRIVATE,
    "http://172.16.0.1/": PRIVATE,
    "http://172.31.255.255/": PRIVATE,
    "http://192.168.1.1/": PRIVATE,
    "http://169.254.169.254/latest/meta-data/": PRIVATE,
    "http://100.64.0.1/": PRIVATE,
    "http://198.18.0.1/": PRIVATE,
    "http://224.0.0.1/": PRIVATE,
    "http://255.255.255.255/": PRIVATE,
    "http://240.0.0.1/": PRIVATE,
    "http://localhost/": SELF,
    "http://LOCALHOST:5000/": SELF,
    "http://localhost./": SELF,
    "http://127.0.0.1.nip.example/": SELF,
    "http://six.example/": SELF,
    "http://router.example/": PRIVATE,
    "https://both.example/": PRIVATE,
    "http://metadata.example/": PRIVATE,
    "http://carrier.example/": PRIVATE,
    "http://mapped.example/": ANOTHER,
    "http://pictures.example@127.0.0.1/": USER,
    "http://ann:secret@pictures.example/": USER,
    "http://pictures.example\\@127.0.0.1/": USER,
    "http://pictures.example:22/": PORT,
    "http://pictures.example:25/": PORT,
    "http://pictures.example:6667/": PORT,
    "http://pictures.example:0/": PORT,
    "http://pictures.example:99999/": PORT,
    "http://pic tures.example/": NO_HOST,
    "http://a..b/": NO_HOST,
    "http:///x.jpg": NO_HOST,
    "http:": NO_HOST,
    "http://[::1/": NO_ADDRESS,
    "http://pictures.example/\r\nHost: router.example": NO_ADDRESS,
    "file:///etc/passwd": NOT_WEB,
    "data:image/png;base64,iVBORw0KGgo=": NOT_WEB,
    "ftp://pictures.example/x.jpg": NOT_WEB,
    "gopher://127.0.0.1:70/": NOT_WEB,
    "javascript:alert(1)": NOT_WEB,
    "//pictures.example/x.jpg": NOT_WEB,
    "/etc/passwd": NOT_WEB,
    "": NOT_WEB,
    "http://pictures.example/" + "x" * 5000: NO_ADDRESS,
}


def resolve(host: str, port: int) -> list[str]:
    if host not in NAMES:
        raise OSError("no such name")
    return NAMES[host]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def streets(site: Site) -> Streets:
    return Streets(site.port)


@pytest.fixture(scope="module")
def web(streets: Streets) -> Iterator[Web]:
    with Web(Limits(seconds=5, tries=1), resolve=resolve, network=streets) as opened:
        yield opened


@pytest.mark.parametrize(("address", "words"), HOSTILE.items(), ids=[address[:40] for address in HOSTILE])
def test_a_hostile_address_is_refused_before_anybody_is_called_on(
    web: Web, streets: Streets, tmp_path: Path, address: str, words: str
) -> None:
    streets.called.clear()
    with pytest.raises(AddressRefused, match=words) as refused:
        web.fetch(address, tmp_path)
    assert streets.called == [] and list(tmp_path.iterdir()) == []
    assert "secret" not in str(refused.value) and len(str(refused.value)) < 400


@pytest.mark.parametrize(("address", "words"), HOSTILE.items(), ids=[address[:40] for address in HOSTILE])
def test_a_redirect_to_a_hostile_address_is_refused_too(
    web: Web, streets: Streets, site: Site, tmp_path: Path, address: str, words: str
) -> None:
    if not address.isascii() or "\r" in address or "://" not in address or "///x" in address:
        pytest.skip("a header cannot hold it, or it means a place on the same host")
    streets.called.clear()
    site.answers["/leads.jpg"] = reply(status=302, Location=address)
    with pytest.raises((AddressRefused, UnexpectedContent)):
        web.fetch(f"{HOST}/leads.jpg", tmp_path)
    assert set(streets.called) <= {PUBLIC} and list(tmp_path.iterdir()) == []


def test_of_several_addresses_of_a_name_only_public_ones_are_called_on(web: Web, streets: Streets, site: Site) -> None:
    streets.called.clear()
    site.answers["/mixed"] = reply(b"{}", Connection="close")
    assert web.json("http://mixed.example/mixed") == {}
    assert streets.called == [PUBLIC]


def test_a_name_that_leads_inside_the_second_time_is_refused_then(streets: Streets, site: Site) -> None:
    site.answers["/first"] = reply(b"1", Connection="close")
    leads = iter([[PUBLIC], ["127.0.0.1"]])
    streets.called.clear()
    with Web(resolve=lambda host, port: next(leads), network=streets) as web:
        assert web.json("http://changes.example/first") == 1
        with pytest.raises(AddressRefused, match=r"leads to 127\.0\.0\.1, this computer itself"):
            web.json("http://changes.example/first")
    assert streets.called == [PUBLIC], "what was looked at is what is called on; nobody looks a second time"


def test_private_addresses_pass_when_they_are_allowed(site: Site) -> None:
    site.answers["/inside"] = reply(b'{"inside": true}')
    with Web(allow_private=True) as web:
        assert web.json(f"http://127.0.0.1:{site.port}/inside") == {"inside": True}
    assert site.headers[-1]["Host"] == f"127.0.0.1:{site.port}"


@pytest.mark.parametrize("ip", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450:4001:831::2004"])
def test_addresses_of_the_public_web_are_none_of_these(ip: str) -> None:
    assert inside(ip) is None
