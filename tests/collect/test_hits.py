"""What strangers write of a picture becomes plain text, an address of the web, a license that is known, or nothing."""

from __future__ import annotations

import pytest

from cvwidgets.collect.hits import address_of, hit_of, text_of
from cvwidgets.collect.licenses import code_of, licenses_of, name_of
from cvwidgets.errors import SourceError

ADDRESSES = [
    "javascript:alert(1)",
    "data:image/png;base64,AA",
    "file:///etc/passwd",
    "ftp://x/1.jpg",
    "/1.jpg",
    "http://",
    "http://[::1/",
    7,
]


@pytest.mark.parametrize("value", [*ADDRESSES, None, "https://x/" + "a" * 5000, "https://x/\n1.jpg"])
def test_what_is_no_address_of_the_web_is_none(value: object) -> None:
    assert address_of(value) is None and hit_of({"address": value}, provider="p", query="q") is None


def test_an_address_without_its_scheme_gets_one() -> None:
    assert address_of("//upload.example/1.jpg ") == "https://upload.example/1.jpg"


def test_what_an_author_wrote_is_one_line_of_plain_text() -> None:
    assert text_of('<a href="x" onclick="y">Ann</a> &amp;\n<script>alert(1)</script>Bob\x00\u202e') == "Ann & Bob"
    assert len(text_of("x" * 10_000) or "") == 300 and text_of("<br>") is None and text_of(7) is None


def test_a_size_that_there_cannot_be_is_left_out() -> None:
    hit = hit_of({"address": "https://x/1.jpg", "width": "1200", "height": -3, "author": ["Ann"]}, provider="p", query="q")
    assert hit is not None and (hit.width, hit.height, hit.author) == (1200, None, None)


WRITTEN = (
    ("CC BY-SA 4.0", "by-sa"),
    ("cc-by-nc", "by-nc"),
    ("CC BY-NC-ND 2.0 de", "by-nc-nd"),
    ("CC BY 2.5-2.0-1.0", "by"),
    ("CC0 1.0", "cc0"),
    ("Public domain", "pdm"),
    ("pd-usgov", "pdm"),
    *((other, None) for other in ("GFDL", "all rights reserved", "Babylon license", None)),
)


@pytest.mark.parametrize(("written", "code"), WRITTEN)
def test_a_license_is_known_however_it_is_written(written: str | None, code: str | None) -> None:
    assert code_of(written) == code


def test_licenses_are_asked_by_groups_and_codes() -> None:
    assert licenses_of(None) is None and licenses_of(" ") is None
    assert licenses_of("free") == {"cc0", "pdm", "by", "by-sa"} and licenses_of("CC-BY, by-nc") == {"by", "by-nc"}
    assert (name_of("by-sa", "4.0"), name_of("cc0", "1.0"), name_of("pdm"), name_of("by", "x")) == (
        "CC BY-SA 4.0",
        "CC0 1.0",
        "public domain",
        "CC BY",
    )
    with pytest.raises(SourceError, match="There is no license 'gpl'"):
        licenses_of("by,gpl")
