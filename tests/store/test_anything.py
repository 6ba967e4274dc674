"""Whatever people and imports do, in any order: the invariants hold, and only errors that speak to the user come."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from cvwidgets.errors import CvwidgetsError, UnreadablePicture
from cvwidgets.records import STATES
from cvwidgets.store import Store, open_store
from tests.store.conftest import HEADER, facts_of, found
from tests.store.invariants import check_invariants

LABELS = ("a", "a/b", "a/b/c", "d", "Unsorted", None)


def do_something(store: Store, dice: random.Random) -> str:
    """One step of a person or an import; returns its kind."""
    everything = [*range(1, 61)]
    ids = dice.sample(everything, dice.randint(1, 12))
    ids = [i for i in ids if i <= (store.images.select().max(initial=0))]
    name, other = dice.choice(LABELS[:5]), dice.choice(LABELS[:4])
    decide, label = store.decisions, store.labels
    acts = decide.acts(12)
    steps = {
        "register": lambda: store.images.register(
            [
                (
                    found(
                        f"{dice.randint(0, 40)}.jpg",
                        dice.choice(LABELS),
                        mtime_ns=dice.choice((1, 1, 1, 2)),
                        columns=dice.choice(((), (("site", "a"),), (("site", "b"), ("camera", "1")))),
                    ),
                    HEADER,
                )
                for _ in range(8)
            ],
            state=dice.choice((None, *STATES)),
        ),
        "owned": lambda: store.images.register(
            [(found(str(store.folder / "images" / f"{dice.randint(0, 5)}.jpg"), dice.choice(LABELS), owned=True), HEADER)]
        ),
        "settle": lambda: store.images.settle(
            [
                (image.id, facts_of(f"content {dice.randint(0, 25)}") if dice.random() < 0.9 else UnreadablePicture("broken"))
                for image in store.images.pending(dice.randint(1, 8))
            ]
        ),
        "keep": lambda: decide.keep(ids, dice.choice((name, None)), by="x"),
        "trash": lambda: decide.trash(ids, dice.choice((name, None)), by="x"),
        "renew": lambda: decide.renew(ids, dice.choice((name, None)), by="x"),
        "assign": lambda: decide.assign(ids, name, by="x"),
        "add": lambda: label.add(other, by="x"),
        "rename": lambda: label.rename(other, dice.choice(("e", "d/f", "a/g", other.upper())), by="x"),
        "move": lambda: label.move(other, dice.choice(("d", "a/b", None)), by="x"),
        "merge": lambda: label.merge(other, dice.choice(LABELS[:4]), by="x"),
        "hotkey": lambda: label.hotkey(other, dice.choice(("1", "2", None)), by="x"),
        "delete": lambda: label.delete(other, by="x"),
        "undo": lambda: decide.undo(by="x"),
        "sort out": lambda: decide.sort_out(ids[: len(ids) // 2], ids[len(ids) // 2 :], dice.choice((name, None)), by="x"),
        "empty": lambda: store.trash.empty(by="x"),
        "redo one": lambda: decide.redo(by="x", act=dice.choice(acts).id),
        "undo one": lambda: decide.undo(by="x", act=dice.choice(acts).id),
        "redo": lambda: decide.redo(by="x"),
    }
    kind = dice.choice([*steps, "undo", "redo", "assign", "settle"])
    steps[kind]()
    return kind


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))])
def test_the_invariants_hold_whatever_is_done(tmp_path: Path, seed: int) -> None:
    dice, done = random.Random(seed), Counter[str]()
    with closing(open_store(tmp_path)) as store:
        store.images.register([(found(f"{n}.jpg", dice.choice(LABELS)), HEADER) for n in range(20)])
        for step in range(150):
            try:
                done[do_something(store, dice)] += 1
            except CvwidgetsError:
                done["refused"] += 1
            if step % 25 == 0:
                check_invariants(tmp_path)
    check_invariants(tmp_path)
    assert len(done) > 11, "nearly every kind of step was done"


def test_undoing_everything_leads_back_to_where_one_began(tmp_path: Path) -> None:
    dice = random.Random(3)
    with closing(open_store(tmp_path)) as store:
        ids = store.images.register([(found(f"{n}.jpg", dice.choice(LABELS)), HEADER) for n in range(30)]).ids
        before = store.labels.list(), store.images.get(ids)
        for _ in range(60):
            label = dice.choice(store.labels.list()).name
            try:
                dice.choice((store.decisions.trash, store.decisions.keep, store.decisions.renew))(dice.sample(ids, 9), by="x")
                store.decisions.assign(dice.sample(ids, 5), label, by="x")
                dice.choice((store.labels.delete, lambda name, by: store.labels.add(f"{name}/z", by=by)))(label, by="x")
            except CvwidgetsError:
                continue
        acts = sum(act.kind != "import" for act in store.decisions.acts(999))
        after = store.labels.list(), store.images.get(ids)
        for _ in range(acts):
            store.decisions.undo(by="x")
        assert (store.labels.list(), store.images.get(ids)) == before
        for _ in range(acts):
            store.decisions.redo(by="x")
        assert (store.labels.list(), store.images.get(ids)) == after
    check_invariants(tmp_path)
