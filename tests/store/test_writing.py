"""Several at once, and killed at any moment: no write is lost, none is half done."""

from __future__ import annotations

import multiprocessing
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from cvwidgets.errors import CatalogBusy, DiskFull
from cvwidgets.store import Store, catalog, open_store
from cvwidgets.store.opening import open_catalog
from cvwidgets.store.tables import settings
from tests.store.conftest import HEADER, Arrive, found
from tests.store.invariants import check_invariants

COUNT_UP = """
import sys, time
from pathlib import Path
from sqlalchemy import select, update
from cvwidgets.store.opening import open_catalog
from cvwidgets.store.tables import settings
catalog, longest = open_catalog(Path(sys.argv[1]), create=False), 0.0
print("ready", flush=True)
sys.stdin.readline()
for _ in range(100):
    begun = time.monotonic()
    with catalog.write() as connection:
        value = int(connection.execute(select(settings.c.value).where(settings.c.key == "count")).scalar_one())
        connection.execute(update(settings).where(settings.c.key == "count").values(value=str(value + 1)))
    longest = max(longest, time.monotonic() - begun)
print(longest)
"""
DECIDE = """
import sys
from pathlib import Path
from cvwidgets.store import open_store
store = open_store(Path(sys.argv[1]), create=False)
ids = store.images.select()
print("ready", flush=True)
while True:
    store.decisions.assign(ids, "bison", by="x")
    store.decisions.trash(ids[::2], by="x")
    store.labels.delete("bison", by="x")
    for _ in range(3):
        store.decisions.undo(by="x")
"""


def test_eight_that_read_and_then_write_lose_nothing_and_none_starves(tmp_path: Path) -> None:
    with open_catalog(tmp_path, create=True).write() as connection:
        connection.execute(insert(settings).values(key="count", value="0"))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen([sys.executable, "-c", COUNT_UP, str(tmp_path)], **pipes) for _ in range(8)]
    for process in processes:
        process.stdout.readline()
    longest = [float(out) for out, _ in [*_all_at_once(processes)]]
    with open_catalog(tmp_path, create=False).read() as connection:
        assert connection.execute(select(settings.c.value)).scalar_one() == "800"
    assert max(longest) < catalog.BUSY_SECONDS / 2


def _all_at_once(processes: list[subprocess.Popen[str]]) -> Iterator[tuple[str, str]]:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    yield from (process.communicate() for process in processes)


def test_threads_decide_at_the_same_time(store: Store, arrive: Arrive) -> None:
    ids = arrive(*(f"{n}.jpg" for n in range(40)), label="elk").ids
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda image: store.decisions.trash([image], by="ann"), ids))
    assert len(store.images.select(label="elk", state="trashed")) == 40
    assert len(store.decisions.acts()) == 41


def test_who_reads_sees_one_moment_while_others_write(store: Store, arrive: Arrive) -> None:
    ids = arrive(*(f"{n}.jpg" for n in range(50)), label="elk").ids
    done = threading.Event()

    def decide() -> None:
        for _ in range(15):
            store.decisions.trash(ids, by="ann")
            store.decisions.undo(by="ann")
        done.set()

    thread = threading.Thread(target=decide)
    thread.start()
    seen = set()
    while not done.is_set():
        seen.update((label.kept, label.trashed) for label in store.labels.list() if label.name == "elk")
    thread.join()
    assert seen <= {(50, 0), (0, 50)}


def test_a_catalog_held_too_long_is_one_sentence(store: Store, arrive: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "BUSY_SECONDS", 0.2)
    ids = arrive("1.jpg", label="elk").ids
    with open_catalog(store.folder, create=False).write(), pytest.raises(CatalogBusy, match="held by another process for too long"):
        store.decisions.trash(ids, by="ann")
    assert store.decisions.trash(ids, by="ann").images == 1


def test_a_child_that_was_forked_has_connections_of_its_own(store: Store, arrive: Arrive) -> None:
    ids = arrive("1.jpg", label="elk").ids
    child = multiprocessing.get_context("fork").Process(target=lambda: store.decisions.trash(ids, by="child"))
    child.start()
    child.join()
    assert child.exitcode == 0
    assert store.decisions.undo(by="parent").images == 1


def test_others_changes_are_noticed(store: Store, arrive: Arrive) -> None:
    arrive("1.jpg", label="elk")
    before = store.version()
    with closing(open_store(store.folder)) as other:
        assert other.version() == before
        other.decisions.trash([1], by="bob")
    assert store.version() > before


@pytest.mark.slow
def test_a_process_killed_at_any_moment_leaves_whole_acts(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        store.images.register([(found(f"{n}.jpg", "elk"), HEADER) for n in range(2000)])
        store.labels.add("bison", by="ann")
    moment = random.Random(0)
    for _ in range(10):
        with subprocess.Popen([sys.executable, "-c", DECIDE, str(tmp_path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=moment.uniform(0.0, 0.25))
            process.kill()
        check_invariants(tmp_path)
        with closing(open_store(tmp_path)) as store:
            assert store.images.count() == 2000
            while store.decisions.last() and len(store.labels.list()) < 3:
                store.decisions.undo(by="after")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """A disk of 3 MB; skips where this user may not make one."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True, check=False).returncode == 0
    if not made:
        pytest.skip("this user may not make a small disk here")
    yield lambda: place
    subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_full_disk_is_one_sentence_and_what_was_in_stays(small_disk: Callable[[], Path]) -> None:
    disk = small_disk()
    store = open_store(disk / "p")
    batches = 0
    with pytest.raises(DiskFull, match="Free some space"):
        while True:
            store.images.register([(found(f"{batches}/{n}.jpg", "elk"), HEADER) for n in range(500)])
            batches += 1
    assert store.images.count() == 500 * batches
    check_invariants(disk / "p")
    with pytest.raises(DiskFull):
        store.owned.put(BytesIO(bytes(4_000_000)), "x.jpg")
    assert list((disk / "p" / "images").glob(".draft*")) == []
    subprocess.run(["mount", "-o", "remount,size=30m", str(disk)], check=True)
    assert store.images.register([(found("more.jpg", "elk"), HEADER)]).ids
    store.close()
    check_invariants(disk / "p")
