"""Runs the benchmarks and writes what they say into README, between its two markers.

python tests/benchmarks/table.py README.md [NAME…]    runs all scripts beside this one, or those named, e.g. import_time.

Each script prints a JSON line per figure with `benchmark`, `value`, `unit` and `target`; what else it says is kept in the last column. A
row whose script was not run this time stays as it is; a script that fails leaves its rows and is named at the end.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
HEADING = ["| what | measured | needed | details |", "| --- | --- | --- | --- |"]
SHARED = ("__init__", "table", "pages", "projects", "bare", "environments", "load", "plain_server")
SHOWN = ("benchmark", "value", "unit", "target")


def scripts(names: list[str]) -> list[Path]:
    """The benchmarks beside this file, in the order of their names; only those named if any are."""
    found = [path for path in sorted(HERE.glob("*.py")) if path.stem not in SHARED]
    return [path for path in found if not names or path.stem in names]


def row(facts: dict[str, object]) -> str:
    """One line of the table."""
    details = ", ".join(f"{name} {_told(value)}" for name, value in facts.items() if name not in SHOWN)
    return f"| {facts['benchmark']} | {facts['value']} {facts['unit']} | {facts['target']} | {details} |"


def _told(value: object) -> str:
    return f"({', '.join(f'{name} {inner}' for name, inner in value.items())})" if isinstance(value, dict) else str(value)


def with_rows(text: str, rows: list[str]) -> str:
    """`text` with `rows` in its table: a row of the same name is replaced in place, a new one goes to the end."""
    before, _, rest = text.partition(BEGIN)
    table, marker, after = rest.partition(END)
    if not marker:
        raise SystemExit(f"There is no table between {BEGIN} and {END}. Put the two lines where the table is to be.")
    kept = {name(line): line for line in table.splitlines() if line.startswith("| ") and line not in HEADING}
    kept |= {name(line): line for line in rows}
    return before + "\n".join([BEGIN, *HEADING, *kept.values(), END]) + after


def name(line: str) -> str:
    """The first column of a row."""
    return line.split("|")[1].strip()


def main() -> None:
    """Runs, prints each line as it comes, writes the table; ends with 1 when a benchmark failed."""
    readme, *names = sys.argv[1:]
    path = Path(readme).resolve()
    rows, failed = [], []
    for script in scripts(names):
        done = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{script.stem}"], cwd=HERE.parents[1], stdout=subprocess.PIPE, text=True
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        print("\n".join(lines), flush=True)
        rows += [row(json.loads(line)) for line in lines]
        failed += [script.name] if done.returncode else []
    path.write_text(with_rows(path.read_text(encoding="utf-8"), rows), encoding="utf-8")
    if failed:
        raise SystemExit(f"These benchmarks failed: {', '.join(failed)}. Their rows were left as they are.")


if __name__ == "__main__":
    main()
