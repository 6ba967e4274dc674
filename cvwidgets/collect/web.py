"""The one way to ask the web for something: from the public web alone, bounded in bytes and time, polite to hosts.

Asking is done by a thread of its own, so that it works the same in a script, in a notebook's cell and beside a running event loop.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterable, Coroutine, Iterable, Mapping
from concurrent.futures import Future
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpcore
import httpx

from cvwidgets.collect.addresses import Resolve, checked, look_up, shown
from cvwidgets.collect.answers import body
from cvwidgets.collect.asking import Asking, Limits
from cvwidgets.collect.drafting import Draft, Fetched
from cvwidgets.collect.hosts import Health
from cvwidgets.errors import UnexpectedContent
from cvwidgets.pictures import Readers
from cvwidgets.settings import read_settings

Result = TypeVar("Result")


def _user_agent() -> str:
    """What the program says of itself, as RFC 9110, section 10.1.5, and the rules of many hosts ask for.

    With the user's contact where one was set: https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy
    """
    try:
        name = f"cvwidgets/{version('cvwidgets')}"
    except PackageNotFoundError:
        name = "cvwidgets"
    contact = read_settings().contact
    return f"{name} ({f'{contact}; ' if contact else ''}a program that fetches pictures its user asked for)"


class Web:
    """Asks addresses of the public web; a context manager, usable from any thread.

    Only http and https. Addresses that lead to this computer or into a network that is not public are refused, after a redirect too, and
    a connection is made to the very IP address that was looked at. Proxies of the environment are not used; no cookie is kept. A host
    that is busy or in trouble is asked again, not before it says, and left alone when it fails too often.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        allow_private: bool = False,
        user_agent: str | None = None,
        resolve: Resolve = look_up,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        """`allow_private` lets addresses of this computer and of private networks pass.

        `resolve` looks up the names of hosts, `network` connects to IP addresses that were looked at; the system's if None.
        """
        self.limits = limits or Limits()
        self._headers = {"User-Agent": user_agent or _user_agent()}
        self._asking = Asking(self.limits, allow_private=allow_private, resolve=resolve, network=network)
        self._readers = Readers()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cvwidgets-web", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Breaks off what is under way; nothing half is left of it."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._readers.close()

    def json(self, address: str, params: Mapping[str, str | int] | None = None, *, headers: Mapping[str, str] | None = None) -> Any:
        """What the JSON document at an address holds; `params` go behind its question mark.

        `headers`, with a key say, are sent to the host of this address alone, not to one that it leads to.

        Raises:
            AddressRefused: it is not one of the public web, or leads to one that is not.
            HostUnreachable: no connection came about, or it broke off; or the host failed too often to be asked.
            BadStatus: the host does not give it; a busy host was asked `Limits.tries` times.
            TooSlow: it took longer than it may.
            TooLarge: it is larger than it may be.
            UnexpectedContent: it is no JSON.
        """
        asked = str(checked(address).copy_merge_params(params)) if params else address
        said = {**self._headers, "Accept": "application/json", "Accept-Encoding": "gzip"}
        return self._submit(self._asking.get(asked, self._take_json, said, secret=headers or {})).result()

    def fetch(self, address: str, folder: Path) -> Fetched:
        """Fetches the picture at an address into a folder, under a name that no other file has.

        What comes is written to a draft, which gets its name when its content was found to be a picture; else nothing is left of it.

        Raises:
            WebError: as `json` does; UnexpectedContent when it is no picture.
            DiskFull: there was no room.
        """
        return self.begin(address, folder).result()

    def begin(self, address: str, folder: Path) -> Future[Fetched]:
        """Begins what `fetch` does and returns at once; any number may wait for their turn."""
        return self._submit(self._fetch(address, folder))

    def drop(self, begun: Iterable[Future[Fetched]]) -> None:
        """Breaks off what was begun, and waits until nothing half is left of it."""
        if self._loop.is_closed():
            return
        for future in begun:
            future.cancel()
        asyncio.run_coroutine_threadsafe(self._unwind(), self._loop).result()

    def health(self) -> dict[str, Health]:
        """How the hosts that were asked answered so far, by name."""
        return self._submit(self._told()).result()

    # ---- in the thread of the loop

    def _submit(self, asked: Coroutine[Any, Any, Result]) -> Future[Result]:
        return asyncio.run_coroutine_threadsafe(self._noted(asked), self._loop)

    async def _noted(self, asked: Coroutine[Any, Any, Result]) -> Result:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            return await asked
        finally:
            self._tasks.discard(task)

    async def _take_json(self, address: str, headers: httpx.Headers, stream: AsyncIterable[bytes]) -> Any:
        content = bytearray()
        async for piece in body(address, headers, stream, limit=self.limits.bytes):
            content += piece
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise UnexpectedContent(f"What '{shown(address)}' gives is no JSON, which was asked for. Look at it in a browser.") from error

    async def _fetch(self, address: str, folder: Path) -> Fetched:
        with Draft(folder) as draft:

            async def take(at: str, headers: httpx.Headers, stream: AsyncIterable[bytes]) -> str:
                draft.begin()
                async for piece in body(at, headers, stream, limit=self.limits.bytes):
                    draft.write(piece)
                return at

            said = {**self._headers, "Accept": "image/*,*/*;q=0.5", "Accept-Encoding": "identity"}
            at = await self._asking.get(address, take, said, secret={})
            header = await asyncio.to_thread(self._readers.read_header, draft.whole())
            return draft.keep(at, header)

    async def _told(self) -> dict[str, Health]:
        return self._asking.hosts.health()

    async def _unwind(self) -> None:
        if going := [task for task in self._tasks if task.cancelling()]:
            await asyncio.wait(going)

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self._unwind()
        await self._asking.close()
        await asyncio.get_running_loop().shutdown_default_executor()
