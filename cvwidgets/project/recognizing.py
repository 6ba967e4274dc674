"""Judged before: what comes in again as nearly the same picture leaves when a search brought it, and is marked when its owner did."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cvwidgets.project.findings import Findings
from cvwidgets.project.tally import Tally

if TYPE_CHECKING:
    from PIL.Image import Image

    from cvwidgets.store import Outline, Store

MARKS = "judged"
"""The finding that knows of each marked image, `ids`, which one judged before it looks like, `twins`, and the `likeness`."""


def recognize(store: Store, tally: Tally, *, by: str) -> Iterator[None]:
    """Compares what an import added with all that was kept or trashed before it; the last pass of an import.

    Of a search those leave that look like one kept, or trashed for the same label, unless somebody judged them meanwhile; all others stay,
    and are marked.
    """
    import numpy as np

    from cvwidgets import explore
    from cvwidgets.store.outlines import NEW

    added = np.array([image for image, kind in tally.kinds.items() if kind == "added"], np.int64)
    yield
    if not len(added):
        return
    outline = store.outline()
    fresh = np.isin(outline.ids, added)
    new, known = np.flatnonzero(fresh), np.flatnonzero(~fresh & (outline.states != NEW))
    if not len(new) or not len(known):
        return
    both = np.concatenate([known, new])
    twins, likeness = explore.recognize(outline.phashes[known], outline.phashes[new], lambda at: _picture(store, outline, int(both[at])))
    alike = np.flatnonzero(twins >= 0)
    ids, of = outline.ids[new[alike]], outline.ids[known[twins[alike]]]
    if not len(ids):
        return
    gone = np.isin(ids, store.images.withhold(dict(zip(ids.tolist(), of.tolist(), strict=True)), by=by))
    tally.recognize(int((~gone).sum()), int(gone.sum()))
    findings = Findings(store.folder)
    marks: dict[str, np.ndarray[Any, np.dtype[Any]]] = {"ids": ids[~gone], "twins": of[~gone], "likeness": likeness[alike][~gone]}
    if earlier := findings.get(MARKS):
        marks = {name: np.concatenate([earlier[name], column]) for name, column in marks.items()}
    findings.put(MARKS, {}, marks)


def _picture(store: Store, outline: Outline, position: int) -> Image | None:
    from PIL import Image

    sha = outline.shas[position]
    jpeg = store.thumbnails.get([sha]).get(sha)
    return Image.open(io.BytesIO(jpeg)) if jpeg else None
