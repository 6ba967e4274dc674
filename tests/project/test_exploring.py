"""What looking through a project finds, and what is done about it: mistakes, duplicates, strangers, neighbors, the map."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cvwidgets import Project, Recipe
from cvwidgets.errors import ExploreError
from cvwidgets.project import findings, stages
from cvwidgets.project.advice import advise_exploring
from cvwidgets.project.counting import Stopped
from cvwidgets.project.stages import Stages
from tests.conftest import look_through

Draw = Callable[..., Path]


@pytest.fixture
def project(explored_project: Project) -> Project:
    return explored_project


def names(project: Project, ids: object) -> list[str]:
    return [image.path.name for image in project.images.get(ids)]  # type: ignore[arg-type]


def test_planted_mistakes_come_first_with_the_right_suggestion(project: Project) -> None:
    view = project.mistakes()
    assert set(names(project, view.ids[:2])) == {"wrong200.jpg", "wrong201.jpg"}
    assert list(view.suggestions.each[:2]) == ["red", "red"]  # type: ignore[union-attr]
    assert (view.values["suggested probability"][:2] > view.values["label probability"][:2]).all()
    assert len(project.mistakes("red")) + len(project.mistakes("blue")) == len(view) == project.explore.suspected()


def test_what_is_accepted_is_no_mistake_any_more_and_comes_back_with_undo(project: Project) -> None:
    before = project.mistakes()
    before.take(np.array([0])).accept()
    assert project.images.get(before.ids[:1])[0].label == "red"
    assert project.mistakes().ids.tolist() == before.ids[1:].tolist() and project.explore.suspected() == len(before) - 1
    project.journal.undo()
    assert project.mistakes().ids.tolist() == before.ids.tolist()


def test_what_is_right_stays_out_in_the_next_kernel_and_after_the_next_look(project: Project) -> None:
    first = project.mistakes().take(np.array([0]))
    first.reject()
    with Project(project.folder, by="bob") as other:
        assert first.ids[0] not in other.mistakes().ids
        look_through(other)
        assert first.ids[0] not in other.mistakes().ids


def test_the_number_of_wrong_labels_is_estimated_label_by_label(project: Project) -> None:
    doubts = {doubt.label: doubt for doubt in project.explore.doubts()}
    assert doubts["blue"].suspected >= 2 and doubts["blue"].kept == 26
    assert doubts["blue"].wrong is not None and 0 <= doubts["blue"].wrong < 8


def test_a_smaller_copy_is_stacked_behind_the_original_and_trashed_by_accepting(project: Project) -> None:
    (stack,) = [one for one in project.duplicates() if "small.jpg" in names(project, one.ids)]
    assert names(project, stack.ids) == ["3.jpg", "small.jpg"]
    project.explore.stacked([stack]).accept()
    assert [image.state for image in project.images.get(stack.ids)] == ["kept", "trashed"]
    assert stack.ids not in [one.ids for one in project.duplicates()]


def test_images_said_to_be_different_are_stacked_no_more_until_that_is_undone(project: Project) -> None:
    before = project.duplicates()
    (stack,) = [one for one in before if "small.jpg" in names(project, one.ids)]
    project.explore.stacked([stack]).reject()
    assert stack not in project.duplicates()
    project.journal.undo()
    assert project.duplicates() == before


def test_a_copy_trains_or_tests_with_its_original_and_what_was_not_compared_is_told(project: Project, draw: Draw) -> None:
    project.images.add(draw("late/red/late.jpg", seed=500, size=(160, 120), color="red").parent.parent)
    run = project.runs.start(Recipe(epochs=1, image_size=32, split_seed=3))
    run.stop()
    (stack,) = [one for one in project.duplicates() if "small.jpg" in names(project, one.ids)]
    assert len(stack.parts) == 1 and len(project.images.parts(stack.ids)) == 2
    assert run.left_out() == [advise_exploring(1)]
    project.images.separate(stack.ids)
    assert set(stack.ids) not in [set(pair) for pair in project.explore.alike().pairs.tolist()]


def test_the_threshold_moves_without_looking_again(project: Project) -> None:
    assert len(project.duplicates(0.5)) >= len(project.duplicates(0.9))
    pair = project.explore.at_threshold(0.75)
    assert pair is not None and 0.4 <= pair[2] < 1


def test_neighbors_are_alike_and_never_the_image_itself(project: Project) -> None:
    image = int(project.images.select("red", text="5.jpg").ids[0])
    view = project.neighbors(image, 5)
    assert image not in view.ids and (np.diff(view.values["distance"]) >= 0).all()
    assert {found.label for found in project.images.get(project.neighbors(image, 5, label="blue").ids)} == {"blue"}
    assert len(project.neighbors(image, 1000)) == len(project.images.select()) - 1


def test_new_images_get_the_label_that_what_is_kept_suggests(project: Project) -> None:
    view = project.explore.uncertain()
    assert names(project, view.ids) == ["new.jpg"] and list(view.suggestions.each) == ["red"]  # type: ignore[union-attr]
    assert view.accept().sentence == "1 image moved to red"
    assert len(project.explore.uncertain()) == 0


def test_what_was_thought_of_an_image_is_told_of_kept_and_new_ones(project: Project, tmp_path: Path, draw: Draw) -> None:
    wrong, new = int(project.mistakes().ids[0]), int(project.images.select(state="new").ids[0])
    for image in (wrong, new):
        guess = project.explore.guess(image)
        assert [one.label for one in guess.predictions] == ["red", "blue"] and guess.models == ("starter",)
        assert sum(one.probability for one in guess.predictions) == pytest.approx(1, abs=0.01)
    project.images.add(draw("later.jpg"))
    assert project.explore.guess(int(project.images.select(state="new").ids[-1])).predictions == ()


def test_a_black_picture_is_dark_and_a_stranger(project: Project) -> None:
    assert "black.jpg" in names(project, project.explore.faults()["dark"].ids)
    strangers = project.explore.strangers()
    assert "black.jpg" in names(project, strangers.ids)
    project.images.assign(strangers.ids[:1], "blue")
    assert project.explore.strangers().ids.tolist() == strangers.ids[1:].tolist()


def test_what_comes_later_is_put_on_the_map_and_nothing_else_moves(project: Project, draw: Draw) -> None:
    before = project.map()
    project.images.add(draw("late.jpg", seed=400, size=(160, 120), color="red"))
    assert project.explore.unseen() == 1
    look_through(project)
    after = project.map()
    assert project.explore.unseen() == 0 and len(after.ids) == len(before.ids) + 1
    np.testing.assert_array_equal(after.points[np.isin(after.ids, before.ids)], before.points)


def test_before_a_look_nothing_is_known_and_that_is_said(tmp_path: Path) -> None:
    with Project(tmp_path / "project") as project:
        for ask in (project.mistakes, project.duplicates, project.map, project.explore.strangers, project.explore.uncertain):
            with pytest.raises(ExploreError, match="Nothing was found out about the images"):
                ask()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_images_are_looked_through_without_ado(tmp_path: Path, draw: Draw, count: int) -> None:
    with Project(tmp_path / "project") as project:
        for seed in range(count):
            project.images.add(draw(f"heap{seed}/red/{seed}.jpg", seed=seed))
        look_through(project)
        assert project.duplicates() == () and len(project.map().ids) == count
        explore = project.explore
        assert [len(view) for view in (explore.mistakes(), explore.strangers(0.9), explore.uncertain())] == [0, 0, 0]
        assert explore.doubts() == () and explore.guess(1).predictions == ()


def test_what_was_found_goes_once_nothing_can_be_questioned_any_more(project: Project) -> None:
    wrong, new = int(project.mistakes().ids[0]), int(project.images.select(state="new").ids[0])
    project.images.trash(project.images.select("blue").ids)
    look_through(project)
    assert len(project.mistakes()) == len(project.explore.mistakes(likely=False)) == len(project.explore.why(wrong)) == 0
    assert len(project.explore.uncertain()) == len(project.explore.doubts()) == 0
    assert project.explore.guess(wrong).predictions == project.explore.guess(new).predictions == ()


def test_who_stops_keeps_what_was_found(tmp_path: Path, draw: Draw) -> None:
    def stop(stage: str, share: float) -> None:
        if stage == "duplicates":
            raise Stopped

    with Project(tmp_path / "project") as project:
        for seed in range(3):
            draw(f"heap/red/{seed}.jpg", seed=seed)
        project.images.add(tmp_path / "heap")
        with pytest.raises(Stopped):
            Stages(project, stop).run()
        assert project.explore.faults() is not None
        with pytest.raises(ExploreError):
            project.duplicates()


def test_who_stops_while_light_is_judged_keeps_what_was_judged(tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(stage: str, share: float) -> None:
        if stage == "faults" and share > 0.2:
            raise Stopped

    monkeypatch.setattr(stages, "CHUNK", 1)
    with Project(tmp_path / "project") as project:
        for seed in range(4):
            Image.new("RGB", (80, 60), (seed, 0, 0)).save(draw(f"heap/red/{seed}.png"))
        project.images.add(tmp_path / "heap")
        with pytest.raises(Stopped):
            Stages(project, stop).run()
        assert len(project.explore.faults()["dark"]) == 2


def stop_halfway(stage: str, share: float) -> None:
    """Stops while look-alikes are compared."""
    if stage == "duplicates" and 0.5 < share < 1:
        raise Stopped


def test_look_alikes_compared_part_by_part_are_the_same_and_who_stops_keeps_the_parts(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    stacks, alike = project.duplicates(0.5), project.explore.alike()
    (project.folder / "cache/explore/duplicates.npz").unlink()
    monkeypatch.setattr(stages, "AT_ONCE", 7)
    with pytest.raises(Stopped):
        Stages(project, stop_halfway).run()
    assert 7 <= project.explore.alike().unknown < len(project.images.select(state="kept"))
    look_through(project)
    assert project.duplicates(0.5) == stacks and project.explore.alike().unknown == alike.unknown == 0
    np.testing.assert_array_equal(project.explore.alike().pairs, alike.pairs)


def test_what_could_not_be_seen_is_compared_once_its_drive_is_back(tmp_path: Path, draw: Draw) -> None:
    heap, away = tmp_path / "heap", tmp_path / "away"
    with Project(tmp_path / "project") as project:
        for seed in (1, 2, 3):
            draw(f"heap/red/{seed}.jpg", seed=seed, size=(160, 120))
        Image.open(heap / "red/1.jpg").resize((120, 90)).save(heap / "red/small.jpg")
        project.images.add(heap)
        shutil.rmtree(project.folder / "cache")
        heap.rename(away)
        look_through(project)
        assert project.duplicates() == () and project.explore.alike().unknown == 4
        away.rename(heap)
        look_through(project)
        assert [len(stack.ids) for stack in project.duplicates()] == [2] and project.explore.alike().unknown == 0


def test_a_damaged_thumbnail_ends_no_look_and_is_judged_once_it_is_whole(project: Project) -> None:
    (black,) = project.images.select(text="black.jpg").ids.tolist()
    thumbnails, (sha,) = project._store.thumbnails, project._store.images.hashes([black]).values()
    whole = thumbnails.get([sha])[sha]
    (project.folder / "cache/explore/measures.npz").unlink()
    thumbnails.put([(sha, whole[: len(whole) // 2])])
    look_through(project)
    assert black not in project.explore.faults()["dark"].ids
    thumbnails.put([(sha, whole)])
    look_through(project)
    assert black in project.explore.faults()["dark"].ids


def test_questioning_the_labels_says_how_far_it_is_from_beginning_to_end(project: Project) -> None:
    shares: list[float] = []
    Stages(project, lambda stage, share: shares.append(share) if stage == "mistakes" else None).run()
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1 and len({round(share, 1) for share in shares}) > 6


def test_findings_that_are_cut_short_or_deleted_are_found_again(project: Project) -> None:
    stacks = project.duplicates()
    file = project.folder / "cache" / "explore" / "duplicates.npz"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(ExploreError):
        project.duplicates()
    shutil.rmtree(project.folder / "cache")
    look_through(project)
    assert project.duplicates() == stacks


def test_findings_of_another_format_count_as_none_until_the_next_look(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    stacks = project.duplicates()
    monkeypatch.setattr(findings, "FORMAT", findings.FORMAT + 1)
    with Project(project.folder) as later:
        with pytest.raises(ExploreError, match="Nothing was found out"):
            later.duplicates()
        look_through(later)
        assert later.duplicates() == stacks


@pytest.mark.slow
def test_the_job_says_how_far_it_is_and_is_listed(tmp_path: Path, draw: Draw) -> None:
    with Project(tmp_path / "project") as project:
        project.images.add(draw("heap/red/1.jpg"))
        steps = list(project.explore.follow())
        assert steps[-1].share == 1 and project.explore.unseen() == 0
        (job,) = [job for job in project.jobs.list() if job.kind == "exploring"]
        assert (job.state, job.title, job.share) == ("done", "Explore the images", 1.0)
