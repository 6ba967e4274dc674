"""The front end of each widget is one script and one style sheet, put together from parts that node can test."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cvwidgets.widgets import front

STEMS = sorted(path.stem for path in front.HERE.glob("*.js"))
PARTS = sorted(front.HERE.rglob("*.js"))


@pytest.mark.parametrize("stem", STEMS)
def test_a_script_stands_alone(stem: str) -> None:
    script = front.script(stem)
    assert not re.search(r"^(import|export (?!default))", script, re.MULTILINE)
    assert script.count("export default { render }") == 1


@pytest.mark.parametrize("stem", STEMS)
def test_the_parts_of_a_script_have_no_name_twice(stem: str) -> None:
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", front.script(stem), re.MULTILINE)
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("stem", STEMS)
def test_a_script_is_understood_as_a_module(stem: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not on PATH")
    done = subprocess.run([node, "--check", "--input-type=module"], input=front.script(stem), text=True, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_text_never_becomes_html(path: Path) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc", path.read_text("utf-8"))


def test_a_part_that_renames_what_it_imports_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("export const one = 1;\n")
    (tmp_path / "b.js").write_text('import { one as two } from "./a.js";\n')
    with pytest.raises(ValueError, match="renames what it imports"):
        front._collect(tmp_path / "b.js", {})


def test_all_rules_stand_under_one_class() -> None:
    text = re.sub(r"/\*.*?\*/|@media[^{]*|@container[^{]*", "", front.style(), flags=re.DOTALL)
    selectors = [part.strip() for group in re.findall(r"([^{}]+)\{", text) for part in group.split(",")]
    assert [one for one in selectors if one and "cvw" not in one] == []
