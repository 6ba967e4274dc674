"""What a user set once for all projects: kept whole, checked on the way in, never a reason to fail on the way out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cvwidgets.errors import SettingsError
from cvwidgets.settings import Settings, change_settings, read_settings


def test_without_a_file_all_is_as_it_comes(machine_folder: Path) -> None:
    assert read_settings() == Settings()
    assert not any(machine_folder.iterdir())


def test_a_change_stays_and_leaves_the_others_alone(tmp_path: Path) -> None:
    change_settings(device="cpu", projects=str(tmp_path))
    assert change_settings(cache_gigabytes=5) == Settings(device="cpu", projects=str(tmp_path), cache_gigabytes=5)
    assert change_settings(projects=None) == read_settings() == Settings(device="cpu", cache_gigabytes=5)


@pytest.mark.parametrize("content", ["", "{half a", "[1, 2]", "null", "[" * 5000, '{"device": 7, "threads": -1, "base": "\\ud800"}'])
def test_a_damaged_file_gives_what_it_comes_with(machine_folder: Path, content: str) -> None:
    (machine_folder / "settings.json").write_text(content)
    assert read_settings() == Settings()
    assert change_settings(threads=2).threads == 2


def test_one_value_that_cannot_be_used_costs_nothing_of_the_others(machine_folder: Path) -> None:
    (machine_folder / "settings.json").write_text('{"device": "pink", "threads": 3}')
    assert read_settings() == Settings(threads=3)


def test_what_a_later_version_wrote_stays(machine_folder: Path) -> None:
    (machine_folder / "settings.json").write_text('{"wallpaper": "owls", "threads": 3}')
    change_settings(device="mps")
    assert json.loads((machine_folder / "settings.json").read_text()) == {"wallpaper": "owls", "threads": 3, "device": "mps"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("projects", "pictures"),
        ("projects", ""),
        ("projects", "/a\0b"),
        ("cache_gigabytes", -1),
        ("cache_gigabytes", float("nan")),
        ("cache_gigabytes", "20"),
        ("device", "cuda:x"),
        ("device", "tpu"),
        ("device", None),
        ("threads", 1.5),
        ("threads", True),
        ("threads", 5000),
        ("base", 3),
        ("base", "a\nb"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(machine_folder: Path, name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"The setting {name} is .*; it must be .* Change it"):
        change_settings(**{"threads": 2, name: value})
    assert not (machine_folder / "settings.json").exists()


def test_a_setting_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"no setting 'color'; there are projects, .* Change one of these"):
        change_settings(color="red")


def test_settings_that_cannot_be_written_are_a_sentence(machine_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine_folder / "file").write_text("")
    monkeypatch.setenv("CVWIDGETS_MACHINE_FOLDER", str(machine_folder / "file"))
    with pytest.raises(SettingsError, match=r"cannot be written .* name another folder in CVWIDGETS_MACHINE_FOLDER"):
        change_settings(device="cpu")
