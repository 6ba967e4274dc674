"""The playground as the page asks it: pictures by every way in, what cannot be asked about, what is kept for the next page."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.widgets import InspectPanel
from cvwidgets.widgets.asked import LARGEST, LastAsked
from tests.conftest import look_through
from tests.widgets.conftest import Page

Draw = Callable[..., Path]
Open = Callable[..., Page]

LOADING = 120
"""Seconds that the worker may take for its first answers on a busy machine."""

PREDICTIONS = {"predictions": [{"label": "owl", "probability": 0.8}], "model": {"version": 1, "run": "0001", "labels": 2}}


@pytest.fixture
def asked(project: Project, whole: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project with a model in production that tells owl from elk, which nobody had to load; its worker ends soon."""
    monkeypatch.setenv("CVWIDGETS_WORKER_IDLE", "5")
    project.models._check = lambda _folder, _name: ["owl", "elk"]
    project.models.promote(project.models.register(whole).version)
    return project


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A server on 127.0.0.1 that gives what lies below `tmp_path`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def send(opened: Page, data: bytes, name: str = "1.jpg") -> dict[str, Any]:
    return opened.ask("upload", (data,), upload="a", name=name, part=0, of=1, model=None)


def test_asking_without_a_model_says_what_to_do(page: Open, project: Project, draw: Draw) -> None:
    panel = InspectPanel(project)
    answer = send(page(panel), draw("1.jpg").read_bytes())
    assert panel._model is None and panel._models == [] and answer["error"]["kind"] == "NoModel"


def _png(width: int, height: int) -> bytes:
    """The header of a PNG of that size, without pixels."""
    file = io.BytesIO()
    Image.new("1", (1, 1)).save(file, "PNG")
    whole = bytearray(file.getvalue())
    whole[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    import zlib

    whole[29:33] = zlib.crc32(whole[12:29]).to_bytes(4, "big")
    return bytes(whole)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no picture", "not a picture of a format that is read"),
        (b"", "The file is empty"),
        (_png(0, 0), "header is damaged"),
        (_png(50_000, 50_000), "megapixels, the most that is read; scale it down first"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "damaged"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC|damaged|header"),
    ],
    ids=["text", "empty", "0x0", "50000x50000", "truncated", "heic"],
)
def test_what_is_no_picture_is_told_in_three_beats_and_asks_no_model(page: Open, asked: Project, data: bytes, why: str) -> None:
    panel = InspectPanel(asked)
    error = send(page(panel), data)["error"]
    assert error["kind"] == "UnreadablePicture"
    assert error["message"].startswith("'1.jpg' cannot be shown to the model. ") and error["message"].endswith("or drop one here.")
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(error["message"])
    assert list(panel._held.folder.iterdir()) == [] and LastAsked(asked.folder, by=asked.by).get() is None
    assert not (asked.folder / "worker").exists()


def test_addresses_are_fetched_by_the_rules_of_the_collector(page: Open, asked: Project, site: str) -> None:
    opened = page(InspectPanel(asked))
    assert opened.ask("fetch", address=f"{site}/1.jpg", model=None)["error"]["kind"] == "AddressRefused"
    assert opened.ask("fetch", address="file:///etc/passwd", model=None)["error"]["kind"] == "AddressRefused"
    opened = page(InspectPanel(asked, allow_private=True))
    assert "404" in opened.ask("fetch", address=f"{site}/gone.jpg", model=None)["error"]["message"]


@pytest.mark.slow
def test_a_picture_is_asked_about_explained_compared_and_added(page: Open, asked: Project, site: str, draw: Draw) -> None:
    draw("new/owl.png", seed=7, size=(160, 90))
    panel = InspectPanel(asked, allow_private=True)
    opened = page(panel)
    told = opened.ask("fetch", seconds=LOADING, address=f"{site}/new/owl.png", model=None)["ok"]
    assert (told["picture"]["width"], told["picture"]["pages"], told["stands"], told["address"]) == (160, 1, None, f"{site}/new/owl.png")
    assert {one["label"] for one in told["predictions"]} == {"owl", "elk"} and told["model"]["version"] == 1
    why = opened.ask("explain", seconds=LOADING, word=told["word"], label="elk", method="gradcam", model=1)
    assert Image.open(io.BytesIO(why["buffers"][0])).mode == "RGBA" and 0 < why["ok"]["box"][0] < why["ok"]["box"][2] < 1
    assert (
        opened.ask("explain", seconds=LOADING, word=told["word"], label="elk", method="gradients", model=1)["error"]["kind"]
        == "NotExplained"
    )
    assert opened.ask("ask_again", seconds=LOADING, word=told["word"], model=1)["ok"]["predictions"] == told["predictions"]
    added = opened.ask("adopt", word=told["word"], label="owl")["ok"]
    [image] = asked.images.get([added["image"]])
    assert (image.label, image.state, image.owned) == ("owl", "kept", True) and image.source is not None
    assert image.source.address == told["address"] and added["sentence"] == "Added: it is kept as owl."
    assert opened.ask("adopt", word=told["word"], label=None)["ok"]["sentence"] == "It was in the project already, and is kept as owl."
    assert opened.ask("take_out", image=image.id)["ok"] and asked.images.get([image.id])[0].state == "trashed"
    again = page(InspectPanel(asked)).ask("last")["ok"]
    assert (again["name"], again["predictions"], again["address"]) == (told["name"], told["predictions"], told["address"])


