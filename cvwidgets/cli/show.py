"""How the command line shows facts: plain lines and tables for people, JSON for programs, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cvwidgets.evaluation import FEW, Evaluation
from cvwidgets.records import Epoch, ImportReport, Step, TrashContent

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)
REFUSED_SHOWN = 10
LABELS_SHOWN, WEAKEST_SHOWN = 30, 15
"""So many labels are listed at most; of more only so many."""


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
    """A progress bar beneath what is said meanwhile, on a terminal: standard output, else standard error; silent where neither is one."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    whole = sys.stdout.isatty()  # else what is said goes into a file or another program, and is not to be drawn above the bar
    silent = not whole and not sys.stderr.isatty()
    with Progress(*columns, console=out if whole else err, transient=True, redirect_stdout=whole, disable=silent) as progress:
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


EPOCH_HEADER = "epoch  train loss  valid loss  accuracy  macro F1        lr  images/s  seconds"


def epoch_line(epoch: Epoch) -> str:
    """An epoch in the columns of `EPOCH_HEADER`, 80 characters; the best so far carries a star."""
    return (
        f"{epoch.number:>5}  {epoch.train_loss:>10.4f}  {epoch.valid_loss:>10.4f}  {epoch.valid_accuracy:>8.3f}  {epoch.macro_f1:>8.3f}"
        f"  {_rate(epoch.lr):>8}  {epoch.images_per_second:>8.1f}  {epoch.seconds:>7.1f}{' *' if epoch.best else ''}"
    )


def step_words(step: Step, left: float | None) -> str:
    """Where a training is between two epochs: pace, memory and the time left."""
    memory = f"{step.memory / 1e6:,.0f} MB" if step.memory else ""
    return ", ".join(filter(None, [f"Epoch {step.epoch}", f"{step.images_per_second:.1f} images/s", memory, time_left(left)]))


def _rate(lr: float) -> str:
    """A learning rate with two digits that say something; none where no step was made."""
    return "–" if not lr else f"{Decimal(f'{lr:.1e}'):f}" if lr >= 1e-5 else f"{lr:.1e}"


def time_left(seconds: float | None) -> str:
    """A guess of the seconds to an end: "about 40 s left"; empty where there is none."""
    return "" if seconds is None else f"about {duration(seconds)} left"


def duration(seconds: float) -> str:
    """A guess of seconds as one says it: "40 s", "11 min", "2 h 5 min"."""
    if seconds < 90:
        return f"{max(10, 10 * round(seconds / 10))} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def evaluation_line(evaluation: Evaluation) -> str:
    """How good a model is, in sentences."""
    return (
        f"On {evaluation.images} images it never saw, {evaluation.accuracy:.1%} are right "
        f"(95% interval {evaluation.low:.1%} to {evaluation.high:.1%}{evaluation.of_groups}); "
        f"macro F1 {evaluation.macro_f1:.3f}.{_top3(evaluation)}{_calibration(evaluation)}"
    )


def _top3(evaluation: Evaluation) -> str:
    if evaluation.top3 is None or len(evaluation.labels) <= 3:
        return ""
    return f" The right label is among the three most probable for {evaluation.top3:.1%}."


def _calibration(evaluation: Evaluation) -> str:
    if evaluation.ece is None or evaluation.uncalibrated_ece is None:
        return ""
    before = "" if evaluation.temperature == 1 else f" ({evaluation.uncalibrated_ece:.3f} before calibration)"
    return f" Its probabilities are off by {evaluation.ece:.3f} on average{before}."


def label_table(evaluation: Evaluation) -> None:
    """Prints how each label was told from the others, the weakest first; of very many labels only these."""
    scores = sorted(evaluation.labels, key=lambda score: (score.support < FEW, score.f1))
    shown = scores if len(scores) <= LABELS_SHOWN else scores[:WEAKEST_SHOWN]
    rows = [
        (score.label, f"{score.support:,}{' (too few)' if score.support < FEW else ''}", f"{score.precision:.1%}", f"{score.recall:.1%}")
        for score in shown
    ]
    table(("label", "test images", "precision", "recall"), rows)
    if len(shown) < len(scores):
        say(f"These are the weakest of {len(scores):,} labels; --json has all.")
    if few := evaluation.too_few():
        which = f"{len(few):,} {'label has' if len(few) == 1 else 'labels have'}"
        say(f"{which} fewer than {FEW} test images: too few to judge. More kept images give more of them to testing.")
