"""Clients that ask a server as fast as it answers, or at a steady pace; in a process of their own, so that they are nobody's threads."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

CLIENTS = 64


@dataclass
class Load:
    """What came of it: seconds of each answer, how many were no answers, the models that answered; `cpu` is what asking took itself."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    failed: int = 0
    models: set[int] = field(default_factory=set)
    cpu: float = 0.0

    @property
    def pace(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds

    def quantile(self, share: float) -> float:
        """So long took this share of the answers at most, in seconds."""
        return sorted(self.waits)[min(len(self.waits) - 1, int(share * len(self.waits)))]


def ask(port: int, token: str, pictures: Sequence[bytes], *, seconds: float, rate: float | None = None, clients: int = CLIENTS) -> Load:
    """Asks for so long by so many clients: each at once again, or at `rate` a second all together, whether answers come or not."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_in_process, args=(there, port, token, list(pictures), seconds, rate, clients), daemon=True)
    process.start()
    load: Load = here.recv()
    process.join()
    return load


def _in_process(told: Connection, port: int, token: str, pictures: list[bytes], seconds: float, rate: float | None, clients: int) -> None:
    begun = time.process_time()
    load = asyncio.run(_ask(port, token, pictures, seconds, rate, clients))
    load.cpu = time.process_time() - begun
    told.send(load)


async def _ask(port: int, token: str, pictures: list[bytes], seconds: float, rate: float | None, clients: int) -> Load:
    head = f"POST /v1/predict?top=1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Type: image/jpeg\r\n"
    requests = [f"{head}Content-Length: {len(picture)}\r\n\r\n".encode() + picture for picture in pictures]
    load, begun = Load(), time.perf_counter()
    due = iter(range(10**9))

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() - begun < seconds:
            asked = time.perf_counter()
            if rate is not None:
                asked = begun + next(due) / rate  # when it was to be asked: that a client was late counts as waiting
                await asyncio.sleep(max(0.0, asked - time.perf_counter()))
            number += 1
            writer.write(requests[number % len(requests)])
            status, body = await _answer(reader)
            load.waits.append(time.perf_counter() - asked)
            if status != 200:
                load.failed += 1
            elif body.startswith(b"{"):
                load.models.add(json.loads(body).get("model", 0))
        writer.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    load.seconds = time.perf_counter() - begun
    return load


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return int(head[9:12]), await reader.readexactly(length)
