"""Runs as if they had been trained and tried on their test images, without waiting for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from cvwidgets import Project, Recipe
from cvwidgets.learn.judging import summarize
from cvwidgets.learn.said import write_said
from cvwidgets.project import Run
from cvwidgets.records import Part

Numbers = npt.NDArray[np.int64]


def tried_run(project: Project, wrong: Sequence[int], **recipe: object) -> Run:
    """A run of a project with two labels that was tried on its test images, some wrong: positions in the order of their hashes."""
    store = project._store
    snapshot = store.snapshots.freeze(split=(0.6, 0.2, 0.2), seed=0)
    row = store.runs.add(recipe=Recipe(**recipe).to_json(), snapshot=snapshot, by="ann")  # type: ignore[arg-type]
    frozen = store.snapshots.frozen(snapshot.id) or {}
    labels = tuple(sorted(set(frozen.values())))

    def say(name: str, part: Part, wrong: Sequence[int]) -> tuple[Numbers, Numbers]:
        keys = sorted(store.snapshots.hashes(snapshot.id, part) or ())
        truth = np.array([labels.index(frozen[key]) for key in keys])
        said = np.array([1 - number if at in wrong else number for at, number in enumerate(truth)])
        write_said(row.folder / "said" / f"{name}.npz", keys, np.where(np.arange(2) == said[:, None], 0.9, 0.1))
        return truth, said

    say("valid-0001", "valid", [0])
    truth, said = say("test", "test", wrong)
    confusion = np.zeros((2, 2), np.int64)
    np.add.at(confusion, (truth, said), 1)
    (row.folder / "evaluation.json").write_text(json.dumps(asdict(summarize(confusion, labels, part="test", loss=0.5))))
    (row.folder / "environment.json").write_text(json.dumps({"labels": labels}))
    epoch = {"number": 1, "train_loss": 1.0, "valid_loss": 1.0, "valid_accuracy": 0.7, "macro_f1": 0.7, "lr": 0.0}
    (row.folder / "epochs.jsonl").write_text(json.dumps({**epoch, "images_per_second": 9.0, "seconds": 1.0, "best": True}) + "\n")
    (row.folder / "end.json").write_text(json.dumps({"state": "done", "reason": None, "started": None, "ended": None}))
    return project.runs.get(row.name)
