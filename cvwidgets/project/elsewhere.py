"""Training elsewhere, in the cloud or on a cluster: what is kept goes out as a folder, and the run that comes of it comes back in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.clock import now
from cvwidgets.errors import DiskFull, RecipeError, RunError
from cvwidgets.evaluation import Evaluation
from cvwidgets.files import is_disk_full, write_whole
from cvwidgets.learn.said import FOLDER, read_said
from cvwidgets.project.about import write_about
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch

if TYPE_CHECKING:
    from cvwidgets.records import Snapshot
    from cvwidgets.store import Store

ORIGIN, READ_ME = "origin.json", "README.txt"
BROUGHT = ("epochs.jsonl", "steps.jsonl", "environment.json", "evaluation.json", "best", "resume", "said", "tensorboard")
WORDS = """To train what lies here, on any machine with cvwidgets:

    python -m cvwidgets.learn {name}

It goes on where it was when it is started again; a file called stop ends it.
Then bring the folder back, without pictures/ and cache/ if you like:

    cvwidgets add-run PROJECT {name}
"""


def pack(snapshot: Snapshot, recipe: Recipe, folder: Path, tick: Callable[[int, int], None] | None) -> Path:
    """Writes a run folder with a snapshot and its pictures inside; see `Runs.pack`."""
    from cvwidgets.store.packing import SNAPSHOT, pack_snapshot

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RunError(f"{str(folder)!r} is not empty; what is packed needs a folder of its own. Name one that is not there yet.")
    try:
        for done, of in pack_snapshot(snapshot.folder, folder):
            if tick is not None:
                tick(done, of)
        facts = {"snapshot": SNAPSHOT, "cache": "cache", "continues": None, "left_out": list(snapshot.left_out)}
        for name, values in (("recipe.json", recipe.to_json()), ("run.json", facts), (ORIGIN, {"snapshot": snapshot.id})):
            write_whole(folder / name, json.dumps(values, indent=2).encode())
        write_whole(folder / READ_ME, WORDS.format(name=folder.name).encode())
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull(
                f"The disk has no room for the pictures in {str(folder)!r}. Free some space, remove it, and pack again."
            ) from error
        raise RunError(
            f"It cannot be packed ({error}); every picture must be there. Relink what is missing, remove the folder, pack again."
        ) from error
    return folder


def bring_in(store: Store, folder: Path, *, by: str) -> str:
    """Brings a run in that was trained elsewhere, and returns its name; see `Runs.add`."""
    from cvwidgets.store.packing import SNAPSHOT, content_of

    recipe = _recipe(folder)
    origin = str((jobs.read_facts(folder / ORIGIN) or {}).get("snapshot", ""))
    snapshot = store.snapshots.get(origin)
    if snapshot is None:
        raise RunError(
            f"The run in {str(folder)!r} learnt from a snapshot that this project does not have. Bring it into the project it is from."
        )
    try:
        same = content_of(folder / SNAPSHOT) == content_of(snapshot.folder)
    except (OSError, KeyError, ValueError) as error:
        raise RunError(
            f"The snapshot in {str(folder)!r} cannot be read ({error}); it tells what the run learnt from. Copy it again."
        ) from error
    if not same:
        raise RunError(
            f"The run in {str(folder)!r} learnt from other images or labels than its snapshot in this project. It is not taken in."
        )
    if not (folder / "best" / "model.safetensors").is_file():
        raise RunError(f"The run in {str(folder)!r} has no best model yet; one is needed. Train it for at least one epoch.")
    links = [file for name in BROUGHT for file in (folder / name, *(folder / name).rglob("*")) if file.is_symlink()]
    if links:
        raise RunError(
            f"{str(links[0])!r} is a link; only files of the folder itself are taken in. Copy the folder with what its links lead to."
        )
    _check_facts(folder)
    row = store.runs.add(recipe=recipe.to_json(), snapshot=snapshot, by=by)
    try:
        for name in BROUGHT:
            source = folder / name
            if source.is_dir():
                shutil.copytree(source, row.folder / name)
            elif source.is_file():
                shutil.copyfile(source, row.folder / name)
    except OSError as error:
        write_about(row.folder, deleted=True)
        if is_disk_full(error):
            raise DiskFull(f"The disk has no room for the run in {str(folder)!r}. Free some space and bring it in again.") from error
        raise RunError(f"The run in {str(folder)!r} cannot be read ({error}). Copy the folder again.") from error
    # Last: until then the run counts as one that never began.
    whole = (folder / "evaluation.json").is_file()
    end = {"state": "done" if whole else "stopped", "reason": None, "started": None, "ended": now()}
    write_whole(row.folder / "end.json", json.dumps(end).encode())
    return row.name


def _check_facts(folder: Path) -> None:
    """Reads what a run wrote as whoever shows it will.

    Raises:
        RunError: some of it is nothing that a run writes.
    """
    try:
        for row in jobs.read_lines(folder / "epochs.jsonl"):
            Epoch(**row)
        labels = len((jobs.read_facts(folder / "environment.json") or {})["labels"])
        if (figures := jobs.read_facts(folder / "evaluation.json")) is not None:
            Evaluation.from_json(figures)
        for file in (folder / FOLDER).glob("*.npz"):
            said = read_said(file)
            if said is None or not len(said.keys) == len(said.labels) == len(said.probabilities) or not (said.labels < labels).all():
                raise ValueError(file.name)
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"What the run in {str(folder)!r} wrote is damaged ({error}); its epochs and figures are needed whole. Copy it again."
        ) from error


def _recipe(folder: Path) -> Recipe:
    try:
        values = json.loads((folder / "recipe.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{str(folder)!r} is no run folder ({error}); recipe.json is needed. Name the folder that was packed.") from error
    if not isinstance(values, dict):
        raise RecipeError(f"The recipe in {str(folder)!r} is no recipe. Name the folder that was packed.")
    return Recipe.from_json(values)
