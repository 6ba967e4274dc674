"""The keys that a user got from search providers: taken from the environment, else from a file that nobody else may read."""

from __future__ import annotations

import json
import os
import re
from typing import Literal

from cvwidgets.errors import SettingsError
from cvwidgets.files import write_whole
from cvwidgets.machine import machine_folder

FILE = "keys.json"
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,80}")
_KEY = re.compile(r"[!-~]{1,500}")


def key_of(variable: str) -> str | None:
    """The key that goes by the name of an environment variable: what stands there, else what was kept; None without one."""
    return os.environ.get(variable) or _read().get(variable) or None


def where_is(variable: str) -> Literal["environment", "kept"] | None:
    """Where a key is: in the environment, which goes first, or kept by `keep_key`; None when there is none."""
    return "environment" if os.environ.get(variable) else "kept" if _read().get(variable) else None


def changed_last() -> int:
    """When a key was kept or forgotten last, as any number that differs from the one before; 0 when none ever was."""
    try:
        return (machine_folder() / FILE).stat().st_mtime_ns
    except OSError:
        return 0


def keep_key(variable: str, key: str | None) -> None:
    """Keeps a key for all projects of this user on this machine, in a file of mode 0600; None or an empty one forgets it.

    Raises:
        SettingsError: it is no key, or cannot be written. The message does not hold it.
    """
    key = (key or "").strip()
    if not _VARIABLE.fullmatch(variable) or (key and not _KEY.fullmatch(key)):
        raise SettingsError(
            "This is no key; letters, digits and signs without spaces are needed, 500 at most. Copy it from the provider again."
        )
    keys = {name: value for name, value in _read().items() if name != variable} | ({variable: key} if key else {})
    file = machine_folder() / FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(keys, indent=1).encode(), private=True)
    except OSError as error:
        raise SettingsError(
            f"The key cannot be written to {str(file)!r} ({error.strerror}); it needs a folder that can be written to. "
            f"Free some space there, or set {variable} in the environment."
        ) from error


def _read() -> dict[str, str]:
    try:
        written = json.loads((machine_folder() / FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: key for name, key in written.items() if isinstance(key, str)} if isinstance(written, dict) else {}
