"""Snapshots: what was kept at a moment, frozen as a `datasets.DatasetDict` on disk, split for training."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from cvwidgets.clock import now
from cvwidgets.parts import load_parts
from cvwidgets.recipe import GIVEN
from cvwidgets.records import GROUP, PARTS, Part, Snapshot
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.columns import stored
from cvwidgets.store.drafts import PREFIX, sweep
from cvwidgets.store.failures import disk_full, disk_is_full
from cvwidgets.store.filing import check_files
from cvwidgets.store.given import count_parts, read_parts, say_given
from cvwidgets.store.groups import SINGLE, Grouping, need_every_part, read_ties, say_groups
from cvwidgets.store.journal import begin_act, finish_act
from cvwidgets.store.kept import Kept, Row, need_enough, read_kept
from cvwidgets.store.places import Places
from cvwidgets.store.rows import read_groups, read_rows, write_parts
from cvwidgets.store.splits import Assigned, Fractions, keep, plan
from cvwidgets.store.tables import snapshots, verdicts


@dataclass(frozen=True, slots=True)
class Plan:
    """The part that each image would get, and sentences about it."""

    parts: dict[int, Part]
    said: tuple[str, ...]


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
        grouping: Grouping = SINGLE,
        by: str = "training",
    ) -> Snapshot:
        """Freezes the images that are kept now, split by fractions and seed; an image's part never changes between snapshots.

        Pairs of images that look `alike`, and groups, are never torn apart (see `splits.plan`). Where an earlier snapshot tore look-alikes,
        not knowing them, the images that move are an act of the journal, once.

        Left out, and said in `left_out`: images in conflict, not read whole, or without a usable file, those that look like images of two
        parts, and with `depth` those kept above that level of a tree. `depth` 1 makes the roots of the tree the classes, 2 their
        children, and so on.

        A snapshot that was split by groups names the group of each image, as images of one are not independent of each other.

        Raises:
            TooFewImages: a label has fewer than 3 images, or none in one of the parts (of a label in one folder all go to one part), or
                there are fewer than two labels.
            RecipeError: it is to be split by a column that these images do not have.
            DiskFull: there was no room; nothing is left behind.
        """
        check_files(self._catalog, self._places, None)
        with self._catalog.write() as connection:
            kept = read_kept(connection, depth)
            need_enough(kept)
            planned = _plan(connection, kept, split, seed, alike=alike, grouping=grouping)
            keep(connection, planned)
            if planned.moved:
                kept.left_out.append(f"{_note_mending(connection, planned, by)}.")
        groups = _name_groups(kept, planned)
        snapshot = self._describe(kept, planned.parts, groups)
        if not snapshot.folder.exists():
            self._write(snapshot, kept, planned.parts, groups)
        self._note(snapshot, planned.scheme, depth)
        return snapshot

    def plan(
        self, *, split: Fractions, seed: int, depth: int | None = None, alike: Iterable[tuple[int, int]] = (), grouping: Grouping = SINGLE
    ) -> Plan:
        """What `freeze` would do now, without doing it.

        Raises:
            TooFewImages, RecipeError: as `freeze`.
        """
        with self._catalog.read() as connection:
            kept = read_kept(connection, depth)
            need_enough(kept)
            known = len(kept.left_out)
            planned = _plan(connection, kept, split, seed, alike=alike, grouping=grouping)
        parts = {row.image_id: planned.parts[row.image_id] for rows in kept.classes.values() for row in rows}
        return Plan(parts, tuple(kept.left_out[known:]))

    def kept(self, depth: int | None = None) -> tuple[dict[str, Row], tuple[str, ...]]:
        """What would be frozen now, by SHA-256, in the order of the classes, and sentences about kept images that would be left out."""
        with self._catalog.read() as connection:
            kept = read_kept(connection, depth)
        return {row.sha256: row for rows in kept.classes.values() for row in rows}, tuple(kept.left_out)

    def came_with(self) -> dict[Part, int]:
        """How many images that are kept came with each part of a split."""
        with self._catalog.read() as connection:
            return count_parts(connection)

    def parts_given(self, ids: Sequence[int]) -> dict[int, Part]:
        """The part that each of these images came with; those that came with none are left out."""
        with self._catalog.read() as connection:
            return read_parts(connection, list(ids))

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
        try:
            return list(load_parts(self._folder / snapshot)[part]["sha256"][:])
        except (OSError, KeyError, ValueError):
            return None

    def groups(self, snapshot: str) -> dict[str, str]:
        """The group of each image of a snapshot by its SHA-256; empty where it was not split by groups, was removed or is damaged."""
        try:
            return read_groups(self._folder / snapshot)
        except (OSError, KeyError, ValueError):
            return {}

    def _describe(self, kept: Kept, parts: dict[int, Part], groups: Mapping[int, str]) -> Snapshot:
        rows = [row for members in kept.classes.values() for row in members]
        labels = tuple(kept.classes)
        lines = sorted(
            (row.sha256, parts[row.image_id], row.label, os.fsencode(row.path).hex(), *([groups[row.image_id]] if groups else []))
            for row in rows
        )
        identity = hashlib.sha256(json.dumps([labels, lines]).encode()).hexdigest()[:16]
        counts = {part: sum(parts[row.image_id] == part for row in rows) for part in PARTS}
        return Snapshot(identity, self._folder / identity, labels, **counts, left_out=tuple(kept.left_out))

    def _write(self, snapshot: Snapshot, kept: Kept, parts: dict[int, Part], groups: Mapping[int, str]) -> None:
        """Writes the data set beside its place, then renames it."""
        try:
            self._folder.mkdir(exist_ok=True)
            sweep(self._folder)
            draft = Path(tempfile.mkdtemp(dir=self._folder, prefix=PREFIX))
        except OSError as error:
            raise disk_full(self._catalog.folder) if disk_is_full(self._catalog.folder) else error from error
        try:
            rows = {part: [row for members in kept.classes.values() for row in members if parts[row.image_id] == part] for part in PARTS}
            _save(draft, snapshot.labels, {part: [(self._path(draft, row), row) for row in rows[part]] for part in PARTS}, groups)
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


def _name_groups(kept: Kept, planned: Assigned) -> dict[int, str]:
    """The name of the group of each image, the least hash in it; empty where each image stands for itself."""
    if planned.groups is None:
        return {}
    each, least = planned.groups.each, dict[int, str]()
    rows = [row for members in kept.classes.values() for row in members]
    for row in rows:
        least[each[row.image_id]] = min(row.sha256, least.get(each[row.image_id], row.sha256))
    return {row.image_id: least[each[row.image_id]][:16] for row in rows}


def _save(folder: Path, labels: tuple[str, ...], rows: dict[Part, list[tuple[str, Row]]], groups: Mapping[int, str]) -> None:
    import datasets

    numbers = {label: number for number, label in enumerate(labels)}
    text = datasets.Value("string")
    kinds = {"path": text, "sha256": text, "label": datasets.ClassLabel(names=list(labels)), **({GROUP: text} if groups else {})}
    features = datasets.Features(kinds)
    parts = {}
    for part, members in rows.items():
        columns = {
            "path": [path for path, _ in members],
            "sha256": [row.sha256 for _, row in members],
            "label": [numbers[row.label] for _, row in members],
            **({GROUP: [groups[row.image_id] for _, row in members]} if groups else {}),
        }
        parts[part] = datasets.Dataset.from_dict(columns, features=features)
    write_parts(folder, parts)


def _plan(
    connection: Connection, kept: Kept, split: Fractions, seed: int, *, alike: Iterable[tuple[int, int]], grouping: Grouping
) -> Assigned:
    """Which part each image gets; what gets none is taken out of `kept`, which hears what there is to say."""
    members = {label: [(row.image_id, row.sha256) for row in rows] for label, rows in kept.classes.items()}
    ties = read_ties(connection, [row for rows in kept.classes.values() for row in rows], grouping)
    came = read_parts(connection, [image_id for rows in members.values() for image_id, _ in rows]) if grouping.by == GIVEN else None
    planned = plan(connection, members, split=split, seed=seed, alike=alike, grouping=grouping, ties=ties, came=came)
    kept.leave_out(planned.between, grouped=planned.groups is not None)
    need_every_part(kept, planned.parts, grouping, planned.groups)
    if planned.groups is not None:
        kept.left_out += say_groups(kept, planned.parts, split, grouping, planned.groups)
    if came is not None:
        kept.left_out += say_given(kept, planned.parts, came)
    return planned


def _note_mending(connection: Connection, planned: Assigned, by: str) -> str:
    """Notes in the journal which images got another part; returns its sentence."""
    act = begin_act(connection, "mend split", by=by)
    connection.execute(insert(verdicts), [{"act_id": act, "image_id": image_id, "label_id": None} for image_id in planned.moved])
    groups = "" if planned.groups is None else ", with their groups"
    return finish_act(connection, act, f"Split mended: {{images}} moved to the part of images that look the same{groups}").sentence
