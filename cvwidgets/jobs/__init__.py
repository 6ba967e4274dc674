"""Long work in a process of its own: it outlives whoever started it, and is found again by its folder.

`start` begins a job, `status`, `follow`, `wait` look at it from anywhere, `ask_to_stop` stops it; `Worker` answers questions from a
process that all kernels share.
"""

from cvwidgets.jobs.facts import read_facts
from cvwidgets.jobs.lines import last_line, read_lines
from cvwidgets.jobs.start import start
from cvwidgets.jobs.status import ask_to_stop, asked_to_stop, follow, is_over, status, wait
from cvwidgets.jobs.worker import Worker

__all__ = [
    "Worker",
    "ask_to_stop",
    "asked_to_stop",
    "follow",
    "is_over",
    "last_line",
    "read_facts",
    "read_lines",
    "start",
    "status",
    "wait",
]
