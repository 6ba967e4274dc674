"""Training a run further: a new run that begins with the best weights of one that is over, on what is kept now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cvwidgets import jobs
from cvwidgets.errors import RecipeError, RunError
from cvwidgets.project.run import Run
from cvwidgets.recipe import Recipe

LEAST_EPOCHS = 5
"""A run that was a first look, of one epoch, is to be trained further too."""
SAME = ("base", "split", "split_seed", "split_by", "split_gap")
"""What a run has from the one that it continues: with another split its test would ask what its first weights have learnt from."""


def propose_further(run: Run, recipe: Recipe | None = None) -> Recipe:
    """The recipe of a run with half its epochs, or another one on its base and split.

    Its learning rate rises and falls once more, a warm restart (Loshchilov and Hutter 2017, arXiv 1608.03983).
    """
    own = run.recipe
    if recipe is None:
        return replace(own, epochs=max(LEAST_EPOCHS, own.epochs // 2))
    return replace(recipe, **{name: getattr(own, name) for name in (*SAME, "depth")})


def check_further(run: Run, recipe: Recipe) -> None:
    """Refuses a run that cannot be continued by a recipe.

    Raises:
        RunError: it was deleted, is under way, or has no checkpoint.
        RecipeError: the recipe has another base or split.
    """
    if run.about().deleted:
        raise RunError(f"Run {run.name} was deleted; training it further needs its files. Bring it back first.")
    if not jobs.is_over(run.status()):
        raise RunError(f"Run {run.name} is under way; training it further needs one that is over. Wait for its end, or stop it.")
    if not run.has_model:
        raise RunError(f"Run {run.name} has no checkpoint; training it further needs one. Choose another run, or train anew.")
    own = run.recipe
    names = [name for name in SAME if name != "split_gap" or own.split_by == "time"]
    if other := next((name for name in names if getattr(recipe, name) != getattr(own, name)), None):
        why = "it begins with that model" if other == "base" else "its test would ask what these weights have seen"
        raise RecipeError(
            f"The recipe's {other} is {getattr(recipe, other)!r}, that of run {run.name} is {getattr(own, other)!r}; training it further "
            f"needs the same, as {why}. Take that of the run, or begin anew."
        )


def say_further(run: Run, recipe: Recipe, labels: Sequence[str]) -> list[str]:
    """What to know of training a run further by a recipe on labels as they are now, in sentences."""
    best = max((epoch.number for epoch in run.epochs() if epoch.best), default=None)
    said = [f"It begins with the best weights of run {run.name}{f', those of epoch {best}' if best else ''}, in place of the base."]
    known = _known(run)
    new, gone = ([name for name in one if name not in other] for one, other in ((labels, known), (known, labels)))
    if new and known:
        way = "is learnt anew first, and all layers go on from there" if recipe.head_first else "begins anew for what it does not know"
        said.append(f"Run {run.name} does not know {_named(new)}: the last layer {way}.")
    if gone:
        said.append(f"{_named(gone)} {'is' if len(gone) == 1 else 'are'} not kept any more: the last layer goes on without.")
    return said


def carried_out(run: Run, recipe: Recipe, labels: Sequence[str]) -> Recipe:
    """A recipe as it trains a run further: where the last layer knows all labels already, it is not learnt first."""
    return replace(recipe, head_first=recipe.head_first and not set(labels) <= set(_known(run)))


def needed_models(runs: Sequence[Run]) -> set[str]:
    """The names of runs whose best weights are needed yet, should a run go on that began with them."""
    return {run.continues for run in runs if run.continues and run.status().state != "done"}


def _known(run: Run) -> list[str]:
    return [str(name) for name in run.environment().get("labels", ())]


def _named(labels: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in labels[:3])
    return f"{shown} and {len(labels) - 3:,} more" if len(labels) > 3 else shown
