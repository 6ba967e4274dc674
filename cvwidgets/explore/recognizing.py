"""Recognizing: which of the pictures known before a new one shows again, whatever became of its bytes."""

from __future__ import annotations

import numpy as np

from cvwidgets.explore.candidates import Hashes, by_hash, nearest_hashes
from cvwidgets.explore.confirming import Confirmation
from cvwidgets.explore.limits import THRESHOLD
from cvwidgets.explore.plates import Look
from cvwidgets.explore.rows import Floats, Positions


def recognize(known: Hashes, new: Hashes, look: Look, *, threshold: float = THRESHOLD) -> tuple[Positions, Floats]:
    """For each new picture the position of the known one that it is most like, -1 for none, and how like it is, 0..1 (m,).

    Known (n,) and new ones (m,) are given by their perceptual hashes, uint64; `look` gives the pixels of a position, those of the new ones
    behind those of the known ones, and is asked only for what is near by hash. That finds pictures re-encoded, resized, mirrored or mildly
    changed in tone. A crop moves a hash further, so the nearest ones are looked at from afar too: of thousands of known ones that finds
    nearly all that lost 5% of their sides; of a hundred thousand the nearest are strangers, and the more of them only `find_pairs` finds.
    """
    hashes = np.concatenate([np.asarray(known, np.uint64), np.asarray(new, np.uint64)])
    twins, likeness = np.full(len(new), -1), np.zeros(len(new), np.float32)
    later, earlier = by_hash(hashes, np.arange(len(hashes)), len(known), among=len(known))
    far, near = nearest_hashes(hashes[: len(known)], hashes[len(known) :])
    later, earlier = np.concatenate([later, far + len(known)]), np.concatenate([earlier, near])
    if not len(later):
        return twins, likeness
    pairs = Confirmation(look, len(hashes)).confirm(later, earlier)
    rising = np.argsort(pairs.likeness, kind="stable")
    rising = rising[pairs.likeness[rising] >= threshold]
    at = pairs.second[rising] - len(known)
    twins[at], likeness[at] = pairs.first[rising], pairs.likeness[rising]
    return twins, likeness
