"""The line in which jobs wait for a device of this machine: first come, first served, across all projects of a user.

Everyone in line holds the lock of a numbered ticket for as long as it lives; the one with no living ticket before it has its turn. So a
job that is killed leaves no hole, and nobody has to call the next.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from cvwidgets.errors import JobError
from cvwidgets.jobs.facts import read_facts, write_facts
from cvwidgets.jobs.lock import Lock, is_held
from cvwidgets.machine import machine_folder


class Ticket:
    """A place in a line, from making it to the end of the process; `path` names it for others who look.

    It cannot be given up before: a process that is done with its work holds the device's memory until it has ended.
    """

    def __init__(self, line: str, *, title: str) -> None:
        """Goes to the end of the line.

        Raises:
            JobError: the machine's folder cannot be written to.
        """
        folder = machine_folder() / "lines" / quote(line, safe="")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with Lock(folder / "door.lock"):
                self.path = folder / f"{_clear(folder) + 1:012d}.ticket"
                write_facts(self.path.with_suffix(".json"), {"title": title})
                self._lock = Lock(self.path)
                self._lock.hold()
        except OSError as error:
            raise JobError(
                f"The line of jobs cannot be kept in {folder} ({error.strerror}); it needs a folder that can be written to. "
                "Name one in CVWIDGETS_MACHINE_FOLDER."
            ) from error


def ahead_of(ticket: Path) -> tuple[str, ...]:
    """The titles of the living before this ticket in its line; the first of them has its turn now."""
    before = sorted(path for path in ticket.parent.glob("*.ticket") if path.name < ticket.name)
    return tuple(str((read_facts(path.with_suffix(".json")) or {}).get("title", "")) for path in before if is_held(path))


def _clear(folder: Path) -> int:
    """Removes the tickets of the dead and returns the last number given; only behind the door, where nobody is half-way in."""
    last = 0
    for path in sorted(folder.glob("*.ticket")):
        if is_held(path):
            last = int(path.stem)
        else:
            path.with_suffix(".json").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
    return last
