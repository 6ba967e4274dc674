"""`GET /cv?PATH_OR_URL[:n]`, as scripts of CV Tools ask it, from the folders that are allowed alone."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.exceptions import HTTPException

from cvwidgets.serve.classic import Classic, parse, read_below
from tests.collect.site import Site, reply
from tests.serve.conftest import Running, picture_bytes


@pytest.mark.parametrize(
    ("query", "what", "top"),
    [
        (b"/pics/a.jpg", "/pics/a.jpg", None),
        (b"/pics/a.jpg:3", "/pics/a.jpg", 3),
        (rb"C:\pics\a.jpg", r"C:\pics\a.jpg", None),
        (rb"C:\pics\a.jpg:2", r"C:\pics\a.jpg", 2),
        (b"C:/pics/a.jpg:2", "C:/pics/a.jpg", 2),
        (b"C:5", "C:5", None),
        (b"http://host:8080/a.jpg", "http://host:8080/a.jpg", None),
        (b"http://host:8080/a.jpg:3", "http://host:8080/a.jpg", 3),
        (b"http://host:8080", "http://host:8080", None),
        (b"https://host/a.jpg?size=2:7", "https://host/a.jpg?size=2", 7),
        (b"http%3A%2F%2Fhost%3A8080%2Fa%20b.jpg%3A3", "http://host:8080/a b.jpg", 3),
        (b"http://host/a%20b.jpg", "http://host/a%20b.jpg", None),
        (b"a%20b+c.jpg", "a b+c.jpg", None),
        ("/pics/größe.jpg:1".encode(), "/pics/größe.jpg", 1),
        (b"a.jpg:0", "a.jpg", 1),
    ],
)
def test_the_number_is_told_from_drives_and_ports(query: bytes, what: str, top: int | None) -> None:
    assert parse(query) == Classic(what, top)


@pytest.mark.parametrize("query", [b"", b"%20", b":3"])
def test_nothing_is_no_question(query: bytes) -> None:
    with pytest.raises(HTTPException, match="Nothing is asked for"):
        parse(query)


def test_a_picture_below_a_root_is_answered_as_the_scripts_expect(served: Running, site: Site) -> None:
    whole = served.folder.parent / "pictures/owl.jpg"
    all_labels = served.http.get(f"/cv?{whole}").json()
    assert [label for label, _ in all_labels] in (["owl1", "elk1"], ["elk1", "owl1"]) and sum(p for _, p in all_labels) == pytest.approx(1)
    assert served.http.get(f"/cv?{quote(str(whole))}:1").json() == all_labels[:1] == served.http.get("/cv?owl.jpg:1").json()
    site.answers["/a.jpg"] = reply(whole.read_bytes())
    assert served.http.get(f"/cv?http://127.0.0.1:{site.port}/a.jpg:1").json() == all_labels[:1]
    assert served.http.get("/cv").status_code == 400


def test_what_lies_elsewhere_is_not_even_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    resolve = Path.resolve
    monkeypatch.setattr(Path, "resolve", lambda path, strict=False: looked.append(str(path)) or resolve(path, strict))
    for given in ("/net/host/a.jpg", "../../net/host/a.jpg"):
        with pytest.raises(HTTPException, match="404"):
            read_below([tmp_path], given, most_bytes=100)
    assert set(looked) == {str(tmp_path)}


def test_nothing_else_is_read_and_nobody_learns_what_is_there(served: Running, tmp_path: Path) -> None:
    pictures = served.folder.parent / "pictures"
    (tmp_path / "secret.jpg").write_bytes(picture_bytes())
    (pictures / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (pictures / "way").symlink_to(tmp_path)
    (pictures / "inside.jpg").symlink_to(pictures / "owl.jpg")
    asked = [
        "../project/catalog.db",
        str(tmp_path / "secret.jpg"),
        "link.jpg",
        "way/secret.jpg",
        "/etc/passwd",
        "none.jpg",
        "a%00b",
        ".",
        "/",
    ]
    told = {(said.status_code, said.json()["detail"]) for path in asked if (said := served.http.get(f"/cv?{path}")) is not None}
    assert len(told) == 1 and told.pop()[0] == 404
    assert served.http.get("/cv?inside.jpg").status_code == 200
