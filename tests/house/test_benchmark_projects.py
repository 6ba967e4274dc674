"""The projects that benchmarks look at are such as imports leave, also where nobody's doors were used to fill them."""

from __future__ import annotations

from pathlib import Path

from cvwidgets import Project
from tests.benchmarks.projects import generate, multiply
from tests.store.invariants import broken_invariants


def test_a_multiplied_project_holds_what_imports_would_have_left(tmp_path: Path) -> None:
    folder = multiply(generate(tmp_path / "heap", 40, pictures=True, plain=True), 3)
    with Project(folder) as project:
        every = project.images.select()
        assert (len(every), project.status().new, project.status().kept) == (120, 60, 60)
        assert len(project.images.thumbnails(every.ids)) == 120
        every.assign("label 3")
        project.journal.undo()
    assert broken_invariants(folder) == []
