"""How far a search is, and what came of it: an import's counts, and each query at each provider."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from cvwidgets.records import ImportReport


@dataclass(frozen=True, slots=True)
class QueryReport:
    """One query at one provider: `seen` pictures that nobody else found before, of which `fetched` were downloaded.

    `ended` is empty while it may give more, else "done", "blocked", "slow", "unreachable", "changed" or "failed", `sentence` says more.
    """

    query: str
    provider: str
    word: str
    seen: int = 0
    fetched: int = 0
    ended: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class SearchReport(ImportReport):
    """How far a search is; of the counts of an import, `found` is what was seen, `added` what is new, `withheld` what was judged before.

    At the end found = added + known + withheld + refused. `asked` new images are wanted; `earlier` of them came before the same search
    was broken off.
    """

    asked: int = 0
    earlier: int = 0
    queries: tuple[QueryReport, ...] = ()

    @property
    def sentence(self) -> str:
        """All counts in one line."""
        counts = [f"{self.asked:,} asked", f"{self.found:,} seen", f"{self.known:,} known", f"{self.withheld:,} judged before"]
        counts += [f"{len(self.refused):,} refused", f"{self.added:,} new"]
        return ", ".join([*counts, *([f"{self.earlier:,} from before it was broken off"] if self.earlier else [])])


def search_report(counts: ImportReport, **more: Any) -> SearchReport:
    """The report of a search over the counts of its imports."""
    return SearchReport(**{field.name: getattr(counts, field.name) for field in fields(ImportReport)} | more)
