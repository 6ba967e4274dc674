"""What a model said of pictures, one by one: kept beside a run's figures, so that they can be asked for again under other labels."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cvwidgets.files import write_whole

MOST = 5
"""So many labels are kept of what was said of a picture, the most probable first."""
FOLDER = "said"


@dataclass(frozen=True, slots=True)
class Said:
    """Of n pictures by their keys (SHA-256 in hex): labels' numbers int32 (n, k) and probabilities float16 (n, k), most probable first."""

    keys: tuple[str, ...]
    labels: npt.NDArray[np.int32]
    probabilities: npt.NDArray[np.float16]


def write_said(file: Path, keys: Sequence[str], probabilities: npt.NDArray[Any]) -> None:
    """Writes what was said of pictures, of probabilities (n, labels) the largest, whole or not at all.

    Raises:
        OSError: there is no room.
    """
    first = np.argsort(-probabilities, axis=1, kind="stable")[:, :MOST].astype(np.int32)
    sure = np.take_along_axis(probabilities, first, axis=1).astype(np.float16)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, keys=np.array(keys, dtype="U64"), labels=first, probabilities=sure)
    file.parent.mkdir(exist_ok=True)
    write_whole(file, buffer.getvalue())


def read_said(file: Path) -> Said | None:
    """What was said; None where nothing was kept, or the file is damaged."""
    import zipfile

    try:
        with np.load(file, allow_pickle=False) as kept:
            return Said(tuple(kept["keys"].tolist()), kept["labels"], kept["probabilities"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
