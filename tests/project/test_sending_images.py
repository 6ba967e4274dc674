"""Images go to a hub on 127.0.0.1 that answers as the real one does, and come back from it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import Project, jobs
from cvwidgets.errors import ExportError, NotSent
from tests.conftest import until
from tests.project.test_outgoing import SPLIT, kept
from tests.vision.conftest import Hub

DATA = "data/{}-00000-of-00001.parquet"


@pytest.fixture(autouse=True)
def own_token(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of ann, as the environment has it."""
    monkeypatch.setenv("HF_TOKEN", "hf_ann")


def written(hub: Hub, name: str, folder: Path) -> Path:
    """What a hub has of a data set, as a folder."""
    for path, content in hub.sent[name].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_what_is_kept_arrives_private_with_parts_and_card_and_comes_back_the_same(filled: Project, hub: Hub, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    address = filled.exports.push_to_hub("ann/colors", split=SPLIT, tick=lambda *far: told.append(far))
    assert address == f"http://127.0.0.1:{hub.server_port}/datasets/ann/colors" and hub.private == {"ann/colors": True}
    assert set(hub.sent["ann/colors"]) == {"README.md", *map(DATA.format, ("train", "validation", "test"))}
    assert {stage for stage, _, _ in told} == {"writing", "sending"} and told[-1][1] == told[-1][2] > 0
    card = hub.sent["ann/colors"]["README.md"].decode()
    assert "10 images under 2 labels." in card and "| red | 3 | 1 | 1 |" in card and "| not told | 10 |" in card
    with Project(tmp_path / "again") as again:
        again.images.add(written(hub, "ann/colors", tmp_path / "back"))
        assert kept(again) == kept(filled) and again.images.parts_given() == {"train": 6, "valid": 2, "test": 2}
    assert not list((filled.folder / "work").glob(".send-*")), "what was written down on the way is gone"


def test_columns_of_the_users_own_are_not_sent(project: Project, hub: Hub, draw: Callable[..., Path], tmp_path: Path) -> None:
    draw("photos/1.jpg", seed=1)
    (tmp_path / "photos" / "list.csv").write_text("file,label,patient\n1.jpg,elk,Mrs. Secret\n")
    project.images.add(tmp_path / "photos" / "list.csv")
    project.exports.push_to_hub("ann/colors")
    assert not any(b"Secret" in content or b"patient" in content for content in hub.sent["ann/colors"].values())


def test_what_is_sent_anew_takes_the_place_of_what_was_there(filled: Project, hub: Hub) -> None:
    filled.exports.push_to_hub("ann/colors", split=SPLIT)
    hub.sent["ann/colors"]["notes.txt"] = b"mine"
    filled.exports.push_to_hub("ann/colors")
    assert set(hub.sent["ann/colors"]) == {"README.md", "notes.txt", DATA.format("train")}


def test_a_public_data_set_does_not_get_what_was_meant_to_be_private(filled: Project, hub: Hub) -> None:
    filled.exports.push_to_hub("ann/colors", private=False)
    before = dict(hub.sent["ann/colors"])
    with pytest.raises(NotSent, match="is on the hub already and public; a private one was asked for"):
        filled.exports.push_to_hub("ann/colors")
    assert hub.sent["ann/colors"] == before and hub.private == {"ann/colors": False}


def test_it_goes_on_in_a_process_of_its_own_and_no_token_is_written_anywhere(filled: Project, hub: Hub) -> None:
    begun = filled.exports.start_sending("ann/colors", split=SPLIT)
    with pytest.raises(ExportError, match="The export 'ann/colors' is under way"):
        filled.exports.start_sending("ann/others")
    until(lambda: (now := filled.exporting()) is not None and jobs.is_over(now.status), seconds=60)
    done = filled.exporting()
    assert done is not None and done.result == {"address": f"http://127.0.0.1:{hub.server_port}/datasets/ann/colors"}, done
    (job,) = [job for job in filled.jobs.list() if job.name == begun.job]
    assert (job.title, job.sentence, job.share) == ("Send images to ann/colors", done.result["address"], 1.0)
    files = [Path(folder) / name for folder, _, names in os.walk(filled.folder) for name in names]
    assert not [file for file in files if b"hf_ann" in file.read_bytes()]


def test_what_stands_in_the_way_is_said_before_anything_is_written(filled: Project, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSent, match="may not write to 'zoo/birds'"):
        filled.exports.push_to_hub("zoo/birds")
    monkeypatch.delenv("HF_TOKEN")
    for send in (filled.exports.push_to_hub, filled.exports.start_sending):
        with pytest.raises(NotSent, match=r"You have no token for the hub.*hf auth login"):
            send("ann/colors")
    assert hub.sent == {}


def test_who_is_told_may_break_it_off(filled: Project, hub: Hub) -> None:
    def stop(stage: str, _done: int, _of: int) -> None:
        if stage == "sending":
            raise NotSent("It was cancelled.")

    with pytest.raises(NotSent, match="It was cancelled"):
        filled.exports.push_to_hub("ann/colors", tick=stop)
    assert hub.sent["ann/colors"] == {} and not list((filled.folder / "work").glob(".send-*"))
