"""Reading children: many files at once, and a hostile file costs only itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from cvwidgets.errors import PictureError, UnreadablePicture, UnreadNow
from cvwidgets.pictures import Readers, examine, read_header
from cvwidgets.records import Facts

Draw = Callable[..., Path]
OTHERS: set[int] = set()


@pytest.fixture
def readers() -> Iterator[Readers]:
    with Readers(2) as pool:
        yield pool


@pytest.fixture(autouse=True)
def others() -> Iterator[None]:
    """Leaves children that read for other tests of this process out of account."""
    OTHERS.update(child.pid for child in psutil.Process().children())
    yield
    OTHERS.clear()


def reading_children() -> list[psutil.Process]:
    children = [child for child in psutil.Process().children() if child.pid not in OTHERS]
    return [child for child in children if "cvwidgets.pictures" in " ".join(child.cmdline())]


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        threading.Event().wait(0.01)


def slow_picture(path: Path, side: int) -> Path:
    """Numbers written out as text, which take long to read: about 4 s for a side of 4,000."""
    path.write_bytes(b"P2 %d %d 255\n" % (side, side) + b"7 " * side * side)
    return path


def is_reading(child: psutil.Process, path: Path) -> bool:
    return str(path) in [file.path for file in child.open_files()]


def test_children_find_the_same_facts(readers: Readers, draw: Draw) -> None:
    paths = [draw(f"{number}.png", seed=number) for number in range(30)]
    found = dict(readers.examine_many(paths))
    assert found == {path: examine(path) for path in paths}


def test_every_messy_file_is_read_or_refused_with_a_sentence(readers: Readers, shared: Path) -> None:
    paths = [path for path in (shared / "data/messy").rglob("*") if path.is_file()]
    answers = dict(readers.examine_many(paths))
    refused = [answer for answer in answers.values() if isinstance(answer, UnreadablePicture)]
    assert len(answers) == len(paths)
    assert len(paths) - len(refused) >= 700
    assert all(10 < len(str(reason)) < 160 and str(reason).endswith(".") for reason in refused)


def test_names_may_hold_anything(readers: Readers, draw: Draw, tmp_path: Path) -> None:
    picture = draw("a.png").read_bytes()
    names = [b"line\nbreak.png", b"'\"<script>.png", "snow ☃ 🦬.png".encode(), b"\xff\xfe latin.png", b"x" * 251 + b".png"]
    paths = [tmp_path / os.fsdecode(name) for name in names]
    for path in paths:
        path.write_bytes(picture)
    assert all(isinstance(answer, Facts) for _, answer in readers.examine_many(paths))


@pytest.mark.parametrize("kind", ["webp", "avif", "ico", "png", "jpg"])
def test_headers_are_the_same_wherever_they_are_read(readers: Readers, draw: Draw, kind: str) -> None:
    path = draw(f"a.{kind}")
    assert readers.read_header(path) == read_header(path)
    assert len(reading_children()) == (kind in ("webp", "avif", "ico"))


def test_a_header_that_cannot_be_read_is_said_and_not_raised(readers: Readers, draw: Draw, tmp_path: Path) -> None:
    (tmp_path / "half.webp").write_bytes(draw("a.webp").read_bytes()[:40])
    assert all(isinstance(readers.read_header(tmp_path / name), UnreadablePicture) for name in ("half.webp", "nowhere.png"))


def test_a_picture_that_eats_memory_costs_only_itself(draw: Draw, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    Image.new("RGBA", (6000, 6000)).save(bomb, compress_level=1)
    paths = [draw("a.png", seed=1), bomb, draw("b.png", seed=2)]
    with Readers(1, 100_000_000) as pool:
        answers = dict(pool.examine_many(paths))
    assert str(answers[bomb]) == "Reading it took more than 100 MB of memory."
    assert [isinstance(answers[path], Facts) for path in paths] == [True, False, True]


@pytest.mark.slow
def test_a_picture_that_eats_time_costs_only_itself(draw: Draw, tmp_path: Path) -> None:
    paths = [draw("a.png", seed=1), slow_picture(tmp_path / "slow.pgm", 6000), draw("b.png", seed=2)]
    with Readers(1, seconds=2) as pool:
        answers = dict(pool.examine_many(paths))
    assert str(answers[paths[1]]) == "Reading it took longer than 2 s."
    assert [isinstance(answers[path], Facts) for path in paths] == [True, False, True]


def test_a_child_killed_in_the_middle_of_a_file_is_replaced_and_the_file_read_again(tmp_path: Path) -> None:
    path = slow_picture(tmp_path / "slow.pgm", 1500)
    answers: list[Facts | UnreadablePicture] = []
    with Readers(1) as pool:
        thread = threading.Thread(target=lambda: answers.append(pool.examine(path)))
        thread.start()
        wait_until(lambda: any(is_reading(child, path) for child in reading_children()))
        first = reading_children()[0]
        first.kill()
        thread.join()
        assert isinstance(answers[0], Facts)
        assert first.pid not in [child.pid for child in reading_children()]


def test_closing_leaves_no_process_even_from_the_middle_of_a_file(tmp_path: Path) -> None:
    path = slow_picture(tmp_path / "slow.pgm", 6000)
    pool = Readers(2)
    thread = threading.Thread(target=pool.examine, args=(path,))
    thread.start()
    wait_until(lambda: any(is_reading(child, path) for child in reading_children()))
    begin = time.monotonic()
    pool.close()
    thread.join()
    assert time.monotonic() - begin < 5
    assert reading_children() == []


def test_closing_ends_what_is_asked_and_says_nothing_of_files_under_way(tmp_path: Path, draw: Draw) -> None:
    path, answers = slow_picture(tmp_path / "slow.pgm", 6000), []
    pool = Readers(1)
    thread = threading.Thread(target=lambda: answers.append(list(pool.examine_many([path, path, draw("a.png")]))))
    thread.start()
    wait_until(lambda: any(is_reading(child, path) for child in reading_children()))
    pool.close()
    thread.join()
    assert answers == [[]]
    assert list(pool.examine_many([path])) == []
    assert isinstance(pool.examine(path), UnreadNow)


def test_paths_are_drawn_only_a_few_ahead(readers: Readers, draw: Draw) -> None:
    path, drawn = draw("a.png"), []

    def endless() -> Iterator[Path]:
        while True:
            drawn.append(path)
            yield path

    answers = readers.examine_many(endless())
    for _ in range(5):
        assert isinstance(next(answers)[1], Facts)
    answers.close()  # type: ignore[attr-defined]
    assert len(drawn) <= 8 * (4 * readers.count + 2)  # handfuls: four for each child, one that was answered, one that waits
    assert isinstance(readers.examine(path), Facts)


def test_several_threads_may_ask_at_once(readers: Readers, draw: Draw) -> None:
    paths = [draw(f"{number}.png", seed=number) for number in range(12)]
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(len(list(readers.examine_many(paths))))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [12] * 4


def test_nothing_to_read_starts_no_child() -> None:
    with Readers(2) as pool:
        assert list(pool.examine_many([])) == []
        assert reading_children() == []


def test_a_folder_full_of_traps_to_import_from_does_not_fool_a_child(draw: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = draw("a.png")
    for name in ("json.py", "PIL.py", "cvwidgets.py", "numpy.py"):
        (tmp_path / name).write_text("raise SystemExit('trapped')")
    monkeypatch.chdir(tmp_path)
    with Readers(1) as pool:
        assert isinstance(pool.examine(Path("a.png")), Facts)
        assert isinstance(pool.examine(path), Facts)


def test_a_child_that_cannot_start_is_said_with_its_last_words(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Readers(1) as pool, pytest.raises(PictureError, match="did not start"):
        list(pool.examine_many([draw("a.png")]))


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
def test_children_end_when_their_parent_does(tmp_path: Path, draw: Draw, kind: signal.Signals) -> None:
    script = f"""
