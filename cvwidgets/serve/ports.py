"""Listening: at the port that was asked for, or the next one that is free, and who has the one that is not."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cvwidgets.errors import ServeError

TRIED = 100
BACKLOG = 512


def listen(host: str, first: int) -> socket.socket:
    """A socket that listens at the first port from `first` on that is free.

    It listens at once: two servers that begin at the same moment are not both given the port.

    Raises:
        ServeError: none of so many ports is free, or the host is none of this machine.
    """
    for port in range(first, min(first + TRIED, 65_536)):
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        if os.name == "posix":  # a port whose last connection closed just now counts as free
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise ServeError(
                    f"Nothing can listen at {host!r} ({error.strerror or error}); an address of this machine is needed."
                ) from error
        else:
            return listener
    raise ServeError(f"No port from {first} to {first + TRIED - 1} is free on {host}; the server needs one. Name another by --port.")


def taken_by(port: int) -> str:
    """Who listens at a port of this machine, in words: "python3 (process 123)", or "another program" where the system does not tell."""
    inodes = set(_listening(port))
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                with suppress(OSError):
                    if descriptor.readlink().name in inodes:
                        return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return "another program"


def _listening(port: int) -> Iterator[str]:
    """The sockets that listen at a port, as /proc names them (man 5 proc_net: the second field is address:port, the fourth 0A LISTEN)."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    yield f"socket:[{fields[9]}]"
