"""The floors of the house hold: each room imports, at its top or inside its functions, only what its row of the table lists."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "cvwidgets"

FLOOR_0 = {
    "errors",
    "records",
    "augmentation",
    "recipe",
    "parameters",
    "evaluation",
    "machine",
    "settings",
    "files",
    "clock",
    "glance",
    "filter",
    "labeling",
    "pace",
    "model",
    "dividing",
    "parts",
    "hub",
    "sending",
    "keys",
    "frames",
}
TORCH = {"torch", "torchvision", "transformers", "safetensors", "huggingface_hub"}
SCREEN = {"anywidget", "ipywidgets", "ipyfilechooser", "traitlets", "IPython", "jscatter"}
BELOW_THE_PROJECT = FLOOR_0 | {"pictures", "vision", "store", "collect", "learn", "explore", "report", "jobs"}
FACE = FLOOR_0 | {"project", "jobs", "Project"}

ROOMS: dict[str, tuple[set[str], set[str]]] = {
    # room: (rooms of ours, libraries of others) that it may import
    "errors": (set(), set()),
    "records": (set(), set()),
    "augmentation": ({"errors"}, set()),
    "recipe": ({"errors", "augmentation"}, set()),
    "parameters": (set(), set()),
    "evaluation": ({"records"}, set()),
    "pace": ({"recipe"}, set()),
    "model": (set(), set()),
    "machine": (set(), {"platformdirs"}),
    "dividing": ({"records"}, set()),
    "parts": (set(), {"datasets"}),
    "files": (set(), set()),
    "hub": (set(), {"huggingface_hub"}),
    "sending": ({"errors", "hub"}, {"huggingface_hub"}),
    "clock": (set(), set()),
    "glance": (set(), set()),
    "labeling": ({"errors"}, set()),
    "filter": ({"errors", "records"}, set()),
    "keys": ({"errors", "files", "machine"}, set()),
    "frames": ({"errors"}, set()),
    "settings": ({"errors", "files", "machine"}, set()),
    "pictures": ({"errors", "records"}, {"PIL", "numpy", "pillow_heif"}),
    "vision": (
        {"errors", "records", "hub", "sending", "machine", "model", "evaluation", "settings", "pictures"},
        TORCH | {"PIL", "numpy", "captum", "onnx", "onnxruntime"},
    ),
    "store": (
        {"errors", "records", "model", "recipe", "filter", "labeling", "clock", "files", "parts", "dividing", "pictures"},
        {"sqlalchemy", "alembic", "datasets", "numpy", "portalocker"},
    ),
    # keys and settings: providers are asked with the user's key, and hosts are told the user's contact.
    "collect": (
        {"errors", "records", "hub", "keys", "settings", "frames", "pictures"},
        {"httpx", "httpcore", "ddgs", "datasets", "pyarrow", "huggingface_hub", "av", "PIL", "numpy"},  # the last two: frames of videos
    ),
    "learn": (
        FLOOR_0 | {"pictures", "vision"},
        TORCH | {"accelerate", "datasets", "scipy", "sklearn", "PIL", "numpy", "portalocker"},
    ),
    "explore": (FLOOR_0 | {"pictures", "vision"}, TORCH | {"sklearn", "scipy", "umap", "cleanlab", "faiss", "PIL", "numpy"}),
    "report": ({"augmentation", "evaluation", "recipe", "records"}, {"jinja2"}),
    "jobs": ({"errors", "records", "machine", "clock", "files"}, {"portalocker"}),
    "project": (BELOW_THE_PROJECT, {"numpy", "pandas", "PIL", "pyarrow"}),  # pyarrow: tables of results are written some rows at a time
    "widgets": (FACE, SCREEN | {"numpy", "pandas"}),
    "client": ({"errors", "records"}, {"httpx"}),
    "serve": (FACE | {"__version__"}, {"fastapi", "starlette", "uvicorn", "pydantic", "prometheus_client", "multipart"}),
    "cli": (FACE | {"demo", "dashboard", "serve", "__version__"}, {"typer", "rich", "click"}),
    "demo": ({"errors", "records", "files"}, {"PIL", "numpy"}),
    "dashboard": ({"errors", "records"}, {"voila", "jupyter_server", "tornado"}),
    "__init__": (FLOOR_0 | {"project", "client"}, set()),
    "__main__": ({"cli"}, set()),
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    return module.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(module: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively; write the whole path"
            name = node.module or ""
            yield from ((node.lineno, f"{name}.{alias.name}") for alias in node.names) if name == "cvwidgets" else [(node.lineno, name)]


def strangers(module: Path) -> list[str]:
    room = room_of(module)
    ours, others = ROOMS[room]
    where = module.relative_to(PACKAGE.parent)
    found = []
    for line, name in imports(module):
        top, *rest = name.split(".")
        if top == "cvwidgets" and rest and rest[0] not in ours | {room}:
            found.append(f"{where}:{line} imports {name}; {room} may import {sorted(ours)} of ours")
        elif top == "sqlite3" and room != "store":
            found.append(f"{where}:{line} imports sqlite3; SQL lives in store alone")
        elif top != "cvwidgets" and top not in sys.stdlib_module_names and top not in others:
            found.append(f"{where}:{line} imports {top}; {room} may import {sorted(others)} of others")
    return found


def test_every_room_has_its_row_in_the_table() -> None:
    assert {room_of(module) for module in modules()} <= set(ROOMS)


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_what_its_row_lists(room: str) -> None:
    assert [line for module in modules() if room_of(module) == room for line in strangers(module)] == []


def test_the_walk_sees_what_is_imported_inside_a_function(tmp_path: Path) -> None:
    module = tmp_path / "x.py"
    module.write_text("def f():\n    from torch import nn\n    import cvwidgets.store.images\n    from cvwidgets import Project\n")
    assert list(imports(module)) == [(2, "torch"), (3, "cvwidgets.store.images"), (4, "cvwidgets.Project")]
