"""Which projects there are, which were used lately, and where a new one may be begun."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import ProjectError, SourceError
from cvwidgets.project import begin_project, cover, find_projects, recent_projects, remember_project, within

Draw = Callable[..., Path]


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CVWIDGETS_MACHINE_FOLDER", str(tmp_path / "machine"))
    return tmp_path / "machine"


@pytest.fixture
def root(tmp_path: Path, draw: Draw) -> Path:
    """A root with a project of three images, deep below, and an empty one."""
    for number in range(3):
        draw(f"heap/owl/{number}.jpg", seed=number)
    with Project(tmp_path / "root" / "a" / "b" / "owls") as project:
        project.images.add(tmp_path / "heap")
        project.images.trash(project.images.select().ids[:1])
    Project(tmp_path / "root" / "empty").close()
    return tmp_path / "root"


def test_projects_are_found_with_their_counts_and_nothing_is_changed(root: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    found = {one.name: (one.images, one.new, one.kept, one.problem) for one in find_projects([root, root / "a"])}
    assert found == {"owls": (3, 0, 2, None), "empty": (0, 0, 0, None)}
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_hidden_folders_links_and_depths_beyond_are_passed_over(root: Path, tmp_path: Path) -> None:
    Project(tmp_path / "elsewhere" / "secret").close()
    (root / "link").symlink_to(tmp_path / "elsewhere")
    Project(root / ".hidden" / "p").close()
    assert {one.name for one in find_projects([root])} == {"owls", "empty"}
    assert {one.name for one in find_projects([root], depth=1)} == {"empty"}
    assert find_projects([root / "missing"]) == ()


def test_the_counts_are_those_that_the_project_tells(root: Path, tmp_path: Path) -> None:
    with Project(root / "empty") as project:
        project.images.add(tmp_path / "heap", state="new")
        project.labels.add("elk")
        project.images.trash(project.images.select(label="owl").ids[1:2])
        project.images.assign(project.images.select(label="owl").ids[2:], "elk")
        told = project.images.counts()
        (found,) = find_projects([root / "empty"])
        assert (found.images, found.new, found.kept) == (told.images, told.new, told.kept) == (3, 1, 1)


@pytest.mark.parametrize(
    ("content", "problem"), [(b"no database" * 1000, "damaged"), (b"", "damaged"), (None, "A later version of cvwidgets wrote it")]
)
def test_a_catalog_that_cannot_be_opened_is_listed_with_a_sentence(root: Path, content: bytes | None, problem: str) -> None:
    catalog = root / "empty" / "catalog.db"
    if content is None:
        with closing(sqlite3.connect(catalog)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    else:
        catalog.write_bytes(content)
    (found,) = find_projects([root / "empty"])
    assert found.images == 0 and found.problem is not None and found.problem.startswith((problem, f"Its catalog is {problem}"))


def test_looking_at_a_project_whose_writer_was_killed_leaves_no_file_behind(root: Path) -> None:
    folder = root / "empty"
    code = "import os, sys; from cvwidgets import Project; Project(sys.argv[1]).labels.add('owl'); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    (folder / "catalog.db-shm").unlink()
    before = sorted(folder.iterdir())
    assert (folder / "catalog.db-wal").stat().st_size > 0
    assert find_projects([folder])[0].problem is None and sorted(folder.iterdir()) == before


def test_near_projects_are_found_before_deep_ones_and_so_many_are_enough(root: Path) -> None:
    assert [one.name for one in find_projects([root], most=1)] == ["empty"]
    assert find_projects([root], seconds=0) == ()


def test_a_cover_shows_kept_images_and_nothing_when_the_cache_is_gone(root: Path) -> None:
    folder = root / "a" / "b" / "owls"
    assert [picture[:2] for picture in cover(folder)] == [b"\xff\xd8"]
    shutil.rmtree(folder / "cache")
    (folder / "cache").mkdir()
    assert cover(folder) == [] and not list((folder / "cache").iterdir())


def test_projects_used_lately_come_latest_first_once_each_and_only_while_they_are_there(root: Path, machine: Path) -> None:
    owls, empty = root / "a" / "b" / "owls", root / "empty"
    for folder in (owls, empty, owls, root / "never there"):
        remember_project(folder)
    assert recent_projects() == (owls, empty)
    (machine / "recent.json").write_text("{ torn")
    assert recent_projects() == ()


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        "../up",
        "a/b",
        "a\\b",
        ".hidden",
        "nul",
        "CON",
        "x" * 101,
        "tab\there",
        "new\nline",
        "a:b",
        "end.",
        "nul.txt",
        "gpj\u202eturned",
        "half\ud800",
        "a\x85b",
        "🦬" * 99,
    ],
)
def test_a_name_that_is_no_folder_everywhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="Choose another name"):
        begin_project(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_project_is_begun_in_a_folder_of_its_own(root: Path) -> None:
    assert begin_project(root, " büffel 2 ") == root / "büffel 2"
    with pytest.raises(ProjectError, match="is there already"):
        begin_project(root, "empty")
    (root / "letters").mkdir()
    (root / "letters" / "x.txt").touch()
    with pytest.raises(ProjectError, match="holds other files"):
        begin_project(root, "letters")
    (root / "link").symlink_to(root / "a" / "b", target_is_directory=True)
    with pytest.raises(ProjectError, match="is a link to elsewhere"):
        begin_project(root, "link")


@pytest.mark.parametrize("way", ["elsewhere", "root/../elsewhere", "root/link", "root/link/deeper"])
def test_what_leads_outside_of_the_roots_is_refused(root: Path, tmp_path: Path, way: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match="outside the folders allowed"):
        within(tmp_path / way, [root])
    assert within(root / "a" / ".." / "empty", [root]) == root / "empty"
    assert within(tmp_path / way, []).name in ("elsewhere", "deeper")


def test_what_leads_nowhere_is_refused_in_words(root: Path) -> None:
    with pytest.raises(SourceError, match="leads nowhere"):
        within(root / "a\0b", [root])
