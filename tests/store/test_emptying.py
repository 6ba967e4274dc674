"""Emptying the trash: what leaves, what is deleted, and what stays known for good."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from cvwidgets.records import Facts, Found
from cvwidgets.store import Store, emptying, open_store
from tests.store.conftest import HEADER, Arrive

Standing = Callable[[int], tuple[str, str]]
Read = Callable[..., object]


def take_in(store: Store, content: bytes, label: str | None = "elk") -> tuple[int, Path]:
    """Bytes that the project owns, registered and read; the image's id, or 0 if it was known, and where they lie."""
    path = store.owned.put(BytesIO(content), "x.jpg")
    facts = path.stat()
    done = store.images.register([(Found(path, facts.st_size, facts.st_mtime_ns, label=label, owned=True), HEADER)])
    digest = sha256(content).hexdigest()
    store.thumbnails.put([(digest, b"small")])
    store.images.settle([(i, Facts(HEADER, digest, len(content), 7, b"")) for i in done.ids])
    return (done.ids or (0,))[0], path


def test_emptying_removes_what_is_in_the_trash_alone_and_the_bytes_that_are_the_projects(store: Store, tmp_path: Path) -> None:
    (trashed, here), (kept, stays) = take_in(store, b"a" * 50), take_in(store, b"b" * 70)
    store.decisions.trash([trashed], by="ann")
    content = store.trash.look()
    assert (content.images, content.bytes, content.unread) == (1, 50, 0)
    act = store.trash.empty(by="ann")
    assert (act.kind, act.images, act.sentence, act.stands) == ("empty trash", 1, "Trash emptied: 1 image removed for good", False)
    assert (here.exists(), stays.exists()) == (False, True)
    assert store.images.select().tolist() == [kept]
    assert (store.labels.list()[1].trashed, store.images.counts().images) == (0, 1)
    assert list(store.thumbnails.get([sha256(b"a" * 50).hexdigest(), sha256(b"b" * 70).hexdigest()])) == [sha256(b"b" * 70).hexdigest()]
    assert store.trash.look().bytes == 0


def test_files_that_are_not_the_projects_stay(store: Store, arrive: Arrive, read: Read, pictures: Path) -> None:
    pictures.mkdir()
    (pictures / "1.jpg").write_bytes(b"mine")
    ids = arrive("1.jpg", label="elk").ids
    read(ids)
    store.decisions.trash(ids, by="ann")
    assert (store.trash.look().images, store.trash.look().bytes) == (1, 0)
    store.trash.empty(by="ann")
    assert (pictures / "1.jpg").read_bytes() == b"mine"


def test_what_is_kept_or_new_elsewhere_or_not_read_yet_stays(store: Store, arrive: Arrive, read: Read, standing: Standing) -> None:
    moved, renewed, unread = arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids
    read([moved, renewed])
    store.labels.add("bison", by="ann")
    store.decisions.trash([moved, renewed, unread], by="ann")
    store.decisions.assign([moved], "bison", by="ann")
    store.decisions.renew([renewed], by="ann")
    content = store.trash.look()
    assert (content.images, content.unread) == (0, 1)
    assert store.trash.empty(by="ann").id == 0
    assert [standing(i)[1] for i in (moved, renewed, unread)] == ["kept", "new", "trashed"]


def test_the_same_file_is_known_and_not_offered_again(store: Store, arrive: Arrive, read: Read) -> None:
    ids = arrive("1.jpg", label="elk").ids
    read(ids, "a picture")
    store.decisions.trash(ids, by="ann")
    store.trash.empty(by="ann")
    again = arrive("1.jpg", label="elk")
    assert (again.ids, again.known, again.refused) == ((), 1, ())
    assert store.images.select().tolist() == []


def test_the_same_bytes_elsewhere_are_known_and_not_offered_again(store: Store, arrive: Arrive, read: Read) -> None:
    ids = arrive("1.jpg", label="elk").ids
    read(ids, "a picture")
    store.decisions.trash(ids, by="ann")
    store.trash.empty(by="ann")
    again = arrive("copies/1.jpg", "copies/2.jpg", label="bison").ids
    settled = read(again, "a picture", "a picture")
    assert (settled.merged, settled.emptied) == (again, ids)
    assert store.images.select().tolist() == []
    assert arrive("copies/2.jpg").known == 1


