"""The Hugging Face hub, for all who ask it: whether they may, where it is, and without telemetry."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huggingface_hub import HfApi

NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
"""What something on the hub may be called."""


def is_offline() -> bool:
    """Whether the user forbade asking the hub (`HF_HUB_OFFLINE`, read now and not when the hub library was imported)."""
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")


def endpoint() -> str | None:
    """The hub's address of now (`HF_ENDPOINT`); None for the usual one."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or None


def open_hub(token: str | None = None) -> HfApi:
    """The hub at the address of now, telemetry off; by the user's own token unless one is given."""
    from huggingface_hub import HfApi

    silence()
    return HfApi(endpoint=endpoint(), token=token)


def silence() -> None:
    """Switches off what the hub library would tell of its use."""
    from huggingface_hub import constants

    # The variable alone is too late when someone imported the hub library before us.
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    constants.HF_HUB_DISABLE_TELEMETRY = True


def reason_of(error: BaseException) -> str:
    """The first line of what an error of a library says."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
