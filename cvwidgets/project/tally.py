"""The counts of an import while it runs, and its report at any moment."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cvwidgets.records import Found, Header, ImportReport, PassedOver, Refused

if TYPE_CHECKING:
    from cvwidgets.store import Registered, Settled

Kind = Literal["added", "known", "earlier"]
"""How an image that is read stands to this import: new by it, shown by a file of it but there before, or left unread by an earlier one."""
KINDS: tuple[Kind, ...] = ("added", "known", "earlier")


NAMED = 3
"""So many videos are named; the others are counted."""
SHOWN = 10
"""So many columns are."""


def called(found: Found) -> str:
    """What people call a file: the name that it came with, else its path."""
    return found.name or str(found.path)


@dataclass(slots=True)
class Tally:
    """The counts of one import while it runs; written by the thread that works, read by the one that reports."""

    begun: float = field(default_factory=time.monotonic)
    found: int = 0
    registered: int = 0
    settled: int = 0
    added: int = 0
    known: int = 0
    conflicts: int = 0
    paged: int = 0
    earlier: int = 0
    earlier_refused: int = 0
    earlier_withheld: int = 0
    judged: int = 0
    withheld: int = 0
    refused: list[Refused] = field(default_factory=list)
    passed_over: dict[str, list[str]] = field(default_factory=dict)
    """The names of videos that were passed over, by the reason."""
    kinds: dict[int, Kind] = field(default_factory=dict)
    columns: dict[str, None] = field(default_factory=dict)
    """The names of the user's own columns that came with images."""
    names: dict[str, str] = field(default_factory=dict)
    """What people call the files that the project owns now, by the name that they have there."""

    def refuse(self, refused: Sequence[Refused]) -> None:
        """Counts files that were refused before they were registered."""
        self.found += len(refused)
        self.refused += refused

    def pass_over(self, passed: Sequence[PassedOver]) -> None:
        """Keeps in mind videos that were not read, or not to their end."""
        for one in passed:
            self.passed_over.setdefault(one.reason, []).append(Path(one.path).name)

    def know(self, count: int) -> None:
        """Counts addresses whose pictures came before."""
        self.found += count
        self.known += count

    def withhold_found(self, count: int) -> None:
        """Counts files of a search whose address was judged before."""
        self.found += count
        self.withheld += count

    def recognize(self, judged: int, withheld: Sequence[int]) -> None:
        """Counts images that look like ones judged before, and those that left for it: some may have come with an earlier import."""
        added = sum(self.kind_of(image_id) == "added" for image_id in withheld)
        self.judged += judged
        self.withheld += added
        self.added -= added
        self.earlier_withheld += len(withheld) - added

    def register(self, batch: Sequence[tuple[Found, Header]], registered: Registered) -> None:
        """Counts what the first pass registered."""
        self.found += len(batch)
        self.registered += len(batch)
        self.known += registered.known
        self.added += len(registered.ids)
        self.kinds.update(dict.fromkeys(registered.waiting, "known"))
        self.kinds.update(dict.fromkeys(registered.ids, "added"))
        self.conflicts += registered.conflicts
        self.names.update((found.path.name, found.name) for found, _ in batch if found.name)
        self.refused += map(self._as_called, registered.refused)
        self.paged += sum(header.pages > 1 for _, header in batch)
        self.columns.update((name, None) for found, _ in batch for name, _ in found.columns)

    def kind_of(self, image_id: int) -> Kind:
        """How an image stands to this import."""
        return self.kinds.get(image_id, "earlier")

    def settle(self, kind: Kind, count: int, settled: Settled) -> None:
        """Counts what the second pass read whole, all of one kind; merged and broken images were counted by the first."""
        merged = sum(self.kind_of(image_id) == "added" for image_id in settled.merged)
        self.added -= merged
        self.known += merged
        if kind == "earlier":
            self.earlier += count
            self.earlier_refused += len(settled.refused)
            return
        if kind == "added":
            self.added -= len(settled.refused)
        else:
            self.known -= len(settled.refused)
        self.settled += count
        self.conflicts += settled.conflicts
        self.refused += map(self._as_called, settled.refused)

    def _as_called(self, refused: Refused) -> Refused:
        return replace(refused, path=self.names.get(Path(refused.path).name, refused.path))

    def report(self, *, finished: bool = False) -> ImportReport:
        """The counts of this moment, as a record."""
        return ImportReport(
            found=self.found,
            registered=self.registered,
            settled=self.settled,
            added=self.added,
            known=self.known,
            conflicts=self.conflicts,
            judged=self.judged,
            withheld=self.withheld,
            refused=tuple(self.refused),
            notes=tuple(self._notes()),
            seconds=time.monotonic() - self.begun,
            finished=finished,
        )

    def _notes(self) -> Iterator[str]:
        for reason, names in self.passed_over.items():
            more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
            yield f"{', '.join(names[:NAMED])}{more}: {reason}."
        if self.columns:
            more = f" and {len(self.columns) - SHOWN:,} more" if len(self.columns) > SHOWN else ""
            yield f"Kept with the images, to split by: {', '.join([*self.columns][:SHOWN])}{more}."
        if self.paged == 1:
            yield "1 file has several pages or frames; the first one is taken."
        elif self.paged:
            yield f"{self.paged:,} files have several pages or frames; of each the first one is taken."
        if self.judged:
            look = "1 image looks like one" if self.judged == 1 else f"{self.judged:,} images look like ones"
            yield f"{look} judged before. Explore shows them beside the duplicates (project.explore.judged())."
        if self.withheld:
            found = "1 image that was found is" if self.withheld == 1 else f"{self.withheld:,} images that were found are"
            yield f"{found} not offered again: judged before."
        if self.earlier_withheld:
            left = (
                "1 image of an earlier import is"
                if self.earlier_withheld == 1
                else f"{self.earlier_withheld:,} images of an earlier import are"
            )
            yield f"{left} not offered any more: judged before."
        if self.earlier:
            broken = f"; {self.earlier_refused:,} of them could not be read" if self.earlier_refused else ""
            yield f"{self.earlier:,} images of an earlier import were read too{broken}."
