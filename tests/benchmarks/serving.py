"""How many pictures a second the server answers, beside a loop without a server and beside a plain server in torch.

    python -m tests.benchmarks.serving [--pairs 5] [--seconds 6] [--minutes 10]

64 clients send JPEGs of 500 px, from the same processors on which everything is computed. The loop decodes and asks by itself: of both
engines, one picture or four at a time, a thread on each processor or one question computed by all of them, the fastest is the reference.
The plain server is what one writes first (`plain_server`). All take their turns in each round; medians of the rounds' ratios are taken.
In processor time, which other work on the machine does not stretch, the server's time and that of the clients are counted. With
`--minutes` it is then asked for so long at full load. Prints a JSON line for each figure.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import psutil

from cvwidgets import Project
from cvwidgets.jobs import ask_to_stop, read_facts, start, wait
from cvwidgets.vision import new_classifier, read_ahead, save_classifier
from cvwidgets.vision.engine import Engine, EngineMaker
from tests.benchmarks.load import CLIENTS, Load, ask
from tests.benchmarks.projects import draw

LABELS = ("glass", "metal", "paper", "cardboard", "plastic", "trash")
PROCESSORS = len(os.sched_getaffinity(0))
Figure = dict[str, object]


def drawn(count: int = 32) -> list[bytes]:
    """JPEGs of 500 px."""
    random, made = np.random.default_rng(0), []
    for number in range(count):
        file = io.BytesIO()
        draw(random, [(500, 375), (375, 500), (500, 333), (500, 500)][number % 4]).save(file, "JPEG", quality=88)
        made.append(file.getvalue())
    return made


def made_project(folder: Path) -> Path:
    """A project with two models on the starter, the first in production."""
    with Project(folder) as project:
        for seed in (1, 2):
            place = folder / "models" / f"model-{seed}"
            save_classifier(new_classifier("starter", LABELS, seed=seed), place)
            project._store.models.register(run=None, folder=place, labels=LABELS)
        project.models.promote(1)
    return folder


class Bare:
    """The loop without a server: which of its ways is the fastest is found beforehand, by processor time and by the clock."""

    def __init__(self, folder: Path, pictures: list[bytes]) -> None:
        maker = EngineMaker(folder)
        self._pictures = pictures
        self.ways: dict[str, tuple[Engine, int, int]] = {}
        for kind in ("onnx", "torch"):
            one, all_ = maker.make(kind, 1), maker.make(kind, PROCESSORS)  # type: ignore[arg-type]
            for batch in (1, 4):
                self.ways[f"{kind}, a thread each, {batch} at once"] = (one, PROCESSORS, batch)
                self.ways[f"{kind}, one question by all, {batch} at once"] = (all_, 1, batch)
        self.tried = {way: self.run(way, 2.0) for way in self.ways}

    def run(self, way: str, seconds: float) -> tuple[float, float]:
        """Pictures a second, and milliseconds of the processor for each."""
        engine, threads, batch = self.ways[way]

        def answer(number: int) -> int:
            engine.enter()
            pixels = [engine.prepare(self._pictures[(number + more) % len(self._pictures)]) for more in range(batch)]
            return len(engine.ask(pixels))  # type: ignore[arg-type]

        until, begun, computed, done = time.perf_counter() + seconds, time.perf_counter(), time.process_time(), 0
        numbers = iter(lambda: 0 if time.perf_counter() < until else None, None)
        for count in read_ahead(answer, numbers, threads=threads, ahead=2 * threads):  # type: ignore[arg-type]
            done += count
        return done / (time.perf_counter() - begun), 1000 * (time.process_time() - computed) / done

    @property
    def best(self) -> str:
        """The way that costs the processor least."""
        return min(self.tried, key=lambda way: self.tried[way][1])

    @property
    def quickest(self) -> str:
        """The way that was fastest by the clock."""
        return max(self.tried, key=lambda way: self.tried[way][0])


class Server:
    """A server in a process of its own, and what it computes."""

    def __init__(self, port: int, token: str, process: psutil.Process) -> None:
        self.port, self.token, self.process = port, token, process

    def ask(self, pictures: list[bytes], **how: float) -> tuple[Load, float]:
        """The load, and milliseconds of the server's processor time for each answer."""
        before = sum(self.process.cpu_times()[:2])
        load = ask(self.port, self.token, pictures, **how)  # type: ignore[arg-type]
        return load, 1000 * (sum(self.process.cpu_times()[:2]) - before) / max(1, len(load.waits))


@contextmanager
def ours(project: Path) -> Iterator[Server]:
    """`cvwidgets serve`, as a page starts it."""
    job = project / "work/serve-1"
    job.mkdir(parents=True)
    (job / "request.json").write_text(json.dumps({"port": 18_800}))
    start(job, "cvwidgets.serve", [str(job)], title="Serve", nice=0)
    try:
        facts = _until(lambda: read_facts(job / "address.json"))
        pid = next(p.pid for p in psutil.process_iter(["cmdline"]) if str(job) in (p.info["cmdline"] or []))
        yield Server(facts["port"], facts["token"], psutil.Process(pid))
    finally:
        print((job / "log.txt").read_text(), file=sys.stderr)
        ask_to_stop(job)
        wait(job, seconds=30)


