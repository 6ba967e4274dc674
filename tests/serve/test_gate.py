"""Nobody is let in without the token, and nothing that is said tells of the machine."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import httpx
import pytest

from cvwidgets.errors import ServeError
from cvwidgets.serve import Choices
from cvwidgets.serve.token import Token, find_token, token_file
from tests.serve.conftest import TOKEN, Running, Serving, picture_bytes

GUARDED = ["/v1/predict", "/v1/labels", "/v1/model", "/v1/neighbors", "/metrics", "/nowhere"]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": TOKEN}])
def test_without_the_token_nothing_is_answered_but_health_and_how_one_asks(served: Running, header: dict[str, str]) -> None:
    with httpx.Client(base_url=served.address, headers=header) as http:
        for path in GUARDED:
            for said in (http.get(path), http.post(path, content=picture_bytes())):
                assert (said.status_code, said.headers["www-authenticate"]) == (401, "Bearer")
        assert http.get("/health").json() == {"status": "ok"}
        for path in ("/docs", "/docs/page.js", "/docs/page.css", "/openapi.json"):
            page = http.get(path)
            assert page.status_code == 200 and str(served.folder.parent) not in page.text and TOKEN not in page.text


def test_a_page_that_leads_its_own_name_to_this_computer_is_refused(served: Running) -> None:
    for host in ("evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""):
        assert served.http.get("/health", headers={"Host": host}).status_code == 400
    for host in ("localhost:1", "127.0.0.1", "[::1]:8000", "LOCALHOST"):
        assert served.http.get("/health", headers={"Host": host}).status_code == 200


def test_another_address_of_this_computer_is_its_own_name_too(start: Serving) -> None:
    with start(0, host="127.0.0.2") as served:
        assert httpx.get(f"{served.address}/health").status_code == 200
        assert served.http.get("/health", headers={"Host": "127.0.0.3"}).status_code == 400


def test_the_classic_question_needs_no_token_from_this_computer_but_from_a_proxy_and_from_other_pages(served: Running) -> None:
    http = httpx.Client(base_url=served.address)

    def status(**headers: str) -> int:
        return http.get("/cv?owl.jpg:1", headers={name.replace("_", "-"): value for name, value in headers.items()}).status_code

    assert status() == 200 == status(Sec_Fetch_Site="none")
    passed_on = status(X_Forwarded_For="10.1.1.1"), status(X_Forwarded_Proto="https"), status(Forwarded="for=1.2.3.4")
    assert {*passed_on, status(Sec_Fetch_Site="cross-site")} == {401}
    assert http.post("/cv?owl.jpg:1").status_code == 405


def test_the_classic_question_is_off_unless_asked_for_and_needs_the_token_where_others_reach_the_server(
    start: Serving, tmp_path: Path
) -> None:
    with start() as plain:
        assert plain.http.get("/cv?owl.jpg").status_code == 404
        assert httpx.get(f"{plain.address}/cv?owl.jpg").status_code == 401
    (tmp_path / "a.jpg").write_bytes(picture_bytes())
    with start(0, host="0.0.0.0", classic=True, roots=(tmp_path,)) as everywhere:
        assert httpx.get(f"{everywhere.address}/cv?a.jpg").status_code == 401
        assert httpx.get(f"{everywhere.address}/health", headers={"Host": "server.example"}).status_code == 200
        assert everywhere.http.get("/cv?a.jpg").status_code == 200


def test_pages_of_other_origins_may_ask_only_where_they_are_named(served: Running, start: Serving) -> None:
    asks = {"Origin": "https://ours.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    assert "access-control-allow-origin" not in served.http.options("/v1/predict", headers=asks).headers
    with start(cors=("https://ours.example",)) as named:
        allowed = named.http.options("/v1/predict", headers=asks).headers
        assert (
            allowed["access-control-allow-origin"] == "https://ours.example" and "Authorization" in allowed["access-control-allow-headers"]
        )
        other = named.http.options("/v1/predict", headers={**asks, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_a_token_is_made_once_for_its_owner_alone_and_never_lies_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CVWIDGETS_TOKEN", raising=False)
    made = find_token(Choices(tmp_path))
    file = token_file(tmp_path)
    assert len(made.text) >= 40 and file.read_text() == made.text and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert tmp_path not in file.parents and find_token(Choices(tmp_path)).text == made.text
    file.chmod(0o644)
    assert find_token(Choices(tmp_path)).text != made.text and stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_token_is_taken_from_a_file_or_the_environment_which_children_do_not_inherit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVWIDGETS_TOKEN", "from-the-environment")
    (tmp_path / "mine").write_text("from-the-file-of-mine\n")
    assert find_token(Choices(tmp_path, token_file=tmp_path / "mine")).text == "from-the-file-of-mine"
    monkeypatch.setenv("CVWIDGETS_TOKEN", "from-the-environment")
    assert find_token(Choices(tmp_path)).text == "from-the-environment" and "CVWIDGETS_TOKEN" not in os.environ
    for wrong in ("short", "with a blank in the middle of it", "x" * 201):
        with pytest.raises(ServeError, match="16 to 200 letters"):
            Token(wrong, "x")
    with pytest.raises(ServeError, match="No such file"):
        find_token(Choices(tmp_path, token_file=tmp_path / "none"))


def test_the_token_stands_in_no_log(served: Running) -> None:
    served.predict(b"no picture")
    assert not any(TOKEN in line for line in served.said)
    assert any(line.startswith("The token is that of ") for line in served.said)


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"port": 0}, "from 1 to 65,535"),
        ({"engine": "gpu"}, "There is no engine 'gpu'"),
        ({"roots": (Path("/none/such"),)}, "is no folder"),
        ({"cors": ("example.org",)}, "is no origin"),
    ],
)
def test_a_choice_that_cannot_be_used_is_told(tmp_path: Path, wrong: dict[str, object], match: str) -> None:
    with pytest.raises(ServeError, match=match):
        Choices(tmp_path, **wrong)  # type: ignore[arg-type]
