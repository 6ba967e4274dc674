"""The page about serving others tells no option that is not there, and what is to be copied from it can be read."""

from __future__ import annotations

import re
from pathlib import Path

import typer

import cvwidgets.dashboard
from cvwidgets.cli.main import app

PAGE = (Path(cvwidgets.dashboard.__file__).parent / "SERVING.md").read_text(encoding="utf-8")
COMMAND = typer.main.get_command(app).commands["app"]  # type: ignore[attr-defined]
OPTIONS = {name for parameter in COMMAND.params for name in (*parameter.opts, *parameter.secondary_opts)}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_every_option_that_it_names_is_one_of_the_command() -> None:
    told = set(re.findall(r"--[a-z][a-z-]+", PAGE))
    assert {"--host", "--base-url", "--user", "--root", "--port", "--no-browser"} == told
    assert told <= OPTIONS


def test_its_configurations_are_python() -> None:
    for block in blocks("python"):
        compile(block, "SERVING.md", "exec")
    assert len(blocks("python")) == 2 and len(blocks("nginx")) == len(blocks("caddy")) == 1
