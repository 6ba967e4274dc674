"""Nobody is let in without the token: not to the page, its files, its kernel, nor from a page of somewhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.dashboard.conftest import PORT, Answer, Served, write_notebook

START = "open_app(Path(sys.argv[1]), notebook=Path(sys.argv[2]), roots=[Path(sys.argv[1])], port=int(sys.argv[3]), browser=False)"
UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
SECRET = "what only the project knows"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a picture and a catalog."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("picture.png", "catalog.db"):
        (folder / name).write_text(SECRET)
    return folder


@pytest.fixture(scope="module")
def app(serve: Callable[..., Served], project: Path) -> Served:
    """A dashboard whose notebook put pictures and text beside itself."""
    names = ["beside.png", "BESIDE.PNG", "beside.txt", ".beside.svg"]
    text = f"import pathlib\nfor name in {names}:\n    _ = pathlib.Path(name).write_text({SECRET!r})"
    return serve(START, project, write_notebook(project / "tiny.ipynb", text, "'shown'"), PORT + 40)


@pytest.fixture(scope="module")
def kernel(app: Served) -> str:
    """The id of a kernel that runs."""
    return re.findall(r'"kernelId": "([\w-]+)"', app.ask(token=app.token)[1])[0]


@pytest.fixture(scope="module")
def let_in(app: Served) -> dict[str, str]:
    """The headers of a browser that came with the token."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in app.cookies().items())}


def is_closed(answer: Answer) -> bool:
    leads_to_login = answer.status == 302 and "/login?" in answer.headers["Location"] and not answer.text
    return (answer.status == 403 and SECRET not in answer.text) or leads_to_login


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/voila/files/beside.png",
        "/voila/files/{project}/picture.png",
        "/voila/files/{project}/catalog.db",
        "/voila/files/tiny.ipynb",
        "/voila/static/voila.js",
        "/voila/templates/cvwidgets/static/index.css",
        "/voila/labextensions/anywidget/package.json",
        "/voila/api/themes/x/index.css",
        "/voila/query/{kernel}",
        "/voila/execution/{kernel}",
        "/api/kernels",
        "/api/kernels/{kernel}",
        "/api/contents/tiny.ipynb",
        "/{project}/picture.png",
    ],
)
def test_every_door_is_closed_without_the_token(app: Served, kernel: str, project: Path, path: str, query: str) -> None:
    assert is_closed(app.knock(path.format(kernel=kernel, project=project) + query))


@pytest.mark.parametrize("query", ["", "?token=wrong"])
def test_a_kernel_neither_talks_to_strangers_nor_ends_for_them(app: Served, kernel: str, let_in: dict[str, str], query: str) -> None:
    assert app.knock(f"/api/kernels/{kernel}/channels{query}", headers=UPGRADE).status == 403
    assert app.knock(f"/voila/query/{kernel}{query}", headers=UPGRADE).status in (302, 403)
    assert app.knock(f"/voila/api/shutdown/{kernel}{query}", method="POST").status == 403
    assert app.knock(f"/api/kernels/{kernel}{query}", method="DELETE").status == 403
    assert app.knock(f"/api/kernels/{kernel}", headers=let_in | {"Referer": app.address}).status == 200


def test_a_page_of_elsewhere_can_neither_open_the_websocket_nor_end_a_kernel(app: Served, kernel: str, let_in: dict[str, str]) -> None:
    channels = f"/api/kernels/{kernel}/channels"
    ours, theirs = app.address.split("/?")[0], "http://127.0.0.1:1"
    assert app.knock(channels, headers=let_in | UPGRADE | {"Origin": theirs}).status == 403
    assert app.knock(channels, headers=let_in | UPGRADE | {"Origin": "null"}).status == 403
    assert app.knock(channels, headers=let_in | UPGRADE | {"Origin": ours}).status == 101
    assert app.knock(f"/voila/api/shutdown/{kernel}", method="POST", headers=let_in | {"Origin": theirs}).status in (403, 404)
    assert app.knock(f"/voila/api/shutdown/{kernel}", method="POST", headers=let_in | {"Origin": ours}).status == 403  # no xsrf token


