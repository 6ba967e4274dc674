"""Where a person left off: found again by the next kernel, torn by none, and never in the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cvwidgets import Project

PUT_MANY = """
import sys
from cvwidgets import Project
with Project(sys.argv[1], by="anna") as project:
    for turn in range(30):
        project.bookmarks.put(sys.argv[2], {"turn": turn})
        project.bookmarks.flush()
"""


def test_the_next_kernel_begins_where_this_one_was_left(tmp_path: Path) -> None:
    with Project(tmp_path, by="anna") as project:
        assert project.bookmarks.get("triage") == {}
        project.bookmarks.put("triage", {"label": "owl"})
        assert project.bookmarks.get("triage") == {"label": "owl"}
    assert Project(tmp_path, by="anna").bookmarks.get("triage") == {"label": "owl"}


@pytest.mark.parametrize("name", ["bob", "../../etc/passwd", "a/b", "\0", "", "🦬", "x" * 5000, "ANNA", "\ud800"])
def test_each_person_has_a_place_of_their_own_whatever_they_are_called(tmp_path: Path, name: str) -> None:
    with Project(tmp_path / "p", by="anna") as project:
        project.bookmarks.put("triage", {"label": "owl"})
    with Project(tmp_path / "p", by=name or None) as project:
        project.bookmarks.put("triage", {"label": "elk"})
    assert Project(tmp_path / "p", by="anna").bookmarks.get("triage") == {"label": "owl"}
    assert len(list((tmp_path / "p" / "bookmarks").glob("*.json"))) == 2


def test_two_kernels_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    Project(tmp_path).close()
    kernels = [subprocess.Popen([sys.executable, "-c", PUT_MANY, str(tmp_path), key]) for key in ("one", "two")]
    assert [kernel.wait() for kernel in kernels] == [0, 0]
    bookmarks = Project(tmp_path, by="anna").bookmarks
    assert bookmarks.get("one") == bookmarks.get("two") == {"turn": 29}


@pytest.mark.parametrize("damage", ['{"triage": ', "[]", '{"triage": 3}', "", "[" * 100_000])
def test_a_damaged_file_is_as_none(tmp_path: Path, damage: str) -> None:
    with Project(tmp_path) as project:
        project.bookmarks.put("triage", {"label": "owl"})
    (file,) = (tmp_path / "bookmarks").glob("*.json")
    file.write_text(damage)
    with Project(tmp_path) as project:
        assert project.bookmarks.get("triage") == {}
        project.bookmarks.put("triage", {"label": "elk"})
    assert Project(tmp_path).bookmarks.get("triage") == {"label": "elk"}


def test_too_much_is_refused_and_what_was_there_stays(tmp_path: Path) -> None:
    with Project(tmp_path) as project:
        project.bookmarks.put("form", {"text": "short"})
        with pytest.raises(ValueError, match="more than 65,536"):
            project.bookmarks.put("form", {"text": "x" * 70_000})
        assert project.bookmarks.get("form") == {"text": "short"}


@pytest.mark.parametrize("value", [{"place": {1, 2}}, {"share": float("nan")}, {"when": b"now"}])
def test_what_is_no_json_is_refused(tmp_path: Path, value: dict[str, object]) -> None:
    with Project(tmp_path) as project, pytest.raises(ValueError, match="JSON"):
        project.bookmarks.put("form", value)


def test_what_was_put_is_not_changed_by_who_put_it(tmp_path: Path) -> None:
    with Project(tmp_path) as project:
        value = {"labels": ["owl"]}
        project.bookmarks.put("form", value)
        value["labels"].append("elk")
        assert project.bookmarks.get("form") == {"labels": ["owl"]}


def test_a_place_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    with Project(tmp_path) as project:
        (tmp_path / "bookmarks").write_text("a file in the way")
        project.bookmarks.put("form", {"text": "short"})
        project.bookmarks.flush()
        assert project.bookmarks.get("form") == {"text": "short"}


@pytest.mark.parametrize(
    ("environment", "by"), [({"CVWIDGETS_USER": "anna", "JUPYTERHUB_USER": "hub"}, "anna"), ({"JUPYTERHUB_USER": "hub"}, "hub")]
)
def test_who_decides_is_named_by_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], by: str) -> None:
    for name in ("CVWIDGETS_USER", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with Project(tmp_path) as project:
        project.labels.add("owl")
        assert project.journal.acts()[0].by == by
