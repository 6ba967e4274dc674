"""Puts the front end of a widget together: anywidget loads its script from a blob address, where `import "./x.js"` cannot work."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\./[^"]+|\.\./[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)
_SHEETS = (
    "base",
    "grid",
    "parts/narrowing",
    "parts/bar",
    "parts/over",
    "parts/filters",
    "parts/nearby",
    "lens",
    "epochs",
    "collect",
    "parts/listing",
    "parts/films",
    "parts/watched",
    "exports",
    "searching",
    "triage",
    "labels",
    "train",
    "parts/augmentations",
    "parts/runs",
    "reporting",
    "scores",
    "parts/labelscores",
    "comparison",
    "models",
    "explore",
    "parts/matrix",
    "inspect",
    "parts/why",
    "analysis",
    "serve",
    "jobs",
    "journal",
    "glance",
    "home",
    "parts/header",
    "workbench",
)


@cache
def script(stem: str) -> str:
    """One self-contained module of `stem`.js and all that it imports, each once, what is imported first.

    The parts share one scope then, so their top-level names must differ, and nothing is renamed by an import:
    `import { a, b } from "./x.js";`.
    """
    parts: dict[Path, str] = {}
    _collect(HERE / f"{stem}.js", parts)
    return "\n".join(parts.values())


@cache
def style() -> str:
    """The style sheet, the same for all widgets, so that rules have one order whichever widget came first."""
    return "\n".join(path.read_text("utf-8") for name in _SHEETS if (path := HERE / f"{name}.css").exists())


def _collect(path: Path, parts: dict[Path, str]) -> None:
    if path in parts:
        return
    text = path.read_text("utf-8")
    for names, imported in _IMPORT.findall(text):
        if " as " in names:
            raise ValueError(f"{path.name} renames what it imports from {imported}; parts share one scope. Rename it where it is made.")
        _collect((path.parent / imported).resolve(), parts)
    parts[path] = _EXPORT.sub("", _IMPORT.sub("", text))
