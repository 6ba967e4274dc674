"""Folders that are watched: what comes into them is added once it is whole, each file once, whatever happens meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cvwidgets import Project, jobs
from cvwidgets.collect import Lookout
from cvwidgets.errors import SourceError
from cvwidgets.records import Found, Refused
from tests.conftest import draw_picture, end_watching, until

OFTEN = 0.2


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / "project", by="ann") as opened:
        yield opened
        end_watching(opened)


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    draw_picture(tmp_path / "camera" / "bison" / "1.jpg", seed=1)
    draw_picture(tmp_path / "camera" / "2.jpg", seed=2)
    return tmp_path / "camera"


def aged(path: Path) -> Path:
    """The same file, written an hour ago."""
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 3600))
    return path


def told(project: Project) -> tuple[int, int, str]:
    (one,) = project.collect.watched()
    return one.told.came, one.told.waiting, one.told.problem


def kill(project: Project) -> None:
    """Ends the process that looks as nobody can refuse."""
    job = project.collect.folders.latest_job()
    (found,) = [one for one in psutil.process_iter(["cmdline"]) if str(job) in (one.info["cmdline"] or [])]
    found.send_signal(signal.SIGKILL)
    until(lambda: jobs.status(job).state == "lost")


def test_what_is_in_a_folder_and_what_comes_is_added_each_once_and_a_job_says_so(project: Project, camera: Path) -> None:
    one = project.collect.watch(camera, every=OFTEN)
    assert (one.folder, one.alive, one.state) == (camera, True, "new")
    until(lambda: told(project)[0] == 2)
    draw_picture(camera / "bison" / "3.jpg", seed=3)
    until(lambda: told(project) == (3, 0, ""))
    assert len(project.images.select("bison", "new")) == 2 and len(project.images.select("Unsorted", "new")) == 1
    (job,) = project.jobs.list()
    assert (job.kind, job.state, job.share, job.sentence) == ("watching", "running", None, "1 folder watched, 3 images came so far")
    project.collect.unwatch(camera)
    assert project.collect.watched() == ()


@pytest.mark.slow
def test_after_a_kill_the_next_one_goes_on_and_nothing_comes_twice(project: Project, camera: Path) -> None:
    project.collect.watch(camera, every=OFTEN)
    until(lambda: told(project)[0] == 2)
    kill(project)
    draw_picture(camera / "3.jpg", seed=3)
    (one,) = project.collect.watched()
    assert not one.alive and not one.paused
    project.collect.folders.go_on()
    until(lambda: told(project)[0] == 3)
    assert project.status().images == 3


@pytest.mark.slow
def test_a_folder_that_vanishes_is_told_and_looked_at_again_when_it_is_back(project: Project, camera: Path) -> None:
    project.collect.watch(camera, every=OFTEN)
    until(lambda: told(project)[0] == 2)
    camera.rename(camera.with_name("away"))
    until(lambda: "not there now; it is looked at again when it comes back" in told(project)[2])
    draw_picture(camera.with_name("away") / "3.jpg", seed=3)
    camera.with_name("away").rename(camera)
    until(lambda: told(project) == (3, 0, ""))


@pytest.mark.slow
def test_a_stop_in_the_list_of_jobs_pauses_and_somebody_must_ask_to_go_on(project: Project, camera: Path) -> None:
    project.collect.watch(camera, label="bison", every=OFTEN)
    until(lambda: told(project)[0] == 2)
    project.jobs.stop(project.jobs.list()[0].name)
    until(lambda: project.jobs.list()[0].state == "stopped")
    project.collect.folders.go_on()
    assert project.collect.watched()[0].paused and project.jobs.list()[0].state == "stopped"
    project.collect.folders.pause(camera, paused=False)
    assert project.collect.watched()[0].alive and project.collect.watched()[0].label == "bison"


@pytest.mark.slow
def test_it_ends_with_its_project(project: Project, camera: Path) -> None:
    project.collect.watch(camera, every=OFTEN)
    until(lambda: told(project)[0] == 2)
    job = project.collect.folders.latest_job()
    process = next(one for one in psutil.process_iter(["cmdline"]) if str(job) in (one.info["cmdline"] or []))
    project.close()
    shutil.rmtree(project.folder)
    assert process.wait(20) is not False


@pytest.mark.slow
def test_only_folders_within_the_roots_are_watched_and_no_link_leads_out(project: Project, camera: Path, tmp_path: Path) -> None:
    draw_picture(tmp_path / "secret" / "1.jpg", seed=9)
    (camera / "link.jpg").symlink_to(tmp_path / "secret" / "1.jpg")
    for wrong, sentence in (
        (tmp_path / "secret", "outside the folders allowed"),
        (camera / "2.jpg", "only folders"),
        (camera / "no", "not exist"),
    ):
        with pytest.raises(SourceError, match=sentence):
            project.collect.watch(wrong, within=[camera])
    with pytest.raises(SourceError, match="can be had"):
        project.collect.watch(camera, every=0)
    project.collect.watch(camera, every=OFTEN, within=[camera])
    until(lambda: told(project)[0] == 2)
    assert project.collect.watched()[0].told.refused == 1


# ---- the lookout alone, without a process


def given(look: object) -> list[str]:
    return sorted(Path(item.path).name for item in look.items)  # type: ignore[attr-defined]


def test_a_file_that_still_grows_waits_until_it_is_still(camera: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("cvwidgets.collect.lookout.time.monotonic", lambda: clock[0])
    lookout = Lookout(camera)
    aged(camera / "2.jpg")
    looks = []
    for step in range(6):
        if step < 3:
            with (camera / "bison" / "1.jpg").open("ab") as file:
                file.write(b"more")
        looks.append((given(found := lookout.look()), found.waiting))
        clock[0] += 1.0
    assert looks == [(["2.jpg"], 1), ([], 1), ([], 1), ([], 1), (["1.jpg"], 0), ([], 0)]


def test_what_was_given_is_given_again_when_it_changed_or_could_not_be_taken(camera: Path) -> None:
    lookout = Lookout(camera)
    for path in camera.rglob("*.jpg"):
        aged(path)
    first = lookout.look()
    assert given(first) == ["1.jpg", "2.jpg"] and lookout.look().items == ()
    lookout.forget(first.items[:1])
    assert len(lookout.look().items) == 1
    aged(draw_picture(camera / "2.jpg", seed=77))
    assert given(lookout.look()) == ["2.jpg"]


def test_what_is_refused_is_told_once(camera: Path) -> None:
    (camera / "heap.zip").write_bytes(b"PK")
    lookout = Lookout(camera)
    assert [type(item) for item in lookout.look().items if not isinstance(item, Found)] == [Refused]
    assert [item for item in lookout.look().items if isinstance(item, Refused)] == []
