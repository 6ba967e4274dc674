"""Bad ground gets a sentence: a full disk, a read-only folder, hostile names, real files of all kinds, two processes at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import DamagedCatalog, DiskFull, ProjectError, ReadOnlyProject, TooFewImages
from cvwidgets.project import restore_catalog
from tests.store.invariants import check_invariants

HOSTILE = (
    "new\nline.jpg",
    "quo\"te's.jpg",
    "<script>alert(1)<,script>.jpg",
    "😀.jpg",
    "ö" * 120 + "x.jpg",
    "-rf.jpg",
    " .jpg",
    "%2e%2e.jpg",
)


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mounts something below `tmp_path`, where this user may; tests skip elsewhere."""
    places: list[Path] = []

    def mount(name: str, *options: str) -> Path:
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        if subprocess.run(["mount", *options, str(place)], capture_output=True, check=False).returncode:
            pytest.skip("this user may not mount a small or read-only disk here")
        places.append(place)
        return place

    yield mount
    for place in reversed(places):
        subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_full_disk_is_one_sentence_and_what_was_in_stays(mounted: Callable[..., Path], draw: Callable[..., Path], tmp_path: Path) -> None:
    disk = mounted("small", "-t", "tmpfs", "-o", "size=900k", "tmpfs")
    for seed in range(40):
        draw(f"heap/a/{seed}.jpg", seed=seed, size=(1600, 1200), quality=95)
    with Project(disk / "p") as project:
        with pytest.raises(DiskFull, match="room"):
            project.images.add(tmp_path / "heap", copy=True)
        (disk / "p" / "cache" / "thumbnails.db").unlink(missing_ok=True)
    subprocess.run(["mount", "-o", "remount,size=50m", str(disk)], check=True)
    check_invariants(disk / "p")
    with Project(disk / "p") as project:
        project.images.add(tmp_path / "heap", copy=True)
        assert project.status().kept == 40


def test_a_project_on_a_disk_without_any_room_opens_to_look(mounted: Callable[..., Path]) -> None:
    disk = mounted("small", "-t", "tmpfs", "-o", "size=900k", "tmpfs")
    with Project(disk / "p") as project:
        project.labels.add("elk")
    with suppress(OSError), open(disk / "rest", "wb", buffering=0) as rest:
        while True:
            rest.write(bytes(4096))
    with Project(disk / "p") as project:
        assert (project.read_only, [label.name for label in project.labels.list()]) == (True, ["Unsorted", "elk"])
        with pytest.raises(ReadOnlyProject, match=r"was full when .* needs some room\. Free some space, then open it again"):
            project.labels.add("bison")
    (disk / "rest").unlink()
    with Project(disk / "p") as project:
        project.labels.add("bison")


def test_a_damaged_project_names_its_way_back_and_goes_it(project: Project, heap: Path) -> None:
    project.images.add(heap)
    project.close()
    Project(project.folder).close()
    (project.folder / "catalog.db").write_bytes(b"no catalog" * 1000)
    with pytest.raises(DamagedCatalog, match="Restore the back-up of") as said:
        Project(project.folder)
    assert said.value.backup is not None
    restored = restore_catalog(project.folder)
    assert restored.aside is not None and restored.aside.read_bytes() == b"no catalog" * 1000
    with Project(project.folder) as again:
        assert again.status().images == 11


def test_the_cache_may_be_deleted_under_a_running_page(project: Project, heap: Path) -> None:
    project.images.add(heap)
    ids = project.images.select().ids
    for _ in range(2):
        assert len(project.images.thumbnails(ids)) == 11
        shutil.rmtree(project.folder / "cache")
    project.images.select().trash()
    assert len(project.images.thumbnails(ids)) == 11


