"""Runs as if they had been trained and tried on their test images, without waiting for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file

from cvwidgets import Project, Recipe
from cvwidgets.learn.folder import RunFolder
from cvwidgets.learn.judging import Answers, judge, summarize
from cvwidgets.learn.said import read_said, write_said
from cvwidgets.project import Run
from cvwidgets.records import Epoch, Part
from cvwidgets.store.groups import SINGLE, Grouping

Numbers = npt.NDArray[np.int64]


def answered_run(
    project: Project,
    *,
    shares: tuple[float, float, float] = (0.6, 0.2, 0.2),
    depth: int | None = None,
    epochs: int = 12,
    seed: int = 0,
    sure: float = 3.0,
) -> Run:
    """A run with all that one writes: drawn answers to its test images, the more of them right the more `sure`, and drawn epochs."""
    store = project._store
    snapshot = store.snapshots.freeze(split=shares, seed=0, depth=depth)
    recipe = Recipe(epochs=epochs, split=shares, depth=depth, augmentation="strong")
    row = store.runs.add(recipe=recipe.to_json(), snapshot=snapshot, by="ann")
    frozen, random = store.snapshots.frozen(snapshot.id) or {}, np.random.default_rng(seed)
    keys = sorted(store.snapshots.hashes(snapshot.id, "test") or ())
    truth = np.array([snapshot.labels.index(frozen[key]) for key in keys])
    logits = random.normal(0, 1.2, (len(keys), len(snapshot.labels)))
    for label, by in ((truth, sure), ((truth + 1) % len(snapshot.labels), sure / 3)):
        logits[np.arange(len(keys)), label] += random.normal(by, 1.5, len(keys))
    answers = Answers(torch.from_numpy(logits), torch.from_numpy(truth), tuple(keys))
    folder = RunFolder(row.folder)
    folder.keep_said("test", answers)
    folder.write("evaluation.json", asdict(judge(answers, snapshot.labels, part="test", temperature=1.4)))
    facts = {"python": "3.11.2", "torch": "2.15.0", "processor": "a processor", "device": "cpu", "precision": "bfloat16", "threads": 2}
    folder.write("environment.json", {**facts, "processes": 1, "image_size": [224, 224], "labels": snapshot.labels})
    best = 0.0
    for number in range(1, epochs + 1):
        accuracy = float(0.85 - 0.5 / number + random.normal(0, 0.01))
        figures = {
            "train_loss": 2.4 / number**0.8,
            "valid_loss": 2.6 / number**0.6,
            "valid_accuracy": accuracy,
            "macro_f1": accuracy - 0.02,
        }
        folder.append(Epoch(number, **figures, lr=1e-3, images_per_second=31.4, seconds=52.0, best=accuracy > best))
        best = max(best, accuracy)
    folder.write("end.json", {"state": "done", "reason": None, "started": None, "ended": "2026-11-29T12:00:00+00:00"})
    return project.runs.get(row.name)


def add_epoch(run: Run, number: int, *, label: int = 0) -> None:
    """Another epoch of a run with two labels, after which it takes all valid images for one of them."""
    said = read_said(run.folder / "said" / "valid-0001.npz")
    assert said is not None
    write_said(run.folder / "said" / f"valid-{number:04}.npz", said.keys, np.where(np.arange(2) == [[label]] * len(said.keys), 0.9, 0.1))
    epochs = run.folder / "epochs.jsonl"
    epochs.write_text(epochs.read_text() + epochs.read_text().splitlines()[0].replace('"number": 1', f'"number": {number}') + "\n")


def tried_run(project: Project, wrong: Sequence[int], *, grouping: Grouping = SINGLE, **recipe: object) -> Run:
    """A run of a project with two labels that was tried on its test images, some wrong: positions in the order of their hashes."""
    store = project._store
    snapshot = store.snapshots.freeze(split=(0.6, 0.2, 0.2), seed=0, grouping=grouping)
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


def give_best(run: Run, number: int) -> Run:
    """Gives a run of red and blue a best checkpoint that can be registered: weights that hold nothing but a number."""
    best = run.folder / "best"
    best.mkdir(exist_ok=True)
    (best / "config.json").write_text(json.dumps({"id2label": {"0": "blue", "1": "red"}}))
    save_file({"weights": np.array([number])}, best / "model.safetensors")
    return run
