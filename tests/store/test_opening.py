"""Opening a catalog: new, older, newer, damaged, read-only, by several at once, and fast."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from cvwidgets.errors import DamagedCatalog, NewerCatalog, ProjectError, ReadOnlyProject
from cvwidgets.store import open_store
from cvwidgets.store.opening import REVISIONS, migrate
from tests.store.conftest import HEADER, found
from tests.store.invariants import check_invariants


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one image, closed."""
    store = open_store(tmp_path / "project")
    store.images.register([(found("1.jpg", "elk"), HEADER)])
    store.close()
    return tmp_path / "project"


@pytest.fixture
def read_only(project: Path) -> Iterator[Callable[[], Path]]:
    """Makes the project's folder one that nobody can write to, the administrator neither; skips where this user may not."""
    mounted = []

    def mount() -> Path:
        for options in (["--bind"], ["-o", "remount,ro,bind"]):
            if subprocess.run(["mount", *options, str(project), str(project)], capture_output=True, check=False).returncode:
                pytest.skip("this user may not mount a read-only folder here")
        mounted.append(project)
        return project

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], check=False)


def schema(catalog: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(catalog)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(name, "".join(sql.replace('"', "").split())) for name, sql in rows}


def test_migrations_lead_to_the_tables_of_a_new_catalog(project: Path, tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    with create_engine(f"sqlite:///{tmp_path}/old.db").begin() as connection:
        migrate(connection)
    assert schema(tmp_path / "old.db") == schema(project / "catalog.db")
    versions = Path(open_store.__code__.co_filename).parent / "migrations" / "versions"
    assert sorted(path.name[:4] for path in versions.glob("0*.py")) == list(REVISIONS)


def test_opening_loads_no_alembic_and_no_torch(tmp_path: Path) -> None:
    script = "import sys; from cvwidgets.store import open_store; open_store(__import__('pathlib').Path(sys.argv[1])).labels.list();"
    script += "print([name for name in ('alembic', 'torch', 'datasets', 'pandas') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "p")], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_where_no_project_is_none_is_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="holds no project"):
        open_store(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_a_catalog_of_a_later_version_says_so(project: Path) -> None:
    with closing(sqlite3.connect(project / "catalog.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(NewerCatalog, match=r"later version of cvwidgets \(catalog 0999\).* Update cvwidgets"):
        open_store(project)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 99, b"SQLite format 3\0" + bytes(5000)])
def test_a_damaged_catalog_says_so_and_is_left_alone(project: Path, content: bytes) -> None:
    (project / "catalog.db").write_bytes(content)
    with pytest.raises(DamagedCatalog, match="Put a copy of it back"):
        open_store(project)
    assert (project / "catalog.db").read_bytes() == content


def test_a_catalog_damaged_inside_says_so(project: Path) -> None:
    catalog = project / "catalog.db"
    content = bytearray(catalog.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    catalog.write_bytes(content)
    with pytest.raises(DamagedCatalog):
        open_store(project).labels.list()


def test_a_read_only_project_is_there_to_look(read_only: Callable[[], Path]) -> None:
    store = open_store(read_only())
    assert (store.read_only, store.images.count(), store.labels.list()[1].kept) == (True, 1, 1)
    assert store.images.check_files() == 1, "seen, and not noted"
    assert store.thumbnails.get(["00"]) == {}
    store.thumbnails.put([("00", b"dropped")])
    for change in (lambda: store.decisions.trash([1], by="ann"), lambda: store.owned.put(BytesIO(b"x"), "x.jpg")):
        with pytest.raises(ReadOnlyProject, match="cannot be written to"):
            change()
    store.close()


def test_a_read_only_project_shows_what_was_not_yet_moved_from_the_log(project: Path, read_only: Callable[[], Path]) -> None:
    with closing(sqlite3.connect(project / "catalog.db")) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("INSERT INTO labels (id, name, folded, gone) VALUES (7, 'late', 'late', 0)")
        connection.commit()
        store = open_store(read_only())
        assert [label.name for label in store.labels.list()] == ["Unsorted", "elk", "late"]
        store.close()


def test_an_older_project_that_can_only_be_looked_at_has_nothing_in_later_tables(project: Path, read_only: Callable[[], Path]) -> None:
    with closing(sqlite3.connect(project / "catalog.db")) as connection, connection:
        for table in ("cells", "columns", "verdicts"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    with closing(open_store(read_only())) as store:
        assert (store.read_only, store.images.count(), store.columns.shared(), store.verdicts.confirmed().size) == (True, 1, [], 0)


def test_a_project_cannot_be_begun_in_a_read_only_folder(read_only: Callable[[], Path]) -> None:
    with pytest.raises(ReadOnlyProject, match="cannot be written to"):
        open_store(read_only() / "inner")


def test_a_folder_of_any_name_holds_a_project(tmp_path: Path) -> None:
    for name in ("a%20b?mode=ro#x", "new\nline", "caf\udce9", "ö&=;'\""):
        with closing(open_store(tmp_path / name)) as store:
            store.labels.add("elk", by="ann")
            assert not store.read_only
            assert list((tmp_path / name).glob(".catalog*")) == []


def test_several_begin_one_project_at_once(tmp_path: Path) -> None:
    script = "import sys, pathlib; from cvwidgets.store import open_store; sys.stdin.read(1)"
    script += "; open_store(pathlib.Path(sys.argv[1])).labels.add(sys.argv[2], by='x')"
    command = [sys.executable, "-c", script, str(tmp_path / "p")]
    processes = [subprocess.Popen([*command, f"label {n}"], stdin=subprocess.PIPE) for n in range(6)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    assert [process.wait() for process in processes] == [0] * 6
    store = open_store(tmp_path / "p")
    assert len(store.labels.list()) == 7
    store.close()
    check_invariants(tmp_path / "p")


def test_a_project_whose_folder_vanished_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path / "p")
    store.close()
    (tmp_path / "p").rename(tmp_path / "moved")
    with pytest.raises(ProjectError, match="no catalog any more"):
        store.labels.list()
    assert not (tmp_path / "p").exists()
