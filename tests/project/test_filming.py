"""Frames of videos come into a project as its own, each once, and say which video and moment they are from."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.frames import Frames
from tests.collect.films import make_film

SCENES = ("navy", "orange", "forestgreen")


def test_frames_of_a_video_are_new_images_and_the_same_video_brings_nothing_again(project: Project, tmp_path: Path) -> None:
    film = make_film(tmp_path / "clip.mp4", SCENES, seconds=1.0)
    report = project.images.add(film, label="sea", frames=Frames(scenes=True))
    assert (report.added, report.refused, report.notes) == (3, (), ())
    again = project.images.add(film, frames=Frames(scenes=True))
    assert (again.added, again.known) == (0, 3)
    images = project.images.get(project.images.select("sea", "new", text="clip@00-00-01").ids)
    assert len(images) == 1 and images[0].owned and images[0].source.address.startswith(f"{film.as_uri()}#clip")


@pytest.mark.slow
def test_a_job_takes_frames_and_a_folder_with_videos_says_what_was_passed_over(project: Project, tmp_path: Path) -> None:
    make_film(tmp_path / "films" / "a" / "clip.mp4", SCENES, seconds=1.0)
    *_, report = project.images.start_adding([tmp_path / "films"]).reports()
    assert report.added == 0 and report.notes == ("clip.mp4: videos in a folder are read only when asked for, by --videos or in Collect.",)
    *_, report = project.images.start_adding([tmp_path / "films"], frames=Frames(every=1.0, most=2)).reports()
    assert (report.added, report.finished) == (2, True) and project.images.select("a", "kept").ids.size == 2
    assert report.notes == ("clip.mp4: more frames than the 2 that are taken of one video are not in.",)


@pytest.mark.parametrize("frames", [None, Frames(every=2.0)])
def test_a_dropped_video_is_read_and_its_frames_go_by_its_name(project: Project, tmp_path: Path, frames: Frames | None) -> None:
    drop = project.images.begin_drop(10_000)
    path = drop.place(1, "sea/clip.mp4")
    path.write_bytes(make_film(tmp_path / "clip.mp4", SCENES, seconds=1.0).read_bytes())
    drop.note(path, "sea/clip.mp4")
    *_, report = project.images.start_adding_drop(drop, state="new", frames=frames).reports()
    assert report.added == (2 if frames else 3)
    addresses = {image.source.address for image in project.images.get(project.images.select("sea", "new").ids) if image.source}
    assert "sea/clip.mp4#clip@00-00-02.000.jpg" in addresses
