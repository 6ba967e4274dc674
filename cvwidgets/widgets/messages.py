"""The talk between page and kernel: a question {id, action, arguments} with buffers, its answer {id, ok} or {id, error} with buffers.

An error is an ordinary answer. The half in the page is parts/door.js.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from cvwidgets.errors import CvwidgetsError

log = logging.getLogger(__name__)


class BadQuestion(Exception):
    """A message from the page that is no question, or one that nobody answers; never the user's doing."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the page asks. `id` comes back with the answer."""

    id: str
    action: str
    arguments: Mapping[str, Any]
    buffers: Sequence[bytes | memoryview] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an action may return instead of plain facts, when it has bytes to send."""

    facts: Mapping[str, Any]
    buffers: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """How an action is run: in a background thread when it may take longer than a few milliseconds."""

    name: str
    background: bool


def action(function: Callable | None = None, *, background: bool = False) -> Any:
    """Marks a method as something that the page may ask for, by its name; its annotations are checked, what it returns is the answer."""

    def mark(marked: Callable) -> Callable:
        marked.cvwidgets_action = Action(marked.__name__, background)  # type: ignore[attr-defined]
        return marked

    return mark(function) if function else mark


def actions_of(kind: type) -> dict[str, Action]:
    """The actions of a class, by name."""
    methods = inspect.getmembers(kind, lambda member: isinstance(getattr(member, "cvwidgets_action", None), Action))
    return {name: method.cvwidgets_action for name, method in methods}


def parse(content: object, buffers: Sequence[bytes | memoryview] | None) -> Question:
    """The question in a message.

    Raises:
        BadQuestion: it is none.
    """
    if not isinstance(content, Mapping):
        raise BadQuestion("The page sent a message that is no question. Reload the page.")
    number, name, arguments = content.get("id"), content.get("action"), content.get("arguments", {})
    if not isinstance(number, str) or not isinstance(name, str) or not isinstance(arguments, Mapping):
        raise BadQuestion("The page sent a question without an id, an action or arguments. Reload the page.")
    return Question(number, name, arguments, buffers or ())


def bind(method: Callable, question: Question) -> dict[str, Any]:
    """The arguments of the question, checked against what the method takes; `buffers` are handed over if it has a parameter of that name.

    Raises:
        BadQuestion: one is missing, unknown, or of the wrong type.
    """
    given = dict(question.arguments)
    hints = get_type_hints(method)
    parameters = inspect.signature(method).parameters
    if "buffers" in parameters:
        given["buffers"] = question.buffers
    try:
        inspect.signature(method).bind(**given)
    except TypeError as error:
        raise BadQuestion(f"The question {question.action!r} cannot be answered: {error}. Reload the page.") from None
    for name, value in given.items():
        if name != "buffers" and not _fits(value, hints.get(name, object)):
            raise BadQuestion(f"The question {question.action!r} has a wrong value for {name!r}. Reload the page.")
    return given


def refusal(error: Exception) -> dict[str, str]:
    """The error as an answer: its kind and a sentence for the user."""
    if isinstance(error, (CvwidgetsError, BadQuestion)):
        return {"kind": type(error).__name__, "message": str(error)}
    log.error("A question of the page could not be answered", exc_info=error)
    return {
        "kind": "Unexpected",
        "message": f"Something unexpected happened inside cvwidgets ({type(error).__name__}: {error}). "
        "Nothing that was decided is lost. Try it again; if it happens again, restart the kernel.",
    }


def _fits(value: object, hint: Any) -> bool:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, choice) for choice in get_args(hint))
    if hint is type(None):
        return value is None
    if origin in (list, dict):
        arguments = get_args(hint)
        if not isinstance(value, origin):
            return False
        return all(_fits(item, arguments[-1]) for item in (value.values() if isinstance(value, dict) else value))
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return not isinstance(hint, type) or isinstance(value, hint)
