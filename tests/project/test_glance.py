"""The data at a glance: counts, sizes, and what one should know in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.filter import Filter
from cvwidgets.store import measuring

Draw = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / "p") as opened:
        yield opened


def test_an_empty_project_has_nothing_to_say(project: Project) -> None:
    glance = project.glance()
    assert (glance.images, glance.hints, glance.extent, glance.formats, glance.size) == (0, (), "", (), 0)


def test_sizes_formats_and_bytes_are_those_of_the_files(project: Project, draw: Draw, tmp_path: Path) -> None:
    paths = [
        draw("heap/a/1.jpg", seed=1, size=(40, 90)),
        draw("heap/a/2.png", seed=2, size=(300, 200)),
        draw("heap/b/3.jpg", seed=3, size=(700, 600)),
    ]
    project.images.add(tmp_path / "heap")
    glance = project.glance()
    assert {one.low: one.images for one in glance.sizes if one.images} == {32: 1, 192: 1, 512: 1}
    assert glance.extent == "Smallest 40 × 90, median 300 × 200, largest 700 × 600."
    assert glance.formats == (("JPEG", 2), ("PNG", 1)) and glance.size == sum(path.stat().st_size for path in paths)
    assert [(label.name, label.kept) for label in glance.labels if label.kept] == [("a", 2), ("b", 1)]


def test_one_label_tiny_pictures_and_few_images_are_warned_of(project: Project, draw: Draw, tmp_path: Path) -> None:
    for number in range(3):
        draw(f"heap/owl/{number}.jpg", seed=number, size=(32, 32))
    project.images.add(tmp_path / "heap")
    warnings = [hint.sentence for hint in project.glance().hints if hint.severity == "warning"]
    assert any("training needs at least two labels" in one for one in warnings)
    assert any("3 images are below 64 pixels" in one for one in warnings)
    assert any("'owl' has 3 images kept" in one for one in warnings)


def test_a_test_part_too_small_to_judge_by_and_a_conflict_are_told(project: Project, draw: Draw, tmp_path: Path) -> None:
    for number in range(40):
        draw(f"heap/{'owl' if number % 2 else 'elk'}/{number}.jpg", seed=number, size=(300, 200))
    (tmp_path / "heap" / "elk" / "1.jpg").write_bytes((tmp_path / "heap" / "owl" / "1.jpg").read_bytes())
    project.images.add(tmp_path / "heap")
    glance = project.glance()
    assert (glance.conflicts, glance.unread, glance.missing) == (1, 0, 0)
    assert any(hint.severity == "warning" and "came under two labels" in hint.sentence for hint in glance.hints)
    assert any(hint.severity == "note" and "Of 40 images kept, 8 are for the test" in hint.sentence for hint in glance.hints)


def test_the_median_is_that_of_the_short_sides(project: Project, draw: Draw, tmp_path: Path) -> None:
    for number, size in enumerate([(900, 100), (100, 90), (110, 3000), (130, 120), (2100, 2050)]):
        draw(f"heap/{number}.jpg", seed=number, size=size)
    project.images.add(tmp_path / "heap")
    glance = project.glance()
    assert glance.extent == "Smallest 100 × 90, median 110 × 3,000, largest 2,100 × 2,050."
    assert {one.low: one.images for one in glance.sizes if one.images} == {64: 1, 96: 3, 2048: 1}


def test_what_waits_for_a_look_is_a_note(project: Project, draw: Draw) -> None:
    project.images.add(draw("1.jpg", size=(300, 200)))
    (note,) = project.glance().hints
    assert note.severity == "note" and note.sentence.startswith("1 image waits for a look")


def saved_again(path: Path, name: str) -> Path:
    """The picture in another format."""
    with Image.open(path) as picture:
        picture.save(path.with_name(name))
    return path.with_name(name)


def test_what_looks_the_same_is_a_note_until_one_of_the_two_is_in_the_trash(project: Project, draw: Draw, tmp_path: Path) -> None:
    for number in range(3):
        draw(f"heap/{number}.jpg", seed=number, size=(640, 480))
    saved_again(tmp_path / "heap" / "1.jpg", "again.png")
    project.images.add(tmp_path / "heap")
    assert any(hint.sentence == "2 images (50.0%) look the same as another." for hint in project.glance().hints)
    project.images.trash(project.images.select(text="again.png").ids)
    glance = project.glance()
    assert glance.alike == 0 and not any("the same" in hint.sentence for hint in glance.hints)


def test_too_many_images_are_not_compared(project: Project, draw: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved_again(draw("heap/1.jpg", size=(640, 480)), "again.png")
    project.images.add(tmp_path / "heap")
    assert project.glance().alike == 2
    monkeypatch.setattr(measuring, "MOST_COMPARED", 1)
    glance = project.glance()
    assert glance.alike is None and not any("the same" in hint.sentence for hint in glance.hints)
    assert glance.formats == (("JPEG", 1), ("PNG", 1))


def test_even_surfaces_are_not_said_to_look_the_same(project: Project, tmp_path: Path) -> None:
    (tmp_path / "heap").mkdir()
    for color in ("black", "white", "navy"):
        Image.new("RGB", (300, 200), color).save(tmp_path / "heap" / f"{color}.png")
    project.images.add(tmp_path / "heap")
    assert project.glance().alike == 0


def test_what_each_bar_counts_is_what_its_filter_finds(project: Project, draw: Draw, tmp_path: Path) -> None:
    for number, label in enumerate(["elk", "elk", "elk/calf", "owl", "owl"]):
        draw(f"heap/{label}/{number}.jpg", seed=number, size=(200 + 100 * number, 700))
    project.images.add(tmp_path / "heap")
    project.images.trash(project.images.select("owl").ids[:1])
    glance = project.glance()
    for label in glance.labels:
        own = Filter(labels=(label.name,), sub_labels=False)
        counted = [len(project.images.select(where=replace(own, states=(state,)))) for state in ("new", "kept", "trashed")]
        assert counted == [label.new, label.kept, label.trashed]
    for one in glance.sizes:
        within = Filter(min_side=one.low, max_side=None if one.high is None else one.high - 1)
        assert len(project.images.select(where=within)) == one.images
