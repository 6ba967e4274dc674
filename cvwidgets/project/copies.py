"""Copies among what is kept, sought before a split where nobody looked yet: by hash, and by their pixels where hashes are near.

`python -m cvwidgets.project.copies FOLDER` looks at the pixels in a process of its own, so that a page's kernel loads no torch.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.errors import JobDidNotStart
from cvwidgets.project.findings import Findings
from cvwidgets.project.thumbnails import Thumbnails, opened

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.explore import Pairs
    from cvwidgets.store import Outline, Store

    Numbers = npt.NDArray[np.int64]

COPIES = "copies"
"""The finding that knows the `ids` of images compared so, and the pairs that look alike: `first`, `second`, `likeness`, `mirrored`."""
MOST = 5_000
"""So many pairs are looked at before a split, some ten seconds: of the frames of a film each is near many. The rest is left to Explore."""

PATIENCE_SECONDS = 60.0
"""Who starts a run waits no longer for it: thumbnails may have to be made of large pictures first."""


def waiting(outline: Outline, findings: Findings) -> Numbers:
    """The positions of kept images that neither a look nor a split compared with the others."""
    import numpy as np

    from cvwidgets.store.outlines import KEPT

    new = outline.states == KEPT
    for name in ("duplicates", COPIES):
        if found := findings.get(name):
            new &= ~np.isin(outline.ids, found["ids"])
    return np.flatnonzero(new)


def begin(store: Store, outline: Outline) -> None:
    """Compares what waits by hash, and starts the process that looks at pixels where hashes are near.

    Raises:
        JobDidNotStart: one is looking, or its process did not come up.
        DiskFull: there is no room for its files.
    """
    if not jobs.is_over(jobs.status(_place(store))):
        raise JobDidNotStart("Images are being compared already; only one process does that. Wait for its end.")
    findings = Findings(store.folder)
    new = waiting(outline, findings)
    if not len(new):
        return
    if len(_near(outline, new)[0]):
        jobs.start(_place(store), "cvwidgets.project.copies", [str(store.folder)], title="Compare look-alikes", nice=0)
    else:
        _keep(findings, outline, new)


def seek(store: Store, outline: Outline, stop: Callable[[], bool] = lambda: False) -> None:
    """As `begin`, and waits for the end, or until `stop` says so. What could not be compared still waits then.

    Raises:
        DiskFull: there is no room for its files.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    settle(store, stop=stop)  # one may be looking, at less than there is now
    with suppress(JobDidNotStart):  # somebody else began it at the same moment, or it did not come up
        begin(store, outline)
    settle(store, until - time.monotonic(), stop)


def settle(store: Store, seconds: float = PATIENCE_SECONDS, stop: Callable[[], bool] = lambda: False) -> None:
    """Waits until nothing is compared, so long at most, or until `stop` says so."""
    jobs.wait(_place(store), seconds=seconds, stop=stop)


def main(project: Path) -> None:
    """Looks at the pixels of what is near by hash, of MOST pairs at most, and keeps what is alike by the likeness of Explore."""
    import numpy as np

    from cvwidgets.explore.confirming import Confirmation
    from cvwidgets.store import open_store

    findings = Findings(project)
    with closing(open_store(project)) as store, closing(Thumbnails(store)) as thumbnails:
        outline = store.outline()
        new, ids = waiting(outline, findings), outline.ids.tolist()
        later, earlier = _near(outline, new)
        pairs_of_each = np.bincount(np.searchsorted(new, later), minlength=len(new))
        new = new[np.cumsum(pairs_of_each) <= MOST]  # one that is earlier stands before, so that its pairs are looked at too
        here = np.isin(later, new)
        look = Confirmation(lambda at: opened(thumbnails.get([ids[at]]).get(ids[at])), len(ids))
        pairs = look.confirm(later[here], earlier[here])
        blind = later[np.isin(earlier, pairs.unseen)]  # beside what could not be seen nothing was found out
        _keep(findings, outline, np.setdiff1d(new, np.concatenate([pairs.unseen, blind])), pairs)


def _place(store: Store) -> Path:
    return store.folder / "cache" / COPIES


def _near(outline: Outline, new: Numbers) -> tuple[Numbers, Numbers]:
    """Pairs (later, earlier) of positions near by hash, the later one among `new`, the earlier one any image, in the trash too."""
    import numpy as np

    from cvwidgets.explore.candidates import by_hash

    others = np.setdiff1d(np.arange(len(outline)), new)
    return by_hash(outline.phashes, np.concatenate([others, new]), len(others))


def _keep(findings: Findings, outline: Outline, new: Numbers, pairs: Pairs | None = None) -> None:
    """Adds to the finding that these were compared, and what was alike."""
    import numpy as np

    none = np.zeros(0, np.int64)
    first, second = (outline.ids[pairs.first], outline.ids[pairs.second]) if pairs else (none, none)
    likeness, mirrored = (pairs.likeness, pairs.mirrored) if pairs else (none.astype(np.float32), none.astype(np.bool_))
    arrays = {"ids": outline.ids[new], "first": first, "second": second, "likeness": likeness, "mirrored": mirrored}
    if earlier := findings.get(COPIES):
        arrays = {name: np.concatenate([earlier[name], column]) for name, column in arrays.items()}
    with suppress(OSError):  # without it they are compared again
        findings.put(COPIES, {}, arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
