"""Going out: what is kept, written into a folder that other programs read, with where each picture came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cvwidgets.errors import DiskFull, ExportError
from cvwidgets.files import filling, is_disk_full
from cvwidgets.records import PARTS, Part

if TYPE_CHECKING:
    from cvwidgets.project.twins import Alike
    from cvwidgets.store import Store
    from cvwidgets.store.exporting import Outgoing
    from cvwidgets.store.kept import Row

Form = Literal["imagefolder", "parquet", "dataset", "csv"]
FORMS: dict[Form, str] = {
    "imagefolder": "A folder for each label, with copies of the pictures and a list of where they came from.",
    "parquet": "What the hub calls a data set: Parquet files with the pictures inside.",
    "dataset": "What datasets.load_from_disk reads, with the pictures inside.",
    "csv": "A list alone; the pictures stay where they are.",
}


@dataclass(frozen=True, slots=True)
class Export:
    """What went out: `images` under `labels` into `folder`, of each part how many (none without parts); `left_out` are sentences."""

    folder: Path
    form: Form
    images: int
    labels: int
    parts: dict[Part, int]
    left_out: tuple[str, ...]


def export(
    store: Store,
    folder: Path,
    form: Form,
    *,
    split: tuple[float, float, float] | None,
    seed: int,
    depth: int | None,
    columns: bool,
    alike: Callable[[], Alike],
    by: str,
    tick: Callable[[int, int], None] | None,
) -> Export:
    """Writes what is kept into a folder; see `Project.export`."""
    if form not in FORMS:
        raise ExportError(f"There is no form {form!r} to export as; {', '.join(FORMS)} are known. Choose one of these.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportError(f"{str(folder)!r} is not empty; an export needs a folder of its own. Name one that is not there yet.")
    split_up, left_out = _parts(store, split, seed, depth, alike, by) if split else (None, ())
    kept, lacking = store.snapshots.kept(depth)
    parts = _came_with(store, kept) if split_up is None else split_up
    images = _going(store, {sha: row for sha, row in kept.items() if split_up is None or sha in split_up}, parts, columns)
    if not images:
        raise ExportError("Nothing is kept yet; an export is of kept images. Keep some first.")
    try:
        _write(images, folder, form, tick)
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull(f"The disk has no room for the export {str(folder)!r}. Free some space and export again.") from error
        raise ExportError(f"It cannot be exported ({error}); every picture must be there. Relink what is missing, export again.") from error
    counts = Counter(image.part for image in images if image.part)
    named = {part: counts[part] for part in PARTS if counts[part]}
    return Export(folder, form, len(images), len({image.label for image in images}), named, left_out or lacking)


def _parts(
    store: Store, split: tuple[float, float, float], seed: int, depth: int | None, alike: Callable[[], Alike], by: str
) -> tuple[dict[str, Part], tuple[str, ...]]:
    """The part of each image by its SHA-256, as a run would have it, and what is in none."""
    from cvwidgets.store.rows import read_rows

    snapshot = store.snapshots.freeze(split=split, seed=seed, depth=depth, alike=alike().pairs.tolist(), by=by)
    return {sha: part for part, sha, _ in read_rows(snapshot.folder)}, snapshot.left_out  # type: ignore[misc]


def _came_with(store: Store, kept: Mapping[str, Row]) -> dict[str, Part]:
    """The part that each image came with, train where it came with none; nothing where they all are in one part."""
    came = store.snapshots.parts_given([row.image_id for row in kept.values()])
    parts: dict[str, Part] = {sha: came.get(row.image_id, "train") for sha, row in kept.items()}
    return parts if {"train"} < {*parts.values()} else {}


def _going(store: Store, rows: Mapping[str, Row], parts: Mapping[str, Part], columns: bool) -> list[Outgoing]:
    from cvwidgets.store.exporting import Outgoing

    ids = [row.image_id for row in rows.values()]
    found, own = {image.id: image for image in store.images.get(ids)}, store.columns.of(ids) if columns else {}
    there = [(sha, row, found[row.image_id]) for sha, row in rows.items() if row.image_id in found]
    return [
        Outgoing(one.path, one.path.name, one.format, one.size, sha, row.label, parts.get(sha), one.source, own.get(one.id, {}))
        for sha, row, one in there
    ]


def _write(images: Sequence[Outgoing], folder: Path, form: Form, tick: Callable[[int, int], None] | None) -> None:
    """Writes beside the folder; what is whole takes its place."""
    from cvwidgets.store.exporting import WRITERS

    with filling(folder) as draft:
        for done in WRITERS[form](images, draft):
            if tick is not None:
                tick(done, len(images))
