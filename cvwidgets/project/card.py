"""The card of a model: what it is, what it learnt from and how good it is, in Markdown with the header that the Hugging Face hub reads."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from cvwidgets.errors import UnknownRun
from cvwidgets.evaluation import Evaluation
from cvwidgets.project.standing import is_best_of
from cvwidgets.recipe import Recipe, differences

if TYPE_CHECKING:
    from cvwidgets.model import Model
    from cvwidgets.project.run import Run
    from cvwidgets.project.runs import Runs

CARD = "README.md"
USE = (
    "from transformers import pipeline",
    "",
    'classify = pipeline("image-classification", model="THIS FOLDER")',
    'classify("photo.jpg")',
)
"""How a model is asked without cvwidgets."""


def write_card(run: Run) -> str:
    """The card of a run's best model; figures are in it once the run was tried on its test images."""
    from cvwidgets.vision import card_header

    evaluation, environment = run.evaluation(), run.environment()
    title = run.about().title or f"Run {run.name}"
    base = run.recipe.base if run.recipe.base.count("/") == 1 and not run.recipe.base.startswith("/") else None
    header = card_header(f"run {run.name}", base, evaluation)
    lines = ["---", header, "---", "", f"# {_plain(title)}", "", *_use(environment), ""]
    lines += ["## What it learnt from", "", *_data(environment), "", "## How good it is", "", *_figures(evaluation), ""]
    return "\n".join([*lines, "## How it was trained", "", *_recipe(run, environment), ""])


def card_of(model: Model, runs: Runs) -> str:
    """The card of a registered model with the figures and the title that its run got since; what is no more the run's best keeps its own.

    Raises:
        OSError: it has none, and its run cannot tell.
    """
    with suppress(UnknownRun):
        if model.run and is_best_of(model, run := runs.get(model.run)):
            return write_card(run)
    return (model.folder / CARD).read_text("utf-8")


def write_card_of(title: str, source: str, labels: Sequence[str], *, is_hub: bool) -> str:
    """The card of a model that was trained elsewhere: where it is from and which labels it knows; nothing else is known of it."""
    from cvwidgets.vision import card_header

    header = card_header(source, source if is_hub and "/" in source else None, None)
    known = ["It was not tried on images of this project.", "", "## Which labels it knows", "", *(f"- {_plain(label)}" for label in labels)]
    lines = ["---", header, "---", "", f"# {_plain(title or source)}", "", f"A copy of {_plain(source)}, which was trained elsewhere.", ""]
    return "\n".join([*lines, *_use({}), "", "## How good it is", "", *known, ""])


def _use(environment: dict[str, object]) -> list[str]:
    size = environment.get("image_size")
    seen = f" It sees {size[0]} x {size[1]} pixels." if isinstance(size, list) and len(size) == 2 else ""
    return [f"Tells images apart by label.{seen}", "", "```python", *USE, "```"]


def _data(environment: dict[str, object]) -> list[str]:
    images, labels = environment.get("images"), environment.get("labels")
    if not isinstance(images, dict) or not isinstance(labels, list):
        return ["Nothing is known of it."]
    counts = ", ".join(f"{images.get(part, 0):,} {what}" for part, what in _PARTS.items())
    return [
        f"{counts}; copies of an image are in one part alone, as far as they were compared.",
        "",
        *(f"- {_plain(label)}" for label in labels),
    ]


_PARTS = {"train": "images to learn from", "valid": "to choose the best epoch by", "test": "to be judged by"}


def _figures(evaluation: Evaluation | None) -> list[str]:
    if evaluation is None:
        return ["It was not tried on its test images yet."]
    lines = [
        f"On {evaluation.images:,} test images that decided nothing, {evaluation.accuracy:.1%} are right (95% interval, Wilson score: "
        f"{evaluation.low:.1%} to {evaluation.high:.1%}{evaluation.of_groups}); macro F1 {evaluation.macro_f1:.3f}."
    ]
    if evaluation.ece is not None:
        lines.append(f"Expected calibration error {evaluation.ece:.3f}; the logits were divided by {evaluation.temperature:.3f}.")
    if few := evaluation.too_few():
        lines.append(f"Too few test images to judge: {', '.join(_plain(score.label) for score in few)}.")
    rows = [f"| {_plain(one.label)} | {one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f} | {one.support} |" for one in evaluation.labels]
    return [*lines, "", "| label | precision | recall | F1 | test images |", "| --- | --- | --- | --- | --- |", *rows]


def _recipe(run: Run, environment: dict[str, object]) -> list[str]:
    recipe = run.recipe
    changed = differences(recipe, Recipe())
    told = [f"- {name}: {value} (usually {usual})" for name, value, usual in changed if name != "base"]
    with_what = " with ".join(str(environment[name]) for name in ("processor", "precision") if environment.get(name))
    begun = f"from the base {recipe.base}" + (f", going on from the best weights of run {run.continues}" if run.continues else "")
    return [f"By cvwidgets {begun}, {recipe.epochs} epochs{f', on {with_what}' if with_what else ''}.", "", *told]


def _plain(text: object) -> str:
    """A text as Markdown shows it as it is: nothing in it is markup."""
    return "".join(f"\\{one}" if one in "\\`*_{}[]<>()#+-.!|~&" else " " if one in "\r\n" else one for one in str(text))
