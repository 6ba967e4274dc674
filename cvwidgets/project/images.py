"""The images of a project: taking them in, finding them, deciding about them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.filter import Filter
from cvwidgets.frames import Frames
from cvwidgets.project.adding import Wish, add_iter, make_wish, whole
from cvwidgets.project.deciding import Decisions
from cvwidgets.project.picturing import Pictures
from cvwidgets.project.thumbnails import Thumbnails
from cvwidgets.project.unchanged import Unchanged
from cvwidgets.project.view import Suggestions, View
from cvwidgets.project.work import Work, WorkFolders
from cvwidgets.records import Conflict, Image, ImportReport, Part, State

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from cvwidgets.collect import Drop, Survey
    from cvwidgets.project.project import Project
    from cvwidgets.store import Choices, ImageCounts, Store

    Ids = Sequence[int] | np.ndarray[tuple[int], np.dtype[np.int64]]


class Images(Decisions):
    """All pictures of a project, each one once, whatever number of files show it."""

    def __init__(self, store: Store, *, project: Project, by: str) -> None:
        self.project = project
        super().__init__(store, by=by)
        self.pictures = Pictures(store)
        self._thumbnails = Thumbnails(store)
        self._counted = Unchanged(store.version, store.images.counts)
        self._choices = Unchanged(store.version, store.images.choices)
        self._work = WorkFolders(store.folder, read_only=store.read_only)

    # ---- taking in

    def add(
        self,
        *sources: str | Path,
        label: str | None = None,
        state: State | None = None,
        copy: bool = False,
        within: Sequence[str | Path] = (),
        allow_private: bool = False,
        columns: Mapping[str, str | Sequence[str]] | None = None,
        images: str | Path | None = None,
        frames: Frames | None = None,
    ) -> ImportReport:
        """Takes in folders, archives and single files; the report at the end of `add_iter`.

        Raises:
            SourceError: a source is missing, cannot be read, or holds nothing.
        """
        wish = make_wish(
            sources, label, state, copy=copy, within=within, allow_private=allow_private, columns=columns, images=images, frames=frames
        )
        return deque(add_iter(self._store, wish, by=self._by), maxlen=1).pop()

    def add_iter(
        self,
        *sources: str | Path,
        label: str | None = None,
        state: State | None = None,
        copy: bool = False,
        within: Sequence[str | Path] = (),
        allow_private: bool = False,
        columns: Mapping[str, str | Sequence[str]] | None = None,
        images: str | Path | None = None,
        frames: Frames | None = None,
    ) -> Iterator[ImportReport]:
        """Takes in folders, archives, single files and what lists of addresses name, and says how far it is at least twice a second.

        A first pass registers each file, so that its image can be seen and judged at once; a second reads it whole: hash,
        check, thumbnail. Sub-folders are labels, nested ones nested labels. Files in folders stay where they are and are never
        changed; what comes out of archives and from the web is kept in the project. No address that gave an image is asked again.
        Closing the iterator keeps what is in; the next call goes on.

        Args:
            *sources: Folders, zip and tar archives, picture files, videos (extra `[video]`); and lists, as a text (.txt) or a table
                (.csv, .tsv): of files by name with their labels and parts of a split, or of addresses of the web, one on each line or
                in a column "url", with "label", "license", "author" and "page" if known.
            label: The label for all of them, instead of the sub-folders'.
            state: "kept" or "new"; by default kept when the label comes from a sub-folder, else new, as all that is fetched is.
            copy: Take the files into the project instead of referring to them.
            within: Folders out of which no link may lead; none for anywhere.
            allow_private: Fetch from addresses of this computer and of private networks too.
            columns: Of a list of names, the header (or the number, from 1) of "file", "label" and "split", where it is not plain; and as
                "also" those of the further columns that are kept with the images to split by: the first 30 unless something is said.
            images: Of a list of names, the folder that they are relative to; the list's own by default.
            frames: How frames are taken of videos, of those in folders too; without it of those given by themselves, one a second.

        Yields:
            Reports with growing counts; the last one is `finished`.

        Raises:
            SourceError: a source is missing, lies outside, cannot be read, or holds nothing.
            ReadOnlyProject: the project can only be looked at.
            DiskFull: there was no room; what was registered before is in.
            ValueError: `state` is neither "kept" nor "new".
        """
        wish = make_wish(
            sources, label, state, copy=copy, within=within, allow_private=allow_private, columns=columns, images=images, frames=frames
        )
        wish.check()
        return add_iter(self._store, wish, by=self._by)

    def start_adding(
        self,
        sources: Sequence[str | Path],
        *,
        label: str | None = None,
        state: State | None = None,
        copy: bool = False,
        within: Sequence[str | Path] = (),
        allow_private: bool = False,
        columns: Mapping[str, str | Sequence[str]] | None = None,
        images: str | Path | None = None,
        frames: Frames | None = None,
    ) -> Work:
        """Starts `add` in a process of its own, which goes on when the page or the kernel goes away.

        Raises:
            SourceError: a source is missing, or lies outside of `within`.
            ReadOnlyProject: the project can only be looked at.
        """
        wish = make_wish(
            sources, label, state, copy=copy, within=within, allow_private=allow_private, columns=columns, images=images, frames=frames
        )
        return self._work.start_adding(wish, by=self._by)

    def begin_drop(self, size: int, files: int = 0) -> Drop:
        """Makes a place in the project for so many files that come through a browser, of `size` bytes together.

        Raises:
            ReadOnlyProject: the project can only be looked at.
            DiskFull: there is no room for them.
        """
        return self._work.begin_drop(size, files)

    def cut_off_drops(self) -> tuple[Drop, ...]:
        """The drops whose sending ended before its time, with its page or its kernel; the latest first."""
        return self._work.cut_off()

    def let_go_drop(self, drop: Drop) -> None:
        """Nothing more comes of a drop; it is one of those that were cut off."""
        self._work.let_go(drop)

    def forget_drop(self, drop: Drop) -> None:
        """Removes a drop and what came of it."""
        self._work.forget_drop(drop)

    def start_adding_drop(
        self,
        drop: Drop,
        *,
        label: str | None = None,
        state: State | None = None,
        allow_private: bool = False,
        frames: Frames | None = None,
    ) -> Work:
        """Starts to take in what is complete of a drop, in a process of its own; its folder goes when the import is done."""
        return self._work.start_adding_drop(drop, Wish(label=label, state=state, allow_private=allow_private, frames=frames), by=self._by)

    def retry_adding(self) -> Work:
        """Starts the last import once more, as it was asked for; what is in already counts as known.

        Raises:
            SourceError: there was none, or what it took in is gone.
        """
        return self._work.retry(by=self._by)

    def survey(self, source: str | Path, *, within: Sequence[str | Path] = ()) -> Iterator[Survey]:
        """Counts what a place holds before anything is taken in, about three times a second and at the end.

        Raises:
            SourceError: the source is missing, lies outside, or cannot be listed.
        """
        from cvwidgets.collect import survey

        return survey(*whole([source]), within=whole(within))

    def adding(self) -> Work | None:
        """The import that runs now, or else the last one; None when there was none."""
        return self._work.latest()

    # ---- finding

    def select(
        self,
        label: str | None = None,
        state: State | None = None,
        text: str | None = None,
        *,
        where: Filter | Mapping[str, Any] | None = None,
        sort: str | None = None,
    ) -> View:
        """The images that match all of what is given, in an order; all of them, as they came, when nothing is.

        Args:
            label: A label; its sub-labels are meant too. "Unsorted" for images without one.
            state: "new", "kept" or "trashed".
            text: What the name of a file or a source holds, letter case aside.
            where: More conditions: a `Filter`, or its fields, such as `{"formats": "JPEG", "min_side": 1000}`.
            sort: One of `filter.SORTS`, such as "name" or "-size".

        Raises:
            UnknownLabel: there is no label of that name.
            FilterError: a condition cannot be one.
        """
        given = {"labels": label, "states": state, "text": text or None, "sort": sort}
        asked = where.to_json() if isinstance(where, Filter) else dict(where or {})
        wanted = Filter.from_json({**asked, **{name: value for name, value in given.items() if value is not None}})
        return View(self, self._store.images.match(wanted), filter=wanted)

    def view(self, ids: Ids, *, values: Mapping[str, Any] | None = None, words: str = "", suggestions: Suggestions | None = None) -> View:
        """A view of these images in this order, such as the answer of a search.

        Args:
            ids: Of images of this project.
            values: What is known of each, by name ("distance", "confidence"): as many numbers as ids, in the same order.
            words: What it shows, in one line ("nearest to 00af…").
            suggestions: What is suggested for each, which `View.accept` does.

        Raises:
            ValueError: there are more or fewer values or suggestions than ids.
        """
        import numpy as np

        return View(self, np.array(ids, dtype=np.int64), values=values, words=words, suggestions=suggestions)

    def living(self, ids: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether each of these images is still here: not merged into another one, not refused."""
        return self._store.images.living(ids)

    def parts(self, ids: Ids) -> dict[int, Part]:
        """The part (train, valid, test) of images in the split of the newest run; those that have none are left out."""
        return self._store.images.parts(ids)

    def parts_given(self) -> dict[Part, int]:
        """How many kept images came with each part of a split, out of a data set, folders or a list; a recipe splits by it ("given")."""
        return self._store.snapshots.came_with()

    def choices(self) -> Choices:
        """The formats, providers and parts that there are to choose from, with how many images each."""
        return self._choices()

    def get(self, ids: Ids, *, under: Filter | None = None) -> list[Image]:
        """The facts of the images, in this order, without those that are gone; `under`: as they stand under the labels of this filter."""
        return self._store.images.get(ids, under=under)

    def thumbnails(self, ids: Ids) -> dict[int, bytes]:
        """JPEG thumbnails (256 px short side, upright) by id; those not made yet are made now. Images that cannot be read are left out."""
        return self._thumbnails.get(ids)

    def counts(self) -> ImageCounts:
        """How many images there are, and how many of them are unread, missing or in conflict."""
        return self._counted()

    def conflicts(self) -> list[Conflict]:
        """The images whose bytes arrived under more than one label; they do not train until one of the labels is chosen."""
        return self._store.images.conflicts()

    def check_files(self) -> int:
        """Looks whether the files are where they were, and unchanged; how many images are without a usable file now."""
        if not self._store.read_only:
            self._store.images.check_files()
        return self.counts().missing

    def relink(self, folder: str | Path) -> int:
        """Finds files that were moved, by their content, below a folder; how many were found.

        Raises:
            SourceError: the folder is missing or holds nothing.
        """
        from cvwidgets.project.relinking import relink

        return relink(self._store, Path(folder))

    def to_pandas(self) -> pd.DataFrame:
        """One row per image: id, path, label, state, sha256, format, width, height (pixels), size (bytes), source, the user's own columns.

        In a path that is not UTF-8 the strange bytes are written as escapes, since pandas cannot hold them.
        """
        import pandas as pd

        return pd.DataFrame([{**row, "path": row["path"].encode(errors="backslashreplace").decode()} for row in self._store.images.rows()])

    def close(self) -> None:
        """Ends the processes that read pictures for this object."""
        self._thumbnails.close()
        self.pictures.close()
