"""What a run would do, said in a terminal before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cvwidgets.cli import show

if TYPE_CHECKING:
    from cvwidgets.pace import Expectation
    from cvwidgets.project import Project, Run
    from cvwidgets.project.reviewing import Changes, Review
    from cvwidgets.recipe import Recipe

LABELS_SHOWN = 20


def say_review(review: Review) -> None:
    """Says in short what a run learns from, what changed since the last one, and what to know before it starts."""
    _say_images(review)
    _say_warnings(review)


def say_all(project: Project, recipe: Recipe, *, continues: Run | None, json: bool) -> None:
    """Says everything that is known of a run before it starts; the time, the memory and the disk that it takes come from a short trial."""
    review = project.review(recipe, continues=continues)
    if not json:
        _say_images(review)
        rows = [(label, f"{count:,}") for label, count in review.labels]
        show.table(("label", "kept"), rows[:LABELS_SHOWN])
        if len(rows) > LABELS_SHOWN:
            show.say(f"… and {len(rows) - LABELS_SHOWN:,} labels more; --json lists all.")
        if review.differences:
            show.table(("differs", "here", "Standard"), [(name, *map(_told, values)) for name, *values in review.differences], left=3)
        else:
            show.say("Everything is as in Standard.")
        _say_warnings(review)
    expected, reason = _try(project, recipe, continues)
    if json:
        show.as_json({"review": review, "recipe": recipe.to_json(), "expected": expected, "reason": reason})
    else:
        show.say(_takes(expected) if expected else f"How long it takes is not known. {reason}")
        show.say("Nothing was started; the same command without --dry-run starts it.")


def _try(project: Project, recipe: Recipe, continues: Run | None) -> tuple[Expectation | None, str | None]:
    """What a run takes here; else None and why it is not known."""
    is_busy = project.runs.active() is not None
    trial = project.try_pace(recipe, continues=continues, again=not is_busy)
    if is_busy:
        expected = trial.expectation()
        return expected, None if expected else "Another run is under way; measuring beside it would be wrong."
    with show.bar("Trying how fast it goes here"):
        expected = trial.wait()
    return expected, None if expected else trial.status().reason


def _say_images(review: Review) -> None:
    train, valid, test = (f"{count:,}" for count in review.images)
    show.say(f"About {train} images to learn from, {valid} to choose the best epoch by, {test} to be judged by at the end.")
    show.say(_changed(review.changes))


def _say_warnings(review: Review) -> None:
    for sentence in review.warnings:
        show.say(sentence)


def _changed(changes: Changes | None) -> str:
    if changes is None:
        return "There is no run before it to compare with."
    counts = ((changes.added, "added"), (changes.removed, "taken out"), (changes.relabelled, "under another label"))
    told = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    if not told:
        return f"Nothing changed since run {changes.run}: the same images under the same labels."
    return f"{changes.images:,} {'image' if changes.images == 1 else 'images'} changed since run {changes.run}: {told}."


def _told(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return "none" if value is None else str(value)


def _takes(expected: Expectation) -> str:
    memory = f", {_bytes(expected.memory)} of memory" if expected.memory else ""
    cache = f", and up to {_bytes(expected.cache)} of cache" if expected.cache else ""
    return f"About {show.duration(expected.seconds)} on {expected.device}{memory}, {_bytes(expected.disk)} of disk{cache}."


def _bytes(size: int) -> str:
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
