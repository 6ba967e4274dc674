"""Imports as jobs: what came through a browser, links that lead out, trying again, and how long it takes still."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import DecisionError, DiskFull, SourceError
from cvwidgets.project.work import Work
from cvwidgets.records import ImportReport
from tests.conftest import draw_picture


def drop(project: Project, *files: tuple[str, bytes]):
    made = project.images.begin_drop(sum(len(content) for _, content in files))
    for number, (name, content) in enumerate(files):
        path = made.place(number, name)
        path.write_bytes(content)
        made.note(path, name)
    return made


def finished(work: Work) -> ImportReport:
    *_, last = work.reports()
    return last


def test_dropped_files_come_in_by_a_job_under_the_labels_of_their_folders(project: Project, heap: Path) -> None:
    files = [(str(path.relative_to(heap)), path.read_bytes()) for path in sorted(heap.rglob("*.*"))]
    work = project.images.start_adding_drop(drop(project, *files))
    assert (finished(work).added, work.sources) == (11, ["0.png and 10 more"])
    assert {(label.name, label.new, label.kept) for label in project.labels.list()} == {("Unsorted", 1, 0), ("red", 0, 5), ("blue", 0, 5)}
    assert all(image.owned for image in project.images.get(project.images.select().ids))
    assert not (work.folder / "dropped").exists()


def test_what_is_refused_of_a_drop_is_told_by_the_name_that_it_had(project: Project, heap: Path) -> None:
    whole = (heap / "red" / "0.jpg").read_bytes()
    work = project.images.start_adding_drop(drop(project, ("a/<b>.jpg", b"text"), ("a/half.jpg", whole[:-200]), ("1.jpg", whole)))
    report = finished(work)
    assert (report.added, {one.path for one in report.refused}) == (1, {"a/<b>.jpg", "a/half.jpg"})


def test_what_is_refused_of_an_archive_or_a_copy_is_told_by_its_own_name(project: Project, heap: Path) -> None:
    (heap / "red" / "half.jpg").write_bytes((heap / "red" / "0.jpg").read_bytes()[:-200])
    with zipfile.ZipFile(heap.parent / "heap.zip", "w") as archive:
        for path in heap.rglob("*.*"):
            archive.write(path, path.relative_to(heap))
    assert [one.path for one in project.images.add(heap.parent / "heap.zip").refused] == ["heap.zip/red/half.jpg"]
    assert [one.path for one in project.images.add(heap, copy=True).refused] == [str(heap / "red" / "half.jpg")]


def test_a_link_out_of_the_folders_allowed_is_refused_by_the_job_too(project: Project, heap: Path, tmp_path: Path) -> None:
    (heap / "red" / "out.jpg").symlink_to(draw_picture(tmp_path / "secret.jpg"))
    work = project.images.start_adding([heap], within=[heap])
    assert [(Path(one.path).name, "outside" in one.reason) for one in finished(work).refused] == [("out.jpg", True)]
    with pytest.raises(SourceError, match="outside the folders allowed"):
        project.images.start_adding([tmp_path], within=[heap])


def test_an_import_that_failed_is_tried_again_with_the_files_that_were_dropped(project: Project, heap: Path) -> None:
    files = [("red/0.jpg", (heap / "red" / "0.jpg").read_bytes())]
    work = project.images.start_adding_drop(drop(project, *files))
    finished(work)
    request = json.loads((work.folder / "request.json").read_text())
    with pytest.raises(SourceError, match="dropped files are gone"):
        project.images.retry_adding()
    made = drop(project, *files)
    made.folder.rename(work.folder / "dropped")
    again = project.images.retry_adding()
    assert (finished(again).known, again.folder != work.folder, again.sources) == (1, True, ["0.jpg"])
    assert json.loads((again.folder / "request.json").read_text()) == request


def test_nothing_is_tried_again_before_there_was_anything(project: Project) -> None:
    with pytest.raises(SourceError, match="No import waits to be tried again"):
        project.images.retry_adding()


def test_a_drop_that_does_not_fit_is_refused_before_it_is_sent(project: Project) -> None:
    with pytest.raises(DiskFull, match=r"These files take 1000000\.0 GB.* GB left.*Free some space"):
        project.images.begin_drop(10**15)


def test_a_drop_that_nobody_completed_goes_after_a_day(project: Project) -> None:
    old, young = project.images.begin_drop(1), project.images.begin_drop(1)
    os.utime(old.folder, (1e9, 1e9))
    project.images.begin_drop(1)
    assert (old.folder.exists(), young.folder.exists(), project.images.adding()) == (False, True, None)


def test_what_cannot_be_asked_is_said_before_a_job_is_started(project: Project, heap: Path) -> None:
    with pytest.raises(DecisionError, match="keeping needs a label"):
        project.images.start_adding([heap], label="unsorted", state="kept")
    with pytest.raises(SourceError, match="does not exist"):
        project.images.start_adding([heap / "nowhere"])
    assert project.images.adding() is None


def test_the_time_left_is_told_by_the_pace_so_far(tmp_path: Path) -> None:
    def write(**facts: object) -> None:
        report = {"found": 100, "registered": 100, "refused": [], "notes": [], **facts}
        with (tmp_path / "progress.jsonl").open("a") as progress:
            progress.write(json.dumps(report) + "\n")

    work = Work(tmp_path)
    write(settled=0, seconds=5.0)
    assert (work.report().found, work.seconds_left()) == (100, None)
    write(settled=10, seconds=6.0)
    write(settled=30, seconds=8.0)
    assert (work.report().settled, work.seconds_left()) == (30, 7.0)
    write(settled=100, seconds=15.0, finished=True)
    assert (work.report().finished, work.seconds_left()) == (True, None)


def test_a_drop_whose_page_is_gone_can_be_taken_in_as_far_as_it_came(project: Project, heap: Path) -> None:
    made = project.images.begin_drop(10, files=3)
    path = made.place(1, "red/0.jpg")
    path.write_bytes((heap / "red" / "0.jpg").read_bytes())
    made.note(path, "red/0.jpg")
    assert project.images.cut_off_drops() == ()
    project.images.let_go_drop(made)
    (left,) = project.images.cut_off_drops()
    assert (left.files, left.expected, left.first) == (1, 3, "0.jpg")
    assert finished(project.images.start_adding_drop(left)).added == 1
    assert project.images.cut_off_drops() == ()


def test_a_drop_is_cut_off_when_its_process_is_killed(project: Project) -> None:
    begin = "import os, sys; from cvwidgets import Project; Project(sys.argv[1]).images.begin_drop(10, files=3); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", begin, str(project.folder)], check=False).returncode == 9
    (left,) = project.images.cut_off_drops()
    project.images.forget_drop(left)
    assert ((left.files, left.expected), project.images.cut_off_drops()) == ((0, 3), ())
