"""Scripts that measure, each against a stated reference; torch's threads wait in them as in the jobs."""

from cvwidgets.machine import let_threads_rest

let_threads_rest()
