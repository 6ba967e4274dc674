"""How the command line shows facts: plain lines and tables for people, JSON for programs, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cvwidgets.evaluation import Evaluation
from cvwidgets.records import Epoch, ImportReport, TrashContent

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)
REFUSED_SHOWN = 10


def say(sentence: str) -> None:
    """Prints one plain line; nothing in it is markup, a line break or an order to the terminal."""
    out.print(Text(_harmless(sentence)))


def _harmless(text: str) -> str:
    """The text as one line that every terminal can show: bytes that are no UTF-8 and control characters are written as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def trash_lines(content: TrashContent) -> None:
    """Says what is in the trash, and how much room emptying it gives back."""
    images = f"{content.images:,} {'image is' if content.images == 1 else 'images are'} in the trash and nowhere else"
    room = f"{content.bytes / 1e6:,.1f} MB" if content.bytes >= 1e6 else f"{content.bytes / 1e3:,.1f} kB"
    say(f"{images}; emptying it deletes {room} of files that the project keeps of them.")
    if content.unread:
        say(f"{content.unread:,} more were not read whole yet; they stay until they are.")


def as_json(facts: Any) -> None:
    """Prints facts as JSON; records become objects, paths strings."""
    print(json.dumps(_plain(facts), ensure_ascii=True), flush=True)


def _plain(facts: Any) -> Any:
    if is_dataclass(facts) and not isinstance(facts, type):
        return _plain(asdict(facts))
    if isinstance(facts, dict):
        return {key: _plain(value) for key, value in facts.items()}
    if isinstance(facts, list | tuple):
        return [_plain(value) for value in facts]
    return str(facts) if isinstance(facts, Path) else facts


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], *, left: int = 1) -> None:
    """Prints a table; all but the first `left` columns are numbers and stand to the right."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, column in enumerate(columns):
        grid.add_column(column, justify="left" if place < left else "right", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(_harmless(cell)) for cell in row))
    out.print(grid)


@contextmanager
def bar(label: str) -> Iterator[Progress]:
    """A progress bar on standard error while it is a terminal; silent elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty()) as progress:
        progress.add_task(label, total=None)
        yield progress


def import_line(report: ImportReport) -> str:
    """An import in one line."""
    parts = [f"{report.added} added", f"{report.known} known already", f"{len(report.refused)} refused"]
    if report.conflicts:
        parts.append(f"{report.conflicts} under two labels")
    return f"{report.found} files: " + ", ".join(parts) + "."


def refused_lines(report: ImportReport) -> None:
    """The first refused files with their reasons."""
    for item in report.refused[:REFUSED_SHOWN]:
        say(f"  refused {item.path!r}: {item.reason}")
    if len(report.refused) > REFUSED_SHOWN:
        say(f"  … and {len(report.refused) - REFUSED_SHOWN} more; --json lists all.")


EPOCH_HEADER = "epoch  train loss  valid loss  accuracy  macro F1  images/s  seconds"


def epoch_line(epoch: Epoch) -> str:
    """An epoch in the columns of `EPOCH_HEADER`; the best so far carries a star."""
    return (
        f"{epoch.number:>5}  {epoch.train_loss:>10.4f}  {epoch.valid_loss:>10.4f}  {epoch.valid_accuracy:>8.3f}  {epoch.macro_f1:>8.3f}"
        f"  {epoch.images_per_second:>8.1f}  {epoch.seconds:>7.1f}{'  *' if epoch.best else ''}"
    )


def evaluation_line(evaluation: Evaluation) -> str:
    """How good a model is, in one sentence."""
    return (
        f"On {evaluation.images} images it never saw, {evaluation.accuracy:.1%} are right "
        f"(95% interval {evaluation.low:.1%} to {evaluation.high:.1%}{evaluation.of_groups}); "
        f"macro F1 {evaluation.macro_f1:.3f}.{_calibration(evaluation)}"
    )


def _calibration(evaluation: Evaluation) -> str:
    if evaluation.ece is None or evaluation.uncalibrated_ece is None:
        return ""
    before = "" if evaluation.temperature == 1 else f" ({evaluation.uncalibrated_ece:.3f} before calibration)"
    return f" Its probabilities are off by {evaluation.ece:.3f} on average{before}."
