"""Images that show the same picture: the same bytes, encoded anew, resized, cropped a little, mirrored, brighter, with a text over it.

Perceptual hashes and embeddings only propose; what counts is how alike the pixels are once one picture is laid over the other. So pictures
of the same kind (a hundred blood smears, the frames of a film) stay apart however near their embeddings are. The likeness is kept with each
pair, and a threshold can be moved afterwards without computing anything again.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import numpy as np

from cvwidgets.errors import ExploreError
from cvwidgets.explore.candidates import Hashes, by_embedding, by_hash, unheard
from cvwidgets.explore.confirming import Confirmation
from cvwidgets.explore.grouping import Pairs, at_threshold, best_of, group
from cvwidgets.explore.limits import FLOOR, THRESHOLD
from cvwidgets.explore.plates import Look
from cvwidgets.explore.rows import Positions, Tick

__all__ = ["FLOOR", "THRESHOLD", "Look", "Pairs", "at_threshold", "best_of", "find_pairs", "group"]

_WHOLE = 8
"""Images that hang together are compared each with each up to so many; of more, all with two of them."""


def find_pairs(
    hashes: Hashes,
    embeddings: np.ndarray[Any, Any] | None,
    look: Look,
    *,
    contents: np.ndarray[Any, Any] | None = None,
    new: Iterable[int] | None = None,
    known: Pairs | None = None,
    tick: Tick | None = None,
) -> Pairs:
    """Finds the pairs of images that look alike, with a likeness of at least FLOOR.

    `hashes` uint64 (n,) as `pictures.perceptual_hash` makes them; `embeddings` (n, d), rows L2-normalised, rows that are not finite or 0
    count as missing, None when there are none at all; `look` gives the pixels of a position and is asked only for what was proposed;
    `contents` (n,) holds equal values for the same bytes, e.g. SHA-256: copies are paired with the first of them and not looked at. `tick`
    is told how far it is, 0..1, and may raise to end it.

    With `new` only those positions are compared, with all; `known`, what was found before, makes the answer whole: the same that a
    computation anew would find if the new ones were the last (of more than 32,768 images but for a few that are less near, see
    `candidates.by_embedding`). Without `known` the answer holds only pairs with a new image.

    Raises:
        ExploreError: the arrays are of no such shape or of different lengths, or `new` names an image that is not there.
    """
    hashes, embeddings = _checked(hashes, embeddings, contents)
    order, start = _ordered(len(hashes), new)
    copies, singles, first_new = _parted(contents, order, start)
    tell = tick or unheard
    later, earlier = by_hash(hashes, singles, first_new, tick=lambda done: tell(0.02 * done))
    if embeddings is not None:
        more = by_embedding(embeddings, singles, first_new, tick=lambda done: tell(0.02 + 0.08 * done))
        later, earlier = np.concatenate([later, more[0]]), np.concatenate([earlier, more[1]])
    confirmation = Confirmation(look, len(hashes))
    found = [copies, confirmation.confirm(later, earlier, tick=lambda done: tell(0.1 + 0.85 * done))]
    found += [known] if known else []
    fresh = None if new is None else np.isin(np.arange(len(hashes)), order[start:])
    for _ in range(2):
        later, earlier = _unchecked(merge(found), fresh, alone=known is None)
        found.append(confirmation.confirm(later, earlier, all_that_fit=True))
    tell(1.0)
    return merge(found)


def merge(found: Iterable[Pairs]) -> Pairs:
    """Pairs from several findings as one, each pair once: as the first of them has it."""
    parts = list(found)
    first, second = (np.concatenate([getattr(part, name) for part in parts]) for name in ("first", "second"))
    _, where = np.unique(np.stack([first, second], axis=1), axis=0, return_index=True)
    return Pairs(
        first=first[where],
        second=second[where],
        likeness=np.concatenate([part.likeness for part in parts])[where],
        mirrored=np.concatenate([part.mirrored for part in parts])[where],
        unseen=np.unique(np.concatenate([part.unseen for part in parts])),
    )


def _checked(
    hashes: Hashes, embeddings: np.ndarray[Any, Any] | None, contents: np.ndarray[Any, Any] | None
) -> tuple[Hashes, np.ndarray[Any, Any] | None]:
    hashes = np.asarray(hashes)
    if hashes.ndim != 1 or (hashes.dtype.kind not in "ui" and len(hashes)):
        raise ExploreError(
            f"Hashes came as {hashes.dtype} {hashes.shape}; they must be one row of 64-bit numbers. "
            "Take them as perceptual_hash makes them."
        )
    for name, rows in (("embeddings", embeddings), ("contents", contents)):
        if rows is not None and len(rows) != len(hashes):
            raise ExploreError(
                f"{len(hashes):,} hashes came with {len(rows):,} {name}; each image must have one of both. Ask for both of the same images."
            )
    if embeddings is not None and (embeddings.ndim != 2 or embeddings.dtype.kind != "f"):
        raise ExploreError(
            f"Embeddings came as {embeddings.dtype} {embeddings.shape}; they must be rows of floating-point numbers, one per image. "
            "Compute them again with one model."
        )
    return hashes.astype(np.uint64, copy=False), embeddings if embeddings is None or embeddings.shape[1] else None


def _ordered(count: int, new: Iterable[int] | None) -> tuple[Positions, int]:
    """All positions, the new ones last, and how many are not new."""
    if new is None:
        return np.arange(count), 0
    fresh = np.unique(np.fromiter(new, np.int64))
    if len(fresh) and (fresh[0] < 0 or fresh[-1] >= count):
        wrong = fresh[0] if fresh[0] < 0 else fresh[-1]
        raise ExploreError(f"New image {wrong} is not among the {count:,} images; positions go from 0 to {count - 1:,}. Name those.")
    return np.concatenate([np.setdiff1d(np.arange(count), fresh), fresh]), count - len(fresh)


def _parted(contents: np.ndarray[Any, Any] | None, order: Positions, start: int) -> tuple[Pairs, Positions, int]:
    """Pairs of each new copy with the first of the same bytes; the images without copies in order, and how many of them are not new."""
    if contents is None:
        return _same(order[:0], order[:0]), order, start
    _, first_at, kind = np.unique(np.asarray(contents)[order], return_index=True, return_inverse=True)
    original = first_at[kind] == np.arange(len(order))
    copies = np.flatnonzero(~original)
    copies = copies[copies >= start]
    return _same(order[first_at[kind[copies]]], order[copies]), order[original], int(original[:start].sum())


def _same(one: Positions, other: Positions) -> Pairs:
    first, second = np.minimum(one, other), np.maximum(one, other)
    return Pairs(first, second, np.ones(len(first), np.float32), np.zeros(len(first), np.bool_), np.zeros(0, np.int64))


def _unchecked(pairs: Pairs, fresh: np.ndarray[Any, np.dtype[np.bool_]] | None, *, alone: bool) -> tuple[Positions, Positions]:
    """Pairs that hang together over others and were not found themselves, as far as a new image has part in it.

    Of a few images all are asked for; of many each with two, the first and the one with the most pairs: one of them can be the middle of a
    stack. `alone` leaves pairs of two old images out.
    """
    strong = (pairs.likeness >= THRESHOLD) & (pairs.likeness < 1)
    links: dict[int, set[int]] = {}
    for one, other in zip(pairs.first[strong].tolist(), pairs.second[strong].tolist(), strict=True):
        links.setdefault(one, set()).add(other)
        links.setdefault(other, set()).add(one)
    wanted = []
    for members in _hanging_together(links):
        if len(members) < 3 or (fresh is not None and not fresh[members].any()):
            continue
        middles = {members[0], max(members, key=lambda image: (len(links[image]), -image))}
        asked = (
            combinations(members, 2) if len(members) <= _WHOLE else ((one, other) for one in middles for other in members if one != other)
        )
        wanted += [(one, other) for one, other in asked if other not in links[one]]
    pair = np.array(wanted, np.int64).reshape(-1, 2)
    if fresh is not None and alone:
        pair = pair[fresh[pair].any(axis=1)]
    return pair.max(axis=1), pair.min(axis=1)


def _hanging_together(links: dict[int, set[int]]) -> Iterable[list[int]]:
    """The images of each heap that links hold together, ascending."""
    left = set(links)
    while left:
        heap, edge = set[int](), {left.pop()}
        while edge:
            heap |= edge
            edge = set().union(*(links[image] for image in edge)) - heap
        left -= heap
        yield sorted(heap)
