"""A catalog that was damaged: noticed after an unclean end, and put back from a back-up, whoever was killed meanwhile."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cvwidgets.errors import DamagedCatalog, ProjectError
from cvwidgets.store import Store, open_store, restore_catalog
from cvwidgets.store.backups import list_backups
from cvwidgets.store.checking import is_unchecked, mark_unchecked
from tests.store.conftest import HEADER, found
from tests.store.invariants import check_invariants

WRITE = """
import pathlib, sys
from cvwidgets.store import open_store
store = open_store(pathlib.Path(sys.argv[1]))
store.labels.add(sys.argv[2], by="ann")
print("written", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two hundred images and a back-up of them, and one label that is younger than the back-up."""
    with closing(open_store(tmp_path / "project")) as store:
        store.images.register([(found(f"{n}.jpg", "elk"), HEADER) for n in range(200)])
    with closing(open_store(tmp_path / "project")):
        pass
    with closing(open_store(tmp_path / "project")) as store:
        store.labels.add("bison", by="ann")
    return tmp_path / "project"


def write_and_kill(project: Path, label: str) -> None:
    """A process adds a label and is killed while it has the project open."""
    with subprocess.Popen([sys.executable, "-c", WRITE, str(project), label], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()


def scramble(project: Path) -> None:
    """Overwrites the last pages of the catalog, as a failing disk does; what opening reads stays."""
    with (project / "catalog.db").open("r+b") as file:
        file.seek(-8 * 4096, os.SEEK_END)
        file.write(os.urandom(8 * 4096))


def cut_off(project: Path) -> None:
    (project / "catalog.db").write_bytes((project / "catalog.db").read_bytes()[:5000])


def overwrite(project: Path) -> None:
    (project / "catalog.db").write_bytes(b"something else" * 999)


def empty(project: Path) -> None:
    (project / "catalog.db").write_bytes(b"")


def remove(project: Path) -> None:
    (project / "catalog.db").unlink()


def names(store: Store) -> list[str]:
    return [label.name for label in store.labels.list()]


def test_after_a_clean_end_nothing_is_checked(project: Path) -> None:
    with closing(open_store(project)):
        assert not is_unchecked(project)
    scramble(project)
    open_store(project).close()


def test_a_kill_is_noticed_and_what_was_written_is_there(project: Path) -> None:
    write_and_kill(project, "late")
    with closing(open_store(project)) as store:
        assert names(store) == ["Unsorted", "bison", "elk", "late"]
    assert not is_unchecked(project), "found whole"


def test_damage_is_found_when_a_project_is_opened_after_a_kill(project: Path) -> None:
    write_and_kill(project, "late")
    scramble(project)
    for _ in range(2):
        with pytest.raises(DamagedCatalog, match=r"cannot be read \(.+\); .+ Restore the back-up of [-\d]+ [\d:]+;") as said:
            open_store(project).close()
        assert said.value.backup == list_backups(project)[0].path


def test_while_another_has_it_open_a_log_means_nothing(project: Path) -> None:
    with closing(open_store(project)) as store:
        store.labels.add("late", by="ann")
        assert (project / "catalog.db-wal").stat().st_size
        open_store(project).close()
        assert not is_unchecked(project)
        write_and_kill(project, "later")
        with closing(open_store(project)) as other:
            assert (names(other), is_unchecked(project)) == (["Unsorted", "bison", "elk", "late", "later"], False)


def test_what_a_back_up_finds_is_said_at_the_next_use(project: Path) -> None:
    scramble(project)
    for backup in list_backups(project):
        backup.path.rename(backup.path.with_name("catalog-20200101T000000Z.db"))
    store = open_store(project)
    store.close()
    with pytest.raises(DamagedCatalog, match="Restore the back-up of"):
        store.labels.add("onto damage", by="ann")
    assert [backup.path.name for backup in list_backups(project)] == ["catalog-20200101T000000Z.db"], (
        "a damaged copy pushes no good one out"
    )


@pytest.mark.parametrize("harm", [scramble, cut_off, overwrite, empty, remove])
def test_the_newest_back_up_is_put_back(project: Path, harm: Callable[[Path], None]) -> None:
    harm(project)
    mark_unchecked(project)
    with pytest.raises(DamagedCatalog) as said:
        open_store(project)
    damaged = (project / "catalog.db").read_bytes() if harm is not remove else None
    restored = restore_catalog(project)
    assert said.value.backup is not None and restored.made.startswith(said.value.backup.stem[8:12])
    assert (restored.aside.read_bytes() if restored.aside else None) == damaged
    with closing(open_store(project)) as store:
        assert (names(store), store.images.count()) == (["Unsorted", "elk"], 200)
    check_invariants(project)


def test_logs_of_the_damaged_catalog_go_with_it(project: Path) -> None:
    write_and_kill(project, "late")
    overwrite(project)
    aside = restore_catalog(project).aside
    assert aside is not None and (project / "backups" / f"{aside.name}-wal").stat().st_size
    with closing(open_store(project)) as store:
        assert names(store) == ["Unsorted", "elk"]
    assert sorted(path.name for path in project.iterdir()) == ["backups", "catalog.db"]


def test_one_who_has_the_project_open_goes_on_with_the_restored_catalog(project: Path) -> None:
    with closing(open_store(project)) as store:
        assert names(store) == ["Unsorted", "bison", "elk"]
        overwrite(project)
        restore_catalog(project)
        store.labels.add("wapiti", by="ann")
        with closing(open_store(project)) as other:
            assert names(other) == names(store) == ["Unsorted", "elk", "wapiti"]
    check_invariants(project)


def test_a_whole_catalog_is_not_restored(project: Path) -> None:
    with pytest.raises(ProjectError, match="is whole; only a damaged one"):
        restore_catalog(project)
    with closing(open_store(project)) as store:
        assert names(store) == ["Unsorted", "bison", "elk"]


def test_without_a_back_up_there_is_no_way_back(project: Path) -> None:
    overwrite(project)
    for backup in list_backups(project):
        backup.path.write_bytes(backup.path.read_bytes()[:6000])
    with pytest.raises(DamagedCatalog, match="Put a copy of it back") as said:
        open_store(project)
    assert said.value.backup is None
    with pytest.raises(DamagedCatalog, match=r"No back-up .* can be read; restoring needs one"):
        restore_catalog(project)


def test_restoring_killed_at_any_moment_can_be_done_again(project: Path) -> None:
    script = (
        "import pathlib, sys; from cvwidgets.store import restore_catalog; print(flush=True); restore_catalog(pathlib.Path(sys.argv[1]))"
    )
    moment = random.Random(4)
    for _ in range(6):
        overwrite(project)
        with subprocess.Popen([sys.executable, "-c", script, str(project)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            timer = threading.Timer(moment.uniform(0, 0.06), process.kill)
            timer.start()
            process.wait()
            timer.cancel()
        try:
            open_store(project).close()
        except DamagedCatalog as error:
            assert error.backup is not None
            restore_catalog(project)
        with closing(open_store(project)) as store:
            assert names(store) == ["Unsorted", "elk"]
        check_invariants(project)
