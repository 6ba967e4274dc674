"""What a model said of very many files, written for others: as a table, as folders by what was said, as pictures with it beneath."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cvwidgets.errors import DiskFull, ExportError
from cvwidgets.files import filling, is_disk_full, replacing
from cvwidgets.project.results import ResultFilter

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.project.analysis import Analysis
    from cvwidgets.project.results import Results

    Numbers = npt.NDArray[np.int64]

Table = Literal["csv", "parquet", "json", "folder", "annotated"]
TABLES: dict[Table, str] = {
    "csv": "A table for spreadsheets: file, label, confidence, the second label, and what is kept today.",
    "parquet": "A table for programs, with the probability of every label.",
    "json": "A line of JSON for each file, with its five most probable labels.",
    "folder": "A folder for each label that was said, with the pictures in it.",
    "annotated": "Pictures with label and probability written beneath them.",
}
SUFFIXES = {"csv": ".csv", "parquet": ".parquet", "json": ".jsonl"}
TOP = 5
UNREAD = "_unread"
_STEP = 2000
"""Rows written at once."""


@dataclass(frozen=True, slots=True)
class ResultsWritten:
    """What came of an export: `images` rows at `place`; of pictures those that could not be written, as sentences in `left_out`."""

    place: Path
    form: Table
    images: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is written; probabilities most probable first, `image` None for a file of no project."""

    row: int
    path: str
    image: int | None
    kept: str | None
    problem: str | None
    said: tuple[tuple[str, float], ...]
    confidence: float | None
    margin: float | None
    entropy: float | None

    @property
    def label(self) -> str:
        """The most probable label; empty where the file could not be read."""
        return self.said[0][0] if self.said else ""


def write_results(
    analysis: Analysis,
    place: Path,
    form: Table,
    asked: ResultFilter,
    *,
    links: bool = False,
    tick: Callable[[int, int], None] | None = None,
) -> ResultsWritten:
    """Writes the rows that a filter shows, in its order, to a file or into a folder that is not there yet; whole or not at all.

    Args:
        analysis: What was said.
        place: The file, or for "folder" and "annotated" the folder.
        form: One of `TABLES`.
        asked: Which rows; `ResultFilter()` means all that could be read.
        links: With "folder": links to the pictures instead of copies.
        tick: Told how many are written, and of how many; what it raises breaks off.

    Raises:
        ExportError: the form is unknown, nothing matches, the place is taken, or it cannot be written there.
        DiskFull: there was no room.
    """
    if form not in TABLES:
        raise ExportError(f"There is no form {form!r} to write results as; {', '.join(TABLES)} are known. Choose one of these.")
    if (place.is_dir() and (form in SUFFIXES or any(place.iterdir()))) or (place.exists() and form not in SUFFIXES and not place.is_dir()):
        raise ExportError(f"{str(place)!r} is there already and no place for that; results need one of their own. Name another.")
    rows = analysis.select(asked)
    if not len(rows):
        raise ExportError("No row matches; an export is of one at least. Take a filter away, or wait until something was said.")

    def tell(done: int) -> None:
        if tick is not None:
            tick(done, len(rows))

    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if form in SUFFIXES:
            with replacing(place) as part:
                left_out = _write_table(analysis.results, rows, part, form, tell)
        else:
            left_out = _write_pictures(analysis.results, rows, place, form, links, tell)
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull(f"The disk has no room for {str(place)!r}; nothing was left there. Free some space and export again.") from error
        raise ExportError(
            f"It cannot be written to {str(place)!r} ({error.strerror or error}). Choose another place, or change its permissions."
        ) from error
    return ResultsWritten(place, form, len(rows) - len(left_out), tuple(left_out))


def lines_of(results: Results, rows: Numbers, top: int = TOP) -> Iterator[Line]:
    """Rows as they are written, with so many labels each; reads a bounded number at a time.

    Raises:
        OSError: the probabilities are gone.
    """
    import numpy as np

    facts, paths, ids, kept = results.rows, results.paths, results.ids, results.kept_labels()
    problems, probabilities = results.problems(), results.probabilities
    for begin in range(0, len(rows), _STEP):
        some = rows[begin : begin + _STEP]
        shares = np.nan_to_num(probabilities[some].astype(np.float32), nan=-1.0)
        order = np.argsort(-shares, axis=1, kind="stable")[:, :top]
        best = np.take_along_axis(shares, order, axis=1).tolist()
        for at, row in enumerate(some.tolist()):
            read, fact = facts[row]["label"] >= 0, facts[row]
            numbers = [int(fact["label"]), *(number for number in order[at].tolist() if number != fact["label"])][:top]
            share = {int(number): value for number, value in zip(order[at].tolist(), best[at], strict=True)} | {
                int(fact["label"]): float(fact["confidence"])
            }
            yield Line(
                row=row,
                path=os.fsencode(paths[row]).decode("utf-8", "replace"),
                image=int(ids[row]) if ids[row] >= 0 else None,
                kept=kept[row],
                problem=None if read else problems.get(row, "It could not be read."),
                said=tuple((results.labels[number], round(share[number], 6)) for number in numbers) if read else (),
                **{name: round(float(fact[name]), 6) if read else None for name in ("confidence", "margin", "entropy")},
            )


