"""Looking up a million SHA-256 at once: sorted numbers instead of a dict of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

HASH_BYTES = 32

Hashes = npt.NDArray[np.uint8]
"""(n, 32)"""
Rows = npt.NDArray[np.int64]
_Numbers = npt.NDArray[np.uint64]


def parse(shas: Sequence[str]) -> Hashes:
    """Hashes out of hex digits, uint8 (n, 32).

    Raises:
        ValueError: one of them is none.
    """
    if not {2 * HASH_BYTES}.issuperset(map(len, shas)):
        raise ValueError("a SHA-256 has 64 hex digits")
    return np.frombuffer(bytes.fromhex("".join(shas)), np.uint8).reshape(-1, HASH_BYTES)


@dataclass(frozen=True, slots=True)
class Index:
    """Which row holds which hash. Of each, 16 bytes are kept, in 24 bytes with its row: no two files are known to share so many."""

    _high: _Numbers = field(default_factory=lambda: np.empty(0, np.uint64))
    _low: _Numbers = field(default_factory=lambda: np.empty(0, np.uint64))
    _rows: Rows = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def with_more(self, hashes: Hashes) -> Index:
        """The same with the rows that come next."""
        if not len(hashes):
            return self
        high, low = _halves(hashes)
        rising = np.argsort(high)
        if not self.count:
            return Index(high[rising], low[rising], rising)
        at = np.searchsorted(self._high, high[rising])
        return Index(
            np.insert(self._high, at, high[rising]),
            np.insert(self._low, at, low[rising]),
            np.insert(self._rows, at, rising + self.count),
        )

    def rows(self, hashes: Hashes) -> Rows:
        """The row of each hash, -1 where there is none."""
        found = np.full(len(hashes), -1, np.int64)
        if not self.count or not len(hashes):
            return found
        high, low = _halves(hashes)
        asked = np.argsort(high)  # rising questions are answered several times faster
        at = np.searchsorted(self._high, high[asked])
        while len(asked):
            here = at < self.count
            asked, at = asked[here], at[here]
            alike = self._high[at] == high[asked]
            asked, at = asked[alike], at[alike]
            same = self._low[at] == low[asked]
            found[asked[same]] = self._rows[at[same]]
            asked, at = asked[~same], at[~same] + 1  # two hashes may begin with the same 8 bytes
        return found


def _halves(hashes: Hashes) -> tuple[_Numbers, _Numbers]:
    numbers = np.ascontiguousarray(hashes[:, :16]).view(">u8").astype(np.uint64)
    return numbers[:, 0].copy(), numbers[:, 1].copy()
