"""Columns of the user's own: kept with images, told later than before, joined, gone with the emptied trash, and split by."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cvwidgets.errors import RecipeError
from cvwidgets.store import Store, open_store
from cvwidgets.store import cells as of_cells
from cvwidgets.store.groups import Grouping
from cvwidgets.store.opening import REVISIONS, _connect_to_look, _fill_up
from tests.store.conftest import HEADER, Arrive, facts_of, found
from tests.store.test_splits import parts

SPLIT = (0.6, 0.2, 0.2)
BY_PATIENT = Grouping("column:patient")


def test_what_is_told_later_holds_and_other_columns_stay(store: Store, arrive: Arrive) -> None:
    (one,) = arrive("1.jpg", columns=(("Patient", "P1"), ("site", "a"))).ids
    arrive("1.jpg", columns=(("patient", "P2"),))
    arrive("2.jpg")
    assert store.columns.of([one]) == {one: {"Patient": "P2", "site": "a"}}
    assert store.columns.of() == store.columns.of([one, one + 1])


def test_the_same_bytes_are_told_what_either_file_was(store: Store, arrive: Arrive) -> None:
    older, younger = (*arrive("1.jpg", columns=(("patient", "P1"),)).ids, *arrive("2.jpg", columns=(("site", "b"),)).ids)
    store.images.settle([(older, facts_of("same")), (younger, facts_of("same"))])
    assert store.columns.of() == {older: {"patient": "P1", "site": "b"}}


def test_with_the_emptied_trash_goes_what_columns_say_and_the_same_bytes_bring_nothing_back(store: Store, arrive: Arrive) -> None:
    (one,) = arrive("1.jpg", label="elk", columns=(("patient", "P1"),)).ids
    store.images.settle([(one, facts_of("same"))])
    store.decisions.trash([one], by="ann")
    store.trash.empty(by="ann")
    assert store.columns.of() == {}
    (again,) = arrive("2.jpg", label="elk", columns=(("patient", "P1"),)).ids
    store.images.settle([(again, facts_of("same"))])
    assert store.columns.of() == {}


def test_a_column_is_shared_when_it_says_the_same_of_two_kept_images(store: Store, arrive: Arrive) -> None:
    for number in range(4):
        arrive(f"{number}.jpg", label="elk", columns=(("case", str(number)), ("site", "ab"[number % 2])))
    ids = store.images.select().tolist()
    assert store.columns.shared() == ["site"]
    store.decisions.renew(ids[1:], by="ann")
    assert store.columns.shared() == []


def test_a_column_is_shared_by_images_that_came_far_apart(store: Store, arrive: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_cells, "FEW", 2)
    for number in range(8):
        arrive(f"{number}.jpg", label="elk", columns=(("eyes of", str(number % 4)), ("case", str(number))))
    assert store.columns.shared() == ["eyes of"]


@pytest.mark.parametrize("name", ["'; DROP TABLE cells; --", "\udce9", "=cmd()", "x" * 500, "\0"])
def test_hostile_names_and_values_are_only_texts(store: Store, arrive: Arrive, name: str) -> None:
    (one,) = arrive("1.jpg", columns=((name, name),)).ids
    arrive("2.jpg", columns=((name, "again"),))
    assert [list(said.values()) for said in store.columns.of([one, one + 1]).values()] == [[name.replace("\udce9", "?")], ["again"]]


def patients(store: Store, arrive: Arrive, count: int = 12, each: int = 3) -> dict[str, list[int]]:
    """Images of two labels of so many patients, some of each label in turns, all read whole."""
    ids: dict[str, list[int]] = {}
    for number in range(count):
        for n in range(each):
            (one,) = arrive(f"{number}-{n}.jpg", label=("elk", "owl")[n % 2], columns=(("patient", f"P{number}"),)).ids
            store.images.settle([(one, facts_of(f"{number}-{n}"))])
            ids.setdefault(f"P{number}", []).append(one)
    return ids


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The files that arrive, which are there, as a snapshot asks for them."""
    for name in ("alone", *(f"{number}-{n}" for number in range(12) for n in range(3))):
        path = tmp_path / "pictures" / f"{name}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 100)
        os.utime(path, ns=(1, 1))
    return tmp_path / "pictures"


@pytest.mark.usefixtures("pictures")
def test_a_patient_is_whole_in_one_part_and_images_without_one_stand_for_themselves(store: Store, arrive: Arrive) -> None:
    of = patients(store, arrive)
    (alone,) = arrive("alone.jpg", label="elk").ids
    store.images.settle([(alone, facts_of("alone"))])
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_PATIENT)
    where = parts(store)
    assert all(len({where[image] for image in ids}) == 1 for ids in of.values())
    assert snapshot.left_out == (
        "Split by patient: 12 groups, each whole in one part.",
        "1 of 37 images has no patient that is known; each stands for itself.",
    )


def test_a_column_that_no_kept_image_has_is_refused_with_those_there_are(store: Store, arrive: Arrive) -> None:
    patients(store, arrive)
    arrive("new.jpg", columns=(("camera", "1"),))
    known = r"of images in a project author, page, provider, query, patient are known\. Choose one of these"
    for name in ("camera", "Patient", "day"):
        with pytest.raises(RecipeError, match=f"split_by is 'column:{name}'; {known}"):
            store.snapshots.plan(split=SPLIT, seed=1, grouping=Grouping(f"column:{name}"))


def older(project: Path) -> Path:
    """The catalog of a project as it was before there were such columns."""
    with closing(open_store(project)) as store:
        store.images.register([(found("1.jpg", "elk"), HEADER)])
    with closing(sqlite3.connect(project / "catalog.db")) as connection, connection:
        connection.execute("DROP TABLE cells")
        connection.execute("DROP TABLE columns")
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    return project / "catalog.db"


def test_an_older_catalog_gets_the_tables(tmp_path: Path) -> None:
    older(tmp_path)
    with closing(open_store(tmp_path)) as store:
        store.images.register([(found("1.jpg", "elk", columns=(("site", "a"),)), HEADER)])
        assert store.columns.of() == {1: {"site": "a"}}
    with closing(sqlite3.connect(tmp_path / "catalog.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (REVISIONS[-1],)


def test_an_older_catalog_that_can_only_be_looked_at_has_no_columns_and_is_left_as_it_is(tmp_path: Path) -> None:
    catalog = older(tmp_path)
    before = catalog.read_bytes()
    with closing(_fill_up(_connect_to_look(catalog))) as connection:
        assert connection.execute("SELECT * FROM cells JOIN columns ON columns.id = column_id").fetchall() == []
        assert connection.execute("SELECT count(*) FROM images").fetchone() == (1,)
    assert catalog.read_bytes() == before
