"""The command line, as people type it: facts, JSON, and one sentence for an error."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cvwidgets import Project, Recipe, jobs
from tests.cli.conftest import Command
from tests.collect.site import Site, reply
from tests.tried import tried_run

COMMANDS = (
    *("add", "status", "train", "stop", "resume", "runs", "promote", "predict", "relink", "trash", "restore", "app", "lab", "demo"),
    *("explore", "neighbors", "duplicates", "mistakes", "compare", "pack", "add-run", "augmentations", "preview", "recipes"),
    *("models", "register", "push", "bases"),
    *("search", "clone", "attribution", "export-images", "push-images"),
)


@pytest.fixture
def heap(draw: Callable[..., Path], tmp_path: Path) -> Path:
    """Two sub-folders of five red and five blue pictures."""
    for seed in range(5):
        draw(f"heap/red/{seed}.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.png", seed=10 + seed, color="blue")
    return tmp_path / "heap"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(cvwidgets: Command, command: str) -> None:
    said = cvwidgets(command, "--help")
    assert said.returncode == 0
    assert f"Example: cvwidgets {command}" in said.stdout


@pytest.mark.slow
def test_augmentations_are_listed_and_drawn_from_a_terminal(cvwidgets: Command, heap: Path, tmp_path: Path) -> None:
    assert "strong: crop 0.8, flip 50%, turn 15° 50%" in cvwidgets("augmentations").stdout
    cvwidgets("add", "p", str(heap))
    drawn = cvwidgets("preview", "p", str(tmp_path / "varied"), "--augmentation", "turn 30, gray 20%", "--count", "2")
    assert "12 pictures" in drawn.stdout and len([*(tmp_path / "varied").glob("*-2.jpg")]) == 4
    refused = cvwidgets("preview", "p", str(tmp_path / "varied"), "--augmentation", "melt")
    assert refused.returncode == 1 and "must be none, light, strong, or a list" in refused.stderr


def test_the_whole_loop_from_a_terminal(cvwidgets: Command, heap: Path) -> None:
    added = json.loads(cvwidgets("add", "p", str(heap), "--json").stdout)
    assert (added["added"], added["refused"]) == (10, [])
    trained = cvwidgets("train", "p", "--epochs", "1", "--json")
    assert trained.returncode == 0, trained.stderr
    epoch, end = map(json.loads, trained.stdout.splitlines())
    assert (epoch["number"], end["state"], end["evaluation"]["part"]) == (1, "done", "test")
    assert cvwidgets("promote", "p", "1").stdout == "Model 1, from run 0001, is in production.\n"
    (heap / "bad.jpg").write_text("no picture")
    said = cvwidgets("predict", "p", str(heap / "red" / "0.jpg"), str(heap / "bad.jpg"), "--json")
    asked, bad = map(json.loads, said.stdout.splitlines())
    assert (said.returncode, bad["predictions"], bool(bad["problem"])) == (1, [], True)
    assert {p["label"] for p in asked["predictions"]} == {"red", "blue"}
    [run] = json.loads(cvwidgets("runs", "p", "--json").stdout)
    assert (run["state"], run["production"]) == ("done", True)
    assert "red" in cvwidgets("status", "p").stdout
    refused = cvwidgets("resume", "p").stderr
    assert refused.startswith("Run 0001 is done") and "'cvwidgets train p --continue 0001' trains it further" in refused


@pytest.mark.slow
def test_two_runs_are_compared_and_a_recipe_is_taken_by_its_name(cvwidgets: Command, heap: Path, tmp_path: Path) -> None:
    cvwidgets("add", "p", str(heap))
    with Project(tmp_path / "p") as project:
        tried_run(project, wrong=[0])
        tried_run(project, wrong=[], epochs=9)
        tried_run(project, wrong=[0])
        project.recipes.save("mine", Recipe(epochs=1, patience=4))
    found = json.loads(cvwidgets("compare", "p", "1", "2", "--json").stdout)
    assert (found["images"], found["runs"][1]["difference"], len(found["runs"][1]["alone"])) == (2, 0.5, 1)
    said = cvwidgets("compare", "p", "1", "2", "3").stdout
    assert "Run 0002 has 100.0% right" in said and "+50.0% to run 0001" in said and "0.0% to run 0001" in said
    assert f"epochs: {Recipe().epochs} in run 0001, 9 in run 0002, {Recipe().epochs} in run 0003." in said
    run = json.loads(cvwidgets("train", "p", "--recipe", "mine", "--seed", "5", "--detach", "--json").stdout)["run"]
    with Project(tmp_path / "p") as project:
        recipe = project.runs.get(run).recipe
        jobs.wait(project.runs.get(run).folder)
    assert (recipe.patience, recipe.seed) == (4, 5)
    assert "There is no recipe 'other'" in cvwidgets("train", "p", "--recipe", "other").stderr


@pytest.mark.slow
def test_a_finished_run_is_trained_further_from_the_terminal(cvwidgets: Command, heap: Path, tmp_path: Path) -> None:
    cvwidgets("add", "p", str(heap))
    cvwidgets("train", "p", "--epochs", "1", "--image-size", "32")
    said = cvwidgets("train", "p", "--continue", "1", "--epochs", "2")
    assert "Run 0002: 2 epochs from run 0001, with its best weights.\n" in said.stdout and "Run 0002 is done." in said.stdout
    refused = cvwidgets("train", "p", "--continue", "1", "--split-seed", "3")
    assert (refused.returncode, "needs the same" in refused.stderr) == (1, True)
    with Project(tmp_path / "p") as project:
        assert (project.runs.latest().continues, project.runs.latest().recipe.image_size) == ("0001", 32)


def test_the_list_of_runs_tells_when_on_what_and_by_what_each_was_trained(cvwidgets: Command, heap: Path, tmp_path: Path) -> None:
    cvwidgets("add", "p", str(heap))
    with Project(tmp_path / "p") as project:
        first = tried_run(project, wrong=[])
        first.describe(title="first try", note="by hand")
        gone = {"labels": ["blue", "red"], "left_out": [{"path": "/heap/3.jpg", "reason": "the file is gone"}]}
        (first.folder / "environment.json").write_text(json.dumps({**gone, "device": "cpu", "threads": 2, "precision": "bfloat16"}))
        row = project._store.runs.add(recipe=Recipe(patience=4).to_json(), snapshot=None, continues="1", by="ann")
        (row.folder / "end.json").write_text(
            json.dumps({"state": "lost", "reason": "It was killed.", "started": "2026-11-30T01:52:51+00:00", "ended": None})
        )
    told = cvwidgets("runs", "p").stdout
    assert f"{first.snapshot[:6]}, 10" in told and "2026-1" in told  # type: ignore[index]
    assert "0001: first try; 1 image could not be read.\n" in told and "0002: goes on from 0001; patience 4.\n" in told
    one, other = json.loads(cvwidgets("runs", "p", "--json").stdout)
    assert (one["title"], one["note"], one["snapshot"], one["computed_on"]) == (
        "first try",
        "by hand",
        first.snapshot,
        "the processor, 2 threads, bfloat16",
    )
    assert one["images"] == {"train": 6, "valid": 2, "test": 2} and one["size"] > 0
    assert one["unreadable"] == [{"path": "/heap/3.jpg", "reason": "the file is gone"}]
    assert (other["continues"], other["differs"], other["started"]) == ("0001", {"patience": 4}, "2026-11-30T01:52:51+00:00")


def test_an_error_is_one_sentence_and_exit_code_one(cvwidgets: Command) -> None:
    said = cvwidgets("status", "nowhere")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("There is no project in 'nowhere'")
    assert "Traceback" not in said.stderr


def test_adding_from_a_mistyped_folder_makes_no_project(cvwidgets: Command, tmp_path: Path) -> None:
    said = cvwidgets("add", "p", "nowhere")
    assert (said.returncode, "nowhere" in said.stderr, (tmp_path / "p").exists()) == (1, True, False)


def test_what_a_list_of_addresses_names_is_fetched(cvwidgets: Command, tmp_path: Path, draw: Callable[..., Path]) -> None:
    with closing(Site()) as site:
        site.answers["/x.jpg"] = reply(draw("web/x.jpg").read_bytes())
        (tmp_path / "list.txt").write_text(f"http://127.0.0.1:{site.port}/x.jpg\n")
        said = cvwidgets("add", "p", "list.txt")
        assert "this computer itself" in said.stdout and "0 images" in cvwidgets("status", "p").stdout
        assert cvwidgets("add", "p", "list.txt", "--allow-private").returncode == 0
    assert "1 images, 1 new" in cvwidgets("status", "p").stdout


def test_a_mistyped_root_makes_no_project_and_serves_nothing(cvwidgets: Command, tmp_path: Path) -> None:
    said = cvwidgets("app", "p", "--root", "nowhere", "--no-browser")
    assert (said.returncode, said.stdout, (tmp_path / "p").exists()) == (1, "", False)
    assert said.stderr.startswith("There is no folder at 'nowhere'")


def test_the_dashboard_is_served_without_a_project_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cvwidgets", "app", "--root", str(tmp_path), "--user", "Ada", "--base-url", "/x", "--no-browser"]
    served = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert served.stdout is not None
    address = next(line for line in served.stdout if " is at " in line)
    assert re.match(r"The dashboard is at http://127\.0\.0\.1:\d+/x/\?token=[0-9a-f]{48}$", address)
    served.send_signal(signal.SIGINT)
    assert served.communicate(timeout=60)[0].endswith("Jobs that run go on; `cvwidgets status` shows them.\n")
    assert (served.returncode, list(tmp_path.iterdir())) == (0, [])


@pytest.mark.slow
def test_a_token_that_a_proxy_or_hub_gave_opens_the_dashboard_and_is_not_printed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cvwidgets", "app", "--root", str(tmp_path), "--no-browser"]
    environment = {**os.environ, "CVWIDGETS_TOKEN": "one-that-the-proxy-knows"}
    served = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert served.stdout is not None
    address = urlsplit(next(line for line in served.stdout if " is at " in line).split(" is at ")[1].strip())
    answers = []
    for headers in ({}, {"Authorization": "token one-that-the-proxy-knows"}):
        connection = HTTPConnection(address.netloc, timeout=60)
        connection.request("GET", "/voila/static/voila.js", headers=headers)
        answers.append(connection.getresponse().status)
    served.send_signal(signal.SIGTERM)
    assert (address.query, answers, "knows" in served.communicate(timeout=60)[0]) == ("", [403, 200], False)


def test_a_wrong_value_is_one_sentence(cvwidgets: Command, heap: Path) -> None:
    cvwidgets("add", "p", str(heap))
    said = cvwidgets("train", "p", "--learning-rate", "7")
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
    assert "learning_rate" in said.stderr
    said = cvwidgets("train", "p", "--split-by", "time", "--split-gap", "0")
    assert (said.returncode, "The recipe's split_gap is 0.0" in said.stderr) == (1, True)


def test_asking_without_a_model_says_what_to_do(cvwidgets: Command, heap: Path) -> None:
    cvwidgets("add", "p", str(heap))
    said = cvwidgets("predict", "p", "nothing.jpg")
    assert (said.returncode, "Train" in said.stderr) == (1, True)


def test_stopping_when_nothing_trains_says_so(cvwidgets: Command, heap: Path) -> None:
    cvwidgets("add", "p", str(heap))
    said = cvwidgets("stop", "p")
    assert (said.returncode, said.stderr.startswith("No run is under way")) == (1, True)


@pytest.mark.slow
def test_a_run_is_started_stopped_and_resumed_from_the_terminal(cvwidgets: Command, heap: Path, tmp_path: Path) -> None:
    cvwidgets("add", "p", str(heap))
    assert json.loads(cvwidgets("train", "p", "--epochs", "400", "--image-size", "32", "--detach", "--json").stdout) == {"run": "0001"}
    assert cvwidgets("stop", "p").stdout == "Run 0001 was asked to stop.\n"
    assert jobs.wait(tmp_path / "p" / "runs" / "0001").state == "stopped"
    again = subprocess.Popen([sys.executable, "-m", "cvwidgets", "resume", "p"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert again.stdout is not None
    assert again.stdout.readline() == "Run 0001: 400 epochs from starter.\n"
    again.send_signal(signal.SIGINT)
    assert "Run 0001 is stopped." in again.communicate()[0]


def test_a_damaged_catalog_is_restored_from_the_terminal(cvwidgets: Command, heap: Path, tmp_path: Path) -> None:
    cvwidgets("add", tmp_path / "p", heap)
    cvwidgets("status", tmp_path / "p")  # makes the back-up of the day
    (tmp_path / "p" / "catalog.db").write_bytes(b"no catalog any more" * 1000)
    assert "Restore the back-up of" in cvwidgets("status", tmp_path / "p").stderr
    assert "is the catalog again" in cvwidgets("restore", tmp_path / "p").stdout
    assert cvwidgets("status", tmp_path / "p").returncode == 0
    again = cvwidgets("restore", tmp_path / "p")
    assert again.returncode == 1 and "is whole" in again.stderr


def test_moved_pictures_are_found_again_from_the_terminal(cvwidgets: Command, heap: Path, tmp_path: Path) -> None:
    cvwidgets("add", "p", str(heap))
    heap.rename(tmp_path / "moved")
    assert "10 images missing or changed on disk." in cvwidgets("status", "p").stdout
    assert json.loads(cvwidgets("relink", "p", "moved", "--json").stdout) == {"relinked": 10, "missing": 0}


def test_conflicts_are_listed_with_their_files(cvwidgets: Command, heap: Path) -> None:
    (heap / "blue" / "also.jpg").write_bytes((heap / "red" / "0.jpg").read_bytes())
    cvwidgets("add", "p", str(heap))
    [conflict] = json.loads(cvwidgets("status", "p", "--json").stdout)["conflicting"]
    assert set(conflict["labels"]) == {"red", "blue"}
    assert "also.jpg" in cvwidgets("status", "p").stdout


def test_names_that_would_drive_a_terminal_are_shown_as_escapes(cvwidgets: Command, heap: Path) -> None:
    (heap / "red" / "0.jpg").rename(heap / "red" / "\x1b[31mred\n.jpg")
    (heap / "red" / "\x1b[31mtext\n.jpg").write_text("no picture")
    said = cvwidgets("add", "p", str(heap)).stdout
    assert "\\x1b[31mtext\\n.jpg" in said
    assert "\x1b" not in said


def test_the_trash_is_told_and_emptied_only_after_a_yes(cvwidgets: Command, heap: Path, tmp_path: Path) -> None:
    cvwidgets("add", "p", str(heap), "--copy")
    with Project(tmp_path / "p") as project:
        project.images.trash(project.images.select("red").ids)
    assert cvwidgets("trash", "p").stdout.startswith("5 images are in the trash and nowhere else; emptying it deletes")
    asked = cvwidgets("trash", "p", "--empty")  # nobody answers
    assert (asked.returncode, json.loads(cvwidgets("trash", "p", "--json").stdout)["images"]) == (1, 5)
    assert cvwidgets("trash", "p", "--empty", "--yes").stdout == "Trash emptied: 5 images removed for good.\n"
    assert len([path for path in (tmp_path / "p" / "images").rglob("*") if path.is_file()]) == 5


def test_further_columns_of_a_list_are_kept_and_told(cvwidgets: Command, heap: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("file,label,site,day\nred/0.jpg,rose,a,1\nblue/0.png,iris,a,1\n")
    said = cvwidgets("add", "p", "list.csv", "--columns", "also=site", "--images", "heap")
    assert "Kept with the images, to split by: site.\n" in said.stdout
    assert "Columns to split by: site.\n" in cvwidgets("status", "p").stdout
    assert "Kept with" not in cvwidgets("add", "other", "list.csv", "--columns", "also=", "--images", "heap").stdout


def test_a_list_of_names_is_read_by_the_columns_that_are_said(cvwidgets: Command, heap: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("photo,taxon,set\nred/0.jpg,rose,train\nblue/0.png,iris,test\ngone.jpg,iris,test\n")
    assert "no column that is plainly of labels; it has taxon too" in cvwidgets("add", "p", "list.csv").stderr
    said = cvwidgets("add", "p", "list.csv", "--columns", "file=photo,label=taxon", "--images", "heap")
    assert said.stdout.startswith("3 files: 2 added, 0 known already, 1 refused.") and "gone.jpg" in said.stdout
    assert cvwidgets("add", "p", "list.csv", "--columns", "photo").returncode == 2
    assert (
        "has no column 'what'; it has the columns photo, taxon, set" in cvwidgets("add", "p", "list.csv", "--columns", "file=what").stderr
    )
