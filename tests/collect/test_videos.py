"""Frames of videos: at their times, upright, the same bytes again; whatever a hostile or broken one does, a sentence comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets.collect import Keep, filming, find, survey, videos
from cvwidgets.errors import SourceError
from cvwidgets.frames import Frames
from cvwidgets.records import Found, PassedOver, Refused
from tests.collect.films import make_film, turned

Draw = Callable[..., Path]


def told(source: Path, keep: Keep, frames: Frames | None = None) -> list[Found | Refused | PassedOver]:
    return [item for item in find(source, keep=keep, frames=frames) if item is not None]


def names(items: list[Found | Refused | PassedOver]) -> list[str]:
    return [str(item.name).rpartition("/")[2] for item in items if isinstance(item, Found)]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".avi"])
def test_a_frame_is_taken_every_so_many_seconds_named_by_its_time(tmp_path: Path, keep: Keep, suffix: str) -> None:
    film = make_film(tmp_path / f"my clip{suffix}", seconds=2.5)
    items = told(film, keep, Frames(every=0.8))
    assert names(items) == [f"my clip@00-00-{time}.jpg" for time in ("00.000", "00.800", "01.600", "02.400")]
    assert items[1].source.address == f"{film.as_uri()}#my%20clip@00-00-00.800.jpg" and items[1].owned
    with Image.open(items[1].path) as picture:
        assert picture.size == (64, 48) and picture.format == "JPEG" and picture.getpixel((5, 5))[0] > 200


def test_the_same_video_gives_the_same_bytes_and_by_itself_a_frame_a_second(tmp_path: Path, keep: Keep) -> None:
    film = make_film(tmp_path / "clip.mp4", seconds=2.5)
    first, again = told(film, keep), told(film, keep)
    assert [item.path for item in first] == [item.path for item in again]
    assert names(first) == ["clip@00-00-00.000.jpg", "clip@00-00-01.000.jpg", "clip@00-00-02.000.jpg"]


def test_a_frame_of_each_scene_is_taken_however_much_moves_in_it(tmp_path: Path, keep: Keep) -> None:
    film = make_film(tmp_path / "clip.mp4", ("navy", "orange", "forestgreen", "navy"), seconds=1.5)
    assert names(told(film, keep, Frames(scenes=True))) == [f"clip@00-00-{time}.jpg" for time in ("00.000", "01.800", "03.200", "04.800")]


def test_no_more_are_taken_than_were_asked_for_and_that_is_told(tmp_path: Path, keep: Keep) -> None:
    *frames, last = told(make_film(tmp_path / "clip.mp4"), keep, Frames(every=0.1, most=3))
    assert len(frames) == 3 and isinstance(last, PassedOver) and "more frames than the 3 that are taken" in last.reason
    assert len(told(make_film(tmp_path / "short.mp4", seconds=0.3), keep, Frames(every=0.1, most=3))) == 3


def test_a_film_of_a_camera_held_upright_is_turned_as_players_turn_it(tmp_path: Path, keep: Keep) -> None:
    (found,) = told(turned(make_film(tmp_path / "clip.mp4", seconds=0.5)), keep)
    with Image.open(found.path) as picture:
        assert picture.size == (48, 64)
        assert picture.getpixel((44, 4))[1] < 60 < picture.getpixel((4, 4))[1]  # the red corner is at the upper right now


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a text": (lambda _: b"hello", "no video of a kind that is read"),
    "nothing": (lambda _: b"", "no video of a kind that is read"),
    "a playlist": (lambda _: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "no video of a kind that is read"),
    "a beginning alone": (lambda film: film[:200], "nothing of it can be read|Not one frame"),
    "noise": (lambda film: film[:32] + bytes(range(256)) * 40, "nothing of it can be read|Not one frame"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_video_is_refused_with_a_sentence(tmp_path: Path, keep: Keep, what: str) -> None:
    film, (change, sentence) = make_film(tmp_path / "clip.mp4"), BROKEN[what]
    film.write_bytes(change(film.read_bytes()))
    *_, last = told(film, keep)
    assert isinstance(last, Refused) and re.search(sentence, last.reason)


def test_frames_that_are_enormous_are_refused_before_one_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filming, "MAX_PIXELS", 64 * 48 - 1)
    with make_film(tmp_path / "clip.mp4").open("rb") as stream, pytest.raises(filming.Unusable, match="megapixels, the most that is read"):
        next(filming.take_frames(stream, Frames(), filming.Ending()))


def test_of_a_video_that_is_cut_off_what_was_read_is_kept(tmp_path: Path, keep: Keep, shared: Path) -> None:
    content = (shared / "data" / "video" / "car-detection.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) // 2])
    *frames, last = told(tmp_path / "cut.mp4", keep, Frames(every=4))
    assert len(names(frames)) == 4 and "cut off at 00:00:13 of 00:00:30; the frames up to there are in" in last.reason


def test_a_video_that_takes_too_much_memory_ends_its_reader_alone(tmp_path: Path, keep: Keep) -> None:
    film = make_film(tmp_path / "clip.mp4")
    *_, last = videos.find_in_video(film, Frames(), None, keep, memory_bytes=1 << 20)
    assert isinstance(last, Refused)


def test_who_stops_half_way_leaves_no_process(tmp_path: Path, keep: Keep) -> None:
    import psutil

    found = videos.find_in_video(make_film(tmp_path / "clip.mp4", seconds=20), Frames(every=0.1), None, keep)
    assert any(isinstance(item, Found) for item in found)
    found.close()  # type: ignore[attr-defined]
    assert [child for child in psutil.Process().children() if "cvwidgets.collect.filming" in " ".join(child.cmdline())] == []


def test_videos_in_a_folder_are_passed_over_and_told_unless_frames_are_asked_for(tmp_path: Path, keep: Keep, draw: Draw) -> None:
    draw("heap/owl/1.jpg")
    make_film(tmp_path / "heap" / "owl" / "clip.mp4")
    passed = told(tmp_path / "heap", keep)
    assert [type(item) for item in passed] == [Found, PassedOver] and "by --videos or in Collect" in passed[1].reason
    read = told(tmp_path / "heap", keep, Frames(every=1))
    assert [(item.label, item.owned) for item in read] == [("owl", False), ("owl", True), ("owl", True)]
    *_, seen = survey(tmp_path / "heap")
    assert (seen.files, seen.videos) == (1, 1)
    *_, alone = survey(tmp_path / "heap" / "owl" / "clip.mp4")
    assert (alone.files, alone.videos, alone.folder) == (1, 1, False)


def test_frames_of_a_video_in_a_folder_have_the_part_that_it_lies_in(tmp_path: Path, keep: Keep) -> None:
    for part in ("train", "test"):
        make_film(tmp_path / "heap" / part / "owl" / "clip.mp4", seconds=0.5)
    read = told(tmp_path / "heap", keep, Frames(every=1))
    assert [(item.label, item.part) for item in read if isinstance(item, Found)] == [("owl", "test"), ("owl", "train")]


def test_without_the_package_a_sentence_says_how_to_get_it(tmp_path: Path, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    film = make_film(tmp_path / "clip.mp4")
    monkeypatch.setattr(videos.importlib.util, "find_spec", lambda name: None)
    (refused,) = told(film, keep)
    assert "which is not installed. Install it: pip install 'cvwidgets[video]'" in refused.reason
    with pytest.raises(SourceError, match=r"is a video\. Frames of videos need the package av"):
        videos.check_video(film)


@pytest.mark.parametrize("wrong", [{"every": 0}, {"every": float("nan")}, {"every": 1e9}, {"most": 0}, {"most": 10**9}])
def test_frames_that_cannot_be_asked_for_are_told(wrong: dict[str, float]) -> None:
    with pytest.raises(SourceError, match="Ask for another number"):
        Frames(**wrong)  # type: ignore[arg-type]
