"""A question to the web and its answer: redirects followed, failures that pass tried again, all of it within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import httpcore
import httpx

from cvwidgets.collect.addresses import Resolve, checked, shown
from cvwidgets.collect.answers import bad_status
from cvwidgets.collect.connecting import Connections
from cvwidgets.collect.hosts import Host, Hosts
from cvwidgets.errors import AddressRefused, BadStatus, HostUnreachable, TooSlow, UnexpectedContent, WebError

Result = TypeVar("Result")
Receive = Callable[[str, httpx.Headers, AsyncIterable[bytes]], Awaitable[Result]]
"""Takes what came: the address that gave it in the end, its headers, its bytes as they come."""

_DRAINED = 1 << 16
"""Bytes of an answer nobody wants that are read, so that the connection can be used again."""

_MOVED = (301, 302, 303, 307, 308)
_BUSY = (429, 503)
_BROKEN = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, httpcore.ConnectionNotAvailable)
_PASSING = (408, 425, 500, 502, 504, *_BUSY)


@dataclass(frozen=True, slots=True)
class Limits:
    """What asking the web may cost.

    `seconds` and `bytes` are of one answer in all: redirects and unpacking count, waiting for one's turn and between tries does not.
    """

    seconds: float = 20.0
    bytes: int = 25 << 20
    redirects: int = 5
    per_host: int = 4
    """Requests at once to one host."""
    together: int = 32
    """Requests at once to all hosts."""
    tries: int = 3
    """How often something is asked of a host that is busy, has an error of its own, or breaks off."""
    back_off: float = 0.5
    """Seconds before the second try; twice that before the third."""
    patience: float = 30.0
    """How many seconds to wait when a host says when to come back; one that asks for more is left alone."""
    failures: int = 10
    """Failures in a row after which a host is left alone."""


class Asking:
    """Asks, in the thread of one event loop."""

    def __init__(
        self, limits: Limits, *, allow_private: bool, resolve: Resolve, network: httpcore.AsyncNetworkBackend | None = None
    ) -> None:
        self._limits = limits
        self.hosts = Hosts(per_host=limits.per_host, together=limits.together, failures=limits.failures, patience=limits.patience)
        self._connections = Connections(resolve, network or httpcore.AnyIOBackend(), allow_private=allow_private, most_idle=limits.together)

    async def get(self, address: str, receive: Receive[Result], headers: Mapping[str, str], *, secret: Mapping[str, str]) -> Result:
        """Asks an address, again when what failed may pass, and hands what comes to `receive`.

        `secret` headers are sent to the host of this address alone.

        Raises:
            WebError: it was not to be had.
        """
        for number in range(1, self._limits.tries + 1):
            try:
                return await self._follow(address, receive, headers, secret)
            except (BadStatus, HostUnreachable) as error:
                if number == self._limits.tries or not _may_pass(error):
                    raise
            await asyncio.sleep(self._limits.back_off * 2 ** (number - 1))
        raise AssertionError("the last try returns or raises")

    async def close(self) -> None:
        """Closes all connections."""
        await self._connections.close()

    async def _follow(self, address: str, receive: Receive[Result], headers: Mapping[str, str], secret: Mapping[str, str]) -> Result:
        left, at, first = self._limits.seconds, address, checked(address)
        for _ in range(self._limits.redirects + 1):
            url = checked(at)
            sent = {**headers, **secret} if _origin(url) == _origin(first) else headers
            async with self.hosts.turn(url.host) as host:
                begun = asyncio.get_running_loop().time()
                with self._watched(host, url):
                    async with asyncio.timeout(left):
                        result = await self._ask(url, receive, sent)
                left -= asyncio.get_running_loop().time() - begun
            if not isinstance(result, _Elsewhere):
                return result
            at = result.address
        raise UnexpectedContent(
            f"'{shown(address)}' leads on more than {self._limits.redirects} times. Look at it in a browser, or leave it out."
        )

    async def _ask(self, url: httpx.URL, receive: Receive[Result], headers: Mapping[str, str]) -> Result | _Elsewhere:
        async with self._connections.get(url, headers) as answer:
            got = httpx.Headers(answer.headers)
            if answer.status == 200:
                return await receive(str(url), got, answer.aiter_stream())
            if got.get("content-length", "").isdigit() and int(got["content-length"]) <= _DRAINED:
                async for _ in answer.aiter_stream():
                    pass
            if answer.status in _MOVED and "location" in got:
                return _Elsewhere(_joined(url, got["location"]))
            raise bad_status(str(url), answer.status, got)

    @contextmanager
    def _watched(self, host: Host, url: httpx.URL) -> Iterator[None]:
        """Notes how the host answers, and turns what failed into errors of ours."""
        now = asyncio.get_running_loop().time
        begun = now()
        try:
            yield
        except (TimeoutError, *_BROKEN, BadStatus, HostUnreachable) as error:
            trouble = self._trouble(error, url)
            if isinstance(trouble, BadStatus) and trouble.status not in _PASSING:
                host.well(now() - begun)
            else:
                host.badly(str(trouble))
            if isinstance(trouble, BadStatus) and trouble.status in _BUSY:
                pause = min(self._limits.patience, self._limits.back_off * 2**host.in_a_row)
                host.pause(now(), trouble.retry_after or pause)
            raise trouble from error
        except AddressRefused:
            raise
        except WebError:
            host.well(now() - begun)
            raise
        host.well(now() - begun)

    def _trouble(self, error: Exception, url: httpx.URL) -> WebError:
        match error:
            case WebError():
                return error
            case TimeoutError():
                return TooSlow(
                    f"'{shown(str(url))}' gave nothing whole within {self._limits.seconds:g} s, the most that is waited. Try again later, "
                    "or leave it out."
                )
            case httpcore.ConnectError() | httpcore.ConnectTimeout():
                what = (
                    f"no connection to '{url.host}' comes about ({error})" if str(error) else f"no connection to '{url.host}' comes about"
                )
            case _:
                what = f"'{url.host}' broke the connection off"
        return HostUnreachable(f"{what[0].upper()}{what[1:]}; '{shown(str(url))}' needs one. Check the network, or try again later.")


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """An answer that says where to ask instead."""

    address: str


def _joined(url: httpx.URL, location: str) -> str:
    try:
        return str(url.join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise UnexpectedContent(f"'{shown(str(url))}' leads to what is no address. Open it in a browser, or leave it out.") from error


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _may_pass(error: WebError) -> bool:
    """Whether to ask again: a host that is busy, in trouble, or broke off what it had begun."""
    if isinstance(error, BadStatus):
        return error.status in _PASSING
    return isinstance(error.__cause__, _BROKEN) and not isinstance(error.__cause__, httpcore.ConnectError | httpcore.ConnectTimeout)
