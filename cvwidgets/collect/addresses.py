"""Which addresses of the web may be asked at all: by how they are written, and by where their names lead."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from contextlib import suppress

import httpx

from cvwidgets.errors import AddressRefused

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], list[str]]
"""Looks up where the name of a host leads: a name and a port in, IP addresses out; OSError when it leads nowhere."""

LONGEST = 4096
"""Characters of an address; what is longer is data, not an address."""

_SHOWN = 120
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_SECRET = re.compile(r"([?&](?:api_?key|key|token|access_token|client_id)=)[^&#\s]*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")

_PORTS = frozenset((1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080))
"""Ports above 1023 that browsers never ask, as something else than the web listens there (WHATWG fetch, "bad port")."""

_STANDING_FOR_ANOTHER = tuple(
    map(ipaddress.ip_network, ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "192.88.99.0/24"))
)
"""Addresses that hold another one and lead to it by way of a gateway: IPv4-compatible and -mapped, NAT64, Teredo, 6to4 (RFC 4291, 6052,
8215, 4380, 3056)."""

_NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("100.64.0.0/10", "192.0.0.0/24", "240.0.0.0/4", "fec0::/10", "3fff::/20")))
"""What `ipaddress` of some versions of Python takes for public: a provider's own network, reserved and documentation ranges."""

_ALLOCATED = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out for the public (RFC 4291)."""


def checked(address: str | httpx.URL) -> httpx.URL:
    """Takes an address apart, if it is one that may be asked; where its name leads is looked at when the connection is made.

    Raises:
        AddressRefused: it is not http or https, holds a name and password, names no host or one in a way that hides where it leads, or
            has a port at which something else than the web listens.
    """
    text = str(address).strip()
    try:
        url = httpx.URL(text) if len(text) <= LONGEST else None
    except (httpx.InvalidURL, ValueError):
        url = None
    if url is None:
        raise _refused(text, "is no address", "Correct it.")
    if url.scheme not in ("http", "https"):
        raise _refused(text, "is not an address of the web (http or https)", "Download it yourself and add the file.")
    if url.userinfo:
        raise _refused(text, "holds a user's name or password", "Write the address without it, or download the file yourself.")
    _check_host(text, url.raw_host.decode("ascii"))
    port = url.port
    if port is not None and (port in _PORTS or port > 65535 or (port < 1024 and port not in (80, 443))):
        raise _refused(text, f"asks port {port}, where no web server listens", "Correct it, or download the file yourself.")
    return url


def _check_host(text: str, host: str) -> None:
    """A host is an IP address as it is usually written, or a name of plain letters, digits, dots and hyphens."""
    with suppress(ValueError):
        ipaddress.ip_address(host)
        if "%" not in host:  # a zone, which names one of the networks of this computer
            return
    if not _HOST.fullmatch(host):
        raise _refused(text, "names no host that there could be", "Correct it.")
    if _NUMBER.fullmatch(host.rstrip(".").rsplit(".", 1)[-1]):
        raise _refused(text, "spells the number of its host in an unusual way, which hides where it leads", "Correct it.")


def inside(ip: str) -> str | None:
    """Says what an IP address leads to if that is not the public web, else None."""
    try:
        number = ipaddress.ip_address(ip)
    except ValueError:
        return "no address"
    if number.is_loopback or number.is_unspecified:
        return "this computer itself"
    if _lies_in(number, _STANDING_FOR_ANOTHER):
        return "an address that stands for another one"
    public = number.is_global and not number.is_multicast and not _lies_in(number, _NOT_PUBLIC)
    return None if public and (number.version == 4 or number in _ALLOCATED) else "a network that is not public"


def _lies_in(number: ipaddress.IPv4Address | ipaddress.IPv6Address, networks: tuple[Network, ...]) -> bool:
    return any(number in network for network in networks if network.version == number.version)


def look_up(host: str, port: int) -> list[str]:
    """Asks the system where a name leads."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def shown(address: str) -> str:
    """An address as it may stand in a sentence: cut where it is very long, without a user's name and password, and without keys."""
    short = _SECRET.sub(r"\1…", re.sub(r"(?<=//)[^/?#@\s]*@", "…@", address[: 4 * _SHOWN]))
    return short if len(short) <= _SHOWN else f"{short[:_SHOWN]}…"


def _refused(address: str, what: str, todo: str) -> AddressRefused:
    return AddressRefused(f"'{shown(address)}' {what}; images are fetched from public http and https addresses. {todo}")
