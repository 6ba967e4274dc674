"""A package of somebody else that brings search providers: one that never ends, one that is broken, and one that is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CODE = """
import os

from cvwidgets.collect import Hit, Provider

class Meadow(Provider):
    name, word, sentence = "meadow", "Meadow", "Flowers of a meadow."
    knows_licenses = True

    def search(self, query, *, web, count, licenses, safe):
        number = 0
        while True:  # it never ends, and gives the same eight for ever
            yield Hit(f"{os.environ['MEADOW']}/{number % 8}.jpg", "meadow", query, license="CC BY 4.0")
            number += 1

class Broken(Provider):
    name, word, sentence = "broken", "Broken", "Nothing."

    def search(self, query, *, web, count, licenses, safe):
        raise KeyError("oops")
        yield
"""
POINTS = "[cvwidgets.providers]\nmeadow = meadow:Meadow\nbroken = meadow:Broken\nlost = meadow:Lost\n"


def install(folder: Path, origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installs the package for this process and those that it starts; its pictures lie at `origin`, from /0.jpg to /7.jpg."""
    facts = folder / "meadow-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: meadow\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(POINTS)
    (folder / "meadow.py").write_text(CODE)
    monkeypatch.setenv("MEADOW", origin)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]))
