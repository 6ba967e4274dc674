"""Snapshots: what was kept at a moment, frozen as a `datasets.DatasetDict` on disk, split for training."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from cvwidgets.clock import now
from cvwidgets.errors import TooFewImages
from cvwidgets.records import PARTS, Part, Snapshot
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.columns import stored
from cvwidgets.store.drafts import PREFIX, sweep
from cvwidgets.store.failures import disk_full, disk_is_full
from cvwidgets.store.filing import check_files
from cvwidgets.store.journal import begin_act, finish_act
from cvwidgets.store.places import Places
from cvwidgets.store.rows import read_rows, write_parts
from cvwidgets.store.splits import Fractions, assign, scheme_of
from cvwidgets.store.tables import files, images, memberships, snapshots, verdicts
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


@dataclass(slots=True)
class _Kept:
    """The images that can train, by class in the order of the tree, and sentences about those that cannot."""

    classes: dict[str, list[Row]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def leave_out(self, between: Collection[int]) -> None:
        """Takes the images out that are in no part, and says so."""
        if between:
            out = set(between)
            self.classes = {label: [row for row in rows if row.image_id not in out] for label, rows in self.classes.items()}
            reason = "alike images of two parts of the split; trash copies, or say that they are different"
            self.left_out.append(_left_out(len(out), reason))


class Snapshots:
    """The snapshots of a project, in `snapshots/<id>`; the id is the hash of the rows, so that the same rows are written once."""

    def __init__(self, catalog: Catalog, places: Places) -> None:
        self._catalog = catalog
        self._places = places
        self._folder = catalog.folder / "snapshots"

    def freeze(
        self,
        *,
        split: Fractions,
        seed: int,
        depth: int | None = None,
        alike: Iterable[tuple[int, int]] = (),
        by: str = "training",
    ) -> Snapshot:
        """Freezes the images that are kept now, split by fractions and seed; an image's part never changes between snapshots.

        Pairs of images that look `alike` are never torn apart (see `splits.assign`). Where an earlier snapshot did so, not knowing them,
        the images that move are an act of the journal, once.

        Left out, and said in `left_out`: images in conflict, not read whole, or without a usable file, those that look like images of two
        parts, and with `depth` those kept above that level of a tree. `depth` 1 makes the roots of the tree the classes, 2 their
        children, and so on.

        Raises:
            TooFewImages: a label has fewer than 3 images, or none in one of the parts, or there are fewer than two labels.
            DiskFull: there was no room; nothing is left behind.
        """
        check_files(self._catalog, self._places, None)
        with self._catalog.write() as connection:
            kept = _read_kept(connection, depth)
            _need_enough(kept)
            members = {label: [(row.image_id, row.sha256) for row in rows] for label, rows in kept.classes.items()}
            assigned = assign(connection, members, split=split, seed=seed, alike=alike)
            kept.leave_out(assigned.between)
            _need_every_part(kept, assigned.parts)
            if assigned.moved:
                kept.left_out.append(f"{_note_mending(connection, assigned.moved, by)}.")
        parts = assigned.parts
        snapshot = self._describe(kept, parts)
        if not snapshot.folder.exists():
            self._write(snapshot, kept, parts)
        self._note(snapshot, scheme_of(split, seed), depth)
        return snapshot

    def kept(self, depth: int | None = None) -> tuple[dict[str, Row], tuple[str, ...]]:
        """What would be frozen now, by SHA-256, in the order of the classes, and sentences about kept images that would be left out."""
        with self._catalog.read() as connection:
            kept = _read_kept(connection, depth)
        return {row.sha256: row for rows in kept.classes.values() for row in rows}, tuple(kept.left_out)

    def get(self, snapshot: str) -> Snapshot | None:
        """A snapshot by its id; None where there is none, or its folder was removed."""
        with self._catalog.read() as connection:
            row = connection.execute(select(snapshots).where(snapshots.c.id == snapshot)).first()
        folder = self._folder / snapshot
        return Snapshot(row.id, folder, tuple(json.loads(row.labels)), row.train, row.valid, row.test) if row and folder.is_dir() else None

    def frozen(self, snapshot: str) -> dict[str, str] | None:
        """The class of each image of a snapshot, by its SHA-256; None where the snapshot was removed or is damaged."""
        try:
            return {sha: label for _, sha, label in read_rows(self._folder / snapshot)}
        except (OSError, KeyError, ValueError):
            return None

    def hashes(self, snapshot: str, part: Part) -> list[str] | None:
        """The SHA-256 of the images in a part of a snapshot; None where the snapshot was removed or is damaged."""
        import datasets

        try:
            return list(datasets.load_from_disk(self._folder / snapshot)[part]["sha256"][:])
        except (OSError, KeyError, ValueError):
            return None

    def _describe(self, kept: _Kept, parts: dict[int, Part]) -> Snapshot:
        rows = [row for members in kept.classes.values() for row in members]
        labels = tuple(kept.classes)
        lines = sorted((row.sha256, parts[row.image_id], row.label, os.fsencode(row.path).hex()) for row in rows)
        identity = hashlib.sha256(json.dumps([labels, lines]).encode()).hexdigest()[:16]
        counts = {part: sum(parts[row.image_id] == part for row in rows) for part in PARTS}
        return Snapshot(identity, self._folder / identity, labels, **counts, left_out=tuple(kept.left_out))

    def _write(self, snapshot: Snapshot, kept: _Kept, parts: dict[int, Part]) -> None:
        """Writes the data set beside its place, then renames it."""
        try:
            self._folder.mkdir(exist_ok=True)
            sweep(self._folder)
            draft = Path(tempfile.mkdtemp(dir=self._folder, prefix=PREFIX))
        except OSError as error:
            raise disk_full(self._catalog.folder) if disk_is_full(self._catalog.folder) else error from error
        try:
            rows = {part: [row for members in kept.classes.values() for row in members if parts[row.image_id] == part] for part in PARTS}
            _save(draft, snapshot.labels, {part: [(self._path(draft, row), row) for row in rows[part]] for part in PARTS})
            draft.chmod(0o755)
            draft.rename(snapshot.folder)
        except OSError as error:
            if not snapshot.folder.exists():  # else another process froze the same rows and was quicker
                raise disk_full(self._catalog.folder) if disk_is_full(self._catalog.folder) else error from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _path(self, draft: Path, row: Row) -> str:
        """The path as the snapshot gives it: absolute, or from its own folder when the file lies in the project.

        Arrow holds text alone: a file whose name is not UTF-8 is reached by a link inside the snapshot.
        """
        path = row.path if Path(row.path).is_absolute() else f"../../{row.path}"
        if isinstance(stored(path), str):
            return path
        links = draft / "links"
        links.mkdir(exist_ok=True)
        link = links / row.sha256
        link.symlink_to(path if Path(path).is_absolute() else f"../{path}")
        return f"links/{row.sha256}"

    def _note(self, snapshot: Snapshot, scheme: str, depth: int | None) -> None:
        counts = {part: getattr(snapshot, part) for part in PARTS}
        facts = {"scheme": scheme, "depth": depth, "labels": json.dumps(snapshot.labels, ensure_ascii=False), "created": now()}
        with self._catalog.write() as connection:
            connection.execute(upsert(snapshots).values(id=snapshot.id, **facts, **counts).on_conflict_do_nothing())


def _save(folder: Path, labels: tuple[str, ...], rows: dict[Part, list[tuple[str, Row]]]) -> None:
    import datasets

    numbers = {label: number for number, label in enumerate(labels)}
    features = datasets.Features(
        {"path": datasets.Value("string"), "sha256": datasets.Value("string"), "label": datasets.ClassLabel(names=list(labels))}
    )
    parts = {}
    for part, members in rows.items():
        columns = {
            "path": [path for path, _ in members],
            "sha256": [row.sha256 for _, row in members],
            "label": [numbers[row.label] for _, row in members],
        }
        parts[part] = datasets.Dataset.from_dict(columns, features=features)
    write_parts(folder, parts)


def _read_kept(connection: Connection, depth: int | None) -> _Kept:
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
            classes.setdefault(name, []).append(Row(row.id, row.path, row.sha256, name))
            continue
        reasons[reason] = reasons.get(reason, 0) + 1
    order = dict.fromkeys(name for node in tree.in_order() if (name := names[node.id]) is not None)
    left_out = [_left_out(count, reason) for reason, count in reasons.items()]
    return _Kept({name: classes[name] for name in order if name in classes}, left_out)


def _left_out(count: int, reason: str) -> str:
    return f"{count:,} kept image{'s' * (count > 1)} left out: {reason}."


def _note_mending(connection: Connection, moved: Sequence[int], by: str) -> str:
    """Notes in the journal which images got another part; returns its sentence."""
    act = begin_act(connection, "mend split", by=by)
    connection.execute(insert(verdicts), [{"act_id": act, "image_id": image_id, "label_id": None} for image_id in moved])
    return finish_act(connection, act, "Split mended: {images} moved to the part of images that look the same").sentence


def _classes(tree: Tree, depth: int | None) -> dict[int, str | None]:
    """The class of each label: its own path, or that of its ancestor at `depth`; None where it lies above and has sub-labels."""
    names: dict[int, str | None] = {}
    for label_id in tree.nodes:
        parts = tree.path(label_id).split("/")
        above = depth is not None and len(parts) < depth and len(tree.below(label_id)) > 1
        names[label_id] = None if above else "/".join(parts[:depth])
    return names


def _need_enough(kept: _Kept) -> None:
    few = {label: len(rows) for label, rows in kept.classes.items() if len(rows) < FEWEST}
    if few:
        have = "; ".join(f"label {label!r} has {n} image{'s' if n > 1 else ''}" for label, n in few.items())
        next_step = "Add images to it, or move its images to another label or the trash."
        raise TooFewImages(_sentences(f"{have[0].upper()}{have[1:]}; training needs at least {FEWEST} of each label. {next_step}", kept))
    if len(kept.classes) < 2:
        have = f"Only the label {next(iter(kept.classes))!r} holds" if kept.classes else "No label holds"
        first = f"{have} kept images; training needs at least two labels. Keep images under another label too."
        raise TooFewImages(_sentences(first, kept))


def _need_every_part(kept: _Kept, parts: dict[int, Part]) -> None:
    for label, rows in kept.classes.items():
        if lacking := sorted(set(PARTS) - {parts[row.image_id] for row in rows}):
            raise TooFewImages(
                f"Label {label!r} has no image in {' and '.join(lacking)}; each part needs one, an image never changes its "
                "part, and look-alikes share one. Add other pictures to it, or choose another seed."
            )


def _sentences(first: str, kept: _Kept) -> str:
    return " ".join([first, *kept.left_out])
