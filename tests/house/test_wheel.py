"""What is installed is whole: the wheel holds everything that is no Python file, too, and the sdist builds the same wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def tracked(*below: str) -> set[str]:
    """Files of the checkout as git lists them, new ones too."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *below], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("the files of a checkout are listed by git, which is not here")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> set[str]:
    return set(zipfile.ZipFile(next(built.glob("*.whl"))).namelist())


def test_the_wheel_holds_every_file_of_the_package(wheel: set[str]) -> None:
    assert tracked("cvwidgets") - wheel == set()


def test_the_wheel_holds_what_dashboard_training_and_catalog_need(wheel: set[str]) -> None:
    starter = {
        f"cvwidgets/vision/starter/{name}" for name in ("model.safetensors", "config.json", "preprocessor_config.json", "SOURCE.txt")
    }
    assert (
        starter | {"cvwidgets/notebooks/workbench.ipynb", "cvwidgets/notebooks/1_collect.ipynb", "cvwidgets/notebooks/6_serve.ipynb"}
        <= wheel
    )
    assert any("/migrations/versions/" in name for name in wheel)
    assert any(name.endswith("index.html.j2") for name in wheel)
    assert {name.rpartition(".")[2] for name in wheel if name.startswith("cvwidgets/widgets/")} >= {"py", "js", "css"}


def test_the_wheel_holds_no_tests_caches_or_demo(wheel: set[str]) -> None:
    assert [name for name in wheel if not name.startswith(("cvwidgets/", "cvwidgets-"))] == []
    assert [name for name in wheel if "__pycache__" in name or name.endswith((".pyc", ".part"))] == []


def test_the_wheel_names_its_command_its_license_and_its_readme(built: Path, wheel: set[str]) -> None:
    (info,) = {name.partition("/")[0] for name in wheel if ".dist-info/" in name}
    archive = zipfile.ZipFile(next(built.glob("*.whl")))
    assert "cvwidgets = cvwidgets.cli" in archive.read(f"{info}/entry_points.txt").decode()
    assert "# cvwidgets" in archive.read(f"{info}/METADATA").decode() and f"{info}/licenses/LICENSE" in wheel


def test_the_sdist_holds_what_builds_and_tests_it(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "Makefile",
        "constraints.txt",
        "environment.yml",
        "notebooks/workbench.ipynb",
    } <= names
    assert tracked("cvwidgets", "tests", "notebooks") - names == set()
    assert [name for name in names if name.startswith((".venv", "demo/", "dist/"))] == []
