"""How much `from cvwidgets import Project` adds to starting Python: the median of pairs, so that a busy machine slows both alike.

python tests/benchmarks/import_time.py [PAIRS]    prints one JSON line.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time

IMPORT = "from cvwidgets import Project"
AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""With it Python would compile the package anew each time; who installs one has it compiled."""


def seconds(statement: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], env=AS_INSTALLED, check=True)
    return time.perf_counter() - begin


def measure(pairs: int = 15) -> dict[str, object]:
    """Medians over pairs of `python -c pass` and the import, taken in turns after one of each for the cache."""
    seconds("pass"), seconds(IMPORT)
    taken = [(seconds("pass"), seconds(IMPORT)) for _ in range(pairs)]
    added = statistics.median(with_import - bare for bare, with_import in taken)
    bare = statistics.median(bare for bare, _ in taken)
    return {
        "benchmark": IMPORT,
        "value": round(added, 4),
        "unit": "s added",
        "target": "< 0.1",
        "bare_s": round(bare, 4),
        "pairs": pairs,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 15)))
