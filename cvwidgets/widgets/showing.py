"""What the wall of triage shows: as facts for the page, as words beneath it, and as what the next page begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import FilterError
from cvwidgets.filter import SORTS, Filter
from cvwidgets.records import STATES

if TYPE_CHECKING:
    from cvwidgets.project import Project, View

WORDS = {"new": "to look at", "kept": "kept", "trashed": "in the trash"}
PLACE = ("labels", "sub_labels", "states")
"""What the tree and the tabs ask; the rest of a filter is what chips and the search field ask."""


def shown_of(view: View) -> dict[str, Any]:
    """What the tree, the tabs and the search field mark: label and state (None where several are asked for, or all), text, how many."""
    asked = view.filter or Filter()
    return {
        "label": asked.labels[0] if len(asked.labels) == 1 and asked.sub_labels else None,
        "state": asked.states[0] if len(asked.states) == 1 else None,
        "text": asked.text,
        "count": len(view),
    }


def asked_in(project: Project, asked: Filter) -> dict[str, Any]:
    """What the row of filters shows: the filter, its chips with their words, its order."""
    chips = [{"kind": kind, "words": words} for kind, words in _phrases(project, asked).items() if _is_chip(kind, asked)]
    return {"filter": asked.to_json(), "chips": chips, "order": SORTS[asked.sort]}


def sentence_of(view: View) -> str:
    """The words beneath the wall: "120 of 993 images to look at, bison · JPEG, from 1,000 px · by name"."""
    asked, count = view.filter or Filter(), f"{len(view):,}"
    said = _phrases(view.project, asked)
    of = len(view)
    if _rest(asked) != Filter():
        of = len(view.images.select(where=asked.without(*_rest(asked).to_json(), "sort")))
        count += f" of {of:,}"
    state = f" {WORDS[asked.states[0]]}" if len(asked.states) == 1 else f" in {said['state']}" if asked.states else ""
    label = f", {said['label']}" if asked.labels else ""
    rest = ", ".join(words for kind, words in said.items() if kind not in ("label", "state"))
    order = SORTS[asked.sort] if asked.sort != "added" else ""
    return " · ".join(part for part in (f"{count} {'image' if of == 1 else 'images'}{state}{label}", rest, order) if part)


def nothing_of(asked: Filter) -> str:
    """The words in the place of a wall without images."""
    if asked.text and _rest(asked) == Filter(text=asked.text):
        return f"No file here has '{asked.text}' in its name."
    if _rest(asked) != Filter():
        return "No image here is like this. Take a filter away, or choose another label or state."
    if asked.states == ("new",):
        return "Nothing is waiting for a look here."
    if asked.states == ("kept",):
        return "Nothing is kept here yet. Keep images with K, or give them a label with L."
    if asked.states == ("trashed",):
        return f"Nothing of {asked.labels[0]} is in the trash." if len(asked.labels) == 1 else "The trash is empty here."
    return "There are no images here."


def left_of(view: View) -> dict[str, Any]:
    """What the next page needs to show the same."""
    shown, asked = shown_of(view), view.filter or Filter()
    own = {"text", *(["labels"] if shown["label"] is not None else []), *(["states"] if shown["state"] is not None else [])}
    rest = {name: value for name, value in asked.to_json().items() if name not in own}
    return {**{name: shown[name] for name in ("label", "state", "text")}, "filter": rest}


def asked_of(left: Mapping[str, Any]) -> Filter | None:
    """The filter that an earlier page left; None when it left none, or what it left makes no sense."""
    label, state, text, rest = (left.get(name) for name in ("label", "state", "text", "filter"))
    if state not in STATES and not isinstance(rest, dict):
        return None
    asked = dict(rest) if isinstance(rest, dict) else {}
    given = {"labels": label, "states": state if state in STATES else None, "text": text}
    try:
        return Filter.from_json({**asked, **{name: value for name, value in given.items() if isinstance(value, str)}})
    except FilterError:
        return None


def with_known(asked: Filter, names: Iterable[str]) -> Filter:
    """The filter without labels that are not there."""
    there = {*names}
    return replace(asked, labels=tuple(label for label in asked.labels if label in there))


def renamed(asked: Filter, name: str, new_name: str) -> Filter:
    """The filter after a label, and with it its sub-labels, got another name."""
    mended = (new_name + label[len(name) :] if label == name or label.startswith(f"{name}/") else label for label in asked.labels)
    return replace(asked, labels=tuple(mended))


def _rest(asked: Filter) -> Filter:
    """What is asked besides label, state and order."""
    return asked.without(*PLACE, "sort", "seed")


def _phrases(project: Project, asked: Filter) -> dict[str, str]:
    """The conditions in words, by kind; an act by what it did."""
    said = {phrase.kind: phrase.words for phrase in asked.phrases()}
    for act in project.journal.acts(1, before=asked.act + 1) if asked.act is not None else ():
        said["act"] += f" ({act.sentence})" if act.id == asked.act else ""
    return said


def _is_chip(kind: str, asked: Filter) -> bool:
    """Whether a condition stands on a chip: those that the tree, the tabs and the search field show need none."""
    if kind == "label":
        return len(asked.labels) > 1 or not asked.sub_labels
    return kind != "text" and (kind != "state" or len(asked.states) > 1)
