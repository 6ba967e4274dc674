"""What knows a model: a hash of all that decides its embeddings, so that those of two models are never mixed."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from cvwidgets.errors import BaseUnavailable
from cvwidgets.vision.bases import find_base

FEATURES = 1
"""Grows when what is taken for a model's pooled features, or the test transform, becomes another."""
_FACTS = ("config.json", "preprocessor_config.json", "processor_config.json")


def model_key(folder: Path | str) -> str:
    """Knows a base or a trained classifier by its content: 32 hex digits of its weights, config and processor, without loading torch.

    The same files in another place have the same key; one of them changed gives another. Reading the weights takes 1 s per GB the first
    time, afterwards (size and time of the files as they were) next to nothing.

    Raises:
        BaseUnavailable: it is neither on disk nor to be had, or cannot be read.
    """
    place = find_base(str(folder))
    files = sorted(file for file in (*place.glob("*.safetensors"), *(place / name for name in _FACTS)) if file.is_file())
    digest = hashlib.sha256(f"features {FEATURES}".encode())
    try:
        for file in files:
            digest.update(f"{file.name} {_hash(file.resolve(), _stamp(file))}".encode())
    except OSError as error:
        raise BaseUnavailable(
            f"The model {str(folder)!r} cannot be read ({error.strerror or error}); its weights are needed. Choose another, or 'starter'."
        ) from error
    return digest.hexdigest()[:32]


def _stamp(file: Path) -> tuple[int, int, int]:
    facts: os.stat_result = file.stat()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


@lru_cache(maxsize=256)
def _hash(file: Path, stamp: tuple[int, int, int]) -> str:  # noqa: ARG001 (the stamp is for the cache)
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
