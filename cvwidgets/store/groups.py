"""What belongs together beyond looks: images of one folder, of one stretch of time, of one author; a split may keep them whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from sqlalchemy import Connection, select

from cvwidgets.dividing import near_in_time
from cvwidgets.errors import RecipeError, TooFewImages
from cvwidgets.recipe import COLUMN, GIVEN
from cvwidgets.records import PARTS, Part
from cvwidgets.store.cells import columns_that_say, read_column
from cvwidgets.store.kept import Kept, Row
from cvwidgets.store.picked import given
from cvwidgets.store.tables import sources

IMAGE, FOLDER, TIME = "image", "folder", "time"
WORDS = {"author": "author", "page": "web page", "provider": "provider", "query": "search"}
"""The columns of a source that images are grouped by, in words."""
UNEVEN = 0.05
"""A part whose share of the images is off by more than this is named."""

Ties = list[tuple[int, int]]
"""Pairs of what belongs together: images by their ids, and groups by negative numbers of their own."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """What a split keeps whole: `by` and `gap` (minutes) as in a recipe; `taken` is the capture time of images by SHA-256, where known."""

    by: str = IMAGE
    gap: float = 30.0
    taken: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_single(self) -> bool:
        """Whether each image is a group of its own."""
        return self.by in (IMAGE, GIVEN)

    @property
    def scheme(self) -> str:
        """What it adds to the name of a way to split."""
        return "" if self.by == IMAGE else f":{self.by}" + (f" {self.gap:g}" if self.by == TIME else "")

    @property
    def words(self) -> str:
        """What images are grouped by."""
        column = self.by.removeprefix(COLUMN)
        return {FOLDER: "folder", TIME: "capture time"}.get(self.by) or WORDS.get(column, column)


SINGLE = Grouping()


@dataclass(frozen=True, slots=True)
class Groups:
    """How many groups of two kinds: those that the grouping made, and images of which it knows nothing; how many a label has of both.

    `each` numbers the group of every image.
    """

    number: int
    alone: int
    largest: int
    of: Mapping[str, int]
    each: Mapping[int, int]


def read_ties(connection: Connection, rows: Sequence[Row], grouping: Grouping) -> Ties:
    """The images that belong together by a grouping; what nothing is known of is tied to nothing.

    Raises:
        RecipeError: these images have no such column.
    """
    if grouping.is_single:
        return []
    if grouping.by == TIME:
        taken = {row.image_id: said for row in rows if (said := grouping.taken.get(row.sha256))}
        return [*near_in_time(taken, grouping.gap), *_hubs({image_id: str(image_id) for image_id in taken})]
    column = grouping.by.removeprefix(COLUMN)
    if grouping.by == FOLDER:
        return list(_hubs(_folders(connection, rows)))
    return list(_hubs((_values if column in WORDS else _own_values)(connection, rows, column)))


def _hubs(names: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    numbers: dict[str, int] = {}
    for image_id, name in names.items():
        yield image_id, numbers.setdefault(name, -1 - len(numbers))


def _folders(connection: Connection, rows: Sequence[Row]) -> dict[int, str]:
    """The folder of each image: of its file, or that which the project's copy came from; by the web an image is in no folder."""
    came = _values(connection, [row for row in rows if row.owned], "address")
    folders = {row.image_id: str(PurePath(row.path).parent) for row in rows if not row.owned}
    return folders | {image_id: folder for image_id, address in came.items() if (folder := _folder_of(address))}


def _folder_of(address: str) -> str | None:
    """The folder in a file's address, or below the one that was dropped; of an archive with the folders inside."""
    if address.startswith(("http:", "https:")):
        return None
    file, archive, member = address.partition("#")
    return file + archive + member.rpartition("/")[0] if archive else file.rpartition("/")[0] or None


def _values(connection: Connection, rows: Sequence[Row], column: str) -> dict[int, str]:
    """What the oldest source of each image says."""
    asked = sources.c[column]
    query = select(sources.c.image_id, asked).where(sources.c.image_id.in_(given([row.image_id for row in rows])), asked.is_not(None))
    return {image_id: value for image_id, value in connection.execute(query.order_by(sources.c.id.desc())) if value}


def _own_values(connection: Connection, rows: Sequence[Row], column: str) -> dict[int, str]:
    """What a column of the user's own says of each image."""
    ids = [row.image_id for row in rows]
    if not (values := read_column(connection, column, ids)):
        known = ", ".join([*WORDS, *columns_that_say(connection, ids)])
        raise RecipeError(
            f"The recipe's split_by is {COLUMN + column!r}; of images in a project {known} are known. "
            "Choose one of these, or image, given, folder or time."
        )
    return values


def need_every_part(kept: Kept, parts: Mapping[int, Part], grouping: Grouping, groups: Groups | None) -> None:
    """Raises TooFewImages when a label has no image in one of the parts."""
    for label, rows in kept.classes.items():
        lacking = " and ".join(sorted(set(PARTS) - {parts[row.image_id] for row in rows}))
        if lacking and groups is not None:
            again = ", or choose another split seed" if groups.of[label] >= len(PARTS) else ""
            raise TooFewImages(
                f"Label {label!r} has no image in {lacking}; it lies in {_groups(groups.of[label])} by {grouping.words}, and each part "
                f"needs a whole one. Split by something else or add images of it from other groups{again}."
            )
        if lacking:
            other = "split each image for itself" if grouping.by == GIVEN else "choose another seed"
            raise TooFewImages(
                f"Label {label!r} has no image in {lacking}; each part needs one, an image never changes its "
                f"part, and look-alikes share one. Add other pictures to it, or {other}."
            )


def say_groups(kept: Kept, parts: Mapping[int, Part], split: Sequence[float], grouping: Grouping, groups: Groups) -> Iterator[str]:
    """What one should know of a split by groups: how many there are, how uneven they make the parts, what they leave alone."""
    rows = [row for members in kept.classes.values() for row in members]
    if groups.number:
        yield f"Split by {grouping.words}: {_groups(groups.number)}, each whole in one part."
    if groups.alone:
        alone = f"{groups.alone:,} of {len(rows):,} images {'has' if groups.alone == 1 else 'have'} no {grouping.words} that is known"
        yield f"{alone}; each stands for itself."
    shares = {part: sum(parts[row.image_id] == part for row in rows) / len(rows) for part in PARTS}
    wanted = dict(zip(PARTS, split, strict=True))
    worst = max(PARTS, key=lambda part: abs(shares[part] - wanted[part]))
    if abs(shares[worst] - wanted[worst]) > UNEVEN:
        off = f"{worst.capitalize()} is {shares[worst]:.0%} of the images instead of {wanted[worst]:.0%}"
        yield f"{off}: the largest group holds {groups.largest:,}."


def _groups(count: int) -> str:
    return "1 group" if count == 1 else f"{count:,} groups"
