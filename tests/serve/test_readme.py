"""What README tells about calling a server works as it is printed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.serve.conftest import TOKEN, Running, picture_bytes

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
SECTION = README.partition("## Calling it\n")[2].partition("\n## ")[0]


@pytest.fixture
def desk(served: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where somebody sits who read README: two pictures beside them, the token in the environment; gives the server's port."""
    for name in ("photo.jpg", "other.jpg"):
        (tmp_path / name).write_bytes(picture_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CVWIDGETS_TOKEN", TOKEN)
    return served.address.rpartition(":")[2]


def test_each_line_of_curl_is_answered(desk: str) -> None:
    (block,) = re.findall(r"^```sh\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)
    for line in block.replace(":8000", f":{desk}").splitlines():
        assert '"owl1"' in subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True).stdout


def test_the_python_prints_the_labels(desk: str, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)
    told: dict[str, list[object]] = {}
    exec(compile(block.replace(":8000", f":{desk}"), "README.md", "exec"), told)
    assert "owl1" in capsys.readouterr().out and len(told["answers"]) == 2
