"""The two passes of an import: what registers, what is known, what merges, what leaves, and what is a conflict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cvwidgets.errors import UnreadablePicture, UnreadNow
from cvwidgets.records import Refused, Source
from cvwidgets.store import Settled, Store
from cvwidgets.store.filing import REPLACED
from tests.store.conftest import HEADER, Arrive, found

Standing = Callable[[int], tuple[str, str]]
Read = Callable[..., Settled]


def test_a_known_file_is_known_and_decisions_stand(store: Store, arrive: Arrive, standing: Standing) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    store.decisions.trash([image], by="ann")
    again = arrive("1.jpg", "1.jpg", label="elk")
    assert (again.ids, again.known, store.images.count()) == ((), 2, 1)
    assert standing(image) == ("elk", "trashed")


def test_a_file_that_was_only_touched_is_the_same_image_with_its_decisions(store: Store, arrive: Arrive, read: Read) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    read([image], "same")
    store.decisions.trash([image], by="ann")
    (before,) = store.images.get([image])
    (again,) = arrive("1.jpg", label="elk", mtime_ns=2).ids
    assert len(read([again], "same").merged) == 1
    assert (store.images.get([image]), store.images.count()) == ([before], 1)


def test_another_picture_in_a_files_place_is_another_image(
    store: Store, arrive: Arrive, read: Read, standing: Standing, pictures: Path
) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    read([image], "a wolf")
    store.decisions.trash([image], by="ann")
    (other,) = arrive("1.jpg", label="elk", size=300).ids
    read([other], "an elk")
    assert (standing(other), standing(image)) == (("elk", "kept"), ("elk", "trashed"))
    (known,) = store.images.missing()
    assert (known.id, known.path.name, known.path.exists(), known.problem) == (image, "1.jpg", False, REPLACED)
    assert store.images.get([other])[0].path == pictures / "1.jpg"


def test_what_was_trashed_and_overwritten_stays_trashed_wherever_it_comes_again(
    store: Store, arrive: Arrive, read: Read, standing: Standing, pictures: Path
) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    read([image], "a wolf")
    store.decisions.trash([image], by="ann")
    read(arrive("1.jpg", label="elk", size=300).ids, "an elk")
    store.images.check_files([image])
    assert store.images.get([image])[0].problem == REPLACED
    assert len(read(arrive("elsewhere.jpg", label="elk").ids, "a wolf").merged) == 1
    (back,) = store.images.get([image])
    assert (standing(image), back.path, back.problem) == (("elk", "trashed"), pictures / "elsewhere.jpg", None)


def test_two_pictures_that_take_turns_in_one_place_each_keep_their_decision(
    arrive: Arrive, read: Read, store: Store, standing: Standing
) -> None:
    (wolf,) = arrive("1.jpg", label="elk").ids
    read([wolf], "a wolf")
    (elk,) = arrive("1.jpg", label="elk", size=300).ids
    read([elk], "an elk")
    store.decisions.trash([wolf], by="ann")
    for turn in range(2, 6):
        read(arrive("1.jpg", label="elk", mtime_ns=turn).ids, ("a wolf", "an elk")[turn % 2])
    assert (standing(wolf), standing(elk), store.images.count()) == (("elk", "trashed"), ("elk", "kept"), 2)
    assert [image.id for image in store.images.missing()] == [wolf]


def test_an_image_whose_files_are_all_overwritten_at_once_stays_known(store: Store, arrive: Arrive, read: Read) -> None:
    ids = arrive("1.jpg", "2.jpg", label="elk").ids
    read(ids, "same", "same")
    read(arrive("1.jpg", "2.jpg", label="elk", size=300).ids, "one", "two")
    assert (store.images.count(), [image.id for image in store.images.missing()]) == (3, [ids[0]])


def test_a_file_that_changed_before_it_was_read_is_the_same_image(store: Store, arrive: Arrive) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    again = arrive("1.jpg", label="elk", size=300)
    assert (again.ids, again.known, again.waiting) == ((), 1, (image,))
    assert [(i.id, i.size) for i in store.images.pending(10)] == [(image, 300)]


def test_a_label_given_later_is_the_first_of_an_image_without_one(arrive: Arrive, standing: Standing) -> None:
    (image,) = arrive("1.jpg").ids
    arrive("1.jpg", label="elk")
    assert standing(image) == ("elk", "kept")


def test_an_import_is_one_act_and_reads_as_one(store: Store, arrive: Arrive) -> None:
    for start in range(3):
        arrive(f"{start}.jpg", label="elk")
    assert [act.sentence for act in store.decisions.acts()] == ["3 images added"]
    store.decisions.trash([1], by="ann")
    arrive("9.jpg", label="elk")
    assert [act.sentence for act in store.decisions.acts()] == ["1 image added", "1 image trashed", "3 images added"]


def test_the_latest_are_read_first(store: Store, arrive: Arrive) -> None:
    ids = arrive(*(f"{n}.jpg" for n in range(6))).ids
    assert [image.id for image in store.images.pending(4)] == [ids[5], ids[4], ids[3], ids[2]]


def test_the_same_bytes_are_one_image_with_both_paths(store: Store, arrive: Arrive, read: Read) -> None:
    first, second = arrive("a/1.jpg", "b/1.jpg", label="elk").ids
    assert len(read([second, first], "same", "same").merged) == 1
    assert store.images.select().tolist() == [first]
    assert arrive("b/1.jpg", label="elk").known == 1


def test_a_decision_made_before_reading_moves_to_the_image_that_stays(arrive: Arrive, read: Read, store: Store, standing: Standing) -> None:
    first, second = *arrive("a.jpg", label="elk").ids, *arrive("b.jpg", label="elk").ids
    store.decisions.trash([second], by="ann")
    read([first, second], "same", "same")
    assert standing(first) == ("elk", "trashed")


def test_the_later_of_two_decisions_holds(arrive: Arrive, read: Read, store: Store, standing: Standing) -> None:
    first, second = *arrive("a.jpg", label="elk").ids, *arrive("b.jpg", label="bison").ids
    store.decisions.trash([second], by="ann")
    store.decisions.keep([first], by="ann")
    store.decisions.renew([first], by="ann")
    read([first, second], "same", "same")
    assert standing(first) == ("elk", "new")
    assert store.images.select(label="bison", state="trashed").tolist() == [first]


def test_a_label_beats_none(arrive: Arrive, read: Read, standing: Standing) -> None:
    first, second = *arrive("a.jpg").ids, *arrive("b.jpg", label="elk").ids
    assert read([first, second], "same", "same").conflicts == 0
    assert standing(first) == ("elk", "kept")


def test_two_labels_that_keep_the_same_bytes_are_a_conflict_until_decided(store: Store, arrive: Arrive, read: Read, pictures: Path) -> None:
    first, second = *arrive("a.jpg", label="elk").ids, *arrive("b.jpg", label="bison").ids
    assert read([first, second], "same", "same").conflicts == 1
    (conflict,) = store.images.conflicts()
    assert (conflict.image_id, conflict.labels) == (first, ("elk", "bison"))
    assert conflict.paths == (pictures / "a.jpg", pictures / "b.jpg")
    store.decisions.assign([first], "bison", by="ann")
    assert store.images.conflicts() == []
    store.decisions.undo(by="ann")
    assert store.images.conflicts() == [conflict]


def test_each_kind_of_decision_settles_a_conflict(store: Store, arrive: Arrive, read: Read) -> None:
    ids = []
    for n in range(3):
        pair = *arrive(f"{n}a.jpg", label="elk").ids, *arrive(f"{n}b.jpg", label="bison").ids
        read(pair, f"same {n}", f"same {n}")
        ids.append(pair[0])
    store.decisions.keep(ids[:1], by="ann")
    store.decisions.trash(ids[1:2], by="ann")
    store.decisions.renew(ids[2:], by="ann")
    assert store.images.conflicts() == []


def test_what_someone_decided_is_no_conflict_when_it_arrives_again(store: Store, arrive: Arrive, read: Read, standing: Standing) -> None:
    (first,) = arrive("a.jpg", label="elk", state="new").ids
    store.decisions.keep([first], by="ann")
    (second,) = arrive("b.jpg", label="bison").ids
    assert read([first, second], "same", "same").conflicts == 0
    assert standing(first) == ("elk", "kept")


def test_owned_bytes_of_two_labels_are_one_file_in_conflict(store: Store) -> None:
    path = store.folder / "images" / "ab" / "abc.jpg"
    batch = [(found(str(path), label, owned=True), HEADER) for label in ("elk", "bison", "elk")]
    registered = store.images.register(batch)
    assert (len(registered.ids), registered.known, registered.conflicts) == (1, 2, 1)
    assert [conflict.labels for conflict in store.images.conflicts()] == [("elk", "bison")]
    assert store.images.register(batch[1:]).conflicts == 0


def test_three_of_the_same_become_one(store: Store, arrive: Arrive, read: Read) -> None:
    ids = arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids
    read(ids[2:], "same")
    read(ids[1:2], "same")
    assert len(read(ids[:1], "same").merged) == 1
    assert store.images.get(ids) == store.images.get(ids[:1])
    assert store.decisions.trash([ids[2]], by="ann").images == 1


def test_a_broken_file_leaves_with_its_reason_and_is_not_tried_again(store: Store, arrive: Arrive, read: Read, pictures: Path) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    refused = Refused(str(pictures / "1.jpg"), "it is cut off")
    assert read([image], None).refused == (refused,)
    assert (store.images.count(), store.images.pending(9)) == (0, [])
    again = arrive("1.jpg", label="elk")
    assert (again.ids, again.known, again.refused) == ((), 0, (refused,))


def test_a_broken_file_that_was_mended_is_a_new_image(store: Store, arrive: Arrive, read: Read) -> None:
    (broken,) = arrive("1.jpg", label="elk").ids
    read([broken], None)
    (image,) = arrive("1.jpg", label="elk", mtime_ns=2).ids
    assert image != broken
    assert store.images.select(label="elk").tolist() == [image]


def test_an_image_that_was_whole_once_does_not_leave_when_its_file_breaks(arrive: Arrive, read: Read, store: Store) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    read([image], "whole")
    assert len(read(arrive("1.jpg", label="elk", size=7).ids, None).refused) == 1
    (kept,) = store.images.get([image])
    assert (kept.state, kept.problem) == ("kept", REPLACED)
    assert store.images.counts().missing == 1


def test_settling_twice_changes_nothing(store: Store, arrive: Arrive, read: Read) -> None:
    ids = arrive("1.jpg", "2.jpg", label="elk").ids
    read(ids, "same", "same")
    acts = store.decisions.acts()
    assert len(read(ids, "same", "same").merged) == 0
    assert store.images.settle([(999, UnreadablePicture("gone"))]) == Settled()
    assert store.decisions.acts() == acts


def test_sources_stay_with_the_image(store: Store, arrive: Arrive, read: Read) -> None:
    source = Source(address="https://example.org/Ä.jpg", query="Élan", author="N. N.", when="2026-01-01T00:00:00Z")
    first, second = *arrive("1.jpg", label="elk").ids, *arrive("2.jpg", label="elk", source=source).ids
    arrive("2.jpg", label="elk", source=source)
    read([first, second], "same", "same")
    assert store.images.get([first])[0].source == source
    assert store.images.select(text="élan").tolist() == [first]


def test_a_conflict_seen_in_the_grid_of_one_label_is_kept_there(store: Store, arrive: Arrive, read: Read, standing: Standing) -> None:
    ids = *arrive("a.jpg", label="elk").ids, *arrive("b.jpg", label="bison").ids
    read(ids, "same", "same")
    store.decisions.keep(store.images.select(label="bison", state="new"), "bison", by="ann")
    assert (standing(ids[0]), store.images.conflicts()) == (("bison", "kept"), [])


def test_an_image_that_could_only_not_be_read_this_time_stays_until_it_is_added_again(store: Store, tmp_path: Path) -> None:
    (tmp_path / "1.jpg").touch()
    there = found(str(tmp_path / "1.jpg"), "elk")
    (image,) = store.images.register([(there, HEADER)]).ids
    store.decisions.trash([image], by="ann")
    assert store.images.settle([(image, UnreadNow("Its child was killed."))]).refused == (
        Refused(str(there.path), "Its child was killed."),
    )
    (kept,) = store.images.get([image])
    assert (kept.state, kept.problem) == ("trashed", "Its child was killed. Add it again to try anew.")
    assert store.images.register([(there, HEADER)]).known == 1
    assert [i.id for i in store.images.pending(9)] == [image]


def test_a_file_out_of_reach_while_it_was_to_be_read_waits_until_it_is_back(store: Store, tmp_path: Path) -> None:
    there = found(str(tmp_path / "1.jpg"), "elk")
    (image,) = store.images.register([(there, HEADER)]).ids
    assert len(store.images.settle([(image, UnreadablePicture("it is gone"))]).refused) == 1
    assert (store.images.pending(9), store.images.counts().missing) == ([], 1)
    assert store.images.register([(there, HEADER)]).known == 1
    assert [i.id for i in store.images.pending(9)] == [image]
