"""What is said of cvwidgets in several places is said the same: pyproject, constraints, environment, Makefile, README."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = [Requirement(line) for line in PYPROJECT["dependencies"]]
DEV = [Requirement(line) for line in PYPROJECT["optional-dependencies"]["dev"]]
CONDA_NAMES = {"pytorch": "torch"}


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line) for line in lines), "constraints.txt holds name==version lines only"
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def environment() -> dict[str, Requirement]:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    parsed = [Requirement(line) for line in listed if isinstance(line, str)]
    return {canonicalize_name(CONDA_NAMES.get(r.name, r.name)): r for r in parsed}


def test_constraints_pin_every_package_that_pyproject_needs_at_a_version_it_takes() -> None:
    pinned = pins()
    assert [str(r) for r in NEEDED + DEV if not r.specifier.contains(pinned[canonicalize_name(r.name)])] == []


def test_torch_and_torchvision_are_pinned_to_what_was_tested() -> None:
    assert {str(r) for r in NEEDED} >= {"torch==2.15.0", "torchvision==0.29.2"}


def test_the_conda_environment_asks_for_the_same_packages_as_pyproject() -> None:
    listed = environment()
    wanted = {canonicalize_name(r.name): r.specifier for r in NEEDED}
    assert set(listed) - {"python", "pip", "nodejs"} == set(wanted)
    assert {name: listed[name].specifier for name in wanted} == wanted
    assert listed["python"].specifier == Requirement(f"python{PYPROJECT['requires-python']}").specifier


def test_the_makefile_has_the_targets_that_readme_names() -> None:
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`?make ([a-z][a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z][a-z-]*):", make, re.MULTILINE))
    assert {"demo", "test", "test-all", "check", "install", "wheel", "benchmarks", "clean"} <= targets
    assert {"demo", "test", "test-all", "check"} <= named <= targets


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not on PATH")
@pytest.mark.parametrize(("serve", "ends"), [("0", "demo demo --no-serve"), ("1", "demo demo")])
def test_make_demo_serves_unless_told_not_to(serve: str, ends: str) -> None:
    command = ["make", "--no-print-directory", "-n", "demo", f"SERVE={serve}"]  # a make around this test would have it say where it is
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1].strip().endswith(f"cvwidgets {ends}")