import time
from pathlib import Path
from cvwidgets.pictures import Readers
with Readers(1) as pool:
    pool.examine(Path({str(draw("a.png"))!r}))
    print("ready", flush=True)
    time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=Path.cwd())
    assert parent.stdout and parent.stdout.readline() == b"ready\n"
    children = psutil.Process(parent.pid).children()
    parent.send_signal(kind)
    parent.wait()
    assert len(children) == 1
    assert psutil.wait_procs(children, timeout=10)[1] == []


def test_what_was_asked_for_together_with_a_hostile_file_is_read_all_the_same(draw: Draw, tmp_path: Path) -> None:
    good = [draw(f"{number}.png") for number in range(12)]
    deadly = slow_picture(tmp_path / "deadly.ppm", 6000)
    with Readers(1, seconds=2) as pool:
        assert sum(isinstance(answer, Facts) for _, answer in pool.examine_many(good)) == 12
        answers = dict(pool.examine_many([*good[:5], deadly, *good[5:]]))
    assert str(answers.pop(deadly)) == "Reading it took longer than 2 s."
    assert all(isinstance(answer, Facts) for answer in answers.values())


def test_children_are_ready_before_there_is_work(draw: Draw) -> None:
    with Readers(2) as pool:
        pool.make_ready()
        wait_until(lambda: len(reading_children()) == 2)
        assert isinstance(pool.examine(draw("a.png")), Facts)
        assert len(reading_children()) == 2
