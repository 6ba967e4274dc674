"""What a run wrote of how it was computed, in words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cvwidgets.records import Refused

NAMED = 3
"""So many images that could not be read are named."""


def computed_words(environment: Mapping[str, Any]) -> str:
    """On what a run computes, such as "the processor, 2 threads, bfloat16", by its `Run.environment`; empty until it has begun."""
    device, threads = str(environment.get("device", "")), environment.get("threads", 1)
    if not device or not environment.get("precision"):
        return ""
    if device.startswith("cuda"):
        words = [str(environment.get("processor") or "the graphics card")]
    elif device == "mps":
        words = ["Apple's graphics chip"]
    else:
        words = ["the processor", "1 thread" if threads == 1 else f"{threads} threads"]
    processes = environment.get("processes", 1)
    return ", ".join([*words, str(environment["precision"]), *([f"{processes} processes"] if processes != 1 else [])])


def unreadable_words(images: Sequence[Refused]) -> str:
    """Which images a run went on without, by its `Run.unreadable`, and what to do; empty for none."""
    if not images:
        return ""
    named = ", ".join(f"{Path(one.path).name} ({one.reason.rstrip('.')})" for one in images[:NAMED])
    more = f" and {len(images) - NAMED:,} more" if len(images) > NAMED else ""
    could, them = ("1 image", "it") if len(images) == 1 else (f"{len(images):,} images", "them")
    return f"It went on without {could} that could not be read: {named}{more}. Bring {them} back or relink {them} for the next run."
