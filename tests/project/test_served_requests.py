"""What was served comes back: as figures, as New images, as a warning when it is unlike training."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project, jobs
from cvwidgets.errors import JobError, NoModel
from cvwidgets.model import Model
from cvwidgets.project import drifting
from cvwidgets.records import Prediction

Draw = Callable[..., Path]


def serve(project: Project, pictures: list[Path], red: Callable[[int], float] = lambda _: 0.9) -> None:
    """Answers pictures as a server would, and takes that down; `red` is how probable that label is."""
    log = project.served.open_log(images=True)
    for number, path in enumerate(pictures):
        said = [Prediction("red", red(number)), Prediction("blue", 1 - red(number))]
        data = path.read_bytes()
        log.put(sha256=hashlib.sha256(data).hexdigest(), predictions=said, model=1, seconds=0.01, picture=data)
    log.close()


def test_without_a_log_nothing_was_served(project: Project) -> None:
    requests = project.served.requests()
    assert (len(requests), requests.latest(), requests.over_time(), requests.shares(), requests.uncertain()) == (0, [], (), (), [])
    assert (project.served.today(), project.served.stamp(), project.served.drift()) == (0, (0, 0), None)


def test_the_last_requests_are_told_with_their_labels_and_pictures(project: Project, draw: Draw) -> None:
    serve(project, [draw(f"{seed}.jpg", seed=seed) for seed in range(3)], lambda number: 0.5 + number / 10)
    last, *_ = found = project.served.requests().latest(2)
    assert [round(one.predictions[0].probability, 3) for one in found] == [0.7, 0.6]
    assert project.served.requests().picture(last) == project._store.served.picture(last.sha256)
    assert project.served.today() == 3


def test_confidence_is_told_hour_by_hour_and_day_by_day(project: Project, draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = draw("1.jpg")
    for ago in (2 * 86_400, 0):
        monkeypatch.setattr(time, "time", lambda at=time.time, ago=ago: at() - ago)
        serve(project, [picture] * 20, lambda number: 0.55 if number < 4 else 0.92)
        monkeypatch.undo()
    for by in ("hour", "day"):
        before, now = project.served.requests().over_time(by)
        assert before.begin < now.begin
        assert (now.requests, now.median, now.low, now.unsure) == (20, 0.925, 0.555, 0.2)


def test_label_shares_stand_beside_those_of_training(explored_project: Project, trained: Model, draw: Draw) -> None:
    serve(explored_project, [draw("1.jpg")] * 10, lambda number: 0.9 if number < 8 else 0.1)
    red, blue = explored_project.served.requests().shares()
    assert (red.label, red.served, blue.served) == ("red", 0.8, 0.2)
    assert red.interval[0] < 0.8 < red.interval[1]
    assert red.trained is not None and blue.trained is not None
    assert red.trained + blue.trained == pytest.approx(1)


def test_the_most_uncertain_pictures_come_in_as_new(filled: Project, draw: Draw) -> None:
    pictures = [draw(f"served/{seed}.png", seed=500 + seed, size=(160, 120)) for seed in range(4)]
    serve(filled, pictures, lambda number: 0.5 + number / 10)
    assert filled.served.take_in(2).added == 2
    (one, two) = filled.images.get(filled.images.select(where={"providers": "served"}).ids)
    shas = {hashlib.sha256(path.read_bytes()).hexdigest() for path in pictures[:2]}
    assert {one.sha256, two.sha256} == shas and one.owned and (one.state, one.label) == ("new", "Unsorted")
    assert one.path.suffix == ".png"


def test_what_is_there_or_was_judged_before_is_not_offered_again(filled: Project, heap: Path, draw: Draw) -> None:
    one = draw("served/one.jpg", seed=1, size=(160, 120), quality=95)
    serve(filled, [heap / "red" / "0.jpg", one])
    assert filled.served.take_in().added == 1
    (image,) = filled.images.select(where={"providers": "served"}).ids.tolist()
    filled.images.trash([image])
    assert filled.served.take_in().added == 0
    again = one.with_name("again.jpg")  # the same picture, smaller and in other bytes
    Image.open(one).resize((120, 90)).save(again, quality=75)
    serve(filled, [again])
    report = filled.served.take_in()
    assert (report.added, report.withheld) == (0, 1)


def test_pictures_that_went_with_their_time_are_passed_over(filled: Project, draw: Draw) -> None:
    serve(filled, [draw("1.jpg", seed=700)])
    (request,) = filled.served.requests().latest()
    filled._store.served.picture(request.sha256).unlink()
    assert filled.served.requests().picture(request) is None
    assert filled.served.take_in().added == 0


def test_of_too_few_pictures_nothing_is_said_about_drift(explored_project: Project, trained: Model, draw: Draw) -> None:
    serve(explored_project, [draw("1.jpg")])
    found = explored_project.served._drifts.measure(days=30, tick=lambda _done, _of: None)
    assert (found.share, found.warns, found.served) == (None, False, 1)
    assert "30 and 50 are needed" in found.sentence


@pytest.mark.slow
def test_pictures_unlike_those_of_training_bring_a_warning_and_like_ones_none(
    explored_project: Project, trained: Model, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drifting, "FEWEST_HELD_OUT", 15)
    monkeypatch.setattr(drifting, "FEWEST_SERVED", 10)
    found = []
    for folder, colors in (("like", ("red", "blue")), ("far", ("lime", "white"))):
        pictures = [draw(f"{folder}/{seed}.jpg", seed=900 + seed, size=(160, 120), color=colors[seed % 2]) for seed in range(12)]
        serve(explored_project, pictures)
        found.append(explored_project.served._drifts.measure(days=30, tick=lambda _done, _of: None))
        explored_project.served.forget()
    like, far = found
    assert (like.warns, like.served, far.warns) == (False, 12, True)
    assert far.interval is not None and far.interval[0] > 0.1 and len(far.farthest) == 12


def test_drift_is_measured_by_a_job_that_is_listed(explored_project: Project, trained: Model, draw: Draw) -> None:
    serve(explored_project, [draw(f"{seed}.jpg", seed=seed, size=(160, 120)) for seed in range(2)])
    begun = explored_project.served.start_drift()
    with pytest.raises(JobError, match="already"):
        explored_project.served.start_drift()
    (job,) = [job for job in explored_project.jobs.list() if job.kind == "drift"]
    assert job.name == begun.job
    assert jobs.wait(explored_project.folder / job.name, seconds=120).state == "done"
    drift = explored_project.served.drift()
    assert drift is not None and drift.found is not None and drift.found.served == 2


def test_drift_needs_a_model(project: Project) -> None:
    with pytest.raises(NoModel, match="Promote a run"):
        project.served.start_drift()