def _write_table(results: Results, rows: Numbers, file: Path, form: Table, tell: Callable[[int], None]) -> list[str]:
    if form == "parquet":
        _write_parquet(results, rows, file, tell)
        return []
    with file.open("w", encoding="utf-8", newline="" if form == "csv" else "\n") as out:
        write: Callable[[Line], Any] = _csv_writer(out) if form == "csv" else lambda line: out.write(json.dumps(_json_of(line)) + "\n")
        for done, line in enumerate(lines_of(results, rows), 1):
            write(line)
            if done % _STEP == 0 or done == len(rows):
                tell(done)
    return []


def _csv_writer(out: Any) -> Callable[[Line], Any]:
    from cvwidgets.store.exporting import harmless

    table = csv.writer(out)
    table.writerow(
        ("file", "label", "confidence", "second label", "second confidence", "margin", "entropy", "kept label", "image", "problem")
    )

    def write(line: Line) -> None:
        second = line.said[1] if len(line.said) > 1 else ("", None)
        texts = [harmless(text) for text in (line.path, line.label, second[0], line.kept, line.problem)]
        table.writerow(
            (texts[0], texts[1], line.confidence, texts[2], second[1], line.margin, line.entropy, texts[3], line.image, texts[4])
        )

    return write


def _json_of(line: Line) -> dict[str, Any]:
    return {
        "path": line.path,
        "label": line.label or None,
        "confidence": line.confidence,
        "predictions": [{"label": label, "probability": share} for label, share in line.said],
        "margin": line.margin,
        "entropy": line.entropy,
        "kept": line.kept,
        "image": line.image,
        "problem": line.problem,
    }


def _write_parquet(results: Results, rows: Numbers, file: Path, tell: Callable[[int], None]) -> None:
    """A column for the probability of each label, some thousand rows at a time."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts, numbers = ("path", "label", "kept", "problem"), ("confidence", "margin", "entropy")
    names = [f"probability {label}" for label in dict.fromkeys(results.labels)]
    columns = {**dict.fromkeys(texts, pa.string()), "image": pa.int64(), **dict.fromkeys((*numbers, *names), pa.float32())}
    schema, probabilities, lines, done = pa.schema([*columns.items()]), results.probabilities, lines_of(results, rows, top=1), 0
    number = {label: at for at, label in enumerate(results.labels)}
    with pq.ParquetWriter(file, schema) as writer:
        while some := list(islice(lines, _STEP)):
            shares = probabilities[rows[done : done + len(some)]].astype(np.float32)
            facts: dict[str, Any] = {name: [getattr(line, name) for line in some] for name in (*texts, "image", *numbers)}
            facts |= {name: shares[:, number[label]] for name, label in zip(names, number, strict=True)}
            writer.write_table(pa.table(facts, schema=schema))
            done += len(some)
            tell(done)


def _write_pictures(results: Results, rows: Numbers, place: Path, form: Table, links: bool, tell: Callable[[int], None]) -> list[str]:
    """Writes beside the folder; what is whole takes its place."""
    from cvwidgets.project.annotating import annotate_all

    left_out: list[str] = []
    with filling(place) as draft:
        lines = lines_of(results, rows)
        written = annotate_all(lines, results, draft) if form == "annotated" else _sorted_into(lines, results, draft, links)
        for done, problem in enumerate(written, 1):
            left_out += [problem] if problem else []
            tell(done)
        if len(left_out) == len(rows):
            raise ExportError(f"None of the pictures can be written ({left_out[0]}). Put the files back, or choose others.")
    return left_out


def _sorted_into(lines: Iterator[Line], results: Results, folder: Path, links: bool) -> Iterator[str | None]:
    """A folder for each label said; a file that is gone, or that somebody put in the place of one, is left out."""
    from cvwidgets.store.exporting import free_name, short_name

    folders, taken = _folders_of(results.labels), set[str]()
    for line in lines:
        source = results.file_of(line.row)
        own = short_name(os.fsencode(source.name).decode("utf-8", "replace"))
        target = folder / free_name(f"{folders[line.label]}/{own}", str(line.row), taken)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if not source.is_file():
                raise FileNotFoundError(2, "The file is missing", str(source))
            target.symlink_to(source) if links else shutil.copyfile(source, target)
        except OSError as error:
            if is_disk_full(error) or (links and source.is_file()):
                raise
            yield f"{line.path}: {error.strerror or error}."
            continue
        yield None


def _folders_of(labels: Sequence[str]) -> dict[str, str]:
    """The folder of each label, which no other shares, upper case aside; that of "" takes what could not be read."""
    from cvwidgets.store.exporting import folder_name, free_name

    taken = {UNREAD}
    return {"": UNREAD} | {label: free_name(folder_name(label), str(number), taken) for number, label in enumerate(labels) if label}
