"""The files themselves keep the house rules: short, offline, notebooks that only wire."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for suffix in ("py", "js", "css", "mjs") for folder in ("cvwidgets", "tests") for path in (ROOT / folder).rglob(f"*.{suffix}")
)
PAGES = sorted(path for pattern in ("*.js", "*.css", "*.html", "*.tpl", "*.j2") for path in (ROOT / "cvwidgets").rglob(pattern))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
UNWANTED = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "manager.py", "misc.py"}


def test_no_file_is_longer_than_300_lines() -> None:
    assert {str(path.relative_to(ROOT)): n for path in SOURCES if (n := path.read_text(encoding="utf-8").count("\n")) > 300} == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [path for path in SOURCES if path.name in UNWANTED] == []


def test_pages_fetch_nothing_from_anywhere() -> None:
    # Addresses of XML namespaces are names; nothing is ever fetched from them.
    address = re.compile(r"(?:https?:)?//(?!www\.w3\.org/(?:2000/svg|1999/xhtml))[a-z0-9-]+(?:\.[a-z0-9-]+)+/", re.IGNORECASE)
    assert {str(path.relative_to(ROOT)): found for path in PAGES if (found := address.findall(path.read_text(encoding="utf-8")))} == {}


def cells(notebook: Path, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_no_outputs(notebook: Path) -> None:
    code = [cell for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_wires_and_defines_nothing(notebook: Path) -> None:
    for source in cells(notebook, "code"):
        tree = ast.parse("\n".join(line for line in source.splitlines() if not line.startswith("%")))
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)], source
        assert 1 <= len(source.splitlines()) <= 8, source


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_nothing_of_ours_but_the_surface(notebook: Path) -> None:
    for source in cells(notebook, "code"):
        named = re.findall(r"^\s*(?:from|import)\s+([\w.]+)", source, re.MULTILINE)
        assert set(named) <= {"cvwidgets", "cvwidgets.widgets", "pathlib", "os", "sys"}, source


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_begins_with_a_title_and_a_sentence(notebook: Path) -> None:
    title, _, rest = cells(notebook, "markdown")[0].partition("\n")
    assert title.startswith("# ") and rest.strip().endswith((".", ")"))
