"""Page and kernel talk in questions and answers; whatever the page sends, an answer comes, and the kernel lives."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from cvwidgets.errors import NoModel
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import Answer, action

Open = Callable[..., object]


class Echo(Face):
    """Says what it was told."""

    stem = "grid"

    def __init__(self, **traits: object) -> None:
        self.gate = threading.Event()
        super().__init__(**traits)

    @action
    def say(self, word: str, times: int = 1, labels: list[str] | None = None) -> dict[str, str]:
        return {"said": word * times}

    @action
    def take(self, name: str, buffers: list) -> Answer:
        return Answer({"size": len(bytes(buffers[0]))}, [b"thanks"])

    @action
    def refuse(self) -> None:
        raise NoModel("No model is in production; asking needs one. Train, then promote.")

    @action
    def stumble(self) -> None:
        raise KeyError("<script>")

    @action(background=True)
    def wait(self) -> dict[str, bool]:
        self.gate.wait(20)
        return {"waited": True}

    @action(background=True)
    def late(self) -> dict[str, bool]:
        return {"came": True}

    def secret(self) -> dict[str, str]:
        return {"secret": "of Python alone"}


def test_a_question_gets_its_answer(page: Open) -> None:
    assert page(Echo()).ask("say", word="a", times=3)["ok"] == {"said": "aaa"}


def test_bytes_go_both_ways(page: Open) -> None:
    answer = page(Echo()).ask("take", (b"12345",), name="x.jpg")
    assert answer["ok"] == {"size": 5} and answer["buffers"] == [b"thanks"]


def test_an_error_is_an_ordinary_answer_with_its_sentence(page: Open) -> None:
    error = page(Echo()).ask("refuse")["error"]
    assert error == {"kind": "NoModel", "message": "No model is in production; asking needs one. Train, then promote."}


def test_an_error_nobody_thought_of_is_an_answer_too(page: Open) -> None:
    assert "KeyError" in page(Echo()).ask("stumble")["error"]["message"]


@pytest.mark.parametrize(
    "content",
    [
        None,
        7,
        "keep",
        [],
        {},
        {"id": 3, "action": "say"},
        {"id": "x", "action": ["say"]},
        {"id": "x", "action": "say", "arguments": "word"},
    ],
)
def test_a_message_that_is_no_question_gets_an_error_for_an_answer(page: Open, content: object) -> None:
    opened = page(Echo())
    opened.receive(content)
    number = content.get("id") if isinstance(content, dict) else None
    assert opened.answer(number)["error"]["kind"] == "BadQuestion"


@pytest.mark.parametrize("name", ["", "secret", "close", "__init__", "_receive", "send", "Say", "x" * 10_000])
def test_only_actions_answer(page: Open, name: str) -> None:
    assert page(Echo()).ask(name)["error"]["kind"] == "BadQuestion"


@pytest.mark.parametrize(
    "arguments",
    [{}, {"word": 1}, {"word": "a", "times": "2"}, {"word": "a", "times": True}, {"word": "a", "labels": [1]}, {"word": "a", "more": 1}],
)
def test_wrong_arguments_are_refused_before_anything_is_done(page: Open, arguments: dict) -> None:
    assert page(Echo()).ask("say", **arguments)["error"]["kind"] == "BadQuestion"


def test_long_work_does_not_keep_the_page_waiting(page: Open) -> None:
    echo = Echo()
    opened = page(echo)
    opened.receive({"id": "slow", "action": "wait"})
    assert opened.ask("say", word="quick")["ok"] == {"said": "quick"}
    echo.gate.set()
    assert opened.answer("slow")["ok"] == {"waited": True}


def test_a_question_that_nobody_waits_for_any_more_is_dropped(page: Open) -> None:
    echo = Echo()
    opened = page(echo)
    for number in range(4):  # the pool has four threads
        opened.receive({"id": f"slow{number}", "action": "wait"})
    opened.receive({"id": "dropped", "action": "late"})
    opened.ask("cancel", ids=["dropped", "never heard of"])
    echo.gate.set()
    assert opened.ask("late")["ok"] == {"came": True}
    assert all(message.get("content", {}).get("id") != "dropped" for message in opened.sent())


def test_an_unknown_argument_is_refused() -> None:
    with pytest.raises(TypeError, match="Echo has no argument 'tile_sise'"):
        Echo(tile_sise=3)


def test_an_error_that_nobody_asked_for_stands_under_the_widget() -> None:
    echo = Echo()
    echo.trouble(NoModel("No model."))
    assert echo._problem == "No model."


def test_what_is_sent_is_numbered_and_a_page_that_has_something_older_is_given_all_of_it(page: Open) -> None:
    widget = Echo()
    opened = page(widget)
    before = widget.get_state()["_serial"]
    widget._problem = "It rains."
    assert widget.get_state()["_serial"] > before
    opened.sent()
    opened.receive({"id": "a", "action": "arrive", "arguments": {"serial": before}})
    (given,) = (sent["state"] for sent in opened.sent() if sent["method"] == "update")
    assert given["_problem"] == "It rains." and "_esm" not in given
    opened.receive({"id": "b", "action": "arrive", "arguments": {"serial": given["_serial"]}})
    assert all(sent["method"] != "update" for sent in opened.sent())


def test_what_the_page_changed_is_numbered_too(page: Open) -> None:
    widget = Echo()
    opened = page(widget)
    opened.update({"_left": {"step": "triage"}})
    assert max(sent["state"].get("_serial", 0) for sent in opened.sent() if "state" in sent) == widget.get_state()["_serial"] > 0
