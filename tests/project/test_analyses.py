"""A model asked about very many files: from the start to the rows, over a kill and a stop, and what is asked of the rows."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
import pytest

from cvwidgets import Project, vision
from cvwidgets.errors import AnalysisError, DiskFull, FilterError, NoModel, SourceError
from cvwidgets.model import Model
from cvwidgets.project import ResultFilter
from cvwidgets.project.analysis import Analysis
from cvwidgets.project.analyzing import main as work
from cvwidgets.store.results import ResultWriter, summarize
from tests.analyzed import analyzed
from tests.conftest import until

Draw = Callable[..., Path]


def done(project: Project, source: object, **options: object) -> Analysis:
    """What its job does, here and now."""
    analysis = project.analyses._add(source, None, "", options.pop("part", "test"), options.pop("within", ()))  # type: ignore[arg-type]
    work(analysis.folder)
    return analysis


def test_a_folder_is_asked_about_file_by_file_and_a_bad_one_costs_its_own_row(
    explored_project: Project, trained: Model, draw: Draw, tmp_path: Path
) -> None:
    for number in (10, 2):
        draw(f"photos/sub/{number}.jpg", seed=number, color="red")
    (tmp_path / "photos" / "broken.jpg").write_text("no picture")
    analysis = done(explored_project, tmp_path / "photos")
    assert (analysis.model, analysis.source, analysis.is_whole()) == ("model 1 of run 0001", str(tmp_path / "photos"), True)
    assert [Path(path).name for path in analysis.results.paths] == ["broken.jpg", "10.jpg", "2.jpg"]
    assert [path.name for path in analysis.loose(sort="name").paths] == ["2.jpg", "10.jpg"]
    [said] = vision.predict(vision.load_classifier(trained.folder), [tmp_path / "photos" / "sub" / "2.jpg"])
    assert analysis.results.rows["confidence"][2] == pytest.approx(said.predictions[0].probability, abs=1e-5)
    assert analysis.results.problems()[0].startswith("It is not a picture") and analysis.select(unread=True).tolist() == [0]


@pytest.mark.usefixtures("trained")
def test_a_view_and_a_part_of_a_split_are_asked_about_and_judged_by_what_is_kept_today(explored_project: Project) -> None:
    run = explored_project.runs.latest()
    test = done(explored_project, run)
    assert test.source == f"test images of run {run.name}" and len(test.view()) == len(test.results.ids) > 5
    analysis = done(explored_project, explored_project.images.select(state="kept"))
    wrong = analysis.view(wrong=True)
    assert 0 < len(wrong) < len(analysis.view()) and wrong.suggestions is not None
    wrong.take(np.array([0])).accept()
    assert len(analysis.view(wrong=True)) == len(wrong) - 1


def test_without_a_model_or_with_nothing_to_be_asked_about_one_is_told(explored_project: Project, tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="No model is in production"):
        explored_project.analyses.start(tmp_path)
    assert explored_project.analyses.list() == []


@pytest.mark.usefixtures("trained")
def test_what_lies_outside_of_the_roots_is_not_asked_about(explored_project: Project, draw: Draw, tmp_path: Path) -> None:
    draw("in/1.jpg")
    (tmp_path / "in" / "link.jpg").symlink_to(draw("out/2.jpg"))
    with pytest.raises(SourceError, match="lies outside"):
        explored_project.analyses.start(tmp_path / "out", within=[tmp_path / "in"])
    with pytest.raises(AnalysisError, match="one at least is needed"):
        explored_project.analyses.start(explored_project.images.view([]))
    analysis = done(explored_project, tmp_path / "in", within=[tmp_path / "in"])
    assert [Path(path).name for path in analysis.results.paths] == ["1.jpg"]
    assert analysis.left_out()[0]["reason"] == "It is a link to a place outside the folders allowed here."


def test_rows_are_whole_whatever_a_killed_process_left(tmp_path: Path) -> None:
    said = np.array([[0.9, 0.1], [np.nan, np.nan], [0.3, 0.7]], np.float32)
    for torn in range(0, 30, 7):
        folder = tmp_path / str(torn)
        folder.mkdir()
        writer = ResultWriter(folder, 2)
        writer.append(said, {1: "It is no picture."})
        writer.append(said[2:], {})
        writer.close()
        with (folder / "rows.bin").open("ab") as rows, (folder / "problems.jsonl").open("ab") as problems:
            rows.truncate(80 - torn)
            problems.write(b'{"row": 4, "problem": "torn"}\n{"row": 5, "pro')
        again = ResultWriter(folder, 2)
        assert again.count == 4 - -(-torn // 20)
        again.append(np.tile(said[2:], (4 - again.count, 1)), {})
        again.close()
        assert (folder / "rows.bin").stat().st_size == 80 and (folder / "probabilities.bin").stat().st_size == 16
        assert b"torn" not in (folder / "problems.jsonl").read_bytes()


def test_how_sure_a_model_is_is_told_in_three_ways() -> None:
    rows = summarize(np.array([[0.5, 0.25, 0.25], [1, 0, 0]], np.float32))
    assert rows["label"].tolist() == [0, 0] and rows["margin"].tolist() == [0.25, 1.0]
    assert rows["entropy"].tolist() == pytest.approx([1.0397 / np.log(3), 0.0], abs=1e-4)
    assert summarize(np.ones((1, 1), np.float32))[["second", "confidence", "entropy"]].tolist() == [(-1, 1.0, 0.0)]


@pytest.fixture
def rows(explored_project: Project) -> Analysis:
    """Six files: kept red and said red, kept red and said blue, one New, two that the project does not know, one unreadable."""
    images = explored_project.images
    kept = [image.path for image in images.get(images.select("red", "kept").ids[:2])]
    new = [image.path for image in images.get(images.select(state="new").ids)]
    loose = [Path("/elsewhere/10.jpg"), Path("/elsewhere/2.jpg"), Path("/elsewhere/broken.jpg")]
    said = [[0.1, 0.9], [0.6, 0.4], [0.45, 0.55], [0.2, 0.8], [0.99, 0.01], []]
    return analyzed(explored_project, [*kept, *new, *loose], said)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"low": 0.6, "high": 0.9}, [0, 1, 3]),
        ({"labels": "red"}, [0, 2, 3]),
        ({"labels": ["red"], "inverted": True}, [1, 4]),
        ({"wrong": True}, [1]),
        ({"unread": True}, [5]),
        ({"sort": "-confidence"}, [4, 0, 3, 1, 2]),
        ({"sort": "margin"}, [2, 1, 3, 0, 4]),
        ({"sort": "-entropy"}, [2, 1, 3, 0, 4]),
    ],
)
def test_rows_are_filtered_and_sorted_without_asking_the_model_again(rows: Analysis, asked: dict[str, object], found: list[int]) -> None:
    assert rows.select(**asked).tolist() == found


def test_a_file_that_is_added_is_an_image_from_then_on_and_counts_tell_what_there_is(
    rows: Analysis, explored_project: Project, draw: Draw
) -> None:
    assert len(rows.view()) == 3 and [path.name for path in rows.loose(sort="name").paths] == ["2.jpg", "10.jpg"]
    counts = rows.results.counts()
    assert counts["labels"] == [["red", 3], ["blue", 2]] and (counts["unread"], counts["known"], counts["wrong"]) == (1, 2, 1)
    assert sum(counts["bars"]) == 5 and counts["bars"][39] == 1
    here = analyzed(explored_project, [draw("here/1.jpg", seed=5)], [[1, 0]])
    assert len(here.view()) == 0
    explored_project.images.add(draw("here/1.jpg", seed=5))
    assert len(here.view()) == 1 and not here.loose().paths


def test_rows_that_come_while_a_filter_is_applied_do_no_harm(explored_project: Project) -> None:
    analysis = analyzed(explored_project, [f"/elsewhere/{number}.jpg" for number in range(3000)], [[0.9, 0.1]])
    writer = ResultWriter(analysis.folder, 2)
    with ThreadPoolExecutor(1) as hands, closing(writer):
        coming = hands.submit(lambda: [writer.append(np.array([[0.4, 0.6]], np.float32), {}) for _ in range(2999)])
        while not coming.done():
            analysis.select(wrong=True, sort="-confidence")
            analysis.select(sort="name")
    assert len(analysis.select(labels="red")) == 2999


@pytest.mark.usefixtures("trained")
def test_a_full_disk_is_one_sentence(explored_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(DiskFull, match="no room for an analysis"):
        explored_project.analyses.start(explored_project.images.select(state="kept"))
    assert explored_project.analyses.list() == []


def test_a_question_that_makes_no_sense_is_told(rows: Analysis) -> None:
    for asked in ({"low": 2}, {"low": 0.9, "high": 0.1}, {"sort": "size"}, {"labels": 3}, {"size": 3}, {"wrong": 1}, {"low": "x"}):
        with pytest.raises(FilterError):
            ResultFilter.from_json(asked)


def test_an_analysis_is_named_deleted_brought_back_and_emptied(rows: Analysis, explored_project: Project) -> None:
    rows.rename("Holiday")
    rows.delete()
    assert explored_project.analyses.list() == [] and explored_project.analyses.deleted() == [rows]
    rows.restore()
    assert explored_project.analyses.get(1).about().title == "Holiday"
    rows.delete()
    assert explored_project.analyses.empty() > 100
    with pytest.raises(AnalysisError, match="were removed"):
        rows.restore()
    assert analyzed(explored_project, ["/x.jpg"], [[1, 0]]).name == "0002"


@pytest.mark.slow
@pytest.mark.usefixtures("trained")
def test_a_job_that_is_killed_or_stopped_goes_on_where_it_was_by_the_same_model(
    explored_project: Project, draw: Draw, tmp_path: Path
) -> None:
    for seed in range(400):
        draw(f"many/{seed}.jpg", seed=seed, size=(300, 200))
    analysis = explored_project.analyses.start(tmp_path / "many", title="Many")
    until(lambda: analysis.progress().done > 8, seconds=90)
    [job] = [job for job in explored_project.jobs.list() if job.kind == "analysis"]
    assert (job.title, job.state, job.stoppable) == ("Analyze Many", "running", True)
    [process] = [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] and str(analysis.folder) in p.info["cmdline"]]
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: analysis.status().state == "lost")
    before = analysis.results.rows.copy()
    assert 8 < len(before) < 400
    explored_project.models.promote(explored_project._store.models.register(run=None, folder=tmp_path, labels=("x",)).version)
    analysis.resume()
    until(lambda: analysis.progress().done > len(before) + 8, seconds=90)
    analysis.stop()
    until(lambda: analysis.status().state == "stopped")
    assert not analysis.is_whole()
    analysis.resume()
    assert [now.done for now in analysis.follow()][-1] == 400
    assert (analysis.results.rows[: len(before)] == before).all()
    assert len(analysis.results.rows) == 400 and analysis.version == 1
