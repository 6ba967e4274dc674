"""Files where they lie: noticing that they vanished or changed, and finding them again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from cvwidgets.store.catalog import Catalog
from cvwidgets.store.picked import Ids, given
from cvwidgets.store.places import Places
from cvwidgets.store.tables import files, images

OUT_OF_REACH = "Its file could not be reached when it was to be read; add it again once it can."
VANISHED = "Its file is not where it was."
CHANGED = "Its file changed since it was read; add it again to read it anew."

REPLACED = "Its file was changed or overwritten; add its own again, from wherever it lies."

_MARK = update(files).where(files.c.id == bindparam("file")).values(problem=bindparam("problem"))


def check_files(catalog: Catalog, places: Places, ids: Ids | None) -> int:
    """Looks at the files of images; see `Images.check_files`. In a read-only project nothing is noted."""
    query = select(files).join(images, images.c.id == files.c.image_id).where(images.c.gone.is_(None))
    if ids is not None:
        query = query.where(files.c.image_id.in_(given(ids)))
    with catalog.read() as connection:
        rows = connection.execute(query).all()
    marks = [{"file": row.id, "problem": problem} for row in rows if (problem := _look(places.find(row.path), row)) != row.problem]
    if marks and not catalog.read_only:
        with catalog.write() as connection:
            connection.execute(_MARK, marks)
    return len(marks)


def mark_problem(catalog: Catalog, places: Places, problems: Mapping[Path, str | None]) -> None:
    """Notes what is wrong with files; see `Images.mark_problem`."""
    marks = [{"file": places.keep(path), "problem": problem} for path, problem in problems.items()]
    if marks:
        with catalog.write() as connection:
            connection.execute(update(files).where(files.c.path == bindparam("file")).values(problem=bindparam("problem")), marks)


def relink(catalog: Catalog, places: Places, moved: Mapping[str, Path]) -> int:
    """Gives images the new place of their bytes; see `Images.relink`."""
    helped = set()
    with catalog.write() as connection:
        for sha256, path in moved.items():
            image_id = connection.execute(select(images.c.id).where(images.c.sha256 == sha256)).scalar()
            if image_id is None:
                continue
            try:
                kept, seen = places.keep(path), path.stat()
            except OSError:  # it moved on in the meantime
                continue
            lost = select(files.c.id).where(files.c.image_id == image_id, files.c.problem.is_not(None)).order_by(files.c.id).limit(1)
            fresh = {"size": seen.st_size, "mtime_ns": seen.st_mtime_ns, "problem": None}
            known = connection.execute(select(files).where(files.c.path == kept)).first()
            if known is not None:
                if known.image_id != image_id:
                    continue
                connection.execute(update(files).where(files.c.id == known.id).values(**fresh))
            elif (file := connection.execute(lost).scalar()) is not None:
                connection.execute(update(files).where(files.c.id == file).values(path=kept, owned=False, **fresh))
            else:
                connection.execute(insert(files).values(image_id=image_id, path=kept, owned=False, **fresh))
            helped.add(image_id)
    return len(helped)


def _look(path: Path, row: Any) -> str | None:
    """What is wrong with a file, as far as its name, size and time tell; a note made for another reason stays while it is as it was."""
    try:
        seen = path.stat()
    except OSError:
        return REPLACED if row.problem == REPLACED else VANISHED
    if (seen.st_size, seen.st_mtime_ns) != (row.size, row.mtime_ns):
        return CHANGED
    return None if row.problem in (VANISHED, CHANGED) else row.problem
