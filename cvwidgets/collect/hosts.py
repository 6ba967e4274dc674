"""How hosts are treated, and how they treat us: so many requests at once, pauses that they ask for, and when to leave one alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cvwidgets.errors import HostUnreachable

_REMEMBERED = 5000
"""Hosts whose facts are kept; of more, those that nothing waits for are forgotten, the oldest first."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a host answered so far: `asked` requests, `answered` of them well, `failed` not (an address that is not there is an answer).

    `in_a_row` counts the failures since it last answered well, `seconds` is how long its last answer took, `pause` for how many seconds
    it is not asked now, `problem` the last failure in a sentence.
    """

    asked: int = 0
    answered: int = 0
    failed: int = 0
    in_a_row: int = 0
    seconds: float | None = None
    pause: float = 0.0
    problem: str | None = None


@dataclass(slots=True)
class Host:
    """What is known of one host; changed by the loop's thread alone."""

    name: str
    slots: asyncio.Semaphore
    asked: int = 0
    answered: int = 0
    failed: int = 0
    in_a_row: int = 0
    seconds: float | None = None
    paused_until: float = 0.0
    problem: str | None = None
    waiting: int = field(default=0)

    def well(self, seconds: float) -> None:
        """It answered."""
        self.answered, self.in_a_row, self.seconds = self.answered + 1, 0, seconds

    def badly(self, problem: str) -> None:
        """It did not answer, or with an error of its own."""
        self.failed, self.in_a_row, self.problem = self.failed + 1, self.in_a_row + 1, problem

    def pause(self, now: float, seconds: float) -> None:
        """Nothing is asked of it for so long."""
        self.paused_until = max(self.paused_until, now + seconds)

    def health(self, now: float) -> Health:
        """The facts of this moment."""
        pause = max(0.0, self.paused_until - now)
        return Health(self.asked, self.answered, self.failed, self.in_a_row, self.seconds, pause, self.problem)


class Hosts:
    """All hosts that were asked: at most `per_host` requests at once to each, and `together` to all.

    Requests that wait for one host take no place from those to others.
    """

    def __init__(self, *, per_host: int, together: int, failures: int, patience: float) -> None:
        self._per_host, self._failures, self._patience = per_host, failures, patience
        self._all = asyncio.Semaphore(together)
        self._hosts: dict[str, Host] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[Host]:
        """Waits for a turn with a host: until it has a free place and no pause, then until there is one in all.

        Raises:
            HostUnreachable: it failed so often in a row, or asks for so long a pause, that it is left alone.
        """
        host = self._host(name)
        host.waiting += 1
        try:
            async with host.slots:
                while (pause := host.paused_until - asyncio.get_running_loop().time()) > 0:
                    self._check_pause(host, pause)
                    await asyncio.sleep(pause)
                self._check(host)
                async with self._all:
                    host.asked += 1
                    yield host
        finally:
            host.waiting -= 1

    def health(self) -> dict[str, Health]:
        """The facts of all hosts, by name."""
        now = asyncio.get_running_loop().time()
        return {name: host.health(now) for name, host in self._hosts.items()}

    def _check(self, host: Host) -> None:
        if host.in_a_row >= self._failures:
            raise HostUnreachable(
                f"The host '{host.name}' failed {host.in_a_row} times in a row and is not asked any more this time. Last: {host.problem}"
            )

    def _check_pause(self, host: Host, pause: float) -> None:
        if pause > self._patience:
            raise HostUnreachable(
                f"The host '{host.name}' asks to wait {pause:,.0f} s more; {self._patience:g} s are the most that is waited. Go on then."
            )

    def _host(self, name: str) -> Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= _REMEMBERED:
                idle = next((name for name, host in self._hosts.items() if not host.waiting), None)
                self._hosts.pop(idle or "", None)
            host = self._hosts[name] = Host(name, asyncio.Semaphore(self._per_host))
        return host
