"""Taking images in: what comes out, what is refused, and what is there after it was broken off."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.collect import find
from cvwidgets.errors import SourceError
from cvwidgets.pictures import read_header
from cvwidgets.records import Found, ImportReport
from cvwidgets.store import open_store


def leave_unread(project: Project, source: Path) -> None:
    """What an import does before it is killed between its two passes."""
    with closing(open_store(project.folder)) as store:
        found = [item for item in find(source, keep=store.owned.put) if isinstance(item, Found)]
        store.images.register([(item, read_header(item.path)) for item in found])


def test_subfolders_become_labels_and_their_images_are_kept(project: Project, heap: Path) -> None:
    report = project.images.add(heap)
    assert (report.added, report.known, report.refused, report.finished) == (11, 0, (), True)
    assert {(label.name, label.new, label.kept) for label in project.labels.list()} == {("Unsorted", 1, 0), ("red", 0, 5), ("blue", 0, 5)}


def test_a_label_given_by_hand_waits_for_a_look(project: Project, heap: Path) -> None:
    project.images.add(heap / "red", label="colors/red")
    assert len(project.images.select(label="colors/red", state="new")) == 5


def test_adding_the_same_folder_again_knows_every_file(project: Project, heap: Path) -> None:
    project.images.add(heap)
    again = project.images.add(heap)
    assert (again.added, again.known) == (0, 11)


def test_the_same_bytes_elsewhere_are_the_same_image(project: Project, heap: Path) -> None:
    project.images.add(heap)
    shutil.copytree(heap / "red", heap.parent / "again" / "red")
    again = project.images.add(heap.parent / "again")
    assert (again.added, again.known, len(project.images.select())) == (0, 5, 11)


def test_the_same_bytes_under_two_labels_are_a_conflict_until_decided(project: Project, heap: Path) -> None:
    shutil.copy(heap / "red" / "0.jpg", heap / "blue" / "copy.jpg")
    assert project.images.add(heap).conflicts == 1
    [conflict] = project.images.conflicts()
    assert set(conflict.labels) == {"red", "blue"}
    project.images.assign([conflict.image_id], "red")
    assert project.images.conflicts() == []


def test_a_broken_file_is_refused_with_its_reason_and_the_others_are_in(project: Project, heap: Path) -> None:
    whole = (heap / "red" / "0.jpg").read_bytes()
    (heap / "red" / "half.jpg").write_bytes(whole[: len(whole) // 2])
    (heap / "red" / "text.jpg").write_text("no picture at all")
    report = project.images.add(heap)
    assert report.added == 11
    assert {Path(item.path).name for item in report.refused} == {"half.jpg", "text.jpg"}
    assert all(item.reason.endswith((".", ")")) or item.reason for item in report.refused)


def test_a_broken_file_is_refused_again_with_the_same_reason_when_it_comes_again(project: Project, heap: Path) -> None:
    whole = (heap / "red" / "0.jpg").read_bytes()
    (heap / "red" / "half.jpg").write_bytes(whole[: len(whole) // 2])
    first, again = project.images.add(heap), project.images.add(heap)
    assert again.refused == first.refused
    assert (again.found, again.added, again.known) == (12, 0, 11)


def test_the_users_files_are_never_changed(project: Project, heap: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in heap.rglob("*.*")}
    project.images.add(heap)
    project.images.select().trash()
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in heap.rglob("*.*")} == before


def test_what_comes_out_of_an_archive_is_kept_in_the_project(project: Project, heap: Path) -> None:
    with zipfile.ZipFile(heap.parent / "heap.zip", "w") as archive:
        for path in heap.rglob("*.*"):
            archive.write(path, path.relative_to(heap))
    project.images.add(heap.parent / "heap.zip")
    images = project.images.get(project.images.select(label="red").ids)
    assert len(images) == 5
    assert all(image.owned and image.path.is_relative_to(project.folder / "images") for image in images)


def test_copies_outlive_their_originals(project: Project, heap: Path) -> None:
    project.images.add(heap, copy=True)
    shutil.rmtree(heap)
    assert len(project.images.thumbnails(project.images.select().ids)) == 11


def test_a_broken_off_import_keeps_what_is_in_and_goes_on(project: Project, draw: Callable[..., Path], tmp_path: Path) -> None:
    for seed in range(60):
        draw(f"many/{seed}.jpg", seed=seed)
    reports = project.images.add_iter(tmp_path / "many")
    next(reports)
    reports.close()
    assert len(project.images.select()) > 0
    again = project.images.add(tmp_path / "many")
    assert again.finished
    assert (len(project.images.select()), project.images.counts().unread) == (60, 0)


def test_what_an_earlier_import_left_unread_is_not_counted_as_this_ones(project: Project, heap: Path) -> None:
    whole = (heap / "red" / "0.jpg").read_bytes()
    (heap / "red" / "half.jpg").write_bytes(whole[:-200])
    shutil.copytree(heap / "blue", heap.parent / "more" / "blue")
    shutil.copy(heap / "red" / "half.jpg", heap.parent / "more" / "half.jpg")
    leave_unread(project, heap)
    report = project.images.add(heap.parent / "more")
    assert (report.found, report.registered, report.settled) == (6, 6, 6)
    assert (report.added, report.known, [Path(item.path).parent.name for item in report.refused]) == (0, 5, ["more"])
    assert report.notes == ("12 images of an earlier import were read too; 1 of them could not be read.",)


def test_files_of_a_broken_off_import_count_as_known_when_they_come_again(project: Project, heap: Path) -> None:
    whole = (heap / "red" / "0.jpg").read_bytes()
    (heap / "red" / "half.jpg").write_bytes(whole[:-200])
    leave_unread(project, heap)
    report = project.images.add(heap)
    assert (report.found, report.settled, report.added, report.known, len(report.refused), report.notes) == (12, 12, 0, 11, 1, ())


def test_an_import_can_be_a_job_that_anyone_may_follow(project: Project, heap: Path) -> None:
    work = project.images.start_adding([heap])
    *_, last = work.reports()
    assert (last.finished, last.added, work.status().state) == (True, 11, "done")
    assert project.images.adding().report() == last


def test_a_trashed_picture_stays_trashed_when_another_took_its_file(project: Project, heap: Path) -> None:
    project.images.add(heap)
    project.images.select(text="0.jpg").trash()
    shutil.move(heap / "red" / "0.jpg", heap / "red" / "moved.jpg")
    shutil.copy(heap / "someone.jpg", heap / "red" / "0.jpg")
    report = project.images.add(heap)
    assert (report.found, report.added, report.known) == (12, 0, 12)
    assert [image.path.name for image in project.images.get(project.images.select(state="trashed").ids)] == ["moved.jpg"]
    assert project.images.counts().missing == 0


def test_a_missing_folder_is_one_sentence(project: Project, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        project.images.add(tmp_path / "nowhere")


def test_a_missing_source_is_told_before_anything_comes_in(project: Project, heap: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        project.images.add(heap, heap.parent / "nowhere")
    assert (len(project.images.select()), project.journal.last()) == (0, None)


@pytest.mark.parametrize("order", [1, -1])
def test_a_source_that_fails_later_costs_nothing_of_the_others(project: Project, heap: Path, tmp_path: Path, order: int) -> None:
    (tmp_path / "empty").mkdir()
    reports: list[ImportReport] = []
    with pytest.raises(SourceError, match="holds no files"):
        reports.extend(project.images.add_iter(*[heap, tmp_path / "empty"][::order]))
    last = reports[-1]
    assert (last.added, last.settled, last.finished) == (11, 11, False)
    assert (len(project.images.select()), project.images.counts().unread) == (11, 0)


def test_moved_files_are_found_again_by_their_content(project: Project, heap: Path) -> None:
    project.images.add(heap)
    shutil.move(heap / "red", heap.parent / "moved")
    assert project.images.relink(heap.parent / "moved") == 5
    assert project.images.counts().missing == 0


def test_moved_files_are_looked_for_in_folders_only(project: Project, heap: Path) -> None:
    project.images.add(heap)
    archive = Path(shutil.make_archive(str(heap.parent / "moved"), "zip", heap))
    shutil.rmtree(heap)
    with pytest.raises(SourceError, match=r"moved\.zip' is a file.*choose the folder"):
        project.images.relink(archive)
    assert not [path for path in (project.folder / "images").rglob("*") if path.is_file()]


def test_of_a_file_with_several_frames_it_is_said_which_one_is_taken(project: Project, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "blue")]
    (tmp_path / "heap").mkdir()
    frames[0].save(tmp_path / "heap" / "film.gif", save_all=True, append_images=frames[1:])
    assert project.images.add(tmp_path / "heap").notes == ("1 file has several pages or frames; the first one is taken.",)
