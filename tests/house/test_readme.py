"""README tells no command, option or file that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import typer

from cvwidgets.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
BLOCKS = re.findall(r"^```(?:sh|bat)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
LINES = [line.partition("  #")[0].strip() for block in BLOCKS for line in block.splitlines()]
TABLE = [row.replace("\\|", "|") for row in re.findall(r"^\| `(cvwidgets .*?)` \|", README, re.MULTILINE)]
TOLD = [told for line in (*LINES, *TABLE) if (told := re.search(r"(?:^|[/\\])cvwidgets (.+)", line))]


def options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}


@pytest.mark.parametrize("told", [match[1] for match in TOLD])
def test_a_command_line_of_readme_exists_with_its_options(told: str) -> None:
    name, *rest = told.split()
    assert name in COMMANDS
    assert set(re.findall(r"--[a-z][a-z-]*", " ".join(rest))) <= options(COMMANDS[name])


def test_the_table_of_readme_has_every_command() -> None:
    assert {row.split()[1] for row in TABLE} == set(COMMANDS)


def test_the_map_of_readme_shows_the_rooms_that_are_there() -> None:
    shown = set(re.findall(r"^  ([a-z]+)/ ", README, re.MULTILINE))
    assert shown == {path.name for path in (ROOT / "cvwidgets").iterdir() if path.is_dir() and (path / "__init__.py").is_file()}


def test_the_python_of_readme_is_python_and_takes_from_us_only_what_is_there() -> None:
    for block in re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        compile(block, "README.md", "exec")
        for module, names in re.findall(r"^from (cvwidgets[.\w]*) import (.+)$", block, re.MULTILINE):
            taken = __import__(module, fromlist=["_"])
            assert all(hasattr(taken, name.strip()) for name in names.split(","))


def test_files_that_readme_links_to_are_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README) + re.findall(r"`((?:tests|notebooks)/[\w./]+\.\w+)`", README)
    assert [link for link in links if not (ROOT / link).exists()] == []
