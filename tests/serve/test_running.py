"""A server from its first moment to its last: its port, what it prints, its job's facts, its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cvwidgets import Client, Project, jobs
from cvwidgets.errors import ServeError
from cvwidgets.jobs import read_facts
from cvwidgets.serve.choices import Choices
from cvwidgets.serve.ports import listen, taken_by
from tests.conftest import until
from tests.serve.conftest import TOKEN, Serving, picture_bytes, with_models


def test_a_port_that_is_taken_is_told_by_whom_and_the_next_free_one_is_taken(start: Serving) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with start(0, port=port) as running:
            assert int(running.address.rpartition(":")[2]) > port and running.http.get("/health").status_code == 503
            assert running.said[0].startswith(f"Port {port} is taken by ")
            if sys.platform == "linux":
                assert f"(process {os.getpid()})" in running.said[0]


def test_two_servers_that_begin_at_once_are_given_two_ports() -> None:
    with listen("127.0.0.1", 18_500) as one, listen("127.0.0.1", 18_500) as two:
        assert one.getsockname()[1] < two.getsockname()[1]
    with pytest.raises(ServeError, match="an address of this machine is needed"):
        listen("203.0.113.7", 18_500)
    assert taken_by(1) == "another program"


def test_a_page_reads_where_the_server_answers_and_others_do_not(start: Serving, tmp_path: Path) -> None:
    with start(2) as running:
        file = tmp_path / "job/address.json"
        facts = read_facts(file) or {}
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert (facts["token"], facts["model"], facts["engine"], facts["host"]) == (TOKEN, 1, "torch", "127.0.0.1")
        with Project(running.folder) as project:
            project.models.promote(2)
        until(lambda: (read_facts(file) or {}).get("model") == 2)
    assert not file.exists() and running.said[-1] == "The server has ended."


def test_a_request_of_a_page_may_leave_everything_out(tmp_path: Path) -> None:
    assert Choices.from_facts(tmp_path, {}) == Choices(tmp_path)
    asked = {"port": 9000, "roots": [str(tmp_path)], "cors": ["https://a.example"], "classic": True, "model": None, "token_file": None}
    assert Choices.from_facts(tmp_path, asked) == Choices(tmp_path, port=9000, roots=(tmp_path,), cors=("https://a.example",), classic=True)


def test_what_is_answered_is_logged_when_asked_for(start: Serving) -> None:
    with start(log=True) as running:
        running.http.post("/v1/predict", files=[("file", picture_bytes()), ("file", b"none"), ("file", picture_bytes(color="blue"))])
    assert logged(running.folder) == 2


def logged(folder: Path) -> int:
    """How many requests the log holds."""
    with Project(folder) as project, project._store.served.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM requests").fetchone()[0]) if connection else 0


@pytest.mark.slow
def test_the_line_that_is_printed_asks_the_server_and_a_signal_ends_it(tmp_path: Path, tiny: Path) -> None:
    project = with_models(tmp_path / "project", tiny)
    (tmp_path / "photo.jpg").write_bytes(picture_bytes())
    command = [sys.executable, "-m", "cvwidgets", "serve", str(project), "--port", "18600"]
    environment = {name: value for name, value in os.environ.items() if name != "CVWIDGETS_TOKEN"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment) as server:
        assert server.stdout
        printed = ""
        while " Try: " not in printed:
            printed = server.stdout.readline()
            assert printed, "it ended before it answered"
        line = printed.partition(" Try: ")[2]
        said = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert {one["label"] for one in json.loads(said.stdout)["results"][0]["predictions"]} == {"owl1", "elk1"}
        server.send_signal(signal.SIGTERM)
        assert "The server has ended." in server.stdout.read() and server.wait(20) == 0


@pytest.mark.slow
def test_a_job_serves_and_logs_and_what_it_logged_is_there_after_it_was_killed(tmp_path: Path, tiny: Path) -> None:
    project = with_models(tmp_path / "project", tiny)
    job = project / "work/serve-1"
    job.mkdir(parents=True)
    (job / "request.json").write_text(json.dumps({"port": 18_700, "log": True, "log_images": True, "engine": "torch"}))
    for ending in ("killed", "stopped"):
        jobs.start(job, "cvwidgets.serve", [str(job)], title="Serve")
        until(lambda: (read_facts(job / "address.json") or {}).get("job") == (read_facts(job / "job.json") or {}).get("id"), seconds=90)
        facts = read_facts(job / "address.json") or {}
        with Client(f"http://127.0.0.1:{facts['port']}", facts["token"]) as client:
            before = logged(project)
            assert len(list(client.predict_many([picture_bytes()] * 40))) == 40
            until(lambda before=before: logged(project) > before)
        assert facts["token"] not in (job / "log.txt").read_text()
        if ending == "killed":
            (pid,) = [path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if f"\0{job}\0".encode() in path.read_bytes()]
            os.kill(int(pid), signal.SIGKILL)
        else:
            jobs.ask_to_stop(job)
        assert jobs.wait(job, seconds=30).state == ("lost" if ending == "killed" else "stopped")
    assert 40 < logged(project) <= 80
