"""Connections to the web: made to the very IP address that was checked, whatever a name leads to a moment later."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import httpcore
import httpx

from cvwidgets.collect.addresses import Resolve, inside
from cvwidgets.errors import AddressRefused, HostUnreachable

_LOOK_UPS = 16
"""Names looked up at once: one that hangs takes a thread for as long as the system waits for it."""

_IDLE_SECONDS = 5.0
"""How long a connection is kept for the next question."""

_TRY_SECONDS = 4.0
"""How long one of several addresses of a host is tried before the next: a network may promise IPv6 and have none."""


class CheckedConnections(httpcore.AsyncNetworkBackend):
    """Looks up a host, passes over addresses that are not public, and connects to one that is.

    The name stays what TLS is verified against and what the Host header says: that is made of the request, not of the connection.
    """

    def __init__(self, resolve: Resolve, network: httpcore.AsyncNetworkBackend, *, allow_private: bool) -> None:
        self._resolve, self._network, self._allow_private = resolve, network, allow_private
        self._threads = ThreadPoolExecutor(_LOOK_UPS, thread_name_prefix="look-up")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to a public address of the host.

        Raises:
            AddressRefused: all its addresses lead to this computer or into a network that is not public.
            HostUnreachable: its name leads nowhere.
        """
        *firsts, last = self._public(host, await self._look_up(host, port))
        for ip in firsts:
            try:
                return await self._network.connect_tcp(ip, port, _TRY_SECONDS, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(last, port, timeout, local_address, socket_options)

    def close(self) -> None:
        """Waits for no look-up that hangs."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _look_up(self, host: str, port: int) -> list[str]:
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            pass
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, self._resolve, host, port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise HostUnreachable(f"The name '{host}' leads nowhere now; an address needs a host. Check the name and the connection.")
        return found

    def _public(self, host: str, found: list[str]) -> list[str]:
        public = found if self._allow_private else [ip for ip in found if not inside(ip)]
        if not public:
            leads = f"is {inside(found[0])}" if host == found[0] else f"leads to {found[0]}, {inside(found[0])}"
            raise AddressRefused(
                f"The host '{host}' {leads}; images are fetched from the public web. If you trust it, allow private addresses, "
                "or download the file yourself."
            )
        return public


class Connections:
    """Connections to hosts, used again while they are open; TLS is verified by the certificates that httpx trusts.

    Proxies of the environment are not used: the proxy would connect, and nobody could say to what. Nothing is read from .netrc, and no
    cookie is kept. httpcore's own pool looks at all connections for each request, which costs more than the request where there are many.
    """

    def __init__(self, resolve: Resolve, network: httpcore.AsyncNetworkBackend, *, allow_private: bool, most_idle: int) -> None:
        self._checked = CheckedConnections(resolve, network, allow_private=allow_private)
        self._tls = httpx.create_ssl_context(trust_env=False)
        self._most_idle = most_idle
        self._idle: list[tuple[httpcore.Origin, httpcore.AsyncHTTPConnection]] = []

    @asynccontextmanager
    async def get(self, url: httpx.URL, headers: Mapping[str, str]) -> AsyncIterator[httpcore.Response]:
        """Sends a GET request; what of the answer was not read at the end is let go, with the connection."""
        asked = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        connection = await self._take(asked.origin)
        fields: list[tuple[bytes | str, bytes | str]] = [("Host", url.netloc), *headers.items()]
        try:
            answer = await connection.handle_async_request(httpcore.Request("GET", asked, headers=fields))
            try:
                yield answer
            finally:
                await answer.aclose()
        finally:
            await self._give_back(asked.origin, connection)

    async def close(self) -> None:
        """Closes all connections; waits for no look-up that hangs."""
        for _, connection in self._idle:
            await connection.aclose()
        self._idle.clear()
        self._checked.close()

    async def _take(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        """The connection to the host that was used last, if it is still good, else a new one."""
        while place := next((place for place in range(len(self._idle), 0, -1) if self._idle[place - 1][0] == origin), 0):
            _, connection = self._idle.pop(place - 1)
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return httpcore.AsyncHTTPConnection(origin, ssl_context=self._tls, keepalive_expiry=_IDLE_SECONDS, network_backend=self._checked)

    async def _give_back(self, origin: httpcore.Origin, connection: httpcore.AsyncHTTPConnection) -> None:
        if not connection.is_idle():
            await connection.aclose()
            return
        self._idle.append((origin, connection))
        if len(self._idle) > self._most_idle:
            _, oldest = self._idle.pop(0)
            await oldest.aclose()
