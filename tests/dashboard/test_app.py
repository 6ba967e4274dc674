from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cvwidgets.dashboard import open_app
from cvwidgets.dashboard.serving import free_port
from cvwidgets.errors import JobDidNotStart, SourceError
from tests.conftest import until
from tests.dashboard.conftest import PORT, Served, write_notebook

START = "open_app(Path(sys.argv[1]), notebook=Path(sys.argv[2]), roots=[Path(sys.argv[1])], port=int(sys.argv[3]), browser=False)"
AT_HOME = "open_app(notebook=Path(sys.argv[1]), roots=[Path(sys.argv[2])], user='Ada', base_url='tools/cvw', port=int(sys.argv[3]))"
SPELLINGS = ("beside.png", "a%0Ab.png", "../log.txt")


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that shows what it was told, and puts a picture beside itself."""
    told = ("CVWIDGETS_PROJECT", "CVWIDGETS_ROOTS", "CVWIDGETS_USER", "DO_NOT_TRACK", "HF_HUB_DISABLE_TELEMETRY")
    beside = "import os, pathlib; pathlib.Path('beside.png').write_bytes(b'png')"
    shown = f"{{n: v for n, v in os.environ.items() if n in {told} or 'TOKEN' in n}}"
    return write_notebook(tmp_path_factory.mktemp("notebook") / "tiny.ipynb", f"{beside}\n{shown}")


@pytest.fixture(scope="module")
def app(serve: Callable[..., Served], notebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Served:
    return serve(START, tmp_path_factory.mktemp("project"), notebook, PORT)


def lines_of_processes() -> list[bytes]:
    return [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]


def test_whoever_has_the_token_sees_the_page_with_the_project_and_its_roots(app: Served) -> None:
    status, page = app.ask(token=app.token)
    assert status == 200
    assert re.search(r"CVWIDGETS_PROJECT.{1,300}/project\d", page)
    assert re.search(r"CVWIDGETS_ROOTS.{1,300}/project\d", page)


def test_kernels_and_the_jobs_they_start_tell_nobody_of_their_use_and_do_not_know_the_token(app: Served) -> None:
    _, page = app.ask(token=app.token)
    assert "HF_HUB_DISABLE_TELEMETRY" in page and "DO_NOT_TRACK" in page
    assert app.token not in page and "TOKEN" not in page


def test_without_a_project_it_begins_at_home_below_a_proxys_path_with_the_name_of_who_decides(
    serve: Callable[..., Served], notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVWIDGETS_PROJECT", "left over")
    monkeypatch.delenv("DISPLAY", raising=False)
    served = serve(AT_HOME, notebook, tmp_path, PORT + 30)
    assert (served.said[-1].split(" at ")[0], urlsplit(served.address).path) == ("The dashboard is", "/tools/cvw/")
    status, page = served.ask("/tools/cvw/", token=served.token)
    assert (status, "CVWIDGETS_PROJECT" in page) == (200, False)
    assert re.search(r"CVWIDGETS_USER.{1,20}Ada", page)
    assert {address.split("/voila/")[0] for address in re.findall(r'(?:src|href)="(/[^"]+)"', page)} == {"/tools/cvw"}
    assert "paste the token here" in served.ask("/tools/cvw/")[1]
    assert served.ask("/")[0] == served.ask("/login")[0] == 404


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_without_the_token_there_is_a_question_for_it_and_no_page(app: Served, token: str | None) -> None:
    _, page = app.ask(token=token)
    assert "CVWIDGETS_PROJECT" not in page and "password" in page.lower()


@pytest.mark.parametrize("path", ["tiny.ipynb", *(pytest.param(name, marks=pytest.mark.slow) for name in SPELLINGS)])
def test_no_file_is_handed_out_not_even_pictures_and_not_even_with_the_token(app: Served, path: str) -> None:
    app.ask(token=app.token)
    assert [file.name for file in app.temporary.glob("cvwidgets-*/served/*.png")] == ["beside.png"]
    assert app.ask(f"/voila/files/{path}")[0] == 403
    assert app.ask(f"/voila/files/{path}", token=app.token)[0] == 403


def test_nothing_lies_where_the_page_is_served_from_but_the_notebook(app: Served) -> None:
    assert {file.name for file in app.temporary.glob("cvwidgets-*/served/*")} <= {"tiny.ipynb", "beside.png"}


def test_the_page_fetches_nothing_from_elsewhere(app: Served) -> None:
    _, page = app.ask(token=app.token)
    tags = " ".join(re.findall(r"<(?:script|link|img|iframe|style)[^>]*>", page)) + " ".join(re.findall(r"import\(.*?\)|url\(.*?\)", page))
    assert "src=" in tags
    assert re.findall(r"(?:https?:)?//[\w.-]+", tags) == []


def test_a_visitor_cannot_ask_for_another_template_with_other_ideas(app: Served) -> None:
    parts = app.ask("/?voila-template=lab&", token=app.token)
    assert "fontawesome" not in parts[1]


def test_the_token_is_in_no_log_and_in_no_list_of_processes(app: Served) -> None:
    app.ask(token=app.token)
    (log,) = app.temporary.glob("cvwidgets-*/log.txt")
    assert "tiny.ipynb" in log.read_text() and app.token not in log.read_text()
    assert not [line for line in lines_of_processes() if app.token.encode() in line]


def test_a_second_dashboard_takes_the_next_free_port(app: Served, serve: Callable[..., Served], notebook: Path, tmp_path: Path) -> None:
    port = int(app.address.split(":")[2].split("/")[0])
    second = serve(START, tmp_path, notebook, port)
    assert second.address.startswith(f"http://127.0.0.1:{port + 1}/")
    assert second.token != app.token
    second.end()


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_it_ends_cleanly_with_all_its_processes_and_says_that_jobs_go_on(
    serve: Callable[..., Served], notebook: Path, tmp_path: Path, number: int
) -> None:
    served = serve(START, tmp_path, notebook, PORT + 10)
    served.ask(token=served.token)
    words = served.end(number)
    assert served.process.returncode == 0 and "Jobs that run go on" in words
    assert not [line for line in lines_of_processes() if os.fsencode(served.temporary) in line]
    assert list(served.temporary.iterdir()) == []


def test_it_does_not_outlive_the_killing_of_its_starter(serve: Callable[..., Served], notebook: Path, tmp_path: Path) -> None:
    served = serve(START, tmp_path, notebook, PORT + 10)
    served.end(signal.SIGKILL)
    until(lambda: not [line for line in lines_of_processes() if os.fsencode(served.temporary) in line])


def test_a_server_that_cannot_start_says_what_it_said_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(JobDidNotStart, match=r"ended before it answered; its last word was: nothing. Mend that"):
        open_app(tmp_path, notebook=write_notebook(tmp_path / "x.ipynb"), browser=False)


def test_a_root_that_is_not_there_is_said_in_three_beats(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no folder at .*mistyped'; a root is a folder that .* Check the name, or make it"):
        open_app(tmp_path, roots=[tmp_path, tmp_path / "mistyped"], browser=False)


def test_a_token_that_could_be_guessed_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVWIDGETS_TOKEN", "guess")
    with pytest.raises(JobDidNotStart, match=r"CVWIDGETS_TOKEN cannot be used; 16 to 200 .* Set a longer one") as caught:
        open_app(browser=False)
    assert "guess" not in str(caught.value)


def test_no_free_port_is_said_in_three_beats() -> None:
    with socket.create_server(("127.0.0.1", 65_535)), pytest.raises(JobDidNotStart, match=r"No port from 65535 .*Name another by --port"):
        free_port("127.0.0.1", 65_535)
