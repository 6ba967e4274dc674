"""How a training is told to people on a terminal, and in the lines of a file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.cli import show
from cvwidgets.cli.learning import follow_run
from cvwidgets.evaluation import Evaluation, LabelScore
from cvwidgets.jobs.lock import Lock
from cvwidgets.project import Run, RunProgress
from cvwidgets.records import Epoch, Step
from tests.tried import answered_run

COLUMNS = ("epoch", "train loss", "valid loss", "accuracy", "macro F1", "lr", "images/s", "seconds")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Glance(Run):
    """A run that is looked at once, as it is."""

    def watch(self) -> Iterator[RunProgress]:
        yield self.progress()


@pytest.fixture
def project(tmp_path: Path, draw: Callable[..., Path]) -> Iterator[Project]:
    with Project(tmp_path / "p") as opened:
        for seed in range(40):
            draw(f"heap/{'red' if seed % 4 else 'blue'}/{seed}.jpg", seed=seed)
        opened.images.add(tmp_path / "heap")
        yield opened


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[[], list[str]]:
    """What stands on standard output, line by line."""
    monkeypatch.setenv("COLUMNS", "120")
    return lambda: capfd.readouterr().out.splitlines()


def score(label: str, support: int, f1: float) -> LabelScore:
    return LabelScore(label, precision=f1, recall=f1, f1=f1, support=support)


def evaluation(*labels: LabelScore) -> Evaluation:
    images = sum(one.support for one in labels)
    facts = {"macro_f1": 0.7, "loss": 1.0, "top3": 0.958, "ece": 0.031, "uncalibrated_ece": 0.084, "temperature": 1.4}
    return Evaluation("test", images, 0.71, 0.6, 0.8, labels=labels, confusion=(), **facts)  # type: ignore[arg-type]


def test_the_epochs_of_a_run_stand_in_columns_and_its_figures_follow(project: Project, said: Callable[[], list[str]]) -> None:
    follow_run(answered_run(project, epochs=11))
    lines = said()
    assert lines[0] == "Run 0001: 11 epochs from starter." and len(lines[1]) == 78
    for name in COLUMNS:
        end = lines[1].index(name) + len(name)
        for line in lines[2:13]:
            assert line[end - 1] != " " and line[end : end + 2] in ("", " *", "  "), (name, line)
    assert [line.split()[5] for line in lines[2:4]] == ["0.0010", "0.0010"]
    assert lines[13].startswith("Run 0001 is done. On 8 images it never saw, ") and "before calibration" in lines[13]
    assert lines[14].split()[0] == "label" and {line.split()[0] for line in lines[15:17]} == {"blue", "red"}
    assert all("(too few)" in line for line in lines[15:17])
    assert lines[17].startswith("2 labels have fewer than 10 test images: too few to judge.")


def test_of_labels_the_weakest_come_first_and_those_too_small_to_judge_are_marked(said: Callable[[], list[str]]) -> None:
    show.label_table(evaluation(score("elk", 1200, 0.9), score("owl", 3, 0.1), score("cat", 40, 0.5)))
    lines = said()
    assert [line.split() for line in lines[1:4]] == [
        ["cat", "40", "50.0%", "50.0%"],
        ["elk", "1,200", "90.0%", "90.0%"],
        ["owl", "3", "(too", "few)", "10.0%", "10.0%"],
    ]
    assert lines[4].startswith("1 label has fewer than 10 test images")


def test_of_very_many_labels_only_the_weakest_are_listed(said: Callable[[], list[str]]) -> None:
    show.label_table(evaluation(*(score(f"l{number}", 20, number / 40) for number in range(31))))
    lines = said()
    assert [line.split()[0] for line in lines[1:-1]] == [f"l{number}" for number in range(15)]
    assert lines[-1] == "These are the weakest of 31 labels; --json has all."


def test_three_guesses_are_told_where_they_are_no_matter_of_course() -> None:
    four = evaluation(*(score(name, 20, 0.7) for name in "abcd"))
    assert "The right label is among the three most probable for 95.8%. Its probabilities are off by 0.031" in show.evaluation_line(four)
    assert "three most" not in show.evaluation_line(replace(four, labels=four.labels[:3]))


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, ""), (3, "about 10 s left"), (190, "about 3 min left"), (7500, "about 2 h 5 min left")]
)
def test_the_time_left_is_said_roughly(seconds: float | None, words: str) -> None:
    assert show.time_left(seconds) == words


@pytest.mark.parametrize(("lr", "words"), [(0.0, "–"), (1e-3, "0.0010"), (3.14e-4, "0.00031"), (2.5e-5, "0.000025"), (2e-7, "2.0e-07")])
def test_a_learning_rate_is_written_to_be_read(lr: float, words: str) -> None:
    assert show.epoch_line(Epoch(1, 1.0, 1.0, 0.5, 0.5, lr, 9.0, 1.0, best=False)).split()[5] == words


def test_lines_in_a_file_tell_the_time_left_behind_the_last_epoch(tmp_path: Path, said: Callable[[], list[str]]) -> None:
    run = running(tmp_path)
    with Lock(tmp_path / "job.lock"):
        follow_run(run)
    lines = said()
    assert [line[80:].strip() for line in lines[2:4]] == ["", "about 20 s left"]


def test_a_terminal_tells_pace_memory_and_time_left_beneath_the_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    on_terminal(monkeypatch)
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", terminal)
    run = running(tmp_path)
    with Lock(tmp_path / "job.lock"):
        follow_run(run)
    text = terminal.getvalue()
    assert "Epoch 3, 20.0 images/s, 812 MB, about 20 s left" in text
    assert "\x1b[2K    2" in text  # the bar makes room for a line


def test_what_goes_into_a_file_is_not_drawn_on_the_terminal_of_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    file, terminal = io.StringIO(), Terminal()
    on_terminal(monkeypatch)
    monkeypatch.setattr("sys.stdout", file)
    monkeypatch.setattr("sys.stderr", terminal)
    with show.bar("Working"):
        show.as_json({"epoch": 1})
        show.say("done")
    assert file.getvalue() == '{"epoch": 1}\ndone\n' and "Working" in terminal.getvalue() and "done" not in terminal.getvalue()


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tells rich what it finds out when it is loaded."""
    for name, value in {"TERM": "xterm", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)
    for console in (show.out, show.err):
        monkeypatch.setattr(console, "is_interactive", True)


def running(folder: Path) -> Run:
    """A run in its third epoch of four, as long as someone holds its lock."""
    recipe = Recipe(epochs=4, head_first=False)
    epochs = [Epoch(number, 1.0, 1.0, 0.5, 0.5, 1e-3, 20.0, 10.0, best=number == 2) for number in (1, 2)]
    (folder / "recipe.json").write_text(json.dumps(recipe.to_json()))
    (folder / "epochs.jsonl").write_text("".join(json.dumps(asdict(epoch)) + "\n" for epoch in epochs))
    (folder / "steps.jsonl").write_text(json.dumps(asdict(Step(3, 1, 50, 0.5, 1e-3, 20.0, 812_000_000))) + "\n")
    (folder / "job.json").write_text(json.dumps({"title": "Train", "id": "x", "started": datetime.now(UTC).isoformat()}))
    (folder / "job.lock").touch()
    return Glance("0001", folder, recipe)
