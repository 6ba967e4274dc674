"""The journal and the trash of a project: two windows on one folder, the way back, and the one thing that has none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import DecisionError, NothingToUndo, UndoRefused


@pytest.fixture
def filled(project: Project, heap: Path) -> Project:
    """The heap, taken into the project's own folder."""
    project.images.add(heap, copy=True)
    return project


@pytest.fixture
def window(filled: Project) -> Iterator[Project]:
    """Another window of the same person on the same project."""
    with Project(filled.folder, by="ann") as opened:
        yield opened


def test_two_windows_of_one_person_take_back_their_own_acts(filled: Project, window: Project) -> None:
    red, blue = filled.images.select("red"), filled.images.select("blue")
    filled.images.trash(red.ids)
    window.images.trash(blue.ids)
    filled.labels.add("green")
    assert filled.journal.last().sentence == "Label green added"
    assert [filled.journal.undo().sentence for _ in range(2)] == ["Undone: Label green added", "Undone: 5 images trashed"]
    assert (len(filled.images.select("red", "kept")), len(filled.images.select("blue", "trashed"))) == (5, 5)
    assert window.journal.last_undone() is not None
    filled.journal.redo()
    assert window.journal.undo().images == 5
    assert (len(filled.images.select("red", "trashed")), len(filled.images.select("blue", "kept"))) == (5, 5)


def test_undo_is_refused_where_the_other_window_judged_the_same_image(filled: Project, window: Project) -> None:
    ids = filled.images.select("red").ids
    filled.images.trash(ids)
    window.images.keep(ids[:1])
    with pytest.raises(UndoRefused, match="1 image of it was changed by later acts"):
        filled.journal.undo()
    assert len(window.images.select("red", "trashed")) == 4


def test_any_act_is_taken_back_by_its_number(filled: Project) -> None:
    act = filled.images.trash(filled.images.select("red").ids)
    filled.images.renew(filled.images.select("blue").ids)
    filled.journal.undo(act.id)
    assert [one.undone for one in filled.journal.acts(kind="decisions")] == [False, True]
    filled.journal.redo(act.id)
    with pytest.raises(NothingToUndo):
        filled.journal.redo(act.id)
    assert filled.journal.images_of(act.id) == filled.images.select("red").ids.tolist()


def test_the_history_of_an_image_is_told(filled: Project) -> None:
    image = int(filled.images.select("red").ids[0])
    filled.images.sort_out(filled.images.select("blue").ids, [image])
    newest, *_ = filled.journal.history(image)
    assert (newest.act.sentence, newest.state_before, newest.state) == ("1 image trashed", "kept", "trashed")


def test_the_emptied_trash_gives_its_room_back_and_is_not_offered_again(filled: Project, heap: Path) -> None:
    red = filled.images.select("red")
    owned = [image.path for image in filled.images.get(red.ids)]
    filled.images.trash(red.ids)
    content = filled.trash.look()
    assert (content.images, content.bytes) == (5, sum(path.stat().st_size for path in owned))
    assert filled.trash.empty(images=5).kind == "empty trash"
    assert [path for path in owned if path.exists()] == []
    assert len(list((heap / "red").iterdir())) == 5, "the user's own files are as they were"
    report = filled.images.add(heap, copy=True)
    assert (report.added, report.known, filled.images.counts().images) == (0, 11, 6)
    assert [path for path in owned if path.exists()] == []
    with pytest.raises(NothingToUndo, match="cannot be undone"):
        filled.journal.undo(filled.journal.acts(kind="empty trash")[0].id)


def test_emptying_asks_for_the_number_that_was_agreed_to(filled: Project) -> None:
    filled.images.trash(filled.images.select("red").ids)
    with pytest.raises(DecisionError, match="The trash holds 5 images by now, not 3"):
        filled.trash.empty(images=3)
    assert filled.trash.look().images == 5
