"""Eight kernels that decide about the same project at the same time: how long a decision takes at most, and whether any is lost.

python tests/benchmarks/eight_kernels.py [SECONDS]    prints two JSON lines.

Each is a process of its own with the project open, and keeps, trashes or labels a random one of the same few images five times a second.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cvwidgets import Project
from tests.benchmarks.projects import generate

KERNELS = 8
RATE = 5
IMAGES = 10_000
AMONG = 300
"""So few of the images are decided about, so that each comes up several times, by several kernels."""

DECIDE = """import json, random, sys, time
from cvwidgets import Project

number, rate, among, seconds = map(int, sys.argv[2:])
chance = random.Random(number)
project = Project(sys.argv[1], by=f"kernel {number}")
ids = [int(id_) for id_ in project.images.select().ids]
ids = ids[:: max(1, len(ids) // among)]
print("ready", flush=True)
sys.stdin.readline()
until = time.perf_counter() + seconds
due = time.perf_counter() + chance.random() / rate
while due < until:
    time.sleep(max(0, due - time.perf_counter()))
    due = max(due + 1 / rate, time.perf_counter())  # what came late is not made up for, as one who waits does not press faster
    image, kind, label = chance.choice(ids), chance.choice(["keep", "trash", "assign"]), f"label {chance.randrange(20)}"
    asked = time.perf_counter()
    try:
        act = getattr(project.images, kind)([image], *([label] if kind == "assign" else []))
        said = {"act": act.id}
    except Exception as error:
        said = {"act": None, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps({**said, "image": image, "kind": kind, "label": label, "seconds": time.perf_counter() - asked}))
project.close()"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a kernel decided: the act's number, 0 when nothing had to change, None when it failed, and how long it took."""

    act: int | None
    image: int
    kind: str
    label: str
    seconds: float
    error: str = ""


def decide(folder: Path, seconds: int) -> list[Decision]:
    """Lets the kernels begin when all are ready; returns all that they decided."""
    kernels = []
    for number in range(KERNELS):
        command = [sys.executable, "-c", DECIDE, str(folder), *map(str, (number, RATE, AMONG, seconds))]
        kernels.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    for kernel in kernels:
        assert kernel.stdout is not None and kernel.stdout.readline() == "ready\n", "a kernel did not start"
    for kernel in kernels:
        assert kernel.stdin is not None
        kernel.stdin.write("\n")
        kernel.stdin.flush()
    told = [kernel.communicate()[0] for kernel in kernels]
    return [Decision(**json.loads(line)) for text in told for line in text.splitlines()]


def slowest(decided: list[Decision]) -> dict[str, object]:
    """How long they had to wait."""
    taken = sorted(decision.seconds for decision in decided)
    return {
        "benchmark": f"a decision of one of {KERNELS} kernels, {RATE} a second each, the slowest",
        "value": round(taken[-1], 2),
        "unit": "s",
        "target": "< 2",
        "median_s": round(statistics.median(taken), 3),
        "99 of 100 within_s": round(taken[len(taken) * 99 // 100], 3),
        "decisions": len(taken),
    }


def lost(folder: Path, decided: list[Decision]) -> dict[str, object]:
    """How many decisions failed, are not in the journal, or are not what became of their image though no later one touched it."""
    last = {decision.image: decision for decision in sorted((one for one in decided if one.act), key=lambda one: one.act or 0)}
    with Project(folder) as project:
        acts = {act.id for act in project.journal.acts(10 * len(decided) + 1000) if act.by.startswith("kernel ")}
        found = {image.id: image for image in project.images.get(list(last))}
    wrong = [
        decision
        for decision in last.values()
        if found[decision.image].state != ("trashed" if decision.kind == "trash" else "kept")
        or (decision.kind == "assign" and found[decision.image].label != decision.label)
    ]
    noted = {decision.act for decision in decided if decision.act}
    failed = [decision for decision in decided if decision.act is None]
    return {
        "benchmark": f"decisions lost among {KERNELS} kernels",
        "value": len(failed) + len(noted ^ acts) + len(wrong),
        "unit": f"of {len(decided):,}",
        "target": "0",
        "acts in the journal": len(acts),
        "changed nothing": sum(decision.act == 0 for decision in decided),
        "images decided about": len(last),
        **({"first error": failed[0].error} if failed else {}),
    }


def measure(seconds: int) -> Iterator[dict[str, object]]:
    """Both figures."""
    with tempfile.TemporaryDirectory() as place:
        project = generate(Path(place) / "heap", IMAGES)
        decided = decide(project, seconds)
        yield slowest(decided)
        yield lost(project, decided)


if __name__ == "__main__":
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 30):
        print(json.dumps(line, ensure_ascii=False), flush=True)
