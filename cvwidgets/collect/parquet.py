"""Data sets as Parquet files with the pictures inside, as the hub has them: read row by row, never whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.collect.archives import Keep
from cvwidgets.collect.folders import lies_within
from cvwidgets.collect.names import legible, part_in
from cvwidgets.collect.own import MOST, in_one_line, own_columns
from cvwidgets.errors import SourceError
from cvwidgets.records import UNSORTED, Found, Part, Refused, Source

if TYPE_CHECKING:
    from datasets import Features
    from pyarrow.parquet import ParquetFile

SUFFIX = ".parquet"
_LABELS = ("label", "labels", "class", "category", "fine_label")
"""What a column of labels is called where none says that it is one; the first that is there."""
_TOLD = ("address", "page", "author", "license", "provider", "when")
"""Not the query: what a search brought is handled otherwise than what somebody put together."""
_OF_GROUPS = ("string", "large_string", "int", "uint", "bool", "date", "timestamp")
"""Kinds of values that may name a group; what was measured does not."""
_INDEX = "__index_level_"
"""What pandas calls the numbers of its rows."""
_STRANGE = (ValueError, KeyError, TypeError, NotImplementedError)
"""What `datasets` raises at a schema that it does not understand."""
_ROWS = 32
"""Pictures in memory at once."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the pictures of a file are, and their labels, by number with these names, or as texts; `own` are the user's columns by name."""

    image: str
    label: str | None
    names: Sequence[str] | None
    told: tuple[str, ...]
    own: Mapping[str, _OwnColumn]


@dataclass(frozen=True, slots=True)
class _OwnColumn:
    """A column by its name in the file; `names` are what its numbers stand for, if they stand for something."""

    name: str
    names: Sequence[str] | None

    def says(self, value: Any) -> str:
        """A value as a text; empty where there is none."""
        if self.names is not None:
            return in_one_line(_class(self.names, value))
        return "" if value is None else in_one_line(str(value))


def parquet_files(source: Path, within: Sequence[Path] = ()) -> list[Path]:
    """The Parquet files with pictures: the source itself, or those at the top of a folder or in its folder data, inside of `within`."""
    if source.is_file():
        return [source] if source.suffix.lower() == SUFFIX else []
    found = sorted(source.glob(f"*{SUFFIX}")) or sorted(source.glob(f"data/*{SUFFIX}"))
    return [file for file in found if lies_within(file, within) and _may_hold_pictures(file)]


def count_rows(file: Path) -> tuple[int, Sequence[str] | None]:
    """How many pictures a file has, and the names of their labels; none where they have none, None where the rows tell.

    Raises:
        SourceError: as `find_in_parquet` does.
    """
    with _opened(file) as table:
        columns = _columns(table, file)
        return int(table.metadata.num_rows), columns.names if columns.label else ()


def find_in_parquet(
    files: Sequence[Path],
    label: str | None,
    keep: Keep,
    *,
    about: Callable[[Path, int], Source] | None = None,
    within: str | None = None,
) -> Iterator[Found | Refused]:
    """Yields the pictures in the files, each kept by `keep` when its turn comes.

    A picture has the label of its row, `label` if that is given. Where it came from is told by columns of these names that the file has
    (address, page, author, license …), and by `about` for a row of a file; by default the file itself. Its part of a split is told by the
    file's name, or by the path that it has `within` a data set. Further columns of texts, numbers, dates and classes are kept with it.

    Raises:
        SourceError: a file is damaged or cut short, or has no column of pictures.
    """
    for file in files:
        with _opened(file) as table:
            columns, part = _columns(table, file), part_in(within or file.name)
            for at, row in enumerate(_rows(table, columns, file)):
                shown = f"{legible(file.name)}:{at}"
                named = about(file, at) if about else Source(address=f"{file.absolute().as_uri()}#{at}")
                yield _taken(row, columns, label, part=part, keep=keep, shown=shown, named=named)


def _may_hold_pictures(file: Path) -> bool:
    """Whether it has a column of pictures, or is damaged, which is told when it is read."""
    try:
        with _opened(file) as table:
            return _image_column(_features(table)) is not None
    except (SourceError, *_STRANGE):
        return True


