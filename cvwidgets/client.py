"""Asking a server of `cvwidgets serve` from Python, on any machine that has httpx."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from cvwidgets.errors import CallFailed, UnreadablePicture
from cvwidgets.records import Answer, Prediction

Picture = str | Path | bytes
"""A file, an address of the web (http:// or https://), or a file's bytes."""

HANDFUL = 16
"""So many pictures go into one request, as long as they are small together."""
HANDFUL_BYTES = 16 << 20
PATIENCE_SECONDS = 60.0
"""So long a server that is full is asked again before it is given up."""
_TOO_LARGE = 413
_OWN = ("127.0.0.1", "localhost", "::1")


class Client:
    """Asks a server; a context manager, usable from any thread.

    Args:
        address: Where it answers, as its log and page say.
        token: What lets one in; that of the environment's CVWIDGETS_TOKEN by default.
        seconds: How long an answer may take.

    Raises:
        CallFailed: the token or the address cannot be used.
    """

    def __init__(self, address: str = "http://127.0.0.1:8000", token: str | None = None, *, seconds: float = 60.0) -> None:
        known = (token or os.environ.get("CVWIDGETS_TOKEN") or "").strip()
        if not (known.isascii() and known.isprintable()):  # httpx would show it in its error
            raise CallFailed("The token holds characters that none has; one line of letters, digits and signs is needed. Copy it again.")
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL as error:
            raise CallFailed(f"{address!r} is no address ({error}); one such as http://127.0.0.1:8000 is needed. Correct it.") from error
        self._http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {known}"} if known else {},
            timeout=seconds,
            trust_env=url.host not in _OWN,  # a proxy of the environment would not find this computer
        )

    def predict(self, picture: Picture, top: int | None = None) -> list[Prediction]:
        """What the model says of one picture, most probable first: the `top` labels, all by default.

        Raises:
            UnreadablePicture: it cannot be used as a picture.
            CallFailed: the server gave no answer; the message says why.
        """
        (answer,) = self._ask([picture], top)
        if answer.problem:
            raise UnreadablePicture(answer.problem)
        return list(answer.predictions)

    def predict_many(self, pictures: Iterable[Picture], top: int | None = None) -> Iterator[Answer]:
        """What the model says of each picture, in order, as a stream; one that cannot be used gives an answer with its `problem`.

        Raises:
            CallFailed: the server gave no answer; the message says why.
        """
        waiting = iter(pictures)
        while some := list(islice(waiting, HANDFUL)):
            for handful in _by_size(some):
                yield from self._ask_of_each(handful, top)

    def neighbors(self, picture: Picture, n: int = 20, *, label: str | None = None) -> list[dict[str, Any]]:
        """The n images of the project most like a picture, the nearest first: their id, sha256, label, state and distance.

        Raises:
            CallFailed: the server gave no answer; the message says why.
        """
        params = {"n": n, **({"label": label} if label else {})}
        found: list[dict[str, Any]] = self._call("POST", "/v1/neighbors", params=params, **_body([picture]))["neighbors"]
        return found

    def labels(self) -> list[str]:
        """The labels that the model tells apart.

        Raises:
            CallFailed: the server gave no answer; the message says why.
        """
        return list(self._call("GET", "/v1/labels")["labels"])

    def model(self) -> dict[str, Any]:
        """The model that answers: its version, run, number of labels, engine.

        Raises:
            CallFailed: the server gave no answer; the message says why.
        """
        return self._call("GET", "/v1/model")

    def is_up(self) -> bool:
        """Whether the server is there and has a model."""
        try:
            return self._http.get("/health").status_code == 200
        except httpx.TransportError:
            return False

    def close(self) -> None:
        """Lets go of its connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _ask_of_each(self, handful: Sequence[Picture], top: int | None) -> list[Answer]:
        """What is said of a handful; one that cannot be read or is too large costs its own answer alone."""
        try:
            return [*self._ask(handful, top)]
        except (OSError, CallFailed) as error:
            if isinstance(error, CallFailed) and error.status != _TOO_LARGE:
                raise
            if len(handful) > 1:
                return [answer for one in handful for answer in self._ask_of_each([one], top)]
            reason = f"It cannot be read ({error.strerror or error})." if isinstance(error, OSError) else str(error)
            return [Answer(_called(handful[0]), problem=reason)]

    def _ask(self, pictures: Sequence[Picture], top: int | None) -> Iterator[Answer]:
        said = self._call("POST", "/v1/predict", params={"top": top} if top else {}, **_body(pictures))
        for picture, result in zip(pictures, said["results"], strict=True):
            predictions = tuple(Prediction(one["label"], one["probability"]) for one in result.get("predictions") or ())
            yield Answer(_called(picture), predictions, result.get("problem"))

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """The answer's facts; a server that is full is asked again when it says."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self._http.request(method, path, **options)
            except (httpx.TransportError, httpx.InvalidURL) as error:
                raise CallFailed(
                    f"No server answers at {self._http.base_url} ({error}); it needs to run. Start it by 'cvwidgets serve PROJECT'."
                ) from error
            wait = float(_whole(answer.headers.get("Retry-After")))
            if answer.status_code != 429 or time.monotonic() + wait > until:
                return _facts(answer)
            time.sleep(wait)


def _facts(answer: httpx.Response) -> dict[str, Any]:
    try:
        facts = answer.json()
    except ValueError:
        facts = None
    if isinstance(facts, dict) and (answer.status_code == 200 or "results" in facts):
        return facts
    told = facts.get("detail") if isinstance(facts, dict) else None
    raise CallFailed(
        str(told) if told else f"HTTP {answer.status_code} came from {answer.url.copy_with(query=None)}, which is no answer of cvwidgets.",
        status=answer.status_code,
    )


def _body(pictures: Sequence[Picture]) -> Mapping[str, Any]:
    """What is sent: files as a form, or all as JSON where one of them is an address."""
    if not any(_is_address(picture) for picture in pictures):
        return {"files": [("file", (_name(picture), _bytes(picture), "application/octet-stream")) for picture in pictures]}
    return {
        "json": {
            "images": [
                {"address": picture} if _is_address(picture) else {"base64": base64.b64encode(_bytes(picture)).decode("ascii")}
                for picture in pictures
            ]
        }
    }


def _by_size(pictures: Sequence[Picture]) -> Iterator[list[Picture]]:
    """The pictures in handfuls that a server takes at once."""
    handful: list[Picture] = []
    size = 0
    for picture in pictures:
        adds = _size(picture)
        if handful and size + adds > HANDFUL_BYTES:
            yield handful
            handful, size = [], 0
        handful.append(picture)
        size += adds
    yield handful


def _size(picture: Picture) -> int:
    try:
        return len(picture) if isinstance(picture, bytes) else 0 if _is_address(picture) else Path(picture).stat().st_size
    except OSError:  # it is told when its turn comes
        return 0


def _is_address(picture: Picture) -> bool:
    return isinstance(picture, str) and picture.lower().startswith(("http://", "https://"))


def _called(picture: Picture) -> str:
    return "" if isinstance(picture, bytes) else str(picture)


def _name(picture: Picture) -> str:
    return "picture" if isinstance(picture, bytes) else Path(picture).name


def _bytes(picture: Picture) -> bytes:
    return picture if isinstance(picture, bytes) else Path(picture).read_bytes()


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 1
