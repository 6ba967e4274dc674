"""What people say of a run: about.json in its folder, which goes where the run goes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cvwidgets import jobs
from cvwidgets.errors import RunError
from cvwidgets.files import write_whole
from cvwidgets.jobs.lock import Lock

FILE, LOCK = "about.json", "about.lock"
LONGEST_TITLE, LONGEST_NOTE = 80, 4000


@dataclass(frozen=True, slots=True)
class About:
    """A run's title (empty: its number is its name) and note, whether it is pinned, deleted, and its files removed.

    `beside` names the run with which it is to be compared when it is over; empty for none.
    """

    title: str = ""
    note: str = ""
    pinned: bool = False
    deleted: bool = False
    emptied: bool = False
    beside: str = ""


def read_about(folder: Path) -> About:
    """What was said of the run in a folder; nothing where the file is missing or damaged."""
    facts, plain = jobs.read_facts(folder / FILE) or {}, asdict(About())
    known: dict[str, Any] = {name: facts[name] for name in plain if isinstance(facts.get(name), type(plain[name]))}
    return About(**known)


def write_about(folder: Path, **changes: Any) -> About:
    """Changes what is said of a run; what is None stays as it is.

    Raises:
        RunError: a text is too long, or the folder cannot be written to.
    """
    asked: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items() if value is not None
    }
    for name, longest in (("title", LONGEST_TITLE), ("note", LONGEST_NOTE)):
        if len(asked.get(name, "")) > longest:
            raise RunError(f"The {name} has {len(asked[name]):,} letters; at most {longest:,} are kept. Shorten it.")
    try:
        with Lock(folder / LOCK):
            about = replace(read_about(folder), **asked)
            write_whole(folder / FILE, json.dumps(asdict(about), ensure_ascii=False, indent=2).encode())
    except OSError as error:
        raise RunError(
            f"What is said of it cannot be kept ({error.strerror}); its folder must be writable. Free space or change its permissions."
        ) from error
    return about
