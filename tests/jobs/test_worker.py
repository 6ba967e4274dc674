from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import jobs
from cvwidgets.errors import NoModel, PredictionFailed
from cvwidgets.jobs import Worker
from tests.conftest import until
from tests.jobs.conftest import Write, run_python

HANDLER = """
import os, signal, pathlib, time
from cvwidgets.errors import NoModel

def answer(question):
    for number in range(question.get("count", 1)):
        yield {"number": number, "pid": os.getpid(), "question": question}
    fate = question.get("fate")
    if fate == "no model": raise NoModel("There is no model to ask yet.")
    if fate == "bug": raise ZeroDivisionError("by zero")
    if fate == "memory": raise MemoryError
    if fate == "die": os.kill(os.getpid(), signal.SIGKILL)
    if fate == "die once" and not pathlib.Path(question["mark"]).exists():
        pathlib.Path(question["mark"]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if fate == "go on":
        try:
            while True: yield {}
        finally: pathlib.Path(question["mark"]).touch()
    yield {"last": True}
"""


@pytest.fixture
def handler(module: Write) -> str:
    return module("handler", HANDLER) + ":answer"


@pytest.fixture
def worker(tmp_path: Path, handler: str) -> Iterator[Worker]:
    worker = Worker(tmp_path / "worker", handler)
    yield worker
    worker.stop()
    jobs.wait(worker.folder, seconds=20)


def test_a_worker_answers_reply_by_reply_and_lives_for_the_next_question(worker: Worker) -> None:
    first, last = worker.ask({"name": "a\ud800\n"})
    assert first["question"] == {"name": "a\ud800\n"} and last == {"last": True}
    assert next(worker.ask({}))["pid"] == first["pid"]
    assert jobs.status(worker.folder).state == "running"


def test_kernels_that_ask_at_once_start_one_worker_and_share_it(worker: Worker, handler: str) -> None:
    ask = (
        "import sys, pathlib; from cvwidgets.jobs import Worker; print(next(Worker(pathlib.Path(sys.argv[1]), sys.argv[2]).ask({}))['pid'])"
    )
    kernels = [run_python(ask, worker.folder, handler) for _ in range(4)]
    answers = {kernel.communicate()[0] for kernel in kernels}
    assert answers == {f"{next(worker.ask({}))['pid']}\n"}


def test_an_error_of_ours_comes_back_as_what_it_was(worker: Worker) -> None:
    with pytest.raises(NoModel, match=r"^There is no model to ask yet.$"):
        list(worker.ask({"fate": "no model"}))
    assert len(list(worker.ask({}))) == 2


@pytest.mark.parametrize(
    ("fate", "sentence"),
    [
        ("bug", r"^The prediction ended with ZeroDivisionError: by zero; the log has the rest: .*log.txt$"),
        ("memory", r"^The memory ran out; the prediction needed more than was free. "),
    ],
)
def test_any_other_failure_is_one_plain_sentence_and_the_worker_lives_on(worker: Worker, fate: str, sentence: str) -> None:
    pid = next(worker.ask({}))["pid"]
    with pytest.raises(PredictionFailed, match=sentence):
        list(worker.ask({"fate": fate}))
    assert next(worker.ask({}))["pid"] == pid


def test_a_handler_that_cannot_be_imported_is_said(tmp_path: Path, module: Write) -> None:
    worker = Worker(tmp_path / "worker", "nowhere:answer")
    with pytest.raises(PredictionFailed, match="ModuleNotFoundError: No module named 'nowhere'"):
        list(worker.ask({}))
    worker.stop()


def test_a_worker_killed_while_it_answers_is_asked_again_and_no_reply_comes_twice(worker: Worker, tmp_path: Path) -> None:
    *numbered, last = worker.ask({"count": 3, "fate": "die once", "mark": str(tmp_path / "mark")})
    assert [reply["number"] for reply in numbered] == [0, 1, 2] and last == {"last": True}


def test_a_worker_that_dies_again_is_given_up_in_three_beats(worker: Worker) -> None:
    with pytest.raises(PredictionFailed, match=r"ended twice .* started again in between. Read its log at .*log.txt"):
        list(worker.ask({"fate": "die"}))
    assert len(list(worker.ask({}))) == 2


def test_a_worker_killed_while_it_rests_is_replaced_without_a_word(worker: Worker) -> None:
    pid = next(worker.ask({}))["pid"]
    os.kill(pid, signal.SIGKILL)
    assert next(worker.ask({}))["pid"] != pid


def test_leaving_the_loop_stops_the_workers_work(worker: Worker, tmp_path: Path) -> None:
    answer = worker.ask({"fate": "go on", "mark": str(tmp_path / "mark")})
    next(answer), next(answer)
    assert not (tmp_path / "mark").exists()
    answer.close()
    until((tmp_path / "mark").exists)


def test_a_short_question_does_not_wait_for_the_end_of_a_long_one(worker: Worker, tmp_path: Path) -> None:
    endless = worker.ask({"fate": "go on", "mark": str(tmp_path / "mark")})
    next(endless), next(endless)
    assert len(list(worker.ask({}))) == 2
    endless.close()


def test_an_idle_worker_ends_and_the_next_question_starts_another(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVWIDGETS_WORKER_IDLE", "0")
    pid = next(worker.ask({}))["pid"]
    assert jobs.wait(worker.folder, seconds=20).state == "done"
    assert not (worker.folder / "address.json").exists()
    assert next(worker.ask({}))["pid"] != pid


def test_questions_at_the_very_end_of_an_idle_worker_are_answered(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVWIDGETS_WORKER_IDLE", "0")
    for _ in range(5):
        assert len(list(worker.ask({}))) == 2
        until(lambda: not (worker.folder / "address.json").exists())


def talk(address: Callable[[], dict[str, object]], first_line: str) -> bytes:
    """What a stranger gets to read who sends this line and a question."""
    with socket.create_connection(("127.0.0.1", int(str(address()["port"]))), timeout=20) as connection:
        connection.sendall(first_line.encode() + b"\n{}\n")
        return connection.makefile("rb").read()


def test_nobody_is_answered_without_the_token_that_the_owner_alone_can_read(worker: Worker) -> None:
    list(worker.ask({}))
    file = worker.folder / "address.json"
    assert file.stat().st_mode & 0o777 == 0o600
    token = json.loads(file.read_text())["token"]
    assert b'"last"' in talk(lambda: json.loads(file.read_text()), token)
    for wrong in ("", "x", token[:-1], token.upper() + "x", "ü" * 200):
        with pytest.raises((ConnectionError, AssertionError)):
            assert talk(lambda: json.loads(file.read_text()), wrong) != b""
    assert token not in (worker.folder / "log.txt").read_text()