@pytest.mark.slow
def test_an_image_of_the_project_is_shown_from_python_with_those_most_like_it(page: Open, asked: Project) -> None:
    look_through(asked)
    [image, *_] = asked.images.select("red").ids.tolist()
    panel = InspectPanel(asked)
    panel.show(image)
    opened = page(panel)
    told = opened.ask("take_given", seconds=LOADING, number=panel._given["number"], model=None)["ok"]
    assert told["image"] == image and told["stands"] == {"label": "red", "state": "kept"} and panel._given == {}
    near = opened.ask("similar", seconds=LOADING, word=told["word"], label="red", count=3, model=1)
    assert len(near["ok"]["near"]) == len(near["buffers"]) == 3 and near["ok"]["by"] == "model 1 from birds"
    assert image not in [one["id"] for one in near["ok"]["near"]]
    distances = [one["distance"] for one in near["ok"]["near"]]
    assert distances == sorted(distances)
    assert "no label 'owl'" in opened.ask("similar", seconds=LOADING, word=told["word"], label="owl", count=3, model=1)["ok"]["why"]


def test_a_picture_that_is_not_at_hand_any_more_is_told(page: Open, asked: Project) -> None:
    error = page(InspectPanel(asked)).ask("explain", word="gone", label="owl", method="gradcam", model=1)["error"]
    assert error["message"].startswith("This picture is not at hand any more;")


def test_a_folder_that_is_chosen_is_no_picture(asked: Project, tmp_path: Path) -> None:
    panel = InspectPanel(asked, roots=[tmp_path])
    panel._choose(tmp_path)
    assert "is a folder; the model is asked about one picture. Choose a file in it." in panel._problem and panel._given == {}


def test_a_project_that_can_only_be_looked_at_takes_nothing_in(asked: Project) -> None:
    panel = InspectPanel(asked)
    assert panel._closed == ""
    asked.images.start_adding([asked.folder.parent / "heap"])
    panel.look(changed=False)
    assert panel._closed in ("", "An import is under way; this can be added when it has ended.")


# ---- kept for the next page


def test_nothing_was_asked_and_nothing_need_be_warmed_before_there_is_a_model(page: Open, project: Project) -> None:
    opened = page(InspectPanel(project))
    assert opened.ask("last")["ok"] == {} and opened.ask("warm")["ok"] == {}


def test_what_was_asked_last_is_there_for_the_next_page(page: Open, project: Project, draw: Draw) -> None:
    LastAsked(project.folder, by=project.by).put(draw("1.jpg"), "an owl\n.jpg", PREDICTIONS, b"small")
    answer = page(InspectPanel(project)).ask("last")
    told = answer["ok"]
    assert (told["name"], told["predictions"], told["picture"]["width"]) == ("an owl\n.jpg", PREDICTIONS["predictions"], 80)
    assert told["model"]["name"] == "model 1 of run 0001" and told["image"] is None
    assert Image.open(io.BytesIO(answer["buffers"][0])).size == (80, 60)
    assert LastAsked(project.folder, by="another").get() is None


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x00\xff", b'{"facts": {"predictions": [7]}}', b"[" * 100_000])
def test_a_damaged_answer_is_as_none(project: Project, draw: Draw, damage: bytes) -> None:
    last = LastAsked(project.folder, by="ann")
    last.put(draw("1.jpg"), "1.jpg", PREDICTIONS, b"")
    [file] = (project.folder / "cache" / "inspect").iterdir()
    file.write_bytes(damage)
    assert last.get() is None


def test_of_a_large_picture_the_small_copy_is_kept(project: Project, tmp_path: Path) -> None:
    (tmp_path / "large.tif").write_bytes(bytes(LARGEST + 1))
    last = LastAsked(project.folder, by="ann")
    last.put(tmp_path / "large.tif", "x" * 5000, PREDICTIONS, b"small")
    kept = last.get()
    assert kept is not None and (len(kept.name), kept.picture, kept.small) == (255, b"", b"small")