def _opened(file: Path) -> ParquetFile:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        return ParquetFile(file)
    except (OSError, ArrowException) as error:
        raise _damaged(file) from error


def _damaged(file: Path) -> SourceError:
    return SourceError(f"The Parquet file '{legible(str(file))}' is damaged or cut short; it is needed whole. Copy or fetch it again.")


def _columns(table: ParquetFile, file: Path) -> _Columns:
    import datasets

    try:
        features = _features(table)
    except _STRANGE as error:
        raise _damaged(file) from error
    if (image := _image_column(features)) is None:
        named = ", ".join(features)[:200]
        raise SourceError(f"The Parquet file '{legible(str(file))}' has no column of pictures but {named}. Choose a data set of images.")
    label = next((name for name, kind in features.items() if isinstance(kind, datasets.ClassLabel)), None)
    label = label or next((name for name in _LABELS if isinstance(features.get(name), datasets.Value)), None)
    names = features[label].names if label and isinstance(features[label], datasets.ClassLabel) else None
    return _Columns(image, label, names, tuple(name for name in _TOLD if name in features), _own(features, (image, label)))


def _own(features: Features, taken: Sequence[str | None]) -> dict[str, _OwnColumn]:
    import datasets

    names = [
        name
        for name, kind in features.items()
        if isinstance(kind, datasets.Value | datasets.ClassLabel)
        and kind.dtype.startswith(_OF_GROUPS)
        and name not in taken
        and not name.startswith(_INDEX)
    ]
    found = list(own_columns(names).items())[:MOST]
    return {name: _OwnColumn(names[at], getattr(features[names[at]], "names", None)) for name, at in found}


def _class(names: Sequence[str], value: Any) -> str:
    """The name of a class by its number; empty for the hub's -1, of which nobody said any."""
    return names[value] if isinstance(value, int) and 0 <= value < len(names) else ""


def _features(table: ParquetFile) -> Features:
    import datasets

    return datasets.Features.from_arrow_schema(table.schema_arrow)


def _image_column(features: Features) -> str | None:
    import datasets

    return next((name for name, kind in features.items() if isinstance(kind, datasets.Image) or _holds_bytes(kind)), None)


def _holds_bytes(kind: Any) -> bool:
    return isinstance(kind, Mapping) and {"bytes", "path"} <= set(kind)


def _rows(table: ParquetFile, columns: _Columns, file: Path) -> Iterator[dict[str, Any]]:
    from pyarrow import ArrowException

    wanted = [name for name in (columns.image, columns.label, *columns.told, *(one.name for one in columns.own.values())) if name]
    try:
        for batch in table.iter_batches(batch_size=_ROWS, columns=wanted):
            yield from batch.to_pylist()
    except (OSError, ArrowException) as error:
        raise _damaged(file) from error


def _taken(
    row: dict[str, Any], columns: _Columns, label: str | None, *, part: Part | None, keep: Keep, shown: str, named: Source
) -> Found | Refused:
    cell = row[columns.image]
    content = cell.get("bytes") if isinstance(cell, dict) else None
    if not content:
        return Refused(shown, "The row holds no picture but at most the path of one, which is not here.")
    name = Path(str(cell.get("path") or "picture")).name
    path = keep(io.BytesIO(content), legible(name))
    status = path.stat()
    told = {one: row[one] for one in columns.told if isinstance(row[one], str) and row[one]}
    source = replace(named, **told)
    own = tuple((name, said) for name, column in columns.own.items() if (said := column.says(row[column.name])))
    facts: dict[str, Any] = {"source": source, "name": shown, "part": part, "columns": own}
    return Found(path, status.st_size, status.st_mtime_ns, label or _label(row, columns), owned=True, **facts)


def _label(row: dict[str, Any], columns: _Columns) -> str | None:
    value = row.get(columns.label) if columns.label else None
    text = "" if value is None else str(value).strip() if columns.names is None else _class(columns.names, value)
    return None if not text or text.casefold() == UNSORTED.casefold() else text
