"""The images of a project: taking them in, finding them, and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, or_, select

from cvwidgets.errors import UnreadablePicture
from cvwidgets.filter import Filter
from cvwidgets.records import Conflict, Facts, Found, Header, Image, Part, State
from cvwidgets.store.arrivals import Arrivals, Registered
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.cells import Columns, beside
from cvwidgets.store.emptying import delete_files
from cvwidgets.store.facts import as_dict, as_image, known_facts
from cvwidgets.store.filing import check_files, mark_problem, relink
from cvwidgets.store.judged import judged_addresses, known_addresses, withhold
from cvwidgets.store.picked import Ids, as_list, given, given_texts
from cvwidgets.store.places import Places
from cvwidgets.store.selecting import Choices, choices, living, meant, select_ids
from cvwidgets.store.settling import IMPORT, Settled, settle
from cvwidgets.store.sourced import attributions, count_brought
from cvwidgets.store.splits import parts_of
from cvwidgets.store.tables import files, images, memberships
from cvwidgets.store.tree import read_tree
from cvwidgets.store.whereabouts import arrivals_stamp, ids_at, kept_labels

_KEPT = memberships.alias()
_NEW_AND_NOT_KEPT = (
    memberships.c.state == "new",
    ~select(_KEPT.c.image_id).where(_KEPT.c.image_id == memberships.c.image_id, _KEPT.c.state == "kept").exists(),
)


@dataclass(frozen=True, slots=True)
class ImageCounts:
    """How many images there are, and of these: kept for a label; else New for one; not read whole yet, without a file, in conflict.

    Those neither kept nor New are trashed.
    """

    images: int
    kept: int
    new: int
    unread: int
    missing: int
    conflicts: int


class Images:
    """The images of a project, by ids that are never used again. An image has one file or, when the same bytes lie twice, several."""

    def __init__(self, catalog: Catalog, places: Places) -> None:
        self._catalog = catalog
        self._places = places
        self._import_act = 0

    def register(self, batch: Sequence[tuple[Found, Header]], *, state: State | None = None, by: str = IMPORT) -> Registered:
        """Takes files in that were found, before they are read: the first pass.

        An image with a label is kept there, or what `state` says; without one it is New under Unsorted. A path known with
        the same size and time is known. One that changed since it was read is a new image, which reading it makes the old one
        again if the bytes are the same; the old one stays known by its bytes, with its decisions and a problem.
        Batches that follow each other are one act of the journal, which no undo touches.
        """
        with self._catalog.write() as connection:
            arrivals = Arrivals(connection, self._places, state=state, by=by)
            registered, self._import_act = arrivals.register(batch, extend=self._import_act)
        return registered

    def pending(self, limit: int) -> list[Image]:
        """Up to `limit` images that were not read whole yet and have a file, the latest first."""
        well = select(files.c.id).where(files.c.image_id == images.c.id, files.c.problem.is_(None)).exists()
        query = select(images.c.id).where(~images.c.settled, images.c.gone.is_(None), well)
        query = query.order_by(images.c.id.desc()).limit(limit)
        with self._catalog.read() as connection:
            return self.get(list(connection.execute(query).scalars()))

    def settle(self, batch: Sequence[tuple[int, Facts | UnreadablePicture]]) -> Settled:
        """Notes what reading images whole showed: the second pass. Images that another process settled meanwhile are passed over.

        Images with the same bytes become the older one: the later decision holds, two labels that both arrived as kept are a
        conflict. A broken image leaves with its reason. Both are acts of the journal, which no undo touches. An image that could
        only not be read this time (UnreadNow) stays, with a problem: it waits until it is added again. Bytes that left with the emptied
        trash stay out; what the project took in of them is deleted.
        """
        with self._catalog.write() as connection:
            settled = settle(connection, self._places, batch)
        if settled.emptied:
            delete_files(self._catalog, self._places, settled.emptied)
        return settled

    def known_addresses(self, addresses: Sequence[str]) -> set[str]:
        """Those of some addresses that need not be fetched again: they gave an image, which is here or was taken out."""
        with self._catalog.read() as connection:
            return known_addresses(connection, addresses)

    def count_brought(self, queries: Sequence[str], providers: Sequence[str], *, since: str) -> int:
        """How many images are here that these queries found at these providers since a moment (ISO 8601, UTC)."""
        with self._catalog.read() as connection:
            return count_brought(connection, queries, providers, since)

    def attributions(self) -> list[dict[str, Any]]:
        """For each source of the web of each image that is not in the trash: file, label and all that is known of it."""
        with self._catalog.read() as connection:
            return attributions(connection, self._places)

    def judged_addresses(self, addresses: Sequence[str], label: str | None = None) -> set[str]:
        """Those of some addresses that a search for a label (None: for none) need not fetch: what they gave was judged before."""
        with self._catalog.read() as connection:
            return judged_addresses(connection, addresses, label)

    def withhold(self, twins: Mapping[int, int], *, by: str) -> list[int]:
        """Takes out what a search brought, of new images that each look like one judged before; see `judged.withhold`."""
        with self._catalog.write() as connection:
            return withhold(connection, twins, by=by)

    def get(self, ids: Ids, *, under: Filter | None = None) -> list[Image]:
        """The images of these ids, in this order; those that left are passed over, merged ones too.

        `under`: an image that has a membership under the labels of this filter is told by it, whatever it is elsewhere.
        """
        with self._catalog.read() as connection:
            tree = read_tree(connection)
            named = [label for name in (under.labels if under else ()) if (label := tree.look(name.split("/"))) is not None]
            rows = connection.execute(known_facts(under=meant(tree, named, under) if under else ()).where(images.c.id.in_(given(ids))))
            found = {row.id: as_image(row, tree, self._places) for row in rows}
        return [found[i] for i in as_list(ids) if i in found]

    def hashes(self, ids: Ids) -> dict[int, str]:
        """The SHA-256 of the bytes of these images, by id, without their other facts; those not read whole or gone are left out."""
        here = images.c.gone.is_(None) & images.c.sha256.is_not(None)
        query = select(images.c.id, images.c.sha256).where(images.c.id.in_(given(ids)), here)
        with self._catalog.read() as connection:
            return dict(connection.execute(query).tuples().all())

    def by_hash(self, shas: Sequence[str]) -> dict[str, int]:
        """The ids of the images with these bytes, by their SHA-256; those that left are left out."""
        query = select(images.c.sha256, images.c.id).where(images.c.sha256.in_(given_texts(shas)), images.c.gone.is_(None))
        with self._catalog.read() as connection:
            return dict(connection.execute(query).tuples().all())

    def ids_at(self, paths: Sequence[str]) -> npt.NDArray[np.int64]:
        """The image whose file lies at each of these absolute paths; -1 where none is known by it."""
        with self._catalog.read() as connection:
            return ids_at(connection, self._places, paths)

    def arrivals_stamp(self) -> tuple[int, int]:
        """Another pair once files came, or images left or became another one."""
        with self._catalog.read() as connection:
            return arrivals_stamp(connection)

    def kept_labels(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], dict[int, str]]:
        """The images that are kept, rising, the number of the label that keeps each, and the names of labels by number."""
        with self._catalog.read() as connection:
            return kept_labels(connection)

    def select(
        self, label: str | None = None, state: State | None = None, text: str | None = None, *, with_children: bool = False
    ) -> npt.NDArray[np.int64]:
        """The ids of the images under a label (`with_children`: or a sub-label of it), in a state, with a text in name or source.

        Raises:
            UnknownLabel: there is no such label.
        """
        asked = {"labels": (label,) if label is not None else (), "states": (state,) if state is not None else ()}
        return self.match(Filter(**asked, sub_labels=with_children, text=text or ""))  # type: ignore[arg-type]

    def match(self, wanted: Filter) -> npt.NDArray[np.int64]:
        """The ids of the images that match a filter, in its order.

        Raises:
            UnknownLabel: there is no label of that name.
            FilterError: there is no such act.
        """
        return select_ids(self._catalog, wanted)

    def living(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Whether each of these images is still in the project: not merged into another, not refused."""
        return living(self._catalog, ids)

    def parts(self, ids: Ids) -> dict[int, Part]:
        """The part (train, valid, test) of images in the split of the newest run; those that have none are left out."""
        with self._catalog.read() as connection:
            return parts_of(connection, ids)

    def choices(self) -> Choices:
        """The formats and providers that there are, with how many images each; what a filter may ask for."""
        return choices(self._catalog)

    def count(self) -> int:
        """How many images there are."""
        return self.counts().images

    def counts(self) -> ImageCounts:
        """How many images there are, and how many of them need something."""
        living = images.c.gone.is_(None)
        sound = select(files.c.id).where(files.c.image_id == images.c.id, files.c.problem.is_(None)).exists()
        troubled = select(files.c.image_id).where(files.c.problem.is_not(None))
        everywhere = select(func.count()).select_from(memberships)
        claims = select(memberships.c.image_id).where(memberships.c.claimed == 1)  # in the words of the index
        queries = (
            select(func.count()).select_from(images).where(living),
            everywhere.where(memberships.c.state == "kept"),
            select(func.count()).select_from(images).where(living, ~images.c.settled),
            select(func.count()).select_from(images).where(living, images.c.id.in_(troubled), ~sound),
            select(func.count()).select_from(claims.distinct().subquery()),
        )
        with self._catalog.read() as connection:
            here, kept, *others = (connection.execute(query).scalar_one() for query in queries)
            if connection.execute(everywhere).scalar_one() == here:  # as mostly, each image is in one place: no need to look at each
                by_label = select(memberships.c.state, func.count()).group_by(memberships.c.label_id, memberships.c.state)
                new = sum(count for state, count in connection.execute(by_label) if state == "new")
            else:
                new = connection.execute(select(func.count(memberships.c.image_id.distinct())).where(*_NEW_AND_NOT_KEPT)).scalar_one()
        return ImageCounts(here, kept, new, *others)

    def conflicts(self) -> list[Conflict]:
        """The images that arrived as kept under several labels and are not decided yet: the label that keeps each first."""
        claimed = select(memberships.c.image_id).where(memberships.c.claimed)
        parts = or_(memberships.c.claimed, memberships.c.state == "kept")
        rows = select(memberships).where(memberships.c.image_id.in_(claimed), parts).order_by(memberships.c.image_id, memberships.c.claimed)
        with self._catalog.read() as connection:
            tree = read_tree(connection)
            labels: dict[int, list[str]] = {}
            for row in connection.execute(rows):
                labels.setdefault(row.image_id, []).append(tree.path(row.label_id))
            paths: dict[int, list[Path]] = {}
            for row in connection.execute(select(files).where(files.c.image_id.in_(claimed)).order_by(files.c.id)):
                paths.setdefault(row.image_id, []).append(self._places.find(row.path))
        return [Conflict(i, tuple(names), tuple(paths.get(i, ()))) for i, names in labels.items()]

    def missing(self) -> list[Image]:
        """The images without a usable file: it vanished, or it is another one now."""
        with self._catalog.read() as connection:
            tree = read_tree(connection)
            return [as_image(row, tree, self._places) for row in connection.execute(known_facts(troubled=True))]

    def check_files(self, ids: Ids | None = None) -> int:
        """Looks whether files are where they were, unchanged, and notes what is wrong; how many notes changed. None: all images."""
        return check_files(self._catalog, self._places, ids)

    def mark_problem(self, problems: Mapping[Path, str | None]) -> None:
        """Notes a sentence about files (None: they are well again); paths that are not known are passed over."""
        mark_problem(self._catalog, self._places, problems)

    def relink(self, moved: Mapping[str, Path]) -> int:
        """Gives images (by SHA-256) the place where their bytes lie now, instead of files with a problem; how many were helped."""
        return relink(self._catalog, self._places, moved)

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary for each image, by id, with all that is known of it; for tables."""
        with self._catalog.read() as connection:
            tree = read_tree(connection)
            rows = connection.execute(known_facts().order_by(images.c.id)).all()
        own = Columns(self._catalog).of()
        return [beside(as_dict(row, tree, self._places), own.get(row.id, {})) for row in rows]
