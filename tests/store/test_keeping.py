"""What else is kept: runs, models, owned files, thumbnails, and where files lie."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from cvwidgets.errors import NoModel, UnknownRun
from cvwidgets.records import Found, Snapshot
from cvwidgets.store import Store
from tests.store.conftest import HEADER, Arrive, facts_of


def test_runs_are_numbered_and_keep_their_recipe(store: Store) -> None:
    first = store.runs.add(recipe={"epochs": 5}, snapshot=None, by="ann")
    second = store.runs.add(recipe={"epochs": 9}, snapshot=None, continues=first.name, by="ann")
    assert (first.name, first.folder) == ("0001", store.folder / "runs" / "0001")
    assert json.loads((second.folder / "recipe.json").read_text()) == {"epochs": 9}
    facts = json.loads((second.folder / "run.json").read_text())
    assert facts == {"snapshot": None, "cache": "../../cache", "continues": "../0001", "left_out": []}
    assert [run.name for run in store.runs.list()] == ["0001", "0002"]
    assert store.runs.get("0002") == second


def test_a_folder_left_by_a_killed_start_is_passed_over(store: Store) -> None:
    (store.folder / "runs" / "0001").mkdir(parents=True)
    assert store.runs.add(recipe={}, snapshot=None, by="ann").name == "0002"


@pytest.mark.parametrize("name", ["7", "0001", "", "../x", "²"])
def test_an_unknown_run_is_said(store: Store, name: str) -> None:
    with pytest.raises(UnknownRun, match="no run"):
        store.runs.get(name)


def test_one_model_is_in_production(store: Store) -> None:
    assert store.models.production() is None
    folders = [store.folder / "runs" / name / "best" for name in ("0001", "0002")]
    one, two = (store.models.register(run=folder.parent.name, folder=folder, labels=["ä", "b"]) for folder in folders)
    assert store.models.register(run="0001", folder=folders[0], labels=["ä", "b"]).version == one.version
    store.models.promote(one.version)
    promoted = store.models.promote(two.version)
    assert (promoted.version, promoted.folder, promoted.labels) == (2, folders[1], ("ä", "b"))
    assert store.models.production() == promoted
    assert [model.production for model in store.models.list()] == [False, True]
    with pytest.raises(NoModel, match="no model of version 9"):
        store.models.promote(9)


def test_owned_bytes_are_kept_once_by_content(store: Store) -> None:
    path = store.owned.put(BytesIO(b"picture"), "Holiday.JPG")
    sha256 = hashlib.sha256(b"picture").hexdigest()
    assert path == store.folder / "images" / sha256[:2] / f"{sha256}.jpg"
    assert store.owned.put(BytesIO(b"picture"), "other.jpeg") == path
    assert path.read_bytes() == b"picture"
    assert [file for file in (store.folder / "images").rglob("*") if file.is_file()] == [path]


@pytest.mark.parametrize("name", ["../../evil", "x.<b>", "no suffix", "a/b\0.jpg", "x." + "y" * 300, "caf\udce9"])
def test_no_name_leads_out_of_the_folder(store: Store, name: str) -> None:
    path = store.owned.put(BytesIO(name.encode("utf-8", "surrogateescape")), name)
    assert path.parent.parent == store.folder / "images"


def test_a_stream_that_breaks_off_leaves_nothing(store: Store) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        store.owned.put(Broken(), "x.jpg")
    assert list((store.folder / "images").iterdir()) == []


def test_thumbnails_come_back_by_hash(store: Store) -> None:
    store.thumbnails.put((f"{n:064}", bytes([n % 256]) * 50) for n in range(1200))
    found = store.thumbnails.get([f"{n:064}" for n in range(1100, 1300)])
    assert len(found) == 100
    assert found[f"{1150:064}"] == bytes([1150 % 256]) * 50


@pytest.mark.parametrize("harm", ["delete", "delete the folder", "overwrite", "truncate", "scramble"])
def test_thumbnails_are_made_anew_when_their_file_is_harmed(store: Store, harm: str) -> None:
    file = store.folder / "cache" / "thumbnails.db"
    store.thumbnails.put([(f"{n}", b"x" * 5000) for n in range(50)])
    content = file.read_bytes()
    if harm.startswith("delete"):
        file.unlink()
        if harm.endswith("folder"):
            file.parent.rmdir()
    else:
        file.write_bytes({"overwrite": b"rubbish" * 999, "truncate": content[:5000], "scramble": content[:100] + os.urandom(9999)}[harm])
    assert store.thumbnails.get(["7"]) == {}
    store.thumbnails.put([("7", b"anew")])
    assert store.thumbnails.get(["7"]) == {"7": b"anew"}


def test_files_that_vanish_or_change_are_noticed_and_found_again(store: Store, tmp_path: Path) -> None:
    paths = [tmp_path / "pictures" / name for name in ("1.jpg", "2.jpg", "3.jpg")]
    paths[0].parent.mkdir()
    for path in paths:
        path.write_text(path.name)
    ids = store.images.register([(Found(path, 5, path.stat().st_mtime_ns, "elk"), HEADER) for path in paths]).ids
    store.images.settle([(i, facts_of(path.name)) for i, path in zip(ids, paths, strict=True)])
    assert store.images.check_files() == 0
    moved = paths[0].rename(tmp_path / "elsewhere.jpg")
    paths[1].write_text("another")
    assert (store.images.check_files(), store.images.counts().missing) == (2, 2)
    assert [image.problem for image in store.images.missing()] == [
        "Its file is not where it was.",
        "Its file changed since it was read; add it again to read it anew.",
    ]
    assert store.images.relink({facts_of("1.jpg").sha256: moved, "0" * 64: moved}) == 1
    assert store.images.get(ids[:1])[0].path == moved
    assert [image.id for image in store.images.missing()] == [ids[1]]


def test_a_problem_can_be_noted_and_taken_back(store: Store, arrive: Arrive) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    path = store.images.get([image])[0].path
    store.images.mark_problem({path: "It could not be opened.", Path("/unknown"): "x"})
    assert store.images.get([image])[0].problem == "It could not be opened."
    store.images.mark_problem({path: None})
    assert store.images.counts().missing == 0


HARD = ("new\nline.jpg", "quo\"te's.jpg", "<script>.jpg", "😀.jpg", "ö" * 120, "caf\udce9.jpg", "100%_\\.jpg", " .jpg")


@pytest.mark.parametrize("name", HARD)
def test_files_of_any_name_come_back_as_they_were(store: Store, arrive: Arrive, pictures: Path, name: str) -> None:
    (image,) = arrive(name, "other.jpg").ids[:1]
    assert store.images.get([image])[0].path == pictures / name
    assert arrive(name).known == 1
    assert store.images.rows()[0]["path"] == f"{pictures}/{name}"


def test_images_are_found_by_text_in_their_file_names(store: Store, arrive: Arrive) -> None:
    ids = arrive("Übung 100%.jpg", "100x.jpg", "caf\udce9.jpg", "b/other.jpg").ids
    found = {text: store.images.select(text=text).tolist() for text in ("übung", "100%", "CAF", "pictures")}
    assert found == {"übung": [ids[0]], "100%": [ids[0]], "CAF": [ids[2]], "pictures": []}


def test_images_come_in_the_order_asked_for(store: Store, arrive: Arrive) -> None:
    ids = arrive(*(f"{n}.jpg" for n in range(5)), label="elk").ids
    asked = [ids[3], ids[0], 999, ids[3]]
    assert [image.id for image in store.images.get(asked)] == [ids[3], ids[0], ids[3]]
    assert store.images.select().dtype == "int64"


def test_a_snapshot_is_named_in_the_runs_folder(store: Store, read: Callable[..., object], arrive: Arrive) -> None:
    snapshot = Snapshot("abc", store.folder / "snapshots" / "abc", ("a", "b"), 1, 1, 1)
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.runs.add(recipe={}, snapshot=snapshot, by="ann")
    assert store.runs.list() == []
