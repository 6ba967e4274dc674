"""The demo's pictures: the same for a seed, planted as truth.json says, never half there."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps, UnidentifiedImageError

from cvwidgets.demo import Truth, draw, draw_iter
from cvwidgets.demo.files import content
from cvwidgets.demo.plan import make_plan
from cvwidgets.errors import SourceError

LABELS = {"bottle", "key", "leaf", "mug", "shoe", "umbrella"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("demo") / "pictures"
    return folder, draw(folder, seed=3, per_label=8)


def files(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def gray(folder: Path, name: str) -> np.ndarray:
    with Image.open(folder / name) as picture:
        upright = ImageOps.exif_transpose(picture).convert("L").resize((32, 32))
    return np.asarray(upright, np.float32).ravel()


def test_each_label_has_its_folder_and_the_inbox_lies_in_the_root(small: tuple[Path, Truth]) -> None:
    folder, truth = small
    assert {path.name for path in folder.iterdir() if path.is_dir()} == LABELS == set(truth.labels)
    assert all(sum(name.startswith(f"{label}/") for name in truth.shows) == 8 for label in LABELS)
    assert truth.inbox and all("/" not in name and (folder / name).is_file() for name in truth.inbox)


def test_truth_names_every_file_and_no_other(small: tuple[Path, Truth]) -> None:
    folder, truth = small
    assert set(files(folder)) == {*truth.shows, *(broken.path for broken in truth.broken), "truth.json"}
    assert Truth.read(folder) == truth and truth.complete


def test_all_pictures_can_be_read_and_are_200_to_900_pixels_a_side(small: tuple[Path, Truth]) -> None:
    folder, truth = small
    plain = set(truth.shows) - {copy.path for copy in truth.near_duplicates}
    for name in plain:
        with Image.open(folder / name) as picture:
            picture.load()
            assert 200 <= min(picture.size) <= max(picture.size) <= 900, name


def test_the_broken_files_cannot_be_read(small: tuple[Path, Truth]) -> None:
    folder, truth = small
    assert {broken.how for broken in truth.broken} == {"truncated", "empty", "text"}
    for broken in truth.broken:
        with pytest.raises((OSError, UnidentifiedImageError, SyntaxError)), Image.open(folder / broken.path) as picture:
            picture.load()


def test_wrong_labels_lie_in_the_folder_of_one_label_and_show_another(small: tuple[Path, Truth]) -> None:
    _, truth = small
    assert len(truth.wrong_labels) == len(LABELS)
    assert all(w.path.startswith(f"{w.label}/") and truth.shows[w.path] == w.shows != w.label for w in truth.wrong_labels)


def test_near_duplicates_look_like_their_originals_but_have_other_bytes(small: tuple[Path, Truth]) -> None:
    folder, truth = small
    hashes = files(folder)
    assert {copy.how for copy in truth.near_duplicates} == {"re-encoded", "resized", "cropped"}
    for copy in truth.near_duplicates:
        alike = np.corrcoef(gray(folder, copy.path), gray(folder, copy.of))[0, 1]
        assert hashes[copy.path] != hashes[copy.of] and (alike > 0.98 or copy.how == "cropped"), (copy, alike)


def test_the_same_bytes_lie_twice_where_truth_says(small: tuple[Path, Truth]) -> None:
    folder, truth = small
    hashes = files(folder)
    assert truth.same_bytes and all(hashes[copy.path] == hashes[copy.of] for copy in truth.same_bytes)
    assert len(hashes) - len(set(hashes.values())) == len(truth.same_bytes) + _equal_texts(truth)


def _equal_texts(truth: Truth) -> int:
    return sum(broken.how == "text" for broken in truth.broken) - 1


def test_the_same_seed_draws_the_same_bytes_and_another_seed_others(small: tuple[Path, Truth]) -> None:
    again, other = (make_plan(seed, 8)[5] for seed in (3, 4))
    assert content(again) == (small[0] / again.path).read_bytes()
    assert content(other) != content(again)


def test_a_second_call_on_a_complete_demo_changes_nothing(small: tuple[Path, Truth]) -> None:
    folder, truth = small
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert draw(folder, seed=3, per_label=8) == truth
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.slow
def test_after_a_kill_the_second_call_completes_what_the_first_began(small: tuple[Path, Truth], tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    code = (
        f"from cvwidgets.demo import draw_iter\nfor step in draw_iter({str(folder)!r}, seed=3, per_label=8): print(step.done, flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        assert child.stdout and all(child.stdout.readline() for _ in range(5))
        child.kill()
    assert Truth.read(folder) and not Truth.read(folder).complete  # type: ignore[union-attr]
    draw(folder, seed=3, per_label=8)
    assert files(folder) == files(small[0])


@pytest.mark.slow
def test_leaving_the_loop_keeps_what_was_drawn_and_a_second_call_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "left"
    steps = draw_iter(folder, per_label=8)
    assert next(steps).done == 1
    steps.close()  # type: ignore[attr-defined]
    assert not Truth.read(folder).complete  # type: ignore[union-attr]
    rest = [step.done for step in draw_iter(folder, per_label=8)]
    assert rest == list(range(rest[0], rest[-1] + 1)) and rest[-1] == len(files(folder)) - 1
    assert Truth.read(folder).complete  # type: ignore[union-attr]


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SourceError, match=r"holds other files already; the demo needs an empty folder\. Name another one"):
        draw(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_demo_of_another_seed_is_refused_by_its_seed(small: tuple[Path, Truth]) -> None:
    with pytest.raises(SourceError, match="drawn with seed 3 and 8 pictures per label; seed 5"):
        draw(small[0], seed=5, per_label=8)


def test_a_place_that_cannot_be_written_to_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match=r"cannot be drawn into .* it needs a folder to write to"):
        draw(tmp_path / "file" / "demo")


def test_too_few_pictures_per_label_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="per_label is 3; it must be at least 8"):
        draw(tmp_path / "demo", per_label=3)