@pytest.mark.parametrize(
    "path",
    [
        "beside.png",
        "BESIDE.PNG",
        "b%65side.p%6eg",
        "./beside.png",
        "x/../beside.png",
        "x/%2e%2e/beside.png",
        "x%2f..%2fbeside.png",
        "/beside.png",
        "beside.png/",
        "beside.png%00",
        "beside.png%0A",
        "beside.png?x=.png",
        "beside.txt",
        ".beside.svg",
        "../log.txt",
        "%2e%2e/log.txt",
        "..%2flog.txt",
        "..%5clog.txt",
        "%252e%252e/log.txt",
        "{project}/picture.png",
        "/{project}/picture.png",
        "{quoted}%2fpicture.png",
        "../../../../../../../..{project}/catalog.db",
    ],
)
def test_no_file_is_handed_out_in_any_spelling_not_even_to_those_let_in(
    app: Served, project: Path, let_in: dict[str, str], path: str
) -> None:
    spelled = path.format(project=project, quoted=quote(str(project), safe=""))
    for folder in ("/voila/files/", "/voila/static/", "/voila/static/../files/", "/voila//files/", "/voila/labextensions/", "/"):
        answer = app.knock(folder + spelled, headers=let_in)
        assert (folder, answer.status in (400, 403, 404), SECRET in answer.text) == (folder, True, False)


def test_who_is_let_in_gets_the_scripts_and_styles_of_the_page(app: Served, let_in: dict[str, str]) -> None:
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', app.ask(token=app.token)[1]):
        assert app.knock(path.replace("&amp;", "&"), headers=let_in).status == 200


def test_the_token_is_taken_out_of_the_address_before_anything_is_shown(app: Served) -> None:
    answer = app.knock(f"/?step=Train&token={app.token}&x=%2F")
    assert (answer.status, answer.headers["Location"], answer.text) == (302, "/?step=Train&x=%2F", "")


def test_a_token_does_not_lead_to_another_server(app: Served) -> None:
    answer = app.knock(f"//elsewhere.org/?token={app.token}")
    assert (answer.status, answer.headers["Location"]) == (404, None)


def test_the_browser_is_told_to_ask_nobody_else_and_to_say_nothing_of_where_it_was(app: Served, let_in: dict[str, str]) -> None:
    told = app.knock("/", headers=let_in).headers
    assert told["Referrer-Policy"] == "no-referrer"
    assert {"default-src 'self'", "connect-src 'self' data: blob:"} <= set(told["Content-Security-Policy"].split("; "))


def test_the_cookie_is_for_this_page_alone(app: Served) -> None:
    cookie = app.knock(f"/?token={app.token}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and app.token not in cookie


def test_the_token_can_be_pasted_into_the_page_that_asks_for_it(app: Served) -> None:
    asked = app.knock("/login")
    assert "paste the token here" in asked.text
    xsrf = re.findall(r'name="_xsrf"[^>]*value="([^"]+)"', asked.text)[0]
    cookie = {"Cookie": f"_xsrf={xsrf}", "Content-Type": "application/x-www-form-urlencoded"}
    assert app.knock("/login", method="POST", headers=cookie, body=f"_xsrf={quote(xsrf)}&password=wrong").status == 401
    answer = app.knock("/login", method="POST", headers=cookie, body=f"_xsrf={quote(xsrf)}&password={app.token}")
    assert (answer.status, answer.headers["Location"]) == (302, "/")


def test_pages_that_say_no_fetch_nothing_from_elsewhere(app: Served, let_in: dict[str, str]) -> None:
    for page in (app.knock("/login").text, app.knock("/voila/files/x.png", headers=let_in).text):
        assert re.findall(r"(?:https?:)?//[\w.-]+", page) == []
        assert "<h1>" in page


@pytest.mark.slow
def test_a_page_that_closes_ends_its_kernel_by_the_cookie_it_was_given(app: Served) -> None:
    cookies = app.cookies()
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Referer": app.address}
    kernel = re.findall(r'"kernelId": "([\w-]+)"', app.knock("/", headers=headers).text)[0]
    word = {"Content-Type": "application/x-www-form-urlencoded"}
    last = app.knock(f"/voila/api/shutdown/{kernel}", method="POST", headers=headers | word, body=f"_xsrf={quote(cookies['_xsrf'])}")
    assert last.status == 204
    assert app.knock(f"/api/kernels/{kernel}", headers=headers).status == 404
