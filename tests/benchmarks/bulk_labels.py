"""Labelling 100,000 images by one act, and taking it back, beside a bare `executemany` of the same rows; and the page meanwhile.

python tests/benchmarks/bulk_labels.py [IMAGES]    prints three JSON lines.

The bare way writes to the same catalog, with the same settings of its connection, all rows that ours wrote (memberships, the journal's
changes, the act), which it has ready as tuples; each side takes its own act back, in turns. Meanwhile another widget of the same kernel is
asked as the page does, one question after the other: a block of facts, or a batch of thumbnails.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import comm

from cvwidgets import Project
from cvwidgets.project import View
from cvwidgets.records import Act
from cvwidgets.widgets import ImageGrid
from tests.benchmarks.projects import generate, multiply
from tests.widgets.conftest import Page, PageComm

PAIRS = 5
LABEL = "label 3"
DRAWN = 10_000
BLOCK, BATCH = 120, 64
"""Facts and thumbnails that the page asks for at once."""

UPSERT = """INSERT INTO memberships VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET state = excluded.state, claimed = excluded.claimed, act_id = excluded.act_id"""

Row = tuple[Any, ...]


class Bare:
    """Writes the rows of an act as one would without us."""

    def __init__(self, catalog: Path) -> None:
        self._connection = sqlite3.connect(catalog, isolation_level=None)
        for setting in ("foreign_keys = ON", "synchronous = FULL", "temp_store = MEMORY", "cache_size = -32000"):
            self._connection.execute(f"PRAGMA {setting}")

    def rows_of(self, act: int) -> list[Row]:
        """What an act changed, as the journal has it: act, image, label, and of the row before and after state, claim and act."""
        return self._connection.execute("SELECT * FROM changes WHERE act_id = ? ORDER BY image_id, label_id", (act,)).fetchall()

    def write(self, rows: list[Row], kind: str) -> float:
        """Writes the same changes as another act; returns the seconds of the transaction alone."""
        (last,) = self._connection.execute("SELECT max(id) FROM acts").fetchone()
        was, act = rows[0][0], last + 1
        rows = [tuple(act if at in (0, 8) and value == was else value for at, value in enumerate(row)) for row in rows]
        ended = [row[1:3] for row in rows if row[6] is None]
        standing = [(*row[1:3], *row[6:]) for row in rows if row[6] is not None]
        images, of_act = len({row[1] for row in rows}), last if kind == "undo" else None
        began = time.perf_counter()
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO acts VALUES (?, ?, 'bare', '', ?, '', ?)", (act, kind, images, of_act))
        self._connection.executemany("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._connection.executemany("DELETE FROM memberships WHERE image_id = ? AND label_id = ?", ended)
        self._connection.executemany(UPSERT, standing)
        self._connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'version'")
        self._connection.execute("COMMIT")
        return time.perf_counter() - began

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def timed(work: Callable[[], Act]) -> tuple[float, int]:
    """The seconds that an act took, and its number."""
    began = time.perf_counter()
    act = work()
    return time.perf_counter() - began, act.id


def beside_bare(project: Project, view: View) -> Iterator[dict[str, object]]:
    """Labelling and undoing, each to the bare way: medians of pairs, after one of each for the caches."""
    taken = []
    with closing(Bare(project.folder / "catalog.db")) as bare:
        for _ in range(PAIRS + 1):
            assigned, act = timed(lambda: view.assign(LABEL))
            undone, undoing = timed(project.journal.undo)
            forth, back = bare.rows_of(act), bare.rows_of(undoing)
            taken.append({"labelling": (assigned, bare.write(forth, "assign")), "undoing it for": (undone, bare.write(back, "undo"))})
    for what in ("labelling", "undoing it for"):
        pairs = [times[what] for times in taken[1:]]
        yield {
            "benchmark": f"{what} {len(view):,} images, to a bare executemany",
            "value": round(statistics.median(ours / other for ours, other in pairs), 2),
            "unit": "×",
            "target": "≤ 1.2",
            "ours_s": round(statistics.median(ours for ours, _ in pairs), 2),
            "bare_s": round(statistics.median(other for _, other in pairs), 2),
            "rows": len(forth if what == "labelling" else back),
            "pairs": PAIRS,
        }


def ask(page: Page, number: int) -> tuple[float, str]:
    """Asks for facts and for thumbnails in turns, each time of another place; returns the seconds and what was asked."""
    version, count = page.widget._wall["version"], page.widget._wall["count"]
    start = number * 7919 % max(1, count - BLOCK)
    began = time.perf_counter()
    if number % 2:
        answer = page.ask("facts", version=version, start=start, stop=start + BLOCK)["ok"]
        assert len(answer["facts"]) == BLOCK
    else:
        page.ask("pictures", version=version, positions=list(range(start, start + BATCH)))
    return time.perf_counter() - began, "facts" if number % 2 else "pictures"


def meanwhile(project: Project, view: View) -> dict[str, object]:
    """The slowest answer while the images are labelled and that is undone, all by questions of the page."""
    comm.create_comm = PageComm
    deciding, looking = Page(ImageGrid(view, project=project)), Page(ImageGrid(view, project=project))
    at_rest = [ask(looking, number)[0] for number in range(200)]
    version = deciding.widget._wall["version"]
    acts: list[tuple[str, dict[str, object]]] = [
        ("decide", {"kind": "assign", "label": LABEL, "version": version, "ranges": [[0, len(view)]]}),
        ("undo", {}),
    ]
    taken: list[tuple[float, str]] = []
    lasted = {}
    for action, arguments in acts:
        deciding.sent()
        began = time.perf_counter()
        deciding.receive({"id": action, "action": action, "arguments": arguments})
        answered = None
        while answered is None:
            taken.append(ask(looking, len(taken)))
            answered = next((said["content"] for said in deciding.sent() if said.get("content", {}).get("id") == action), None)
        assert "ok" in answered, answered
        lasted[action] = time.perf_counter() - began
    seconds, what = max(taken)
    return {
        "benchmark": f"an answer to the page while {len(view):,} images are labelled, the slowest",
        "value": round(seconds, 2),
        "unit": "s",
        "target": "< 0.5",
        "asked for": what,
        "median_s": round(statistics.median(one for one, _ in taken), 3),
        "at rest, median_s": round(statistics.median(at_rest), 3),
        "at rest, slowest_s": round(max(at_rest), 2),
        "labelling and undoing_s": round(sum(lasted.values()), 2),
        "questions": len(taken),
    }


def measure(images: int) -> Iterator[dict[str, object]]:
    """The three figures."""
    with tempfile.TemporaryDirectory() as place:
        folder = generate(Path(place) / "heap", min(images, DRAWN), pictures=True, new=1, plain=True)
        if images > DRAWN:
            multiply(folder, images // DRAWN)
        with Project(folder) as project:
            view = project.images.select(state="new")
            yield from beside_bare(project, view)
            yield meanwhile(project, view)


if __name__ == "__main__":
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
        print(json.dumps(line, ensure_ascii=False), flush=True)
