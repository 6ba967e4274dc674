"""Analyses as if a model had been asked, without waiting for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cvwidgets import Project
from cvwidgets.project.analysis import Analysis
from cvwidgets.store.results import ResultWriter, write_list


def analyzed(
    project: Project, paths: Sequence[str | Path], said: Sequence[Sequence[float]], labels: Sequence[str] = ("blue", "red")
) -> Analysis:
    """An analysis that is done; a row without numbers is a file that could not be read."""
    model = {"version": 1, "name": "model 1 of run 0001", "folder": "", "labels": [*labels]}
    folder = project.analyses._new(
        {"model": model, "words": "a folder", "paths": [], "within": [], "created": "2026-11-29T12:00:00Z"}, None
    )
    texts = [str(path) for path in paths]
    write_list(folder, texts, project._store.images.ids_at(texts))
    (folder / "list.json").write_text(json.dumps({"count": len(paths), "labels": [*labels], "left_out": []}))
    writer = ResultWriter(folder, len(labels))
    table = np.array([row if len(row) else [np.nan] * len(labels) for row in said], np.float32)
    writer.append(table, {at: "It is no picture." for at, row in enumerate(said) if not len(row)})
    writer.close()
    (folder / "end.json").write_text(json.dumps({"state": "done", "reason": None, "started": None, "ended": None}))
    return project.analyses.get(folder.name)