def test_a_read_only_project_opens_to_look(mounted: Callable[..., Path], heap: Path, tmp_path: Path) -> None:
    with Project(tmp_path / "project") as project:
        project.images.add(heap)
    mounted("project", "--bind", "-o", "ro", str(tmp_path / "project"))
    with Project(tmp_path / "project") as project:
        assert project.read_only
        assert (project.status().images, len(project.images.thumbnails(project.images.select().ids))) == (11, 11)
        with pytest.raises(ReadOnlyProject, match="cannot be written"):
            project.images.select().trash()


@pytest.mark.slow
def test_a_read_only_project_answers_still(mounted: Callable[..., Path], heap: Path, tmp_path: Path) -> None:
    with Project(tmp_path / "project") as project:
        project.images.add(heap)
        assert len(list(project.train(epochs=1))) == 1
        project.models.promote(project.runs.latest())
    mounted("project", "--bind", "-o", "ro", str(tmp_path / "project"))
    with Project(tmp_path / "project") as project:
        assert {p.label for p in project.predict(heap / "someone.jpg")} == {"red", "blue"}


def test_hostile_file_names_come_in_as_they_are(project: Project, draw: Callable[..., Path], tmp_path: Path) -> None:
    for seed, name in enumerate(HOSTILE):
        draw(f"heap/<b>label</b,>/{name}", seed=seed)
    shutil.copy(tmp_path / "heap" / "<b>label<" / "b,>" / "😀.jpg", os.fsencode(tmp_path) + b"/heap/not-utf8-\xff.jpg")
    report = project.images.add(tmp_path / "heap")
    assert report.refused == ()
    assert {image.path.name for image in project.images.get(project.images.select().ids)} >= set(HOSTILE) - {"😀.jpg"}
    assert len(project.images.to_pandas()) == len(HOSTILE)  # the one that is not UTF-8 shows the same bytes as another


def test_a_file_in_the_place_of_a_project_is_named(tmp_path: Path) -> None:
    (tmp_path / "project").write_text("a file")
    with pytest.raises(ProjectError, match="is a file; a project is a folder"):
        Project(tmp_path / "project")


def test_labels_that_differ_by_case_are_one_label(project: Project, draw: Callable[..., Path], tmp_path: Path) -> None:
    draw("heap/Owl/1.jpg", seed=1)
    draw("heap/owl/2.jpg", seed=2)
    project.images.add(tmp_path / "heap")
    assert [(label.name.lower(), label.kept) for label in project.labels.list() if label.kept] == [("owl", 2)]


def test_one_label_alone_cannot_be_learnt(project: Project, heap: Path) -> None:
    project.images.add(heap / "red", label="red", state="kept")
    with pytest.raises(TooFewImages, match="two labels"):
        project.train()


def test_everything_that_people_have_is_taken_in_or_refused_with_a_reason(project: Project, shared: Path) -> None:
    files = [path for path in (shared / "data" / "messy").rglob("*") if path.is_file()]
    report = project.images.add(shared / "data" / "messy")
    assert report.found > 0.9 * len(files)
    assert report.added + report.known + len(report.refused) == report.found
    assert all(len(item.reason) > 10 for item in report.refused)
    check_invariants(project.folder)


def test_two_processes_deciding_at_once_lose_nothing(project: Project, heap: Path) -> None:
    project.images.add(heap)
    project.labels.add("label 0"), project.labels.add("label 1")
    script = (
        "import sys; from cvwidgets import Project; p = Project(sys.argv[1], by=sys.argv[2])\n"
        "mine = p.images.select().ids[sys.argv[2] == 'ann' :: 2]\n"
        "for turn in range(25): p.images.assign(mine, f'label {turn % 2}')"
    )
    both = [subprocess.Popen([sys.executable, "-c", script, str(project.folder), by]) for by in ("ann", "bob")]
    assert [process.wait() for process in both] == [0, 0]
    acts = [act for act in project.journal.acts(limit=100) if act.by in ("ann", "bob") and act.kind == "assign"]
    assert len(acts) == 50
    check_invariants(project.folder)
