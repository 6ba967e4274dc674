"""The run folder: what a run writes, so that whoever shows it reads facts, and whoever goes on finds everything."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cvwidgets.errors import RecipeError
from cvwidgets.evaluation import Evaluation
from cvwidgets.files import write_whole
from cvwidgets.learn.disk import naming_full_disk, replace
from cvwidgets.learn.judging import Answers
from cvwidgets.learn.said import FOLDER, write_said
from cvwidgets.learn.team import ALONE, Team
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch, Step
from cvwidgets.vision import Classifier, save_classifier


class RunFolder:
    """One run on disk: recipe.json, environment.json, steps.jsonl, epochs.jsonl, best/, resume/, said/, evaluation.json; `stop` ends it.

    Beside them lies tensorboard/, which `Events` writes. Of a team, the main process alone writes; the others are answered as it is.
    """

    def __init__(self, folder: Path, team: Team = ALONE) -> None:
        self.path = folder
        self.team = team
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def best(self) -> Path:
        """The best model so far: model.safetensors, config.json, preprocessor_config.json, recipe.json."""
        return self.path / "best"

    @property
    def resume(self) -> Path:
        """What going on needs."""
        return self.path / "resume"

    def asked_to_stop(self) -> bool:
        """Whether someone put the file `stop` there; of a team, whether any process saw it."""
        return self.team.total((self.path / "stop").exists()) > 0

    def pin_recipe(self, recipe: Recipe) -> None:
        """Writes the recipe, or holds it against the one that the run was begun with.

        Raises:
            RecipeError: the run was begun with another recipe.
        """
        known = self.read("recipe.json")
        if known is not None and Recipe.from_json(known) != recipe:
            raise RecipeError(
                f"The folder {str(self.path)!r} holds a run of another recipe; going on needs the same one. "
                "Start a new run in a folder of its own, or go on with the recipe in its recipe.json."
            )
        self.write("recipe.json", recipe.to_json())

    def append(self, record: Step | Epoch) -> None:
        """Adds a line to steps.jsonl or epochs.jsonl, readable by others at once."""
        if not self.team.leads:
            return
        name = "epochs.jsonl" if isinstance(record, Epoch) else "steps.jsonl"
        with naming_full_disk(self.path), (self.path / name).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(record)) + "\n")

    def rewind(self, epoch: int, step: int) -> None:
        """Drops the lines written after the state that is resumed: `step` steps into `epoch`."""
        self._filter("epochs.jsonl", lambda line: line["number"] < epoch)
        self._filter("steps.jsonl", lambda line: (line["epoch"], line["number"]) <= (epoch, step))

    def keep_best(self, classifier: Classifier, recipe: Recipe, *, temperature: float = 1.0) -> None:
        """Puts a model into best/, its logits divided by `temperature`; a reader finds the model before or this one, never half of it."""
        new = self.path / ".best"
        shutil.rmtree(new, ignore_errors=True)
        try:
            with naming_full_disk(self.path):
                save_classifier(classifier, new, temperature=temperature)
                (new / "recipe.json").write_text(json.dumps(recipe.to_json(), indent=2), "utf-8")
                for file in list(new.iterdir()):
                    replace(file, file)
                if not self.best.is_dir():
                    new.replace(self.best)
                    return
                for file in sorted(new.iterdir()):  # all but the weights are the same from epoch to epoch
                    file.replace(self.best / file.name)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def keep_said(self, name: str, answers: Answers) -> None:
        """Keeps what was said of each picture, in said/."""
        with naming_full_disk(self.path):
            write_said(self.path / FOLDER / f"{name}.npz", answers.keys, answers.logits.softmax(-1).numpy())

    def write(self, name: str, values: Mapping[str, Any]) -> None:
        """Writes a JSON file, whole or not at all."""
        if not self.team.leads:
            return
        with naming_full_disk(self.path):
            write_whole(self.path / name, json.dumps(values, indent=2, ensure_ascii=False).encode())

    def read(self, name: str) -> dict[str, Any] | None:
        """A JSON file of the run, None when it is not there."""
        file = self.path / name
        return json.loads(file.read_text("utf-8")) if file.is_file() else None

    def read_evaluation(self) -> Evaluation | None:
        """The figures on the test part, None when they were not made yet."""
        values = self.read("evaluation.json")
        return Evaluation.from_json(values) if values else None

    def forget_evaluation(self) -> None:
        """Drops the figures of a run that goes on: its best model may become another one."""
        for name in ("evaluation.json", f"{FOLDER}/test.npz") if self.team.leads else ():
            (self.path / name).unlink(missing_ok=True)

    def _filter(self, name: str, holds: Any) -> None:
        file = self.path / name
        if not self.team.leads or not file.is_file():
            return
        lines = file.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line.endswith("\n") and holds(json.loads(line))]  # a kill may leave half a line
        part = file.with_suffix(".part")
        part.write_text("".join(kept), "utf-8")
        part.replace(file)
