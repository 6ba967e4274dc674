"""Why something ended, in one plain sentence for people, whatever was raised."""

from __future__ import annotations

from pathlib import Path

from cvwidgets.errors import CvwidgetsError
from cvwidgets.files import is_disk_full


def reason_of(error: BaseException, *, log: Path, what: str = "the job") -> str:
    """One sentence on an error: our own speak for themselves, memory and disk in plain words, all others with the log's path."""
    if isinstance(error, CvwidgetsError):
        return str(error)
    if is_disk_full(error):
        return f"The disk is full; {what} needs room for its results. Free some space and start again."
    if _is_out_of_memory(error):
        return f"The memory ran out; {what} needed more than was free. Choose a smaller batch or image size, or close other programs."
    if isinstance(error, SystemExit):
        said = error.code if isinstance(error.code, str) else f"exit code {error.code}"
        return f"{what.capitalize()} ended with {said}; the log has the rest: {log}"
    text = (str(error).strip().splitlines() or [""])[0][:300].rstrip(".")
    return f"{what.capitalize()} ended with {type(error).__name__}{': ' if text else ''}{text}; the log has the rest: {log}"


def _is_out_of_memory(error: BaseException) -> bool:
    # torch has an OutOfMemoryError for devices and a RuntimeError of its allocator for the processor; it is not imported here for that.
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"
        or (isinstance(error, RuntimeError) and "can't allocate memory" in str(error))
    )
