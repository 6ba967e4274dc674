from __future__ import annotations

import re
import threading

import pytest
import yaml

from cvwidgets import Project
from cvwidgets.errors import NoModel, RunError
from cvwidgets.project.about import write_about
from cvwidgets.project.card import write_card
from tests.browser.hostile import HOSTILE
from tests.tried import give_best, tried_run


def test_what_is_said_of_a_run_is_there_for_another_process(filled: Project) -> None:
    run = tried_run(filled, wrong=[])
    run.describe(title="  With the new photos ", pinned=True)
    run.describe(note="Learns the shadows, too.")
    with Project(filled.folder) as other:
        about = other.runs.get(run.name).about()
    assert (about.title, about.note, about.pinned) == ("With the new photos", "Learns the shadows, too.", True)


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"title": 7, "pinned": "yes", "bogus": 1}'])
def test_a_damaged_file_says_nothing_and_can_be_written_again(filled: Project, damage: str) -> None:
    run = tried_run(filled, wrong=[])
    (run.folder / "about.json").write_text(damage)
    assert run.about().title == "" and not run.about().pinned
    assert run.describe(title="again").title == "again"


def test_a_deleted_run_is_out_of_the_lists_and_comes_back(filled: Project) -> None:
    first, second = tried_run(filled, wrong=[]), tried_run(filled, wrong=[0])
    first.delete()
    assert [run.name for run in filled.runs.list()] == [second.name]
    assert [run.name for run in filled.runs.list(deleted=True)] == [first.name]
    filled.runs.get(first.name).restore()
    assert len(filled.runs.list()) == 2


def test_emptying_frees_the_files_of_deleted_runs_and_keeps_their_figures(filled: Project) -> None:
    run, other = tried_run(filled, wrong=[]), tried_run(filled, wrong=[])
    for one in (run, other):
        (one.folder / "best").mkdir()
        (one.folder / "best" / "model.safetensors").write_bytes(bytes(100_000))
    run.delete()
    assert filled.runs.empty() >= 100_000
    assert not (run.folder / "best").exists() and (other.folder / "best").exists() and run.evaluation() is not None
    with pytest.raises(RunError, match="files of run 0001 were removed"):
        run.restore()
    assert filled.runs.empty() == 0


def test_two_processes_that_say_something_lose_nothing(filled: Project) -> None:
    run = tried_run(filled, wrong=[])
    changes = [{"title": "a title"}, {"note": "a note"}, {"pinned": True}]
    threads = [threading.Thread(target=write_about, args=(run.folder,), kwargs=change) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    about = run.about()
    assert (about.title, about.note, about.pinned) == ("a title", "a note", True)


def test_a_text_that_is_too_long_is_refused(filled: Project) -> None:
    with pytest.raises(RunError, match="title has 81 letters; at most 80"):
        tried_run(filled, wrong=[]).describe(title="x" * 81)


@pytest.mark.parametrize("title", HOSTILE[:12])
def test_the_card_of_a_model_can_be_read_by_the_hub_whatever_things_are_called(filled: Project, title: str) -> None:
    run = tried_run(filled, wrong=[0], base="some/base")
    run.describe(title=title[:80])
    card = write_card(run)
    header = yaml.safe_load(card.split("---\n")[1])
    assert (header["library_name"], header["base_model"]) == ("transformers", "some/base")
    [result] = header["model-index"][0]["results"]
    assert result["metrics"][0]["value"] == 0.5 and "50.0% are right" in card
    assert not re.search(r"(?<!\\)<", card)


def test_a_model_is_promoted_with_its_card_and_the_one_before_comes_back_by_its_version(filled: Project) -> None:
    for wrong in ([], [0]):
        give_best(tried_run(filled, wrong=wrong), len(wrong))
    first, second = filled.models.promote("1"), filled.models.promote("2")
    assert "Run 0001" in (first.folder / "README.md").read_text() and filled.models.production() == second
    assert filled.models.promote(first.version).run == "0001"
    assert filled.models.production().version == first.version  # type: ignore[union-attr]
    with pytest.raises(NoModel, match="no model of version 9"):
        filled.models.promote(9)
