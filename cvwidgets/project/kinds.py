"""The kinds of work that run in processes of their own, and how each says how far it is and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from cvwidgets import jobs
from cvwidgets.project.analysis import progress_in
from cvwidgets.project.carrying import carrying
from cvwidgets.project.exploring import progress_of
from cvwidgets.project.exports import exporting
from cvwidgets.project.headway import headway, left_at
from cvwidgets.project.model_exports import model_exporting
from cvwidgets.project.reports import reporting
from cvwidgets.project.serving import stage_of
from cvwidgets.project.watched import WatchedFolders
from cvwidgets.project.work import PROGRESS
from cvwidgets.records import JobState, JobStatus

Facts = dict[str, Any]
Kind = Literal["import", "training", "exploring", "export", "model", "model export", "report", "analysis", "serving", "drift", "watching"]
Told = tuple[float | None, str, float | None]
"""How far it is (0..1; None while nobody knows), a sentence, and the seconds that are left by its pace."""


def _exporting(folder: Path, status: JobStatus) -> Told:
    found = exporting(folder)
    live = is_live(status.state)
    share = found.done / found.of if found.of else None
    if found.hub and share is not None:  # half the way is writing, half is sending
        share = share / 2 + (found.stage == "sending") / 2
    share = 1.0 if status.state == "done" else share
    words = str(found.result.get("address") or found.folder) if found.result else "Nothing was left behind"
    if live:
        sent = f"{found.done / 1e6:,.0f} of {found.of / 1e6:,.0f} MB sent"
        words = sent if found.stage == "sending" else f"{found.done:,} of {found.of:,} images written"
    return share, waiting(status) or words, left_at(status, share) if live else None


def _carrying(folder: Path, status: JobStatus) -> Told:
    found, words = carrying(folder), "Nothing was changed"
    if found.result:
        words = str(found.result.get("address") or f"It is model {found.result['version']}")
    elif is_live(status.state):
        words = f"{found.done / 1e6:,.0f} of {found.of / 1e6:,.0f} MB" if found.of else "Fetching, checking and copying"
    share = _share(status, found.done, found.of)
    return share, waiting(status) or words, None


def _model_exporting(folder: Path, status: JobStatus) -> Told:
    found, live = model_exporting(folder), is_live(status.state)
    share = _share(status, found.done, found.of)
    words = str(found.folder) if found.result else "Nothing was left behind"
    if live:
        words = f"Tried on {found.done:,} of {found.of:,} images" if found.done else "The file is being written"
    return share, waiting(status) or words, left_at(status, share) if live else None


def _analyzing(folder: Path, status: JobStatus) -> Told:
    found = progress_in(folder, status)
    words = f"{found.done:,} of {found.of:,} images" if found.of else "Listing the files" if is_live(status.state) else "Nothing was asked"
    if is_live(status.state) and found.images_per_second:
        words += f", {found.images_per_second:.1f} a second"
    return found.done / found.of if found.of else None, waiting(status) or words, found.seconds_left


def _serving(folder: Path, status: JobStatus) -> Told:
    words, answers = stage_of(folder)
    return 1.0 if answers else None, waiting(status) or words, None


def _drift(folder: Path, status: JobStatus) -> Told:
    told = jobs.last_line(folder / PROGRESS) or {}
    share = _share(status, told.get("done", 0), told.get("of", 0))
    words = "Looking at what was served" if is_live(status.state) else "What it found is in Serve" if share == 1 else "Nothing was kept"
    return share, waiting(status) or words, None


def _watching(folder: Path, status: JobStatus) -> Told:
    watched = WatchedFolders(folder.parent.parent).list()
    alive, came = sum(one.alive for one in watched), sum(one.told.came for one in watched)
    words = f"{alive:,} {'folder' if alive == 1 else 'folders'} watched, {came:,} {'image' if came == 1 else 'images'} came so far"
    words = words if is_live(status.state) else "What came is in; Collect goes on with it"
    return None, waiting(status) or words, None


def _exploring(folder: Path, status: JobStatus) -> Told:
    found = progress_of(folder)
    share = 1.0 if status.state == "done" else found.share
    live = is_live(status.state)
    words = found.words if live else "What it found is in Explore" if status.state == "done" else "It goes on where it was"
    return share, waiting(status) or words, left_at(status, share) if live else None


def _training(folder: Path, status: JobStatus) -> Told:
    found = headway(folder, status)
    done, of = found.done, found.of
    if is_live(status.state):
        words = f"Epoch {min(done + 1, of)} of {of}" if done < of else "Judging the model on the test images"
    else:
        words = f"{done} of {of} {'epoch' if of == 1 else 'epochs'}"
    return found.share, waiting(status) or words, found.seconds_left


def _reporting(folder: Path, status: JobStatus) -> Told:
    found = reporting(folder)
    words = found.file.name if status.state == "done" else "Nothing was left behind"
    if is_live(status.state):
        words = f"{found.done:,} of {found.of:,} pictures made" if found.of else "Gathering what there is to tell"
    share = _share(status, found.done, found.of)
    return share, waiting(status) or words, None


def _share(status: JobStatus, done: int, of: int) -> float | None:
    return 1.0 if status.state == "done" else done / of if of else None


def waiting(status: JobStatus) -> str:
    """What a job waits for, in words; empty when it does not."""
    if status.state != "waiting":
        return ""
    return f"Waits for {status.waits_for[0]}" if status.waits_for else "Waits for its turn"


def is_live(state: JobState) -> bool:
    """Whether a job is not over."""
    return state in ("waiting", "running")


KINDS: dict[str, tuple[Kind, Callable[[Path, JobStatus], Told]]] = {
    "runs/": ("training", _training),
    "analyses/": ("analysis", _analyzing),
    "work/results-": ("export", _exporting),
    "work/explore-": ("exploring", _exploring),
    "work/export-": ("export", _exporting),
    "work/model-": ("model", _carrying),
    "work/outward-": ("model export", _model_exporting),
    "work/report-": ("report", _reporting),
    "work/serve-": ("serving", _serving),
    "work/drift-": ("drift", _drift),
    "work/watch-": ("watching", _watching),
}
"""Each by how its folders' names begin, within the project; imports, which are read on from second to second, are told elsewhere."""
IMPORTS = "work/add-"
