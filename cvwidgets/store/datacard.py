"""The card of a data set that goes out: what is in it, by label and part, and under which licenses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cvwidgets.records import Part
    from cvwidgets.store.exporting import Outgoing

LISTED = 200
"""So many labels, or licenses, have a row of their own."""


def write_card(images: Sequence[Outgoing], names: Mapping[Part | None, str]) -> str:
    """The card as Markdown, with the head that the hub reads (https://huggingface.co/docs/hub/datasets-cards); `names` are of the parts."""
    parts = [part for part in names if any(image.part == part for image in images)]
    labels = list(dict.fromkeys(image.label for image in images))
    counts = Counter((image.label, image.part) for image in images)
    licenses = Counter((image.source.license if image.source else None) or "not told" for image in images)
    rows: list[list[str | int]] = [[label, *(counts[label, part] for part in parts)] for label in labels]
    return "\n".join(
        [
            *("---", "task_categories:", "- image-classification", "---", ""),
            f"{len(images):,} images under {len(labels):,} {'label' if len(labels) == 1 else 'labels'}.",
            *("", "## Labels", "", *_table(["label", *(names[part] for part in parts)], rows)),
            *("", "## Licenses", "", "As far as the sources of the images told them.", ""),
            *_table(["license", "images"], [[license, count] for license, count in licenses.most_common()]),
            *("", "Each image has its address, page, author and license in columns of these names, where they are known.", ""),
        ]
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    for row in rows[:LISTED]:
        yield f"| {' | '.join(map(_cell, row))} |"
    if len(rows) > LISTED:
        totals = [sum(int(row[at]) for row in rows[LISTED:]) for at in range(1, len(head))]
        yield f"| {len(rows) - LISTED:,} more | {' | '.join(map(_cell, totals))} |"


def _cell(value: str | int) -> str:
    """What stands in a cell: text in one line, nothing of which ends the cell or is read as a tag."""
    if isinstance(value, int):
        return f"{value:,}"
    return " ".join(value.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
