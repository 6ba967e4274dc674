"""Connections to the web: made to the very IP address that was checked, whatever a name leads to a moment later."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpcore
import httpx

from cvwidgets.collect.addresses import Resolve, inside
from cvwidgets.errors import AddressRefused, HostUnreachable

_LOOK_UPS = 16
"""Names looked up at once: one that hangs takes a thread for as long as the system waits for it."""

_TRY_SECONDS = 4.0
"""How long one of several addresses of a host is tried before the next: a network may promise IPv6 and have none."""


class CheckedConnections(httpcore.AsyncNetworkBackend):
    """Looks up a host, passes over addresses that are not public, and connects to one that is.

    The name stays what TLS is verified against and what the Host header says: that is made of the request, not of the connection.
    """

    def __init__(self, resolve: Resolve, *, allow_private: bool) -> None:
        self._resolve, self._allow_private = resolve, allow_private
        self._sockets = httpcore.AnyIOBackend()
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
                return await self._sockets.connect_tcp(ip, port, _TRY_SECONDS, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._sockets.connect_tcp(last, port, timeout, local_address, socket_options)

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


def connections(resolve: Resolve, *, allow_private: bool, together: int) -> tuple[httpcore.AsyncConnectionPool, CheckedConnections]:
    """A pool of checked connections, TLS verified by the certificates that httpx trusts.

    Proxies of the environment are not used: the proxy would connect, and nobody could say to what. Nothing is read from .netrc, and no
    cookie is kept.
    """
    checked = CheckedConnections(resolve, allow_private=allow_private)
    tls = httpx.create_ssl_context(trust_env=False)
    pool = httpcore.AsyncConnectionPool(
        ssl_context=tls, max_connections=2 * together, max_keepalive_connections=together, keepalive_expiry=5.0, network_backend=checked
    )
    return pool, checked
