"""What the pictures of a project measure, all together: sizes, formats, bytes, and how many look the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, func, select

from cvwidgets.store.arrays import Array, columns_of
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.picked import given
from cvwidgets.store.tables import images, memberships

MOST_COMPARED = 500_000
"""Of more images it is not counted how many look the same: that takes nearly as long as all the rest together."""

_HEIGHT = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Measures:
    """Sums over all images: `classes` counts short sides (pixels) from each edge to the next; `smallest` … are width and height.

    `alike` counts images that are not in the trash and have the perceptual hash of another one; even surfaces, which all have the same,
    are not meant. It is None where there are too many to compare.
    """

    classes: tuple[int, ...]
    smallest: tuple[int, int] | None
    middle: tuple[int, int] | None
    largest: tuple[int, int] | None
    formats: tuple[tuple[str, int], ...]
    size: int
    alike: int | None


def measure(catalog: Catalog, edges: Sequence[int]) -> Measures:
    """Counts and sums; `middle` is an image with the median short side. A million images take about a second.

    Args:
        catalog: Whose images.
        edges: Rising short sides in pixels at which a class begins, the first one 0.
    """
    # All in one look at the table, as texts: SQLite sorts to group, and a Python object for each row takes longer than all the rest.
    sides = images.c.width.op("<<")(32).op("|")(images.c.height)
    with catalog.read() as connection:
        is_compared = (connection.execute(select(func.max(images.c.id))).scalar() or 0) <= MOST_COMPARED
        looks = (images.c.id, func.coalesce(images.c.phash, 0)) if is_compared else ()
        numbers = [func.group_concat(column, " ") for column in (sides, *looks)]
        question = select(func.group_concat(images.c.format, "><"), func.sum(images.c.size), *numbers).where(images.c.gone.is_(None))
        formats, size, *columns = connection.execute(question).one()
        packed, *known = (np.fromstring(text or "", dtype=np.int64, sep=" ") for text in columns)
        alike = _alike(connection, *known) if is_compared else None
    width, height = packed >> 32, packed & _HEIGHT
    short = np.minimum(width, height)
    classes = np.bincount(np.searchsorted(edges[1:], short, side="right"), minlength=len(edges))
    middle = int(np.argpartition(short, len(short) // 2)[len(short) // 2]) if len(short) else 0
    ends = [(int(width[at]), int(height[at])) for at in (short.argmin(), middle, short.argmax())] if len(short) else []
    smallest, median, largest = ends or (None, None, None)
    return Measures(
        classes=tuple(classes.tolist()),
        smallest=smallest,
        middle=median,
        largest=largest,
        formats=tuple(sorted(_tally(f"<{formats}>" if formats else ""), key=lambda pair: -pair[1])),
        size=size or 0,
        alike=alike,
    )


def _tally(text: str) -> Iterator[tuple[str, int]]:
    """How often each name is in "<JPEG><PNG><JPEG>"."""
    while text:
        name = text[: text.index(">") + 1]
        yield name[1:-1], text.count(name)
        text = text.replace(name, "")


def _alike(connection: Connection, ids: Array, looks: Array) -> int:
    """How many of the images outside of the trash look the same as another one of them; 0 is the look of those not known."""
    same = np.isin(looks, _repeated(looks[looks != 0]))
    ids, looks = ids[same], looks[same]
    if not len(ids):
        return 0
    here = select(memberships.c.image_id).where(memberships.c.image_id.in_(given(ids)), memberships.c.state != "trashed")
    looks = looks[np.isin(ids, columns_of(connection, here)[0])]
    return int(np.isin(looks, _repeated(looks)).sum())


def _repeated(numbers: Array) -> Array:
    """The numbers that are there more than once."""
    rising = np.sort(numbers)
    again: Array = rising[1:][rising[1:] == rising[:-1]]
    return again
