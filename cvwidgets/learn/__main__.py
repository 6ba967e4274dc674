"""`python -m cvwidgets.learn RUN_FOLDER`: trains what a run folder asks for.

`accelerate launch … -m cvwidgets.learn RUN_FOLDER` does the same in several processes, as CLUSTER.md tells.
`python -m cvwidgets.learn FOLDER --try`: tries how fast a recipe goes here (`try_recipe`).
"""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import asdict
from pathlib import Path

from cvwidgets.errors import CvwidgetsError
from cvwidgets.files import write_whole
from cvwidgets.learn.memory import keep_freed
from cvwidgets.machine import let_threads_rest
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch


def main(folder: Path, *, only_evaluate: bool = False) -> None:
    """Trains by recipe.json on what run.json names (`snapshot`, `cache`, `continues`: paths relative to the folder).

    `only_evaluate` makes the figures that a stopped run lacks. Says each epoch on standard output, of several processes the first one
    does. Errors go to the caller; asked to stop, it returns as when it is done.
    """
    from cvwidgets.learn import evaluate, iterate

    logging.basicConfig(format="%(message)s")
    logging.getLogger("cvwidgets").setLevel(logging.INFO)
    recipe = Recipe.from_json(json.loads((folder / "recipe.json").read_text("utf-8")))
    places = json.loads((folder / "run.json").read_text("utf-8"))
    cache = folder / places["cache"] if places.get("cache") else None
    start = folder / places["continues"] / "best" if places.get("continues") else None
    if only_evaluate:
        evaluate(folder / places["snapshot"], folder, cache=cache)
        return
    leads = _process() == 0
    for record in iterate(folder / places["snapshot"], recipe, folder, cache=cache, start=start):
        if leads and isinstance(record, Epoch):
            best = ", the best so far" if record.best else ""
            print(
                f"Epoch {record.number} of {recipe.epochs}: {record.valid_accuracy:.3f} of the valid pictures right{best}; "
                f"{record.images_per_second:.1f} images/s, {record.seconds:.0f} s.",
                flush=True,
            )


def main_in_team(folder: Path) -> None:
    """The same as one of several processes: what ends it is said in one sentence, and the launcher then ends the others.

    Raises:
        SystemExit: with that sentence.
    """
    import torch

    who = f"Process {_process() + 1} of {os.environ['WORLD_SIZE']}: "
    try:
        main(folder)
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()  # its threads, alive when the process ends, would abort it now and then
    except CvwidgetsError as error:
        raise SystemExit(who + str(error)) from error
    except RuntimeError as error:
        if not isinstance(error, torch.distributed.DistError) and "gloo" not in str(error):
            raise
        raise SystemExit(f"{who}Another process ended, and this one with it; what the other said tells why.") from error


def _process() -> int:
    return int(os.environ.get("RANK", "0"))  # a launcher sets it


def try_recipe(folder: Path) -> None:
    """Measures the pace of what trial.json asks for (`recipe`, `labels`: how many, `pictures`: paths of some) into pace.json."""
    from cvwidgets.learn.trying import measure_pace

    asked = json.loads((folder / "trial.json").read_text("utf-8"))
    pace = measure_pace(Recipe.from_json(asked["recipe"]), asked["labels"], [Path(picture) for picture in asked["pictures"]])
    write_whole(folder / "pace.json", json.dumps(asdict(pace)).encode())


if __name__ == "__main__":
    let_threads_rest()
    keep_freed()
    if "--try" in sys.argv[2:]:
        try_recipe(Path(sys.argv[1]))
    else:
        start = main_in_team if int(os.environ.get("WORLD_SIZE", "1")) > 1 else main
        start(Path(sys.argv[1]))
