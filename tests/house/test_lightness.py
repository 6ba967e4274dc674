"""What is imported loads only what it needs: a page's kernel and the command line start at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ["torch", "transformers", "accelerate", "sklearn", "sqlalchemy", "alembic", "datasets", "pandas", "numpy", "PIL"]
HEAVY += ["IPython", "ipywidgets", "anywidget"]


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_cvwidgets_loads_nothing_heavy() -> None:
    assert loaded_by("from cvwidgets import CvwidgetsError, Project, Recipe") == set()


@pytest.mark.parametrize("room", ["store", "pictures", "collect", "learn", "vision", "jobs", "demo", "dashboard"])
def test_importing_a_room_loads_neither_torch_nor_a_screen(room: str) -> None:
    pytest.importorskip(f"cvwidgets.{room}")
    assert loaded_by(f"import cvwidgets.{room}") & {"torch", "transformers", "IPython", "ipywidgets", "anywidget"} == set()


def test_the_widgets_load_neither_torch_nor_sql() -> None:
    assert loaded_by("import cvwidgets.widgets") & {"torch", "transformers", "sqlalchemy", "datasets"} == set()
