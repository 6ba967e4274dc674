"""Judged before: what comes in again as nearly the same picture leaves when a search brought it, and is marked when its owner did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from cvwidgets.project.findings import Findings
from cvwidgets.project.tally import Tally
from cvwidgets.project.thumbnails import Thumbnails, opened

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.store import Outline, Store

    Numbers = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

MARKS = "judged"
"""The finding that knows of each marked image, `ids`, which one judged before it looks like, `twins`, and the `likeness`."""
COMPARED = "compared"
"""The finding that knows the `ids` of all images that an import compared, and of those that were there before the first one that did."""


def note_what_is_there(store: Store) -> None:
    """What is there before an import counts as compared, unless earlier imports told what they compared: only what comes in is meant."""
    findings = Findings(store.folder)
    if findings.get(COMPARED) is None:
        _note_compared(findings, store.outline().ids)


def recognize(store: Store, tally: Tally, *, by: str) -> Iterator[None]:
    """Compares what came in with all that was kept or trashed before it; the last pass of an import.

    What came in is what the import added, and what an earlier one that was stopped or killed left without a comparison. Of a search those
    leave that look like one kept, or trashed for the same label, unless somebody judged them meanwhile; all others stay, and are marked.
    """
    import numpy as np

    yield
    findings, outline = Findings(store.folder), store.outline()
    fresh = _fresh(outline, findings, tally)
    if not fresh.any():
        return
    ids, twins, likeness = _compare(store, outline, fresh)
    if len(ids):
        gone = np.isin(ids, store.images.withhold(dict(zip(ids.tolist(), twins.tolist(), strict=True)), by=by))
        tally.recognize(int((~gone).sum()), ids[gone].tolist())
        marks: dict[str, np.ndarray[Any, np.dtype[Any]]] = {"ids": ids[~gone], "twins": twins[~gone], "likeness": likeness[~gone]}
        if earlier := findings.get(MARKS):
            marks = {name: np.concatenate([earlier[name], column]) for name, column in marks.items()}
        findings.put(MARKS, {}, marks)
    compared = earlier["ids"] if (earlier := findings.get(COMPARED)) else outline.ids[:0]
    _note_compared(findings, np.concatenate([compared, outline.ids[~np.isin(outline.ids, compared)]]))


def _note_compared(findings: Findings, ids: Numbers) -> None:
    with suppress(OSError):  # without it the images that an import adds are compared, those of one that was cut off are not
        findings.put(COMPARED, {}, {"ids": ids})


def _fresh(outline: Outline, findings: Findings, tally: Tally) -> Mask:
    """Which images came in and were not compared yet (n,); what its owner put in the trash meanwhile was judged and is not meant."""
    import numpy as np

    from cvwidgets.store.outlines import TRASHED

    fresh: Mask = np.isin(outline.ids, [image for image, kind in tally.kinds.items() if kind == "added"])
    if compared := findings.get(COMPARED):
        fresh |= ~np.isin(outline.ids, compared["ids"])
    if marks := findings.get(MARKS):
        fresh &= ~np.isin(outline.ids, marks["ids"])
    fresh &= outline.states != TRASHED
    return fresh


def _compare(store: Store, outline: Outline, fresh: Mask) -> tuple[Numbers, Numbers, npt.NDArray[np.float32]]:
    """The fresh images that look like one judged before, that one, and how alike they are (m,)."""
    import numpy as np

    from cvwidgets import explore
    from cvwidgets.store.outlines import NEW

    new, known = np.flatnonzero(fresh), np.flatnonzero(~fresh & (outline.states != NEW))
    both = outline.ids[np.concatenate([known, new])].tolist()
    with closing(Thumbnails(store)) as thumbnails:
        twins, likeness = explore.recognize(
            outline.phashes[known], outline.phashes[new], lambda at: opened(thumbnails.get([both[at]]).get(both[at]))
        )
    alike = np.flatnonzero(twins >= 0)
    return outline.ids[new[alike]], outline.ids[known[twins[alike]]], likeness[alike]
