"""What a split keeps whole, as a recipe says it: capture times are asked of the files once, and kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from cvwidgets.recipe import Recipe
from cvwidgets.records import PARTS, Header

if TYPE_CHECKING:
    from cvwidgets.store import Store
    from cvwidgets.store.groups import Grouping
    from cvwidgets.store.kept import Row
    from cvwidgets.store.snapshots import Plan

BURST_SECONDS = 10
"""Images taken with no more between them are neighbors: of a burst, or of frames that a camera takes by itself."""
NOTABLE = 0.1
"""From this share of the images on, neighbors are spoken of."""
_FRAME = re.compile(r"(?:frame|video|clip|vid|mov)\D{0,3}\d", re.IGNORECASE)


def grouping_of(store: Store, recipe: Recipe) -> Grouping:
    """What a recipe's split keeps whole; reads the capture times of images that came in before they were kept."""
    from cvwidgets.store.groups import TIME, Grouping

    taken = _read_times(store, store.snapshots.kept(recipe.depth)[0]) if recipe.split_by == TIME else {}
    return Grouping(recipe.split_by, recipe.split_gap, taken)


def _read_times(store: Store, kept: Mapping[str, Row]) -> dict[str, str]:
    from cvwidgets.pictures import Readers
    from cvwidgets.project.adding import Headers

    known = store.captures.get(list(kept))
    if unread := [sha256 for sha256 in kept if sha256 not in known]:
        paths = {image.sha256: image.path for image in store.images.get([kept[sha256].image_id for sha256 in unread])}
        with Readers() as readers, Headers(readers) as headers:
            read = zip(paths, headers.read(list(paths.values())), strict=True)
            fresh = {sha256: header.taken or "" for sha256, header in read if sha256 and isinstance(header, Header)}
        store.captures.put(fresh.items())
        known |= fresh
    return known


def advise_grouping(store: Store, kept: Mapping[str, Row], recipe: Recipe, plan: Plan | None) -> str | None:
    """A sentence where neighbors in time would lie on both sides of a split image by image; None where nothing tells of any.

    Neighbors are told by the capture times that are known, else frames of a video by the names of files.
    """
    if recipe.split_by != "image":
        return None
    taken = {kept[sha256].image_id: said for sha256, said in store.captures.get(list(kept)).items() if said}
    from cvwidgets.dividing import near_in_time

    pairs = list(near_in_time(taken, BURST_SECONDS / 60))
    near = {image_id for pair in pairs for image_id in pair}
    if len(near) >= max(NOTABLE * len(kept), 2 * len(PARTS)):
        parts = plan.parts if plan else {}
        torn = sum(parts.get(one) != parts.get(other) for one, other in pairs)
        if torn:
            said = f"{len(near):,} of {len(kept):,} images were taken within {BURST_SECONDS} seconds of another"
            return f"{said}, and {torn:,} such pairs lie on both sides of the split: its figures look too good. Split by capture time."
        return None
    frames = sum(bool(_FRAME.search(PurePath(row.path).name)) for row in kept.values())
    if frames >= max(NOTABLE * len(kept), 2 * len(PARTS)) and _lies_in_folders(kept):
        said = f"{frames:,} of {len(kept):,} images look like frames of videos by their names"
        return f"{said}; neighbors may lie on both sides of the split. Split by folder, if each holds videos of its own."
    return None


def _lies_in_folders(kept: Mapping[str, Row]) -> bool:
    """Whether every label lies in folders enough for all parts."""
    folders = defaultdict[str, set[PurePath]](set)
    for row in kept.values():
        folders[row.label].add(PurePath(row.path).parent)
    return all(len(some) >= len(PARTS) for some in folders.values())
