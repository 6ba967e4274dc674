"""What all widgets have in common: they refuse what they do not know, answer the page's questions, and swallow no error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Protocol

import anywidget
from traitlets import Dict, Int, TraitError, Unicode

from cvwidgets.widgets import front
from cvwidgets.widgets.messages import Action, Answer, BadQuestion, Question, action, actions_of, bind, parse, refusal
from cvwidgets.widgets.watcher import WATCHER


class Bookmarks(Protocol):
    """The part of a project that keeps where a person left off."""

    def get(self, key: str) -> dict[str, Any]:
        """What was put there last; empty when nothing was."""

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Keeps it; ValueError when it is too large."""


_INSIDE: ContextVar[bool] = ContextVar("inside", default=False)


@contextmanager
def inside() -> Iterator[None]:
    """What is made within the block stands in another widget, whose style sheet it shares: one in each would be sent and matched again."""
    before = _INSIDE.set(True)
    try:
        yield
    finally:
        _INSIDE.reset(before)


# One pool for all widgets of a kernel: pictures are read here, and the catalog is asked what may take a moment.
POOL = ThreadPoolExecutor(max_workers=4, thread_name_prefix="cvwidgets")


class Face(anywidget.AnyWidget):
    """A view over something that is kept elsewhere: traits out, named actions in, errors as answers.

    A subclass names its script (`stem`) and marks methods with `@action`. Actions return at once, or run in a background thread
    (`@action(background=True)`); such a thread only sets traits and sends messages. A page may set the traits tagged `page=True`, and
    no other: what it sends of those is left aside.
    """

    stem: ClassVar[str]
    _actions: ClassVar[dict[str, Action]] = {}

    _problem = Unicode("").tag(sync=True)
    """Kernel → page: what went wrong where nobody asked; stands under the widget."""

    _serial = Int(0).tag(sync=True, to_json=lambda _zero, face: face._sent)
    """Kernel → page: grows with everything that is sent. A page loads in the middle of that, more than once where the connection is slow,
    and what it was given late may be older than what it has; then the number falls, and the page asks again."""

    _left = Dict().tag(sync=True, page=True)
    """Both ways: what stands half done on the page (forms, folds); the next page, in whatever kernel, begins with it."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._actions = actions_of(cls)
        if taken := [name for name in cls._actions if hasattr(anywidget.AnyWidget, name)]:
            raise TypeError(f"{cls.__name__}.{taken[0]} would replace a method that every widget has; name the action otherwise")
        if "stem" in cls.__dict__:
            cls._esm = front.script(cls.stem)
            cls._css = front.style()

    def __init__(self, **traits: Any) -> None:
        if unknown := sorted(set(traits) - set(self.trait_names())):
            raise TypeError(f"{type(self).__name__} has no argument {unknown[0]!r}")
        self.arrived = False
        self._waiting: dict[str, Future[None]] = {}
        self._waiting_lock = threading.Lock()
        self._bookmarks: Bookmarks | None = None
        self._sent = 0
        self._sending = threading.RLock()
        if _INSIDE.get():
            self.add_traits(_css=Unicode("").tag(sync=True))
        super().__init__(**traits)
        self.on_msg(self._receive)

    def keep_place(self, bookmarks: Bookmarks) -> None:
        """From now on what the page leaves half done is kept in `bookmarks` under this widget's name, and found there again."""
        self._bookmarks = bookmarks
        self.come_back()
        self.observe(self._leave, "_left")

    def come_back(self) -> None:
        """A page came, maybe to a kernel that was kept ready for it since long: it begins where the page before it was left."""
        if self._bookmarks is not None:
            self._left = self._bookmarks.get(self.stem)

    def _leave(self, change: Any) -> None:
        try:
            self._bookmarks.put(self.stem, change["new"])  # type: ignore[union-attr]
        except ValueError as error:
            self.trouble(BadQuestion(f"What was typed here cannot be kept for the next time ({error})."))

    def _handle_msg(self, msg: Any) -> None:
        """Every message of the page comes in here; what is no message of a widget is answered, since ipywidgets would only print it."""
        data = msg["content"].get("data")
        method = data.get("method") if isinstance(data, dict) else None
        if method == "update" and isinstance(data.get("state"), dict):
            self.set_state(data["state"])
        elif method in ("custom", "request_state"):
            super()._handle_msg(msg)
        else:
            self.send({"id": None, "error": refusal(BadQuestion("The page sent a message that is none of a widget. Reload the page."))})

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Takes over what the page changed of the traits that are the page's to change."""
        own = {name: value for name, value in sync_data.items() if name in self.keys and self.trait_metadata(name, "page", default=False)}
        try:
            super().set_state(own)
        except (TraitError, TypeError, ValueError) as error:
            self.trouble(BadQuestion(f"The page sent something that does not fit ({error}). Reload the page."))

        self.send_state(())  # a page that is given an older state after this one can tell

    def send_state(self, key: str | Iterable[str] | None = None) -> None:
        """Sends some traits, all by default, with a number by which a page knows what is newer.

        One thread at a time, from reading to sending: else a state that was read earlier might arrive later.
        """
        names = self.keys if key is None else [key] if isinstance(key, str) else [*key]
        with self._sending:
            self._sent += 1
            super().send_state({*names, "_serial"})

    def _receive(self, _widget: object, content: object, buffers: Sequence[bytes | memoryview] | None) -> None:
        number = content.get("id") if isinstance(content, dict) else None
        try:
            question = parse(content, buffers)
            self._arrive()
            if question.action not in self._actions:
                raise BadQuestion(f"{type(self).__name__} has no action {question.action[:40]!r}. Reload the page.")
            arguments = bind(getattr(self, question.action), question)
        except BadQuestion as error:
            self.send({"id": number, "error": refusal(error)})
            return
        self._begin(question, arguments)

    def _arrive(self) -> None:
        if self.arrived:
            return
        self.arrived = True
        try:
            self.come_back()
        except Exception as error:  # noqa: BLE001 - the door: a question must be answered whatever the place that was left holds
            self.trouble(error)

    def _begin(self, question: Question, arguments: dict[str, Any]) -> None:
        method = getattr(self, question.action)
        if not self._actions[question.action].background:
            self._answer(question.id, method, arguments)
            return
        with self._waiting_lock:
            self._waiting[question.id] = POOL.submit(self._answer, question.id, method, arguments)

    def _answer(self, number: str, method: Callable, arguments: dict[str, Any]) -> None:
        try:
            result = method(**arguments)
            answer = result if isinstance(result, Answer) else Answer(result or {})
            self.send({"id": number, "ok": dict(answer.facts)}, list(answer.buffers))
        except Exception as error:  # noqa: BLE001 - the door: ipywidgets would swallow it and the page wait for ever
            self.send({"id": number, "error": refusal(error)})
        finally:
            with self._waiting_lock:
                self._waiting.pop(number, None)

    def close(self) -> None:
        """Ends the widget and those in it; nothing is looked at for them any more."""
        WATCHER.remove(self)
        for part in [getattr(self, name) for name in self.keys]:
            if isinstance(part, Face):
                part.close()
        super().close()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        self._css = front.style()  # shown by itself, whatever it was made for
        return super()._repr_mimebundle_(**options)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher, about once a second; what differs goes to the page. A widget that watches nothing need not say how."""

    def trouble(self, error: Exception) -> None:
        """Shows an error that came up while nobody asked, under the widget."""
        self._problem = refusal(error)["message"]

    @action
    def arrive(self, serial: int = 0) -> None:
        """The first question of each page, with the number of the state that it was given: what it shows stays where it is from now on.

        A kernel that is kept ready may have waited for its page for long, and shows it the project as it is then.
        """
        if serial != self._sent:
            self.again()

    @action
    def again(self) -> None:
        """Sends all traits that may have changed once more, to a page that was cut off for a while and may have missed some."""
        self.send_state(set(self.keys) - {"_esm", "_css"})

    @action
    def cancel(self, ids: list[str]) -> None:
        """Drops questions that nobody waits for any more, if they have not begun."""
        for number in ids:
            with self._waiting_lock:
                waiting = self._waiting.pop(number, None)
            if waiting:
                waiting.cancel()
