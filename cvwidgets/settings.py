"""What a user set once for all projects on this machine: read by whoever needs it, changed by the page of settings."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from cvwidgets.errors import SettingsError
from cvwidgets.files import write_whole
from cvwidgets.machine import machine_folder

FILE = "settings.json"
CONTACT = re.compile(r"(?=.*[@/])[!-'*-~]{3,200}")
"""Printable, without spaces and parentheses: it stands in a comment of a header."""
DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all projects of a user on one machine; every field has a value that needs no thought.

    Raises:
        SettingsError: a value cannot be used; the sentence names the setting and what it may be.
    """

    projects: str | None = None
    """The folder in which new projects are made, from the root; None for the one where cvwidgets was started."""

    cache_gigabytes: float = 20.0
    """What the cache of one project may take of the disk, in units of 10⁹ bytes; 0 keeps no decoded picture."""

    device: str = "auto"
    """What trains: "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1" … or "mps". A recipe that names a device goes first."""

    threads: int = 0
    """How many threads of the processor a training computes with; 0 for as many as torch finds right. A recipe goes first here too."""

    base: str = ""
    """The base model that forms offer first: "starter", a name of the hub, or a folder; "" for the one that is proposed."""

    contact: str = ""
    """An e-mail or web address of the user's that each host is told which is asked for pictures, as Wikimedia wishes; "" tells none."""

    def __post_init__(self) -> None:
        if self.projects is not None:
            _need(_is_text(self.projects) and Path(self.projects).is_absolute(), "projects", self.projects, "a folder, named from the root")
        _need(_is_number(self.cache_gigabytes), "cache_gigabytes", self.cache_gigabytes, "a number from 0 to 100,000")
        _need(0 <= self.cache_gigabytes <= 100_000, "cache_gigabytes", self.cache_gigabytes, "a number from 0 to 100,000")
        known_device = isinstance(self.device, str) and bool(DEVICE.fullmatch(self.device))
        _need(known_device, "device", self.device, "auto, cpu, mps, cuda, or cuda: and a number")
        whole = isinstance(self.threads, int) and not isinstance(self.threads, bool)
        _need(whole and 0 <= self.threads <= 1024, "threads", self.threads, "a whole number up to 1,024, or 0 for automatic")
        _need(self.contact == "" or _is_contact(self.contact), "contact", self.contact, "an e-mail or web address without spaces")
        _need(self.base == "" or _is_text(self.base), "base", self.base, "'starter', a name of the hub, or a folder")


def read_settings() -> Settings:
    """The settings as they are now; what is missing or cannot be used is the default, and so is all when the file cannot be read."""
    written = _read()
    usable: dict[str, Any] = {}
    for field in fields(Settings):
        if field.name in written and _is_usable(field.name, written[field.name]):
            usable[field.name] = written[field.name]
    return Settings(**usable)


def change_settings(**changes: Any) -> Settings:
    """Changes some settings for good and returns all of them; what a later version of cvwidgets wrote beside them stays.

    Raises:
        SettingsError: a setting is unknown, its value cannot be used, or it cannot be written; nothing was changed.
    """
    known = [field.name for field in fields(Settings)]
    if unknown := sorted(set(changes) - set(known)):
        raise SettingsError(f"There is no setting {unknown[0]!r}; there are {', '.join(known)}. Change one of these.")
    Settings(**changes)
    file = machine_folder() / FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps({**_read(), **changes}, indent=1).encode())
    except OSError as error:
        raise SettingsError(
            f"The settings cannot be written to {str(file)!r} ({error.strerror}); they need a folder that can be written to. "
            "Free some space there, or name another folder in CVWIDGETS_MACHINE_FOLDER."
        ) from error
    return read_settings()


def _read() -> Mapping[str, Any]:
    try:
        written = json.loads((machine_folder() / FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return written if isinstance(written, dict) else {}


def _is_usable(name: str, value: object) -> bool:
    try:
        Settings(**{name: value})  # type: ignore[arg-type]
    except SettingsError:
        return False
    return True


def _need(holds: bool, name: str, value: object, needed: str) -> None:
    if not holds:
        raise SettingsError(f"The setting {name} is {value!r:.200}; it must be {needed}. Change it.")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 4096 and value.isprintable()


def _is_contact(value: object) -> bool:
    return isinstance(value, str) and bool(CONTACT.fullmatch(value))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
