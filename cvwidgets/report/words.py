"""How a report says it: figures as one writes them, and the sentences that tell what they mean."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from math import isfinite

from cvwidgets.augmentation import write_augmentation
from cvwidgets.evaluation import Evaluation
from cvwidgets.recipe import COLUMN, Recipe, differences
from cvwidgets.report.facts import Before, Report, Since


def percent(share: float | None) -> str:
    """0.8312 → "83.1%"."""
    return f"{share:.1%}" if share is not None and isfinite(share) else "–"


def points(share: float) -> str:
    """A share as points: 0.031 → "3.1"."""
    return f"{100 * share:.1f}"


def decimal(value: float) -> str:
    """A loss with so many digits as one reads."""
    return f"{value:.3f}" if isfinite(value) else "–"


def thousands(number: int) -> str:
    """12345 → "12,345"."""
    return f"{number:,}"


def many(number: int, what: str) -> str:
    """So many of something: "1 image", "12 images"."""
    return f"{number:,} {what if number == 1 else what + 's'}"


def duration(seconds: float) -> str:
    """Seconds as one says them: 8.1 s, 3 min 20 s, 2 h 5 min."""
    if not isfinite(seconds):
        return "–"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def moment(text: str | None) -> str:
    """A moment as one writes it, in UTC; empty where none is known."""
    with suppress(TypeError, ValueError):
        when = datetime.fromisoformat(text or "").astimezone(UTC)
        return f"{when.day} {when:%B %Y, %H:%M} UTC"
    return ""


def state_words(report: Report) -> str:
    """How the run ended, or that it did not yet."""
    done, of = len(report.epochs), report.recipe.epochs
    epochs = f"{done} of {many(of, 'epoch')}"
    if report.state in ("waiting", "running"):
        return f"Under way when this was written, after {epochs}"
    when = f" on {moment(report.ended)}" if moment(report.ended) else ""
    return f"{report.state.capitalize()}{when}, {'' if report.state == 'done' else 'after '}{epochs}"


def headline(found: Evaluation) -> str:
    """How good the model is, in a sentence."""
    return (
        f"Of {many(found.images, 'test image')}, which decided nothing, {percent(found.accuracy)} are called by their own label. With "
        f"images of the same kind the share lies, with 95% confidence, between {percent(found.low)} and {percent(found.high)}"
        f"{found.of_groups}."
    )


def untried_words(report: Report) -> str:
    """Why there are no figures on test images, in a sentence."""
    if report.evaluation is not None:
        return "The run has no test images: nothing is said here of how good its model is."
    if report.state in ("waiting", "running"):
        return "The run is tried on its test images when it is over; until then nothing is said of how good its model is."
    return (
        "The run was not tried on its test images: what stands here of its epochs is from the images that chose the best one, and says a "
        "little too much of its model."
    )


def since_words(since: Since) -> str:
    """What changed since the run was tried, in sentences; empty where nothing did."""
    changes = [
        f"{many(since.corrected, 'test image')} {'has' if since.corrected == 1 else 'have'} another label now" if since.corrected else "",
        f"{many(since.gone, 'test image')} {'is' if since.gone == 1 else 'are'} not kept any more" if since.gone else "",
    ]
    if not any(changes):
        return ""
    told = " and ".join(filter(None, changes))
    return (
        f"All figures are those of the run as it was tried. Since then {told}; by today's labels {percent(since.accuracy)} of "
        f"{many(since.images, 'image')} are right (95% confidence: {percent(since.low)} to {percent(since.high)})."
    )


def split_words(recipe: Recipe) -> str:
    """How images were parted, in sentences."""
    train, valid, test = (f"{share:.0%}" for share in recipe.split)
    ways = {
        "image": "Images that look alike, as far as they were compared, stay in one part.",
        "folder": "Images of one folder stay in one part.",
        "time": f"Images taken with no more than {recipe.split_gap:g} minutes between one and the next stay in one part.",
    }
    way = ways.get(recipe.split_by, f"Images with the same {recipe.split_by.removeprefix(COLUMN)} stay in one part.")
    return f"{train} to learn from, {valid} to choose the best epoch by, {test} to be judged by; seed {recipe.split_seed}. {way}"


def recipe_rows(recipe: Recipe) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """The fields that differ from Standard (name, value, Standard's), and all of them (name, value)."""
    changed = [(_name(name), _value(name, value), _value(name, usual)) for name, value, usual in differences(recipe, Recipe())]
    values = {**recipe.to_json(), "augmentation": write_augmentation(recipe.augmentation)}
    return changed, [(_name(name), _value(name, value)) for name, value in values.items()]


def _name(field: str) -> str:
    return field.replace("_", " ")


def _value(name: str, value: object) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "split" and isinstance(value, list | tuple):
        return " / ".join(f"{share:.0%}" for share in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def calibration_words(found: Evaluation) -> str:
    """How far probabilities are off, in sentences; the figures that an older version wrote lack it."""
    if found.ece is None or found.uncalibrated_ece is None:
        return ""
    told = f"Probabilities are off by {points(found.ece)} points on average"
    if found.temperature == 1:
        return f"{told}; nothing was done to them, as no one temperature made them clearly better on the validation images."
    return (
        f"{told}; before calibration it was {points(found.uncalibrated_ece)}. All logits are divided by {found.temperature:.3f}, which was "
        "found on the validation images."
    )


def before_words(before: Before) -> str:
    """What changed since the run before, in a sentence."""
    first, second = before.accuracy
    sure = "" if before.low > 0 or before.high < 0 else " The interval holds 0: it may be chance."
    return (
        f"On the {many(before.images, 'test image')} that both have, by today's labels, run {before.run} has {percent(first)} right and "
        f"this one {percent(second)}: {_signed(before.difference)} points, with 95% confidence between {_signed(before.low)} and "
        f"{_signed(before.high)}.{sure}"
    )


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}"


FILTERS: dict[str, Callable[..., str]] = {
    "percent": percent,
    "points": points,
    "decimal": decimal,
    "thousands": thousands,
    "many": many,
    "duration": duration,
    "moment": moment,
    "signed": _signed,
}
"""What the templates write figures by."""
