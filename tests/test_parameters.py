"""The parameters of a recipe: each has its words once, for the page and for the terminal."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from cvwidgets import Recipe
from cvwidgets.machine import list_devices
from cvwidgets.parameters import ABOUT, PARAMETERS

FORM = Path(__file__).resolve().parents[1] / "cvwidgets" / "widgets" / "parts" / "recipe.js"


def test_every_field_of_a_recipe_has_one_plain_sentence_and_what_is_usual() -> None:
    assert [one.name for one in PARAMETERS] == [field.name for field in fields(Recipe)]
    for one in PARAMETERS:
        assert one.sentence.endswith(".") and one.sentence.count(". ") == 0 and one.usual and not one.usual.endswith(".")
    assert ABOUT["patience"] == "Ends after so many epochs without a better one. Usual: 3 to 10 where epochs are many, else none."


def test_the_form_of_the_page_has_every_field() -> None:
    told = re.findall(r'^(?:  \{|const EPOCHS = \{)(?: heading: "[^"]+",)? name: "(\w+)"', FORM.read_text("utf-8"), re.MULTILINE)
    assert {*told, "base"} == {field.name for field in fields(Recipe)}


def test_the_devices_of_this_machine_are_told_without_loading_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == "nvidia-smi" else None)
    assert list_devices()[:2] == ("cpu", "cuda")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert list_devices()[0] == "cpu"
    code = "import sys, cvwidgets.machine; cvwidgets.machine.list_devices(); print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