def test_owned_bytes_that_come_in_again_are_deleted_again(store: Store) -> None:
    image, path = take_in(store, b"a picture")
    store.decisions.trash([image], by="ann")
    store.trash.empty(by="ann")
    again, same = take_in(store, b"a picture")
    assert (same, same.exists(), store.images.get([again])) == (path, False, [])


def test_a_decision_about_the_same_bytes_before_they_were_read_brings_the_image_back(
    store: Store, arrive: Arrive, read: Read, standing: Standing
) -> None:
    ids = arrive("1.jpg", label="elk").ids
    read(ids, "a picture")
    store.decisions.trash(ids, by="ann")
    store.trash.empty(by="ann")
    (again,) = arrive("2.jpg").ids
    store.labels.add("bison", by="ann")
    store.decisions.assign([again], "bison", by="ann")
    read([again], "a picture")
    assert standing(again) == ("bison", "kept")
    assert arrive("1.jpg").known == 1, "the first file shows the image that lives now"


def test_undo_leaves_out_what_left_with_the_trash_and_says_so(store: Store, arrive: Arrive, read: Read, standing: Standing) -> None:
    ids = arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids
    read(ids[:2])
    store.decisions.trash(ids, by="ann")
    store.trash.empty(by="ann")
    act = store.decisions.undo(by="ann")
    assert (act.images, act.sentence) == (1, "Undone: 3 images trashed; 2 images of it left with the emptied trash")
    assert (standing(ids[2]), store.images.get(ids[:2])) == (("elk", "kept"), [])


def test_emptying_is_in_the_journal_and_cannot_be_undone(store: Store, arrive: Arrive, read: Read) -> None:
    ids = arrive("1.jpg", label="elk").ids
    read(ids)
    store.decisions.trash(ids, by="ann")
    store.trash.empty(by="bob")
    assert [(act.kind, act.by) for act in store.decisions.acts(2)] == [("empty trash", "bob"), ("trash", "ann")]
    newest = store.decisions.history(ids[0])[0]
    assert (newest.state_before, newest.label_before, newest.state, newest.label) == ("trashed", "elk", None, None)


def test_decisions_pass_over_what_left_and_what_was_merged_into_it(store: Store, arrive: Arrive, read: Read) -> None:
    ids = arrive("1.jpg", "2.jpg", label="elk").ids
    read(ids, "same", "same")
    store.decisions.trash(ids, by="ann")
    store.trash.empty(by="ann")
    assert store.decisions.keep(ids, by="ann").id == 0


def leave_over(store: Store, content: bytes) -> Path:
    """Empties the trash of one image whose file cannot be deleted, as when the process is killed before it comes to that."""
    image, path = take_in(store, content)
    store.decisions.trash([image], by="ann")
    path.unlink()
    path.mkdir()
    store.trash.empty(by="ann")
    path.rmdir()
    path.write_bytes(content)
    return path


def test_what_an_interrupted_emptying_left_over_is_deleted_by_the_next(store: Store) -> None:
    path = leave_over(store, b"a" * 90)
    with closing(open_store(store.folder)) as again:
        assert (again.trash.look().images, again.trash.look().bytes) == (0, 90)
        again.trash.empty(by="ann")
        assert (path.exists(), again.trash.look().bytes) == (False, 0)


def test_many_files_are_deleted_in_short_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emptying, "_BATCH", 3)
    taken = [take_in(store, bytes([n])) for n in range(10)]
    store.decisions.trash([image for image, _ in taken], by="ann")
    store.trash.empty(by="ann")
    assert [path for _, path in taken if path.exists()] == []


def test_no_file_outside_of_the_projects_own_folder_is_ever_deleted(store: Store, tmp_path: Path) -> None:
    stranger = tmp_path / "project" / "notes.txt"
    stranger.write_text("mine")
    for kept in ("notes.txt", "images/../notes.txt", str(stranger)):
        assert not emptying._delete(store.images._places, kept)
    assert stranger.exists()


def test_a_file_that_belongs_to_an_image_that_lives_is_let_be(store: Store) -> None:
    path = leave_over(store, b"a picture")
    path.write_bytes(b"another picture")
    facts = path.stat()
    store.images.register([(Found(path, facts.st_size, facts.st_mtime_ns, owned=True), HEADER)])
    store.trash.empty(by="ann")
    assert path.read_bytes() == b"another picture"
