"""How fast a list of addresses comes in, beside a bare httpx loop of the same parallelism, and what the second time costs.

python tests/benchmarks/downloads.py [SCALE]    prints three JSON lines; SCALE 0.1 takes a tenth of the addresses.

A server of this machine waits 20 ms before each answer. Of 2,000 addresses 1% are errors, 1% never answer, 5% give what another one gave.
Ours looks at every IP address, bounds every answer, writes it to a file and looks whether it is a picture; the bare loop lets go of what
comes. Both give up an answer after the same time, and take turns.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import numpy as np
import psutil

from cvwidgets.collect import Fetching, find_in_list
from cvwidgets.collect.downloading import Arrival, Wanted, download
from cvwidgets.collect.web import Limits, Web
from cvwidgets.project.adding import Wish, add_iter
from cvwidgets.records import Source
from cvwidgets.store import open_store
from tests.benchmarks.projects import draw

ADDRESSES = 2000
PARALLEL = 32
PAIRS = 5
DELAY_SECONDS = 0.02
LIMIT_SECONDS = 4.0
LIMITS = Limits(seconds=LIMIT_SECONDS, per_host=PARALLEL, together=PARALLEL)


def kind(number: int) -> str:
    """What an address does, by its number: of each hundred one is missing, one hangs, and five repeat the one before."""
    place = number % 100
    return {13: "missing", 57: "hangs"}.get(place, "repeats" if place % 20 == 9 else "new")


def serve(told: Connection) -> None:
    """Serves pictures by number on a port that it tells, and says how many bytes it sent whenever asked."""
    drawn = []
    for seed in range(40):
        with tempfile.TemporaryFile() as file:
            draw(np.random.default_rng(seed), (480, 360)).save(file, "JPEG", quality=85)
            file.seek(0)
            drawn.append(file.read())
    sent = 0

    def picture(number: int) -> bytes:
        number -= kind(number) == "repeats"
        whole, comment = drawn[number % len(drawn)], f"{number:08}".encode()
        return whole[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + whole[2:]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                path = request.split(b" ", 2)[1].decode()
                if path == "/sent":
                    status, body = b"200 OK", str(sent).encode()
                else:
                    number = int(path.strip("/").removesuffix(".jpg"))
                    await asyncio.sleep(3600 if kind(number) == "hangs" else DELAY_SECONDS)
                    missing = kind(number) == "missing"
                    status, body = (b"404 Not Found", b"") if missing else (b"200 OK", picture(number))
                    sent += len(body)
                writer.write(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=500)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def bare(addresses: list[str]) -> Counter[str]:
    """A plain loop: so many workers, each asks for the next address and lets go of what comes."""
    told: Counter[str] = Counter()
    waiting = iter(addresses)

    async def work(client: httpx.AsyncClient) -> None:
        for address in waiting:
            try:
                async with asyncio.timeout(LIMIT_SECONDS):
                    answer = await client.get(address)
                told["came" if answer.status_code == 200 else "missing"] += 1
            except TimeoutError:
                told["hung"] += 1

    limits = httpx.Limits(max_connections=PARALLEL, max_keepalive_connections=PARALLEL)
    async with httpx.AsyncClient(limits=limits, timeout=None, trust_env=False) as client:
        await asyncio.gather(*(work(client) for _ in range(PARALLEL)))
    return told


def ours(addresses: list[str], memory: list[int]) -> Counter[str]:
    """What the list of a project goes through, but for the project."""
    told: Counter[str] = Counter()
    process = psutil.Process()
    wanted = (Wanted(Source(address=address)) for address in addresses)
    with tempfile.TemporaryDirectory() as folder, Web(LIMITS, allow_private=True) as web:
        for item in download(web, wanted, Path(folder), is_known=lambda _: set()):
            if isinstance(item, Arrival):
                told["came" if item.file else "hung" if "gave nothing whole" in str(item.problem) else "missing"] += 1
                if told.total() % 100 == 0:
                    memory.append(process.memory_info().rss)
    return told


def beside_bare(addresses: list[str]) -> Iterator[dict[str, object]]:
    """Ours to the bare loop's speed, taken in turns, all counts looked at; and how much memory ours took meanwhile."""
    speeds: dict[str, list[float]] = {"ours": [], "bare": []}
    memory: list[int] = []
    for turn in range(PAIRS + 1):
        for name in speeds:
            begun = time.perf_counter()
            if name == "ours":
                check("told", ours(addresses, memory), expected(len(addresses)))
            else:  # on a busy machine it loses some more to the limit
                asyncio.run(bare(addresses))
            if turn:  # the first one warms up
                speeds[name].append(len(addresses) / (time.perf_counter() - begun))
    pairs = list(zip(speeds["ours"], speeds["bare"], strict=True))
    medians = {name: round(statistics.median(each)) for name, each in speeds.items()}
    line = {"benchmark": "downloads, addresses/s, ours to a bare httpx loop", "unit": "×", "target": "≥ 0.8"}
    yield {**line, "value": round(statistics.median(a / b for a, b in pairs), 2), **medians, "pairs": PAIRS}
    each = len(memory) // (PAIRS + 1)
    grown = max(memory[-1], *memory[-each:]) - memory[each // 4]
    line = {"benchmark": "downloads, memory grown since a quarter of the first of six lists", "unit": "MB", "target": "≤ 20"}
    yield {**line, "value": round(grown / 1e6, 1), "addresses": len(addresses) * (PAIRS + 1)}


def into_a_project(base: str, addresses: list[str]) -> dict[str, object]:
    """A list into a project, and once more: how many bytes the second time cost, and whether each count is right."""
    with tempfile.TemporaryDirectory() as place, closing(open_store(Path(place) / "project")) as store:
        names = Path(place) / "list.txt"
        names.write_text("\n".join(addresses), "utf-8")
        fetching = Fetching(lambda: Web(LIMITS, allow_private=True), store.owned.drafting, store.images.known_addresses)
        seconds, sent = [], []
        for added, known in ((93, 5), (0, 98)):
            before = int(httpx.get(f"{base}/sent").text)
            *_, report = add_iter(store, Wish(), by="benchmark", searched=find_in_list(names, None, store.owned.put, fetching))
            counts = Counter(added=report.added, known=report.known, refused=len(report.refused), found=report.found)
            share = len(addresses) // 100
            check("counts", counts, Counter(added=added * share, known=known * share, refused=2 * share, found=100 * share))
            sent.append(int(httpx.get(f"{base}/sent").text) - before)
            seconds.append(round(report.seconds, 1))
    line = {"benchmark": "downloads, bytes of the second time that a list is taken in", "value": sent[1], "unit": "bytes", "target": "0"}
    return {**line, "first_time_MB": round(sent[0] / 1e6), "seconds": {"first": seconds[0], "second": seconds[1]}}


def expected(count: int) -> Counter[str]:
    """What becomes of so many addresses."""
    share = count // 100
    return Counter(came=98 * share, missing=share, hung=share)


def check(what: str, got: Counter[str], wanted: Counter[str]) -> None:
    """Ends the benchmark when a count is wrong."""
    if got != wanted:
        raise SystemExit(f"{what}: {dict(got)} instead of {dict(wanted)}")


def main(scale: float) -> None:
    """Measures and prints."""
    count = max(1, int(ADDRESSES * scale) // 100) * 100
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    server = spawn.Process(target=serve, args=(there,), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{here.recv()}"
    addresses = [f"{base}/{number}.jpg" for number in range(count)]
    for line in (*beside_bare(addresses), into_a_project(base, addresses)):
        print(json.dumps(line, ensure_ascii=False), flush=True)
    server.kill()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1)
