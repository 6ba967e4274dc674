"""Back-ups of the catalog: made behind an opening, once a day, three of them, and never a reason not to open."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cvwidgets.store import open_store
from cvwidgets.store.backups import Backup, list_backups, newest_good
from tests.store.invariants import broken_invariants


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that holds a label and was never opened since."""
    with closing(open_store(tmp_path / "project")) as store:
        store.labels.add("elk", by="ann")
    return tmp_path / "project"


def visit(project: Path, label: str | None = None) -> list[Backup]:
    """Opens and closes a project, then adds a label to it; the back-ups there are then."""
    open_store(project).close()
    if label is not None:
        with closing(open_store(project)) as store:
            store.labels.add(label, by="ann")
    return list_backups(project)


def age(project: Path, **by: float) -> None:
    """Makes all back-ups so much older; younger by less than nothing."""
    for backup in reversed(list_backups(project)):
        backup.path.rename(backup.path.with_name(f"catalog-{backup.made - timedelta(**by):%Y%m%dT%H%M%SZ}.db"))


def labels_in(backup: Backup, tmp_path: Path) -> set[str]:
    """The labels in a back-up, which is looked at as the catalog of another project."""
    folder = tmp_path / f"of back-up {backup.number}"
    folder.mkdir()
    (folder / "catalog.db").write_bytes(backup.path.read_bytes())
    assert broken_invariants(folder) == []
    with closing(open_store(folder)) as store:
        return {label.name for label in store.labels.list()} - {"Unsorted"}


def test_what_holds_nothing_is_not_backed_up(tmp_path: Path) -> None:
    assert [visit(tmp_path / "new"), visit(tmp_path / "new")] == [[], []]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["catalog.db"]


def test_a_project_is_backed_up_once_a_day(project: Path, tmp_path: Path) -> None:
    (first,) = visit(project, "too late for this one")
    assert (labels_in(first, tmp_path), datetime.now(UTC) - first.made < timedelta(minutes=1)) == ({"elk"}, True)
    assert visit(project) == [first]
    age(project, hours=23)
    assert len(visit(project)) == 1
    age(project, hours=2)
    second, _ = visit(project)
    assert labels_in(second, tmp_path) == {"elk", "too late for this one"}


def test_three_back_ups_are_kept(project: Path, tmp_path: Path) -> None:
    for day in range(6):
        assert len(visit(project, f"day {day}")) == min(day + 1, 3)
        age(project, days=1)
    assert [len(labels_in(backup, tmp_path)) for backup in list_backups(project)] == [6, 5, 4]


def test_a_clock_set_back_stops_no_back_up_and_costs_none_of_the_newest(project: Path, tmp_path: Path) -> None:
    for day in range(3):
        visit(project, f"day {day}")
        age(project, days=1)
    age(project, days=-3000)
    newest, *older = visit(project, "after the clock was set back")
    assert [len(labels_in(backup, tmp_path)) for backup in (newest, *older)] == [4, 3, 2]
    assert newest.made < older[0].made
    assert visit(project) == [newest, *older], "made today: not due"


@pytest.mark.slow
def test_several_that_open_at_once_make_one(project: Path) -> None:
    script = "import sys, pathlib; from cvwidgets.store import open_store; sys.stdin.read(1); open_store(pathlib.Path(sys.argv[1])).close()"
    processes = [subprocess.Popen([sys.executable, "-c", script, str(project)], stdin=subprocess.PIPE) for _ in range(6)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    assert [process.wait() for process in processes] == [0] * 6
    assert [backup.number for backup in list_backups(project)] == [1]


def test_a_back_up_that_was_broken_off_leaves_no_half_one(project: Path, tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from cvwidgets.store import backups\n"
        "project = pathlib.Path(sys.argv[1])\n"
        "while True:\n"
        "    backups.back_up(project); print('done', flush=True)"
    )
    visit(project)
    for kill in range(5):
        with subprocess.Popen([sys.executable, "-c", script, str(project)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(kill + 1):
                process.stdout.readline()
            process.kill()
        good = newest_good(project)
        assert good is not None and good == list_backups(project)[0]
    age(project, days=2)
    visit(project)
    assert sorted(path.name for path in (project / "backups").iterdir()) == sorted([".lock", *(b.path.name for b in list_backups(project))])


def test_a_rotten_back_up_is_passed_over(project: Path) -> None:
    visit(project)
    age(project, days=2)
    newest, older = visit(project)
    newest.path.write_bytes(newest.path.read_bytes()[:4096] + os.urandom(30000))
    assert newest_good(project) == older
    (project / "backups" / "catalog-of mine.db").write_bytes(b"")
    assert newest_good(project) == older


def fill_up(project: Path) -> None:
    (project / "backups").write_text("a file in the place of the folder")


def leave_a_folder(project: Path) -> None:
    (project / "backups" / ".lock").mkdir(parents=True)


@pytest.mark.parametrize("harm", [fill_up, leave_a_folder])
def test_what_hinders_a_back_up_is_no_reason_not_to_open(project: Path, harm: Callable[[Path], None]) -> None:
    harm(project)
    assert visit(project, "bison") == []
    with closing(open_store(project)) as store:
        assert {label.name for label in store.labels.list()} == {"Unsorted", "bison", "elk"}
