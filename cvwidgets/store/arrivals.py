"""The first pass of an import: files become images that can be seen and judged before they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from cvwidgets.clock import now
from cvwidgets.records import Found, Header, Refused, State
from cvwidgets.store.cells import note_cells
from cvwidgets.store.columns import plain
from cvwidgets.store.facts import header_row
from cvwidgets.store.filing import REPLACED
from cvwidgets.store.given import note_parts
from cvwidgets.store.journal import begin_act, drop_if_empty, grow_act
from cvwidgets.store.labels import from_folders
from cvwidgets.store.ledger import Ledger
from cvwidgets.store.merging import Rows, Standing, merge
from cvwidgets.store.picked import given
from cvwidgets.store.places import Places
from cvwidgets.store.tables import UNSORTED_ID, acts, files, images, sources

Item = tuple[Found, Header]
_OF_IMAGE = (images.c.gone, images.c.reason, images.c.sha256, images.c.settled)
_CHUNK = 5000
"""Paths asked for in one statement; SQLite takes 32,766 values."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a batch of files: `ids` are new images, `known` counts files of images that were there.

    `waiting` are those of the latter that still have to be read. `refused` files were read before, turned out broken and are
    unchanged since. `conflicts` counts images given another label.
    """

    ids: tuple[int, ...] = ()
    known: int = 0
    waiting: tuple[int, ...] = ()
    refused: tuple[Refused, ...] = ()
    conflicts: int = 0

    def __add__(self, other: Registered) -> Registered:
        return Registered(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(slots=True)
class _Todo:
    """A batch, sorted by what is to be done with each file."""

    new: list[Item] = field(default_factory=list)
    replaced: dict[str, Row[Any]] = field(default_factory=dict)
    """Rows of files, by path, that changed since they were read: each goes to a new image, which reading may find to be the old one."""
    changed: list[tuple[Item, Row[Any]]] = field(default_factory=list)
    known: list[tuple[Item, Row[Any]]] = field(default_factory=list)
    emptied: list[tuple[Item, Row[Any]]] = field(default_factory=list)
    """Files of images that left with the emptied trash: known, and not offered again."""
    refused: list[Refused] = field(default_factory=list)
    later: list[Item] = field(default_factory=list)
    """Files that were in the batch before; owned bytes of two labels are one file."""


class Arrivals:
    """One import's way into the catalog, batch by batch, each within a transaction of the caller."""

    def __init__(self, connection: Connection, places: Places, *, state: State | None, by: str) -> None:
        self._connection = connection
        self._places = places
        self._state = state
        self._by = by

    def register(self, batch: Sequence[Item], *, extend: int) -> tuple[Registered, int]:
        """Takes a batch in; returns also its act. `extend` is the import's act so far: it grows, as long as no other act came after."""
        result = Registered()
        while batch:
            todo = self._sort(batch)
            done, extend = self._take(todo, extend)
            result, batch = result + done, todo.later
        return result, extend

    def _take(self, todo: _Todo, extend: int) -> tuple[Registered, int]:
        ledger = Ledger(self._connection, sorted({row.image_id for (found, _), row in todo.known if found.label}))
        labeled = [(found, row.image_id) for (found, _), row in todo.known if found.label]
        meeting = [(found, one) for found, one in labeled if found.owned or found.listed or _is_bare(ledger[one])]
        act = self._begin(0 if meeting else extend)
        arriving = (*(found for found, _ in todo.new), *(found for found, _ in meeting))
        labels = from_folders(self._connection, act, (found.label for found in arriving))
        ids = self._add_images(todo)
        for image_id, (found, _) in zip(ids, todo.new, strict=True):
            ledger.begin(image_id, self._arrive(labels[found.label], act))
        conflicts = 0
        for found, image_id in meeting:
            merged = merge(ledger[image_id], self._arrive(labels[found.label], act))
            conflicts += _claims(merged) > _claims(ledger[image_id])
            ledger[image_id] = merged
        for item, row in todo.changed:
            self._refresh(item, row)
        waiting = (*(row.image_id for _, row in todo.changed), *(row.image_id for _, row in todo.known if not row.settled))
        self._seen(todo, dict.fromkeys(ids))
        self._note_given(todo, ids)
        touched = ledger.write(act)
        grow_act(self._connection, act, touched, "{images} added" if touched or act == extend else "Labels added")
        dropped = drop_if_empty(self._connection, act)
        known = len(todo.known) + len(todo.changed) + len(todo.emptied)
        result = Registered(tuple(ids), known, waiting, tuple(todo.refused), conflicts)
        return result, 0 if dropped else act

    def _begin(self, extend: int) -> int:
        last = self._connection.execute(select(func.max(acts.c.id))).scalar()
        return extend if extend and extend == last else begin_act(self._connection, "import", by=self._by)

    def _arrive(self, label_id: int, act: int) -> Rows:
        """The memberships of an image that arrives: kept under a label unless asked otherwise, New under Unsorted."""
        state: State = self._state or "kept"
        if label_id == UNSORTED_ID and state == "kept":
            state = "new"
        return {label_id: Standing(state, False, act, False)}

    def _sort(self, batch: Sequence[Item]) -> _Todo:
        todo = _Todo()
        known = self._rows([self._places.keep(found.path) for found, _ in batch])
        seen = set()
        for item in batch:
            found = item[0]
            path = self._places.keep(found.path)
            row = known.get(path)
            if path in seen:
                todo.later.append(item)
            elif row is None:
                todo.new.append(item)
            elif (row.size, row.mtime_ns) == (found.size, found.mtime_ns):
                if row.gone == "emptied":
                    todo.emptied.append((item, row))
                elif row.gone:
                    todo.refused.append(Refused(str(found.path), row.reason))
                else:
                    todo.known.append((item, row))
            elif row.gone or row.sha256:
                todo.replaced[path] = row
                todo.new.append(item)
            else:
                todo.changed.append((item, row))
            seen.add(path)
        return todo

    def _rows(self, paths: list[str]) -> dict[str, Row[Any]]:
        """What is known of these paths."""
        query = select(files, *_OF_IMAGE).join(images, images.c.id == files.c.image_id)
        chunks = (paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK))
        return {row.path: row for chunk in chunks for row in self._connection.execute(query.where(files.c.path.in_(chunk)))}

    def _add_images(self, todo: _Todo) -> list[int]:
        if not todo.new:
            return []
        first = (self._connection.execute(select(func.max(images.c.id))).scalar() or 0) + 1
        ids = list(range(first, first + len(todo.new)))
        moment = now()
        rows = [
            {"id": i, **header_row(header), "size": found.size, "settled": False, "added": moment}
            for i, (found, header) in zip(ids, todo.new, strict=True)
        ]
        self._connection.execute(insert(images), rows)
        places = [{"image_id": i, **self._file(found)} for i, (found, _) in zip(ids, todo.new, strict=True)]
        if fresh := [place for place in places if place["path"] not in todo.replaced]:
            self._connection.execute(insert(files), fresh)
        for place in places:
            if place["path"] in todo.replaced:
                self._connection.execute(update(files).where(files.c.id == todo.replaced[place["path"]].id).values(**place))
        self._leave_behind([row for row in todo.replaced.values() if row.sha256 and not row.gone])
        return ids

    def _leave_behind(self, rows: Sequence[Row[Any]]) -> None:
        """Images that lost their last file stay known by their bytes, with their decisions: what was in the trash must not come in anew."""
        last = {row.image_id: row for row in rows}
        query = select(files.c.image_id).where(files.c.image_id.in_(given(list(last))))
        for image_id in set(last) - set(self._connection.execute(query).scalars()):
            row = last[image_id]
            past = {"path": self._places.past(row.path, row.sha256), "size": row.size, "mtime_ns": row.mtime_ns, "problem": REPLACED}
            self._connection.execute(insert(files).values(image_id=image_id, owned=row.owned, **past))

    def _file(self, found: Found) -> dict[str, Any]:
        path = self._places.keep(found.path)
        return {"path": path, "owned": found.owned, "size": found.size, "mtime_ns": found.mtime_ns, "problem": None}

    def _refresh(self, item: Item, row: Row[Any]) -> None:
        """The file changed where it lies before it was read: the same image."""
        found, header = item
        self._connection.execute(update(files).where(files.c.id == row.id).values(**self._file(found)))
        fresh = {**header_row(header), "size": found.size, "settled": False}
        self._connection.execute(update(images).where(images.c.id == row.image_id).values(**fresh))

    def _seen(self, todo: _Todo, ids: Mapping[int, None]) -> None:
        """Known files are where they should be; each source is noted once."""
        if back := [{"file": row.id} for _, row in todo.known if row.problem]:
            self._connection.execute(update(files).where(files.c.id == bindparam("file")).values(problem=None), back)
        arrived = [(i, found) for i, (found, _) in zip(ids, todo.new, strict=True)]
        arrived += [(row.image_id, found) for (found, _), row in (*todo.known, *todo.emptied)]
        noted = [{"image_id": i, **_source(found)} for i, found in arrived if found.source]
        if fresh := [row for row in noted if row["image_id"] in ids or self._is_unknown(row)]:
            self._connection.execute(insert(sources), fresh)

    def _note_given(self, todo: _Todo, ids: Sequence[int]) -> None:
        """What images came with, parts and the user's own columns; a file that lies where it lay may tell others than before."""
        known = [(row.image_id, found) for (found, _), row in (*todo.known, *todo.changed)]
        came = [*((one, found) for one, (found, _) in zip(ids, todo.new, strict=True)), *known]
        for anew in (False, True):
            note_parts(self._connection, {one: found.part for one, found in came if found.part and found.owned != anew}, anew=anew)
        note_cells(self._connection, [(one, found.columns) for one, found in came if found.columns])

    def _is_unknown(self, row: dict[str, Any]) -> bool:
        same = [sources.c[name].is_not_distinct_from(row[name]) for name in ("image_id", "address", "page", "query")]
        return self._connection.execute(select(sources.c.id).where(*same)).first() is None


def _source(found: Found) -> dict[str, Any]:
    values = {name: plain(value) for name, value in asdict(found.source).items()} if found.source else {}
    values["at"] = values.pop("when", None) or now()
    return values


def _is_bare(rows: Rows) -> bool:
    """Whether an image only lies in Unsorted, undecided: a label that its file is given later is then its first."""
    return all(label == UNSORTED_ID and row.state == "new" and not row.decided for label, row in rows.items())


def _claims(rows: Rows) -> int:
    return sum(row.claimed for row in rows.values())
