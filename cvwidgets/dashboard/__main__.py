"""`python -m cvwidgets.dashboard MODULE ARGUMENTS…`: the process of a Jupyter server that ends with whoever started it.

Whoever started it holds the other end of its standard input, which closes however that process ends, by kill −9 too.
"""

from __future__ import annotations

import contextlib
import logging
import os
import runpy
import signal
import sys
import threading
from typing import Any


def _end_with_the_starter() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _keep_from_logs(secret: str) -> None:
    """Takes the token out of every record: requests that fail are logged with their whole address."""
    make = logging.getLogRecordFactory()

    def make_without(*facts: Any, **more: Any) -> logging.LogRecord:
        record = make(*facts, **more)
        with contextlib.suppress(TypeError, ValueError):  # a record whose words and values do not fit is for its handler to report
            if secret in (text := record.getMessage()):
                record.msg, record.args = text.replace(secret, "[token]"), ()
        return record

    logging.setLogRecordFactory(make_without)


if __name__ == "__main__":
    if token := os.environ.get("JUPYTER_TOKEN"):
        _keep_from_logs(token)
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    _, module, *arguments = sys.argv
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