@contextmanager
def plain(folder: Path) -> Iterator[Server]:
    """The plain server."""
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.plain_server", str(folder), "18899"])
    try:
        _until(lambda: _answers("http://127.0.0.1:18899/openapi.json"))
        yield Server(18899, "", psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _until(asked: Callable[[], object]) -> dict[str, object]:  # type: ignore[type-arg]
    end = time.monotonic() + 180
    while not (found := asked()):
        if time.monotonic() > end:
            raise SystemExit("The server did not come up.")
        time.sleep(0.2)
    return found  # type: ignore[return-value]


def beside(bare: Bare, server: Server, other: Server, pictures: list[bytes], *, pairs: int, seconds: float) -> Iterator[Figure]:
    """Rounds in which all take their turns."""
    rounds = []
    for _ in range(pairs + 1):
        loop = max((bare.run(way, seconds / 2) for way in {bare.best, bare.quickest}), key=lambda found: found[0])
        load, computed = server.ask(pictures, seconds=seconds)
        slow, slowly = other.ask(pictures, seconds=seconds)
        if load.failed or slow.failed:
            raise SystemExit(f"{load.failed} and {slow.failed} requests failed.")
        clients = 1000 * load.cpu / len(load.waits)
        rounds.append((loop[0], loop[1], load.pace, computed + clients, slow.pace, slowly + 1000 * slow.cpu / len(slow.waits)))
    loop_pace, loop_ms, pace, ms, plain_pace, plain_ms = (statistics.median(column) for column in zip(*rounds[1:], strict=True))
    shared = {"clients": CLIENTS, "load on the same processors": PROCESSORS, "pairs": pairs}
    yield {
        "benchmark": "served pictures/s, to the fastest loop of decode and model without a server",
        "value": round(statistics.median(one[2] / one[0] for one in rounds[1:]), 2),
        "unit": "×",
        "target": "≥ 0.8",
        "in processor time, clients counted": round(statistics.median(one[1] / one[3] for one in rounds[1:]), 2),
        "ours": round(pace, 1),
        "loop": round(loop_pace, 1),
        "ours_ms": round(ms, 1),
        "loop_ms": round(loop_ms, 1),
        "loop by": bare.best,
        **shared,
    }
    yield {
        "benchmark": "served pictures/s, to a plain float32 torch server that predicts one request at a time",
        "value": round(statistics.median(one[2] / one[4] for one in rounds[1:]), 2),
        "unit": "×",
        "target": "≥ 2",
        "in processor time, clients counted": round(statistics.median(one[5] / one[3] for one in rounds[1:]), 2),
        "ours": round(pace, 1),
        "plain": round(plain_pace, 1),
        "plain_ms": round(plain_ms, 1),
        **shared,
    }


def at_half_load(server: Server, pictures: list[bytes], *, pairs: int, seconds: float) -> Figure:
    """How long answers take when half as many are asked for as it could give."""
    found = []
    for _ in range(pairs):
        full, _ = server.ask(pictures, seconds=seconds)
        half, _ = server.ask(pictures, seconds=2 * seconds, rate=full.pace / 2)
        found.append((half.quantile(0.99) / half.quantile(0.5), 1000 * half.quantile(0.5), 1000 * half.quantile(0.99)))
    ratio, p50, p99 = (statistics.median(column) for column in zip(*found, strict=True))
    line = {"benchmark": "p99 to p50 of answers at a steady half load", "value": round(ratio, 2), "unit": "×", "target": "≤ 3"}
    return {**line, "p50_ms": round(p50, 1), "p99_ms": round(p99, 1), "rounds": pairs}


def exchanging(server: Server, project: Path, pictures: list[bytes], *, seconds: float) -> Figure:
    """Requests that fail while the model in production is exchanged under full load."""
    swaps, over = [0], threading.Event()

    def swap() -> None:
        with Project(project) as opened:
            while not over.wait(seconds):
                swaps[0] += 1
                opened.models.promote(1 + swaps[0] % 2)

    thread = threading.Thread(target=swap)
    thread.start()
    load, _ = server.ask(pictures, seconds=5 * seconds)
    over.set()
    thread.join()
    line = {
        "benchmark": "requests that fail while the model is exchanged under load",
        "value": load.failed,
        "unit": f"of {len(load.waits)}",
    }
    return {**line, "target": "0", "exchanged": swaps[0], "models that answered": len(load.models), "slowest_s": round(max(load.waits), 2)}


def for_long(server: Server, pictures: list[bytes], *, minutes: float) -> Figure:
    """Errors and memory at full load: what was added after the first tenth."""
    memory, failed, count = [], 0, 0
    for _ in range(20):
        load, _ = server.ask(pictures, seconds=3 * minutes)
        failed, count = failed + load.failed, count + len(load.waits)
        memory.append(server.process.memory_info().rss / 1e6)
    line = {
        "benchmark": f"memory after {minutes:g} minutes at full load, to that after a tenth of them",
        "value": round(memory[-1] / memory[1], 3),
    }
    return {
        **line,
        "unit": "×",
        "target": "≤ 1.05",
        "failed": failed,
        "answers": count,
        "MB": round(memory[-1]),
        "most_MB": round(max(memory)),
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--minutes", type=float, default=10)
    given = parser.parse_args()
    how = {"pairs": given.pairs, "seconds": given.seconds}
    pictures = drawn()
    with tempfile.TemporaryDirectory() as place:
        project = made_project(Path(place) / "project")
        bare = Bare(project / "models/model-1", pictures)
        with ours(project) as server:
            with plain(project / "models/model-1") as other:
                for line in beside(bare, server, other, pictures, **how):
                    print(json.dumps(line, ensure_ascii=False), flush=True)
            print(json.dumps(at_half_load(server, pictures, **how)), flush=True)
            print(json.dumps(exchanging(server, project, pictures, seconds=given.seconds)), flush=True)
            if given.minutes:
                print(json.dumps(for_long(server, pictures, minutes=given.minutes)), flush=True)


if __name__ == "__main__":
    main()
