"""Tiny bases and drawn datasets to learn from in seconds."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import draw_picture

COLORS = {"red": "#c83232", "green": "#32b432", "blue": "#3246c8"}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Nets this small only wait for each other in several threads, for seconds when the machine is busy."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random ConvNeXtV2 of a few thousand weights for 32 px, with dropped paths, as a folder."""
    import torch
    from transformers import ConvNextV2Config, ConvNextV2Model

    folder = tmp_path_factory.mktemp("tiny-base")
    torch.manual_seed(1)
    config = ConvNextV2Config(hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1], image_size=32, drop_path_rate=0.2)
    ConvNextV2Model(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def still_base(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same without dropped paths, whose chance hangs on which pictures are computed together."""
    from transformers import ConvNextV2Config, ConvNextV2Model

    folder = tmp_path_factory.mktemp("still-base")
    config = ConvNextV2Config.from_pretrained(tiny_base)
    config.drop_path_rate = 0.0
    ConvNextV2Model.from_pretrained(tiny_base, config=config).save_pretrained(folder)
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB; skips where none may be made."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., Path]:
    """Draws pictures in three colors and freezes them as a snapshot does: paths, hashes and labels; returns its folder."""

    def freeze(each: int = 10, *, size: tuple[int, int] = (60, 48), parts: tuple[str, ...] = ("train", "valid", "test")) -> Path:
        from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

        from cvwidgets.pictures import hash_file

        features = Features({"path": Value("string"), "sha256": Value("string"), "label": ClassLabel(names=list(COLORS))})
        tables = {}
        for number, part in enumerate(parts):
            rows = [(label, f"pictures/{part}-{label}-{i}.jpg", 1000 * number + 10 * i + label) for label in range(3) for i in range(each)]
            files = [draw_picture(tmp_path / name, seed, size, list(COLORS.values())[label]) for label, name, seed in rows]
            columns = {
                "path": [f"../{name}" for _, name, _ in rows],
                "sha256": [hash_file(file) for file in files],
                "label": [label for label, _, _ in rows],
            }
            tables[part] = Dataset.from_dict(columns, features=features)
        DatasetDict(tables).save_to_disk(str(tmp_path / "snapshot"))
        return tmp_path / "snapshot"

    return freeze
