"""What is kept now and can train, by class; and why the rest cannot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from cvwidgets.errors import TooFewImages
from cvwidgets.store.tables import files, images, memberships
from cvwidgets.store.tree import Tree, read_tree

FEWEST = 3
"""Images of a label without which it cannot be in all of train, valid and test."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a snapshot; `path` as the catalog keeps it."""

    image_id: int
    path: str
    sha256: str
    label: str
    owned: bool = False


@dataclass(slots=True)
class Kept:
    """The images that can train, by class in the order of the tree, and sentences about those that cannot."""

    classes: dict[str, list[Row]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def leave_out(self, between: Collection[int], *, grouped: bool) -> None:
        """Takes the images out that are in no part, and says so."""
        if between:
            out = set(between)
            self.classes = {label: [row for row in rows if row.image_id not in out] for label, rows in self.classes.items()}
            reason = "alike images of two parts of the split; trash copies, or say that they are different"
            if grouped:
                reason = "alike, or in one group with, images of two parts of the split; choose another split seed to split anew"
            self.left_out.append(_left_out(len(out), reason))


def read_kept(connection: Connection, depth: int | None) -> Kept:
    """What is kept, with the labels at `depth` of the tree as classes; see `Snapshots.freeze`."""
    tree = read_tree(connection)
    names = _classes(tree, depth)
    claimed = select(memberships.c.image_id).where(memberships.c.claimed)
    file = files.alias("file")
    first = select(files.c.id).where(files.c.image_id == images.c.id).order_by(files.c.problem.is_not(None), files.c.id).limit(1)
    query = (
        select(
            images.c.id,
            images.c.sha256,
            images.c.settled,
            images.c.id.in_(claimed).label("claimed"),
            file.c.path,
            file.c.problem,
            file.c.owned,
            memberships.c.label_id,
        )
        .select_from(memberships)
        .join(images, images.c.id == memberships.c.image_id)
        .join(file, file.c.id == first.correlate(images).scalar_subquery())
        .where(memberships.c.state == "kept")
        .order_by(images.c.sha256)
    )
    classes: dict[str, list[Row]] = {}
    reasons: dict[str, int] = {}
    for row in connection.execute(query):
        if row.claimed:
            reason = "in conflict between labels; decide the conflicts"
        elif not row.settled:
            reason = "not read whole yet; wait for the import, or add the folder again"
        elif row.problem is not None or row.sha256 is None:
            reason = "without a usable file; relink, or add the folder again"
        elif (name := names[row.label_id]) is None:
            reason = f"above level {depth} of the labels; move to a sub-label, or train at another depth"
        else:
            classes.setdefault(name, []).append(Row(row.id, row.path, row.sha256, name, row.owned))
            continue
        reasons[reason] = reasons.get(reason, 0) + 1
    order = dict.fromkeys(name for node in tree.in_order() if (name := names[node.id]) is not None)
    left_out = [_left_out(count, reason) for reason, count in reasons.items()]
    return Kept({name: classes[name] for name in order if name in classes}, left_out)


def _left_out(count: int, reason: str) -> str:
    return f"{count:,} kept image{'s' * (count > 1)} left out: {reason}."


def _classes(tree: Tree, depth: int | None) -> dict[int, str | None]:
    """The class of each label: its own path, or that of its ancestor at `depth`; None where it lies above and has sub-labels."""
    names: dict[int, str | None] = {}
    for label_id in tree.nodes:
        parts = tree.path(label_id).split("/")
        above = depth is not None and len(parts) < depth and len(tree.below(label_id)) > 1
        names[label_id] = None if above else "/".join(parts[:depth])
    return names


def need_enough(kept: Kept) -> None:
    """Raises TooFewImages when a class has too few images for three parts, or there are fewer than two classes."""
    few = {label: len(rows) for label, rows in kept.classes.items() if len(rows) < FEWEST}
    if few:
        have = "; ".join(f"label {label!r} has {n} image{'s' if n > 1 else ''}" for label, n in few.items())
        next_step = "Add images to it, or move its images to another label or the trash."
        raise TooFewImages(_sentences(f"{have[0].upper()}{have[1:]}; training needs at least {FEWEST} of each label. {next_step}", kept))
    if len(kept.classes) < 2:
        have = f"Only the label {next(iter(kept.classes))!r} holds" if kept.classes else "No label holds"
        first = f"{have} kept images; training needs at least two labels. Keep images under another label too."
        raise TooFewImages(_sentences(first, kept))


def _sentences(first: str, kept: Kept) -> str:
    return " ".join([first, *kept.left_out])
