"""Sending a model to the hub: safetensors, config, processor and card; never unless somebody asks for it."""

from __future__ import annotations

from pathlib import Path

from cvwidgets.sending import Tick, check_sending, send_files
from cvwidgets.vision.hub import FILES

__all__ = ["check_sending", "send_model"]

CARD = "README.md"


def send_model(folder: Path, name: str, *, private: bool, token: str | None, message: str, tick: Tick | None = None) -> str:
    """Sends a model's folder to the hub, into a repository that is made if it is missing, and returns its address; see `send_files`.

    Raises:
        NotSent: there is no token, or none with that right; the hub is out of reach or refuses; the repository is public and a private one
            was asked for; or the name is none.
    """
    files = sorted({file for pattern in (*FILES, CARD) for file in folder.glob(pattern)})
    named = {file.name: file for file in files}
    return send_files(named, name, kind="model", private=private, token=token, message=message, tick=tick)
