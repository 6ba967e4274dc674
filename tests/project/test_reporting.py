"""Reports of runs of a real catalog: what stands in them, what is left out, where they go."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.errors import RunError, UnknownRun
from cvwidgets.project import Run
from cvwidgets.project.about import write_about
from cvwidgets.project.reporting import without_paths
from tests.conftest import until
from tests.report.reading import Page
from tests.tried import answered_run, tried_run

HOSTILE = "elk \"'<b>&"


@pytest.fixture
def filled(project: Project, draw: Callable[..., Path], tmp_path: Path) -> Project:
    """Ten pictures of each of two labels, one with a name that is markup."""
    for seed in range(10):
        draw(f"heap/red/{seed}<i>.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.jpg", seed=100 + seed, color="blue")
    project.images.add(tmp_path / "heap")
    project.labels.rename("red", HOSTILE)
    return project


def page_of(run: Run, file: Path) -> Page:
    return Page(run.report(file).read_text("utf-8"))


def test_a_run_becomes_one_file_with_its_figures_and_pictures(filled: Project, tmp_path: Path) -> None:
    run = answered_run(filled)
    page = page_of(run, tmp_path / "run.html")
    evaluation = run.evaluation()
    assert evaluation is not None and f"{evaluation.accuracy:.1%}" in page.text
    pictures = page.all("img")
    assert len(pictures) >= evaluation.images and all(one["src"].startswith("data:image/jpeg;base64,/9j/") for one in pictures)
    assert page.fetched() == [] and f"{HOSTILE} 6 2 2 10" in page.text


def test_a_file_name_that_is_no_utf_8_stands_in_a_report(project: Project, tmp_path: Path) -> None:
    for label, red in (("red", 200), ("blue", 0)):
        (tmp_path / "heap" / label).mkdir(parents=True)
        for seed in range(10):
            name = os.fsdecode(b"\xe9%d.jpg" % seed)
            Image.effect_noise((64, 64), 90 + seed).convert("RGB").point(lambda v, red=red: (v + red) % 256).save(
                tmp_path / "heap" / label / name
            )
    project.images.add(tmp_path / "heap")
    assert "?" in page_of(answered_run(project), tmp_path / "run.html").all("img")[0]["alt"]


def test_a_report_tells_nothing_of_the_machine(filled: Project, tmp_path: Path) -> None:
    run = tried_run(filled, wrong=[0], base=str(tmp_path / "nets" / "mine"))
    left = [{"path": str(tmp_path / "heap" / "gone.jpg"), "reason": f"'{tmp_path}/heap/gone.jpg' vanished."}]
    (run.folder / "environment.json").write_text(json.dumps({"labels": ["blue", HOSTILE], "left_out": left}))
    html = run.report(tmp_path / "run.html").read_text("utf-8")
    assert str(tmp_path) not in html and str(Path.home()) not in html
    assert "from the base mine" in Page(html).text and "gone.jpg 'gone.jpg' vanished." in Page(html).text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("The job failed; the log has the rest: /home/ann/p/runs/0001/log.txt", "The job failed; the log has the rest: log.txt"),
        ("'/home/ann/my pictures/x.jpg' and C:\\Users\\ann\\y.jpg are gone", "'x.jpg' and y.jpg are gone"),
        ("See https://example.org/a/b and/or 1/2 of animals/elk.", "See https://example.org/a/b and/or 1/2 of animals/elk."),
    ],
)
def test_of_paths_in_sentences_the_last_name_stays(said: str, shown: str) -> None:
    assert without_paths(said) == shown


def test_a_report_has_the_labels_of_the_run_and_says_what_changed_since(filled: Project, tmp_path: Path) -> None:
    run = tried_run(filled, wrong=[0])
    scores = filled.runs.scores(run)
    filled.images.view(scores.ids[scores.truth != scores.said].tolist()).trash()
    text = page_of(run, tmp_path / "run.html").text
    assert "75.0%" in text and "Since then 1 test image is not kept any more; by today's labels 100.0%" in text


def test_pictures_that_are_gone_leave_a_place_that_says_so(filled: Project, tmp_path: Path) -> None:
    run = tried_run(filled, wrong=[0])
    shutil.rmtree(tmp_path / "heap")
    shutil.rmtree(filled.folder / "cache")
    page = page_of(run, tmp_path / "run.html")
    assert page.all("img") == [] and "no picture" in page.text


def test_a_run_that_was_trained_beside_another_is_set_against_it(filled: Project, tmp_path: Path) -> None:
    first, second = tried_run(filled, wrong=[0, 1]), tried_run(filled, wrong=[1], epochs=9)
    write_about(second.folder, beside=first.name)
    text = page_of(second, tmp_path / "run.html").text
    assert "run 0001 has 50.0% right and this one 75.0%: +25.0 points" in text and "epochs 12 9" in text


def test_a_run_that_never_came_to_an_epoch_gives_a_short_report(filled: Project, tmp_path: Path) -> None:
    store = filled._store
    row = store.runs.add(recipe={}, snapshot=store.snapshots.freeze(split=(0.6, 0.2, 0.2), seed=0), by="ann")
    end = {"state": "failed", "reason": "Memory ran out.", "started": None, "ended": None}
    (row.folder / "end.json").write_text(json.dumps(end))
    text = page_of(filled.runs.get(row.name), tmp_path / "run.html").text
    assert "Failed, after 0 of 12 epochs" in text and "Memory ran out." in text and "20 images under 2 labels" in text


@pytest.mark.parametrize("gone", ["said", "environment.json", "epochs.jsonl"])
def test_a_run_of_an_older_version_lacks_what_it_did_not_write(filled: Project, tmp_path: Path, gone: str) -> None:
    run = tried_run(filled, wrong=[0])
    shutil.rmtree(run.folder / gone, ignore_errors=True)
    (run.folder / gone).unlink(missing_ok=True)
    assert "75.0%" in page_of(run, tmp_path / "run.html").text


def test_a_run_without_its_snapshot_has_figures_and_no_pictures(filled: Project, tmp_path: Path) -> None:
    run = tried_run(filled, wrong=[0])
    shutil.rmtree(filled.folder / "snapshots")
    page = page_of(run, tmp_path / "run.html")
    assert "75.0%" in page.text and page.all("img") == []


def test_a_report_lies_in_exports_unless_another_file_is_named(filled: Project, tmp_path: Path) -> None:
    run = tried_run(filled, wrong=[])
    assert run.report() == filled.folder / "exports" / "project-run-0001.html" == filled.runs.report_place(run)
    for bad in (tmp_path / "x.jpg", tmp_path):
        with pytest.raises(RunError, match="A report is one HTML file"):
            run.report(bad)
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="it needs a folder for it"):
        run.report(tmp_path / "file" / "x.html")
    with pytest.raises(UnknownRun):
        filled.runs.report("7")


@pytest.mark.slow
def test_a_report_is_a_job_that_can_be_seen(filled: Project) -> None:
    run = answered_run(filled)
    begun = filled.runs.start_report(run)
    until(lambda: filled.runs.reporting().status.state not in ("waiting", "running"))  # type: ignore[union-attr]
    found = filled.runs.reporting()
    assert found is not None and (found.job, found.run, found.status.state) == (begun.job, "0001", "done")
    assert found.size == found.file.stat().st_size and found.done == found.of > 0
    [job] = filled.jobs.list()
    assert (job.kind, job.title, job.sentence, job.share) == ("report", "Report of run 0001", "project-run-0001.html", 1.0)


def test_a_report_that_is_broken_off_leaves_nothing(filled: Project) -> None:
    def stop(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    run = answered_run(filled)
    with pytest.raises(KeyboardInterrupt):
        filled.runs.report(run, tick=stop)
    assert not filled.runs.report_place(run).exists()
